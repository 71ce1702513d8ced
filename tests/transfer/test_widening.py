"""Completing records that went before, when a wider filter takes what they had to do without."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ByBusiness, ByPatient, ClinikoMapper, Context, Loss, Made, Mapped, Ref, Report, Skip
from clinikomigrate.cliniko.models import GroupAppointmentDraft, Patient, TreatmentNote, TreatmentNoteDraft
from clinikomigrate.errors import BadRequest, NotFound, Unauthorized, Unsupported
from clinikomigrate.testing import VirtualClock
from clinikomigrate.transfer.follow_ups import Archiving, Change, Stage
from clinikomigrate.transfer.journal import Entry, Owed, State
from clinikomigrate.transfer.patience import Patience, Stopped
from clinikomigrate.transfer.resolve import NOT_GOING, Resolver
from clinikomigrate.transfer.survey import Survey
from clinikomigrate.transfer.widening import OUTSIDE, TOO_LATE, Widening
from tests.end_to_end.accounts import Pair
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal
from tests.traps.clinic import Clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic with a second place."""
    clinic = Clinic(tmp_path)
    clinic.add("businesses", business_name="Side Street")
    return clinic


def lost(report: Report, reason: str) -> dict[tuple[str, str], int]:
    """Gives what a report says is lost for a reason."""
    return {(loss.kind, loss.field): loss.records for loss in report.losses if loss.reason == reason}


def elsewhere(clinic: Clinic, patient: str, **values: Any) -> str:
    """Puts an appointment at the second place into the source, and gives its attendee."""
    [place] = [row["id"] for row in clinic.source.rows("businesses") if row["business_name"] == "Side Street"]
    visit = clinic.visit(patient, business_id=place, starts_at="2024-03-15T01:00:00Z", **values)
    return clinic.attendee_of(visit)


def test_a_link_that_was_left_empty_is_filled_in(clinic: Clinic) -> None:
    """A note and a form about a visit elsewhere go without it; once the visit goes, they are given the link."""
    ada = clinic.patient()
    clinic.visit(ada)
    attendee = elsewhere(clinic, ada)
    booking = next(row["booking_id"] for row in clinic.source.rows("attendees") if row["id"] == attendee)
    clinic.note(ada, booking_id=booking, attendee_id=attendee, draft=True)
    clinic.form(ada, attendee_id=attendee)
    first = clinic.move(filter=ByBusiness("Main Street"))
    empty = [clinic.only(kind)["attendee_id"] for kind in ("treatment_notes", "patient_forms")]
    second = clinic.move()
    [late] = [
        row for row in clinic.arrived("attendees") if row["booking_id"] == clinic.only("treatment_notes")["booking_id"]
    ]

    assert [None, None] == empty
    assert [late["id"]] * 2 == [clinic.only(kind)["attendee_id"] for kind in ("treatment_notes", "patient_forms")]
    assert {
        ("treatment_notes", "attendee"): 1,
        ("treatment_notes", "booking"): 1,
        ("patient_forms", "attendee"): 1,
    } == lost(first, NOT_GOING)
    assert {} == lost(second, NOT_GOING)


def test_an_archived_note_is_taken_out_of_the_archive_for_it(clinic: Clinic) -> None:
    """And goes back into it at the end."""
    ada = clinic.patient()
    clinic.visit(ada)
    clinic.note(ada, attendee_id=elsewhere(clinic, ada), draft=True, archived_at="2024-05-01T00:00:00Z")
    clinic.move(filter=ByBusiness("Main Street"))
    archived = clinic.only("treatment_notes")["archived_at"]
    clinic.move()

    assert archived
    assert 1 == len(clinic.sent("POST", "/unarchive"))
    assert clinic.only("treatment_notes")["attendee_id"]
    assert clinic.only("treatment_notes")["archived_at"]


def test_a_finalised_note_keeps_its_empty_link(clinic: Clinic) -> None:
    """The API takes no change of it: the link is lost for good, it is said why, and it is tried once only."""
    ada = clinic.patient()
    clinic.visit(ada)
    clinic.note(ada, attendee_id=elsewhere(clinic, ada))
    clinic.move(filter=ByBusiness("Main Street"))
    report = clinic.move()
    clinic.move()

    assert {("treatment_notes", "attendee"): 1} == lost(report, TOO_LATE)
    assert {} == lost(report, NOT_GOING)
    assert 1 == len(clinic.sent("PATCH", clinic.only("treatment_notes")["id"]))


