"""Why a seat in a class was refused."""

from __future__ import annotations

import pytest

from clinikomigrate import Ref
from clinikomigrate.cliniko.models import Attendee, Recall
from clinikomigrate.errors import Error, Unprocessable, Unsupported
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.refusals import no_seat
from tests.transfer.memory_journal import MemoryJournal

SEAT = Attendee(id="7", booking=Ref("bookings", "1"))


def refusal(*fields: str) -> Unprocessable:
    """Makes a refusal of some fields."""
    return Unprocessable(status=422, method="POST", path="/attendees", fields=dict.fromkeys(fields, "is wrong"))


@pytest.fixture
def journal() -> MemoryJournal:
    """Returns a journal that knows one class that went, and one that did not."""
    journal = MemoryJournal()
    journal.settle(Ref("group_appointments", "1"), Entry(State.CREATED, "g1"))
    journal.settle(Ref("group_appointments", "2"), Entry(State.SKIPPED))
    return journal


def test_what_to_do_about_a_class(journal: MemoryJournal) -> None:
    """Where nothing is known against it, a run opens it; else it is to be given more seats by hand first."""
    for error in (refusal("base"), refusal("booking"), refusal()):
        assert "Run again, which opens the class" in (no_seat(error, SEAT, journal, None) or "")
    told = no_seat(refusal("base"), SEAT, journal, "it is raining") or ""

    assert "because it is raining. Give class g1 more seats" in told


@pytest.mark.parametrize(
    ("error", "entity"),
    [
        (refusal("patient"), SEAT),
        (refusal("base", "patient_case_id"), SEAT),
        (Unsupported("no"), SEAT),
        (refusal("base"), Attendee(id="7")),
        (refusal("base"), Attendee(id="7", booking=Ref("bookings", "2"))),
        (refusal("base"), Attendee(id="7", booking=Ref("bookings", "3"))),
        (refusal("base"), Recall(id="7")),
    ],
)
def test_what_was_refused_for_another_reason(journal: MemoryJournal, error: Error, entity: object) -> None:
    """What is wrong with the seat itself, or is no seat in a class that went, is not laid to the class."""
    assert no_seat(error, entity, journal, None) is None
