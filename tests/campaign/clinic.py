"""A clinic as small as it can be while it has a record of every kind, and what makes a look-up hard."""

from __future__ import annotations

from typing import Any

from clinikomigrate.testing import FakeCliniko

Row = dict[str, Any]  # Any: a row's values are of JSON's types

ARCHIVED = "2024-05-01T00:00:00Z"
NOTE: Row = {"sections": [{"name": "Notes", "questions": [{"name": "Course", "type": "text", "answer": "Better."}]}]}
TEMPLATE: Row = {"sections": [{"name": "Notes", "questions": [{"name": "Course", "type": "text"}]}]}
QUESTION: Row = {"name": "Why?", "type": "text", "required": True}
FORM_TEMPLATE: Row = {"sections": [{"name": "About you", "questions": [QUESTION]}]}
FORM: Row = {"sections": [{"name": "About you", "questions": [QUESTION | {"answer": "My knee."}]}]}
VISITS = (
    {"starts_at": "2024-03-14T22:30:00Z", "arrived": True},
    {"starts_at": "2024-03-14T23:30:00Z", "cancelled_at": "2024-03-13T00:00:00Z", "cancellation_reason": 31},
    {"starts_at": "2024-03-14T23:30:00Z", "archived_at": ARCHIVED},
    {"starts_at": "2030-03-14T22:30:00Z", "notes": "Bring the scan."},
)
"""Appointments: one that took place, two at the same time of which neither stands, and one to come."""


def fill(fake: FakeCliniko) -> None:
    """Fills an account with a few records of every kind.

    There are alerts, notes and files that only their place in the list tells apart, two patients of one name, one
    patient who was merged into another, and records that are archived or cancelled.

    Args:
        fake: An empty account.
    """
    fake.key  # noqa: B018 - makes the owner
    practice = _practice(fake)
    practice |= _catalogue(
        fake, {"business_ids": [practice["business"]], "practitioner_ids": [practice["practitioner"]]}
    )
    patients = _patients(fake, practice)
    for number, patient in enumerate(patients):
        fake.add("medical_alerts", patient_id=patient, name="Latex")
        fake.add("patient_cases", patient_id=patient, name="Knee", notes=f"No. {number}", contact_id=practice["doctor"])
    _diary(fake, practice, patients)
    _clinical(fake, practice, patients)
    _left_behind(fake, practice, patients)


def _practice(fake: FakeCliniko) -> dict[str, str]:
    business = fake.add("businesses", business_name="Main Street")
    practitioner = str(fake.rows("practitioners")[0]["id"])
    place = {"business_id": business, "practitioner_id": practitioner}
    fake.add("practitioner_reference_numbers", reference_number="4012345A", **place)
    fake.add("daily_availabilities", day_of_week=1, availabilities=[], **place)
    fake.add("availability_blocks", starts_at="2030-01-05T00:00:00Z", ends_at="2030-01-05T02:00:00Z", **place)
    return {"business": business, "practitioner": practitioner}


def _catalogue(fake: FakeCliniko, offered: Row) -> dict[str, str]:
    tax = fake.add("taxes", name="GST", rate="10.0")
    pensioner = fake.add("concession_types", name="Pensioner")
    supplier = fake.add("product_suppliers", name="Bands & Co")
    product = fake.add("products", name="Band", price="12.5", product_supplier_id=supplier, tax_id=tax, stock_level="3")
    item = fake.add("billable_items", name="Consultation", price="90.0", tax_id=tax)
    fake.add("concession_prices", billable_item_id=item, concession_type_id=pensioner, price="70.0")
    note_template = fake.add("treatment_note_templates", name="Standard", content=TEMPLATE)
    form_template = fake.add("patient_form_templates", name="Intake", content=FORM_TEMPLATE)
    rest = fake.add("unavailable_block_types", name="Rest")
    recall = fake.add("recall_types", name="Review")
    gone = fake.add("appointment_types", name="Initial", archived_at=ARCHIVED)
    begun = {"treatment_note_template_id": note_template, "max_attendees": 1}
    kind = fake.add("appointment_types", name="Initial", **begun, **offered)
    fake.add("appointment_type_billable_items", appointment_type_id=kind, billable_item_id=item)
    fake.add("appointment_type_products", appointment_type_id=gone, product_id=product)
    fake.add("stock_adjustments", adjustment_type="Damaged", quantity="1", product_id=product)
    doctor = fake.add("contacts", first_name="Gia", last_name="Doctor", type_code=1)
    fake.add("contacts", first_name="Gia", last_name="Doctor", type_code=1, archived_at=ARCHIVED)
    found_by = fake.add("referral_source_types", name="Doctor", referrer_type="Contact")
    return {
        "pensioner": pensioner,
        "item": item,
        "note_template": note_template,
        "form_template": form_template,
        "rest": rest,
        "recall": recall,
        "type": kind,
        "doctor": doctor,
        "found_by": found_by,
    }


