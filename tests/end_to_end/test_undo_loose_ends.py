"""What stays in an undo and points at what is taken back points, after the next run, at what was made anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Plan, Report
from clinikomigrate.transfer.loose_ends import LOOSE
from clinikomigrate.transfer.widening import OTHERWISE, TOO_LATE
from tests.end_to_end.accounts import Pair
from tests.end_to_end.test_undo import live, reasons
from tests.traps.clinic import Clinic

STAMP = "2024-06-01T00:00:00Z"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


def edit(clinic: Clinic, kind: str, **values: Any) -> None:
    """Edits all of a kind in the destination that is not archived."""
    store = clinic.destination.store
    for id in live(clinic, kind):
        store.change(kind, store.at(kind, id), **values)


def moved_back_and_again(clinic: Clinic, between: Callable[[], None] = lambda: None) -> tuple[Report, Plan, Report]:
    """Takes back what can be, and runs again; gives the undo's report, the plan and the run's report."""
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = pair.transfer()
        undone = transfer.undo()
        between()
        plan = transfer.plan()
        report = transfer.run()
    pair.check_quiet()
    return undone, plan, report


def differing(clinic: Clinic) -> set[tuple[str, str]]:
    """Gives what a comparison finds otherwise than it was meant: kinds and fields."""
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        return {(each.kind, each.field) for each in pair.transfer().verify().differences}


def there(clinic: Clinic, kind: str, **values: Any) -> str:
    """Gives the id of the newest of the destination's records with some values."""
    rows = [row for row in clinic.arrived(kind) if all(row[name] == value for name, value in values.items())]
    return str(rows[-1]["id"])


def test_all_that_was_edited_points_at_what_is_made_anew(clinic: Clinic) -> None:
    """Whatever the old clinic has in its archive: doctors, types, cases, visits. A finalised note says what it lost."""
    doctor = clinic.doctor(archived_at=STAMP)
    places = {"business_ids": [clinic.business], "practitioner_ids": [clinic.practitioner]}
    old = clinic.add("appointment_types", name="Old type", archived_at=STAMP, **places)
    word = clinic.add("referral_source_types", name="Doctor", subcategories=[], referrer_type="Contact")
    ada = clinic.patient(referring_doctor_id=doctor)
    clinic.add("referral_sources", patient_id=ada, referrer_id=doctor, referral_source_type_id=word)
    knee = clinic.add("patient_cases", patient_id=ada, name="Knee", archived_at=STAMP)
    clinic.add("patient_cases", patient_id=ada, name="Hip", contact_id=doctor)
    clinic.visit(ada, patient_case_id=knee, appointment_type_id=old)
    past = clinic.visit(ada, archived_at=STAMP, starts_at="2024-05-01T01:00:00Z")
    clinic.note(ada, attendee_id=clinic.attendee_of(past), booking_id=past)
    clinic.form(ada, attendee_id=clinic.attendee_of(past))
    clinic.seat(clinic.lesson(appointment_type_id=old), ada, patient_case_id=knee)
    clinic.move()
    edit(clinic, "patients", occupation="Pilot")
    for kind in ("patient_cases", "individual_appointments", "group_appointments"):
        edit(clinic, kind, notes="Second thoughts")
    edit(clinic, "treatment_notes", title="Second thoughts")
    edit(clinic, "patient_forms", name="Second thoughts")
    undone, plan, report = moved_back_and_again(clinic)
    again = moved_back_and_again(clinic)[0]

    assert report.ok, report
    assert 8 == len(undone.set_aside)
    assert plan.kinds["contacts"].created == report.kinds["contacts"].created == 1
    assert there(clinic, "contacts") == clinic.only("patients")["referring_doctor_id"]
    assert {("treatment_notes", "title"), ("patient_forms", "name")} == differing(clinic)
    assert TOO_LATE in {loss.reason for loss in report.losses if loss.kind == "treatment_notes"}
    assert LOOSE not in {loss.reason for loss in report.losses}
    assert reasons(undone) == reasons(again)


def test_what_was_only_added_to_is_not_edited_by_that(clinic: Clinic) -> None:
    """The next undo leaves the patient for the same reason as the first one, and each run finds one doctor."""
    clinic.patient(referring_doctor_id=clinic.doctor(archived_at=STAMP))
    clinic.move()
    clinic.destination.add("medical_alerts", name="Wasps", patient_id=clinic.only("patients")["id"])
    first, _, _ = moved_back_and_again(clinic)
    second, _, report = moved_back_and_again(clinic)

    assert reasons(first) == reasons(second)
    assert report.ok, report
    assert there(clinic, "contacts") == clinic.only("patients")["referring_doctor_id"]
    assert set() == differing(clinic)


@pytest.mark.parametrize("theirs", ["Own", "Old"])
def test_what_somebody_entered_there_instead_stays(clinic: Clinic, theirs: str) -> None:
    """Whether that is a doctor of the new clinic's or another one whom the transfer took back: it is told."""
    doctor = clinic.doctor(archived_at=STAMP)
    clinic.patient(referring_doctor_id=doctor, last_name="Old")
    clinic.doctor(first_name="Old", archived_at=STAMP)
    clinic.move()
    clinic.destination.add("contacts", first_name="Own")
    edit(clinic, "patients", occupation="Pilot")
    chosen = there(clinic, "contacts", first_name=theirs)
    _, _, report = moved_back_and_again(clinic, lambda: edit(clinic, "patients", referring_doctor_id=chosen))

    assert chosen == clinic.only("patients")["referring_doctor_id"]
    assert [OTHERWISE.format("referring doctor")] == [row.reason for row in report.set_aside]


def test_a_seat_that_was_taken_back_out_of_a_class_that_stays(clinic: Clinic) -> None:
    """It is made anew: what lies in the archive there is not taken for it."""
    clinic.seat(clinic.lesson(), clinic.patient())
    clinic.move()
    edit(clinic, "group_appointments", notes="Second thoughts")
    undone, _, report = moved_back_and_again(clinic)
    seats = clinic.arrived("attendees")

    assert "edited in the destination" in reasons(undone)["group_appointments"]
    assert report.ok, report
    assert [True, False] == [bool(row["archived_at"]) for row in seats]
    assert clinic.only("group_appointments")["id"] == seats[-1]["booking_id"]
