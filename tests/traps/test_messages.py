"""Copied appointments and cancellations can write to patients as if a person had made them."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.testing import FakeCliniko
from tests.traps.clinic import Clinic

CANCELLED: dict[str, Any] = {"cancelled_at": "2024-03-01T00:00:00Z", "cancellation_reason": 40}
WANTS_ALL = {
    "email": "ada@mail.example",
    "receives_confirmation_emails": True,
    "receives_cancellation_emails": True,
}


def confirm(fake: FakeCliniko, kind: str) -> None:
    """Makes an appointment type send confirmations."""
    row = fake.store.at("appointment_types", kind)
    fake.store.change(
        "appointment_types", row, appointment_confirmation_template_ids=[fake.store.new_id("message_templates")]
    )


def test_type_that_confirms_does_not_write(clinic: Clinic) -> None:
    """A type that sends confirmations in the old account sends none for copied appointments."""
    confirm(clinic.source, clinic.type)
    clinic.visit(clinic.patient(**WANTS_ALL), starts_at="2031-01-06T00:00:00Z")
    clinic.move()

    assert [] == clinic.destination.outbox


def test_adopted_type_that_confirms_does_not_write(clinic: Clinic) -> None:
    """A type that the new account has already, and that sends confirmations there, sends none during the transfer."""
    confirm(clinic.destination, clinic.destination.add("appointment_types", name="Initial"))
    clinic.visit(clinic.patient(**WANTS_ALL), starts_at="2031-01-06T00:00:00Z")
    clinic.seat(clinic.lesson(starts_at="2031-01-07T00:00:00Z"), clinic.patient(first_name="Bea", **WANTS_ALL))
    clinic.move(include={"patients", "individual_appointments", "group_appointments"})

    assert [] == clinic.destination.outbox
    assert [True, True] == [row["receives_confirmation_emails"] for row in clinic.arrived("patients")]


@pytest.mark.parametrize("archived", [None, "2024-06-01T00:00:00Z"])
def test_cancellations_are_not_told(clinic: Clinic, archived: str | None) -> None:
    """Cancelling copied appointments and seats writes to nobody, and patients want e-mails afterwards as before."""
    patient = clinic.patient(archived_at=archived, **WANTS_ALL)
    clinic.visit(patient, **CANCELLED)
    clinic.seat(clinic.lesson(), patient, **CANCELLED)
    clinic.move()

    assert [] == clinic.destination.outbox
    assert True is clinic.only("patients")["receives_cancellation_emails"]


def test_patients_found_later_are_muted_too(clinic: Clinic) -> None:
    """A second run, with an appointment that was cancelled meanwhile, writes to nobody either."""
    patient = clinic.patient(**WANTS_ALL)
    clinic.visit(patient)
    clinic.move()
    clinic.visit(patient, starts_at="2024-04-01T00:00:00Z", **CANCELLED)
    clinic.move()

    assert [] == clinic.destination.outbox
    assert 2 == len(clinic.arrived("individual_appointments"))


def test_types_that_confirm_by_the_second_run(clinic: Clinic) -> None:
    """Where somebody set up confirmations between two runs, what the second one makes is not confirmed either."""
    patient = clinic.patient(**WANTS_ALL)
    clinic.visit(patient)
    clinic.move()
    confirm(clinic.destination, str(clinic.only("appointment_types")["id"]))
    clinic.visit(patient, starts_at="2031-01-06T00:00:00Z")
    clinic.move()

    assert [] == clinic.destination.outbox
    assert True is clinic.only("patients")["receives_confirmation_emails"]


def test_switches_stay_off_where_a_run_was_cut_short(clinic: Clinic) -> None:
    """Where the key stops working before cancellations, they still write to nobody when the run goes on."""
    patient = clinic.patient(**WANTS_ALL)
    for day in range(5):
        clinic.visit(patient, starts_at=f"2024-03-{day + 11}T00:00:00Z", **CANCELLED)
    clinic.destination.faults.add("401", when=lambda request: request.path.endswith("/cancel"), at=3)
    stopped = clinic.run()
    clinic.move()

    assert None is not stopped.stopped
    assert [] == clinic.destination.outbox
    assert 5 == sum(row["cancelled_at"] is not None for row in clinic.arrived("individual_appointments"))
    assert True is clinic.only("patients")["receives_cancellation_emails"]


def test_forms_are_not_told(clinic: Clinic) -> None:
    """Completing copied forms writes to nobody, whatever form and template say."""
    content = {"sections": [{"name": "S", "questions": [{"name": "Pain", "type": "text"}]}]}
    template = clinic.add("patient_form_templates", name="Intake", content=content, email_to_patient_on_completion=True)
    asked = {"name": "Pain", "type": "text", "answer": "Mild"}
    stamp = "2024-03-10T01:00:00Z"
    clinic.form(clinic.patient(**WANTS_ALL), asked, completed_at=stamp, patient_form_template_id=template)
    clinic.move()

    assert [] == clinic.destination.outbox
    assert True is clinic.only("patient_form_templates")["email_to_patient_on_completion"]
