"""What is kept of patients besides appointments: cases, forms, and who waits. All of it can only be read."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

import attrs

from clinikomigrate.client.entity import Entity, Part
from clinikomigrate.splose.models.fields import id_of, spelled


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class CaseItem(Part):
    """Something that belongs to a case.

    Attributes:
        type: `Appointment`, `SupportActivity`, `File`, `SupportingActivity` or `Letter`.
        type_id: The id of that thing.
    """

    type_id: str | None = attrs.field(default=None, metadata=id_of())
    type: str | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class Case(Entity):
    """What a patient is treated for, and how much of it is paid for by whom.

    Attributes:
        budget: In dollars.
        contact_id: Who referred the patient.
        expiry_date: When the referral ends.
        hours: How many are granted.
        include_cancelled: Whether cancelled appointments count.
        include_did_not_arrive: Whether missed appointments count.
        issue_date: When the referral was made.
        organisation_id: The workspace.
        provider_number: Of who referred the patient.
        track_type: What is counted: `Appointments`, `Hours` or `Budget`.
        utilisation_alert: At which percentage somebody is told.
    """

    kind: ClassVar[str] = "cases"

    case_number: str | None = None
    budget: Decimal | None = None
    appointment_count: Decimal | None = None
    contact_id: str | None = attrs.field(default=None, metadata=id_of("contacts"))
    provider_number: str | None = None
    referral_period: str | None = None
    issue_date: datetime | None = None
    expiry_date: datetime | None = None
    notes: str | None = None
    track_type: str | None = None
    hours: Decimal | None = None
    include_did_not_arrive: bool | None = None
    include_cancelled: bool | None = None
    practitioner_id: str | None = attrs.field(default=None, metadata=id_of("practitioners"))
    items: tuple[CaseItem, ...] | None = None
    organisation_id: str | None = attrs.field(default=None, metadata=id_of())
    patient_id: str | None = attrs.field(default=None, metadata=id_of("patients"))
    is_open: bool | None = None
    has_alert: bool | None = None
    remind_time: str | None = None
    utilisation_alert: Decimal | None = None
    is_alert_utilization_sent: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class PatientForm(Entity):
    """A form that a patient fills in.

    Attributes:
        archived: Lists leave out what is archived unless asked for it.
        content: JSON as text: a list of sections with questions and answers.
        organisation_id: The workspace.
        status: `Incomplete`, `In progress` or `Completed`.
        template_id: The form that it was made from; forms can't be read by themselves.
    """

    kind: ClassVar[str] = "patient_forms"

    title: str | None = None
    uuid: str | None = None
    branding_color: str | None = None
    header_image: str | None = None
    content: str | None = None
    submitted_message: str | None = None
    submitted_at: datetime | None = None
    patient_id: str | None = attrs.field(default=None, metadata=id_of("patients"))
    organisation_id: str | None = attrs.field(default=None, metadata=id_of())
    appointment_id: str | None = attrs.field(default=None, metadata=id_of("appointments"))
    status: str | None = None
    template_id: str | None = attrs.field(default=None, metadata=id_of())
    archived: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class Screener(Entity):
    """A form that somebody fills in who may become a patient.

    Attributes:
        archived: Lists leave out what is archived unless asked for it.
        form_id: The form that it was made from; forms can't be read by themselves.
        patient_id: Whom it led to.
    """

    kind: ClassVar[str] = "screeners"

    patient_id: str | None = attrs.field(default=None, metadata=id_of("patients"))
    triaging: bool | None = None
    form_id: str | None = attrs.field(default=None, metadata=id_of())
    screener_tags: tuple[str, ...] | None = None
    archived: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class WaitlistItem(Entity):
    """A patient who waits for an appointment.

    Attributes:
        archived: Lists leave out what is archived unless asked for it.
        preferred_days: `Monday` and so on.
        preferred_time: `morning` and so on.
        user_group_id: A group of practitioners; groups can't be read by themselves.
    """

    kind: ClassVar[str] = "waitlists"

    practitioner_id: str | None = attrs.field(default=None, metadata=id_of("practitioners"))
    user_group_id: str | None = attrs.field(default=None, metadata=id_of())
    location_id: str | None = attrs.field(default=None, metadata=id_of("locations"))
    patient_id: str | None = attrs.field(default=None, metadata=id_of("patients"))
    service_ids: tuple[str, ...] | None = attrs.field(default=None, metadata=id_of("services"))
    preferred_days: tuple[str, ...] | None = None
    preferred_time: tuple[str, ...] | None = None
    waitlist_tags: tuple[str, ...] | None = None
    is_active: bool | None = None
    archived: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
