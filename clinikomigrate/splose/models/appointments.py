"""Appointments with one patient or several."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity, Part
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.splose.models.fields import NEEDED, id_of, pointing_at, spelled


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class AppointmentPatient(Part):
    """One patient's place in an appointment, and what became of it.

    Attributes:
        cancellation_rate: How much of the price is charged though it was cancelled, in percent.
        cancellation_reason: In words.
        status: `Arrived`, `Did not arrive`, `Cancelled` or `Completed`; None before any of these.
    """

    appointment_id: str | None = attrs.field(default=None, metadata=id_of("appointments"))
    patient_id: str | None = attrs.field(default=None, metadata=id_of("patients"))
    case_id: str | None = attrs.field(default=None, metadata=id_of("cases"))
    status: str | None = None
    note: str | None = None
    do_not_invoice: bool | None = None
    invoice_id: str | None = attrs.field(default=None, metadata=id_of("invoices"))
    cancellation_reason: str | None = None
    cancellation_rate: Decimal | None = None
    cancellation_note: str | None = None
    status_updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class Appointment(Entity):
    """A time that is booked for one patient or several.

    Attributes:
        archived: Lists leave out what is archived unless asked for it.
        busy_time_practitioner_ids: Deprecated in favour of busy times.
        deleted_at: None while it is active.
        is_unavailable_block: Deprecated in favour of busy times.
        max_patients: More than 1 for a group.
        pricing: For one unit, before tax.
        recurring_rule: As iCalendar has it: a `DTSTART` and an `RRULE`.
        repeat_id: What the appointments of one series have in common.
        tax_type: `STANDARD`, `ZERO`, `EXEMPT`, `REDUCED` or another code.
        total: Before tax.
        unit: `Hour` or `Each`.
    """

    kind: ClassVar[str] = "appointments"

    start: datetime | None = None
    end: datetime | None = None
    is_unavailable_block: bool | None = None
    busy_time_practitioner_ids: tuple[str, ...] | None = attrs.field(default=None, metadata=id_of("practitioners"))
    service_id: str | None = attrs.field(default=None, metadata=id_of("services"))
    location_id: str | None = attrs.field(default=None, metadata=id_of("locations"))
    practitioner_id: str | None = attrs.field(default=None, metadata=id_of("practitioners"))
    max_patients: int | None = None
    appointment_patients: tuple[AppointmentPatient, ...] | None = None
    repeat_id: str | None = None
    recurring_rule: str | None = None
    unit: str | None = None
    pricing: Decimal | None = None
    total: Decimal | None = None
    tax_type: str | None = None
    support_item_ids: tuple[str, ...] | None = attrs.field(default=None, metadata=id_of("support_items"))
    note: str | None = None
    archived: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class AppointmentDraft(Draft):
    """An appointment of one patient to be written.

    To be created it needs `start`, `end`, `service_id`, `location_id`, `practitioner_id` and `patient_id`. An update
    needs nothing and changes what it gives. Group size, series, price and status can't be written. The practice's usual
    messages may be sent for it.

    Attributes:
        case_id: Can be None in an update only.
        created_at: When the record came to be, also long ago. Only when it is created.
        deleted_at: A time makes it an archived appointment. Only when it is created.
        note: Only when it is created.
        service_id: One that is for appointments. Can be None in an update only.
        updated_at: When the record last changed. Only when it is created.
    """

    kind: ClassVar[str] = "appointments"

    start: datetime | Unset = attrs.field(default=UNSET, metadata=NEEDED)
    end: datetime | Unset = attrs.field(default=UNSET, metadata=NEEDED)
    service_id: Ref[Any] | str | Unset | None = attrs.field(
        default=UNSET, metadata=pointing_at("services", required=True)
    )
    location_id: Ref[Any] | str | Unset = attrs.field(default=UNSET, metadata=pointing_at("locations", required=True))
    practitioner_id: Ref[Any] | str | Unset = attrs.field(
        default=UNSET, metadata=pointing_at("practitioners", required=True)
    )
    case_id: Ref[Any] | str | Unset | None = attrs.field(default=UNSET, metadata=pointing_at("cases"))
    patient_id: Ref[Any] | str | Unset = attrs.field(default=UNSET, metadata=pointing_at("patients", required=True))
    note: str | Unset = UNSET
    created_at: datetime | Unset = UNSET
    updated_at: datetime | Unset = UNSET
    deleted_at: datetime | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class AppointmentCancellation(Draft):
    """Why an appointment is cancelled.

    Splose doesn't document that it takes this.

    Attributes:
        reason_id: One of the workspace's cancellation reasons; it is needed.
    """

    kind: ClassVar[str] = "appointments"

    reason_id: Ref[Any] | str | Unset = attrs.field(
        default=UNSET, metadata=pointing_at("cancellation_reasons", required=True)
    )
    note: str | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class CancellationReason(Entity):
    """Why appointments are cancelled. Nothing documents what it holds besides its id: see `extra`."""

    kind: ClassVar[str] = "cancellation_reasons"
