"""Nobody is written to because of what happens in the source while a run goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ALL_KINDS, UNSET, ByPatient, ClinikoMapper, Context, Error, Event, Mapped, Report, Skip
from clinikomigrate.cliniko.models import AppointmentType, AppointmentTypeDraft, Patient, PatientDraft
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.testing.log import LoggedRequest
from clinikomigrate.transfer.events import KindStarted
from clinikomigrate.transfer.follow_ups import Change, Stage
from tests.end_to_end.accounts import Pair, client
from tests.traps.clinic import Clinic

CANCELLED = "2024-03-14T20:00:00Z"
SETTING = "receives_cancellation_emails"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic in which nothing is cancelled."""
    return Clinic(tmp_path)


def settings(clinic: Clinic) -> dict[str, bool]:
    """Gives the destination's patients' setting, by first name."""
    return {str(row["first_name"]): bool(row[SETTING]) for row in clinic.arrived("patients")}


def move_while_cancelling(clinic: Clinic, kind: str, id: str) -> None:
    """Moves the clinic; in the source something is cancelled once the patients are there."""

    def listen(event: Event) -> None:
        if isinstance(event, KindStarted) and event.kind == kind:
            clinic.source.store.change(kind, clinic.source.store.at(kind, id), cancelled_at=CANCELLED)

    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = pair.transfer()
        assert "may-message-cancellations" not in {finding.code for finding in transfer.preflight()}
        assert transfer.run(on_event=listen).ok
    pair.check_quiet()


def muted(clinic: Clinic) -> list[str]:
    """Gives the first names of the patients who were muted after they had been made."""
    return [
        str(row["first_name"])
        for row in clinic.arrived("patients")
        if {SETTING: False} in clinic.bodies("PATCH", f"/patients/{row['id']}")
    ]


def test_an_appointment_cancelled_during_the_run(clinic: Clinic) -> None:
    """Preflight saw nothing cancelled. Only whose appointment it is is muted for it, and gets the setting back."""
    visit = clinic.visit(clinic.patient(receives_cancellation_emails=True))
    clinic.visit(clinic.patient(first_name="Bea", receives_cancellation_emails=True), starts_at="2024-03-15T22:30:00Z")
    move_while_cancelling(clinic, "individual_appointments", visit)

    assert [False, True] == sorted(row["cancelled_at"] is None for row in clinic.arrived("individual_appointments"))
    assert {"Ada": True, "Bea": True} == settings(clinic)
    assert ["Ada"] == muted(clinic)


def test_a_seat_in_a_class_given_up_during_the_run(clinic: Clinic) -> None:
    """The same for a seat in a class, which is given up at once."""
    lesson = clinic.lesson()
    seat = clinic.seat(lesson, clinic.patient(receives_cancellation_emails=True))
    clinic.seat(lesson, clinic.patient(first_name="Bea", receives_cancellation_emails=True))
    move_while_cancelling(clinic, "attendees", seat)

    assert [False, True] == sorted(row["cancelled_at"] is None for row in clinic.arrived("attendees"))
    assert {"Ada": True, "Bea": True} == settings(clinic)
    assert ["Ada"] == muted(clinic)


def test_where_nothing_is_cancelled_nobody_is_muted(clinic: Clinic) -> None:
    """Without a cancellation there is nothing to mute, and no patient takes a second write."""
    clinic.visit(clinic.patient(receives_cancellation_emails=True))
    clinic.move()

    assert [] == muted(clinic)
    assert {"Ada": True} == settings(clinic)


# Whoever can't be muted is not written to either.


def mutes(request: LoggedRequest) -> bool:
    """Says whether a request switches a patient's e-mails off."""
    body = request.json
    return request.method == "PATCH" and isinstance(body, dict) and False in (body.get(SETTING), body.get(CONFIRMED))


def cancel(clinic: Clinic, visit: str) -> None:
    """Cancels an appointment of the source."""
    with clinic.source.in_process():
        client(clinic.source).individual_appointments.cancel(visit, reason=40)
    clinic.source.log.clear()


def settled(clinic: Clinic, report: Report) -> None:
    """Holds that a run after a trouble ends it, and that everybody has the settings back."""
    assert report.ok
    assert report.muted == 0
    assert all(settings(clinic).values())


