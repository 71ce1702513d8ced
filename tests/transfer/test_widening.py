"""Completing records that went before, when a wider filter takes what they had to do without."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import (
    ALL_KINDS,
    UNSET,
    ByBusiness,
    ByPatient,
    ClinikoMapper,
    Context,
    Loss,
    Made,
    Mapped,
    Ref,
    Report,
    Skip,
)
from clinikomigrate.cliniko.models import (
    AppointmentType,
    AppointmentTypeDraft,
    ContactDraft,
    GroupAppointmentDraft,
    Patient,
    PatientDraft,
    TreatmentNote,
    TreatmentNoteDraft,
)
from clinikomigrate.errors import BadRequest, NotFound, Unauthorized, Unsupported
from clinikomigrate.testing import VirtualClock
from clinikomigrate.transfer.events import StageStarted
from clinikomigrate.transfer.follow_ups import Archiving, Change, Seats, Stage
from clinikomigrate.transfer.imprints import of_state
from clinikomigrate.transfer.journal import Entry, Imprint, Owed, State
from clinikomigrate.transfer.mapper import Fetch
from clinikomigrate.transfer.patience import Patience, Stopped
from clinikomigrate.transfer.places import ELSEWHERE
from clinikomigrate.transfer.resolve import NOT_GOING, Resolver
from clinikomigrate.transfer.survey import Survey
from clinikomigrate.transfer.widening import OTHERWISE, OUTSIDE, TOO_LATE, Crowded, Widening
from clinikomigrate.transfer.written import UNREAD
from tests.end_to_end.accounts import Pair, client
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


def test_a_plan_knows_which_links_stay_empty(clinic: Clinic) -> None:
    """What is finalised or archived for good takes no link any more; what can still be changed does."""
    ada = clinic.patient()
    clinic.visit(ada)
    attendee = elsewhere(clinic, ada)
    clinic.note(ada, attendee_id=attendee)
    clinic.note(ada, attendee_id=attendee, draft=True, title="A draft")
    clinic.form(ada, attendee_id=attendee, archived_at="2024-05-01T00:00:00Z")
    with clinic.source.in_process(), clinic.destination.in_process():
        pair = Pair(clinic.source, clinic.destination, clinic.journal)
        pair.transfer(filter=ByBusiness("Main Street")).run(last=True)
        plan = pair.transfer().plan()
    report = clinic.move()

    assert {("treatment_notes", "attendee"): 1, ("patient_forms", "attendee"): 1} == lost(report, TOO_LATE)
    assert list(plan.losses) == list(report.losses)


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


def test_a_referrer_of_an_archived_patient_is_named(clinic: Clinic) -> None:
    """The patient is taken out of the archive for it, and goes back at the end; nobody else is."""
    ada = clinic.patient(archived_at="2024-05-01T00:00:00Z")
    bea = clinic.patient(first_name="Bea", archived_at="2024-05-01T00:00:00Z")
    cy = clinic.patient(first_name="Cy")
    kind = clinic.add("referral_source_types", name="Patient", referrer_type="Patient")
    clinic.add("referral_sources", patient_id=ada, referral_source_type_id=kind, referrer_id=cy)
    clinic.move(filter=ByPatient(ada, bea))
    report = clinic.move()
    rows = {row["first_name"]: row for row in clinic.arrived("patients")}

    assert rows["Cy"]["id"] == clinic.only("referral_sources")["referrer_id"]
    assert {} == lost(report, NOT_GOING) == lost(report, TOO_LATE)
    assert {"Ada": True, "Bea": True, "Cy": False} == {name: bool(row["archived_at"]) for name, row in rows.items()}
    assert 1 == len(clinic.sent("POST", "/unarchive"))


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


def test_a_case_keeps_its_chosen_attendees_and_says_so(clinic: Clinic) -> None:
    """The plan says it too. When the other visits come, they belong to the case, and nothing of it is lost."""
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    knee, whole = (clinic.add("patient_cases", patient_id=each, name="Knee") for each in (ada, bea))
    for case, attendee in (
        (knee, clinic.attendee_of(clinic.visit(ada))),
        (knee, elsewhere(clinic, ada)),
        (whole, clinic.attendee_of(clinic.visit(bea, starts_at="2024-04-02T00:00:00Z"))),
    ):
        clinic.source.store.change("attendees", clinic.source.store.at("attendees", attendee), patient_case_id=case)
    clinic.add("patient_cases", patient_id=bea, name="Without visits")
    with clinic.source.in_process(), clinic.destination.in_process():
        pair = Pair(clinic.source, clinic.destination, clinic.journal)
        planned = pair.transfer(filter=ByBusiness("Main Street")).plan()
    first = clinic.move(filter=ByBusiness("Main Street"))
    linked = sorted(len(row["attendee_ids"] or ()) for row in clinic.arrived("patient_cases"))
    second = clinic.move()

    assert {("patient_cases", "attendee_ids"): 1} == lost(first, ELSEWHERE)
    assert list(first.losses) == list(planned.losses)
    assert [0, 1, 1] == linked
    assert {} == lost(second, ELSEWHERE)
    assert [0, 1, 2] == sorted(len(row["attendee_ids"] or ()) for row in clinic.arrived("patient_cases"))


def test_a_case_whose_patient_goes_whole_loses_no_attendee(clinic: Clinic) -> None:
    """A choice of patients takes all their bookings, so nothing is read to find out."""
    ada = clinic.patient()
    case = clinic.add("patient_cases", patient_id=ada, name="Knee")
    row = clinic.source.store.at("attendees", elsewhere(clinic, ada))
    clinic.source.store.change("attendees", row, patient_case_id=case)
    report = clinic.move(filter=ByPatient(ada))

    assert {} == lost(report, ELSEWHERE)


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


def doctors(clinic: Clinic) -> dict[str, str]:
    """Gives the ids of the destination's contacts by their last names."""
    return {row["last_name"]: row["id"] for row in clinic.arrived("contacts")}


