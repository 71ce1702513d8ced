"""Cancelling needs a reason, is stamped with the time at which it is done, and can't be taken back."""

from __future__ import annotations

import pytest

from tests.traps.clinic import Clinic, Row

CANCELLED = "2024-03-13T23:00:00Z"
IN_WORDS = "14 March 2024, 10:00 (Australia/Melbourne, UTC+11:00)"


def cancelled_visit(clinic: Clinic, **values: object) -> Row:
    """Moves a cancelled appointment and gives its copy."""
    clinic.visit(clinic.patient(), cancelled_at=CANCELLED, **values)
    clinic.move()
    return clinic.only("individual_appointments")


@pytest.mark.parametrize("reason", [10, 20, 30, 40, 50, 60])
def test_reason_is_kept(clinic: Clinic, reason: int) -> None:
    """A reason that the API takes is the copy's."""
    assert reason == cancelled_visit(clinic, cancellation_reason=reason)["cancellation_reason"]


def test_no_reason_becomes_other(clinic: Clinic) -> None:
    """A cancellation without a reason, which the API refuses, is cancelled for another reason, and its note says so."""
    copy = cancelled_visit(clinic, cancellation_reason=None)

    assert 50 == copy["cancellation_reason"]
    assert "No reason was given" in copy["cancellation_note"]


def test_covid_becomes_sick(clinic: Clinic) -> None:
    """COVID-19, which the API gives and no longer takes, becomes sick, and the note says what it was."""
    copy = cancelled_visit(clinic, cancellation_reason=31)

    assert 30 == copy["cancellation_reason"]
    assert "COVID-19" in copy["cancellation_note"]


def test_unknown_reason_becomes_other(clinic: Clinic) -> None:
    """A reason that nobody knows of is sent as another reason."""
    assert 50 == cancelled_visit(clinic, cancellation_reason=70)["cancellation_reason"]


def test_original_time_goes_into_the_note(clinic: Clinic) -> None:
    """The API stamps the copy anew, so the original time is said in the note, behind what stood there."""
    copy = cancelled_visit(clinic, cancellation_reason=40, cancellation_note="Rang from the airport")

    assert CANCELLED != copy["cancelled_at"]
    assert copy["cancellation_note"].startswith("Rang from the airport")
    assert IN_WORDS in copy["cancellation_note"]


def test_appointment_and_attendee_are_cancelled_alike(clinic: Clinic) -> None:
    """The one attendee of a cancelled appointment is cancelled with it, by a single request."""
    copy = cancelled_visit(clinic, cancellation_reason=40)
    attendee = clinic.only("attendees")

    assert None is not attendee["cancelled_at"]
    assert (40, copy["cancellation_note"]) == (attendee["cancellation_reason"], attendee["cancellation_note"])
    assert 1 == len(clinic.sent("PATCH", "/cancel"))


def test_cancelling_uses_patch(clinic: Clinic) -> None:
    """Cancelling is a PATCH; any other method is an HTML 404."""
    cancelled_visit(clinic, cancellation_reason=40)

    assert {"PATCH"} == {each.method for each in clinic.destination.log if each.path.endswith("/cancel")}


def test_repeats_are_not_cancelled_along(clinic: Clinic) -> None:
    """Cancelling the first of a series leaves its repeats alone."""
    patient = clinic.patient()
    rule = {"number_of_repeats": 1, "repeat_type": "Weekly", "repeating_interval": 1}
    first = clinic.visit(patient, repeat_rule=rule, cancelled_at=CANCELLED, cancellation_reason=40)
    clinic.visit(patient, starts_at="2024-03-21T22:30:00Z", repeated_from_id=first)
    clinic.move()
    cancelled = {row["starts_at"]: row["cancelled_at"] is not None for row in clinic.arrived("individual_appointments")}

    assert {"2024-03-14T22:30:00Z": True, "2024-03-21T22:30:00Z": False} == cancelled
    assert [None] == [body.get("apply_to_repeats") for body in clinic.bodies("PATCH", "/cancel")]


def test_notes_and_forms_before_cancelling(clinic: Clinic) -> None:
    """What belongs to a cancelled appointment is linked before it is cancelled, since cancelled ones are hidden."""
    clinic.destination.refuses_cancelled_parents = True
    patient = clinic.patient()
    visit = clinic.visit(patient, cancelled_at=CANCELLED, cancellation_reason=40)
    clinic.note(patient, booking_id=visit, attendee_id=clinic.attendee_of(visit))
    clinic.form(patient, attendee_id=clinic.attendee_of(visit))
    clinic.move()
    attendee = clinic.only("attendees")

    assert attendee["booking_id"] == clinic.only("treatment_notes")["booking_id"]
    assert attendee["id"] == clinic.only("treatment_notes")["attendee_id"]
    assert attendee["id"] == clinic.only("patient_forms")["attendee_id"]


def test_cancelled_and_archived_is_both(clinic: Clinic) -> None:
    """An appointment that is cancelled and archived is both in the copy too, though each hides it from the other."""
    copy = cancelled_visit(clinic, cancellation_reason=40, archived_at="2024-04-01T00:00:00Z")

    assert None is not copy["cancelled_at"]
    assert None is not copy["archived_at"]


def test_class_is_never_cancelled(clinic: Clinic) -> None:
    """The API can't cancel a class: each seat in it is cancelled by itself."""
    lesson = clinic.lesson()
    for name in ("Ada", "Bea"):
        patient = clinic.patient(first_name=name)
        clinic.seat(lesson, patient, cancelled_at=CANCELLED, cancellation_reason=60, cancellation_note="Shift")
    clinic.move()
    seats = clinic.arrived("attendees")

    assert [60, 60] == [seat["cancellation_reason"] for seat in seats]
    assert all(IN_WORDS in seat["cancellation_note"] and "Shift" in seat["cancellation_note"] for seat in seats)
    assert {"attendees"} == {each.path.split("/")[2] for each in clinic.sent("PATCH", "/cancel")}
