"""Attendance has three states, and a fresh appointment looks like a missed one."""

from __future__ import annotations

from tests.traps.clinic import Clinic


def test_fresh_appointment_is_no_missed_one(clinic: Clinic) -> None:
    """An appointment that reads as neither arrived nor missed, false and false, has no attendance in the copy."""
    visit = clinic.visit(clinic.patient())
    with clinic.source.in_process():
        read = clinic.reader().individual_appointments.get(visit)
    clinic.move()

    assert (False, False) == (read.patient_arrived, read.did_not_arrive)
    assert None is clinic.only("attendees")["arrived"]


def test_attendance_that_was_taken_back_is_none(clinic: Clinic) -> None:
    """An appointment whose attendance was un-ticked, null and null, has no attendance in the copy."""
    visit = clinic.visit(clinic.patient(), arrived=None)
    with clinic.source.in_process():
        read = clinic.reader().individual_appointments.get(visit)
    clinic.move()

    assert (None, None) == (read.patient_arrived, read.did_not_arrive)
    assert None is clinic.only("attendees")["arrived"]


def test_arrived_patient_has_arrived(clinic: Clinic) -> None:
    """A patient who came is marked as having come."""
    clinic.visit(clinic.patient(), arrived=True)
    clinic.move()

    assert True is clinic.only("attendees")["arrived"]


def test_missed_appointment_is_missed(clinic: Clinic) -> None:
    """A patient who did not come is marked as not having come."""
    clinic.visit(clinic.patient(), arrived=False)
    clinic.move()

    assert False is clinic.only("attendees")["arrived"]


def test_attendance_in_a_class_has_three_states(clinic: Clinic) -> None:
    """Each attendee of a class has their own attendance: came, did not come, nobody said."""
    lesson = clinic.lesson()
    for name, arrived in (("Ada", True), ("Bea", False), ("Cy", None)):
        clinic.seat(lesson, clinic.patient(first_name=name), arrived=arrived)
    clinic.move()
    names = {row["id"]: row["first_name"] for row in clinic.arrived("patients")}
    found = {names[row["patient_id"]]: row["arrived"] for row in clinic.arrived("attendees")}

    assert {"Ada": True, "Bea": False, "Cy": None} == found


def test_attendee_of_an_appointment_is_adopted(clinic: Clinic) -> None:
    """The API makes an individual appointment's attendee; it is taken as it stands and never made."""
    clinic.visit(clinic.patient(), arrived=True)
    report = clinic.move()

    assert [] == clinic.sent("POST", "/v1/attendees")
    assert (0, 1) == (report.kinds["attendees"].created, report.kinds["attendees"].adopted)
    assert [True] == [
        body["arrived"] for body in clinic.bodies("PATCH", f"/attendees/{clinic.only('attendees')['id']}")
    ]


def test_attendance_before_cancelling(clinic: Clinic) -> None:
    """What was said about coming is written while the appointment isn't cancelled yet."""
    clinic.visit(clinic.patient(), arrived=False, cancelled_at="2024-03-14T00:00:00Z", cancellation_reason=40)
    clinic.move()
    attendee = clinic.only("attendees")["id"]
    written = clinic.sent("PATCH", f"/attendees/{attendee}")
    cancelled = clinic.sent("PATCH", "/cancel")

    assert (1, 1) == (len(written), len(cancelled))
    assert written[0].number < cancelled[0].number
    assert (False, 40) == (clinic.only("attendees")["arrived"], clinic.only("attendees")["cancellation_reason"])


def test_attendees_own_notes_go(clinic: Clinic) -> None:
    """What is noted about an attendee goes with them."""
    clinic.seat(clinic.lesson(), clinic.patient(), notes="Brings a mat")
    clinic.move()

    assert "Brings a mat" == clinic.only("attendees")["notes"]
