"""Running again later: what changed in the source since comes over, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Cliniko, Report
from clinikomigrate.cliniko import models as m
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.comparison import differences
from tests.end_to_end.accounts import Pair, client, created, pair_of
from tests.traps.clinic import Clinic


def aside(report: Report) -> dict[tuple[str, str], str]:
    """Gives the reasons of what was set aside, by kind and source id."""
    return {(row.kind, row.source_id): row.reason for row in report.set_aside}


def writes(pair: Pair, since: int) -> list[str]:
    """Gives what was written to the destination from a request on."""
    return [f"{each.method} {each.path}" for each in pair.destination.log[since:] if each.method != "GET"]


def change_much(source: Cliniko) -> None:
    """Edits, adds, cancels and archives as a week in a clinic does."""
    patients = list(source.patients.list())
    first, second, third = patients[:3]
    source.patients.update(
        first.id, m.PatientDraft(occupation="Beekeeper", notes="Moved house", email="new@mail.example")
    )
    source.patients.update(
        second.id,
        m.PatientDraft(patient_phone_numbers=[m.PhoneNumberDraft(number="0499 000 111", phone_type="Mobile")]),
    )
    source.medical_alerts.create(m.MedicalAlertDraft(name="Wasp stings", patient_id=first.id))
    active = {patient.id for patient in patients}
    alerts = [alert for alert in source.medical_alerts.list() if alert.patient and alert.patient.id in active]
    for alert in alerts[:2]:
        source.medical_alerts.update(alert.id, m.MedicalAlertDraft(name=f"{alert.name}, severe"))
    live = [each for each in source.individual_appointments.list() if each.patient and each.patient.id in active]
    source.individual_appointments.cancel(live[0].id, reason=40, note="On holiday")
    source.individual_appointments.update(live[1].id, m.IndividualAppointmentDraft(notes="Bring the old scans"))
    source.individual_appointments.archive(live[2].id)
    fresh = attrs.evolve(
        m.IndividualAppointmentDraft(starts_at=datetime(2030, 1, 7, 1, 0, tzinfo=UTC)),
        patient_id=first.id,
        practitioner_id=live[1].practitioner or "",
        business_id=live[1].business or "",
        appointment_type_id=live[1].appointment_type or "",
    )
    source.individual_appointments.create(fresh)
    seat = source.attendees.list(booking_id=live[3].id).first()
    assert seat is not None
    source.attendees.update(seat.id, m.AttendeeDraft(arrived=seat.arrived is not True))
    case = next(each for each in source.patient_cases.list() if each.patient and each.patient.id in active)
    source.patient_cases.update(case.id, m.PatientCaseDraft(name="Renamed case", closed=True))
    contact = source.contacts.list().first()
    assert contact is not None
    source.contacts.update(contact.id, m.ContactDraft(notes="Prefers faxes"))
    source.patients.archive(third.id)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_week_later(tmp_path: Path, seed: int) -> None:
    """Edits, additions, cancellations and archivings of a week come over; then there is nothing left to do."""
    with pair_of(tmp_path, patients=25, seed=seed) as pair:
        assert pair.transfer().run().ok
        change_much(client(pair.source))
        read_from = len(pair.source.log)
        report = pair.transfer().run()
        seen = len(pair.destination.log)
        again = pair.transfer().run()

        assert {} == aside(report)
        assert [] == differences(pair.source, pair.destination)
        assert 2 <= created(report) <= 6
        assert 8 <= sum(count.updated for count in report.kinds.values())
        assert [] == writes(pair, seen)
        assert (0, 0) == (created(again), sum(count.updated for count in again.kinds.values()))
        assert [] == [each for each in pair.source.log[read_from:] if each.method != "GET"]


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


@contextmanager
def accounts(clinic: Clinic) -> Iterator[tuple[Cliniko, Cliniko]]:
    """Gives the clients of both accounts, mounted. What is written through them is the clinic's own work."""
    with clinic.source.in_process(), clinic.destination.in_process():
        yield client(clinic.source), client(clinic.destination)
    clinic.source.log[:] = [each for each in clinic.source.log if each.method == "GET"]


