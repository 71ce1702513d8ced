"""Prices, taxes and concessions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset


@attrs.frozen(kw_only=True, repr=False)
class BillableItem(Entity):
    """Something that the clinic charges for, other than a product.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        item_code: Of a schedule of fees, or the clinic's own.
        item_type: `Service`, `Product` or `Other`.
        price: In the account's currency.
    """

    kind: ClassVar[str] = "billable_items"
    collections: ClassVar[frozenset[str]] = frozenset({"concession_prices"})

    archived_at: datetime | None = None
    created_at: datetime | None = None
    item_code: str | None = None
    item_type: str | None = None
    name: str | None = None
    price: Decimal | None = None
    tax: Ref[Tax] | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class BillableItemDraft(Draft):
    """A billable item to be written.

    Attributes:
        item_code: Of a schedule of fees, or the clinic's own. At most 100 characters.
        item_type: `Service`, `Product` or `Other`.
        name: At most 255 characters.
        price: In the account's currency.
    """

    kind: ClassVar[str] = "billable_items"

    item_code: str | Unset | None = UNSET
    item_type: str | Unset = UNSET
    name: str | Unset = UNSET
    price: Decimal | Unset = UNSET
    tax_id: Ref[Tax] | str | Unset | None = attrs.field(default=UNSET, metadata={"kind": "taxes"})


@attrs.frozen(kw_only=True, repr=False)
class Tax(Entity):
    """A tax that prices can carry.

    Attributes:
        amount: Deprecated in favour of `rate`, with the same value.
        rate: In percent.
    """

    kind: ClassVar[str] = "taxes"

    amount: Decimal | None = None
    created_at: datetime | None = None
    name: str | None = None
    rate: Decimal | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class TaxDraft(Draft):
    """A tax to be written.

    Attributes:
        amount: Deprecated in favour of `rate`. Not negative.
        rate: In percent. Not negative.
    """

    kind: ClassVar[str] = "taxes"

    amount: Decimal | Unset = UNSET
    name: str | Unset = UNSET
    rate: Decimal | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class ConcessionType(Entity):
    """A group of patients who pay less: `Pensioner`.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
    """

    kind: ClassVar[str] = "concession_types"

    archived_at: datetime | None = None
    created_at: datetime | None = None
    name: str | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class ConcessionTypeDraft(Draft):
    """A concession type to be written.

    It can't be archived or deleted through the API.

    Attributes:
        name: At most 255 characters.
    """

    kind: ClassVar[str] = "concession_types"

    name: str | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class ConcessionPrice(Entity):
    """What one group of patients pays for a billable item.

    Attributes:
        price: In the account's currency.
    """

    kind: ClassVar[str] = "concession_prices"

    billable_item: Ref[BillableItem] | None = None
    concession_type: Ref[ConcessionType] | None = None
    created_at: datetime | None = None
    price: Decimal | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class ConcessionPriceDraft(Draft):
    """A concession price to be written.

    The vendor doesn't document that it can be: older accounts may answer 404 or 422.

    To be created it needs `billable_item_id` and `concession_type_id`.

    Attributes:
        price: In the account's currency.
    """

    kind: ClassVar[str] = "concession_prices"

    billable_item_id: Ref[BillableItem] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "billable_items", "required": True}
    )
    concession_type_id: Ref[ConcessionType] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "concession_types", "required": True}
    )
    price: Decimal | Unset | None = UNSET
