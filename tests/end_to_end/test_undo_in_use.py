"""What a clinic built on since is not taken back, of whatever kind, and who has one of something keeps it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ClinikoSink, Report
from clinikomigrate.cliniko import models as m
from clinikomigrate.transfer.events import Event, RecordSettled
from tests.end_to_end.accounts import Pair
from tests.end_to_end.test_undo import live, new_account, reasons, undo
from tests.traps.clinic import Clinic

Row = dict[str, Any]  # Any: a row's values are of JSON's types

ONE = "1 record was added to it in the destination since: archive it there by hand if that is not wanted"
OTHERS = "1 record of it stays in the destination, for its own reason: archive it there after that one"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


def built(clinic: Clinic, kind: str, /, **values: Any) -> str:
    """Puts a record of the new clinic's own into the destination."""
    return clinic.destination.add(kind, **values)


def own_patient(clinic: Clinic, **values: Any) -> str:
    """Puts a patient of the new clinic's own into the destination."""
    return built(clinic, "patients", first_name="Bob", last_name="Own", **values)


def booked(clinic: Clinic, **values: Any) -> Row:
    """Gives what a booking of the new clinic's own needs."""
    return {
        "business_id": clinic.only("businesses")["id"],
        "practitioner_id": clinic.destination.rows("practitioners")[0]["id"],
        "appointment_type_id": clinic.only("appointment_types")["id"],
        "starts_at": "2031-01-01T01:00:00Z",
        **values,
    }


def test_a_tax_that_the_clinic_uses_is_not_deleted(clinic: Clinic) -> None:
    """Not even where only an archived item of the clinic's own has it; a tax in nobody's use goes for good."""
    for name in ("GST", "VAT", "HST", "PST"):
        clinic.add("taxes", name=name, rate="10.0")
    clinic.move()
    taxes = {str(row["name"]): str(row["id"]) for row in clinic.arrived("taxes")}
    built(clinic, "billable_items", name="Own item", price="50.0", tax_id=taxes["GST"])
    built(clinic, "products", name="Own tape", price=5, tax_id=taxes["VAT"])
    old = built(clinic, "billable_items", name="Old", price="1.0", tax_id=taxes["HST"])
    with new_account(clinic) as destination:
        destination.billable_items.archive(old)
    report = undo(clinic)

    assert {"GST", "VAT", "HST"} == {str(row["name"]) for row in clinic.arrived("taxes")}
    assert [ONE] * 3 == [row.reason for row in report.set_aside if row.kind == "taxes"]


def test_what_the_transfer_itself_made_of_use_is_none(clinic: Clinic) -> None:
    """A tax that only the transfer's own item and product have goes, and so does all else that it made."""
    tax = clinic.add("taxes", name="GST", rate="10.0")
    clinic.add("billable_items", name="Visit", price="90.0", tax_id=tax)
    clinic.add("products", name="Tape", price=5, tax_id=tax)
    ada = clinic.patient(referring_doctor_id=clinic.doctor())
    case = clinic.add("patient_cases", patient_id=ada, name="Knee")
    clinic.visit(ada, patient_case_id=case)
    clinic.seat(clinic.lesson(), ada)
    clinic.move()
    report = undo(clinic)

    assert report.ok, report
    assert [] == clinic.arrived("taxes")


def test_an_adopted_item_that_was_given_one_of_the_transfer_s_taxes(clinic: Clinic) -> None:
    """What was there before and uses it by now is the clinic's own."""
    clinic.add("taxes", name="GST", rate="10.0")
    clinic.add("billable_items", name="Visit", price="90.0")
    built(clinic, "billable_items", name="Visit", price="90.0")
    assert clinic.move().kinds["billable_items"].adopted
    with new_account(clinic) as destination:
        item = str(clinic.only("billable_items")["id"])
        destination.billable_items.update(item, m.BillableItemDraft(tax_id=str(clinic.only("taxes")["id"])))
    report = undo(clinic)

    assert ONE == reasons(report)["taxes"]


def test_a_doctor_of_the_clinic_s_own_patients(clinic: Clinic) -> None:
    """Who refers one of them, is named in a case or recommended the clinic to somebody, stays; the others go."""
    word = clinic.add("referral_source_types", name="Doctor", subcategories=[], referrer_type="Contact")
    for name in ("Ref", "Case", "Word", "Free"):
        clinic.doctor(first_name=name)
    clinic.move()
    doctors = {str(row["first_name"]): str(row["id"]) for row in clinic.arrived("contacts")}
    assert word
    bob = own_patient(clinic, referring_doctor_id=doctors["Ref"])
    built(clinic, "patient_cases", name="Hip", patient_id=bob, contact_id=doctors["Case"])
    there = clinic.only("referral_source_types")["id"]
    built(clinic, "referral_sources", patient_id=bob, referrer_id=doctors["Word"], referral_source_type_id=there)
    clinic.destination.log.clear()
    report = undo(clinic)
    looked = [each.path for each in clinic.destination.log if each.path in ("/v1/patients", "/v1/patient_cases")]

    assert {doctors[name] for name in ("Ref", "Case", "Word")} == set(live(clinic, "contacts"))
    assert [ONE] * 3 == [row.reason for row in report.set_aside]
    assert ["/v1/patients", "/v1/patient_cases"] == looked


