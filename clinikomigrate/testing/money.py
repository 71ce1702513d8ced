"""A product's two prices."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from clinikomigrate.testing.columns import Row, decimal


def prices(product: Row, tax: Row | None) -> tuple[str | None, str | None]:
    """Gives a product's price without and with its tax.

    Args:
        product: Its row: `price` and `price_includes_tax` as they were written.
        tax: The row of its tax; None where it has none.
    """
    if product["price"] is None:
        return None, None
    written = Decimal(product["price"])
    rate = Decimal(0) if tax is None else Decimal(tax["rate"] or 0) / 100
    if product["price_includes_tax"]:
        return _cents(written / (1 + rate)), decimal(written)
    return decimal(written), _cents(written * (1 + rate))


def _cents(amount: Decimal) -> str:
    return decimal(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))
