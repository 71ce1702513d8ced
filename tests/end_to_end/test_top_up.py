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

from clinikomigrate import EXCLUDE, Cliniko, ClinikoMapper, Report
from clinikomigrate.cliniko import models as m
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.transfer.events import Event, RecordSettled, StageStarted
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.comparison import differences
from tests.end_to_end.accounts import Pair, client, created, pair_of
from tests.traps.clinic import Clinic, losses


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


def test_a_seat_that_was_edited_on_both_sides_is_not_overwritten(clinic: Clinic) -> None:
    """The seat that the destination made with an appointment is compared with how it was when it was taken."""
    visit = clinic.visit(clinic.patient())
    clinic.move()
    with accounts(clinic) as (source, destination):
        source.attendees.update(clinic.attendee_of(visit), m.AttendeeDraft(notes="Late"))
        destination.attendees.update(clinic.only("attendees")["id"], m.AttendeeDraft(arrived=True))
    report = clinic.run()

    assert {("attendees", clinic.attendee_of(visit))} == set(aside(report))
    assert "was edited in the destination too" in str(aside(report))
    assert clinic.only("attendees")["arrived"] is True


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


def test_a_patient_who_is_archived_and_whose_visit_is_cancelled(clinic: Clinic) -> None:
    """Who got the e-mails back after the first run gets none of the second run's cancellation."""
    ada = clinic.patient(receives_cancellation_emails=True, email="ada@mail.example")
    clinic.visit(ada, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=50)
    visit = clinic.visit(ada, starts_at="2030-03-15T22:30:00Z")
    clinic.move()
    with accounts(clinic) as (source, _):
        source.individual_appointments.cancel(visit, reason=40)
        source.patients.archive(ada)
    clinic.move()

    assert 2 == sum(row["cancelled_at"] is not None for row in clinic.arrived("individual_appointments"))


def test_what_can_not_come_out_of_the_archive(clinic: Clinic) -> None:
    """Of all else the API brings nothing back: it is said, and done by hand."""
    contact = clinic.add("contacts", first_name="Gia", last_name="Doctor", archived_at="2024-05-01T00:00:00Z")
    clinic.move()
    clinic.source.store.change("contacts", clinic.source.store.at("contacts", contact), archived_at=None)
    report = clinic.run()

    assert "can't bring contacts back" in aside(report)["contacts", contact]


def test_a_class_that_was_made_larger(clinic: Clinic) -> None:
    """Whoever got a seat that it had not before comes over in the same run; then it is as large as in the source."""
    lesson = clinic.lesson(max_attendees=2)
    for name in ("Ada", "Bea"):
        clinic.seat(lesson, clinic.patient(first_name=name))
    clinic.move()
    now = clinic.source.time_text()
    row = clinic.source.store.at("group_appointments", lesson)
    clinic.source.store.change("group_appointments", row, max_attendees=3, updated_at=now)
    cyn = clinic.patient(first_name="Cyn", created_at=now, updated_at=now)
    clinic.seat(lesson, cyn, created_at=now, updated_at=now)
    clinic.move()

    assert 3 == len(clinic.arrived("attendees"))
    assert 3 == clinic.only("group_appointments")["max_attendees"]


def test_what_is_not_cancelled_any_more(clinic: Clinic) -> None:
    """The API can't take a cancellation back."""
    visit = clinic.visit(clinic.patient(), cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=50)
    clinic.move()
    row = clinic.source.store.at("individual_appointments", visit)
    clinic.source.store.change("individual_appointments", row, cancelled_at=None)
    report = clinic.run()

    assert "make it anew by hand" in aside(report)["individual_appointments", visit]


@contextmanager
def interrupted_before_it_is_cancelled(clinic: Clinic) -> Iterator[tuple[str, Any]]:
    """Makes a cancelled appointment, which a run makes and has not cancelled when it ends; gives what changes it."""
    visit = clinic.visit(clinic.patient(), cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=50)

    def change(**values: Any) -> None:
        row = clinic.source.store.at("individual_appointments", visit)
        stamp = {"updated_at": clinic.source.time_text()}
        clinic.source.store.change("individual_appointments", row, **stamp, **values)

    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = Pair(clinic.source, clinic.destination, clinic.journal).transfer()

        def stop(event: Event) -> None:
            if isinstance(event, RecordSettled) and event.kind == "individual_appointments":
                transfer.stop()

        transfer.run(on_event=stop)
    yield visit, change