@pytest.mark.parametrize("kind", ["individual_appointments", "group_appointments"])
def test_an_appointment_type_that_the_clinic_books(clinic: Clinic, kind: str) -> None:
    """With bookings of its own, cancelled ones too, the clinic goes on using it."""
    clinic.visit(clinic.patient())
    clinic.move()
    whose = {"patient_id": own_patient(clinic)} if kind == "individual_appointments" else {"max_attendees": 3}
    built(clinic, kind, **booked(clinic), **whose)
    report = undo(clinic)

    assert {"appointment_types": ONE} == reasons(report)
    assert 1 == len(live(clinic, "appointment_types"))


def test_an_invoiced_appointment(clinic: Clinic) -> None:
    """It stays with its seat, its patient and its type; the seat is not said to be taken back."""
    for name in ("Ada", "Bea"):
        clinic.visit(clinic.patient(first_name=name))
    clinic.move()
    visit = clinic.arrived("individual_appointments")[0]
    invoice = {name: visit[name] for name in ("patient_id", "business_id", "practitioner_id")}
    built(clinic, "invoices", appointment_id=visit["id"], number=1, **invoice)
    report, twice = undo(clinic), undo(clinic)

    assert [str(visit["id"])] == live(clinic, "individual_appointments")
    assert {"attendees", "individual_appointments", "patients", "appointment_types"} == set(reasons(report))
    assert reasons(report) == reasons(twice)
    assert ONE == reasons(report)["individual_appointments"] == reasons(report)["attendees"]
    assert 1 == report.kinds["attendees"].removed
    assert 0 == sum(count.removed for count in twice.kinds.values())


@pytest.mark.parametrize("named", ["attendee", "booking", "seat"])
def test_an_invoiced_seat_of_a_class(clinic: Clinic, named: str) -> None:
    """However the invoice names it. The other seats go."""
    lesson = clinic.lesson()
    for name in ("Ada", "Bea"):
        clinic.seat(lesson, clinic.patient(first_name=name))
    clinic.move()
    seat = clinic.arrived("attendees")[0]
    given = {
        "attendee": {"attendee_id": seat["id"]},
        "booking": {"appointment_id": seat["booking_id"]},
        "seat": {"appointment_id": seat["id"]},
    }
    invoice = built(clinic, "invoices", patient_id=seat["patient_id"], number=1)
    clinic.destination.store.change("invoices", clinic.destination.store.at("invoices", invoice), **given[named])
    built(clinic, "invoices", patient_id=seat["patient_id"], number=2)
    report = undo(clinic)

    assert [str(seat["id"])] == live(clinic, "attendees")
    assert [str(seat["patient_id"])] == live(clinic, "patients")
    assert ONE == reasons(report)["attendees"]
    assert {"attendees", "group_appointments", "patients", "appointment_types"} == set(reasons(report))


@pytest.mark.parametrize("whose", ["own", "kept", "neither"])
def test_a_case_that_an_attendee_belongs_to(clinic: Clinic, whose: str) -> None:
    """Of a visit that the clinic booked, or that stays; a case whose visits are all taken back goes."""
    ada = clinic.patient()
    clinic.visit(ada, patient_case_id=clinic.add("patient_cases", patient_id=ada, name="Knee"))
    clinic.move()
    patient, case = clinic.only("patients")["id"], clinic.only("patient_cases")["id"]
    visit = clinic.only("individual_appointments")["id"]
    if whose == "own":
        built(clinic, "individual_appointments", **booked(clinic), patient_id=patient, patient_case_id=case)
    if whose == "kept":
        built(clinic, "treatment_notes", title="New", draft=False, patient_id=patient, booking_id=visit)
    report = undo(clinic)

    assert {"own": ONE, "kept": OTHERS}.get(whose) == reasons(report).get("patient_cases")
    assert (whose == "neither") == report.ok


