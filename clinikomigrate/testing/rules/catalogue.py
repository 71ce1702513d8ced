"""The rules of what is sold: suppliers by name, prices, stock."""

from __future__ import annotations

from decimal import Decimal

from clinikomigrate.testing.answers import BLANK, INVALID
from clinikomigrate.testing.columns import Row, decimal
from clinikomigrate.testing.kinds.catalogue import DECREASES, INCREASES
from clinikomigrate.testing.writing import Change, Rules


def check_tax(change: Change) -> None:
    """Keeps a tax's rate and its older name, the amount, in step."""
    given = change.given.get("rate", change.given.get("amount"))
    if given is not None:
        change.given["rate"] = change.given["amount"] = given


def check_product(change: Change) -> None:
    """Looks up a product's supplier by its name; overlooks a stock level except on a new product."""
    if change.before is not None:
        change.given.pop("stock_level", None)
    name = change.given.get("product_supplier_name")
    if name:
        suppliers = (row for row in change.call.store.all("product_suppliers") if row["archived_at"] is None)
        supplier = next((row for row in suppliers if row["name"] == name), None)
        if supplier is None:
            change.refuse("product_supplier", BLANK)
        else:
            change.given["product_supplier_id"] = supplier["id"]


def check_stock_adjustment(change: Change) -> None:
    """Looks at a stock adjustment's sign: increases are more than zero, decreases less."""
    change.given["user_id"] = change.call.user["id"]
    quantity, reason = change.given.get("quantity"), change.given.get("adjustment_type")
    if quantity is None:
        return
    number = Decimal(quantity)
    wrong = (reason in INCREASES and number <= 0) or (reason in DECREASES and number >= 0)
    if wrong or number == 0:
        change.refuse("quantity", INVALID)


def move_stock(change: Change, row: Row) -> None:
    """Changes the stock level of an adjustment's product."""
    product = change.call.store.at("products", row["product_id"])
    level = Decimal(product["stock_level"] or 0) + Decimal(row["quantity"])
    change.call.store.change("products", product, stock_level=decimal(level))


CATALOGUE_RULES = {
    "taxes": Rules(check=check_tax),
    "products": Rules(check=check_product),
    "stock_adjustments": Rules(check=check_stock_adjustment, made=move_stock),
}
"""The rules of these kinds by their names."""