@pytest.mark.parametrize("fault", ["refuse", "401"])
@pytest.mark.parametrize("adopted", [True, False])
def test_a_run_that_ends_before_a_patient_is_muted(clinic: Clinic, fault: FaultKind, adopted: bool) -> None:
    """The next one doesn't take the note for the deed."""
    ada = clinic.patient(date_of_birth="1980-01-01", **{SETTING: True})
    visit = clinic.visit(ada, **({"cancelled_at": CANCELLED, "cancellation_reason": 50} if adopted else {}))
    if adopted:
        clinic.destination.add(
            "patients", first_name="Ada", last_name="Example", date_of_birth="1980-01-01", **{SETTING: True}
        )
    else:
        clinic.move()
        cancel(clinic, visit)
    clinic.destination.faults.add(fault, when=mutes, every=1)
    stopped = clinic.run(existing="adopt").stopped or ""
    clinic.destination.faults.clear()

    assert ("no longer accepted" if fault == "401" else "no connection") in stopped
    settled(clinic, clinic.run(existing="adopt"))
    assert clinic.only("individual_appointments")["cancelled_at"]


def test_an_archived_patient_s_appointment_is_cancelled_later(clinic: Clinic) -> None:
    """Whoever lies in the archive is written to as well: the patient comes out, is muted, and goes back as before."""
    ada = clinic.patient(archived_at="2024-02-01T00:00:00Z", **{SETTING: True})
    visit = clinic.visit(ada, starts_at="2031-03-15T22:30:00Z")
    clinic.move()
    cancel(clinic, visit)
    report = clinic.run()
    there = clinic.only("patients")

    assert report.ok
    assert clinic.only("individual_appointments")["cancelled_at"]
    assert there["archived_at"]
    assert {"Ada": True} == settings(clinic)
    assert ["Ada"] == muted(clinic)


def test_a_patient_whom_the_new_clinic_archived(clinic: Clinic) -> None:
    """Nobody takes out of the archive what others put there: the appointment is not cancelled, and it is said why."""
    visit = clinic.visit(clinic.patient(**{SETTING: True}), starts_at="2031-03-15T22:30:00Z")
    clinic.move()
    gone = clinic.destination.store.at("patients", str(clinic.only("patients")["id"]))
    clinic.destination.store.change("patients", gone, archived_at="2024-03-01T00:00:00Z")
    cancel(clinic, visit)
    report = clinic.run()

    assert "could not be switched off" in {row.kind: row.reason for row in report.set_aside}["individual_appointments"]
    assert clinic.only("individual_appointments")["cancelled_at"] is None


@pytest.mark.parametrize("fault", ["403", "503"])
def test_a_patient_who_can_not_be_muted(clinic: Clinic, fault: FaultKind) -> None:
    """The appointment is not cancelled, with the reason, until the patient can be."""
    visit = clinic.visit(clinic.patient(**{SETTING: True}))
    clinic.move()
    cancel(clinic, visit)
    clinic.destination.faults.add(fault, when=mutes, every=1)
    report = clinic.run()
    clinic.destination.faults.clear()

    reasons = {row.kind: row.reason or "" for row in report.set_aside}
    assert "could not be switched off" in reasons["individual_appointments"]
    assert clinic.only("individual_appointments")["cancelled_at"] is None
    settled(clinic, clinic.run())
    assert clinic.only("individual_appointments")["cancelled_at"]


def test_an_appointment_of_a_patient_who_can_not_be_muted(clinic: Clinic) -> None:
    """It is not made where it would be confirmed; the patients beside it are nobody's hostages."""
    ada, bea = (clinic.patient(first_name=name, **{CONFIRMED: True}) for name in ("Ada", "Bea"))
    clinic.visit(bea)
    clinic.move()
    confirming(clinic)
    clinic.visit(ada, starts_at="2024-03-15T22:30:00Z")
    clinic.visit(bea, starts_at="2024-03-16T22:30:00Z")
    there = {row["first_name"]: row["id"] for row in clinic.arrived("patients")}
    clinic.destination.faults.add(
        "403", when=lambda request: mutes(request) and request.path.endswith(there["Ada"]), every=1
    )
    report = clinic.run()
    clinic.destination.faults.clear()

    states = {row.kind: row.state for row in report.set_aside}
    reasons = {row.kind: row.reason or "" for row in report.set_aside}
    assert "failed" == states["individual_appointments"]
    assert "could not be switched off" in reasons["individual_appointments"]
    assert "blocked" == states["attendees"]
    assert [there["Bea"]] * 2 == [row["patient_id"] for row in clinic.arrived("individual_appointments")]
    assert clinic.run().ok
    assert 3 == len(clinic.arrived("individual_appointments"))