@pytest.mark.parametrize("hidden", ["cancelled_at", "archived_at"])
def test_a_patient_for_whom_the_clinic_booked_and_took_it_back(clinic: Clinic, hidden: str) -> None:
    """What was cancelled or archived since is the clinic's work as well, and told once for visit and seat."""
    clinic.patient()
    clinic.move()
    patient = clinic.only("patients")["id"]
    built(clinic, "individual_appointments", **booked(clinic, **{hidden: "2030-12-31T00:00:00Z"}), patient_id=patient)
    report = undo(clinic)

    assert ONE == reasons(report)["patients"]
    assert [str(patient)] == live(clinic, "patients")


def test_what_an_earlier_undo_took_back_keeps_nobody(clinic: Clinic) -> None:
    """After a run that made it anew, the archived copy of then is known as the transfer's own."""
    ada = clinic.patient()
    for _ in range(2):
        clinic.note(ada)
    clinic.visit(ada)
    clinic.move()
    first, second = (str(row["id"]) for row in clinic.arrived("treatment_notes"))
    row = clinic.destination.store.at("treatment_notes", second)
    clinic.destination.store.change("treatment_notes", row, title="Second thoughts")
    kept = undo(clinic)
    assert clinic.run().ok
    with new_account(clinic) as destination:
        destination.treatment_notes.archive(second)
    rest = undo(clinic)

    assert OTHERS == reasons(kept)["patients"]
    assert 3 == len(clinic.arrived("treatment_notes"))
    assert first not in live(clinic, "treatment_notes")
    assert rest.ok, rest
    assert [] == live(clinic, "patients")


# What somebody has one of.


def came_by_word(clinic: Clinic, *names: str) -> dict[str, str]:
    """Moves patients whom a doctor recommended the clinic to, and gives them in the destination by first name."""
    word = clinic.add("referral_source_types", name="Doctor", subcategories=[], referrer_type="Contact")
    doctor = clinic.doctor()
    for name in names:
        patient = clinic.patient(first_name=name)
        clinic.add("referral_sources", patient_id=patient, referrer_id=doctor, referral_source_type_id=word)
    clinic.move()
    return {str(row["first_name"]): str(row["id"]) for row in clinic.arrived("patients")}


def counts(report: Report, kind: str) -> tuple[int, int]:
    """Gives how many records of a kind were taken back and how many were left."""
    return report.kinds[kind].removed, report.kinds[kind].skipped


def test_how_somebody_came_who_stays(clinic: Clinic) -> None:
    """It is listed and not said to be taken back, and keeps who recommended the clinic; it goes with its patient."""
    there = came_by_word(clinic, "Ada", "Bea")
    with new_account(clinic) as destination:
        destination.patients.update(there["Ada"], m.PatientDraft(occupation="Farmer"))
    report = undo(clinic)
    with new_account(clinic) as destination:
        destination.patients.archive(there["Ada"])
    rest = undo(clinic)

    assert (1, 1) == counts(report, "referral_sources")
    assert "its patient stays" in reasons(report)["referral_sources"]
    assert OTHERS == reasons(report)["contacts"]
    assert rest.ok, rest
    assert (1, 0) == counts(rest, "referral_sources")
    assert [] == live(clinic, "contacts")


def test_how_somebody_came_is_edited(clinic: Clinic) -> None:
    """The patient is worked with, and stays; a second call says the same, and once it says what it said, all goes."""
    there = came_by_word(clinic, "Ada", "Bea")
    came = next(row["id"] for row in clinic.arrived("referral_sources") if str(row["patient_id"]) == there["Ada"])
    ada = clinic.destination.store.at("referral_sources", came)
    before = ada["notes"]
    clinic.destination.store.change("referral_sources", ada, notes="At the pool")
    report, twice = undo(clinic), undo(clinic)
    clinic.destination.store.change("referral_sources", ada, notes=before)
    rest = undo(clinic)

    assert [there["Ada"]] == [row["id"] for row in clinic.arrived("patients") if row["first_name"] == "Ada"]
    assert "edited in the destination" in reasons(report)["referral_sources"]
    assert OTHERS == reasons(report)["patients"] == reasons(report)["contacts"]
    assert reasons(report) == reasons(twice)
    assert rest.ok, rest


def test_how_somebody_came_whom_the_clinic_asked(clinic: Clinic) -> None:
    """A source of the clinic's own keeps its patient, and the patient who recommended the clinic."""
    friend = clinic.add("referral_source_types", name="Friend", subcategories=[], referrer_type="Patient")
    assert friend
    for name in ("Ada", "Bea", "Cem"):
        clinic.patient(first_name=name)
    clinic.move()
    there = {str(row["first_name"]): str(row["id"]) for row in clinic.arrived("patients")}
    kind = clinic.only("referral_source_types")["id"]
    built(clinic, "referral_sources", patient_id=there["Ada"], referrer_id=there["Bea"], referral_source_type_id=kind)
    report = undo(clinic)

    assert {there["Ada"], there["Bea"]} == set(live(clinic, "patients"))
    assert [ONE, ONE] == [row.reason for row in report.set_aside if row.kind == "patients"]


