"""A clinic that moves into another account of Cliniko's."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import product
from pathlib import Path
from typing import Any, Final

from clinikomigrate import Cliniko, ClinikoSink, Error, Report, Sink
from clinikomigrate.testing import FakeCliniko, empty_destination
from clinikomigrate.testing.kinds import BOOKINGS
from clinikomigrate.transfer.carry import CHANGED
from tests.campaign.changes import Changes, Name, Row
from tests.campaign.clock import QuickClock
from tests.campaign.destination import Destination
from tests.campaign.pair import Pair, shortcomings
from tests.comparison import differences
from tests.testing_clinic.altered import Altered, Shown

_ANY_OF: Final = CHANGED.partition("{}")[0]
_ID: Final = re.compile(r"\b\d{4,}\b")


class IntoCliniko(Destination):
    """An empty account of Cliniko's as the destination."""

    def make(self, source: FakeCliniko, clock: QuickClock | None = None) -> FakeCliniko:
        """Makes the empty account.

        Args:
            source: The account that moves there.
            clock: Is the source's.
        """
        return empty_destination(source)

    def sink(self, key: str, **settings: Any) -> Sink:
        """Makes the sink.

        Args:
            key: The account's key.
            **settings: Of the client.
        """
        return ClinikoSink(Cliniko(key, app_name="Acme Migrations", contact_email="dev@acme.example", **settings))

    def problems(self, source: FakeCliniko, destination: FakeCliniko, journal: Path) -> list[str]:
        """Says what is wrong with the copy.

        Args:
            source: The clinic.
            destination: The account that it moved to.
            journal: The journal's file.
        """
        return [*differences(source, destination), *memos(source, destination)]

    def changes(self, pair: Pair) -> Changes:
        """Makes what changes both accounts.

        Args:
            pair: The accounts.
        """
        return ClinikoChanges(pair)


def memos(source: FakeCliniko, destination: FakeCliniko) -> list[str]:
    """Says whether some are missing or twice: in this clinic each message makes one, and nothing else makes any.

    Args:
        source: The clinic.
        destination: The account that it moved to.
    """
    there, here = len(source.rows("communications")), len(destination.rows("communications"))
    return [] if there == here else [f"{there} messages made {here} memos"]


class ClinikoChanges(Changes):
    """Changes both accounts, and knows what must come of it."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(pair)
        self._filed: dict[str, str] = {}  # by a file that somebody put into a case: the case

    @property
    def _destination(self) -> FakeCliniko:
        account: FakeCliniko = self._pair.destination
        return account

    # In the destination.

    def somebody_adds(self, kind: str) -> None:
        """Adds a patient, a contact, or of a patient in turns an alert, and a file that is put into a case.

        Args:
            kind: Of `THEIRS`.
        """
        destination = self._destination
        self._made += 1
        match kind:
            case "patients":
                id = destination.add(kind, first_name="Walk", last_name=f"In {self._made}")
            case "contacts":
                id = destination.add(kind, first_name="Hal", last_name=f"Doctor {self._made}")
            case _ if self._made % 2 and (case := self._open_case()) is not None:
                kind = "patient_attachments"
                id = destination.add(kind, patient_id=case["patient_id"], filename=f"theirs {self._made}.pdf")
                self._put_into(case, id)
            case _:
                patients = [row for row in destination.rows("patients") if row["archived_at"] is None]
                if not patients:
                    return
                kind = "medical_alerts"
                id = destination.add(kind, patient_id=patients[0]["id"], name=f"Pollen {self._made}")
        self._theirs.append((kind, next(row for row in destination.rows(kind) if row["id"] == id)))

    def _open_case(self) -> Row | None:
        """Gives a case of a patient in whose record somebody works by now."""
        store = self._destination.store
        cases = (row for row in store.all("patient_cases") if row["archived_at"] is None)
        return next((row for row in cases if store.at("patients", row["patient_id"])["archived_at"] is None), None)

    def _put_into(self, case: Row, file: str) -> None:
        linked = [*(case["patient_attachment_ids"] or ()), file]
        now = self._destination.time_text()
        self._destination.store.change("patient_cases", case, patient_attachment_ids=linked, updated_at=now)
        self._filed[file] = str(case["id"])

    def _without_their_files(self, destination: Altered) -> Iterator[str]:
        """Leaves out of cases what somebody else put into them; gives which of that is not in them any more."""
        for case in list(destination.rows("patient_cases")):
            theirs = {file for file, id in self._filed.items() if id == case["id"]}
            linked = case["patient_attachment_ids"] or []
            yield from (f"patient_cases {case['id']} lost the file {file} of others" for file in theirs - {*linked})
            kept = [file for file in linked if file not in theirs]
            destination.change("patient_cases", case, patient_attachment_ids=kept)

    def settle(self, report: Report) -> bool:
        """Does what the reasons of conflicts ask for: takes away the copies of how records were.

        Args:
            report: Says which conflicts there are.

        Returns:
            Whether there were any.
        """
        conflicts = [row for row in report.set_aside if row.reason.startswith(_ANY_OF)]
        for conflict in conflicts:
            before = self._changed[conflict.kind, conflict.source_id]
            for id in _ID.findall(conflict.reason):
                row = self._destination.store.get(conflict.kind, id)
                if row is not None and all(str(value) in str(row[name]) for name, value in before.items()):
                    self._remove(conflict.kind, row)
        return bool(conflicts)

    def _remove(self, kind: str, row: Row) -> None:
        store = self._destination.store
        for attendee in store.pointing("attendees", "booking_id", row["id"]) if kind in BOOKINGS else ():
            store.remove("attendees", attendee)
        store.remove(kind, row)

    # What must come of it.

    def problems(self, end: Report | Error) -> list[str]:
        """Says what is wrong with the copy.

        What was changed in the source is changed in the copy, or the report says that it isn't.

        Args:
            end: How the last run ended.
        """
        told = self._told(end)
        found = [] if told is not None else shortcomings(end)
        destination = Altered(Shown(self._destination))
        for kind, row in self._theirs:
            destination.remove(kind, row)
            there = next((each for each in self._destination.rows(kind) if each["id"] == row["id"]), {})
            if {name: there.get(name) for name in row} != row:
                found.append(f"{kind} {row['id']}, which somebody else made, was changed")
        found += [*memos(self._pair.source, self._destination), *self._without_their_files(destination)]
        return found + min((differences(source, destination) for source in self._possible(told or ())), key=len)

    def _possible(self, told: Collection[Name]) -> Iterator[Altered]:
        """Gives the source as the copy may have been made of it, if some of its changes did not go."""
        shown = Shown(self._pair.source)
        for old in product((False, True), repeat=len(told)):
            source = Altered(shown)
            for (kind, id), is_old in zip(told, old, strict=True):
                if is_old:
                    row = next(row for row in shown.rows(kind) if row["id"] == id)
                    source.change(kind, row, **self._changed[kind, id])
            yield source
