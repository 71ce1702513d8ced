"""What is known so far, copied for a rehearsal."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Archiving, Change, Ref
from clinikomigrate.cliniko.models import PatientDraft
from clinikomigrate.errors import JournalBusy
from clinikomigrate.transfer import sent_last, taken_back, under_way
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.journal import Entry, FollowUpRow, Journal, Owed, State
from clinikomigrate.transfer.journal_copy import rehearsed
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.transfer.memory_journal import MemoryJournal

DRAFT = PatientDraft(first_name="Ada", last_name="Example")
PATIENT: Ref[Any] = Ref("patients", "1")


def known(journal: Journal) -> None:
    """Puts into a journal a patient who arrived, with all that can be owed, and one who could not go."""
    journal.settle(
        PATIENT,
        Entry(State.CREATED, "101"),
        follow_ups=[(each.stage, each.name) for each in (Change(DRAFT), Archiving())],
    )
    journal.settle(Ref("patients", "2"), Entry(State.FAILED, reason="no"), waiting_for=[PATIENT])
    journal.settle(Ref("patients", "3"), Entry(State.SKIPPED, instead=PATIENT))


@pytest.mark.parametrize("own", [False, True])
def test_a_rehearsal_s_journal_knows_what_the_real_one_knows(tmp_path: Path, own: bool) -> None:
    """Entries are copied; what is noted in the copy is forgotten, and the real journal is free again."""
    journal: Journal = MemoryJournal() if own else SQLiteJournal(tmp_path / "a.journal")
    journal.open()
    known(journal)
    journal.close()
    with rehearsed(journal) as copy:
        states = {id: copy.entry(Ref("patients", id)) for id in ("1", "2", "3")}
        owed = [copy.owed(stage, "patients") for stage in (Stage.LINK, Stage.ARCHIVE)]
        copy.settle(Ref("patients", "4"), Entry(State.CREATED, "planned:patients:1"))
        journal.open()  # nobody has it

    assert {
        "1": Entry(State.CREATED, "101"),
        "2": Entry(State.FAILED, reason="no"),
        "3": Entry(State.SKIPPED, instead=PATIENT),
    } == states
    assert [[Owed("patients", "1", "101", "change:link")], []] == [list(each) for each in owed]
    assert journal.entry(Ref("patients", "4")) is None
    journal.close()


@pytest.mark.parametrize("beginning", [taken_back.NOTES, sent_last.NOTES, under_way.NOTES])
def test_what_is_noted_is_copied_too(beginning: str) -> None:
    """So that a plan foresees what a run will find: what was taken back, was sent last, and was under way."""
    journal = MemoryJournal()
    journal.note(f"{beginning}patients 1", '["a"]')
    journal.note("something else", "of a run")
    with rehearsed(journal) as copy:
        assert {f"{beginning}patients 1": '["a"]'} == dict(copy.notes(""))


@pytest.mark.parametrize("own", [False, True])
def test_what_is_owed_later_is_copied_too(tmp_path: Path, own: bool) -> None:
    """A follow-up that waits for one of an earlier stage is in the copy as well, and comes up when that is done."""
    journal: Journal = MemoryJournal() if own else SQLiteJournal(tmp_path / "a.journal")
    journal.open()
    journal.settle(
        PATIENT,
        Entry(State.CREATED, "101"),
        follow_ups=[(each.stage, each.name) for each in (Change(DRAFT), Archiving())],
    )
    journal.close()
    with rehearsed(journal) as copy:
        for owed in copy.owed(Stage.LINK, "patients"):
            copy.follow_up_done(owed)
        archiving = list(copy.owed(Stage.ARCHIVE, "patients"))

    assert [Owed("patients", "1", "101", "archiving:archive")] == archiving


class Streaming(MemoryJournal):
    """A journal that counts how many of the follow-ups that it gives are held at once."""

    held = 0

    def follow_ups(self, kind: str) -> Iterator[FollowUpRow]:
        """Gives them one by one."""
        given: list[weakref.ref[FollowUpRow]] = []
        for number in range(50) if kind == "patients" else ():
            row = FollowUpRow(str(number), Stage.ARCHIVE, Archiving().name, done=number % 2 == 0)
            given.append(weakref.ref(row))
            yield row
            del row
            self.held = max(self.held, sum(each() is not None for each in given))


def test_what_is_owed_is_copied_without_being_held(tmp_path: Path) -> None:
    """Memory does not grow with what was carried."""
    journal = Streaming()
    journal.open()
    for number in range(50):
        journal.settle(Ref("patients", str(number)), Entry(State.CREATED, str(100 + number)))
    journal.close()
    with rehearsed(journal) as copy:
        archiving = copy.owed(Stage.ARCHIVE, "patients")
        done = [id for id in map(str, range(50)) if copy.is_done(Ref("patients", id), Stage.ARCHIVE)]

    assert len(archiving) == len(done) == 25
    assert journal.held <= 2


def test_without_a_journal_a_rehearsal_begins_with_nothing(tmp_path: Path) -> None:
    """No journal, or one whose file isn't there yet, gives an empty one and makes no file."""
    for journal in (None, SQLiteJournal(tmp_path / "not-there.journal")):
        with rehearsed(journal) as copy:
            assert {} == copy.counts()

    assert [] == list(tmp_path.iterdir())


def test_a_journal_in_use_can_not_be_rehearsed(tmp_path: Path) -> None:
    """While a run has the journal, a plan from it is refused."""
    journal = SQLiteJournal(tmp_path / "a.journal")
    journal.open()
    with pytest.raises(JournalBusy), rehearsed(SQLiteJournal(tmp_path / "a.journal")):
        pytest.fail("it was taken")
    journal.close()
