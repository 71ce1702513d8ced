"""In which order the records of a kind go."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.parts import ordered_parts
from tests.transfer.memory_journal import MemoryJournal


@attrs.frozen
class Row:
    """A record as far as its place in the order goes."""

    id: str
    archived_at: datetime | None = None


def at(minute: int) -> datetime:
    """Returns a time."""
    return datetime(2024, 3, 14, 22, minute, tzinfo=UTC)


@pytest.fixture
def journal() -> MemoryJournal:
    """Returns a journal in which some relationships are in doubt."""
    journal = MemoryJournal()
    for id, entry in {
        "1": Entry(State.INTENT, since=at(1)),
        "2": Entry(State.FAILED),
        "3": Entry(State.INTENT),
        "4": Entry(State.CONFLICT, since=at(4)),
        "5": Entry(State.INTENT, since=at(2)),
    }.items():
        journal.settle(Ref("relationships", id), entry)
    return journal


def test_what_was_written_last_is_looked_up_first(journal: MemoryJournal) -> None:
    """What two writes made that look the same is told apart by its time, from the later one on."""
    live = ordered_parts(KINDS["relationships"], journal)[0]
    assert ["4", "5", "1"] == [row.id for row in live.in_order(Row(id) for id in ("1", "4", "5"))]
    assert ("4", "5", "1", "3") == live.ids


def test_what_nobody_asked_for_ends_nothing(journal: MemoryJournal) -> None:
    """An API that gives another record than was asked for gives none of the part."""
    live = ordered_parts(KINDS["relationships"], journal)[0]
    given = list(live.in_order([Row("77"), Row("1")]))
    assert ["1", "77"] == [row.id for row in given]
    assert ["1"] == [row.id for row in given if live.takes(row)]


def test_what_is_in_doubt_goes_first_among_its_like(journal: MemoryJournal) -> None:
    """The order of states stays: an archived relationship would be in a live one's way."""
    rows = [Row("1"), Row("2"), Row("4", archived_at=at(9)), Row("6", archived_at=at(9))]
    taken = [[row.id for row in rows if part.takes(row)] for part in ordered_parts(KINDS["relationships"], journal)]
    assert [["1"], ["1", "2"], ["1", "4"], ["1", "2", "4", "6"]] == taken


def test_nothing_in_doubt_makes_no_parts(journal: MemoryJournal) -> None:
    """A kind without order has one."""
    (part,) = ordered_parts(KINDS["treatment_notes"], journal)
    assert part.ids is None
    assert part.takes(Row("1"))
