"""A patient who was merged into another is archived, and things may still hang on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.traps.clinic import Clinic


@pytest.fixture
def merged(clinic: Clinic) -> tuple[Clinic, str, str]:
    """Returns a clinic, a patient, and another patient who was merged into that one."""
    kept = clinic.patient(first_name="Ada", last_name="Kept")
    gone = clinic.patient(first_name="Ada", last_name="Gone", merged_with_patient_id=kept)
    return clinic, kept, gone


def test_merged_patient_is_not_made(merged: tuple[Clinic, str, str]) -> None:
    """A merged patient is not made again, and is counted as skipped."""
    clinic, _, _ = merged
    report = clinic.move()

    assert "Kept" == clinic.only("patients")["last_name"]
    assert (2, 1, 1) == tuple(getattr(report.kinds["patients"], name) for name in ("found", "created", "skipped"))


def test_what_hangs_on_a_merged_patient_goes_to_the_other(merged: tuple[Clinic, str, str]) -> None:
    """Records that still point at the merged patient arrive with the patient whom they were merged into."""
    clinic, _, gone = merged
    visit = clinic.visit(gone)
    clinic.note(gone, booking_id=visit)
    clinic.add("medical_alerts", patient_id=gone, name="Nuts")
    clinic.file(gone)
    clinic.move()
    kept = clinic.only("patients")["id"]

    for kind in ("individual_appointments", "attendees", "treatment_notes", "medical_alerts", "patient_attachments"):
        assert kept == clinic.only(kind)["patient_id"]


def test_merged_twice_goes_to_the_last(clinic: Clinic) -> None:
    """Where the patient whom somebody was merged into was merged too, all goes to the last of them."""
    last = clinic.patient(last_name="Last")
    middle = clinic.patient(last_name="Middle", merged_with_patient_id=last)
    first = clinic.patient(last_name="First", merged_with_patient_id=middle)
    clinic.add("medical_alerts", patient_id=first, name="Nuts")
    clinic.move()

    assert clinic.only("patients")["id"] == clinic.only("medical_alerts")["patient_id"]
    assert "Last" == clinic.only("patients")["last_name"]


def test_both_in_one_class_have_a_seat_each(merged: tuple[Clinic, str, str]) -> None:
    """A class in which both had a seat has two seats for the one patient: nothing is folded together."""
    clinic, kept, gone = merged
    lesson = clinic.lesson()
    clinic.seat(lesson, kept, arrived=True)
    clinic.seat(lesson, gone, arrived=False)
    clinic.move()
    seats = clinic.arrived("attendees")

    assert {clinic.only("patients")["id"]} == {seat["patient_id"] for seat in seats}
    assert [False, True] == sorted(seat["arrived"] for seat in seats)


def test_relationship_between_the_two_ends(merged: tuple[Clinic, str, str]) -> None:
    """A relationship between a patient and the one whom they were merged into would point at itself; it is skipped."""
    clinic, kept, gone = merged
    clinic.add("relationships", patient_id=kept, related_patient_id=gone, relation=30)
    report = clinic.move()

    assert [] == clinic.arrived("relationships")
    assert 2 == report.kinds["relationships"].skipped


def test_referral_source_of_the_one_who_stays_wins(clinic: Clinic) -> None:
    """A patient has one referral source; that of the merged patient does not overwrite it."""
    web = clinic.add("referral_source_types", name="Website")
    sign = clinic.add("referral_source_types", name="Sign")
    kept = clinic.patient(last_name="Kept")
    gone = clinic.patient(last_name="Gone", merged_with_patient_id=kept)
    clinic.add("referral_sources", patient_id=gone, referral_source_type_id=sign)
    clinic.add("referral_sources", patient_id=kept, referral_source_type_id=web)
    clinic.move()
    names = {row["id"]: row["name"] for row in clinic.arrived("referral_source_types")}

    assert "Website" == names[clinic.only("referral_sources")["referral_source_type_id"]]


def test_merged_into_a_patient_with_a_higher_id(tmp_path: Path) -> None:
    """It makes no difference which of the two has the lower id."""
    clinic = Clinic(tmp_path, small_ids=0)
    kept = clinic.patient(id="9" * 18, last_name="Kept")
    gone = clinic.patient(id="1" * 18, last_name="Gone", merged_with_patient_id=kept)
    clinic.add("medical_alerts", patient_id=gone, name="Nuts")
    clinic.move()

    assert clinic.only("patients")["id"] == clinic.only("medical_alerts")["patient_id"]
