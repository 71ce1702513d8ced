"""What the new clinic itself put into the archive, and what stays of that in an undo: nothing is torn apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate.errors import JournalError
from clinikomigrate.transfer.quiet import OUT_OF_REACH
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from clinikomigrate.transfer.undo import ARCHIVED_BY_OTHERS, EDITED
from tests.end_to_end.test_undo import live, reasons, undo
from tests.traps.clinic import Clinic

STAMP = "2024-06-01T00:00:00Z"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


def edit(clinic: Clinic, kind: str, **values: Any) -> None:
    """Edits all of a kind in the destination."""
    store = clinic.destination.store
    for row in clinic.arrived(kind):
        store.change(kind, store.at(kind, str(row["id"])), **values)


@pytest.fixture
def put_away(clinic: Clinic) -> Clinic:
    """Returns a moved clinic: a patient's note was edited in the destination, and then the patient was archived."""
    ada = clinic.patient()
    clinic.note(ada)
    clinic.add("medical_alerts", patient_id=ada, name="Wasps")
    clinic.move()
    edit(clinic, "treatment_notes", title="Second thoughts")
    edit(clinic, "patients", archived_at=STAMP)
    return clinic


def test_a_patient_of_whom_something_stays_stays_too(put_away: Clinic) -> None:
    """A run makes no second one without the note: it says what can't go, and what to do."""
    report, twice, run = undo(put_away), undo(put_away), put_away.run()

    assert {"patients": ARCHIVED_BY_OTHERS, "treatment_notes": EDITED} == reasons(report)
    assert report.set_aside == twice.set_aside
    assert 1 == len(put_away.arrived("patients")) == len(put_away.arrived("treatment_notes"))
    assert ["medical_alerts"] == list(reasons(run))
    assert "take it out of the archive there and run again" in reasons(run)["medical_alerts"]


def test_a_patient_who_is_taken_out_of_the_archive_is_completed(put_away: Clinic) -> None:
    """As the reason says: the run brings what was taken back."""
    undo(put_away)
    edit(put_away, "patients", archived_at=None)

    assert put_away.move().kinds["medical_alerts"].created == 1
    assert 1 == len(put_away.arrived("patients"))


def test_once_nothing_stays_everything_is_made_anew(put_away: Clinic) -> None:
    """As the reason says: the note is archived by hand, and a second undo takes the patient back."""
    undo(put_away)
    edit(put_away, "treatment_notes", archived_at=STAMP)

    assert {} == reasons(undo(put_away))
    put_away.move()
    fresh = live(put_away, "patients")
    assert 1 == len(fresh)
    assert fresh == [str(row["patient_id"]) for row in put_away.arrived("treatment_notes") if not row["archived_at"]]


def test_who_was_put_away_with_nothing_edited_is_made_anew(clinic: Clinic) -> None:
    """There is nothing that has to belong to somebody."""
    clinic.note(clinic.patient())
    clinic.move()
    edit(clinic, "patients", archived_at=STAMP)

    assert {} == reasons(undo(clinic))
    clinic.move()
    assert 1 == len(live(clinic, "patients")) == len(live(clinic, "treatment_notes"))


def test_an_appointment_of_such_a_patient_says_what_to_do(clinic: Clinic) -> None:
    """The patient can't be muted there, so it stays; no setting is owed to anybody for that."""
    clinic.visit(clinic.patient(receives_cancellation_emails=True))
    clinic.move()
    edit(clinic, "patients", archived_at=STAMP)
    report = undo(clinic)

    assert OUT_OF_REACH in reasons(report)["individual_appointments"]
    assert ARCHIVED_BY_OTHERS == reasons(report)["patients"]
    assert 0 == report.muted
    assert [] == [row for row in report.set_aside if row.state == "unfinished"]
    assert clinic.run().ok
    edit(clinic, "patients", archived_at=None)
    assert {} == reasons(undo(clinic))


def built_on(clinic: Clinic) -> str:
    """Charges an item of the new clinic's own with a type that was moved; gives the line's id."""
    knee = next(str(row["id"]) for row in clinic.arrived("appointment_types") if row["name"] == "Knee")
    item = clinic.destination.add("billable_items", name="Own", price="1.0")
    return clinic.destination.add("appointment_type_billable_items", appointment_type_id=knee, billable_item_id=item)


@pytest.mark.parametrize("by", ["the old clinic", "the new clinic"])
def test_what_is_charged_with_a_type_that_lies_in_the_archive(clinic: Clinic, by: str) -> None:
    """The type is made anew, so what is charged with it is as well; what was edited of the old one stays there."""
    old = by == "the old clinic"
    places = {"business_ids": [clinic.business], "practitioner_ids": [clinic.practitioner]}
    item = clinic.add("billable_items", name="Visit", price="90.0")
    knee = clinic.add("appointment_types", name="Knee", archived_at=STAMP if old else None, **places)
    clinic.add("appointment_type_billable_items", appointment_type_id=knee, billable_item_id=item, quantity="1.0")
    clinic.move()
    edit(clinic, "appointment_type_billable_items", quantity="3.0")
    edit(clinic, "appointment_types", archived_at=STAMP)
    own = built_on(clinic)
    report = undo(clinic)
    clinic.move()
    types = [str(row["id"]) for row in clinic.arrived("appointment_types") if row["name"] == "Knee"]

    assert {"appointment_type_billable_items": EDITED} == reasons(report)
    assert 2 == len(types)
    lines = [row for row in clinic.arrived("appointment_type_billable_items") if row["id"] != own]
    assert sorted(types) == sorted(str(row["appointment_type_id"]) for row in lines)


def test_nothing_is_asked_of_types_where_nothing_stays(clinic: Clinic) -> None:
    """What hangs on archived records is only looked for where something could."""
    places = {"business_ids": [clinic.business], "practitioner_ids": [clinic.practitioner]}
    knee = clinic.add("appointment_types", name="Knee", archived_at=STAMP, **places)
    item = clinic.add("billable_items", name="Visit", price="90.0")
    clinic.add("appointment_type_billable_items", appointment_type_id=knee, billable_item_id=item, quantity="1.0")
    clinic.move()
    clinic.destination.log.clear()

    assert {} == reasons(undo(clinic))
    there = next(str(row["id"]) for row in clinic.arrived("appointment_types") if row["name"] == "Knee")
    asked = [value for each in clinic.destination.log for _, value in each.query if "appointment_type_id" in value]
    assert asked  # of the type that is not archived
    assert not [value for value in asked if there in value]


@pytest.mark.parametrize("method", ["note", "settle"])
def test_a_full_disk_ends_it_cleanly(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """What the journal can't take ends an undo with a report, and the next call does the rest."""
    clinic.note(clinic.patient())
    clinic.move()

    def full(*_: object, **__: object) -> None:
        raise JournalError("The journal failed: database or disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteJournal, method, full)
        report = undo(clinic)

    assert "disk is full" in str(report.stopped)
    assert undo(clinic).ok
    assert [] == live(clinic, "patients") == live(clinic, "treatment_notes")
