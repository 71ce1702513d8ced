"""What the clinic sells and has in stock."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.billing import Tax
    from clinikomigrate.cliniko.models.practice import User


@attrs.frozen(kw_only=True, repr=False)
class Product(Entity):
    """Something that the clinic sells.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        cost_price: What the clinic pays, in the account's currency.
        price_ex_tax: In the account's currency.
        price_including_tax: In the account's currency.
        product_supplier_id: The supplier again, as an id.
        product_supplier_name: Deprecated in favour of `product_supplier_id`.
        stock_level: How many are there; may be negative.
    """

    kind: ClassVar[str] = "products"
    collections: ClassVar[frozenset[str]] = frozenset({"stock_adjustments"})

    archived_at: datetime | None = None
    cost_price: Decimal | None = None
    created_at: datetime | None = None
    item_code: str | None = None
    name: str | None = None
    notes: str | None = None
    price_ex_tax: Decimal | None = None
    price_including_tax: Decimal | None = None
    product_supplier: Ref[ProductSupplier] | None = None
    product_supplier_id: str | None = None
    product_supplier_name: str | None = None
    serial_number: str | None = None
    stock_level: Decimal | None = None
    tax: Ref[Tax] | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class ProductDraft(Draft):
    """A product to be written.

    Attributes:
        cost_price: What the clinic pays, in the account's currency. Not negative.
        item_code: At most 100 characters.
        name: At most 255 characters.
        price: In the account's currency; `price_includes_tax` says which price. Sent as a JSON number.
        price_includes_tax: Whether `price` is the one with tax.
        product_supplier_name: Deprecated in favour of `product_supplier_id`: the name of a supplier who exists
            already.
        serial_number: At most 255 characters.
        stock_level: How many are there at the start. Afterwards only stock adjustments change it.
    """

    kind: ClassVar[str] = "products"

    cost_price: Decimal | Unset | None = UNSET
    item_code: str | Unset | None = UNSET
    name: str | Unset = UNSET
    notes: str | Unset | None = UNSET
    price: Decimal | Unset = attrs.field(default=UNSET, metadata={"number": True})
    price_includes_tax: bool | Unset | None = UNSET
    product_supplier_id: Ref[ProductSupplier] | str | Unset | None = attrs.field(
        default=UNSET, metadata={"kind": "product_suppliers"}
    )
    product_supplier_name: str | Unset = UNSET
    serial_number: str | Unset | None = UNSET
    stock_level: Decimal | Unset | None = UNSET
    tax_id: Ref[Tax] | str | Unset | None = attrs.field(default=UNSET, metadata={"kind": "taxes"})


@attrs.frozen(kw_only=True, repr=False)
class ProductSupplier(Entity):
    """Whom the clinic buys products from."""

    kind: ClassVar[str] = "product_suppliers"

    created_at: datetime | None = None
    name: str | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class ProductSupplierDraft(Draft):
    """A product supplier to be written."""

    kind: ClassVar[str] = "product_suppliers"

    name: str | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class StockAdjustment(Entity):
    """A change of the number of a product in stock.

    Attributes:
        adjustment_type: Why: `Correction`, `Damaged`, `Item Sold`, `Other`, `Out of Date`, `Returned` or `Stock
            Purchase`.
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        comment: Deprecated in favour of `notes`.
        quantity: By how many; what its sign means depends on the type.
        user: Who changed it.
    """

    kind: ClassVar[str] = "stock_adjustments"

    adjustment_type: str | None = None
    archived_at: datetime | None = None
    comment: str | None = None
    created_at: datetime | None = None
    notes: str | None = None
    product: Ref[Product] | None = None
    quantity: Decimal | None = None
    updated_at: datetime | None = None
    user: Ref[User] | None = None


@attrs.frozen(kw_only=True, repr=False)
class StockAdjustmentDraft(Draft):
    """A stock adjustment to be written.

    It can't be changed or taken back afterwards; another one has to undo it.

    To be created it needs `adjustment_type`, `product_id` and `quantity`.

    Attributes:
        adjustment_type: Why, and so which way: `Correction`, `Damaged`, `Item Sold`, `Other`, `Out of Date`,
            `Returned` or `Stock Purchase`. `Stock Purchase` and `Returned` add, `Damaged`, `Out of Date` and `Item
            Sold` take away, `Other` does either.
        comment: Deprecated in favour of `notes`.
        quantity: By how many; what its sign means depends on the type.
    """

    kind: ClassVar[str] = "stock_adjustments"

    adjustment_type: str | Unset = attrs.field(default=UNSET, metadata={"required": True})
    comment: str | Unset | None = UNSET
    notes: str | Unset | None = UNSET
    product_id: Ref[Product] | str | Unset = attrs.field(default=UNSET, metadata={"kind": "products", "required": True})
    quantity: Decimal | Unset = attrs.field(default=UNSET, metadata={"required": True})
