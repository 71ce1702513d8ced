"""Which record of the destination stands for which of the source."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest

from clinikomigrate import ConfigurationError, Ref, Transfer
from clinikomigrate.errors import JournalBusy, JournalNeeded
from clinikomigrate.transfer.identities import Identities
from clinikomigrate.transfer.journal import Entry, State
from tests.end_to_end.accounts import client
from tests.transfer.dict_sink import DictMapper, DictSink
from tests.transfer.memory_journal import MemoryJournal
from tests.transfer.practice import Practice


@pytest.fixture
def journal() -> MemoryJournal:
    """Returns a journal with a patient who was made, one who was adopted, and two who are not there."""
    journal = MemoryJournal()
    for id, entry in {
        "1": Entry(State.CREATED, "101"),
        "2": Entry(State.ADOPTED, "102"),
        "3": Entry(State.FAILED),
        "4": Entry(State.SKIPPED, instead=Ref("patients", "1")),
    }.items():
        journal.settle(Ref("patients", id), entry)
    return journal


def test_what_arrived_can_be_walked_again_and_again(journal: MemoryJournal) -> None:
    """Each walk reads the journal anew and gives it back at the end."""
    pairs = Identities("patients", journal)

    assert [("1", "101"), ("2", "102")] == list(pairs) == list(pairs)
    assert not journal.is_open
    assert "<Identities of patients>" == repr(pairs)
    assert [] == list(Identities("recalls", journal))


def test_a_walk_that_was_broken_off_gives_the_journal_back(journal: MemoryJournal) -> None:
    """While somebody walks, the journal is taken; closing the walk is enough to free it."""
    walk = iter(Identities("patients", journal))
    next(walk)
    with pytest.raises(JournalBusy):
        journal.open()
    walk.close()  # type: ignore[attr-defined] # a generator, as anybody can see

    assert not journal.is_open


def test_pairs_as_a_file(journal: MemoryJournal, tmp_path: Path) -> None:
    """to_csv() writes a head and all pairs into a file that only its owner can read."""
    path = tmp_path / "patients.csv"
    Identities("patients", journal).to_csv(str(path))

    assert [["source_id", "destination_id"], ["1", "101"], ["2", "102"]] == list(
        csv.reader(path.read_text("utf-8").splitlines())
    )
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_a_transfer_gives_them_by_kind(tmp_path: Path) -> None:
    """Of kinds that went the pairs are there; an unknown kind is refused with the nearest ones."""
    practice = Practice(tmp_path)
    patient = practice.patient()
    sink = DictSink()
    practice.run(sink)
    transfer = practice.transfer(sink)

    assert [(patient, "1")] == list(transfer.identities("patients"))
    assert [] == list(transfer.identities("attendees"))
    with pytest.raises(ConfigurationError, match="did you mean 'patients'"):
        transfer.identities("pateints")


def test_without_a_journal_nothing_is_remembered() -> None:
    """A transfer that has no journal says that it needs one."""
    transfer = Transfer(client(Practice(Path()).source), DictSink(), mapper=DictMapper())
    with pytest.raises(JournalNeeded, match="make the Transfer with journal="):
        transfer.identities("patients")