def test_a_referrer_who_comes_later_is_named(clinic: Clinic) -> None:
    """Who sent the patient of a pilot is filled in when that other patient goes."""
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    kind = clinic.add("referral_source_types", name="Patient", referrer_type="Patient")
    clinic.add("referral_sources", patient_id=ada, referral_source_type_id=kind, referrer_id=bea, notes="A friend")
    first = clinic.move(filter=ByPatient(ada))
    second = clinic.move()
    [friend] = [row["id"] for row in clinic.arrived("patients") if row["first_name"] == "Bea"]

    assert {("referral_sources", "referrer"): 1} == lost(first, NOT_GOING)
    assert {} == lost(second, NOT_GOING)
    assert (friend, "A friend") == tuple(clinic.only("referral_sources")[name] for name in ("referrer_id", "notes"))


def test_a_class_keeps_its_chosen_attendees_and_says_so(clinic: Clinic) -> None:
    """The plan says it too. When the others come, there is room for them, and the class is as it was in the end."""
    ada, bea, cy = (clinic.patient(first_name=name) for name in ("Ada", "Bea", "Cy"))
    lesson = clinic.lesson(max_attendees=2)
    clinic.seat(lesson, ada)
    clinic.seat(lesson, bea)
    clinic.seat(lesson, cy, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=30)
    with clinic.source.in_process(), clinic.destination.in_process():
        planned = Pair(clinic.source, clinic.destination, clinic.journal).transfer(filter=ByPatient(ada)).plan()
    first = clinic.move(filter=ByPatient(ada))
    seats = clinic.only("group_appointments")["max_attendees"], len(clinic.arrived("attendees"))
    second = clinic.move()

    assert {("group_appointments", "patient_ids"): 1} == lost(first, OUTSIDE)
    assert list(first.losses) == list(planned.losses)
    assert (2, 1) == seats
    assert {} == lost(second, OUTSIDE)
    assert 2 == clinic.only("group_appointments")["max_attendees"]
    assert [False, False, True] == sorted(bool(row["cancelled_at"]) for row in clinic.arrived("attendees"))


def test_a_full_class_takes_the_cancelled_seats_that_come_later(clinic: Clinic) -> None:
    """A class whose seats are all taken by a pilot's patients still gets the one whose seat was given up."""
    ada, bea, cy = (clinic.patient(first_name=name) for name in ("Ada", "Bea", "Cy"))
    lesson = clinic.lesson(max_attendees=2)
    clinic.seat(lesson, ada)
    clinic.seat(lesson, bea)
    clinic.seat(lesson, cy, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=30)
    first = clinic.move(filter=ByPatient(ada, bea))
    clinic.move()

    assert {} == lost(first, OUTSIDE)
    assert 3 == len(clinic.arrived("attendees"))


def test_an_archived_patient_takes_what_comes_later(clinic: Clinic) -> None:
    """A patient whom an earlier run archived is taken out of the archive, and goes back when all is done."""
    ada = clinic.patient(archived_at="2024-05-01T00:00:00Z")
    clinic.visit(ada)
    clinic.move(filter=ByBusiness("Main Street"))
    archived = clinic.only("patients")["archived_at"]
    elsewhere(clinic, ada, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=30)
    clinic.add("medical_alerts", patient_id=ada, name="Latex")
    report = clinic.move()

    assert archived
    assert 2 == len(clinic.arrived("individual_appointments"))
    assert "Latex" == clinic.only("medical_alerts")["name"]
    assert clinic.only("patients")["archived_at"]
    assert 1 == report.kinds["medical_alerts"].created


def test_what_a_follow_up_lost_stays_lost(clinic: Clinic) -> None:
    """An archive that the product made of a patient's record never goes, so a case stays without it, run after run."""
    ada = clinic.patient()
    export = clinic.add("patient_attachments", patient_id=ada, full_export=True, filename="a.zip", content=b"PK")
    clinic.add("patient_cases", patient_id=ada, name="Knee", patient_attachment_ids=[export])
    reports = [clinic.move(filter=ByPatient(ada)), clinic.move(), clinic.move()]

    assert [{("patient_cases", "patient_attachment_ids"): 1}] * 3 == [lost(each, NOT_GOING) for each in reports]


class Changed(ClinikoMapper):
    """A mapper whose settings changed since the pilot: it leaves classes out, and is at odds with notes."""

    def group_appointment(self, appointment: Any, context: Context, /) -> Skip:
        """Leaves classes out."""
        return Skip("classes are entered by hand")

    def treatment_note(self, note: Any, context: Context, /) -> Skip:
        """Fails."""
        raise Unsupported("no notes")

    def patient_form(self, form: Any, context: Context, /) -> Skip:
        """Leaves forms out."""
        return Skip("forms are filled in anew")


