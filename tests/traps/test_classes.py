"""Classes: they have room for a number of patients, and given-up seats are free again."""

from __future__ import annotations

from tests.traps.clinic import Clinic

CANCELLED = {"cancelled_at": "2024-03-13T00:00:00Z", "cancellation_reason": 40}


def test_cancelled_attendees_go_first(clinic: Clinic) -> None:
    """A class that was full, given up and filled again takes all its attendees, and ends with its own size."""
    lesson = clinic.lesson(max_attendees=2)
    for name in ("Ada", "Bea"):
        clinic.seat(lesson, clinic.patient(first_name=name), arrived=True)
    for name in ("Cy", "Di", "Eve"):
        clinic.seat(lesson, clinic.patient(first_name=name), **CANCELLED)
    clinic.move()
    seats = clinic.arrived("attendees")
    here = {row["patient_id"] for row in seats if row["cancelled_at"] is None}
    asked = clinic.sent("POST", "/v1/attendees")
    taken = [each.number for each in asked if isinstance(each.json, dict) and each.json["patient_id"] in here]
    given_up = [each.number for each in clinic.sent("PATCH", "/cancel")]

    assert (5, 3, 2) == (len(seats), len(given_up), len(taken))
    assert max(given_up) < min(taken)
    assert 2 == clinic.only("group_appointments")["max_attendees"]


def test_archived_attendees_take_no_seat(clinic: Clinic) -> None:
    """Archived attendees arrive too, and leave their seats to others."""
    lesson = clinic.lesson(max_attendees=2)
    for number in range(4):
        hidden = {"archived_at": "2024-06-01T00:00:00Z"} if number < 2 else {}
        clinic.seat(lesson, clinic.patient(first_name=str(number)), **hidden)
    clinic.move()

    assert 4 == len(clinic.arrived("attendees"))
    assert 2 == clinic.only("group_appointments")["max_attendees"]


def test_overbooked_class_arrives(clinic: Clinic) -> None:
    """A class with more patients than seats, as old accounts have, arrives with all of them."""
    lesson = clinic.lesson(max_attendees=2)
    for number in range(3):
        clinic.seat(lesson, clinic.patient(first_name=str(number)))
    clinic.move()

    assert 3 == len(clinic.arrived("attendees"))
    assert 2 == clinic.only("group_appointments")["max_attendees"]


def test_own_size_beats_the_types(clinic: Clinic) -> None:
    """A class keeps its own number of seats, which the API would take from the type."""
    pilates = clinic.add("appointment_types", name="Pilates", max_attendees=12)
    clinic.lesson(appointment_type_id=pilates, max_attendees=7)
    clinic.move()

    assert 7 == clinic.only("group_appointments")["max_attendees"]


def test_same_patient_gives_up_a_seat_and_takes_it_again(clinic: Clinic) -> None:
    """A patient's given-up seat and the one taken later are two attendees, and the right one is cancelled."""
    lesson, patient = clinic.lesson(), clinic.patient()
    clinic.seat(lesson, patient, **CANCELLED)
    clinic.seat(lesson, patient, arrived=True)
    clinic.move()

    assert [(False, True), (True, None)] == sorted(
        (seat["cancelled_at"] is not None, seat["arrived"]) for seat in clinic.arrived("attendees")
    )


def test_empty_classes_arrive(clinic: Clinic) -> None:
    """A class that nobody booked arrives."""
    clinic.lesson()
    clinic.move()

    assert [] == clinic.arrived("attendees")
    assert 5 == clinic.only("group_appointments")["max_attendees"]


def test_archived_class_keeps_its_attendees(clinic: Clinic) -> None:
    """Archiving a class comes after its attendees are in it."""
    lesson = clinic.lesson(archived_at="2024-06-01T00:00:00Z")
    clinic.seat(lesson, clinic.patient(), arrived=True)
    clinic.move()

    assert None is not clinic.only("group_appointments")["archived_at"]
    assert True is clinic.only("attendees")["arrived"]
