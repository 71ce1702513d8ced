"""Muting patients before something is done that the destination would write to them about."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pytest

from clinikomigrate import Context, Ref
from clinikomigrate.cliniko.models import IndividualAppointment
from clinikomigrate.errors import Error, Forbidden, Unauthorized
from clinikomigrate.testing import VirtualClock
from clinikomigrate.transfer import quiet
from clinikomigrate.transfer.follow_ups import Stage, Unmute
from clinikomigrate.transfer.fresh import Fresh
from clinikomigrate.transfer.journal import Entry, Owed, State
from clinikomigrate.transfer.patience import Patience, Stopped
from clinikomigrate.transfer.quiet import STRANGER, Quiet, muted
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.survey import Survey
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal


class Talkative(DictSink):
    """A destination that writes to all of its patients.

    Attributes:
        asked: The ids that were asked about, request by request.
        muted: Who was muted.
        problem: What muting fails with, if with anything.
        unreadable: What asking fails with, if with anything.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []
        self.muted: list[str] = []
        self.ways = ["cancellations"]
        self.problem: Error | None = None
        self.unreadable: Error | None = None

    def loud(self, ids: Sequence[str]) -> Mapping[str, Collection[str]]:
        """Says that it writes to all of them."""
        if self.unreadable is not None:
            raise self.unreadable
        self.asked.append(list(ids))
        return dict.fromkeys(ids, self.ways)

    def silent(self, record: Any) -> Mapping[str, str]:
        """Says what is off by a record's own word."""
        return {record["off"]: "setting"}

    def mute(self, id: str, ways: Collection[str]) -> None:
        """Notes who is muted."""
        if self.problem is not None:
            raise self.problem
        self.muted.append(id)


class Forgetful(Talkative):
    """A destination that has to be told what a setting was."""

    def __init__(self) -> None:
        super().__init__()
        self.ways = ["cancellations:SMS", "confirmations:SMS"]


class Room:
    """A journal that knows some patients, and what mutes them."""

    def __init__(self, patients: int, ways: Sequence[str] = ("cancellations",), sink: Talkative | None = None) -> None:
        self.sink, self.journal = sink or Talkative(), MemoryJournal()
        for number in range(patients):
            self.journal.settle(Ref("patients", str(number)), Entry(State.CREATED, f"d{number}"))
        resolver = Resolver(self.journal, Context(Survey(settings=None)), None)  # type: ignore[arg-type] # nothing is fetched
        patience = Patience(VirtualClock(), threading.Event(), lambda _, __: None)
        self.fresh = Fresh(self.sink)
        self.quiet = Quiet(self.sink, self.journal, resolver, patience, frozenset(ways), fresh=self.fresh)

    def ensure(self, patients: Iterable[object], way: str = "cancellations") -> Mapping[str, str]:
        """Mutes the patients of appointments; of patient 3 that is appointment a3."""
        return self.quiet.ensure(
            (IndividualAppointment(id=f"a{id}", patient=Ref("patients", str(id))) for id in patients), way
        )

    def owe(self, patient: str, follow_up: Unmute) -> None:
        """Notes that a patient is to be written to again."""
        self.journal.owe(Owed("patients", patient, f"d{patient}", follow_up.name), Stage.RESTORE)


def test_what_a_sink_needs_to_give_a_setting_back_is_noted_with_it() -> None:
    """It stands behind a colon; of what is not switched off nothing is noted."""
    room = Room(1, sink=Forgetful())
    room.ensure([0])

    assert [each for _, each in muted(room.journal)] == [Unmute("cancellations", setting="SMS", later=True)]


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


def test_only_what_matters_is_switched_off() -> None:
    """A patient keeps what the destination has no occasion for; whoever would hear of nothing else is left alone."""
    room = Room(1)
    room.sink.ways = ["confirmations", "cancellations"]
    room.ensure([0])
    others = Room(1)
    others.sink.ways = ["confirmations"]
    others.ensure([0])

    assert ["unmute:cancellations:later"] == [row.name for row in room.journal.follow_ups("patients")]
    assert ["d0"] == room.sink.muted
    assert [] == others.sink.muted
    assert not others.journal.owes(Ref("patients", "0"), Stage.RESTORE)


def test_memory_does_not_grow_with_the_patients() -> None:
    """Ten thousand are remembered. Whoever came before is asked about again."""
    room = Room(quiet._REMEMBERED + 1)
    room.ensure(range(quiet._REMEMBERED + 1))
    before = len(room.sink.muted)
    room.ensure([0, quiet._REMEMBERED])

    assert quiet._REMEMBERED == len(room.quiet._seen)
    assert quiet._REMEMBERED + 1 == before
    assert [["d0"]] == room.sink.asked[1:]


