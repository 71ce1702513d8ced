"""Words in notes and further information that the source says no more, or otherwise: what becomes of them in Splose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Why
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.testing import LoggedRequest
from clinikomigrate.transfer.carry import CHANGED_AND_EDITED
from tests.end_to_end.splose import Move
from tests.end_to_end.test_splose_outcomes import add_reasons, marking
from tests.end_to_end.test_splose_top_up import aside, change, edit, small

# Notes of appointments.

NOTE = reasons.FIXED_VISIT.format("the note")


def test_a_changed_note_of_a_visit_is_said(tmp_path: Path) -> None:
    """Of the appointment or of its attendee."""
    with small(tmp_path) as (clinic, move):
        visit = clinic.visit(clinic.patient(), notes="Left knee")
        move.transfer().run()
        seat = str(clinic.source.rows("attendees")[0]["id"])
        change(move, "individual_appointments", visit, notes="Right knee")
        change(move, "attendees", seat, notes="Ran late")
        report = move.transfer().run()

        assert aside(report) == {("individual_appointments", visit): NOTE}


@pytest.mark.parametrize("stopped", [True, False])
def test_a_note_that_is_entered_after_its_visit_was_made_is_said(tmp_path: Path, *, stopped: bool) -> None:
    """Of its appointment, when the attendee is looked at; each run says so until it is done."""
    with small(tmp_path) as (clinic, move):
        visit = clinic.visit(clinic.patient())
        seat = clinic.attendee_of(visit)
        transfer = move.transfer()

        def enter(request: LoggedRequest) -> None:
            if (request.method, request.path) == ("POST", "/v1/appointments"):
                change(move, "attendees", seat, notes="Ran late")
                if stopped:
                    transfer.stop()

        move.workspace.on_traffic.append(enter)
        first = transfer.run()
        clock = move.source.clock
        clock.sleep_until(clock.monotonic() + 86_400)

        assert (first.stopped is not None) is stopped
        assert stopped or aside(first) == {("individual_appointments", visit): NOTE}
        for _ in range(2):
            assert aside(move.transfer().run()) == {("individual_appointments", visit): NOTE}

        edit(move, "appointments", note="Ran late")

        assert move.transfer().run().ok
        assert move.transfer().verify().ok
        move.check_quiet()


def test_a_note_that_its_visit_says_needs_nothing(tmp_path: Path) -> None:
    """Though it is new; of many appointments it costs one request to see."""
    with small(tmp_path) as (clinic, move):
        for hour in range(3):
            seat = clinic.attendee_of(clinic.visit(clinic.patient(), starts_at=f"2024-03-14T0{hour}:00:00Z"))
            change(move, "attendees", seat, notes="Ran late")
        report = move.transfer().run()

        assert report.ok
        assert len([each for each in move.workspace.log if each.path == "/v1/appointments"]) == 3 + 1
        assert move.transfer().verify().ok


@pytest.mark.parametrize("noted", ["", "Left knee"])
def test_a_note_that_is_emptied_is_said_until_somebody_took_it_out(tmp_path: Path, noted: str) -> None:
    """The attendee's, which its appointment says: of all of the note, or of a part of it."""
    with small(tmp_path) as (clinic, move):
        visit = clinic.visit(clinic.patient(), notes=noted)
        seat = clinic.attendee_of(visit)
        change(move, "attendees", seat, notes="Ran late")
        move.transfer().run()
        clock = move.source.clock
        clock.sleep_until(clock.monotonic() + 86_400)
        change(move, "attendees", seat, notes=None)
        writes = [each for each in move.workspace.log if each.method != "GET"]
        for _ in range(2):
            assert aside(move.transfer().run()) == {("individual_appointments", visit): NOTE}

        verified = move.transfer().verify()

        assert [(each.kind, each.field) for each in verified.differences] == [("individual_appointments", "notes")]
        assert [each for each in move.workspace.log if each.method != "GET"] == writes

        edit(move, "appointments", note=noted or None)

        assert move.transfer().run().ok
        assert move.transfer().verify().ok
        move.check_quiet()