def test_a_link_that_the_clinic_filled_in_is_not_overwritten(clinic: Clinic) -> None:
    """Another doctor was entered by hand after the pilot: that one stays, and the report names the patient."""
    ada = clinic.patient(referring_doctor_id=clinic.doctor(last_name="Old"))
    clinic.move(include=ALL_KINDS - {"contacts"})
    with clinic.destination.in_process():
        there = client(clinic.destination)
        new = there.contacts.create(ContactDraft(first_name="Ida", last_name="New", type_code=1))
        there.patients.update(clinic.only("patients")["id"], PatientDraft(referring_doctor_id=new.id))
    reports = [clinic.run(), clinic.run()]
    reasons = [[(row.kind, row.source_id, row.state, row.reason) for row in each.set_aside] for each in reports]
    kept = clinic.only("patients")["referring_doctor_id"]
    with clinic.destination.in_process():
        there.patients.update(clinic.only("patients")["id"], PatientDraft(referring_doctor_id=doctors(clinic)["Old"]))
    last = clinic.move()

    assert [[("patients", ada, "conflict", OTHERWISE.format("referring doctor"))]] * 2 == reasons
    assert new.id == kept
    assert {} == lost(last, NOT_GOING)


def test_a_link_on_which_both_accounts_come_to_agree(clinic: Clinic) -> None:
    """The source follows suit: the conflict is gone with the next run, and nothing is written."""
    ada = clinic.patient(referring_doctor_id=clinic.doctor(last_name="Old"))
    clinic.move(include=ALL_KINDS - {"contacts"})
    with clinic.destination.in_process():
        there = client(clinic.destination)
        new = there.contacts.create(ContactDraft(first_name="Gia", last_name="New", type_code=1))
        there.patients.update(clinic.only("patients")["id"], PatientDraft(referring_doctor_id=new.id))
    before = clinic.run()
    clock, store = clinic.source.clock, clinic.source.store
    clock.sleep_until(clock.monotonic() + 3600)
    doctor = clinic.doctor(last_name="New")
    now = clinic.source.time_text()
    store.change("patients", store.at("patients", ada), referring_doctor_id=doctor, updated_at=now)
    clinic.destination.log.clear()
    last = clinic.move()

    assert [("patients", ada, "conflict")] == [(row.kind, row.source_id, row.state) for row in before.set_aside]
    assert 1 == last.kinds["contacts"].adopted
    assert new.id == clinic.only("patients")["referring_doctor_id"]
    assert [] == clinic.sent("PATCH", f"/patients/{clinic.only('patients')['id']}")


