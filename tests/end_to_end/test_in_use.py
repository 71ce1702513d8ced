"""What is archived in the source since, and worked with in the destination: it stays open there, and is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Cliniko, Plan, Report
from clinikomigrate.cliniko import models as m
from clinikomigrate.transfer.left_out import could_not_go
from clinikomigrate.transfer.second_look import ARCHIVED_AND_NEEDED, ARCHIVED_AND_USED
from tests.end_to_end.accounts import Pair, client
from tests.traps.clinic import Clinic, Row

NEEDED, ADDED = f"archiving: {ARCHIVED_AND_NEEDED}", f"archiving: {ARCHIVED_AND_USED}"


class Office:
    """A clinic that was moved, of which one thing is archived in the source since.

    Attributes:
        clinic: The clinic.
        doctor: The id of Cy's referring doctor.
        there: The ids of the patients in the destination, by first name.
    """

    def __init__(self, folder: Path) -> None:
        self.clinic = Clinic(folder)
        self.doctor = self.clinic.doctor()
        ada = self.clinic.patient()
        self.clinic.patient(first_name="Bea")
        self.clinic.patient(first_name="Cy", referring_doctor_id=self.doctor)
        self.clinic.visit(ada)
        self.ids = {
            "appointment_types": self.clinic.type,
            "contacts": self.doctor,
            "patient_cases": self.clinic.add("patient_cases", patient_id=ada, name="Knee"),
            "treatment_note_templates": self.clinic.add(
                "treatment_note_templates", name="Long", content={"sections": []}
            ),
        }
        self.clinic.move()
        self.there = {str(row["first_name"]): str(row["id"]) for row in self.clinic.arrived("patients")}

    @contextmanager
    def new_account(self) -> Iterator[Cliniko]:
        """Gives a client of the destination, mounted."""
        with self.clinic.destination.in_process():
            yield client(self.clinic.destination)

    def copy_of(self, kind: str) -> str:
        """Gives the id of the only record of a kind in the destination."""
        return str(self.clinic.only(kind)["id"])

    def change(self, kind: str, id: str, **values: Any) -> None:
        """Changes a record of the source, later."""
        clock, store = self.clinic.source.clock, self.clinic.source.store
        clock.sleep_until(clock.monotonic() + 3600)
        store.change(kind, store.at(kind, id), updated_at=self.clinic.source.time_text(), **values)

    def archive(self, kind: str) -> None:
        """Archives something in the source."""
        self.change(kind, self.ids[kind], archived_at=self.clinic.source.time_text())

    def top_up(self) -> tuple[Plan, Report]:
        """Plans and runs again, and holds that both set the same aside."""
        pair = Pair(self.clinic.source, self.clinic.destination, self.clinic.journal)
        with self.clinic.source.in_process(), self.clinic.destination.in_process():
            plan, report = pair.transfer().plan(), pair.transfer().run()
        assert set(plan.could_not_go) == set(could_not_go(report.set_aside))
        return plan, report

    def booked(self) -> Row:
        """Gives how the only visit is booked in the destination, for a later time."""
        visit = self.clinic.only("individual_appointments")
        names = ("business_id", "practitioner_id", "appointment_type_id")
        return {**{name: visit[name] for name in names}, "starts_at": datetime(2031, 3, 3, tzinfo=UTC)}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Returns such a clinic."""
    return Office(tmp_path)


def books(office: Office, there: Cliniko) -> None:
    """Books Bea with a type."""
    draft = m.IndividualAppointmentDraft(**office.booked(), patient_id=office.there["Bea"])
    there.individual_appointments.create(draft)


def refers(office: Office, there: Cliniko) -> None:
    """Notes that a doctor referred Bea, whom the transfer brought."""
    there.patients.update(office.there["Bea"], m.PatientDraft(referring_doctor_id=office.copy_of("contacts")))


def comes_anew(office: Office, there: Cliniko) -> None:
    """Enters a patient whom a doctor referred."""
    draft = m.PatientDraft(first_name="Di", last_name="New", referring_doctor_id=office.copy_of("contacts"))
    there.patients.create(draft)


def opens_a_case(office: Office, there: Cliniko) -> None:
    """Opens a case of Bea's with a doctor."""
    draft = m.PatientCaseDraft(name="Hip", patient_id=office.there["Bea"], contact_id=office.copy_of("contacts"))
    there.patient_cases.create(draft)


