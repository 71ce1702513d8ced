"""Work for patients who aren't there, and what is charged beside appointments."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.splose.models.fields import NEEDED, id_of, spelled


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class SupportActivity(Entity):
    """Work for a patient who isn't there, such as a report; can only be read.

    Attributes:
        archived: Lists leave out what is archived unless asked for it.
        deleted_at: None while it is active.
        item_code: Of a schedule of fees, or the clinic's own.
        pricing: For one unit, before tax.
        quantity: In units.
        recurring_rule: As iCalendar has it: a `DTSTART` and an `RRULE`.
        repeat_id: What the activities of one series have in common.
        tax_type: `STANDARD`, `ZERO`, `EXEMPT`, `REDUCED` or another code.
        unit: `Hour` or `Each`.
    """

    kind: ClassVar[str] = "support_activities"

    start: datetime | None = None
    end: datetime | None = None
    patient_id: str | None = attrs.field(default=None, metadata=id_of("patients"))
    practitioner_id: str | None = attrs.field(default=None, metadata=id_of("practitioners"))
    service_id: str | None = attrs.field(default=None, metadata=id_of("services"))
    location_id: str | None = attrs.field(default=None, metadata=id_of("locations"))
    case_id: str | None = attrs.field(default=None, metadata=id_of("cases"))
    note: str | None = None
    item_code: str | None = None
    repeat_id: str | None = None
    recurring_rule: str | None = None
    unit: str | None = None
    pricing: Decimal | None = None
    quantity: Decimal | None = None
    tax_type: str | None = None
    do_not_invoice: bool | None = None
    invoice_id: str | None = attrs.field(default=None, metadata=id_of("invoices"))
    archived: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class SupportItem(Entity):
    """What is charged beside an appointment: the way there and back.

    Attributes:
        deleted_at: None while it is active.
        item_code: Of a schedule of fees, or the clinic's own.
        pricing: For one unit, before tax.
        quantity: In units.
        return_minutes: Of the way back.
        to_minutes: Of the way there.
        type: `Provider Travel`, `Provider Travel - Non-Labour Costs` or `Activity Based Transport`.
        unit: `km` and the like.
    """

    kind: ClassVar[str] = "support_items"

    appointment_id: str | None = attrs.field(default=None, metadata=id_of("appointments"))
    type: str | None = None
    item_code: str | None = None
    pricing: Decimal | None = None
    to_minutes: Decimal | None = None
    return_minutes: Decimal | None = None
    appointment_address: str | None = None
    unit: str | None = None
    quantity: Decimal | None = None
    note: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class SupportItemDraft(Draft):
    """A change of a support item; it needs `type`. None can be created.

    Attributes:
        return_minutes: Of the way back, whole minutes.
        to_minutes: Of the way there, whole minutes.
        type: `Provider Travel`, `Provider Travel - Non-Labour Costs` or `Activity Based Transport`.
    """

    kind: ClassVar[str] = "support_items"

    type: str | Unset = attrs.field(default=UNSET, metadata=NEEDED)
    to_minutes: int | Unset | None = UNSET
    return_minutes: int | Unset | None = UNSET
