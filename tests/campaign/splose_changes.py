"""What people do to a clinic and to its workspace of Splose while a transfer isn't done, and what must come of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import product
from typing import Any, Final

from clinikomigrate import Error, Report
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.documents import Arrangement
from clinikomigrate.testing import FakeSplose
from clinikomigrate.transfer.carry import CHANGED
from tests.campaign.changes import EDITS, Changes, Name, Row
from tests.campaign.pair import Pair, shortcomings
from tests.campaign.splose_copy import file_problems, mark_problems, record_problems
from tests.testing_clinic.altered import Altered, Shown

_ANY_OF: Final = CHANGED.partition("{}")[0]
_ID: Final = re.compile(r"\b\d{4,}\b")

_THERE: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "patients": ("patients", {"email": "email"}),
    "contacts": ("contacts", {"occupation": "occupation"}),
    "individual_appointments": ("appointments", {"starts_at": "start", "cancelled_at": "deletedAt"}),
    "attendees": ("appointments", {"cancelled_at": "deletedAt"}),
}
"""What records are in Splose, by their kind, and what their attributes are called there."""

_GONE: Final = reasons.GONE_SINCE.partition("{}")[0]
_BY_HAND: Final = (reasons.CONTACT, _GONE, reasons.FIXED_VISIT.format("the note"))
"""How it begins why a change of the source waits for a person, as far as the changes are of that sort."""


class Without:
    """Shows a workspace without some rows.

    Args:
        workspace: The workspace.
        rows: By kind and id.
    """

    def __init__(self, workspace: FakeSplose, rows: Collection[tuple[str, int]]) -> None:
        self._workspace = workspace
        self._rows = rows

    def rows(self, kind: str) -> list[Row]:
        """Gives the rows of a kind that are left."""
        return [row for row in self._workspace.rows(kind) if (kind, row["id"]) not in self._rows]


class SploseChanges(Changes):
    """Changes both accounts, and knows what must come of it.

    Args:
        pair: The accounts.
        documents: How documents are arranged, if any are made.
        outcomes: Whether appointments are marked.
    """

    edits: Mapping[str, Row] = {**EDITS, "patients": {"email": "pilot@mail.example"}}

    def __init__(self, pair: Pair, documents: Arrangement | None, *, outcomes: bool) -> None:
        super().__init__(pair)
        self._documents = documents
        self._outcomes = outcomes

    @property
    def _workspace(self) -> FakeSplose:
        workspace: FakeSplose = self._pair.destination
        return workspace

    def somebody_adds(self, kind: str) -> None:
        """Adds a client, a contact, or an appointment of a client.

        Args:
            kind: Of `THEIRS`.
        """
        workspace = self._workspace
        self._made += 1
        match kind:
            case "patients":
                id = workspace.add(kind, firstname="Walk", lastname=f"In {self._made}")
            case "contacts":
                about = {"type": "Doctor", "email": "hal@mail.example"}
                id = workspace.add(kind, name=f"Hal Doctor {self._made}", **about)
            case _:
                patients = [row for row in workspace.rows("patients") if not row["archived"]]
                if not patients:
                    return
                kind = "appointments"
                kinds = {"locationId": "locations", "practitionerId": "practitioners", "serviceId": "services"}
                place = {name: str(workspace.rows(each)[0]["id"]) for name, each in kinds.items()}
                hour = f"2027-02-01T{self._made % 24:02}"
                times = {"start": f"{hour}:00:00.000Z", "end": f"{hour}:30:00.000Z"}
                id = workspace.add(kind, patientId=str(patients[0]["id"]), **place, **times)
        self._theirs.append((kind, next(row for row in workspace.rows(kind) if str(row["id"]) == id)))

    def settle(self, report: Report) -> bool:
        """Does what the reasons of conflicts ask for: deletes the copies of how records were.

        Args:
            report: Says which conflicts there are.

        Returns:
            Whether there were any.
        """
        conflicts = [row for row in report.set_aside if row.reason.startswith(_ANY_OF)]
        for conflict in conflicts:
            kind, attributes = _THERE[conflict.kind]
            names = attributes.items()
            before = self._changed[conflict.kind, conflict.source_id]
            for id in _ID.findall(conflict.reason):
                row = self._workspace.tables.get(kind, int(id))
                if row is not None and all(_same(before[name], row[there]) for name, there in names if name in before):
                    self._delete(kind, row)
        return bool(conflicts)

    def _delete(self, kind: str, row: Row) -> None:
        del self._workspace.tables._rows[kind][row["id"]]

    def problems(self, end: Report | Error) -> list[str]:
        """Says what is wrong with the copy.

        What was changed in the source is changed in the copy, or the report says that it isn't.

        Args:
            end: How the last run ended.
        """
        told = self._told(end)
        found = [] if told is not None else shortcomings(end)
        for kind, row in self._theirs:
            there: Row = next((each for each in self._workspace.rows(kind) if each["id"] == row["id"]), {})
            if {name: there.get(name) for name in row} != row:
                found.append(f"{kind} {row['id']}, which somebody else made, was changed")
        ours = Without(self._workspace, {(kind, row["id"]) for kind, row in self._theirs})
        found += self._file_problems(ours)
        found += mark_problems(self._pair.source, ours) if self._outcomes else []
        return found + min((record_problems(source, ours) for source in self._possible(told or ())), key=len)

    def _file_problems(self, ours: Without) -> list[str]:
        pair = self._pair
        return file_problems(pair.source, ours, pair.journal, documents=self._documents, changed=self._changed)

    def _told(self, end: Report | Error) -> list[Name] | None:
        if not isinstance(end, Report) or end.stopped is not None:
            return None
        told = [(row.kind, row.source_id) for row in end.set_aside]
        expected = all(row.state == "conflict" or row.reason.startswith(_BY_HAND) for row in end.set_aside)
        return told if expected and all(each in self._changed for each in told) else None

    def _possible(self, told: Collection[Name]) -> Iterator[Altered]:
        """Gives the source as the copy may have been made of it, if some of its changes did not go."""
        shown = Shown(self._pair.source)
        for old in product((False, True), repeat=len(told)):
            source = Altered(shown)
            for name, is_old in zip(told, old, strict=True):
                for kind, id in self._with_attendee(name) if is_old else ():
                    row = next(row for row in shown.rows(kind) if row["id"] == id)
                    source.change(kind, row, **self._changed[kind, id])
            yield source

    def _with_attendee(self, name: Name) -> Iterator[Name]:
        """Gives a record and, of an appointment, its attendee as far as it was changed too."""
        yield name
        for row in self._pair.source.rows("attendees"):
            attendee = ("attendees", str(row["id"]))
            if name == ("individual_appointments", row["booking_id"]) and attendee in self._changed:
                yield attendee


def _same(value: Any, there: Any) -> bool:
    """Says whether a value of the source is what stands in Splose: times are written in two ways."""
    if isinstance(value, str) and isinstance(there, str):
        return value.removesuffix("Z") == there.removesuffix("Z").removesuffix(".000")
    return bool(value == there)