def test_what_was_not_cancelled_yet_and_is_not_to_be_any_more_takes_changes(clinic: Clinic) -> None:
    """Nobody says that it is cancelled in the destination, for it never was."""
    with interrupted_before_it_is_cancelled(clinic) as (_, change):
        change(cancelled_at=None, cancellation_reason=None)
        clinic.run()
        change(notes="Bring the old scans")
        report = clinic.run()

    assert aside(report) == {}
    assert clinic.only("individual_appointments")["notes"] == "Bring the old scans"


def test_what_was_not_cancelled_yet_is_cancelled_when_the_source_does_so_again(clinic: Clinic) -> None:
    """Nobody finds it in the diary who looks for whom to expect."""
    with interrupted_before_it_is_cancelled(clinic) as (_, change):
        change(cancelled_at=None, cancellation_reason=None)
        clinic.run()
        change(cancelled_at="2024-03-02T00:00:00Z", cancellation_reason=50)
        report = clinic.run()

    assert report.ok
    assert clinic.only("individual_appointments")["cancelled_at"] is not None


def test_a_cancelled_appointment_that_was_moved_since(clinic: Clinic) -> None:
    """A cancelled appointment can't be changed any more: that is what is said, and not that it is gone."""
    visit = clinic.visit(clinic.patient(), cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=50)
    clinic.move()
    row = clinic.source.store.at("individual_appointments", visit)
    clinic.source.store.change(
        "individual_appointments", row, starts_at="2024-03-15T22:30:00Z", ends_at="2024-03-15T23:00:00Z"
    )
    report = clinic.run()

    assert "it is cancelled in the destination" in aside(report)["individual_appointments", visit]


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