def _patients(fake: FakeCliniko, practice: dict[str, str]) -> list[str]:
    """Makes Ada; another Ada, archived; and one who was merged into the first."""
    ada = fake.add(
        "patients",
        first_name="Ada",
        last_name="Example",
        date_of_birth="1980-02-03",
        email="ada@example.test",
        concession_type_id=practice["pensioner"],
        referring_doctor_id=practice["doctor"],
    )
    namesake = fake.add(
        "patients",
        first_name="Ada",
        last_name="Example",
        date_of_birth="1980-02-03",
        archived_at=ARCHIVED,
    )
    merged = fake.add("patients", first_name="A.", last_name="Example", merged_with_patient_id=ada)
    fake.add("relationships", patient_id=ada, related_patient_id=namesake, relation=30)
    for patient in (namesake, merged):
        fake.add(
            "referral_sources",
            patient_id=patient,
            referral_source_type_id=practice["found_by"],
            referrer_id=practice["doctor"],
        )
    return [ada, namesake, merged]


def _diary(fake: FakeCliniko, practice: dict[str, str], patients: list[str]) -> None:
    booked = {
        "business_id": practice["business"],
        "practitioner_id": practice["practitioner"],
        "appointment_type_id": practice["type"],
    }
    case = str(fake.rows("patient_cases")[0]["id"])
    for visit in VISITS:
        fake.add("individual_appointments", patient_id=patients[0], patient_case_id=case, **booked, **visit)
    lesson = fake.add("group_appointments", starts_at="2024-04-01T01:00:00Z", max_attendees=2, **booked)
    fake.add("attendees", booking_id=lesson, patient_id=patients[0], arrived=False)
    fake.add("attendees", booking_id=lesson, patient_id=patients[1], cancelled_at="2024-03-30T00:00:00Z")
    place = {name: booked[name] for name in ("business_id", "practitioner_id")}
    block = {"starts_at": "2024-04-02T01:00:00Z", "ends_at": "2024-04-02T02:00:00Z"}
    fake.add("unavailable_blocks", unavailable_block_type_id=practice["rest"], **block, **place)


def _clinical(fake: FakeCliniko, practice: dict[str, str], patients: list[str]) -> None:
    ada, namesake, _ = patients
    visit = str(fake.rows("individual_appointments")[0]["id"])
    attendee = str(fake.rows("attendees")[0]["id"])
    note = {"title": "Follow-up", "content": NOTE, "practitioner_id": practice["practitioner"], "author_name": "Olivia"}
    fake.add("treatment_notes", patient_id=ada, booking_id=visit, draft=False, **note)
    fake.add("treatment_notes", patient_id=ada, draft=True, **note)
    file = {"filename": "scan.pdf", "content_type": "application/pdf"}
    scan = fake.add("patient_attachments", patient_id=ada, content=b"%PDF-1.7 a scan", **file)
    fake.store.change("patient_cases", next(fake.store.all("patient_cases")), patient_attachment_ids=[scan])
    fake.add("patient_attachments", patient_id=namesake, content=b"%PDF-1.7 another", archived_at=ARCHIVED, **file)
    form = {"name": "Intake", "content": FORM, "patient_form_template_id": practice["form_template"]}
    fake.add("patient_forms", patient_id=ada, attendee_id=attendee, completed_at="2024-03-14T22:00:00Z", **form)
    sent = {"confidential": False, "from": "The clinic", "to": "ada@example.test", "type_code": 2, "direction_code": 1}
    fake.add("communications", patient_id=ada, content="See you on Friday.", category_code=4, **sent)
    fake.add("communications", patient_id=namesake, content="Called.", category_code=12, **sent)
    due = "2030-06-01"
    fake.add("recalls", patient_id=ada, recall_type_id=practice["recall"], recall_at=due, notes="Yearly")


def _left_behind(fake: FakeCliniko, practice: dict[str, str], patients: list[str]) -> None:
    invoice = fake.add("invoices", number=1, patient_id=patients[0], business_id=practice["business"])
    fake.add("invoice_items", invoice_id=invoice, name="Consultation", billable_item_id=practice["item"])