def test_what_the_mapper_leaves_out_by_now_stays_as_it_is(clinic: Clinic) -> None:
    """A record that went is neither completed nor taken back by a mapper that would not let it go any more."""
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    lesson = clinic.lesson(max_attendees=2)
    clinic.seat(lesson, ada)
    late = elsewhere(clinic, ada)
    clinic.note(ada, attendee_id=late, draft=True)
    clinic.form(ada, attendee_id=late)
    clinic.move(filter=ByBusiness("Main Street"))
    clinic.seat(lesson, bea)
    report = clinic.run(mapper=Changed())

    assert [None, None] == [clinic.only(kind)["attendee_id"] for kind in ("treatment_notes", "patient_forms")]
    assert 2 == clinic.only("group_appointments")["max_attendees"]
    assert {("treatment_notes", "attendee"): 1, ("patient_forms", "attendee"): 1} == lost(report, NOT_GOING)
    assert [] == [row for row in report.set_aside if row.kind == "treatment_notes"]


# One record at a time.


class Changeable(DictSink):
    """A destination that does with changes what a test says.

    Attributes:
        changes: What was changed.
        fails: What is raised instead.
    """

    unarchives = ("patients",)

    def __init__(self, fails: Exception | None = None) -> None:
        super().__init__()
        self.changes: list[object] = []
        self.fails = fails

    def update(self, id: str, draft: Any, record: Any = None) -> Made:
        """Changes a record, and refuses its title."""
        self._do((id, draft))
        return Made(id, (Loss("attendee", "refused"),))

    def unarchive(self, kind: str, id: str) -> None:
        """Takes a record out of the archive."""
        self._do((kind, id))

    def _do(self, change: object) -> None:
        if self.fails is not None:
            raise self.fails
        self.changes.append(change)


class Room:
    """A note that went without its links, and what completes it."""

    def __init__(self, sink: DictSink) -> None:
        self.journal = MemoryJournal()
        self.note: Ref[Any] = Ref("treatment_notes", "1")
        self.patient: Ref[Any] = Ref("patients", "1")
        losses = [Loss("attendee", NOT_GOING), Loss("booking", NOT_GOING), Loss("title", "cut")]
        self.journal.settle(self.patient, Entry(State.CREATED, "p1"), (), [(Stage.ARCHIVE, Archiving().name)])
        self.journal.settle(self.note, Entry(State.CREATED, "n1"), losses)
        self.resolver = Resolver(self.journal, Context(Survey(settings=None)), None)  # type: ignore[arg-type] # nothing is fetched
        patience = Patience(VirtualClock(), threading.Event(), lambda _, __: None)
        self.widening = Widening(sink, self.journal, self.resolver, patience)

    def complete(self) -> list[tuple[str, str]]:
        """Maps the note again, completes it, and gives what it has lost then."""
        note = TreatmentNote(id="1")
        attendee: Ref[Any] = Ref("attendees", "1")
        booking: Ref[Any] = Ref("bookings", "1")
        draft = TreatmentNoteDraft(
            patient_id=self.patient, attendee_id=attendee, booking_id=booking, title="A", draft=True
        )
        lacking = self.widening.lacking("treatment_notes", {"1": Entry(State.CREATED, "n1")})
        self.widening.complete(self.note, note, "n1", lacking["1"], Mapped(draft))
        return [(field, reason) for _, _, field, reason in self.journal.loss_rows("treatment_notes")]


NOTHING_NEW = [("attendee", NOT_GOING), ("booking", NOT_GOING), ("title", "cut")]


def test_only_what_goes_now_is_filled_in() -> None:
    """The booking is there now and the attendee still isn't: the booking alone is set, and no other loss is touched."""
    sink = Changeable()
    room = Room(sink)
    room.journal.settle(Ref("individual_appointments", "1"), Entry(State.CREATED, "b1"))

    assert [("attendee", NOT_GOING), ("title", "cut")] == room.complete()
    assert [("n1", TreatmentNoteDraft(booking_id="b1"))] == sink.changes


def test_what_the_destination_refuses_of_it_stays_lost() -> None:
    """It is filled in as far as the destination takes it."""
    room = Room(Changeable())
    room.journal.settle(Ref("individual_appointments", "1"), Entry(State.CREATED, "b1"))
    room.journal.settle(Ref("attendees", "1"), Entry(State.CREATED, "a1"))

    assert [("attendee", NOT_GOING), ("title", "cut")] == room.complete()


def test_nothing_is_asked_where_nothing_new_goes() -> None:
    """A record that lacks what still does not go is left alone."""
    sink = Changeable()

    assert NOTHING_NEW == Room(sink).complete()
    assert [] == sink.changes