def test_what_was_filled_in_is_changed_and_taken_back_as_ever(clinic: Clinic) -> None:
    """It is no edit by the clinic: a later change goes through, and undo leaves nothing behind."""
    ada = clinic.patient()
    clinic.visit(ada)
    attendee = elsewhere(clinic, ada)
    note = clinic.note(ada, attendee_id=attendee, draft=True)
    clinic.form(ada, attendee_id=attendee)
    kind = clinic.add("referral_source_types", name="Patient", referrer_type="Patient")
    bea = clinic.patient(first_name="Bea")
    clinic.add("referral_sources", patient_id=ada, referral_source_type_id=kind, referrer_id=bea)
    clinic.move(filter=ByBusiness("Main Street") & ByPatient(ada))
    clinic.move()
    store = clinic.source.store
    store.change("treatment_notes", store.at("treatment_notes", note), title="Another title")
    clinic.move()
    title = clinic.only("treatment_notes")["title"]
    with clinic.source.in_process(), clinic.destination.in_process():
        undone = Pair(clinic.source, clinic.destination, clinic.journal).transfer().undo()

    assert "Another title" == title
    assert [] == list(undone.set_aside)


def test_a_class_keeps_the_seats_that_the_clinic_gave_it(clinic: Clinic) -> None:
    """A bigger room was found after the pilot: whoever comes later takes a seat in it, and it stays as big."""
    ada, bea, cy = (clinic.patient(first_name=name) for name in ("Ada", "Bea", "Cy"))
    lesson = clinic.lesson(max_attendees=2)
    clinic.seat(lesson, ada)
    clinic.seat(lesson, bea)
    clinic.move(filter=ByPatient(ada))
    with clinic.destination.in_process():
        there = client(clinic.destination)
        there.group_appointments.update(
            clinic.only("group_appointments")["id"], GroupAppointmentDraft(max_attendees=12)
        )
    with clinic.source.in_process(), clinic.destination.in_process():
        plan = Pair(clinic.source, clinic.destination, clinic.journal).transfer(filter=ByPatient(ada, bea)).plan()
    report = clinic.move(filter=ByPatient(ada, bea))
    pilot = clinic.only("group_appointments")["max_attendees"]
    clinic.seat(lesson, cy, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=30)
    clinic.move()

    assert list(plan.losses) == list(report.losses)
    assert 12 == pilot
    assert 12 == clinic.only("group_appointments")["max_attendees"]
    assert 3 == len(clinic.arrived("attendees"))


def interrupted(clinic: Clinic, **settings: Any) -> Report:
    """Moves some of the clinic, and stops just before classes get their numbers of seats."""
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = Pair(clinic.source, clinic.destination, clinic.journal).transfer(**settings)
        return transfer.run(on_event=lambda event: transfer.stop() if isinstance(event, StageStarted) else None)


def give_seats(clinic: Clinic, number: int) -> int:
    """Gives the only class of the destination other seats; returns how many it had."""
    lesson = clinic.only("group_appointments")
    with clinic.destination.in_process():
        draft = GroupAppointmentDraft(max_attendees=number)
        client(clinic.destination).group_appointments.update(lesson["id"], draft)
    return int(lesson["max_attendees"])


@pytest.mark.parametrize(("given", "expected"), [(12, 12), (3, 3), (2, 2), (None, 2)])
def test_seats_that_the_clinic_gave_an_open_class(clinic: Clinic, given: int | None, expected: int) -> None:
    """A run was interrupted while the class was open: what the clinic makes of it stays, and else it gets its own."""
    clinic.seat(clinic.lesson(max_attendees=2), clinic.patient())
    stopped = interrupted(clinic)
    opened = clinic.only("group_appointments")["max_attendees"] if given is None else give_seats(clinic, given)
    with clinic.source.in_process(), clinic.destination.in_process():
        plan = Pair(clinic.source, clinic.destination, clinic.journal).transfer().plan()
    clinic.move()

    assert stopped.stopped
    assert 99 == opened
    assert plan.ok
    assert expected == clinic.only("group_appointments")["max_attendees"]


