"""Files for clients, each sent once, though Splose can neither list nor delete them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from clinikomigrate.errors import ApiError, ConfigurationError, OutcomeUnknown, TransportError, UploadInDoubt
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.documents.filing import safe, saved
from clinikomigrate.splose import Splose

IN_DOUBT: Final = "in-doubt"
"""The folder, in the archive, of files of which nobody knows whether they arrived: a folder for each client."""

BY_HAND: Final = "by-hand:"
"""How the id of a file begins that a person looked after: its own isn't known."""

LAID_OUT: Final = "laid out"
"""The state of a file that Splose refused and that was laid out for a person: it can be sent all the same."""

SENT: Final = "sent"
"""The state of a file that was about to leave when a process ended."""

_ASKED, _THERE, _BY_HAND = "asked", "there", "by hand"
_LOOK: Final = (
    "its answer was lost, and Splose can't be asked for its files: look whether {name} is among the files of client "
    "{client}. If it is not, drag it there from {folder}. Then delete it from that folder, and run again"
)


class Uploads:
    """Sends files to clients of a workspace, and remembers in the archive which were sent.

    A file whose answer was lost is not sent again: it is laid into the archive's folder `in-doubt`, for a person to
    look, and to drag it over where it is missing. Once it is gone from there, it counts as arrived.

    Args:
        client: The workspace's client.
        archive: Remembers.
    """

    def __init__(self, client: Splose, archive: Archive) -> None:
        self._client = client
        self._archive = archive

    def send(self, patient: str, name: str, content: bytes, *, called: str | None = None) -> str:
        """Sends a file, unless it was sent before.

        Args:
            patient: The client's id in the workspace.
            name: The file's name, which no other file of this client has.
            content: The PDF.
            called: What an error calls it, where its name may hold what is about the patient.

        Returns:
            The file's id; `by-hand:` in front of its name where a person looked after it.

        Raises:
            UploadInDoubt: It may have arrived or not; the message says what to do.
            ArchiveError: The archive folder can't be used.
            ApiError: Splose refused it.
            TransportError: It could not be sent.
        """
        state, file = self._archive.upload(patient, name) or (None, "")
        if state == _THERE:
            return file
        if state == _BY_HAND or (state == _ASKED and not self._waiting(patient, name).exists()):
            self.looked_after(patient, name)
            return f"{BY_HAND}{name}"
        if state not in (None, LAID_OUT):
            raise self._in_doubt(patient, name, content, called or name)
        self._archive.note_upload(patient, name, SENT)
        try:
            file = self._client.patients.upload_file(patient, name, content).id
        except OutcomeUnknown:
            raise self._in_doubt(patient, name, content, called or name) from None
        except (ApiError, TransportError, ConfigurationError):
            self._archive.note_upload(patient, name, state)
            raise
        self._archive.note_upload(patient, name, _THERE, file)
        return file

    def sent(self, patient: str, name: str) -> str | None:
        """Gives the id of a file that was sent, as `send` would; None where it was not, or nobody knows yet.

        Args:
            patient: The client's id in the workspace.
            name: The file's name.
        """
        state, file = self._archive.upload(patient, name) or (None, "")
        if state == _THERE:
            return file
        return f"{BY_HAND}{name}" if state == _BY_HAND else None

    def looked_after(self, patient: str, name: str) -> None:
        """Notes that a person added a file by hand.

        Args:
            patient: The client's id in the workspace.
            name: The file's name.
        """
        self._archive.note_upload(patient, name, _BY_HAND)

    def _waiting(self, patient: str, name: str) -> Path:
        return self._archive.path / IN_DOUBT / safe(patient) / name

    def _in_doubt(self, patient: str, name: str, content: bytes, called: str) -> UploadInDoubt:
        """Lays a file out for a person, whole before it is said to be there."""
        waiting = self._waiting(patient, name)
        with self._archive.using():
            for folder in (waiting.parent.parent, waiting.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            if not waiting.exists():
                part = waiting.with_suffix(".part")
                part.unlink(missing_ok=True)
                saved(part, content).replace(waiting)
        self._archive.note_upload(patient, name, _ASKED)
        return UploadInDoubt(_LOOK.format(name=called, client=patient, folder=waiting.parent))