def test_a_link_that_waits_is_left_for_a_later_run() -> None:
    """What it points at could not go yet, and may go the next time."""
    room = Room(Changeable())
    room.journal.settle(Ref("attendees", "1"), Entry(State.FAILED))

    assert NOTHING_NEW == room.complete()


def test_a_destination_that_changes_nothing_says_so_once() -> None:
    """A sink that has no `update` leaves the links empty for good."""
    room = Room(DictSink())
    room.journal.settle(Ref("individual_appointments", "1"), Entry(State.CREATED, "b1"))

    assert [("attendee", NOT_GOING), ("booking", TOO_LATE), ("title", "cut")] == sorted(room.complete())


def test_what_goes_wrong_for_now_is_tried_again_by_the_next_run() -> None:
    """An error that says nothing about the record changes nothing; one about the key ends the run."""
    room = Room(Changeable(BadRequest(status=400, method="PATCH", path="/treatment_notes/{id}")))
    room.journal.settle(Ref("individual_appointments", "1"), Entry(State.CREATED, "b1"))

    assert NOTHING_NEW == room.complete()

    barred = Room(Changeable(Unauthorized(status=401, method="PATCH", path="/treatment_notes/{id}")))
    barred.journal.settle(Ref("individual_appointments", "1"), Entry(State.CREATED, "b1"))
    with pytest.raises(Stopped, match="no longer accepted"):
        barred.complete()


def test_what_goes_back_into_the_archive_is_noted_first() -> None:
    """Whoever can't be taken out of it now is archived again all the same, and who comes along twice only once."""
    for error in (None, NotFound(status=404, method="POST", path="/patients/{id}/unarchive")):
        sink = Changeable(error)
        room = Room(sink)
        owed = Owed("patients", "1", "p1", Archiving().name)
        before = room.journal.owes(room.patient, Stage.ARCHIVE)
        room.journal.follow_up_done(owed)
        notes = [TreatmentNote(id=id, patient=room.patient, practitioner=Ref("practitioners", "1")) for id in "12"]
        room.widening.reopen(notes)

        assert before
        assert room.journal.owes(room.patient, Stage.ARCHIVE)
        assert ([] if error else [("patients", "p1")]) == sink.changes


def test_whoever_was_never_archived_is_left_alone() -> None:
    """Neither who is still to be archived, nor who isn't there."""
    sink = Changeable()
    room = Room(sink)
    room.widening.reopen(
        [TreatmentNote(id="1", patient=room.patient), TreatmentNote(id="2", patient=Ref("patients", "9"))]
    )
    room.widening.reopen([Patient(id="1")])

    assert [] == sink.changes
    assert {} == room.widening.lacking("patients", {"9": Entry(State.FAILED)})


def class_of(seats: int) -> Mapped[GroupAppointmentDraft]:
    """Returns a class as a mapper gives it: with room for all while it is filled."""
    closing = Change(draft=GroupAppointmentDraft(max_attendees=seats))
    return Mapped(GroupAppointmentDraft(max_attendees=99, notes="Mats"), (), (Archiving(), closing))


@pytest.mark.parametrize(
    ("error", "changed", "owed"),
    [
        (None, True, True),
        (NotFound(status=404, method="PATCH", path="/group_appointments/{id}"), False, False),
        (BadRequest(status=400, method="PATCH", path="/group_appointments/{id}"), False, True),
    ],
)
def test_room_is_made_and_taken_back(error: Exception | None, changed: bool, owed: bool) -> None:
    """What closes the class again is noted first; it stays so unless the destination takes no change of the class."""
    sink = Changeable(error)
    room = Room(sink)
    lesson: Ref[Any] = Ref("group_appointments", "5")
    room.journal.settle(lesson, Entry(State.CREATED, "g5"))
    room.widening.make_room(lesson, "g5", class_of(seats=3))

    assert ([("g5", GroupAppointmentDraft(max_attendees=99))] if changed else []) == sink.changes
    assert owed == room.journal.owes(lesson, Stage.LINK)


def test_only_a_class_that_was_closed_needs_room() -> None:
    """One that is still being filled has room, and one that isn't there has none to be made."""
    room = Room(Changeable())
    for id in ("5", "6"):
        lesson: Ref[Any] = Ref("group_appointments", id)
        room.journal.settle(lesson, Entry(State.CREATED, f"g{id}"), (), [(Stage.LINK, "change:link")])
    room.journal.follow_up_done(Owed("group_appointments", "6", "g6", "change:link"))

    assert {"6": "g6"} == room.widening.full("group_appointments", ["5", "6", "7"])
