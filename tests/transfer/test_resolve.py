"""Turning a draft's refs into ids of the destination."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import attrs
import pytest

from clinikomigrate import UNSET, Context, Loss, Ref, Unset
from clinikomigrate.cliniko.models import IndividualAppointment, MedicalAlert, Patient, TreatmentNote
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.mapper import Fetch
from clinikomigrate.transfer.resolve import NOT_GOING, UNREADABLE, Blocks, NeedsWhatDoesNotGo, Resolver
from clinikomigrate.transfer.source import ClinikoSource
from clinikomigrate.transfer.survey import Survey
from tests.end_to_end.accounts import client
from tests.transfer.memory_journal import MemoryJournal

Value = Any
"""Whatever a draft of somebody's own may hold."""


@attrs.frozen
class Part:
    """A part of a draft."""

    of: Value = None


@attrs.frozen
class OwnDraft:
    """A draft of somebody's own destination."""

    kind: ClassVar[str] = "patients"
    value: Value | Unset = UNSET
    owner_id: Value | Unset = attrs.field(default=UNSET, metadata={"required": True})


@attrs.frozen
class Open:
    """A file: it is passed on as it is."""

    owner: Ref[Any]

    def open(self) -> Iterator[bytes]:
        """Gives nothing."""
        return iter(())


HERE: Ref[Any] = Ref("patients", "1")
NOWHERE: Ref[Any] = Ref("patients", "9")
MATCHED: Ref[Any] = Ref("businesses", "1")


class Room:
    """A resolver, and what it asks."""

    def __init__(self) -> None:
        self.source = FakeCliniko()
        self.journal = MemoryJournal()
        self.journal.settle(HERE, Entry(State.CREATED, "101"))
        self.resolver = Resolver(
            self.journal, Context(Survey(None), {MATCHED: "901"}), ClinikoSource(client(self.source))
        )

    def value(self, value: Value) -> tuple[Value, list[Loss]]:
        """Resolves the value of a draft's attribute."""
        with self.source.in_process():
            draft, losses = self.resolver.draft(OwnDraft(value=value), Patient(id="1"))
        return draft.value, list(losses)


@pytest.fixture
def room() -> Room:
    """Returns a resolver that knows one patient and one business."""
    return Room()


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        (HERE, "101"),
        (MATCHED, "901"),
        ("a destination's id", "a destination's id"),
        (None, None),
        (5, 5),
        ([HERE, "x"], ["101", "x"]),
        ((HERE,), ["101"]),
        ({"of": HERE, "n": 1}, {"of": "101", "n": 1}),
        (Part(Part(HERE)), Part(Part("101"))),
        (Part("x"), Part("x")),
    ],
)
def test_refs_become_ids_wherever_they_stand(room: Room, value: Value, resolved: Value) -> None:
    """A Ref is replaced in attributes, lists, mappings and parts of drafts; everything else stays."""
    assert (resolved, []) == room.value(value)


@pytest.mark.parametrize(
    ("value", "resolved", "lost"),
    [(NOWHERE, UNSET, 1), ([NOWHERE, HERE, NOWHERE], ["101"], 2), ({"a": NOWHERE, "b": HERE}, {"b": "101"}, 1)],
)
def test_links_to_what_does_not_go_are_left_out_and_counted(
    room: Room, value: Value, resolved: Value, lost: int
) -> None:
    """Each link to a record that isn't part of the transfer is a loss of its field."""
    assert (resolved, [Loss("value", NOT_GOING)] * lost) == room.value(value)


def test_a_draft_without_refs_is_the_same_object(room: Room) -> None:
    """Nothing is copied where nothing changes."""
    draft = OwnDraft(value="x")

    assert draft is room.resolver.draft(draft, Patient(id="1"))[0]


def test_files_are_not_looked_into(room: Room) -> None:
    """An object that can be opened is passed on as it is."""
    file = Open(HERE)

    assert (file, []) == room.value(file)


def test_a_required_link_that_does_not_go_is_said(room: Room) -> None:
    """A draft that can't be without what does not go is refused, by the attribute's name."""
    with pytest.raises(NeedsWhatDoesNotGo) as raised:
        room.resolver.draft(OwnDraft(owner_id=NOWHERE), Patient(id="1"))

    assert "owner_id" == raised.value.field


@pytest.mark.parametrize("state", [State.FAILED, State.BLOCKED, State.CONFLICT, State.AMBIGUOUS, State.INTENT])
def test_a_link_to_a_record_that_could_not_go_blocks(room: Room, state: State) -> None:
    """A record waits for whatever has not arrived yet and may still."""
    room.journal.settle(NOWHERE, Entry(state))
    with pytest.raises(Blocks) as raised:
        room.value(NOWHERE)

    assert NOWHERE == raised.value.ref


def test_a_link_to_a_merged_record_goes_to_the_last_of_the_chain(room: Room) -> None:
    """A record that others stand in for is replaced by the one that stands at the end."""
    room.journal.settle(Ref("patients", "2"), Entry(State.SKIPPED, instead=HERE))
    room.journal.settle(Ref("patients", "3"), Entry(State.SKIPPED, instead=Ref("patients", "2")))

    assert ("101", []) == room.value(Ref("patients", "3"))


