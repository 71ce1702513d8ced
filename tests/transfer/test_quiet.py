"""Muting patients before something is done that the destination would write to them about."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from clinikomigrate import Context, Ref
from clinikomigrate.cliniko.models import IndividualAppointment
from clinikomigrate.testing import VirtualClock
from clinikomigrate.transfer import quiet
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.quiet import Quiet
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.survey import Survey
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal


class Talkative(DictSink):
    """A destination that writes to all of its patients.

    Attributes:
        asked: The ids that were asked about, request by request.
        muted: Who was muted.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []
        self.muted: list[str] = []

    def loud(self, ids: Sequence[str]) -> Mapping[str, Collection[str]]:
        """Says that it writes to all of them."""
        self.asked.append(list(ids))
        return {id: ["cancellations"] for id in ids}

    def mute(self, id: str, ways: Collection[str]) -> None:
        """Notes who is muted."""
        self.muted.append(id)


class Room:
    """A journal that knows some patients, and what mutes them."""

    def __init__(self, patients: int) -> None:
        self.sink, self.journal = Talkative(), MemoryJournal()
        for number in range(patients):
            self.journal.settle(Ref("patients", str(number)), Entry(State.CREATED, f"d{number}"))
        resolver = Resolver(self.journal, Context(Survey(settings=None)), None)  # type: ignore[arg-type] # nothing is fetched
        patience = Patience(VirtualClock(), threading.Event(), lambda _, __: None)
        self.quiet = Quiet(self.sink, self.journal, resolver, patience, frozenset({"cancellations"}))

    def ensure(self, patients: Iterable[object]) -> None:
        """Mutes the patients of appointments."""
        self.quiet.ensure(
            (IndividualAppointment(id="1", patient=Ref("patients", str(id))) for id in patients), "cancellations"
        )


def test_each_patient_is_asked_about_once() -> None:
    """Whom the destination would write to is muted once, and noted before."""
    room = Room(2)
    room.ensure([0, 1, 0])
    room.ensure([1])

    assert [["d0", "d1"]] == room.sink.asked
    assert ["d0", "d1"] == room.sink.muted
    assert room.journal.owes(Ref("patients", "1"), Stage.RESTORE)


def test_whoever_is_not_there_is_not_asked_about() -> None:
    """An appointment whose patient didn't arrive, or that has none, mutes nobody."""
    room = Room(1)
    room.ensure([7])
    nobody_s: list[Any] = [IndividualAppointment(id="1")]
    room.quiet.ensure(nobody_s, "cancellations")

    assert [] == room.sink.asked


def test_what_the_destination_does_not_write_about_mutes_nobody() -> None:
    """Only the ways that preflight found count."""
    room = Room(1)
    room.quiet.ensure([IndividualAppointment(id="1", patient=Ref("patients", "0"))], "confirmations")

    assert [] == room.sink.asked


def test_memory_does_not_grow_with_the_patients() -> None:
    """Ten thousand are remembered. Whoever came before is looked up again: the journal knows who is muted already."""
    room = Room(quiet._REMEMBERED + 1)
    room.ensure(range(quiet._REMEMBERED + 1))
    before = len(room.sink.muted)
    room.ensure([0, quiet._REMEMBERED])

    assert quiet._REMEMBERED == len(room.quiet._seen)
    assert quiet._REMEMBERED + 1 == before == len(room.sink.muted)
    assert 1 == len(room.sink.asked)
