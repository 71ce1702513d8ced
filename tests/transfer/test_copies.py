"""Patients whom another transfer from the same source has made."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from clinikomigrate import Finding, Level, Ref
from clinikomigrate.cliniko.models import Patient
from clinikomigrate.errors import ConnectionFailed, Error, Forbidden, NotFound
from clinikomigrate.testing.clock import VirtualClock
from clinikomigrate.transfer.copies import Copies
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.patience import Patience
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal


class Marking(DictSink):
    """A destination that says whose copies its patients are: by their old reference ids."""

    def __init__(self, archived: int = 0, *errors: Error) -> None:
        super().__init__()
        self.archived = archived
        self.errors = list(errors)

    def copied(self, source: str, record: Any) -> str | None:
        """Says whose copy a patient is."""
        account, _, patient = (record.old_reference_id or "").partition("/")
        return patient if account == source else None

    def archived_copies(self, source: str) -> int:
        """Says how many there are."""
        if self.errors:
            raise self.errors.pop()
        return self.archived


def found(journal: MemoryJournal | None, *references: str | None, sink: DictSink | None = None) -> dict[str, Finding]:
    """Says what is found where there are patients with these old reference ids, whose own ids are 100, 101, ..."""
    patience = Patience(VirtualClock(), threading.Event(), lambda seconds, reason: None)
    copies = Copies("17", sink or Marking(), journal, patience)
    for number, reference in enumerate(references, 100):
        copies.take(str(number), Patient(id=str(number), old_reference_id=reference))
    return {finding.code: finding for finding in copies.findings()}


def journal_with(state: State, destination_id: str | None = None) -> MemoryJournal:
    """Makes a journal that knows the source's patient 1."""
    journal = MemoryJournal()
    journal.bind("17", "2")
    journal.settle(Ref("patients", "1"), Entry(state, destination_id, since=datetime(2024, 1, 1, tzinfo=UTC)))
    return journal


@pytest.mark.parametrize("journal", [None, MemoryJournal()])
def test_copies_that_no_journal_knows_block(journal: MemoryJournal | None) -> None:
    """They are told by the source's ids, each once, with what to do."""
    finding = found(journal, "17/2", "17/1", "17/1", "18/3", "PM-4", None)["copied-before"]

    assert (Level.BLOCKER, "patients", ("2", "1")) == (finding.level, finding.kind, finding.ids)
    assert "2 patients who were copied" in finding.message
    assert "the journal of that transfer" in finding.remedy


def test_nobody_is_a_copy_where_nothing_tells() -> None:
    """Strangers, copies from other accounts, and all patients of a sink that has no marks."""
    assert {} == found(None, "18/3", "PM-4", None)
    assert {} == found(None, "17/1", sink=DictSink())


@pytest.mark.parametrize(
    ("state", "there"),
    [
        (State.CREATED, "100"),
        (State.CREATED, "999"),
        (State.ADOPTED, "100"),
        (State.UNDONE, "100"),
        (State.INTENT, None),
        (State.CONFLICT, None),
    ],
)
def test_what_the_journal_knows_does_not_block(state: State, there: str | None) -> None:
    """Who was made, adopted or taken back, who may have been made by a write whose fate is open, and who was merged."""
    assert {} == found(journal_with(state, there), "17/1")


@pytest.mark.parametrize(
    ("state", "there"), [(State.FAILED, None), (State.BLOCKED, None), (State.UNDONE, "999"), (State.SKIPPED, None)]
)
def test_a_copy_of_somebody_whom_the_journal_did_not_make_blocks(state: State, there: str | None) -> None:
    """A journal that is not the newest, a copy of a file maybe, knows who goes, and not who has gone since."""
    assert ("1",) == found(journal_with(state, there), "17/1")["copied-before"].ids


def test_the_archive_of_another_transfer_is_told_before_the_first_run() -> None:
    """It is no blocker: whoever is archived is out of the way, and one's own are known."""
    begun = journal_with(State.CREATED, "100")
    finding = found(None, sink=Marking(3))["copied-before-archived"]

    assert (Level.WARNING, "patients", ()) == (finding.level, finding.kind, finding.ids)
    assert "3 patients" in finding.message
    assert {"copied-before-archived"} == set(found(MemoryJournal(), sink=Marking(1)))
    assert {} == found(None) == found(begun, sink=Marking(3))


@pytest.mark.parametrize(
    ("error", "codes"),
    [
        (ConnectionFailed("no route", method="GET", path="/patients", sent=False), {"copied-before-archived"}),
        (Forbidden(status=403, method="GET", path="/patients"), set()),
        (NotFound(status=404, method="GET", path="/patients"), set()),
    ],
)
def test_an_archive_that_cannot_be_looked_at(error: Error, codes: set[str]) -> None:
    """A lost connection is waited for; what nobody may read is told by another finding."""
    assert codes == set(found(None, sink=Marking(3, error)))


def test_shown_without_anybodys_name() -> None:
    """Only a number."""
    patience = Patience(VirtualClock(), threading.Event(), lambda seconds, reason: None)
    copies = Copies("17", Marking(), None, patience)
    copies.take("100", Patient(id="100", first_name="Ada", old_reference_id="17/1"))

    assert "<Copies: 1 of another transfer>" == repr(copies)
