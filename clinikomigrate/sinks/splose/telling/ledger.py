"""What stands in which document, as the archive folder remembers it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.sinks.splose.archive import Archive

_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS document (
        client TEXT NOT NULL, subject TEXT NOT NULL, number INTEGER NOT NULL, patient TEXT NOT NULL,
        names TEXT NOT NULL, told TEXT NOT NULL, files TEXT, PRIMARY KEY (client, subject, number)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS caught_up (patient TEXT PRIMARY KEY, states TEXT NOT NULL) WITHOUT ROWID""",
    """CREATE INDEX IF NOT EXISTS document_of ON document (patient)""",
    """CREATE INDEX IF NOT EXISTS seat
        ON record (json_extract(body, '$.booking.links.self')) WHERE kind = 'attendees'""",
)
"""`document` has the documents that were made: whose, of what, the how manieth, the names of its files, which records
it tells in which version, and the files' ids once all are there; `caught_up` who has been told all that there was, and
how each record read then; `seat` finds who has a place in an appointment."""


@attrs.frozen
class Issue:
    """A document that was made.

    Attributes:
        client: The client's id in the workspace.
        subject: What it is of: `treatment-note 123`.
        number: The how manieth of the same it is, from 1.
        patient: The patient's id in the source.
        names: The names of its files.
        told: By kind and id: the version in which it tells a record.
        files: The ids of its files; None until all are there.
    """

    client: str
    subject: str
    number: int
    patient: str
    names: tuple[str, ...]
    told: Mapping[tuple[str, str], str]
    files: tuple[str, ...] | None = None


class Ledger:
    """Remembers documents. Safe in threads.

    Args:
        archive: The archive.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._lock = threading.Lock()
        self._is_there = False

    def issues(
        self, *, subject: str | None = None, client: str | None = None, patient: str | None = None
    ) -> list[Issue]:
        """Gives documents, the first of each subject first.

        Args:
            subject: Only those of this subject.
            client: Only those of this client.
            patient: Only those about this patient.
        """
        given = {"subject": subject, "client": client, "patient": patient}
        asked = {name: value for name, value in given.items() if value is not None}
        condition = " AND ".join([*(f"{name} = ?" for name in asked), "1"])
        query = f"""SELECT client, subject, number, patient, names, told, files FROM document
            WHERE {condition} ORDER BY subject, number"""  # noqa: S608 - names of columns
        return [_issue(*row) for row in self._rows(query, *asked.values())]

    def keep(self, issue: Issue) -> None:
        """Remembers a document.

        Args:
            issue: The document; it takes the place of what was known of it.
        """
        self._write(
            "INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?, ?)",
            issue.client,
            issue.subject,
            issue.number,
            issue.patient,
            json.dumps(issue.names),
            _written(issue.told),
            None if issue.files is None else json.dumps(issue.files),
        )

    def drop(self, issue: Issue) -> None:
        """Forgets a document of which nothing was sent.

        Args:
            issue: The document.
        """
        query = "DELETE FROM document WHERE client = ? AND subject = ? AND number = ?"
        self._write(query, issue.client, issue.subject, issue.number)

    def catch_up(self, patient: str, states: Mapping[tuple[str, str], str]) -> None:
        """Remembers that a patient has been told all that there is.

        Args:
            patient: The patient's id in the source.
            states: How each record reads.
        """
        self._write("INSERT OR REPLACE INTO caught_up VALUES (?, ?)", patient, _written(states))

    @property
    def is_new(self) -> bool:
        """Whether nobody has been told all yet."""
        return not self._rows("SELECT 1 FROM caught_up LIMIT 1")

    def states(self, patient: str) -> Mapping[tuple[str, str], str] | None:
        """Says how a patient's records read when all was told; None where that was never so.

        Args:
            patient: The patient's id in the source.
        """
        found = self._rows("SELECT states FROM caught_up WHERE patient = ?", patient)
        return next((_read(text) for (text,) in found), None)

    def attending(self, booking: str) -> Sequence[str]:
        """Names who has, or had, a place in an appointment.

        Args:
            booking: The appointment's id in the source.
        """
        links = [f"/v1/{kind}/{booking}" for kind in ("bookings", "group_appointments")]
        query = """SELECT DISTINCT patient FROM record WHERE kind = 'attendees'
            AND json_extract(body, '$.booking.links.self') IN (?, ?) ORDER BY patient"""
        return [patient for (patient,) in self._rows(query, *links) if patient is not None]

    def _rows(self, query: str, *values: str) -> list[Any]:
        self._make()
        return self._archive.rows(query, *values)

    def _write(self, query: str, *values: str | int | None) -> None:
        self._make()
        self._archive.write(query, *values)

    def _make(self) -> None:
        with self._lock:
            if not self._is_there:
                for each in _TABLES:
                    self._archive.write(each)
                self._is_there = True


def _issue(*row: Any) -> Issue:
    client, subject, number, patient, names, told, files = row
    sent = None if files is None else tuple(json.loads(files))
    return Issue(client, subject, number, patient, tuple(json.loads(names)), _read(told), sent)


def _written(versions: Mapping[tuple[str, str], str]) -> str:
    rows: Iterable[Sequence[str]] = ((*key, value) for key, value in sorted(versions.items()))
    return json.dumps(list(rows), separators=(",", ":"))


def _read(text: str) -> dict[tuple[str, str], str]:
    rows: Iterator[Sequence[str]] = iter(json.loads(text))
    return {(kind, id): value for kind, id, value in rows}
