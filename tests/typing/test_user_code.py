"""Code as users write it, checked by mypy with the rest of the tests.

What must be a type error has a `type: ignore` that names it; mypy complains where such a comment isn't needed. Nothing
here is run, but for what must fail at run time too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, assert_type

import pytest

import clinikomigrate as cm
from clinikomigrate.cliniko.models import (
    Contact,
    IndividualAppointment,
    Invoice,
    MedicalAlert,
    MedicalAlertDraft,
    Patient,
    PatientDraft,
    TreatmentNote,
)
from clinikomigrate.notebook import ProgressBar
from clinikomigrate.splose import models as splose
from clinikomigrate.transfer.events import RecordSettled

KEY = "made-up-key-au1"


def client() -> cm.Cliniko:
    """A client; making it sends nothing."""
    return cm.Cliniko(KEY, app_name="Acme Migrations", contact_email="dev@acme.example", account="old-clinic")


def exploring(source: cm.Cliniko) -> Iterator[object]:
    """Lists and records have exact types."""
    since = datetime(2024, 1, 1, tzinfo=UTC)
    for patient in source.patients.list(cm.where("updated_at") >= since, include_archived=True):
        assert_type(patient, Patient)
        assert_type(patient.referring_doctor, cm.Ref[Contact] | None)
        assert_type(patient.date_of_birth, date | None)
        yield patient
        if patient.referring_doctor is not None:
            assert_type(source.contacts.get(patient.referring_doctor), Contact)
        source.treatment_notes.list(patient_id=patient.id)
    assert_type(source.patients.count(), int)
    assert_type(source.individual_appointments.list(practitioner_id=["1", "2"]).first(), IndividualAppointment | None)
    assert_type(source.treatment_notes.get("1"), TreatmentNote)
    assert_type(source.patients.invoices("1").first(), Invoice | None)


def exploring_splose(workspace: cm.Splose) -> Iterator[object]:
    """So have those of Splose."""
    since = datetime(2024, 1, 1, tzinfo=UTC)
    for patient in workspace.patients.list(update_gt=since, include_archived=True):
        assert_type(patient, splose.Patient)
        assert_type(patient.birthdate, date | None)
        yield patient
    assert_type(workspace.appointments.list(cm.where("start") > since).first(), splose.Appointment | None)
    assert_type(workspace.services.get("1"), splose.Service)
    assert_type(workspace.custom_fields.list().first(), splose.CustomField | None)
    made = workspace.patients.create(splose.PatientDraft(firstname="Ines", lastname="Sample", email=None))
    assert_type(made, splose.Patient)
    workspace.patients.update(made.id, splose.PatientDraft.replacing(made))
    workspace.services.create  # type: ignore[attr-defined]  # noqa: B018  # what the API can't do isn't there
    workspace.patients.count()  # type: ignore[attr-defined]  # nor this
    cm.Splose("key", "us")  # type: ignore[arg-type]  # there is no such region


def writing(destination: cm.Cliniko) -> None:
    """What can be written is known, and what can't is a type error."""
    made = destination.patients.create(PatientDraft(first_name="Ines", last_name="Sample", email=None))
    assert_type(made, Patient)
    destination.medical_alerts.create(MedicalAlertDraft(patient_id=cm.Ref("patients", "1"), name="Bee stings"))
    destination.individual_appointments.cancel("1", reason=50, note="moved away")
    destination.patients.create(MedicalAlertDraft(name="Bees"))  # type: ignore[arg-type]  # a draft of another kind
    destination.patients.create(PatientDraft(shoe_size=43))  # type: ignore[call-arg]  # no such attribute
    destination.products.update("1", Decimal(3))  # type: ignore[arg-type]  # no draft
    destination.invoices.create  # type: ignore[attr-defined]  # noqa: B018 - the API has no such operation
    destination.practitioners.update  # type: ignore[attr-defined]  # noqa: B018 - the API has no such operation
    destination.settings().name = "x"  # type: ignore[attr-defined]  # no such attribute
    made.first_name = "Ida"  # type: ignore[misc]  # records are frozen


class OurFilter(cm.Filter):
    """A filter of one's own."""

    def scope(self, source: Any, scope: cm.Scope) -> None:
        """Chooses by id and by condition."""
        scope.only("patients", ["1", cm.Ref("patients", "2")])
        scope.where("treatment_notes", cm.where("draft") == False)  # noqa: E712 - a condition, not a comparison

    def keeps(self, record: Any, scope: cm.Scope) -> bool:
        """Has the last word."""
        return not isinstance(record, TreatmentNote)


class OurMapper(cm.ClinikoMapper):
    """A mapper of one's own."""

    def patient(self, patient: Patient, context: cm.Context) -> cm.Mapped[PatientDraft] | cm.Skip:
        """Changes the draft."""
        mapped = super().patient(patient, context)
        assert_type(mapped, cm.Mapped[PatientDraft] | cm.Skip)
        if isinstance(mapped, cm.Skip):
            return mapped
        return mapped.evolve(occupation=None).losing("occupation", "not kept")

    def medical_alert(self, alert: MedicalAlert, context: cm.Context) -> cm.Mapped[MedicalAlertDraft] | cm.Skip:
        """Skips."""
        return cm.Skip("not kept", lost=True)


def moving(source: cm.Cliniko, destination: cm.Cliniko) -> None:
    """The transfer's names, as a script uses them."""
    transfer = cm.Transfer(
        source,
        cm.ClinikoSink(destination),
        filter=OurFilter() & cm.Everything(),
        mapper=OurMapper(
            businesses={"Old rooms": "Northside", "Closed rooms": cm.EXCLUDE},
            practitioners={"Old Timer": "Amy Ng"},
            former_practitioners=cm.AssignTo("Former Practitioner"),
        ),
        include=cm.ALL_KINDS - {"products"},
        journal="northside.journal",
    )
    assert_type(transfer.preflight(), cm.Findings)
    assert_type(transfer.preflight().blockers, tuple[cm.Finding, ...])

    def listen(event: cm.Event) -> None:
        if isinstance(event, RecordSettled):
            assert_type(event.source_id, str)

    assert_type(transfer.run(on_event=listen, only_failed=True, max_failures=5), cm.Report)
    assert_type(transfer.plan(), cm.Plan)
    transfer.run(approve=lambda plan: plan.ok)
    transfer.run(approve=lambda plan: plan.verdict)  # type: ignore[arg-type, return-value]  # yes or no
    with ProgressBar() as bar:
        report = transfer.run(on_event=bar)
    assert_type(report.ok, bool)
    assert_type(report.verdict, str)
    assert_type(report.debtors(), cm.Debtors)
    assert_type(report.debtors().total, Decimal)
    for old, new in transfer.identities("patients"):
        assert_type((old, new), tuple[str, str])
    transfer.run(only_failed="all")  # type: ignore[arg-type]  # yes or no


def test_an_operation_that_the_api_lacks_is_no_attribute() -> None:
    """What is a type error above is an error at run time too, before anything is sent."""
    with pytest.raises(AttributeError, match="create"):
        client().invoices.create  # type: ignore[attr-defined]  # noqa: B018 - that is what is tried


def test_a_record_is_frozen() -> None:
    """Nobody changes a record by accident, thinking that it changes the account."""
    patient = Patient(id="1")

    with pytest.raises(AttributeError):
        patient.first_name = "Ida"  # type: ignore[misc]  # that is what is tried
