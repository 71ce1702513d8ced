"""Documents on their way: written into the archive folder first, then sent, so that an interruption doubles nothing."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ApiError, NotFound
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.documents import Documents, PatientRecord
from clinikomigrate.sinks.splose.documents.filing import safe, saved
from clinikomigrate.sinks.splose.telling.ledger import Issue, Ledger
from clinikomigrate.sinks.splose.uploads import BY_HAND, Uploads
from clinikomigrate.splose import Splose
from clinikomigrate.transfer.losses import Loss

OUTGOING: Final = "outgoing"
"""The folder, in the archive, of documents that are on their way; it is empty when all is done."""

LAID_OUT: Final = "documents"
"""The folder, in the archive, of documents that Splose took no files of: a folder for each client."""

SUBJECTS: Final[Mapping[str, str]] = {
    "treatment_notes": "treatment-note",
    "patient_forms": "patient-form",
    "patients": "patient-record",
}
"""What documents are of, by the kind of the record that they are called after."""

_LAID_OUT: Final = "laid out"
_REFUSALS: Final = frozenset({400, 403, 404, 409, 422})


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
        self._lock = threading.Lock()

    def settle(self, client: str, subject: str) -> None:
        """Ends what an interruption left of documents: those that were begun are sent, the others are forgotten.

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

    def losses(self, issue: Issue) -> tuple[Loss, ...]:
        """Says what of a document Splose did not take.

        Args:
            issue: The document.
        """
        states = [self._archive.upload(issue.client, name) for name in issue.names]
        refused = any(state is not None and state[0] == _LAID_OUT for state in states)
        return (Loss("record", reasons.REFUSED_FILE),) if refused else ()

    def _send(self, issue: Issue) -> Issue:
        folder = self._folder(issue)
        sent = attrs.evolve(issue, files=tuple(self._one(issue.client, folder / name) for name in issue.names))
        self._ledger.keep(sent)
        shutil.rmtree(folder, ignore_errors=True)
        return sent

    def _one(self, client: str, path: Path) -> str:
        state, _ = self._archive.upload(client, path.name) or (None, "")
        if state != _LAID_OUT:
            with self._archive.using():
                content = path.read_bytes()
            try:
                return self._uploads.send(client, path.name, content)
            except ApiError as error:
                if error.status not in _REFUSALS or not self._is_archived(client):
                    raise
            self._lay_out(client, path.name, content)
        return f"{BY_HAND}{path.name}"

    def _is_archived(self, client: str) -> bool:
        try:
            found = self._client.patients.get(client)
        except NotFound:
            return False
        return found.archived is True or found.deleted_at is not None

    def _lay_out(self, client: str, name: str, content: bytes) -> None:
        """Lays a file out for a person, whole before it is noted."""
        folder = self._archive.path / LAID_OUT / safe(client)
        with self._archive.using():
            for each in (folder.parent, folder):
                each.mkdir(mode=0o700, exist_ok=True)
            (folder / name).unlink(missing_ok=True)
            saved(folder / name, content)
        self._archive.note_upload(client, name, _LAID_OUT)

    def _folder(self, issue: Issue) -> Path:
        return self._archive.path / OUTGOING / f"{safe(issue.client)} {issue.subject} {issue.number}"


def subject_of(record: m.TreatmentNote | m.PatientForm | m.Patient) -> str:
    """Says what a document is of: `treatment-note 123`, or `patient-record 42` for all of a patient that has no other.

    Args:
        record: A note, a form or the patient.
    """
    return f"{SUBJECTS[record.kind]} {safe(record.id)}"
