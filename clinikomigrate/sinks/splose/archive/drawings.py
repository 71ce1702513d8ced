"""The archive's drawings: signatures of forms, as data among the records and as files that a person can look at."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from clinikomigrate.cliniko.models import PatientForm, Signature
from clinikomigrate.sinks.pictures import picture_of
from clinikomigrate.sinks.splose.archive.archive import Archive
from clinikomigrate.sinks.splose.documents.filing import safe, saved

SIGNATURES: Final = "signatures"
"""The folder, in the archive, of drawn signatures: a folder for each patient. It is the kind's name among the records
too."""

LATER: Final = "it could not be read yet"
"""What is missing of a drawing that the next run tries to read once more, and its document waits for."""
WAITED: Final = "it could not be read, and its document waited for it once"
NEVER: Final = "Cliniko's API does not give it away"
UNKNOWN: Final = "it is no picture that is known; the record has it as Cliniko gave it"

_NOBODY: Final = "nobody"


class Drawings:
    """Keeps drawn signatures. Safe in threads, as long as no two work on the same form.

    Args:
        archive: The archive.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def of(self, signature: str) -> Signature | None:
        """Gives a signature that is kept; None where it isn't.

        Args:
            signature: Its id in the source.
        """
        found: Signature | None = self._archive.get(SIGNATURES, signature)
        return found

    def missing(self, signature: str) -> str | None:
        """Says what is missing of a signature, as far as that is known.

        Args:
            signature: Its id in the source.
        """
        found = self._archive.rows("SELECT missing FROM drawing WHERE signature = ?", signature)
        return next((missing for (missing,) in found), None)

    def wait(self, form: str) -> bool:
        """Says whether a form's document is to wait for a signature that the next run tries to read again; it is once.

        Args:
            form: The form's id in the source.
        """
        due = self._archive.rows("SELECT 1 FROM drawing WHERE form = ? AND missing = ?", form, LATER)
        if due:
            self._archive.write("UPDATE drawing SET missing = ? WHERE form = ? AND missing = ?", WAITED, form, LATER)
        return bool(due)

    def lacks(self, form: PatientForm, signature: str, missing: str) -> None:
        """Notes that a signature could not be kept.

        Args:
            form: The form that it stands on.
            signature: Its id in the source.
            missing: Why.
        """
        self._note(form, signature, None, missing)

    def keep(self, form: PatientForm, signature: Signature) -> None:
        """Keeps a signature: first its file, whole or not at all, then the record.

        Args:
            form: The form that it stands on.
            signature: The signature with its image.

        Raises:
            ArchiveError: The disk is full, or refuses.
        """
        picture = picture_of(signature.image)
        name = None
        if picture is not None:
            name = f"{SIGNATURES}/{safe(_whose(form))}/{safe(form.id)} {safe(signature.id)}{picture.ending}"
            self._lay(self._archive.path / name, picture.content)
        self._note(form, signature.id, name, None if name else UNKNOWN)
        self._archive.put([signature], patient=form.patient.id if form.patient else None)

    def _lay(self, place: Path, content: bytes) -> None:
        with self._archive.using():
            for folder in (place.parent.parent, place.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            part = place.with_suffix(".part")
            part.unlink(missing_ok=True)
            saved(part, content).replace(place)

    def _note(self, form: PatientForm, signature: str, file: str | None, missing: str | None) -> None:
        query = "INSERT OR REPLACE INTO drawing VALUES (?, ?, ?, ?, ?)"
        self._archive.write(query, signature, form.id, _whose(form), file, missing)


def _whose(form: PatientForm) -> str:
    return form.patient.id if form.patient else _NOBODY
