"""Cases point at attendees and files, and those at their cases."""

from __future__ import annotations

import clinikomigrate as cm
from tests.traps.clinic import Clinic, losses


def test_case_and_attendee_point_at_each_other(clinic: Clinic) -> None:
    """A case's appointments and seats are in the copy's case."""
    patient = clinic.patient()
    visit, lesson = clinic.visit(patient), clinic.lesson()
    seat = clinic.seat(lesson, patient)
    clinic.add("patient_cases", patient_id=patient, name="Knee", attendee_ids=[clinic.attendee_of(visit), seat])
    clinic.move()
    case = clinic.only("patient_cases")

    assert {row["id"] for row in clinic.arrived("attendees")} == set(case["attendee_ids"])
    assert case["id"] == clinic.only("individual_appointments")["patient_case_id"]


def test_files_are_linked_afterwards(clinic: Clinic) -> None:
    """A case's files are linked when they are there, and only those of the case."""
    patient = clinic.patient()
    inside = clinic.file(patient, filename="in.pdf")
    clinic.file(patient, filename="out.pdf")
    clinic.add("patient_cases", patient_id=patient, name="Knee", patient_attachment_ids=[inside])
    clinic.move()
    names = {row["id"]: row["filename"] for row in clinic.arrived("patient_attachments")}

    assert ["in.pdf"] == [names[file] for file in clinic.only("patient_cases")["patient_attachment_ids"]]


def test_closed_case_is_closed_in_the_end(clinic: Clinic) -> None:
    """A closed case is closed after everything is linked; when it was is a loss."""
    patient = clinic.patient()
    visit = clinic.visit(patient)
    clinic.add(
        "patient_cases",
        patient_id=patient,
        name="Knee",
        attendee_ids=[clinic.attendee_of(visit)],
        closed_at="2024-05-01T00:00:00Z",
    )
    report = clinic.move()
    case = clinic.only("patient_cases")

    assert True is case["closed"]
    assert 1 == len(case["attendee_ids"])
    assert [] == [body for body in clinic.bodies("POST", "/v1/patient_cases") if body.get("closed")]
    assert "closed_at" in losses(report, "patient_cases")


def test_cases_contact_must_be_a_doctor(clinic: Clinic) -> None:
    """A case whose contact is no doctor any more, which the API refuses, arrives without the contact: a loss."""
    patient = clinic.patient()
    clinic.add("patient_cases", patient_id=patient, name="Knee", contact_id=clinic.doctor())
    clinic.add("patient_cases", patient_id=patient, name="Hip", contact_id=clinic.doctor(type_code=0))
    report = clinic.move()

    assert {"Knee": True, "Hip": False} == {
        row["name"]: row["contact_id"] is not None for row in clinic.arrived("patient_cases")
    }
    assert "contact" in losses(report, "patient_cases")


def test_case_of_a_cancelled_appointment(clinic: Clinic) -> None:
    """A cancelled appointment is in its case, though it is hidden once it is cancelled."""
    clinic.destination.refuses_cancelled_parents = True
    patient = clinic.patient()
    visit = clinic.visit(patient, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=40)
    clinic.add("patient_cases", patient_id=patient, name="Knee", attendee_ids=[clinic.attendee_of(visit)])
    clinic.move()

    assert clinic.only("patient_cases")["id"] == clinic.only("attendees")["patient_case_id"]


def test_archived_cases_are_archived(clinic: Clinic) -> None:
    """An archived case arrives with its attendees, and is archived."""
    patient = clinic.patient()
    visit = clinic.visit(patient)
    attendees = [clinic.attendee_of(visit)]
    stamp = "2024-06-01T00:00:00Z"
    clinic.add("patient_cases", patient_id=patient, name="Knee", attendee_ids=attendees, archived_at=stamp)
    clinic.move()
    case = clinic.only("patient_cases")

    assert None is not case["archived_at"]
    assert 1 == len(case["attendee_ids"])


def test_old_style_limits_of_zero_do_not_stop_a_case(clinic: Clinic) -> None:
    """A case with a limit of zero, which the API refuses in writing, arrives all the same."""
    clinic.add("patient_cases", patient_id=clinic.patient(), name="Knee", max_invoiceable_amount="0.0")
    clinic.move()

    assert "Knee" == clinic.only("patient_cases")["name"]


def test_appointments_that_are_left_out_are_a_loss_of_their_case(clinic: Clinic) -> None:
    """A case that goes without its appointments says so; one that never had any does not."""
    patient = clinic.patient()
    seat = clinic.attendee_of(clinic.visit(patient))
    clinic.add("patient_cases", patient_id=patient, name="Knee", attendee_ids=[seat])
    clinic.add("patient_cases", patient_id=patient, name="Hip")
    report = clinic.move(include=cm.ALL_KINDS - {"individual_appointments", "group_appointments"})

    assert [1] == [
        loss.records for loss in report.losses if (loss.kind, loss.field) == ("patient_cases", "attendee_ids")
    ]
    assert [[], []] == [case["attendee_ids"] for case in clinic.arrived("patient_cases")]
