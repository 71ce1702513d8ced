"""What was being cancelled or archived when a run ended."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any

import attrs
import pytest

from clinikomigrate import Archiving, Cancel, FollowUp, Ref
from clinikomigrate.errors import Error, Forbidden, OutcomeUnknown, Unauthorized, Unprocessable
from clinikomigrate.testing import VirtualClock
from clinikomigrate.transfer import under_way
from clinikomigrate.transfer.carry import LATE
from clinikomigrate.transfer.follow_ups import Arrive, Stage
from clinikomigrate.transfer.following_up import FollowingUp
from clinikomigrate.transfer.journal import Entry, Owed, State
from clinikomigrate.transfer.mapper import Context
from clinikomigrate.transfer.patience import Patience, Stopped
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.survey import Survey
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal

ADA: Ref[Any] = Ref("patients", "1")


class Shelf(DictSink):
    """A destination that shows what was done to its records.

    Attributes:
        done: The ids of records that are closed.
        asked: The ids that were read.
        trouble: What reading or closing fails with, if with anything.
    """

    def __init__(self) -> None:
        super().__init__()
        self.done: set[str] = set()
        self.asked: list[str] = []
        self.trouble: Exception | None = None

    def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterable[tuple[str, Any]]:
        """Gives ids for records."""
        if self.trouble is not None:
            raise self.trouble
        self.asked += ids
        return [(id, id) for id in ids if id != "gone"]

    def shows(self, follow_up: FollowUp, record: Any) -> bool | None:
        """Says whether it is closed."""
        return record in self.done

    def finish(self, kind: str, id: str, follow_up: FollowUp) -> None:
        """Closes it, unless that fails."""
        if self.trouble is not None:
            raise self.trouble
        self.done.add(id)


@attrs.frozen
class Room:
    """A journal with somebody to whom something is owed, and a destination."""

    journal: MemoryJournal = attrs.field(factory=MemoryJournal)
    sink: Shelf = attrs.field(factory=Shelf)
    clock: VirtualClock = attrs.field(factory=VirtualClock)

    def owed(self, follow_up: FollowUp, there: str = "d1") -> Owed:
        """Notes that something is owed to the patient."""
        self.journal.settle(ADA, Entry(State.CREATED, there), (), [(follow_up.stage, follow_up.name)])
        return Owed("patients", "1", there, follow_up.name)

    @property
    def patience(self) -> Patience:
        """Waits for nothing."""
        return Patience(self.clock, threading.Event(), lambda seconds, reason: None)

    def settle(self) -> None:
        """Looks what came of what was under way."""
        under_way.settle(self.sink, self.journal, self.patience, self.clock)

    def finish(self, owed: Owed, follow_up: FollowUp) -> bool:
        """Does what is owed."""
        resolver = Resolver(self.journal, Context(Survey(None)), None)  # type: ignore[arg-type] # nothing is read
        return FollowingUp(self.sink, self.journal, resolver, self.patience).finish(owed, follow_up, None)

    def is_open(self) -> bool:
        """Says whether anything is noted as under way."""
        return any(text for _, text in self.journal.notes("under way: "))


@pytest.fixture
def room() -> Room:
    """Returns an open journal and a destination."""
    room = Room()
    room.journal.open()
    return room


@pytest.mark.parametrize("follow_up", [Archiving(), Cancel(), Cancel(stage=Stage.SETTLE)], ids=lambda each: each.name)
def test_what_was_done_is_noted_and_what_was_not_stays_owed(room: Room, follow_up: FollowUp) -> None:
    """The destination shows which it is; it is asked once."""
    for done in (False, True):
        owed = room.owed(follow_up)
        room.sink.done = {"d1"} if done else set()
        under_way.begin(room.journal, owed, follow_up)
        room.settle()
        room.settle()

        assert done is not room.journal.owes(ADA, follow_up.stage)
        assert not room.is_open()
    assert ["d1", "d1"] == room.sink.asked


def test_it_takes_its_time(room: Room) -> None:
    """A request can be carried out seconds after its sender is gone; where nothing was under way nobody waits."""
    room.settle()
    before = room.clock.monotonic()
    under_way.begin(room.journal, room.owed(Archiving()), Archiving())
    room.settle()

    assert (0.0, LATE) == (before, room.clock.monotonic())


def test_what_is_no_closing_is_not_noted(room: Room) -> None:
    """Whatever else is done can be done again."""
    owed = room.owed(Arrive())
    under_way.begin(room.journal, owed, Arrive())
    noted = room.is_open()
    under_way.end(room.journal, owed, Arrive())

    assert not noted
    assert [] == list(room.journal.notes("under way: "))


def test_what_is_gone_is_not_done(room: Room) -> None:
    """It stays owed, and whoever does it says what is the matter."""
    under_way.begin(room.journal, room.owed(Archiving(), "gone"), Archiving())
    room.settle()

    assert room.journal.owes(ADA, Stage.ARCHIVE)


def test_what_was_made_anew_since_is_another_record(room: Room) -> None:
    """The one that an undo has taken back is archived, and the new one isn't."""
    under_way.begin(room.journal, room.owed(Archiving()), Archiving())
    room.sink.done = {"d1"}
    room.owed(Archiving(), "d2")
    room.settle()

    assert room.journal.owes(ADA, Stage.ARCHIVE)
    assert not room.is_open()


@pytest.mark.parametrize("trouble", [NotImplementedError(), Forbidden(status=403, method="GET", path="/patients")])
def test_a_destination_that_can_not_be_asked(room: Room, trouble: Exception) -> None:
    """Where it never can be, nobody asks again; where it says no, the next run asks."""
    under_way.begin(room.journal, room.owed(Archiving()), Archiving())
    room.sink.trouble = trouble
    room.settle()

    assert room.journal.owes(ADA, Stage.ARCHIVE)
    assert room.is_open() is isinstance(trouble, Error)


def test_a_key_that_is_not_accepted_ends_the_run(room: Room) -> None:
    """As everywhere."""
    under_way.begin(room.journal, room.owed(Archiving()), Archiving())
    room.sink.trouble = Unauthorized(status=401, method="GET", path="/patients")
    with pytest.raises(Stopped, match="no longer accepted"):
        room.settle()

    assert room.is_open()


@pytest.mark.parametrize(
    ("trouble", "is_open"),
    [
        (None, False),
        (Unprocessable(status=422, method="POST", path="/patients/{id}/archive"), False),
        (OutcomeUnknown(method="POST", path="/patients/{id}/archive", cause_name="no answer"), True),
    ],
    ids=["done", "refused", "unknown"],
)
def test_only_what_is_not_known_stays_under_way(room: Room, trouble: Exception | None, *, is_open: bool) -> None:
    """What was done or refused is over."""
    room.sink.trouble = trouble
    done = room.finish(room.owed(Archiving()), Archiving())

    assert done is (trouble is None)
    assert is_open is room.is_open()