def test_a_class_whose_seats_were_taken_meanwhile(clinic: Clinic) -> None:
    """Who finds no seat in a class that was open when a run was interrupted is told so, and comes with the next run."""
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    lesson = clinic.lesson(max_attendees=2)
    clinic.seat(lesson, ada)
    interrupted(clinic)
    give_seats(clinic, 2)
    there = clinic.destination.add("patients", first_name="Zoe", last_name="New", receives_confirmation_emails=False)
    clinic.destination.add("attendees", booking_id=clinic.only("group_appointments")["id"], patient_id=there)
    clinic.seat(lesson, bea)
    report = clinic.run()
    clinic.move()

    assert ["Run again, which opens the class for it" in row.reason for row in report.set_aside] == [True]
    assert 2 == clinic.only("group_appointments")["max_attendees"]
    assert 3 == len(clinic.arrived("attendees"))


@pytest.mark.parametrize(("given", "expected"), [(15, 15), (None, 12)])
def test_seats_that_the_clinic_gave_a_class_twice(clinic: Clinic, given: int | None, expected: int) -> None:
    """The number that it had before it was opened again is given back only where it is still open."""
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    lesson = clinic.lesson(max_attendees=2)
    for patient in (ada, bea):
        clinic.seat(lesson, patient)
    clinic.move(filter=ByPatient(ada))
    give_seats(clinic, 12)
    interrupted(clinic)
    opened = clinic.only("group_appointments")["max_attendees"] if given is None else give_seats(clinic, given)
    clinic.move()

    assert 99 == opened
    assert expected == clinic.only("group_appointments")["max_attendees"]
    assert 2 == len(clinic.arrived("attendees"))


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


class AtOdds(ClinikoMapper):
    """A mapper that fails at classes by now."""

    def group_appointment(self, appointment: Any, context: Context, /) -> Skip:
        """Fails."""
        raise Unsupported("no classes")


@pytest.mark.parametrize("mapper", [Changed(), AtOdds()])
def test_a_class_that_the_mapper_leaves_out_by_now(clinic: Clinic, mapper: ClinikoMapper) -> None:
    """It stays as full as it is, and who finds no seat in it is told that, and what to do."""
    lesson = clinic.lesson(max_attendees=2)
    for name in ("Ada", "Bea"):
        clinic.seat(lesson, clinic.patient(first_name=name))
    clinic.move()
    clinic.seat(lesson, clinic.patient(first_name="Cy"))
    report = clinic.run(mapper=mapper)
    [reason] = [row.reason for row in report.set_aside if row.kind == "attendees"]

    assert "because the mapper leaves it out by now, or fails at it" in reason
    assert f"Give class {clinic.only('group_appointments')['id']} more seats" in reason


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
        self.there: object = UNREAD
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
        entry = self.journal.entry(self.note)
        assert entry is not None
        lacking = self.widening.lacking("treatment_notes", {"1": entry})
        gain = self.widening.gain(self.note, note, entry, lacking["1"], Mapped(draft))
        if gain is not None:
            self.widening.complete(gain, self.there)
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


def test_what_is_not_there_any_more_is_given_nothing() -> None:
    """Nothing is sent to a record that was taken away in the destination: the link is lost for good."""
    sink = Changeable()
    room = Room(sink)
    room.there = None
    room.journal.settle(Ref("individual_appointments", "1"), Entry(State.CREATED, "b1"))

    assert [("attendee", NOT_GOING), ("booking", TOO_LATE), ("title", "cut")] == sorted(room.complete())
    assert [] == sink.changes


class Unreadable:
    """A source whose lists can't be read."""

    def fetch(self, fetch: Fetch, entity: Any) -> object:
        """Fails."""
        raise BadRequest(status=400, method="GET", path="/attendees")


def test_what_can_t_be_looked_up_now_is_left_for_a_later_run() -> None:
    """An error of the source changes nothing."""
    sink = Changeable()
    room = Room(sink)
    resolver = Resolver(room.journal, Context(Survey(settings=None)), Unreadable())
    widening = Widening(sink, room.journal, resolver, Patience(VirtualClock(), threading.Event(), lambda _, __: None))
    draft = AppointmentTypeDraft(practitioner_ids=Fetch("type_practitioners", ()))  # type: ignore[arg-type] # as a mapper gives it
    ref: Ref[Any] = Ref("appointment_types", "1")

    assert (
        widening.gain(ref, AppointmentType(id="1"), Entry(State.CREATED, "t1"), ["billable_item"], Mapped(draft))
        is None
    )


