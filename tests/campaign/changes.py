"""What people do to both accounts while a transfer isn't done yet, and what the copy may then hold."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from clinikomigrate import Error, Ref, Report
from clinikomigrate.transfer.journal import State
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.campaign.clinic import NOTE
from tests.campaign.pair import Pair

Row = dict[str, Any]  # Any: a row's values are of JSON's types

EDITS: Final[Mapping[str, Row]] = {
    "patients": {"occupation": "Pilot"},
    "contacts": {"occupation": "Surgeon"},
    "medical_alerts": {"name": "Nuts"},
    "patient_cases": {"name": "Hip", "notes": "It was the hip."},
    "individual_appointments": {"starts_at": "2026-05-05T01:00:00Z", "ends_at": "2026-05-05T01:30:00Z"},
    "unavailable_blocks": {"notes": "Moved"},
    "treatment_notes": {"title": "Second thoughts"},
    "communications": {"content": "Called again."},
    "recalls": {"notes": "Sooner"},
    "products": {"name": "Long band"},
}
"""What somebody writes into a record of the source."""

Name: TypeAlias = tuple[str, str]
"""A record's kind and its id in the source."""

GAINS: Final = ("patients", "medical_alerts", "treatment_notes", "patient_attachments", "individual_appointments")
"""What kinds of record the source gets more of."""

THEIRS: Final = ("patients", "contacts", "of a patient")
"""What others add to the destination; the last is some record of a patient who is there."""


class Changes(abc.ABC):
    """Changes both accounts, and knows what must come of it.

    Args:
        pair: The accounts.
    """

    edits: Mapping[str, Row] = EDITS

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._changed: dict[Name, Row] = {}
        self._theirs: list[tuple[str, Row]] = []
        self._made = 0

    # In the source.

    def gain(self, kind: str) -> None:
        """Adds a record of a kind to the source, of which it may have some that look the same."""
        add, rows = self._pair.source.add, self._pair.source.rows
        self._made += 1
        ada = str(rows("patients")[0]["id"])
        match kind:
            case "patients":
                newcomer = add(kind, first_name="New", last_name=f"Comer {self._made}")
                add("medical_alerts", patient_id=newcomer, name="Latex")
            case "medical_alerts":
                add(kind, patient_id=ada, name="Latex")
            case "treatment_notes":
                practitioner = rows("practitioners")[0]["id"]
                add(kind, patient_id=ada, title="Follow-up", draft=False, content=NOTE, practitioner_id=practitioner)
            case "patient_attachments":
                content = b"%PDF-1.7 number " + str(self._made).encode()
                add(kind, patient_id=ada, filename="scan.pdf", content_type="application/pdf", content=content)
            case _:
                names = ("business_id", "practitioner_id", "appointment_type_id", "starts_at")
                first = rows("individual_appointments")[0]
                add(kind, patient_id=ada, notes=f"No. {self._made}", **{name: first[name] for name in names})

    def edit(self, kind: str, number: int) -> None:
        """Changes one of the source's records of a kind."""
        rows = [row for row in self._pair.source.rows(kind) if (kind, str(row["id"])) not in self._changed]
        if rows:
            self._change(kind, rows[number % len(rows)], self.edits[kind])

    def edit_what_is_in_doubt(self) -> None:
        """Changes every record of the source of which it is not known whether it is in the destination."""
        for kind in EDITS:
            for row in self._pair.source.rows(kind):
                state = self._state(kind, str(row["id"]))
                if state is not None and state.doubtful and (kind, str(row["id"])) not in self._changed:
                    self._change(kind, row, self.edits[kind])

    def cancel(self, number: int) -> None:
        """Cancels one of the source's appointments that stand."""
        rows = [
            row
            for row in self._pair.source.rows("individual_appointments")
            if row["cancelled_at"] is None
            and row["archived_at"] is None
            and ("individual_appointments", str(row["id"])) not in self._changed
        ]
        if not rows:
            return
        row = rows[number % len(rows)]
        cancelled = {"cancelled_at": self._pair.source.time_text(), "cancellation_reason": 40}
        self._change("individual_appointments", row, cancelled)
        for attendee in self._pair.source.rows("attendees"):
            if attendee["booking_id"] == row["id"]:
                self._change("attendees", attendee, cancelled)

    def _change(self, kind: str, row: Row, values: Row) -> None:
        source, id = self._pair.source, str(row["id"])
        self._changed[kind, id] = {name: row[name] for name in values}
        with source.lock:
            source.store.change(kind, source.store.at(kind, id), updated_at=source.time_text(), **values)

    def _state(self, kind: str, id: str) -> State | None:
        if not self._pair.journal.exists():
            return None
        journal = SQLiteJournal(self._pair.journal)
        journal.open()
        entry = journal.entry(Ref(kind, id))
        journal.close()
        return None if entry is None else entry.state

    # In the destination.

    @abc.abstractmethod
    def somebody_adds(self, kind: str) -> None:
        """Adds a record to the destination that is none of the transfer's.

        Args:
            kind: Of `THEIRS`.
        """

    @abc.abstractmethod
    def settle(self, report: Report) -> bool:
        """Does what the reasons of conflicts ask for: takes away the copies of how records were.

        Args:
            report: Says which conflicts there are.

        Returns:
            Whether there were any.
        """

    # What must come of it.

    @abc.abstractmethod
    def problems(self, end: Report | Error) -> list[str]:
        """Says what is wrong with the copy.

        What was changed in the source is changed in the copy, or the report says that it isn't.

        Args:
            end: How the last run ended.
        """

    def _told(self, end: Report | Error) -> list[Name] | None:
        """Returns which records a report says are not as they were changed to; None where it says anything else."""
        if not isinstance(end, Report) or end.stopped is not None:
            return None
        told = [(row.kind, row.source_id) for row in end.set_aside]
        conflicts = all(row.state == "conflict" for row in end.set_aside)
        return told if conflicts and all(each in self._changed for each in told) else None