@pytest.mark.parametrize("kind", ["referral_sources", "attendees"])
def test_it_goes_on_between_a_whole_and_its_parts(clinic: Clinic, kind: str) -> None:
    """What is stopped after the whole went takes the part back with the next call."""
    came_by_word(clinic, "Ada")
    clinic.visit(str(clinic.source.rows("patients")[0]["id"]))
    assert clinic.run().ok
    whole = {"referral_sources": "patients", "attendees": "individual_appointments"}[kind]
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = pair.transfer()

        def stop(event: Event) -> None:
            if isinstance(event, RecordSettled) and event.kind == whole:
                transfer.stop()

        stopped = transfer.undo(on_event=stop)
        rest = transfer.undo()

    assert "asked to stop" == stopped.stopped
    assert kind not in stopped.kinds
    assert (1, 0) == counts(rest, kind)
    assert rest.ok, rest


# The account.


def test_a_key_that_is_revoked_while_it_reads(clinic: Clinic) -> None:
    """That is said as it is, and not that a list could not be read."""
    clinic.patient()
    clinic.move()
    clinic.destination.faults.add("401", when=lambda request: request.path == "/v1/patients", every=1)
    report = undo(clinic)

    assert str(report.stopped).startswith("a key is no longer accepted")


def test_a_comparison_after_all_was_taken_back(clinic: Clinic) -> None:
    """It does not say that everything is there; after a part, how much is not."""
    for name in ("Ada", "Bea"):
        clinic.note(clinic.patient(first_name=name))
    clinic.move()
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = pair.transfer()
        ada = next(row for row in clinic.arrived("patients") if row["first_name"] == "Ada")
        built(clinic, "medical_alerts", name="Wasps", patient_id=ada["id"])
        transfer.undo()
        part = transfer.verify().verdict
        clinic.destination.store.change("medical_alerts", clinic.only("medical_alerts"), patient_id=own_patient(clinic))
        transfer.undo()
        verdicts = [transfer.verify().verdict, transfer.verify(sample=5).verdict]

    assert "The only record is in the destination as it was meant. 4 records were taken back before." == part
    assert ["Nothing of this transfer is meant to be in the destination: 5 records were taken back."] * 2 == verdicts


def test_an_archived_patient_of_whom_something_stays(clinic: Clinic) -> None:
    """Whom the transfer archived is not made anew beside what stays; who has nothing left is taken back."""
    doctor, stamp = clinic.doctor(), "2024-06-01T00:00:00Z"
    for name in ("Ada", "Bea"):
        clinic.note(clinic.patient(first_name=name, archived_at=stamp, referring_doctor_id=doctor))
    clinic.move()
    people = {str(row["id"]): str(row["first_name"]) for row in clinic.arrived("patients")}
    note = next(row for row in clinic.arrived("treatment_notes") if people[str(row["patient_id"])] == "Ada")
    store = clinic.destination.store
    store.change("treatment_notes", store.at("treatment_notes", str(note["id"])), title="Second thoughts")
    report, twice = undo(clinic), undo(clinic)
    clinic.run()
    names = [str(row["first_name"]) for row in clinic.arrived("patients")]

    assert "stays there with what stays of it" in reasons(report)["patients"]
    assert {"patients": 1, "treatment_notes": 1, "contacts": 1} == Counter(row.kind for row in report.set_aside)
    assert report.set_aside == twice.set_aside
    assert ["Ada", "Bea", "Bea"] == sorted(names)
    assert 1 == len(clinic.arrived("contacts"))
    assert all(row["archived_at"] for row in clinic.arrived("patients"))


def test_what_may_have_been_edited_without_anybody_knowing(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a record that was found otherwise than it was meant, after its answer was lost, nobody can tell: it stays."""
    clinic.note(clinic.patient())
    made = "/v1/treatment_notes"
    clinic.destination.faults.add("drop_after", when=lambda request: (request.method, request.path) == ("POST", made))
    find = ClinikoSink.find

    def cleaned(sink: ClinikoSink, draft: Any, since: datetime | None) -> Sequence[str]:
        for row in clinic.arrived("treatment_notes"):
            store = clinic.destination.store
            store.change("treatment_notes", store.at("treatment_notes", str(row["id"])), title="First  visit")
        return find(sink, draft, since)

    monkeypatch.setattr(ClinikoSink, "find", cleaned)
    clinic.move()
    report = undo(clinic)

    assert "nobody can tell whether it was edited" in reasons(report)["treatment_notes"]
    assert 1 == len(live(clinic, "treatment_notes"))