def test_a_class_that_changed_is_opened_again() -> None:
    """A change that came over in this run set its seats, so that what closes it is owed."""
    room = Room(Changeable())
    lesson: Ref[Any] = Ref("group_appointments", "5")
    room.journal.settle(lesson, Entry(State.CREATED, "g5"), (), [(Stage.LINK, "change:link")])
    room.widening.renewed(room.note)
    before = room.widening.full("group_appointments", ["5"])
    room.widening.renewed(lesson)

    assert ({}, {"5": "g5"}) == (before, room.widening.full("group_appointments", ["5"]))


class Telling(Changeable):
    """A destination that tells what its records say, of which the booking is one part and the title another."""

    def __init__(self, there: TreatmentNoteDraft) -> None:
        super().__init__()
        self.there = there

    def state(self, record: Any) -> object:
        """Tells all."""
        return record

    def same(self, draft: Any, record: Any) -> bool:
        """Compares what is given."""
        given = attrs.asdict(draft, recurse=False, filter=lambda _, value: value is not UNSET)
        return all((getattr(record, name) or None) == value for name, value in given.items())

    def update(self, id: str, draft: Any, record: Any = None) -> Made:
        """Changes the record, and doesn't answer it."""
        self._do((id, draft))
        given = attrs.asdict(draft, recurse=False, filter=lambda _, value: value is not UNSET)
        self.there = attrs.evolve(self.there, **given)
        return Made(id)

    def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> list[tuple[str, Any]]:
        """Reads the record."""
        return [(id, self.there) for id in ids]


@pytest.mark.parametrize("edited", [False, True])
def test_what_was_filled_in_is_no_edit(edited: bool) -> None:
    """The journal knows what the record is then; what somebody had edited before stays an edit."""
    sink = Telling(TreatmentNoteDraft(patient_id="p1", title="A", draft=True))
    room = Room(sink)
    known = of_state(room.journal.key, attrs.evolve(sink.there, title="Z" if edited else "A"))
    entry = Entry(State.CREATED, "n1", imprint=Imprint(b"", b"", b"", known))
    room.journal.settle(room.note, entry, [Loss("booking", NOT_GOING)])
    room.journal.settle(Ref("individual_appointments", "1"), Entry(State.CREATED, "b1"))
    room.there = attrs.evolve(sink.there, title="B" if edited else "A")
    sink.there = attrs.evolve(sink.there, title="B" if edited else "A")
    lost = room.complete()
    now = room.journal.entry(room.note)

    assert [] == lost
    assert "b1" == sink.there.booking_id
    assert now is not None
    assert now.imprint is not None
    assert (known if edited else of_state(room.journal.key, sink.there)) == now.imprint.written


def test_what_a_run_filled_in_that_ended_just_then_is_known() -> None:
    """The record says the link already, and all else that it is to say: nothing is sent, and it is no edit."""
    sink = Telling(TreatmentNoteDraft(patient_id="p1", title="A", draft=True, booking_id="b1"))
    room = Room(sink)
    entry = Entry(State.CREATED, "n1", imprint=Imprint(b"", b"", b"", b"before"))
    room.journal.settle(room.note, entry, [Loss("booking", NOT_GOING)])
    room.journal.settle(Ref("individual_appointments", "1"), Entry(State.CREATED, "b1"))
    room.there = sink.there
    lost = room.complete()
    now = room.journal.entry(room.note)

    assert [] == lost
    assert [] == sink.changes
    assert now is not None
    assert now.imprint is not None
    assert of_state(room.journal.key, sink.there) == now.imprint.written


def test_what_was_entered_meanwhile_is_left_as_it_is() -> None:
    """Another booking was chosen by hand: it stays, the loss stays, and the report says what to do."""
    sink = Telling(TreatmentNoteDraft(patient_id="p1", title="A", draft=True, booking_id="by hand"))
    room = Room(sink)
    room.journal.settle(room.note, Entry(State.CREATED, "n1"), [Loss("booking", NOT_GOING)])
    room.journal.settle(Ref("individual_appointments", "1"), Entry(State.CREATED, "b1"))
    room.there = sink.there
    lost = room.complete()
    now = room.journal.entry(room.note)

    assert [("booking", NOT_GOING)] == lost
    assert [] == sink.changes
    assert now is not None
    assert OTHERWISE.format("booking") == now.reason


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


