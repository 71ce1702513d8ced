"""What was sent last, of lists that a destination doesn't show and of what only follow-ups set."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko.models import AppointmentTypeDraft
from clinikomigrate.errors import JournalCorrupt
from clinikomigrate.testing.clock import VirtualClock
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.sent_last import SentLast
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal

KIND = "appointment_types"
REF: Ref[Any] = Ref(KIND, "1")
ALL = ("a", "b", "c")


class Offering(DictSink):
    """Says where types are offered, of those of which it knows it."""

    remembered: Mapping[str, Collection[str]] = MappingProxyType(
        {KIND: frozenset({"business_ids", "show_in_online_bookings"})}
    )

    def __init__(self, there: Mapping[str, Collection[str]]) -> None:
        super().__init__()
        self.there = there
        self.asked: list[Sequence[str]] = []

    def listed(self, kind: str, ids: Sequence[str], name: str) -> Mapping[str, Collection[str]]:
        """Gives what it was told."""
        assert (KIND, "business_ids") == (kind, name)
        self.asked.append(ids)
        return {id: self.there[id] for id in ids if id in self.there}


def sent_last(sink: DictSink, journal: MemoryJournal | None = None) -> SentLast:
    """Makes what is tested, with a new journal."""
    journal = journal or MemoryJournal()
    return SentLast(sink, journal, Patience(VirtualClock(), threading.Event(), lambda _, __: None))


def draft(*ids: str) -> AppointmentTypeDraft:
    """Makes a draft that says where a type is offered."""
    return AppointmentTypeDraft(business_ids=ids)


def some(among: Sequence[str] = ALL) -> list[tuple[str, ...]]:
    """Gives all choices of some."""
    return [each for number in range(len(among) + 1) for each in itertools.combinations(among, number)]


@pytest.mark.parametrize("before", some())
@pytest.mark.parametrize("now", some())
def test_both_sides_changes_stand(before: tuple[str, ...], now: tuple[str, ...]) -> None:
    """Whatever either side added or took away, at every combination; and a second time gives the same."""
    for there in some():
        known = sent_last(Offering({"9": there}))
        known.begin(REF, draft(*before))
        merged = known.merged(REF, "9", draft(*now)).business_ids
        if set(before) == set(now):
            assert merged is UNSET
            continue
        added = (set(now) - set(before)) | (set(there) - set(before))
        kept = set(before) & set(now) & set(there)

        assert added | kept == set(merged)
        assert len(set(merged)) == len(merged)
        again = sent_last(Offering({"9": merged}))
        again.begin(REF, draft(*before))
        assert set(merged) == set(again.merged(REF, "9", draft(*now)).business_ids)


def test_what_was_sent_is_known_afterwards() -> None:
    """It is not asked for again, and the next change starts from it."""
    sink = Offering({"9": ["a", "x"]})
    known = sent_last(sink)
    known.begin(REF, AppointmentTypeDraft(name="Initial"))
    assert known.differs(REF, draft("a"))
    known.sent(REF, draft("a"))
    known.sent(REF, AppointmentTypeDraft(name="Initial"))

    assert not known.differs(REF, draft("a"))
    assert not known.differs(REF, AppointmentTypeDraft(name="Initial"))
    assert AppointmentTypeDraft(name="Initial") == known.merged(REF, "9", AppointmentTypeDraft(name="Initial"))
    assert [] == sink.asked
    assert ["b", "x"] == known.merged(REF, "9", draft("b")).business_ids
    assert [["9"]] == sink.asked


def test_a_list_that_can_not_be_read_is_set_as_the_source_has_it() -> None:
    """Nobody can tell what the destination has of its own."""
    known = sent_last(Offering({}))
    known.begin(REF, draft("a"))

    assert ["b"] == known.merged(REF, "9", draft("b")).business_ids
    assert {} == known.lacking(KIND, {"1": "9"})


def test_a_sink_that_has_no_such_lists() -> None:
    """A draft goes as it is, and nothing is remembered."""
    journal = MemoryJournal()
    known = sent_last(DictSink(), journal)
    known.begin(REF, draft("a"))
    known.sent(REF, draft("a"))

    assert draft("a") == known.merged(REF, "9", draft("a"))
    assert not known.differs(REF, draft("a"))
    assert known.says(KIND, draft("a")) is None
    assert {} == known.lacking(KIND, {"1": "9"})
    assert [] == list(journal.notes(""))


def test_whether_a_draft_says_any() -> None:
    """An empty list is said, too."""
    known = sent_last(Offering({}))

    assert known.says(KIND, draft())
    assert known.says(KIND, AppointmentTypeDraft(name="Initial")) is False
    assert known.says("patients", AppointmentTypeDraft(name="Initial")) is None


def test_what_is_lacking() -> None:
    """What was sent and is there no more; one request for all records of which something was sent."""
    sink = Offering({"8": ["a", "x"], "9": ["x"], "7": []})
    known = sent_last(sink)
    known.begin(REF, draft("a"))
    known.begin(Ref(KIND, "2"), draft("a"))

    assert {"1": ["business_ids"]} == known.lacking(KIND, {"1": "9", "2": "8", "3": "7"})
    assert [["9", "8"]] == sink.asked


def test_yes_and_no_are_sent_when_they_change() -> None:
    """At first there is nothing to send for a no; and nobody is asked."""
    sink = Offering({"9": ["a"]})
    known, yes, no = sent_last(sink), *(AppointmentTypeDraft(show_in_online_bookings=each) for each in (True, False))
    known.begin(REF, AppointmentTypeDraft(name="Initial"))
    nothing, first = known.merged(REF, "9", no), known.merged(REF, "9", yes)
    known.sent(REF, yes)

    assert AppointmentTypeDraft() == nothing
    assert yes == first
    assert AppointmentTypeDraft() == known.merged(REF, "9", yes)
    assert no == known.merged(REF, "9", no)
    assert {} == known.lacking(KIND, {"1": "9"})
    assert [] == sink.asked


def test_a_damaged_journal_is_told() -> None:
    """Nothing is guessed from what can't be read."""
    journal = MemoryJournal()
    journal.note("sent last appointment_types 1", "{")

    with pytest.raises(JournalCorrupt, match="damaged"):
        sent_last(Offering({}), journal).differs(REF, draft("a"))