def test_what_was_edited_in_the_destination_is_not_overwritten(clinic: Clinic) -> None:
    """A patient who changed on both sides stays as the destination has it, and is a conflict until somebody decides."""
    ada = clinic.patient(occupation="Baker")
    clinic.move()
    there = clinic.only("patients")["id"]
    with accounts(clinic) as (source, destination):
        source.patients.update(ada, m.PatientDraft(occupation="Beekeeper"))
        destination.patients.update(there, m.PatientDraft(occupation="Farmer"))
    report = clinic.run()
    with accounts(clinic) as (_, destination):
        destination.patients.update(there, m.PatientDraft(occupation="Beekeeper"))
    settled = clinic.run()

    assert ["conflict"] == [row.state for row in report.set_aside]
    assert "edited in the destination too" in aside(report)["patients", ada]
    assert "Beekeeper" == clinic.only("patients")["occupation"]
    assert settled.ok


def test_what_was_edited_in_the_destination_only_stays(clinic: Clinic) -> None:
    """What the clinic does in its new account is its own business."""
    clinic.patient(occupation="Baker")
    clinic.move()
    with accounts(clinic) as (_, destination):
        destination.patients.update(clinic.only("patients")["id"], m.PatientDraft(occupation="Farmer"))

    assert clinic.run().ok
    assert "Farmer" == clinic.only("patients")["occupation"]


def test_a_change_that_is_taken_back_is_no_conflict_any_more(clinic: Clinic) -> None:
    """When the source says again what it said, there is nothing to bring over."""
    ada = clinic.patient(occupation="Baker")
    clinic.move()
    with accounts(clinic) as (source, destination):
        source.patients.update(ada, m.PatientDraft(occupation="Beekeeper"))
        destination.patients.update(clinic.only("patients")["id"], m.PatientDraft(occupation="Farmer"))
    conflict = clinic.run()
    with accounts(clinic) as (source, _):
        source.patients.update(ada, m.PatientDraft(occupation="Baker"))

    assert not conflict.ok
    assert clinic.run().ok
    assert "Farmer" == clinic.only("patients")["occupation"]


def test_what_is_gone_in_the_destination_is_not_made_again(clinic: Clinic) -> None:
    """A record that somebody archived in the destination stays archived; a change of it is a conflict."""
    alert = clinic.add("medical_alerts", name="Latex", patient_id=clinic.patient())
    clinic.move()
    with accounts(clinic) as (source, destination):
        source.medical_alerts.update(alert, m.MedicalAlertDraft(name="Latex gloves"))
        destination.medical_alerts.archive(clinic.only("medical_alerts")["id"])
    report = clinic.run()

    assert "archived in the destination" in aside(report)["medical_alerts", alert]
    assert "Latex" == clinic.only("medical_alerts")["name"]


def test_what_was_adopted_is_never_touched(clinic: Clinic) -> None:
    """A tax that the destination had already stays as it is, whatever the source makes of its own."""
    tax = clinic.add("taxes", name="GST", rate="10.0")
    clinic.destination.add("taxes", name="GST", rate="10.0")
    clinic.move()
    with accounts(clinic) as (source, _):
        source.taxes.update(tax, m.TaxDraft(rate=Decimal("12.5")))
    report = clinic.run()

    assert "not touched" in aside(report)["taxes", tax]
    assert 10 == Decimal(str(clinic.only("taxes")["rate"]))


def test_an_archived_patient_who_gets_a_new_record(clinic: Clinic) -> None:
    """The patient is brought back for the record, and archived again."""
    ada = clinic.patient(archived_at="2024-05-01T00:00:00Z")
    clinic.move()
    clinic.add("medical_alerts", name="Latex", patient_id=ada)
    clinic.move()
    there = f"/v1/patients/{clinic.only('patients')['id']}"

    assert "Latex" == clinic.only("medical_alerts")["name"]
    assert clinic.only("patients")["archived_at"] is not None
    assert [1, 2] == [len(clinic.sent("POST", f"{there}/{what}")) for what in ("unarchive", "archive")]


