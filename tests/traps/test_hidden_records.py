"""Lists and single reads hide what is archived or cancelled, each by a rule of its own."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate import where
from clinikomigrate.errors import NotFound
from tests.comparison import differences
from tests.traps.clinic import Clinic

ARCHIVED = "2024-06-01T00:00:00Z"
CANCELLED: dict[str, Any] = {"cancelled_at": "2024-03-13T00:00:00Z", "cancellation_reason": 40}


def test_archived_and_cancelled_are_hidden_independently(clinic: Clinic) -> None:
    """Of appointments that are archived, cancelled, both or neither, all four arrive, as they were."""
    patient = clinic.patient()
    archived: dict[str, Any] = {"archived_at": ARCHIVED}
    for day, state in enumerate(({}, CANCELLED, archived, archived | CANCELLED)):
        clinic.visit(patient, starts_at=f"2024-03-{day + 11}T00:00:00Z", **state)
    clinic.move()
    found = [
        (row["starts_at"][:10], row["archived_at"] is not None, row["cancelled_at"] is not None)
        for row in clinic.arrived("individual_appointments")
    ]

    assert [
        ("2024-03-11", False, False),
        ("2024-03-12", False, True),
        ("2024-03-13", True, False),
        ("2024-03-14", True, True),
    ] == sorted(found)


def test_hidden_attendees_of_a_class_arrive(clinic: Clinic) -> None:
    """Cancelled and archived attendees of a class arrive as such."""
    lesson = clinic.lesson()
    clinic.seat(lesson, clinic.patient(first_name="Ada"), **CANCELLED)
    clinic.seat(lesson, clinic.patient(first_name="Bea"), archived_at=ARCHIVED)
    clinic.seat(lesson, clinic.patient(first_name="Cy"))
    clinic.move()
    seats = clinic.arrived("attendees")

    assert [(False, False), (False, True), (True, False)] == sorted(
        (seat["archived_at"] is not None, seat["cancelled_at"] is not None) for seat in seats
    )


@pytest.mark.parametrize(
    "kind",
    [
        "patients",
        "contacts",
        "products",
        "billable_items",
        "appointment_types",
        "treatment_note_templates",
        "patient_form_templates",
    ],
)
def test_archived_records_arrive_archived(clinic: Clinic, kind: str) -> None:
    """An archived record arrives and is archived at the end."""
    name = {"first_name": "Old", "last_name": "One"} if kind in ("patients", "contacts") else {"name": "Old One"}
    clinic.add(kind, archived_at=ARCHIVED, **name)
    clinic.move()
    rows = [row for row in clinic.arrived(kind) if "Old" in str(row.get("name") or row.get("first_name"))]

    assert 1 == len(rows)
    assert None is not rows[0]["archived_at"]


def test_archived_suppliers_are_only_seen_through_their_products(clinic: Clinic) -> None:
    """An archived product supplier, which no list shows, is no reason for its product to stay behind."""
    supplier = clinic.add("product_suppliers", name="Closed Ltd", archived_at=ARCHIVED)
    clinic.add("products", name="Tape", product_supplier_id=supplier)
    clinic.run()

    assert ["Tape"] == [row["name"] for row in clinic.arrived("products")]


def test_children_of_archived_patients_are_no_orphans(clinic: Clinic) -> None:
    """All that hangs on an archived patient arrives, though such a patient takes no more records once archived."""
    patient = clinic.patient(archived_at=ARCHIVED)
    visit = clinic.visit(patient)
    clinic.add("medical_alerts", patient_id=patient, name="Nuts")
    clinic.add("patient_cases", patient_id=patient, name="Knee", attendee_ids=[clinic.attendee_of(visit)])
    clinic.add("communications", patient_id=patient, content="Rang", direction_code=1, type_code=3, confidential=False)
    clinic.note(patient, booking_id=visit)
    clinic.form(patient)
    clinic.file(patient)
    clinic.move()
    copy = clinic.only("patients")

    assert None is not copy["archived_at"]
    for kind in (
        "medical_alerts",
        "patient_cases",
        "communications",
        "treatment_notes",
        "patient_forms",
        "patient_attachments",
        "individual_appointments",
    ):
        assert copy["id"] == clinic.only(kind)["patient_id"]


def test_archiving_comes_last_and_children_first(clinic: Clinic) -> None:
    """Nothing is archived before all is made and changed, and a patient after what hangs on the patient.

    In between the patient is muted, in case somebody is told that a visit is archived, and gets the setting back, which
    an archived one can't.
    """
    patient = clinic.patient(archived_at=ARCHIVED)
    clinic.visit(patient, archived_at=ARCHIVED)
    clinic.note(patient, archived_at=ARCHIVED)
    clinic.add("medical_alerts", patient_id=patient, name="Nuts", archived_at=ARCHIVED)
    clinic.move()
    there = f"/v1/patients/{clinic.only('patients')['id']}"
    muting = [each for each in clinic.destination.log if (each.method, each.path) == ("PATCH", there)]
    writes = [each for each in clinic.destination.log if each.method != "GET" and each not in muting]
    archived = [each.path.split("/")[2] for each in writes if each.path.endswith("/archive")]

    assert [{"receives_cancellation_emails": on} for on in (False, True)] == [each.json for each in muting]
    assert archived == [each.path.split("/")[2] for each in writes[-len(archived) :]]
    assert "patients" == archived[-1]
    assert {"individual_appointments", "treatment_notes", "medical_alerts"} == set(archived[:-1])


def test_include_archived_is_any_value_not_only_archived(clinic: Clinic) -> None:
    """`include_archived=True` asks for any value of `archived_at`; asking for a value gives archived records alone."""
    clinic.patient(first_name="Here")
    clinic.patient(first_name="Gone", archived_at=ARCHIVED)
    with clinic.source.in_process():
        patients = clinic.reader().patients
        usual = [each.first_name for each in patients.list()]
        everybody = [each.first_name for each in patients.list(include_archived=True)]
        archived = [each.first_name for each in patients.list(where("archived_at").not_null())]

    assert ["Here"] == usual
    assert ["Here", "Gone"] == everybody
    assert ["Gone"] == archived


def test_get_finds_what_lists_hide(clinic: Clinic) -> None:
    """`get` gives an archived patient and a cancelled appointment, which a bare request answers with 404."""
    patient = clinic.patient(archived_at=ARCHIVED)
    visit = clinic.visit(patient, **CANCELLED)
    with clinic.source.in_process():
        reader = clinic.reader()
        found = (reader.patients.get(patient).id, reader.individual_appointments.get(visit).id)
        with pytest.raises(NotFound):
            reader.patients.get("1" + "0" * 18)

    assert (patient, visit) == found


def test_inactive_practitioners_are_in_a_list_of_their_own(clinic: Clinic) -> None:
    """What belongs to a practitioner who left arrives, for inactive practitioners are read and matched too."""
    user = clinic.add("users", first_name="Lea", last_name="Left", active=False)
    left = clinic.add("practitioners", user_id=user, active=False)
    clinic.visit(clinic.patient(), practitioner_id=left)
    clinic.move()
    copies = {row["id"]: row["last_name"] for row in clinic.arrived("practitioners")}

    assert "Left" == copies[clinic.only("individual_appointments")["practitioner_id"]]
    assert clinic.sent("GET", "/practitioners/inactive")


def test_archived_businesses_still_have_a_history(clinic: Clinic) -> None:
    """What took place at a business that was closed arrives at the business of that name."""
    closed = clinic.add("businesses", business_name="Old Street", archived_at=ARCHIVED)
    clinic.visit(clinic.patient(), business_id=closed)
    clinic.move()
    names = {row["id"]: row["business_name"] for row in clinic.arrived("businesses")}

    assert "Old Street" == names[clinic.only("individual_appointments")["business_id"]]


def test_old_style_blank_moments_hide_nothing(clinic: Clinic) -> None:
    """Where moments that aren't set read as blank text, nothing is taken for archived or cancelled."""
    clinic.source.old_style = True
    patient = clinic.patient()
    clinic.visit(patient)
    clinic.note(patient)
    clinic.move()

    assert None is clinic.only("patients")["archived_at"]
    assert (None, None) == tuple(
        clinic.only("individual_appointments")[name] for name in ("archived_at", "cancelled_at")
    )
    assert None is clinic.only("treatment_notes")["archived_at"]