def test_what_would_be_taken_back_of_a_patient_who_can_not_be_muted(clinic: Clinic) -> None:
    """It stays, with the reason, until undo is called again."""
    clinic.visit(clinic.patient(**{SETTING: True}))
    clinic.move()
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        clinic.destination.faults.add("403", when=mutes, every=1)
        left = pair.transfer().undo()
        clinic.destination.faults.clear()
        taken = pair.transfer().undo()

    assert any("could not be switched off" in (row.reason or "") for row in left.set_aside)
    assert taken.ok
    assert [] == clinic.destination.outbox


# Appointments that were moved.

CONFIRMED = "receives_confirmation_emails"
LATER = {"starts_at": "2031-03-15T22:30:00Z", "ends_at": "2031-03-15T23:00:00Z"}


def confirming(clinic: Clinic) -> None:
    """Lets the destination's appointment types confirm."""
    store = clinic.destination.store
    only = store.at("appointment_types", clinic.only("appointment_types")["id"])
    store.change("appointment_types", only, appointment_confirmation_template_ids=["77"])


def move_time(clinic: Clinic, kind: str, id: str) -> None:
    """Moves a booking of the source to another day."""
    source = clinic.source
    source.store.change(kind, source.store.at(kind, id), updated_at=source.time_text(), **LATER)


def test_an_appointment_that_was_moved_is_not_confirmed_anew(clinic: Clinic) -> None:
    """The patient is muted before, and has the setting back afterwards; who gets no e-mails anyway is left alone."""
    visits = [
        clinic.visit(clinic.patient(first_name=name, **{CONFIRMED: wants, SETTING: True}), starts_at=start)
        for name, wants, start in (("Ada", True, "2031-03-14T22:30:00Z"), ("Bea", False, "2031-03-14T23:30:00Z"))
    ]
    clinic.move()
    confirming(clinic)
    for visit in visits:
        move_time(clinic, "individual_appointments", visit)
    clinic.move()

    assert {LATER["starts_at"]} == {row["starts_at"] for row in clinic.arrived("individual_appointments")}
    assert {"Ada": True, "Bea": False} == {row["first_name"]: row[CONFIRMED] for row in clinic.arrived("patients")}


def test_an_appointment_that_was_moved_in_both_accounts(clinic: Clinic) -> None:
    """There is nothing to move, so nobody is muted."""
    visit = clinic.visit(clinic.patient(**{CONFIRMED: True, SETTING: True}), starts_at="2031-03-14T22:30:00Z")
    clinic.move()
    confirming(clinic)
    move_time(clinic, "individual_appointments", visit)
    there, row = clinic.destination.store, clinic.only("individual_appointments")
    there.change("individual_appointments", there.at("individual_appointments", row["id"]), **LATER)
    writes = len(clinic.sent("PATCH", f"/v1/patients/{row['patient_id']}"))
    clinic.move()

    assert writes == len(clinic.sent("PATCH", f"/v1/patients/{row['patient_id']}"))


def test_a_moved_appointment_of_a_patient_who_can_not_be_muted(clinic: Clinic) -> None:
    """It is not moved, with the reason, until the patient can be muted."""
    visit = clinic.visit(clinic.patient(**{CONFIRMED: True, SETTING: True}), starts_at="2031-03-14T22:30:00Z")
    clinic.move()
    confirming(clinic)
    move_time(clinic, "individual_appointments", visit)
    clinic.destination.faults.add("403", when=mutes, every=1)
    report = clinic.run()
    clinic.destination.faults.clear()

    assert any("could not be switched off" in (row.reason or "") for row in report.set_aside)
    assert "2031-03-14T22:30:00Z" == clinic.only("individual_appointments")["starts_at"]
    settled(clinic, clinic.run())
    assert LATER["starts_at"] == clinic.only("individual_appointments")["starts_at"]