def writes(office: Office, there: Cliniko) -> None:
    """Writes a note with a template."""
    template = office.copy_of("treatment_note_templates")
    draft = m.TreatmentNoteDraft(
        title="New", draft=False, patient_id=office.there["Bea"], treatment_note_template_id=template
    )
    there.treatment_notes.create(draft)


def goes_on(office: Office, there: Cliniko) -> None:
    """Books Ada in her case."""
    draft = m.IndividualAppointmentDraft(
        **office.booked(), patient_id=office.there["Ada"], patient_case_id=office.copy_of("patient_cases")
    )
    there.individual_appointments.create(draft)


@pytest.mark.parametrize(
    ("kind", "work", "reason"),
    [
        ("appointment_types", books, NEEDED),
        ("contacts", refers, NEEDED),
        ("contacts", comes_anew, NEEDED),
        ("contacts", opens_a_case, NEEDED),
        ("treatment_note_templates", writes, NEEDED),
        ("patient_cases", goes_on, ADDED),
    ],
)
def test_what_the_clinic_works_with_is_not_archived(
    office: Office, kind: str, work: Callable[[Office, Cliniko], None], reason: str
) -> None:
    """It takes new records as long as somebody may need that; the plan knows it, and the report says it once."""
    with office.new_account() as there:
        work(office, there)
    office.archive(kind)
    plan, report = office.top_up()

    assert [(kind, office.ids[kind], reason)] == [(row.kind, row.source_id, row.reason) for row in report.set_aside]
    assert (1, 1) == (plan.set_aside, plan.unfinished)
    assert office.clinic.only(kind)["archived_at"] is None


@pytest.mark.parametrize("kind", ["appointment_types", "contacts", "treatment_note_templates", "patient_cases"])
def test_what_nobody_works_with_is_archived(office: Office, kind: str) -> None:
    """This transfer's own records are no use, neither as they went nor edited in something else."""
    with office.new_account() as there:
        there.patients.update(office.there["Cy"], m.PatientDraft(occupation="Farmer"))
    office.archive(kind)
    _, report = office.top_up()

    assert report.ok
    assert office.clinic.only(kind)["archived_at"]


def test_once_nobody_needs_it_any_more(office: Office) -> None:
    """A later run archives it."""
    with office.new_account() as there:
        refers(office, there)
    office.archive("contacts")
    office.top_up()
    store = office.clinic.destination.store
    store.change("patients", store.at("patients", office.there["Bea"]), referring_doctor_id=None)
    _, report = office.top_up()

    assert report.ok
    assert office.clinic.only("contacts")["archived_at"]


def test_a_link_that_the_same_run_takes_away(office: Office) -> None:
    """Whoever had another doctor in the source by then needs the first one no more; the plan knows that, too."""
    cy = next(str(row["id"]) for row in office.clinic.source.rows("patients") if row["first_name"] == "Cy")
    office.change("patients", cy, referring_doctor_id=office.clinic.doctor(last_name="Other"))
    office.archive("contacts")
    _, report = office.top_up()

    assert report.ok
    assert [True, False] == [bool(row["archived_at"]) for row in office.clinic.arrived("contacts")]


def test_lists_are_read_once_and_only_when_they_are_needed(office: Office) -> None:
    """For two doctors who are archived the patients are listed once; where no doctor is, not at all."""
    other = office.clinic.doctor(last_name="Other")
    office.top_up()
    office.clinic.destination.log.clear()
    office.top_up()
    before = whole_lists(office)
    for id in (office.doctor, other):
        office.change("contacts", id, archived_at=office.clinic.source.time_text())
    pair = Pair(office.clinic.source, office.clinic.destination, office.clinic.journal)
    office.clinic.destination.log.clear()
    with office.clinic.source.in_process(), office.clinic.destination.in_process():
        assert pair.transfer().run().ok

    assert [] == before
    assert ["/v1/patient_cases"] == whole_lists(office)


def whole_lists(office: Office) -> list[str]:
    """Gives which lists of cases the destination was asked for without a condition: nobody else asks for those."""
    log = office.clinic.destination.log
    return [each.path for each in log if each.path == "/v1/patient_cases" and "q[]" not in dict(each.query)]