def test_a_patient_who_is_taken_out_of_the_archive(clinic: Clinic) -> None:
    """The copy comes out of the archive too."""
    ada = clinic.patient(archived_at="2024-05-01T00:00:00Z")
    clinic.move()
    with accounts(clinic) as (source, _):
        source.patients.unarchive(ada)
    clinic.move()

    assert clinic.only("patients")["archived_at"] is None
    assert [] == clinic.bodies("PATCH", f"/patients/{clinic.only('patients')['id']}")


def test_what_can_not_come_out_of_the_archive(clinic: Clinic) -> None:
    """Of all else the API brings nothing back: it is said, and done by hand."""
    contact = clinic.add("contacts", first_name="Gia", last_name="Doctor", archived_at="2024-05-01T00:00:00Z")
    clinic.move()
    clinic.source.store.change("contacts", clinic.source.store.at("contacts", contact), archived_at=None)
    report = clinic.run()

    assert "can't bring contacts back" in aside(report)["contacts", contact]


def test_what_is_not_cancelled_any_more(clinic: Clinic) -> None:
    """The API can't take a cancellation back."""
    visit = clinic.visit(clinic.patient(), cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=50)
    clinic.move()
    row = clinic.source.store.at("individual_appointments", visit)
    clinic.source.store.change("individual_appointments", row, cancelled_at=None)
    report = clinic.run()

    assert "make it anew by hand" in aside(report)["individual_appointments", visit]


def test_a_patient_who_was_merged_since(clinic: Clinic) -> None:
    """Merging is the product's own business: it is said, and done by hand."""
    ada, twin = clinic.patient(), clinic.patient(first_name="Ada M.")
    clinic.move()
    row = clinic.source.store.at("patients", twin)
    clinic.source.store.change(
        "patients",
        row,
        archived_at="2024-06-01T00:00:00Z",
        merged_at="2024-06-01T00:00:00Z",
        merged_with_patient_id=ada,
    )
    report = clinic.run()

    assert {("patients", twin)} == set(aside(report))
    assert "merge it in the destination by hand" in aside(report)["patients", twin]


def test_a_change_that_the_destination_refuses(clinic: Clinic) -> None:
    """It is set aside with the reason, and tried again by the next run."""
    alert = clinic.add("medical_alerts", name="Latex", patient_id=clinic.patient())
    clinic.move()
    with accounts(clinic) as (source, _):
        source.medical_alerts.update(alert, m.MedicalAlertDraft(name="Latex gloves"))
    clinic.destination.faults.add("403", when=lambda request: request.method == "PATCH", times=1)
    report = clinic.run()

    assert {("medical_alerts", alert)} == set(aside(report))
    assert clinic.run().ok
    assert "Latex gloves" == clinic.only("medical_alerts")["name"]


@pytest.mark.parametrize("fault", ["drop_after", "500_after", "drop_before", "timeout_after"])
def test_a_change_whose_reply_is_lost(clinic: Clinic, fault: FaultKind) -> None:
    """A change that sets values is sent again, and is no conflict with itself."""
    ada = clinic.patient(occupation="Baker")
    clinic.move()
    with accounts(clinic) as (source, _):
        source.patients.update(ada, m.PatientDraft(occupation="Beekeeper"))
    clinic.destination.faults.add(fault, when=lambda request: request.method == "PATCH", times=9)
    clinic.run()

    assert clinic.run().ok
    assert "Beekeeper" == clinic.only("patients")["occupation"]
    assert clinic.run().ok


def test_a_run_that_dies_after_a_change(clinic: Clinic) -> None:
    """What was changed just before the process died is known for one's own, although nothing noted its outcome."""
    ada = clinic.patient(occupation="Baker")
    clinic.move()
    with accounts(clinic) as (source, _):
        source.patients.update(ada, m.PatientDraft(occupation="Beekeeper"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLiteJournal, "settle", dies)
        with pytest.raises(Dies):
            clinic.run()
    with accounts(clinic) as (source, _):
        source.patients.update(ada, m.PatientDraft(occupation="Birder"))

    assert "Beekeeper" == clinic.only("patients")["occupation"]
    assert clinic.run().ok
    assert "Birder" == clinic.only("patients")["occupation"]


class Dies(BaseException):
    """Stands for a process that is killed."""


def dies(*args: Any, **more: Any) -> None:
    """Dies before an outcome is noted."""
    raise Dies