def test_records_that_were_deleted_are_archived(clinic: Clinic) -> None:
    """What older parts of the API call deleted arrives archived, and so does what points at it."""
    old: dict[str, Any] = {"deleted_at": ARCHIVED}
    place = clinic.add("businesses", business_name="Old Street", **old)
    patient = clinic.patient(referring_doctor_id=clinic.doctor(**old))
    content = {"sections": [{"questions": [{"name": "Pain", "type": "text"}]}]}
    template = clinic.add("treatment_note_templates", name="First", content=content, print_settings={}, **old)
    visit = clinic.visit(patient, business_id=place, **old)
    clinic.seat(clinic.lesson(**old), patient)
    clinic.seat(clinic.lesson(starts_at="2024-03-17T00:00:00Z", ends_at="2024-03-17T01:00:00Z"), patient, **old)
    clinic.add(
        "unavailable_blocks", business_id=clinic.business, practitioner_id=clinic.practitioner,
        starts_at="2024-03-16T00:00:00Z", ends_at="2024-03-16T01:00:00Z", **old,
    )  # fmt: skip
    clinic.note(patient, booking_id=visit, treatment_note_template_id=template, **old)
    clinic.note(patient, booking_id=visit)
    clinic.add("medical_alerts", patient_id=patient, name="Nuts", **old)
    clinic.move()

    assert [] == differences(clinic.source, clinic.destination)
    assert None is not clinic.only("medical_alerts")["archived_at"]
    assert [True, True, True] == [
        row["archived_at"] is not None
        for kind in ("contacts", "treatment_note_templates", "unavailable_blocks")
        for row in clinic.arrived(kind)
    ]
