"""Appointments with several patients, and the place that each patient has in an appointment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.cliniko.models.repeats import RepeatRule, none_if_empty

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.cases import PatientCase
    from clinikomigrate.cliniko.models.catalogue import AppointmentType
    from clinikomigrate.cliniko.models.patients import Patient
    from clinikomigrate.cliniko.models.practice import Business, Practitioner
    from clinikomigrate.cliniko.models.unions import Booking


@attrs.frozen(kw_only=True, repr=False)
class GroupAppointment(Entity):
    """An appointment with several patients, each of whom is an attendee.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        deleted_at: An older word for archiving, filled in by older versions of the product.
        ends_at: UTC.
        max_attendees: 1 to 100.
        patient_ids: Who attends; can't be written.
        repeat_rule: None where it doesn't repeat.
        repeated_from: The first of the series it belongs to.
        starts_at: UTC.
        telehealth_url: Given whether it is held by video or not: its type's `telehealth_enabled` tells.
    """

    kind: ClassVar[str] = "group_appointments"
    collections: ClassVar[frozenset[str]] = frozenset({"attendees", "conflicts", "repeats"})

    appointment_type: Ref[AppointmentType] | None = None
    archived_at: datetime | None = None
    business: Ref[Business] | None = None
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    ends_at: datetime | None = None
    max_attendees: int | None = None
    notes: str | None = None
    patient_ids: tuple[str, ...] | None = attrs.field(default=None, metadata={"identifier": True})
    practitioner: Ref[Practitioner] | None = None
    repeat_rule: RepeatRule | None = attrs.field(default=None, converter=none_if_empty)
    repeated_from: Ref[GroupAppointment] | None = None
    starts_at: datetime | None = None
    telehealth_url: str | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class GroupAppointmentDraft(Draft):
    """An appointment with several patients to be written.

    It has no patients: each is added as an attendee, and cancelled as one.

    To be created it needs `appointment_type_id`, `business_id`, `practitioner_id` and `starts_at`.

    Attributes:
        ends_at: Left out or None, the type's duration decides.
        max_attendees: Left out, the type decides. 1 to 100.
        repeat_rule: Makes the whole series at once. Leave it out to make this one only.
        starts_at: With a time zone; sent as UTC.
    """

    kind: ClassVar[str] = "group_appointments"

    appointment_type_id: Ref[AppointmentType] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "appointment_types", "required": True}
    )
    business_id: Ref[Business] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "businesses", "required": True}
    )
    ends_at: datetime | Unset | None = UNSET
    max_attendees: int | Unset = UNSET
    notes: str | Unset | None = UNSET
    practitioner_id: Ref[Practitioner] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "practitioners", "required": True}
    )
    repeat_rule: RepeatRule | Unset | None = UNSET
    starts_at: datetime | Unset = attrs.field(default=UNSET, metadata={"required": True})


@attrs.frozen(kw_only=True, repr=False)
class Attendee(Entity):
    """One patient's place in an appointment.

    An individual appointment has one, made with it; a group appointment has one for each patient.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        arrived: True came, False did not, None nobody said.
        booking_ip_address: Where an online booking came from; None for one made by the staff.
        cancellation_reason: 10 feeling better, 20 condition worse, 30 sick, 31 COVID-19 (read but no longer
            accepted), 40 away, 50 other, 60 work. May be None on what was cancelled.
        cancellation_reason_description: The reason in English words; blank where there is none.
        cancellation_url: Where the patient can cancel.
        cancelled_at: None unless it was cancelled. Lists leave out what is cancelled unless asked for it.
        deleted_at: An older word for archiving, filled in by older versions of the product.
        email_reminder_sent: Deprecated in favour of `sent_email_reminders_count`.
        invoice_status: 10 open, 20 paid, 30 closed, 40 open credit.
        online_booking_policy_accepted: None where no policy was shown.
        sms_reminder_sent: Deprecated in favour of `sent_sms_reminders_count`.
        telehealth_url: Given whether it is held by video or not: its type's `telehealth_enabled` tells.
        treatment_note_status: 10 draft, 90 final.
    """

    kind: ClassVar[str] = "attendees"
    collections: ClassVar[frozenset[str]] = frozenset({"invoices", "patient_forms"})

    archived_at: datetime | None = None
    arrived: bool | None = None
    booking: Ref[Booking] | None = None
    booking_ip_address: str | None = None
    cancellation_note: str | None = None
    cancellation_reason: int | None = None
    cancellation_reason_description: str | None = None
    cancellation_url: str | None = None
    cancelled_at: datetime | None = None
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    email_reminder_sent: bool | None = None
    invoice_status: int | None = None
    notes: str | None = None
    online_booking_policy_accepted: bool | None = None
    patient: Ref[Patient] | None = None
    patient_case: Ref[PatientCase] | None = None
    sent_email_follow_ups_count: int | None = None
    sent_email_reminders_count: int | None = None
    sent_sms_follow_ups_count: int | None = None
    sent_sms_reminders_count: int | None = None
    sms_reminder_sent: bool | None = None
    telehealth_url: str | None = None
    treatment_note_status: int | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class AttendeeDraft(Draft):
    """An attendee to be written.

    Who belongs to which booking is fixed once it is made; the rest can be changed. The attendee of an individual
    appointment is there already, to be changed and not made.

    To be created it needs `booking_id` and `patient_id`.

    Attributes:
        arrived: True came, False did not, None nobody said.
        booking_id: A group appointment, as any booking.
    """

    kind: ClassVar[str] = "attendees"

    arrived: bool | Unset | None = UNSET
    booking_id: Ref[Booking] | str | Unset = attrs.field(default=UNSET, metadata={"kind": "bookings", "required": True})
    notes: str | Unset | None = UNSET
    patient_case_id: Ref[PatientCase] | str | Unset | None = attrs.field(
        default=UNSET, metadata={"kind": "patient_cases"}
    )
    patient_id: Ref[Patient] | str | Unset = attrs.field(default=UNSET, metadata={"kind": "patients", "required": True})
