"""Appointments with one patient."""

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


@attrs.frozen(kw_only=True, repr=False)
class IndividualAppointment(Entity):
    """An appointment with one patient.

    Whether the patient came has three values: `patient_arrived` is True, `did_not_arrive` is True, or nobody said. Of
    a new appointment both are False, of one that was un-ticked both are None: False alone says nothing.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        booking_ip_address: Where an online booking came from; None for one made by the staff.
        cancellation_reason: 10 feeling better, 20 condition worse, 30 sick, 31 COVID-19 (read but no longer
            accepted), 40 away, 50 other, 60 work. May be None on what was cancelled.
        cancellation_reason_description: The reason in English words; blank where there is none.
        cancelled_at: None unless it was cancelled. Lists leave out what is cancelled unless asked for it.
        deleted_at: An older word for archiving, filled in by older versions of the product.
        did_not_arrive: True where the patient was marked as not having come.
        ends_at: UTC.
        has_patient_appointment_notes: Whether the patient has notes for all appointments.
        invoice_status: A code that isn't documented here; on the attendee 10 is open, 20 paid, 30 closed, 40 open
            credit.
        online_booking_policy_accepted: None where no policy was shown.
        patient_arrived: True where the patient was marked as having come.
        patient_name: As it is now, put in by the API.
        repeat_rule: None where it doesn't repeat.
        repeated_from: The first of the series it belongs to.
        starts_at: UTC.
        telehealth_url: Given whether it is held by video or not: its type's `telehealth_enabled` tells.
        treatment_note_status: A code that isn't documented here; on the attendee 10 is draft, 90 final.
    """

    kind: ClassVar[str] = "individual_appointments"
    collections: ClassVar[frozenset[str]] = frozenset({"attendees", "conflicts", "repeats"})

    appointment_type: Ref[AppointmentType] | None = None
    archived_at: datetime | None = None
    booking_ip_address: str | None = None
    business: Ref[Business] | None = None
    cancellation_note: str | None = None
    cancellation_reason: int | None = None
    cancellation_reason_description: str | None = None
    cancelled_at: datetime | None = None
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    did_not_arrive: bool | None = None
    email_reminder_sent: bool | None = None
    ends_at: datetime | None = None
    has_patient_appointment_notes: bool | None = None
    invoice_status: int | None = None
    notes: str | None = None
    online_booking_policy_accepted: bool | None = None
    patient: Ref[Patient] | None = None
    patient_arrived: bool | None = None
    patient_case: Ref[PatientCase] | None = None
    patient_name: str | None = None
    practitioner: Ref[Practitioner] | None = None
    repeat_rule: RepeatRule | None = attrs.field(default=None, converter=none_if_empty)
    repeated_from: Ref[IndividualAppointment] | None = None
    sms_reminder_sent: bool | None = None
    starts_at: datetime | None = None
    telehealth_url: str | None = None
    treatment_note_status: int | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class IndividualAppointmentDraft(Draft):
    """An appointment with one patient to be written.

    The API accepts a start in the past and a time that is taken. It makes the attendee; whether the patient came is
    written there.

    To be created it needs `appointment_type_id`, `business_id`, `patient_id`, `practitioner_id` and `starts_at`.

    Attributes:
        ends_at: Left out or None, the type's duration decides.
        repeat_rule: Makes the whole series at once. Leave it out to make this one only.
        starts_at: With a time zone; sent as UTC.
    """

    kind: ClassVar[str] = "individual_appointments"

    appointment_type_id: Ref[AppointmentType] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "appointment_types", "required": True}
    )
    business_id: Ref[Business] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "businesses", "required": True}
    )
    ends_at: datetime | Unset | None = UNSET
    notes: str | Unset | None = UNSET
    patient_case_id: Ref[PatientCase] | str | Unset | None = attrs.field(
        default=UNSET, metadata={"kind": "patient_cases"}
    )
    patient_id: Ref[Patient] | str | Unset = attrs.field(default=UNSET, metadata={"kind": "patients", "required": True})
    practitioner_id: Ref[Practitioner] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "practitioners", "required": True}
    )
    repeat_rule: RepeatRule | Unset | None = UNSET
    starts_at: datetime | Unset = attrs.field(default=UNSET, metadata={"required": True})
