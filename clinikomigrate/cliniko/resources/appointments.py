"""The diary: appointments, who attends them, and when nobody can be booked."""

from __future__ import annotations

from clinikomigrate.client.nested import Nested
from clinikomigrate.client.resource import (
    Archive,
    Cancel,
    Conflicts,
    Create,
    DeleteToArchive,
    Get,
    List,
    Update,
)
from clinikomigrate.cliniko.models import (
    Attendee,
    AttendeeDraft,
    AvailabilityBlock,
    AvailabilityBlockDraft,
    Booking,
    DailyAvailability,
    GroupAppointment,
    GroupAppointmentDraft,
    IndividualAppointment,
    IndividualAppointmentDraft,
    Invoice,
    PatientForm,
    UnavailableBlock,
    UnavailableBlockDraft,
    UnavailableBlockType,
    UnavailableBlockTypeDraft,
)
from clinikomigrate.cliniko.resources.fields import ALIASES, FIELDS, fields_without


class IndividualAppointments(
    List[IndividualAppointment],
    Get[IndividualAppointment],
    Create[IndividualAppointment, IndividualAppointmentDraft],
    Update[IndividualAppointment, IndividualAppointmentDraft],
    Archive,
    DeleteToArchive,
    Cancel,
    Conflicts,
):
    """Appointments with one patient. The API makes the attendee of each."""

    kind = "individual_appointments"
    model = IndividualAppointment
    fields = FIELDS["individual_appointments"]
    refs = ALIASES["individual_appointments"]

    attendees = Nested[Attendee](
        Attendee,
        "attendees",
        "/individual_appointments/{individual_appointment_id}/attendees",
        FIELDS["attendees"],
    )
    invoices = Nested[Invoice](
        Invoice,
        "invoices",
        "/appointments/{appointment_id}/invoices",
        fields_without("invoices", "appointment_id"),
    )


class GroupAppointments(
    List[GroupAppointment],
    Get[GroupAppointment],
    Create[GroupAppointment, GroupAppointmentDraft],
    Update[GroupAppointment, GroupAppointmentDraft],
    Archive,
    DeleteToArchive,
    Conflicts,
):
    """Appointments with several patients. They can't be cancelled; their attendees can."""

    kind = "group_appointments"
    model = GroupAppointment
    fields = FIELDS["group_appointments"]
    refs = ALIASES["group_appointments"]

    attendees = Nested[Attendee](
        Attendee, "attendees", "/group_appointments/{group_appointment_id}/attendees", FIELDS["attendees"]
    )


class Attendees(
    List[Attendee],
    Get[Attendee],
    Create[Attendee, AttendeeDraft],
    Update[Attendee, AttendeeDraft],
    Archive,
    DeleteToArchive,
    Cancel,
):
    """Patients in appointments: whether they came, and what they were told."""

    kind = "attendees"
    model = Attendee
    fields = FIELDS["attendees"]
    create_only = frozenset({"booking_id", "patient_id"})

    invoices = Nested[Invoice](
        Invoice, "invoices", "/attendees/{attendee_id}/invoices", fields_without("invoices", "attendee_id")
    )
    patient_forms = Nested[PatientForm](
        PatientForm,
        "patient_forms",
        "/attendees/{attendee_id}/patient_forms",
        fields_without("patient_forms", "attendee_id"),
    )


class Bookings(List[Booking], Get[Booking]):
    """All that stands in the diary: individual and group appointments and unavailable blocks, to be read only."""

    kind = "bookings"
    model = Booking
    fields = FIELDS["bookings"]
    refs = ALIASES["bookings"]


class UnavailableBlocks(
    List[UnavailableBlock],
    Get[UnavailableBlock],
    Create[UnavailableBlock, UnavailableBlockDraft],
    Update[UnavailableBlock, UnavailableBlockDraft],
    Archive,
    DeleteToArchive,
    Conflicts,
):
    """Times in which a practitioner can't be booked."""

    kind = "unavailable_blocks"
    model = UnavailableBlock
    fields = FIELDS["unavailable_blocks"]
    refs = ALIASES["unavailable_blocks"]


class UnavailableBlockTypes(
    List[UnavailableBlockType],
    Get[UnavailableBlockType],
    Create[UnavailableBlockType, UnavailableBlockTypeDraft],
    Update[UnavailableBlockType, UnavailableBlockTypeDraft],
    Archive,
):
    """What unavailable blocks are for."""

    kind = "unavailable_block_types"
    model = UnavailableBlockType
    fields = FIELDS["unavailable_block_types"]


class AvailabilityBlocks(
    List[AvailabilityBlock],
    Get[AvailabilityBlock],
    Create[AvailabilityBlock, AvailabilityBlockDraft],
):
    """Single times in which a practitioner can be booked, beside the usual week."""

    kind = "availability_blocks"
    model = AvailabilityBlock
    fields = FIELDS["availability_blocks"]


class DailyAvailabilities(List[DailyAvailability], Get[DailyAvailability]):
    """The usual week of each practitioner at each business, to be read only."""

    kind = "daily_availabilities"
    model = DailyAvailability
    fields = FIELDS["daily_availabilities"]
