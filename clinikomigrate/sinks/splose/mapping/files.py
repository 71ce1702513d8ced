"""Patients' files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any, Final
from zoneinfo import ZoneInfo

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.documents.filing import legible, parted, safe
from clinikomigrate.sinks.splose.drafts import FileDraft
from clinikomigrate.sinks.splose.mapping.family import Family, draft, zone
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context, Fetch, Mapped, Skip

_NAME_ROOM: Final = 80
_DESCRIPTION_ROOM: Final = 110
"""How many bytes of a file's name each takes at most: file systems take 255 in all."""

_WHOLE: Final = 4000
"""More bytes than any of them has."""


class Files(Family):
    """Maps patients' files."""

    def patient_attachment(self, attachment: m.PatientAttachment, context: Context, /) -> Mapped[FileDraft] | Skip:
        """Maps a file. Its name is all that Splose takes with it: day, name, description and the source's id.

        Whether Splose takes the file itself is seen when it is read: it must be a PDF, or an image, of at most 5 MB.
        """
        if isinstance(attachment, m.FullPatientExport):
            return Skip(reasons.EXPORT, lost=True, lasting=True)
        file: Any = Fetch("file", (Ref(attachment.kind, attachment.id),))
        return draft(
            FileDraft,
            attachment,
            context,
            losses=_cut(attachment),
            file=file,
            name=name_of(attachment, zone(context)),
            attachment=attachment.id,
            patient=attachment.patient.id if attachment.patient else "",
        )


def name_of(attachment: m.UploadedPatientAttachment, where: ZoneInfo | None) -> str:
    """Returns a file's name in Splose: `2024-03-14 archived knee-left MRI-of-the-left-knee 123.pdf`.

    Args:
        attachment: The file's record.
        where: The zone in which the day is told; None for UTC.
    """
    made = attachment.created_at
    day = made.astimezone(where or UTC).date().isoformat() if made else "0000-00-00"
    archived = "archived" if attachment.archived_at else ""
    called = legible(_stem(attachment), _NAME_ROOM)
    about = legible(attachment.description or "", _DESCRIPTION_ROOM)
    said = [called, about] if called or about else ["attachment"]
    return " ".join(part for part in (day, archived, *said, safe(attachment.id)) if part) + ".pdf"


def _stem(attachment: m.UploadedPatientAttachment) -> str:
    return parted(attachment.filename or "")[0]


def _cut(attachment: m.UploadedPatientAttachment) -> Iterator[Loss]:
    """Gives a loss for what is longer than there is room for, or has no letter that a name can have."""
    for field, text, room in (
        ("filename", _stem(attachment), _NAME_ROOM),
        ("description", attachment.description or "", _DESCRIPTION_ROOM),
    ):
        if text.strip() and legible(text, room) != (legible(text, _WHOLE) or None):
            yield Loss(field, reasons.FILE_NAME)