def test_who_was_made_muted_is_not_asked_about() -> None:
    """The patient was silent from the start, in that way; about the other one is asked."""
    room = Room(1, ("cancellations", "confirmations"))
    room.fresh.made("patients", "d0", {"off": "cancellations"})
    room.ensure([0])
    from_the_start = list(room.sink.asked)
    room.ensure([0], "confirmations")

    assert [] == from_the_start
    assert [["d0"]] == room.sink.asked


def test_what_is_owed_to_a_patient_does_not_say_that_the_patient_is_muted() -> None:
    """An earlier run made the patient muted: somebody may have switched the setting on since."""
    room = Room(1)
    room.owe("0", Unmute("cancellations"))
    room.ensure([0])

    assert ["d0"] == room.sink.muted


def test_only_a_patient_whom_the_destination_answered_with_is_known_to_be_muted() -> None:
    """No other record has such a setting, and of one that it didn't answer with nobody knows."""
    fresh = Fresh(Talkative())
    fresh.made("patients", "d0", None)
    fresh.made("contacts", "d0", {"off": "cancellations"})

    assert not fresh.is_muted("d0", "cancellations")
    assert "<Fresh: <Digests of 0 keys>>" == repr(fresh)

    fresh.close()


def test_who_was_only_noted_is_muted() -> None:
    """An earlier run that ended between the note and the muting leaves nobody to be written to."""
    room = Room(1)
    room.owe("0", Unmute("cancellations", later=True))
    room.ensure([0])

    assert ["d0"] == room.sink.muted


def test_who_can_not_be_muted_is_told() -> None:
    """By record, with the reason, as often as one asks; the destination is asked once."""
    room = Room(2)
    room.sink.problem = Forbidden(status=403, method="PATCH", path="/patients/{id}")
    told = room.ensure([0])
    again = room.ensure([0])

    assert ["a0"] == list(told)
    assert "status 403" in told["a0"]
    assert "could not be switched off" in told["a0"]
    assert told == again
    assert [["d0"]] == room.sink.asked


def test_a_key_that_is_not_accepted_any_more_ends_it() -> None:
    """Whether it shows when one asks or when one mutes; and so does an account that doesn't answer."""
    refused = Unauthorized(status=401, method="GET", path="/patients")
    for problem, unreadable, said in (
        (refused, None, "no longer accepted"),
        (None, refused, "no longer accepted"),
        (None, Forbidden(status=403, method="GET", path="/patients"), "can't be learnt whom"),
    ):
        room = Room(1)
        room.sink.problem, room.sink.unreadable = problem, unreadable
        with pytest.raises(Stopped, match=said):
            room.ensure([0])


# The destination's own records.


def hushed(room: Room, *patients: str, way: str = "cancellations") -> None:
    """Mutes the patients of the destination's appointments."""
    room.quiet.hush((IndividualAppointment(id="9", patient=Ref("patients", id)) for id in patients), way)


def test_who_stands_behind_a_record_of_the_destination_is_muted() -> None:
    """Once, and noted before under the source's id."""
    room = Room(2)
    hushed(room, "d1", "d1")
    hushed(room, "d1")

    assert [["d1"]] == room.sink.asked
    assert ["d1"] == room.sink.muted
    assert room.journal.owes(Ref("patients", "1"), Stage.RESTORE)


def test_nobody_is_muted_whom_this_transfer_does_not_know() -> None:
    """Somebody else's patient is told; nothing is asked about no patient, and a way that the destination lacks."""
    room = Room(1)
    nobody_s: list[Any] = [IndividualAppointment(id="9")]
    room.quiet.hush(nobody_s, "cancellations")
    hushed(room, "d0", way="confirmations")
    asked = list(room.sink.asked)
    strangers: list[Any] = [IndividualAppointment(id="9", patient=Ref("patients", "d7"))]
    told = room.quiet.hush(strangers, "cancellations")

    assert [] == asked
    assert {"9": STRANGER} == told
    assert [] == room.sink.muted


def test_who_is_muted_is_told_until_it_is_undone() -> None:
    """Page by page; what else is owed at that stage is no muting."""
    room = Room(120)
    room.ensure(range(120))
    room.journal.owe(Owed("patients", "3", "d3", "greeting:restore"), Stage.RESTORE)
    everybody = [
        owed.source_id for owed, follow_up in muted(room.journal) if follow_up == Unmute("cancellations", later=True)
    ]
    for owed, _ in muted(room.journal):
        room.journal.follow_up_done(owed)

    assert {str(number) for number in range(120)} == set(everybody)
    assert 120 == len(everybody)
    assert [] == list(muted(room.journal))
