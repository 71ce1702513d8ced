"""Documents on their way: written into the archive folder first, then sent, so that an interruption doubles nothing."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ApiError, UploadInDoubt
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.documents import Documents, PatientRecord
from clinikomigrate.sinks.splose.documents.filing import safe, saved
from clinikomigrate.sinks.splose.revived import Revived, is_of_archived
from clinikomigrate.sinks.splose.telling.ledger import Issue, Ledger
from clinikomigrate.sinks.splose.uploads import BY_HAND, LAID_OUT, SENT, Uploads
from clinikomigrate.splose import Splose

OUTGOING: Final = "outgoing"
"""The folder, in the archive, of documents that are on their way; it is empty when all is done."""

REFUSED: Final = "documents"
"""The folder, in the archive, of documents that Splose took no files of: a folder for each client."""

SUBJECTS: Final[Mapping[str, str]] = {
    "treatment_notes": "treatment-note",
    "patient_forms": "patient-form",
    "patients": "patient-record",
}
"""What documents are of, by the kind of the record that they are called after."""


class Outbox:
    """Makes documents and sends them, each once.

    A document is remembered with all that it tells before its first file leaves, and its files lie in the archive until
    the last one is there. What was interrupted in between goes on with the very same files, whatever the record says by
    then.

    Args:
        client: The workspace's client.
        archive: The archive.
        ledger: Remembers documents.
        documents: Makes them. It is used by one thread at a time.
    """

    def __init__(self, client: Splose, archive: Archive, ledger: Ledger, documents: Documents) -> None:
        self._client = client
        self._archive = archive
        self._ledger = ledger
        self._documents = documents
        self._uploads = Uploads(client, archive)
        self._revived = Revived(client, archive)
        self._lock = threading.Lock()

    def settle(self, client: str, subject: str) -> None:
        """Ends what was left of documents: those that were begun are sent, the others are forgotten.

        What Splose took no file of is sent where its client is live by now.

        Args:
            client: The client's id in the workspace.
            subject: What they are of.

        Raises:
            Error: As `issue`.
        """
        for issue in self._ledger.issues(client=client, subject=subject):
            if issue.files is None and not self._go_on(issue):
                self._ledger.drop(issue)
                shutil.rmtree(self._folder(issue), ignore_errors=True)
            elif issue.files is not None and self._waits(issue):
                self._try_again(issue)

    def _waits(self, issue: Issue) -> bool:
        """Says whether a file of a document lies where a person finds it, or may have arrived or not."""
        return any(
            self._uploads.sent(issue.client, name) is None or self._place(issue.client, name).exists()
            for name in issue.names
        )

    def _try_again(self, issue: Issue) -> None:
        files = [self._laid_out(issue.client, name) for name in issue.names]
        self._ledger.keep(attrs.evolve(issue, files=tuple(files)))
        with self._archive.using():
            for folder in (self._archive.path / REFUSED / safe(issue.client), self._archive.path / REFUSED):
                if folder.exists() and not any(folder.iterdir()):
                    folder.rmdir()

    def _laid_out(self, client: str, name: str) -> str:
        """Sends a file that lies where a person finds it; one that was taken out of there counts as added by hand."""
        place = self._place(client, name)
        state, _ = self._archive.upload(client, name) or (None, "")
        if state in (LAID_OUT, SENT) and not place.exists():
            self._uploads.looked_after(client, name)
        elif state == LAID_OUT and not self._revived.has(client):
            return f"{BY_HAND}{name}"
        with self._archive.using():
            content = place.read_bytes() if place.exists() else b""
        try:
            file = self._uploads.send(client, name, content)
        except UploadInDoubt:  # it lies where a person is to look
            place.unlink(missing_ok=True)
            raise
        except ApiError as error:
            if not is_of_archived(self._client, client, error):
                raise
            self._lay_out(client, name, content)
            return f"{BY_HAND}{name}"
        place.unlink(missing_ok=True)
        return file

    def left(self, client: str, subject: str) -> str | None:
        """Says why a document need not be made again: it lies where a person finds it. Nothing is written.

        Args:
            client: The client's id in the workspace.
            subject: What it is of.

        Raises:
            Error: Splose could not be asked who is live.
        """
        lying = any(
            self._is_laid_out(client, name) and self._place(client, name).exists()
            for issue in self._ledger.issues(client=client, subject=subject)
            for name in issue.names
        )
        return reasons.REFUSED_FILE if lying and not self._revived.has(client) else None

    def _go_on(self, issue: Issue) -> bool:
        begun = any(self._archive.upload(issue.client, name) is not None for name in issue.names)
        if not begun or not all((self._folder(issue) / name).exists() for name in issue.names):
            return False
        self._send(issue)
        return True

    def issue(self, client: str, subject: str, record: PatientRecord, told: Mapping[tuple[str, str], str]) -> Issue:
        """Makes a document and sends it.

        Args:
            client: The client's id in the workspace.
            subject: What it is of.
            record: What it tells.
            told: By kind and id: the version of each record that it tells.

        Returns:
            The document, with the ids of its files.

        Raises:
            UploadInDoubt: A file may have arrived or not; the message says what to do.
            ArchiveError: The archive folder can't be used.
            ApiError: Splose refused a file.
            TransportError: A file could not be sent.
        """
        number = len(self._ledger.issues(client=client, subject=subject)) + 1
        issue = Issue(client, subject, number, record.patient.id, (), told)
        folder = self._folder(issue)
        with self._archive.using():
            shutil.rmtree(folder, ignore_errors=True)
            for each in (folder.parent, folder):
                each.mkdir(mode=0o700, exist_ok=True)
            with self._lock:
                (document,) = self._documents.write(record, folder, earlier=number - 1)
        holds = {(ref.kind, ref.id) for ref in document.holds}
        issue = attrs.evolve(
            issue,
            names=tuple(path.name for path in document.paths),
            told={key: version for key, version in told.items() if key in holds},
        )
        self._ledger.keep(issue)
        return self._send(issue)

    def is_laid_out(self, issue: Issue) -> bool:
        """Says whether Splose took no file of a document, or not all, so that it lies where a person finds it.

        Args:
            issue: The document.
        """
        return any(self._is_laid_out(issue.client, name) for name in issue.names)

    def _send(self, issue: Issue) -> Issue:
        folder = self._folder(issue)
        sent = attrs.evolve(issue, files=tuple(self._one(issue.client, folder / name) for name in issue.names))
        self._ledger.keep(sent)
        shutil.rmtree(folder, ignore_errors=True)
        return sent

    def _one(self, client: str, path: Path) -> str:
        if not self._is_laid_out(client, path.name):
            with self._archive.using():
                content = path.read_bytes()
            try:
                file = self._uploads.send(client, path.name, content)
            except ApiError as error:
                if not is_of_archived(self._client, client, error):
                    raise
                self._lay_out(client, path.name, content)
            else:
                self._place(client, path.name).unlink(missing_ok=True)  # an interruption can have left it
                return file
        return f"{BY_HAND}{path.name}"

    def _is_laid_out(self, client: str, name: str) -> bool:
        state, _ = self._archive.upload(client, name) or (None, "")
        return state == LAID_OUT

    def _lay_out(self, client: str, name: str, content: bytes) -> None:
        """Lays a file out for a person, whole before it is noted."""
        place = self._place(client, name)
        with self._archive.using():
            for each in (place.parent.parent, place.parent):
                each.mkdir(mode=0o700, exist_ok=True)
            place.unlink(missing_ok=True)
            saved(place, content)
        self._archive.note_upload(client, name, LAID_OUT)

    def _place(self, client: str, name: str) -> Path:
        return self._archive.path / REFUSED / safe(client) / name

    def _folder(self, issue: Issue) -> Path:
        return self._archive.path / OUTGOING / f"{safe(issue.client)} {issue.subject} {issue.number}"


def subject_of(record: m.TreatmentNote | m.PatientForm | m.Patient) -> str:
    """Says what a document is of: `treatment-note 123`, or `patient-record 42` for all of a patient that has no other.

    Args:
        record: A note, a form or the patient.
    """
    return subject_called(record.kind, record.id)


def subject_called(kind: str, record: str) -> str:
    """Says what the document of a record is of.

    Args:
        kind: The source's kind of record.
        record: Its id.
    """
    return f"{SUBJECTS[kind]} {safe(record)}"
