"""Looking, before records are cancelled or archived, whether somebody works with them by now."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from clinikomigrate import Archiving, Cancel, Change, Context, FollowUp, Mapped, Ref
from clinikomigrate.cliniko.models import Patient, PatientDraft
from clinikomigrate.testing import VirtualClock
from clinikomigrate.transfer.fresh import Fresh
from clinikomigrate.transfer.imprints import of_state
from clinikomigrate.transfer.in_use import InUse
from clinikomigrate.transfer.journal import Entry, Imprint, Owed, State
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.second_look import (
    ARCHIVED_AND_EDITED,
    ARCHIVED_AND_USED,
    CANCELLED_AND_EDITED,
    Due,
    SecondLook,
)
from clinikomigrate.transfer.sink import Wanted
from clinikomigrate.transfer.survey import Survey
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal

BEFORE = Patient(id="d1", first_name="Ada")
EDITED = Patient(id="d1", first_name="Ada", occupation="Baker")


class Shown(DictSink):
    """A destination that shows one patient.

    Attributes:
        record: The patient; None where it can't be read.
        archived: Whether it shows the patient as archived.
        differs: What of the patient isn't as it was meant.
        hanging: What hangs on the patient.
        reads: How often it was asked.
    """

    def __init__(self) -> None:
        super().__init__()
        self.record: Patient | None = BEFORE
        self.archived = False
        self.differs: Sequence[str] = ()
        self.hanging: Sequence[tuple[str, str, str]] = ()
        self.reads = 0

    def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterable[tuple[str, Any]]:
        """Gives the patient."""
        self.reads += 1
        if self.record is None:
            raise NotImplementedError
        return [(self.record.id, self.record)]

    def state(self, record: Any) -> object:
        """Says what the patient does for a living."""
        return record.occupation or "nothing"

    def shows(self, follow_up: FollowUp, record: Any) -> bool | None:
        """Says whether the patient is archived."""
        return self.archived

    def compare(self, wanted: Wanted, record: Any) -> Sequence[str]:
        """Names what isn't as it was meant."""
        return self.differs

    def hanging_on(self, kind: str, ids: Sequence[str]) -> Iterable[tuple[str, str, str]]:
        """Gives what hangs on the patient."""
        return self.hanging


class Room:
    """A journal that knows one patient, and somebody who looks."""

    def __init__(self, written: bytes | None = None) -> None:
        self.sink, self.journal = Shown(), MemoryJournal()
        known = of_state(self.journal.key, "nothing") if written is None else written or None
        self.journal.settle(Ref("patients", "1"), Entry(State.CREATED, "d1", imprint=Imprint(b"", b"", b"", known)))
        resolver = Resolver(self.journal, Context(Survey(settings=None)), None)  # type: ignore[arg-type] # nothing is fetched
        patience = Patience(VirtualClock(), threading.Event(), lambda _, __: None)
        self.fresh = Fresh(self.sink)
        in_use = InUse(None, self.sink, self.journal, resolver, patience)  # type: ignore[arg-type] # nothing is read there
        self.look = SecondLook(self.sink, self.journal, resolver, patience, fresh=self.fresh, in_use=in_use)

    def due(self, follow_up: FollowUp, draft: PatientDraft | None = None) -> Due:
        """Returns a follow-up of the patient that is about to be done."""
        owed = Owed("patients", "1", "d1", follow_up.name)
        mapped = Mapped(draft or PatientDraft(first_name="Ada"), (), (Change(draft=PatientDraft()), follow_up))
        return Due(owed, follow_up, Patient(id="1"), mapped)

    def objection(self, follow_up: FollowUp) -> str | None:
        """Says why the patient must stay."""
        due = self.due(follow_up)
        found: Mapping[Owed, str] = self.look.objections("patients", [due])
        return found.get(due.owed)


@pytest.mark.parametrize(
    ("follow_up", "reason"), [(Cancel(), CANCELLED_AND_EDITED), (Archiving(), ARCHIVED_AND_EDITED)]
)
def test_what_was_edited_stays(follow_up: FollowUp, reason: str) -> None:
    """What nobody touched does not."""
    room = Room()
    untouched = room.objection(follow_up)
    room.sink.record = EDITED

    assert untouched is None
    assert reason == room.objection(follow_up)


def test_what_others_hang_on_stays() -> None:
    """What the destination holds besides is somebody's work; what this transfer brought is not."""
    room = Room()
    room.journal.settle(Ref("medical_alerts", "7"), Entry(State.CREATED, "d7"))
    room.sink.hanging = [("d1", "medical_alerts", "d7")]
    ours = room.objection(Archiving())
    room.sink.hanging = [("d1", "medical_alerts", "d8")]

    assert (None, ARCHIVED_AND_USED) == (ours, room.objection(Archiving()))
    assert room.objection(Cancel()) is None


def test_what_needs_no_look() -> None:
    """A change does no harm, and what this process made nobody has touched."""
    room = Room()
    room.sink.record = EDITED
    change = room.objection(Change(draft=PatientDraft()))
    room.fresh.made("patients", "d1", None, [Archiving()])

    assert (None, None, 0) == (change, room.objection(Archiving()), room.sink.reads)


def test_what_is_done_or_gone_or_can_not_be_read() -> None:
    """There is nothing to object to."""
    room = Room()
    room.sink.record, room.sink.archived = EDITED, True
    done = room.objection(Archiving())
    room.sink.record, room.sink.archived = Patient(id="d2"), False
    gone = room.objection(Archiving())
    room.sink.record = None

    assert (None, None, None) == (done, gone, room.objection(Archiving()))


def test_what_is_not_known_as_it_was_written() -> None:
    """It stays where it isn't as it was meant, or nobody can tell what was."""
    room = Room(written=b"")
    as_meant = room.objection(Archiving())
    room.sink.differs = ["occupation"]
    other = room.objection(Archiving())
    lost = room.due(Archiving(), PatientDraft(referring_doctor_id=Ref("contacts", "9")))
    room.journal.settle(Ref("contacts", "9"), Entry(State.FAILED, reason="no"))

    assert (None, ARCHIVED_AND_EDITED) == (as_meant, other)
    assert {lost.owed: ARCHIVED_AND_EDITED} == room.look.objections("patients", [lost])


def test_a_change_whose_answer_was_lost() -> None:
    """The record says all that is meant, and isn't what it was: that was this transfer, before it was interrupted."""
    room = Room()
    change = room.due(Change(draft=PatientDraft(occupation="Baker")))
    before = room.look.is_done_already(change, BEFORE)
    done = room.look.is_done_already(change, EDITED)
    room.sink.differs = ["occupation"]
    other = room.look.is_done_already(change, EDITED)

    assert (False, True, False) == (before, done, other)
    assert not Room(written=b"").look.is_done_already(change, EDITED)
