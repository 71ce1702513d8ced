"""What is owed to records that went when the destination had no place for all of them."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate import Change, Loss, Mapped, Ref, Skip
from clinikomigrate.cliniko.models import Patient, PatientDraft
from clinikomigrate.errors import TransferError
from clinikomigrate.transfer.filling_in import FillingIn
from clinikomigrate.transfer.follow_ups import FillIn, Stage
from clinikomigrate.transfer.journal import Entry, State
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal

NO_FIELD, NO_OPTION = "no field", "no option"
ADA = Patient(id="1")
REF: Ref[Any] = Ref("patients", "1")
THERE = Entry(State.CREATED, "9")


class Growing(DictSink):
    """A destination that gets fields."""

    fills_in = {"patients": (NO_FIELD, NO_OPTION)}  # noqa: RUF012 - as the class that it stands for


def looked(mapped: Mapped[Any] | Skip | None, entry: Entry = THERE) -> tuple[bool, bool, set[str]]:
    """Looks at Ada, who lost her diet; says what came of it, what is owed, and why anything is lost still."""
    journal = MemoryJournal()
    journal.settle(REF, entry, [Loss("diet", NO_FIELD), Loss("notes", "never mind")])

    def mapping(_: Any) -> Mapped[Any] | Skip:
        if mapped is None:
            raise TransferError("a mapper's own fault")
        return mapped

    found = FillingIn(Growing(), journal).look(REF, ADA, entry, mapping)
    return found, journal.owes(REF, Stage.LINK), {reason for _, _, _, reason in journal.loss_rows()}


def ada(*losses: Loss, changes: bool = True) -> Mapped[Any]:
    """Maps Ada by now."""
    return Mapped(PatientDraft(), losses, (Change(draft=PatientDraft()),) if changes else ())


@pytest.mark.parametrize(
    ("mapped", "entry", "expected"),
    [
        (ada(), THERE, (True, True, {"never mind"})),
        (ada(Loss("diet", NO_FIELD)), THERE, (False, False, {NO_FIELD, "never mind"})),
        (ada(Loss("diet", NO_OPTION), changes=False), THERE, (False, False, {NO_OPTION, "never mind"})),
        (ada(changes=False), THERE, (False, False, {"never mind"})),
        (ada(), Entry(State.ADOPTED, "9"), (False, False, {NO_FIELD, "never mind"})),
        (Skip("left out"), THERE, (False, False, {NO_FIELD, "never mind"})),
        (None, THERE, (False, False, {NO_FIELD, "never mind"})),
    ],
)
def test_what_has_a_place_by_now_is_owed(
    mapped: Mapped[Any] | Skip | None, entry: Entry, expected: tuple[bool, bool, set[str]]
) -> None:
    """And lost no more; what has none stays lost, for the reason that holds by now."""
    assert looked(mapped, entry) == expected


def test_it_is_named_apart_from_the_whole_change() -> None:
    """So that the journal tells the two."""
    assert (FillIn().name, Change().name) == ("filling in:link", "change:link")
