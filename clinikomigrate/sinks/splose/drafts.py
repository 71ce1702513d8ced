"""What is written into Splose, under the names of the source's kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import attrs

from clinikomigrate.client.entity import Draft
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.splose.models import AppointmentDraft, PatientDraft
from clinikomigrate.transfer.classes import Class
from clinikomigrate.transfer.mapper import Fetch


@attrs.frozen(kw_only=True, repr=False)
class ClientDraft(PatientDraft):
    """A client with what is read of the source when it is about to be written.

    Attributes:
        medical_alerts: The texts of the patient's alerts; they come into `alert`.
        referring_doctor: What the contact is called who referred the patient; it comes into `extra_info`.
        to_come: Whether the patient is booked: who is gets no messages until the transfer is done.
        blank_fields: The workspace's own fields that the patient has nothing in: their names by their ids. Of a client
            who is there they are emptied.
        in_fields: What the workspace's own fields have, as the further information has it of whoever came before there
            were such fields: heading and text.
        own: The countries and time zones that the workspace may have filled in by itself; `UNSET` for any.
    """

    medical_alerts: Sequence[str] | Fetch | Unset = UNSET
    referring_doctor: str | Fetch | Unset = UNSET
    to_come: bool | Fetch | Unset = UNSET
    blank_fields: Mapping[str, str] | Unset = UNSET
    in_fields: Sequence[str] | Unset = UNSET
    own: Sequence[str] | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class VisitDraft(AppointmentDraft):
    """An individual appointment.

    Attributes:
        attendee_notes: What the clinic noted with the attendee, read when it is about to be written.
        became: What the note is to say of what became of it.
        cancels: Whether it is marked as cancelled afterwards.
        came: Whether the patient came; `UNSET` where attendance isn't sent.
    """

    kind: ClassVar[str] = "individual_appointments"

    attendee_notes: Sequence[str] | Fetch | Unset = UNSET
    became: str | Unset = UNSET
    cancels: bool | Unset = UNSET
    came: bool | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class SeatDraft(Draft):
    """An attendee.

    Of an individual appointment there is nothing to write but that appointment. Of a class each seat is one of its own.

    Attributes:
        seat: The id of the appointment, or the class (`Any`: a `Fetch` until then).
        patient_id: Whose it is (`Any`: a `Ref` until it is an id).
        attended: What the appointment's note is to say of the attendance.
        note: What the clinic noted about this seat.
        created_at: When it was booked.
        deleted_at: When it was cancelled or archived; it is made archived then.
        cancels: Whether it is marked as cancelled afterwards.
        came: Whether the patient came; `UNSET` where attendance isn't sent.
        zone: The name of the zone in which times are told; UTC where there is none.
    """

    kind: ClassVar[str] = "attendees"

    seat: Any = attrs.field(default=UNSET, metadata={"required": True})
    patient_id: Any = attrs.field(default=UNSET, metadata={"required": True})
    attended: str | Unset = UNSET
    note: str | Unset = UNSET
    created_at: Any = UNSET
    deleted_at: Any = UNSET
    cancels: bool | Unset = UNSET
    came: bool | Unset = UNSET
    zone: str | Unset = UNSET

    @property
    def stands(self) -> bool:
        """Whether it is the seat of an individual appointment, which stands there already."""
        return not isinstance(self.seat, Class)


@attrs.frozen(kw_only=True, repr=False)
class AnswersDraft(Draft):
    """What a client has in the workspace's own fields.

    Attributes:
        answers: By the field's id: a text, a number, an option's id, or several of them.
        names: What those of these fields are called that show their value as it was sent, by their ids.
        called: What all of them are called, by their ids.
    """

    kind: ClassVar[str] = "patients"

    answers: Mapping[str, Any] | Unset = UNSET
    names: Mapping[str, str] | Unset = UNSET
    called: Mapping[str, str] | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class FileDraft(Draft):
    """A patient's file.

    Attributes:
        patient_id: Whose it is (`Any`: a `Ref` until it is an id).
        file: The file itself (`Any`: a `Fetch` until it is about to be read).
        name: What it is called among the client's files.
        attachment: The attachment's id in the source.
        patient: The patient's id in the source.
    """

    kind: ClassVar[str] = "patient_attachments"

    patient_id: Any = attrs.field(default=UNSET, metadata={"required": True})
    file: Any = attrs.field(default=UNSET, metadata={"required": True})
    name: str = ""
    attachment: str = ""
    patient: str = ""