def test_a_note_that_is_emptied_while_its_visit_is_made_is_said(tmp_path: Path) -> None:
    """Though the attendee is looked at only afterwards, and says nothing any more."""
    with small(tmp_path) as (clinic, move):
        visit = clinic.visit(clinic.patient())
        seat = clinic.attendee_of(visit)
        change(move, "attendees", seat, notes="Ran late")
        made: list[LoggedRequest] = []

        def enter(request: LoggedRequest) -> None:
            if (request.method, request.path) == ("POST", "/v1/appointments"):
                made.append(request)
                change(move, "attendees", seat, notes=None)

        move.workspace.on_traffic.append(enter)
        for _ in range(2):
            assert aside(move.transfer().run()) == {("individual_appointments", visit): NOTE}

        assert len(made) == 1


def test_what_somebody_added_to_a_note_that_is_emptied_is_a_conflict(tmp_path: Path) -> None:
    """As with any edit there; the words stay. It is one until the change is taken back, or brought over by hand."""
    with small(tmp_path) as (clinic, move):
        visit = clinic.visit(clinic.patient())
        seat = clinic.attendee_of(visit)
        change(move, "attendees", seat, notes="Ran late")
        move.transfer().run()
        edit(move, "appointments", note="Ran late\n\nRings the bell")
        change(move, "attendees", seat, notes=None)
        clock = move.source.clock
        for _ in range(2):
            clock.sleep_until(clock.monotonic() + 86_400)
            assert aside(move.transfer().run()) == {("individual_appointments", visit): CHANGED_AND_EDITED}

        assert [row["note"] for row in move.workspace.rows("appointments")] == ["Ran late\n\nRings the bell"]

        edit(move, "appointments", note=None)

        assert move.transfer().run().ok
        assert move.transfer().verify().ok


def test_each_seat_s_note_is_its_own(tmp_path: Path) -> None:
    """Of several in a class the one is said whose note was emptied, or who is not said to have come any more."""
    with small(tmp_path) as (clinic, move):
        lesson = clinic.lesson()
        seats = [clinic.seat(lesson, clinic.patient(first_name=name), notes=name) for name in ("Ada", "Bea", "Cyn")]
        change(move, "attendees", seats[2], arrived=True)
        move.transfer().run()
        change(move, "attendees", seats[0], notes=None)
        change(move, "attendees", seats[2], arrived=None)
        for _ in range(2):
            assert aside(move.transfer().run()) == {("attendees", seats[0]): NOTE, ("attendees", seats[2]): NOTE}


def test_what_an_appointment_that_was_there_before_says_besides_is_no_difference(tmp_path: Path) -> None:
    """It is the workspace's own, as what an adopted client has besides."""
    with small(tmp_path) as (clinic, move):
        ada = clinic.patient(email="ada@mail.example", date_of_birth="1990-01-01")
        clinic.visit(ada)
        move.transfer().run()
        edit(move, "appointments", note="Rings the bell")
        again = attrs.evolve(move, journal=tmp_path / "other.journal")
        report = again.transfer(existing="adopt").run()

        assert report.kinds["individual_appointments"].adopted == 1
        assert again.transfer(existing="adopt").verify().ok


# What other records are called, which a client's further information names.


def renamed(move: Move, kind: str, id: str, **values: Any) -> None:
    """Calls a record otherwise, and holds that each run says what is to be done by hand until somebody did it."""
    (ada,) = [str(row["id"]) for row in move.source.rows("patients")]
    said = {("patients", ada): reasons.FIXED.format("the further information")}
    change(move, kind, id, **values)
    writes = [each for each in move.workspace.log if each.method != "GET"]
    for _ in range(2):
        found = aside(move.transfer().run())
        assert {name: why for name, why in found.items() if name[0] == "patients"} == said

    (mismatch,) = [each for each in move.transfer().verify().differences if each.kind == "patients"]

    assert (mismatch.field, mismatch.why) == ("further information", Why.CHANGED_HERE)
    assert [each for each in move.workspace.log if each.method != "GET"] == writes


