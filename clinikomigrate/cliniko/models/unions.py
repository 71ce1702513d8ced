"""Lists that hold records of several classes, and how to tell which one a record is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from clinikomigrate.client.entity import Entity
from clinikomigrate.cliniko.models.appointments import IndividualAppointment
from clinikomigrate.cliniko.models.attachments import FullPatientExport, UploadedPatientAttachment
from clinikomigrate.cliniko.models.availability import UnavailableBlock
from clinikomigrate.cliniko.models.communications import EmailCommunication, MemoCommunication, SmsCommunication
from clinikomigrate.cliniko.models.group_appointments import GroupAppointment

Booking = GroupAppointment | IndividualAppointment | UnavailableBlock
"""What a diary holds. A `Ref` of kind `bookings` points at whichever of the three has the id."""

Communication = MemoCommunication | EmailCommunication | SmsCommunication
"""What the list of communications holds: notes about talks, e-mails and text messages."""

PatientAttachment = FullPatientExport | UploadedPatientAttachment
"""What the list of patients' files holds: files of the clinic, and archives that the product made of a patient."""

_MEMO = 12
_SMS = 1


def booking_model(row: Mapping[str, object]) -> type[Booking]:
    """Tells which kind of booking the API sent.

    Args:
        row: The booking as JSON has it.

    Returns:
        The class for it: only group appointments have a limit of attendees, and only unavailable blocks have no type
        of appointment.
    """
    if "max_attendees" in row:
        return GroupAppointment
    return IndividualAppointment if "appointment_type" in row else UnavailableBlock


def communication_model(row: Mapping[str, object]) -> type[Communication]:
    """Tells which kind of communication the API sent.

    Args:
        row: The communication as JSON has it.

    Returns:
        The class for it. What is neither a memo nor a text message counts as an e-mail, whose class has everything.
    """
    if row.get("category_code") == _MEMO or row.get("category") == "Memo" or "confidential" in row:
        return MemoCommunication
    if "content_subject" not in row and (row.get("type_code") == _SMS or row.get("type") == "SMS"):
        return SmsCommunication
    return EmailCommunication


def patient_attachment_model(row: Mapping[str, object]) -> type[PatientAttachment]:
    """Tells which kind of file the API sent.

    Nothing says so but the file's category, of which little is documented. In doubt it is a file of the clinic: to
    take one for an archive of the product would leave it behind.

    Args:
        row: The file's record as JSON has it.

    Returns:
        The class for it.
    """
    return FullPatientExport if "export" in str(row.get("category")).lower() else UploadedPatientAttachment


UNIONS: Final[Mapping[object, Callable[[Mapping[str, object]], type[Entity]]]] = MappingProxyType(
    {
        Booking: booking_model,
        Communication: communication_model,
        PatientAttachment: patient_attachment_model,
    }
)
"""For each of these unions what picks the class of one record."""