def test_who_is_to_be_taken_out_of_the_archive_is_looked_at_together() -> None:
    """One read does for all whom a batch of records needs."""
    reads: list[list[str]] = []

    class Read(Changeable):
        """A destination that notes what is read of it."""

        def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterable[tuple[str, Any]]:
            """Notes it."""
            reads.append(sorted(ids))
            return [(id, id) for id in ids]

    sink = Read()
    room = Room(sink)
    patients = [Ref[Any]("patients", id) for id in ("1", "2", "3")]
    for patient in patients:
        archived = (Archiving().stage, Archiving().name)
        room.journal.settle(patient, Entry(State.CREATED, f"p{patient.id}"), follow_ups=[archived])
        room.journal.follow_up_done(Owed("patients", patient.id, f"p{patient.id}", Archiving().name))
    room.widening.reopen([TreatmentNote(id=patient.id, patient=patient) for patient in patients])

    assert {("patients", f"p{patient.id}") for patient in patients} == set(sink.changes)
    assert [["p1", "p2", "p3"]] == reads


def test_what_can_not_be_looked_at_is_taken_out_of_the_archive_all_the_same() -> None:
    """A read that fails tells nothing; whoever points there sees whether somebody took the patient out already."""

    class Silent(Changeable):
        """A destination whose reads fail."""

        def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterable[tuple[str, Any]]:
            """Fails."""
            raise NotFound(status=404, method="GET", path=f"/{kind}")

    sink = Silent()
    room = Room(sink)
    room.journal.follow_up_done(Owed("patients", "1", "p1", Archiving().name))
    room.widening.reopen([TreatmentNote(id="1", patient=room.patient)])

    assert [("patients", "p1")] == sink.changes


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
    room.widening.make_room(Crowded(lesson, None, "g5", class_of(seats=3)), None)

    assert ([("g5", GroupAppointmentDraft(max_attendees=99))] if changed else []) == sink.changes
    assert owed == room.journal.owes(lesson, Stage.LINK)


class Seating(Changeable):
    """A destination that tells how many seats a class has."""

    def seats(self, record: Any) -> int | None:
        """Tells, where a test has a number."""
        return None if record == "a class" else int(record)


@pytest.mark.parametrize(
    ("record", "opened", "closing"),
    [
        (12, False, "seats:12"),
        ("a class", False, "change:link"),
        (99, True, "change:link"),
        (None, False, "change:link"),
    ],
)
def test_a_class_gets_its_number_of_seats_back(record: object, opened: bool, closing: str) -> None:
    """The one that it was found with, unless it is open still, or the destination doesn't tell."""
    room = Room(Seating())
    lesson: Ref[Any] = Ref("group_appointments", "5")
    owed = [(Stage.LINK, "change:link")] if opened else []
    room.journal.settle(lesson, Entry(State.CREATED, "g5"), (), owed)
    room.widening.make_room(Crowded(lesson, None, "g5", class_of(seats=3)), record)

    assert [closing] == [each.name for each in room.journal.owed(Stage.LINK, "group_appointments")]


def test_a_class_that_is_open_is_not_opened_again() -> None:
    """While it is owed its seats it takes more, though an earlier run had closed it otherwise."""
    room = Room(Seating())
    lesson: Ref[Any] = Ref("group_appointments", "5")
    room.journal.settle(lesson, Entry(State.CREATED, "g5"), (), [(Stage.LINK, "change:link")])
    room.journal.follow_up_done(Owed("group_appointments", "5", "g5", "change:link"))
    before = room.widening.full("group_appointments", ["5"])
    room.journal.owe(Owed("group_appointments", "5", "g5", "seats:12"), Stage.LINK)

    assert {"5": "g5"} == before
    assert {} == room.widening.full("group_appointments", ["5"])
    assert (Seats(number=12), None) == (Seats.named("seats:12"), Seats.named("change:link"))


def test_only_a_class_that_was_closed_needs_room() -> None:
    """One that is still being filled has room, and one that isn't there has none to be made."""
    room = Room(Changeable())
    for id in ("5", "6"):
        lesson: Ref[Any] = Ref("group_appointments", id)
        room.journal.settle(lesson, Entry(State.CREATED, f"g{id}"), (), [(Stage.LINK, "change:link")])
    room.journal.follow_up_done(Owed("group_appointments", "6", "g6", "change:link"))

    assert {"6": "g6"} == room.widening.full("group_appointments", ["5", "6", "7"])