@pytest.mark.parametrize("stranger", [True, False])
def test_a_class_that_was_moved(clinic: Clinic, stranger: bool) -> None:
    """Whoever sits in it is muted; with somebody in it whom the transfer did not bring, it is left to a person."""
    lesson = clinic.lesson(starts_at="2031-03-14T22:30:00Z")
    clinic.seat(lesson, clinic.patient(**{CONFIRMED: True, SETTING: True}))
    clinic.move()
    confirming(clinic)
    if stranger:
        there = clinic.destination.add("patients", first_name="Zoe", last_name="New", **{CONFIRMED: True})
        clinic.destination.add("attendees", booking_id=clinic.only("group_appointments")["id"], patient_id=there)
    move_time(clinic, "group_appointments", lesson)
    report = clinic.run()

    assert stranger == any("did not bring" in (row.reason or "") for row in report.set_aside)
    assert stranger == (LATER["starts_at"] != clinic.only("group_appointments")["starts_at"])
    assert all(row[CONFIRMED] for row in clinic.arrived("patients"))


# Appointments that are given what they had to do without.


def writes(clinic: Clinic) -> list[str]:
    """Gives what was changed in the destination, by kind, in that order."""
    return [each.path.split("/")[2] for each in clinic.destination.log if each.method == "PATCH"]


def test_an_appointment_that_is_completed_is_not_confirmed(clinic: Clinic) -> None:
    """Its case comes later: the patient is muted before the appointment is given it, in case it is confirmed anew."""
    ada = clinic.patient(**{CONFIRMED: True, SETTING: True})
    clinic.visit(ada, patient_case_id=clinic.add("patient_cases", patient_id=ada, name="Knee"))
    clinic.move(include=ALL_KINDS - {"patient_cases"})
    confirming(clinic)
    clinic.destination.log.clear()
    clinic.move()
    order = writes(clinic)

    assert clinic.only("individual_appointments")["patient_case_id"]
    assert order.index("patients") < order.index("individual_appointments")
    assert clinic.only("patients")[CONFIRMED]


def test_an_appointment_of_a_patient_who_can_not_be_muted_is_not_completed(clinic: Clinic) -> None:
    """It is not changed, and the report says why, until the patient can be muted."""
    ada = clinic.patient(**{CONFIRMED: True, SETTING: True})
    clinic.visit(ada, patient_case_id=clinic.add("patient_cases", patient_id=ada, name="Knee"))
    clinic.move(include=ALL_KINDS - {"patient_cases"})
    confirming(clinic)
    clinic.destination.log.clear()
    clinic.destination.faults.add("403", when=mutes, every=1)
    report = clinic.run()
    clinic.destination.faults.clear()
    before = writes(clinic)
    settled(clinic, clinic.run())

    assert any("could not be switched off" in (row.reason or "") for row in report.set_aside)
    assert "individual_appointments" not in before
    assert clinic.only("individual_appointments")["patient_case_id"]


@pytest.mark.parametrize("stranger", [True, False])
def test_a_class_that_is_opened_for_others(clinic: Clinic, stranger: bool) -> None:
    """Whoever sits in it is muted first; with somebody in it whom the transfer did not bring, it stays as full."""
    ada, bea = (clinic.patient(first_name=name, **{CONFIRMED: True, SETTING: True}) for name in ("Ada", "Bea"))
    lesson = clinic.lesson(max_attendees=2)
    clinic.seat(lesson, ada)
    clinic.seat(lesson, bea)
    clinic.move(filter=ByPatient(ada))
    confirming(clinic)
    if stranger:
        there = clinic.destination.add("patients", first_name="Zoe", last_name="New", **{CONFIRMED: True})
        clinic.destination.add("attendees", booking_id=clinic.only("group_appointments")["id"], patient_id=there)
    clinic.destination.log.clear()
    report = clinic.run()
    order = writes(clinic)

    assert stranger == (not report.ok)
    assert stranger == ("group_appointments" not in order)
    assert stranger or order.index("patients") < order.index("group_appointments")
    assert 2 == len(clinic.arrived("attendees"))
    assert all(row[CONFIRMED] for row in clinic.arrived("patients"))