def test_a_concession_that_is_called_otherwise_is_said(tmp_path: Path) -> None:
    """Though nothing of the patient's own has changed; who has another one is not concerned."""
    with small(tmp_path) as (clinic, move):
        types = [clinic.add("concession_types", name=name) for name in ("Pensioner", "Student")]
        clinic.patient(concession_type_id=types[0])
        move.transfer().run()
        change(move, "concession_types", types[1], name="Scholar")

        assert aside(move.transfer().run()) == {}

        renamed(move, "concession_types", types[0], name="Senior")
        edit(move, "patients", extraInfo=move.workspace.rows("patients")[0]["extraInfo"].replace("Pensioner", "Senior"))

        assert move.transfer().run().ok
        assert move.transfer().verify().ok


def test_a_referring_doctor_who_is_called_otherwise_is_said(tmp_path: Path) -> None:
    """Of the patient too; the doctors' list is read anyway, so that it costs no request more."""
    with small(tmp_path) as (clinic, move):
        doctor = clinic.doctor(email="gp@mail.example")
        clinic.patient(referring_doctor_id=doctor)
        move.transfer().run()
        renamed(move, "contacts", doctor, last_name="Surgeon")

        assert [each.path for each in move.source.log if each.path.endswith(f"/contacts/{doctor}")] == []

        edit(move, "patients", extraInfo=move.workspace.rows("patients")[0]["extraInfo"].replace("Doctor", "Surgeon"))
        edit(move, "contacts", lastName="Surgeon", name="Gia Surgeon")

        assert aside(move.transfer().run()) == {}
        assert move.transfer().verify().ok


# Attendance and cancellations, where they are sent.


@pytest.mark.parametrize("arrived", [None, False])
def test_whoever_is_not_said_to_have_come_any_more_is_said(tmp_path: Path, arrived: bool | None) -> None:
    """The API can't take the mark back, nor the words in the note; nobody is muted for it again and again."""
    with small(tmp_path) as (clinic, move):
        visit = clinic.visit(clinic.patient(reminders_communication_channels=[1]))
        seat = clinic.attendee_of(visit)
        change(move, "attendees", seat, arrived=True)
        marking(move).run()
        change(move, "attendees", seat, arrived=arrived)
        writes = len([each for each in move.workspace.log if each.method != "GET"])
        ref = ("individual_appointments", visit)
        for _ in range(2):
            assert aside(marking(move).run()) == {ref: reasons.FIXED_VISIT.format("the attendance, the note")}

        found = {each.field for each in marking(move).verify().differences}
        (row,) = move.workspace.tables.all("appointments")
        row["note"] = "Did not arrive." if arrived is False else None
        left = aside(marking(move).run())
        row["appointmentPatients"][0]["status"] = None

        assert found == {"notes", "patient_arrived"}
        assert left == {ref: CHANGED_AND_EDITED}
        assert marking(move).run().ok
        assert len([each for each in move.workspace.log if each.method != "GET"]) == writes


def test_a_cancellation_for_a_reason_that_has_no_match_is_none_the_less_one(tmp_path: Path) -> None:
    """Nobody is told to book it anew, because the source has it cancelled still."""
    with small(tmp_path) as (clinic, move):
        add_reasons(move.workspace, "Other")
        visit = clinic.visit(clinic.patient(), cancelled_at="2024-01-01T00:00:00Z", cancellation_reason=50)
        marking(move).run()
        change(move, "individual_appointments", visit, cancellation_reason=60)

        assert aside(marking(move).run()) == {("individual_appointments", visit): NOTE}