def test_a_circle_of_merges_ends_nowhere(room: Room) -> None:
    """Two records that stand in for each other stand for none; nothing loops."""
    room.journal.settle(Ref("patients", "2"), Entry(State.SKIPPED, instead=Ref("patients", "3")))
    room.journal.settle(Ref("patients", "3"), Entry(State.SKIPPED, instead=Ref("patients", "2")))

    assert (UNSET, [Loss("value", NOT_GOING)]) == room.value(Ref("patients", "2"))


def test_a_skipped_record_without_a_stand_in_does_not_go(room: Room) -> None:
    """A link to what was left out on purpose is left empty."""
    room.journal.settle(NOWHERE, Entry(State.SKIPPED))

    assert (UNSET, [Loss("value", NOT_GOING)]) == room.value(NOWHERE)


@pytest.mark.parametrize("kind", ["individual_appointments", "group_appointments", "unavailable_blocks"])
def test_a_ref_to_bookings_finds_whichever_kind_holds_the_id(room: Room, kind: str) -> None:
    """A link that only says that it is a booking is looked for among all three kinds."""
    room.journal.settle(Ref(kind, "7"), Entry(State.CREATED, "107"))

    assert ("107", []) == room.value(Ref("bookings", "7"))


def test_what_is_fetched_is_resolved_too(room: Room) -> None:
    """What the source gives at the last moment may hold refs; where it gives nothing, nothing is lost."""
    patient = room.source.add("patients", first_name="Ada", last_name="Example")
    file = room.source.add("patient_attachments", patient_id=patient, content=b"x")
    full, empty = (
        room.source.add("patient_cases", patient_id=patient, name="Knee", patient_attachment_ids=files)
        for files in ([file], [])
    )
    room.journal.settle(Ref("patient_attachments", file), Entry(State.CREATED, "105"))

    assert (["105"], []) == room.value(Fetch("case_attachments", (Ref("patient_cases", full),)))
    assert (UNSET, []) == room.value(Fetch("case_attachments", (Ref("patient_cases", empty),)))


def test_what_went_takes_the_place_of_what_would_be_fetched(room: Room) -> None:
    """The record's id is given, and nothing is read; where it did not go, what was asked for is read."""
    patient = room.source.add("patients", first_name="Ada", last_name="Example")
    room.source.add("medical_alerts", patient_id=patient, name="Latex")
    alerts = Fetch("medical_alerts", (Ref("patients", patient),))

    assert ("101", []) == room.value(attrs.evolve(alerts, unless=HERE))
    assert (["Latex"], []) == room.value(attrs.evolve(alerts, unless=NOWHERE))


def test_a_record_does_not_go_without_what_it_needs_of_others(room: Room) -> None:
    """What it can't be without is not there, or points at what does not go."""
    missing = Fetch("class", (Ref("group_appointments", "404"),))
    with room.source.in_process(), pytest.raises(NeedsWhatDoesNotGo, match="owner_id"):
        room.resolver.draft(OwnDraft(owner_id=missing), Patient(id="1"))
    with pytest.raises(NeedsWhatDoesNotGo, match="of"):
        room.resolver.draft(OwnDraft(value=Part(NOWHERE)), Patient(id="1"))


def test_what_cannot_be_fetched_is_a_loss(room: Room) -> None:
    """What the source's API doesn't show is left out and counted."""
    room.source.lacks.add("/patient_cases")

    assert (UNSET, [Loss("value", UNREADABLE)]) == room.value(Fetch("case_attachments", (Ref("patient_cases", "1"),)))


def test_what_a_record_cannot_do_without(room: Room) -> None:
    """A set-aside record holds back its patient, whoever that was merged into, and its class; not its appointment."""
    room.journal.settle(NOWHERE, Entry(State.SKIPPED, instead=HERE))
    alert = MedicalAlert(id="5", patient=NOWHERE)
    note = TreatmentNote(id="6", patient=HERE, attendee=Ref("attendees", "8"), booking=Ref("bookings", "7"))
    appointment = IndividualAppointment(id="7", patient=None)

    assert {NOWHERE, HERE} == room.resolver.pointed_at(alert)
    assert {HERE, Ref("group_appointments", "7")} == room.resolver.pointed_at(note)
    assert set() == room.resolver.pointed_at(appointment)


def test_where_a_record_arrived_and_who_got_it(room: Room) -> None:
    """After merges the record at the end of the chain counts; of what isn't there nothing is known."""
    merged: Ref[Any] = Ref("patients", "2")
    room.journal.settle(merged, Entry(State.SKIPPED, instead=HERE))
    room.journal.settle(Ref("patients", "3"), Entry(State.SKIPPED, instead=Ref("patients", "4")))
    room.journal.settle(Ref("patients", "4"), Entry(State.SKIPPED, instead=Ref("patients", "3")))
    room.journal.settle(Ref("patients", "5"), Entry(State.FAILED))

    assert ("101", HERE) == room.resolver.arrived(HERE) == room.resolver.arrived(merged)
    assert [None] * 3 == [room.resolver.arrived(Ref("patients", id)) for id in ("3", "5", "9")]