def test_a_class_that_a_stranger_keeps_closed(clinic: Clinic) -> None:
    """Whoever finds no seat is told what to do about the class: once it has more seats there, a run goes through."""
    ada, bea = (clinic.patient(first_name=name, **{CONFIRMED: True, SETTING: True}) for name in ("Ada", "Bea"))
    lesson = clinic.lesson(max_attendees=2)
    clinic.seat(lesson, ada)
    seat = clinic.seat(lesson, bea)
    clinic.move(filter=ByPatient(ada))
    confirming(clinic)
    there = clinic.destination.add("patients", first_name="Zoe", last_name="New", **{CONFIRMED: True})
    lesson_there = str(clinic.only("group_appointments")["id"])
    clinic.destination.add("attendees", booking_id=lesson_there, patient_id=there)
    reports = [clinic.run(), clinic.run()]
    store = clinic.destination.store
    store.change("group_appointments", store.at("group_appointments", lesson_there), max_attendees=3)
    clinic.move()
    told = [[(row.kind, row.source_id, row.reason) for row in report.set_aside] for report in reports]
    [[(_, _, reason)], _] = told

    assert [[("attendees", seat, reason)]] * 2 == told
    assert "a patient sits in it whom this transfer did not bring" in reason
    assert f"Give class {lesson_there} more seats there by hand, and run again" in reason
    assert 3 == clinic.only("group_appointments")["max_attendees"] == len(clinic.arrived("attendees"))


# What a mapper of one's own switches on, and what a clinic does between two runs.


class Loud(ClinikoMapper):
    """Wants everybody to be written to."""

    def patient(self, patient: Patient, context: Context, /) -> Mapped[PatientDraft] | Skip:
        """Maps a patient."""
        mapped = super().patient(patient, context)
        assert isinstance(mapped, Mapped)
        return mapped.evolve(receives_confirmation_emails=True, receives_cancellation_emails=True)


def booked(clinic: Clinic, **patient: Any) -> None:
    """Lets the destination confirm, and puts a patient with an appointment and a cancelled one into the source."""
    ada = clinic.patient(**{CONFIRMED: True, SETTING: True}, **patient)
    clinic.visit(ada, starts_at="2034-03-15T01:00:00Z")
    clinic.visit(ada, starts_at="2034-03-16T01:00:00Z", cancelled_at=CANCELLED, cancellation_reason=50)
    place, person = (clinic.destination.rows(kind)[0]["id"] for kind in ("businesses", "practitioners"))
    there = clinic.destination.add("appointment_types", name="Initial", business_ids=[place], practitioner_ids=[person])
    store = clinic.destination.store
    store.change(
        "appointment_types", store.at("appointment_types", there), appointment_confirmation_template_ids=["77"]
    )


def test_a_mapper_that_switches_patients_on(clinic: Clinic) -> None:
    """What is owed to a patient doesn't hide what the draft says: whoever was made loud is muted, and loud again."""
    booked(clinic)
    clinic.move(mapper=Loud())

    there = clinic.only("patients")
    assert (True, True) == (there[CONFIRMED], there[SETTING])


class Unsaid(ClinikoMapper):
    """Leaves to the destination whether anybody is written to."""

    def patient(self, patient: Patient, context: Context, /) -> Mapped[PatientDraft] | Skip:
        """Maps a patient."""
        mapped = super().patient(patient, context)
        assert isinstance(mapped, Mapped)
        return mapped.evolve(receives_confirmation_emails=UNSET, receives_cancellation_emails=UNSET)


@pytest.mark.parametrize("mapper", [Loud(), Unsaid()])
def test_a_plan_knows_who_has_to_be_muted(clinic: Clinic, mapper: ClinikoMapper) -> None:
    """It counts what it takes to mute whoever such a mapper makes loud, and to give the settings back."""
    booked(clinic)
    for number in range(7):
        patient = clinic.patient(first_name=f"P{number}", **{CONFIRMED: True, SETTING: True})
        clinic.visit(patient, starts_at=f"2034-04-{10 + number}T01:00:00Z")
    with clinic.source.in_process(), clinic.destination.in_process():
        plan = Pair(clinic.source, clinic.destination, clinic.journal).transfer(mapper=mapper).plan()
    clinic.destination.log.clear()
    clinic.move(mapper=mapper)

    assert len(clinic.destination.log) == plan.destination_requests


def stopped_before_bookings(clinic: Clinic) -> None:
    """Runs a transfer that ends when the patients are there; both accounts answer."""
    transfer = Pair(clinic.source, clinic.destination, clinic.journal).transfer()

    def listen(event: Event) -> None:
        if isinstance(event, KindStarted) and event.kind == "individual_appointments":
            transfer.stop()

    assert transfer.run(on_event=listen).stopped