def dying_after_a_change(clinic: Clinic) -> str:
    """Moves a clinic, and lets the run die that has just brought a change over; gives the patient's id."""
    ada = clinic.patient(occupation="Baker")
    clinic.move()
    with accounts(clinic) as (source, _):
        source.patients.update(ada, m.PatientDraft(occupation="Beekeeper"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLiteJournal, "settle", dies)
        with pytest.raises(Dies):
            clinic.run()
    assert "Beekeeper" == clinic.only("patients")["occupation"]
    return ada


def test_a_run_that_dies_after_a_change(clinic: Clinic) -> None:
    """What was changed just before the process died is known for one's own, although nothing noted its outcome."""
    ada = dying_after_a_change(clinic)
    assert clinic.run().ok
    with accounts(clinic) as (source, _):
        source.patients.update(ada, m.PatientDraft(occupation="Birder"))

    assert clinic.run().ok
    assert "Birder" == clinic.only("patients")["occupation"]


def test_a_run_that_dies_after_a_change_that_was_changed_again(clinic: Clinic) -> None:
    """Whether what stands there is one's own can't be told then, so it is not overwritten."""
    ada = dying_after_a_change(clinic)
    with accounts(clinic) as (source, _):
        source.patients.update(ada, m.PatientDraft(occupation="Birder"))

    assert {("patients", ada)} == set(aside(clinic.run()))
    assert "Beekeeper" == clinic.only("patients")["occupation"]


def test_what_was_edited_there_is_not_forgotten_by_giving_settings_back(clinic: Clinic) -> None:
    """A patient who is muted and gets the setting back keeps the edit, run after run."""
    ada = clinic.patient(receives_cancellation_emails=True, occupation="Baker")
    visit = clinic.visit(ada)
    clinic.move()
    with accounts(clinic) as (source, destination):
        destination.patients.update(clinic.only("patients")["id"], m.PatientDraft(occupation="Edited there"))
        source.patients.update(ada, m.PatientDraft(occupation="Edited here"))
        source.individual_appointments.cancel(visit, reason=40)
    for _ in range(2):
        assert {("patients", ada)} == set(aside(clinic.run()))
        assert "Edited there" == clinic.only("patients")["occupation"]
    assert clinic.only("patients")["receives_cancellation_emails"]


def test_a_case_that_was_edited_before_it_was_closed(clinic: Clinic) -> None:
    """What is done at the end doesn't pass the edit off as what was written; where nobody edited, changes go on."""
    ada = clinic.patient()
    edited, other = (
        clinic.add("patient_cases", name=name, patient_id=ada, closed=True) for name in ("Knee", "Shoulder")
    )

    def edit(event: object) -> None:
        if isinstance(event, StageStarted) and event.stage == "link":
            store = clinic.destination.store
            id = next(row["id"] for row in clinic.arrived("patient_cases") if row["name"] == "Knee")
            store.change("patient_cases", store.at("patient_cases", id), notes="Edited there")

    with accounts(clinic) as (source, _):
        pair = Pair(clinic.source, clinic.destination, clinic.journal)
        assert pair.transfer().run(on_event=edit).ok
        for case in (edited, other):
            source.patient_cases.update(case, m.PatientCaseDraft(notes="Edited here"))

    assert {("patient_cases", edited)} == set(aside(clinic.run()))
    assert {"Knee": "Edited there", "Shoulder": "Edited here"} == {
        row["name"]: row["notes"] for row in clinic.arrived("patient_cases")
    }


def test_what_was_edited_there_after_its_answer_was_lost(clinic: Clinic) -> None:
    """A record that was found says what it said when it was found; where nobody edits it, changes go on."""
    ada = clinic.patient(occupation="Baker")
    clinic.destination.faults.add(
        "drop_after", when=lambda request: request.method == "POST" and request.path.endswith("/patients")
    )
    clinic.move()
    with accounts(clinic) as (source, _):
        source.patients.update(ada, m.PatientDraft(occupation="Beekeeper"))
    assert clinic.run().ok
    assert "Beekeeper" == clinic.only("patients")["occupation"]
    with accounts(clinic) as (source, destination):
        destination.patients.update(clinic.only("patients")["id"], m.PatientDraft(occupation="Edited there"))
        source.patients.update(ada, m.PatientDraft(occupation="Birder"))

    assert {("patients", ada)} == set(aside(clinic.run()))
    assert "Edited there" == clinic.only("patients")["occupation"]


@pytest.mark.parametrize("cancelled", [None, "2024-03-10T00:00:00Z"])
def test_who_wants_no_more_e_mails_in_the_destination(clinic: Clinic, cancelled: str | None) -> None:
    """A change of the patient doesn't switch them on again, and says so; it is no failure."""
    ada = clinic.patient(receives_cancellation_emails=True, occupation="Baker")
    clinic.visit(ada, cancelled_at=cancelled, cancellation_reason=50)
    clinic.move()
    with accounts(clinic) as (source, destination):
        destination.patients.update(clinic.only("patients")["id"], m.PatientDraft(receives_cancellation_emails=False))
        source.patients.update(ada, m.PatientDraft(occupation="Beekeeper"))
    report = clinic.move()

    assert "receives_cancellation_emails" in losses(report, "patients")
    assert "Beekeeper" == clinic.only("patients")["occupation"]
    assert not clinic.only("patients")["receives_cancellation_emails"]


class Dies(BaseException):
    """Stands for a process that is killed."""


def dies(*args: Any, **more: Any) -> None:
    """Dies before an outcome is noted."""
    raise Dies


# What is cancelled or archived in the old account, while the new clinic works with it.

MOVED = m.IndividualAppointmentDraft(
    starts_at=datetime(2034, 3, 20, 1, 0, tzinfo=UTC), ends_at=datetime(2034, 3, 20, 1, 30, tzinfo=UTC)
)
LATE = {"starts_at": "2034-03-14T22:30:00Z", "ends_at": "2034-03-14T23:00:00Z"}


def test_an_appointment_that_the_new_clinic_moved_is_not_cancelled(clinic: Clinic) -> None:
    """It is said what to do until a person has decided: then the next run has nothing more to say."""
    visit = clinic.visit(clinic.patient(receives_cancellation_emails=False), **LATE)
    clinic.move()
    with accounts(clinic) as (source, destination):
        there = clinic.only("individual_appointments")["id"]
        destination.individual_appointments.update(there, MOVED)
        source.individual_appointments.cancel(visit, reason=50)
    report = clinic.run()

    reason = aside(report)["individual_appointments", visit]
    assert "edited in the destination: cancel it there by hand" in reason
    assert clinic.only("individual_appointments")["cancelled_at"] is None

    with accounts(clinic) as (_, destination):
        destination.individual_appointments.cancel(there, reason=50)

    assert {} == aside(clinic.run())


def test_a_patient_whom_the_new_clinic_edited_is_not_archived(clinic: Clinic) -> None:
    """Though nothing else of the patient has changed in the source."""
    ada = clinic.patient()
    clinic.move()
    with accounts(clinic) as (source, destination):
        destination.patients.update(clinic.only("patients")["id"], m.PatientDraft(occupation="Farmer"))
        source.patients.archive(ada)
    report = clinic.run()

    assert "edited in the destination: archive it there by hand" in aside(report)["patients", ada]
    assert clinic.only("patients")["archived_at"] is None


@pytest.mark.parametrize("booked", [True, False])
def test_a_patient_who_is_booked_in_the_new_clinic_is_not_archived(clinic: Clinic, booked: bool) -> None:
    """What the transfer itself brought is no use of the patient's."""
    ada = clinic.patient()
    clinic.visit(ada)
    clinic.move()
    if booked:
        there = clinic.destination
        names = ("appointment_types", "businesses", "practitioners", "patients")
        ids = {
            f"{name.removesuffix('s').replace('businesse', 'business')}_id": there.rows(name)[0]["id"] for name in names
        }
        there.add("individual_appointments", **ids, **LATE)
    with accounts(clinic) as (source, _):
        source.patients.archive(ada)
    report = clinic.run()

    assert booked == ("records were added to it" in aside(report).get(("patients", ada), ""))
    assert booked == (clinic.only("patients")["archived_at"] is None)


def test_a_patient_whom_the_new_clinic_took_out_of_the_archive(clinic: Clinic) -> None:
    """Whoever was archived and came back stays there, whatever a later run brings."""
    ada = clinic.patient(archived_at="2024-05-01T00:00:00Z")
    clinic.move()
    with accounts(clinic) as (_, destination):
        destination.patients.unarchive(clinic.only("patients")["id"])
    clinic.add("medical_alerts", patient_id=ada, name="Nuts")
    clinic.move()
    after_a_record = clinic.only("patients")["archived_at"]
    with accounts(clinic) as (source, _):
        source.patients.unarchive(ada)
        source.patients.update(ada, m.PatientDraft(occupation="Baker"))
        source.patients.archive(ada)
    clinic.move()

    assert after_a_record is None
    assert (None, "Baker") == (clinic.only("patients")["archived_at"], clinic.only("patients")["occupation"])


def test_a_run_that_goes_on_looks_before_it_cancels(clinic: Clinic) -> None:
    """What an interrupted run made may have been edited since; what nobody touched is cancelled."""
    ada = clinic.patient()
    first, second = (
        clinic.visit(
            ada, starts_at=f"2034-03-1{day}T22:30:00Z", cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=50
        )
        for day in (4, 5)
    )
    with accounts(clinic) as (_, destination):
        transfer = Pair(clinic.source, clinic.destination, clinic.journal).transfer()
        assert transfer.run(on_event=lambda each: transfer.stop() if isinstance(each, StageStarted) else None).stopped
        there = dict(transfer.identities("individual_appointments"))
        destination.individual_appointments.update(there[first], m.IndividualAppointmentDraft(notes="Bring scans"))
    report = clinic.run()

    assert [("individual_appointments", first)] == list(aside(report))
    assert {there[first]: True, there[second]: False} == {
        row["id"]: row["cancelled_at"] is None for row in clinic.arrived("individual_appointments")
    }


def test_a_first_run_does_not_look_at_what_it_has_made(clinic: Clinic) -> None:
    """It takes as many requests as ever."""
    clinic.visit(clinic.patient(archived_at="2024-05-01T00:00:00Z"), cancelled_at="2024-03-01T00:00:00Z")
    clinic.move()

    assert [] == [
        each for each in clinic.sent("GET", "/v1/patients") if any("id:=" in value for _, value in each.query)
    ]
    assert [] == clinic.sent("GET", "/v1/medical_alerts")


# What changes along with something else.


def attended(clinic: Clinic) -> tuple[str, str]:
    """Moves a patient with a visit; then the patient comes, and the visit is put into a case.

    Gives the attendee's id, and that of the case in the destination.
    """
    ada = clinic.patient()
    visit, case = clinic.visit(ada, **LATE), clinic.add("patient_cases", patient_id=ada, name="Knee")
    clinic.move()
    with accounts(clinic) as (source, _):
        source.attendees.update(clinic.attendee_of(visit), m.AttendeeDraft(arrived=True, patient_case_id=case))
    return clinic.attendee_of(visit), str(clinic.only("patient_cases")["id"])


def test_a_visit_that_was_attended_and_put_into_a_case(clinic: Clinic) -> None:
    """The appointment takes its attendee along into the case, which is nobody's edit, this time or the next."""
    attendee, case = attended(clinic)
    clinic.move()
    there = clinic.only("attendees")
    with accounts(clinic) as (source, _):
        source.attendees.update(attendee, m.AttendeeDraft(arrived=False))
    clinic.move()

    assert (True, case) == (there["arrived"], there["patient_case_id"])
    assert (False, case) == (clinic.only("attendees")["arrived"], clinic.only("attendees")["patient_case_id"])


def test_a_seat_that_the_new_clinic_put_into_another_case(clinic: Clinic) -> None:
    """That is an edit, which is not overwritten."""
    ada = clinic.patient()
    attendee = clinic.attendee_of(clinic.visit(ada, **LATE))
    clinic.move()
    other = clinic.destination.add("patient_cases", patient_id=str(clinic.only("patients")["id"]), name="Hip")
    with accounts(clinic) as (source, destination):
        source.attendees.update(attendee, m.AttendeeDraft(arrived=True))
        destination.attendees.update(str(clinic.only("attendees")["id"]), m.AttendeeDraft(patient_case_id=other))
    report = clinic.run()

    assert "edited in the destination too" in aside(report)["attendees", attendee]
    assert (None, other) == (clinic.only("attendees")["arrived"], clinic.only("attendees")["patient_case_id"])


@pytest.mark.parametrize("done", ["cancelled", "archived"])
def test_a_seat_of_an_appointment_that_the_transfer_closed(clinic: Clinic, done: str) -> None:
    """It can't be changed any more, and nobody else is blamed for it."""
    ada = clinic.patient()
    visit = clinic.visit(ada, **LATE)
    attendee = clinic.attendee_of(visit)
    clinic.move()
    with accounts(clinic) as (source, _):
        if done == "cancelled":
            source.individual_appointments.cancel(visit, reason=40)
        else:
            source.individual_appointments.archive(visit)
    clinic.move()
    store = clinic.source.store
    store.change("attendees", store.at("attendees", attendee), notes="Late", updated_at=clinic.source.time_text())
    report = clinic.run()

    assert (
        f"it is {done} in the destination, where it can't be changed any more" == aside(report)["attendees", attendee]
    )


def test_what_is_left_out_by_now(clinic: Clinic) -> None:
    """As long as it says the same nobody is told; a change of it stays behind, which is said until it may go again."""
    side = clinic.add("businesses", business_name="Side Street")
    visit = clinic.visit(clinic.patient(), business_id=side, **LATE)
    clinic.move()
    without = ClinikoMapper(businesses={"Side Street": EXCLUDE})
    unchanged = clinic.run(mapper=without)
    with accounts(clinic) as (source, _):
        source.individual_appointments.cancel(visit, reason=40)
    changed = clinic.run(mapper=without)
    with accounts(clinic):
        verified = Pair(clinic.source, clinic.destination, clinic.journal).transfer(mapper=without).verify()

    assert {} == aside(unchanged)
    assert "the mapper leaves it out by now" in aside(changed)["individual_appointments", visit]
    assert {"individual_appointments": 1} == verified.left_out
    assert "Left out by now, and not compared: 1 individual appointment." in verified.verdict

    clinic.move()

    assert clinic.only("individual_appointments")["cancelled_at"]