def test_a_clinic_that_switches_a_patient_on_between_two_runs(clinic: Clinic) -> None:
    """The first one made the patient muted; the second one looks again."""
    booked(clinic)
    with clinic.source.in_process(), clinic.destination.in_process():
        stopped_before_bookings(clinic)
        there = clinic.only("patients")["id"]
        draft = PatientDraft(receives_confirmation_emails=True, receives_cancellation_emails=True)
        client(clinic.destination).patients.update(there, draft)
    clinic.move()

    assert (True, True) == (clinic.only("patients")[CONFIRMED], clinic.only("patients")[SETTING])


@pytest.mark.parametrize("on", [True, False])
def test_what_the_source_says_by_the_end_is_given_back(clinic: Clinic, on: bool) -> None:
    """A patient who wants no e-mails any more, told between two runs, gets none; if nothing is new, the old ones."""
    booked(clinic)
    with clinic.source.in_process(), clinic.destination.in_process():
        stopped_before_bookings(clinic)
        assert not clinic.only("patients")[SETTING]
        if not on:
            ada = clinic.source.rows("patients")[0]["id"]
            client(clinic.source).patients.update(str(ada), PatientDraft(receives_cancellation_emails=False))
            clinic.source.log.clear()

    assert clinic.run().ok
    assert on == clinic.only("patients")[SETTING]
    assert clinic.only("patients")[CONFIRMED]


def test_who_is_made_muted_is_not_asked_about(clinic: Clinic) -> None:
    """A run that makes its patients itself knows that they are: it reads none, and changes each of them once."""
    booked(clinic)
    clinic.move()

    read = [each for each in clinic.sent("GET", "/v1/patients") if any("id:=" in value for _, value in each.query)]
    assert [] == read
    assert [{SETTING: True}, {CONFIRMED: True}] == clinic.bodies(
        "PATCH", f"/v1/patients/{clinic.only('patients')['id']}"
    )


class Confirming(ClinikoMapper):
    """Gives appointment types a template by which they confirm, at once or once everything else is done.

    Args:
        template: The template's id in the destination.
        at: When it is set; None for at once.
    """

    def __init__(self, template: str, at: Stage | None = None) -> None:
        super().__init__()
        self._template = template
        self._at = at

    def appointment_type(
        self, appointment_type: AppointmentType, context: Context, /
    ) -> Mapped[AppointmentTypeDraft] | Skip:
        """Maps an appointment type; there is one of them that it can't map, and one that it leaves out."""
        if appointment_type.name == "Broken":
            raise Error("nobody knows what it is")
        if appointment_type.name == "Old":
            return Skip("the new clinic doesn't offer it")
        mapped = super().appointment_type(appointment_type, context)
        assert isinstance(mapped, Mapped)
        if self._at is None:
            return mapped.evolve(appointment_confirmation_template_ids=[self._template])
        change = Change(
            draft=AppointmentTypeDraft(appointment_confirmation_template_ids=[self._template]), stage=self._at
        )
        return Mapped(mapped.draft, mapped.losses, (*mapped.follow_ups, change))


@pytest.mark.parametrize("at", [None, Stage.LINK, Stage.RESTORE])
def test_a_mapper_that_lets_types_confirm(clinic: Clinic, at: Stage | None) -> None:
    """Patients are muted while appointments are made; not where the templates come when everything is done."""
    for name in ("Old", "Broken"):
        clinic.add("appointment_types", name=name, archived_at="2024-01-01T00:00:00Z")
    clinic.visit(clinic.patient(**{CONFIRMED: True}), starts_at="2034-03-15T01:00:00Z")
    template = clinic.destination.add("message_templates", name="Confirm")
    report = clinic.run(mapper=Confirming(template, at))

    there = clinic.only("patients")
    assert ["appointment_types"] == [row.kind for row in report.set_aside]
    assert [template] == clinic.only("appointment_types")["appointment_confirmation_template_ids"]
    assert (at is not Stage.RESTORE) == ("may-message-confirmations" in {each.code for each in report.findings})
    assert there[CONFIRMED] is True
    assert (at is not Stage.RESTORE) == bool(clinic.sent("PATCH", f"/v1/patients/{there['id']}"))
