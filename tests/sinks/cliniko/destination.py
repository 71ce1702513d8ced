"""A small simulated account to write into, and a draft of every kind for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko import ClinikoSink
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.faults import FaultKind

START = datetime(2024, 3, 4, 9, 0, tzinfo=UTC)


@attrs.frozen
class Pages:
    """A file that is given in pieces."""

    name: str | None
    pieces: tuple[bytes, ...]
    content_type: str | None = "text/plain"
    announces_size: bool = True

    @property
    def size(self) -> int | None:
        """The length in bytes, if it is announced."""
        return sum(map(len, self.pieces)) if self.announces_size else None

    def open(self) -> Iterator[bytes]:
        """Starts from the first byte."""
        return iter(self.pieces)


class Destination:
    """A simulated account with one record of each kind that others need."""

    def __init__(self, **options: Any) -> None:
        self.fake = FakeCliniko(subdomain="new-clinic", shard="au2", **options)
        self.client = self.another_client()
        self.sink = ClinikoSink(self.client)
        user = self.client_user()
        self.practitioner = self.practitioner_of(user)
        add = self.fake.add
        self.business = add("businesses", business_name="Riverside")
        self.tax = add("taxes", name="GST", rate="10.0")
        self.concession_type = add("concession_types", name="Student")
        self.billable_item = add("billable_items", name="Consultation", item_type="Service", price="80.0")
        self.product = add("products", name="Tape", price=5)
        self.appointment_type = add("appointment_types", name="First visit", duration_in_minutes=30, max_attendees=1)
        self.class_type = add("appointment_types", name="Pilates", duration_in_minutes=60, max_attendees=8)
        self.block_type = add("unavailable_block_types", name="Lunch")
        self.recall_type = add("recall_types", name="Check-up")
        self.source_type = add("referral_source_types", name="Word of mouth")
        self.doctor = add("contacts", first_name="Ada", last_name="Doctor", type_code=1)
        self.patient = add("patients", first_name="Mira", last_name="Sample")
        self.relative = add("patients", first_name="Noor", last_name="Sample")
        self.third = add("patients", first_name="Third", last_name="Sample")
        self.case = add("patient_cases", name="Left knee", patient_id=self.patient)
        self.appointment = add(
            "individual_appointments",
            appointment_type_id=self.appointment_type,
            business_id=self.business,
            practitioner_id=self.practitioner,
            patient_id=self.patient,
            starts_at="2024-03-01T09:00:00Z",
            ends_at="2024-03-01T09:30:00Z",
        )
        self.group = add(
            "group_appointments",
            appointment_type_id=self.class_type,
            business_id=self.business,
            practitioner_id=self.practitioner,
            starts_at="2024-03-02T09:00:00Z",
            ends_at="2024-03-02T10:00:00Z",
            max_attendees=8,
        )
        self.attendee = next(str(row["id"]) for row in self.fake.rows("attendees"))

    def another_client(self, **options: Any) -> Cliniko:
        """Makes a client of the account."""
        given = {
            "key": self.fake.key,
            "app_name": "Tests",
            "contact_email": "tests@clinic.example",
            "base_url": self.fake.base_url,
            "clock": self.fake.clock,
        }
        return Cliniko(**{**given, **options})

    def client_user(self) -> str:
        """Gives the id of the key's user."""
        return next(str(row["id"]) for row in self.fake.rows("users") if row["role"] == "administrator")

    def practitioner_of(self, user: str) -> str:
        """Gives the id of a user's practitioner."""
        return next(str(row["id"]) for row in self.fake.rows("practitioners") if row["user_id"] == user)

    def row(self, kind: str, id: str | None) -> dict[str, Any]:
        """Gives one record as the account keeps it."""
        return next(row for row in self.fake.rows(kind) if row["id"] == id)

    def requests(self, method: str, path: str) -> list[Any]:
        """Gives the requests of a method to a path, without the API's version."""
        return [each for each in self.fake.log if (each.method, each.path) == (method, f"/v1{path}")]

    def wait(self, seconds: float = 5) -> None:
        """Lets time pass."""
        self.fake.clock.sleep_until(self.fake.clock.monotonic() + seconds)

    def lose(self, kind: FaultKind, method: str, path: str, times: int = 1) -> None:
        """Loses replies: `kind` is the fault, such as drop_after."""
        whole = f"/v1{path}"
        self.fake.faults.add(kind=kind, when=lambda each: (each.method, each.path) == (method, whole), times=times)

    def draft(self, kind: str) -> Any:
        """Makes a draft of a kind that the account takes."""
        return DRAFTS[kind](self)


DRAFTS: dict[str, Callable[[Destination], Any]] = {
    "taxes": lambda _: m.TaxDraft(name="VAT", rate=Decimal("12.5")),
    "concession_types": lambda _: m.ConcessionTypeDraft(name="Pensioner"),
    "product_suppliers": lambda _: m.ProductSupplierDraft(name="Bandages & Co"),
    "products": lambda _: m.ProductDraft(name="Foam roller", price=Decimal(20), price_includes_tax=True),
    "billable_items": lambda _: m.BillableItemDraft(name="Report", item_type="Service", price=Decimal(120)),
    "concession_prices": lambda d: m.ConcessionPriceDraft(
        billable_item_id=d.billable_item, concession_type_id=d.concession_type, price=Decimal(60)
    ),
    "treatment_note_templates": lambda _: m.TreatmentNoteTemplateDraft(name="Progress", content=content()),
    "patient_form_templates": lambda _: m.PatientFormTemplateDraft(name="Intake", content=content()),
    "unavailable_block_types": lambda _: m.UnavailableBlockTypeDraft(name="Meeting", color="#112233"),
    "recall_types": lambda _: m.RecallTypeDraft(name="Yearly"),
    "appointment_types": lambda d: m.AppointmentTypeDraft(
        name="Follow-up", duration_in_minutes=20, business_ids=[d.business], practitioner_ids=[d.practitioner]
    ),
    "appointment_type_billable_items": lambda d: m.AppointmentTypeBillableItemDraft(
        appointment_type_id=d.appointment_type, billable_item_id=d.billable_item, quantity=Decimal(1)
    ),
    "appointment_type_products": lambda d: m.AppointmentTypeProductDraft(
        appointment_type_id=d.appointment_type, product_id=d.product, quantity=Decimal(2)
    ),
    "practitioner_reference_numbers": lambda d: m.PractitionerReferenceNumberDraft(
        business_id=d.business, practitioner_id=d.practitioner, name="Provider number", reference_number="123456A"
    ),
    "availability_blocks": lambda d: m.AvailabilityBlockDraft(
        business_id=d.business, practitioner_id=d.practitioner, starts_at=START, ends_at=START + timedelta(hours=2)
    ),
    "contacts": lambda _: m.ContactDraft(first_name="Ben", last_name="Referrer", type_code=1),
    "patients": lambda _: m.PatientDraft(first_name="Zoë", last_name="Example", date_of_birth=date(1980, 2, 29)),
    "relationships": lambda d: m.RelationshipDraft(patient_id=d.patient, related_patient_id=d.relative, relation=10),
    "referral_sources": lambda d: m.ReferralSourceDraft(
        patient_id=d.patient, referral_source_type_id=d.source_type, notes="from a friend"
    ),
    "medical_alerts": lambda d: m.MedicalAlertDraft(name="Latex", patient_id=d.patient),
    "patient_cases": lambda d: m.PatientCaseDraft(name="Right knee", patient_id=d.patient, contact_id=d.doctor),
    "individual_appointments": lambda d: m.IndividualAppointmentDraft(
        appointment_type_id=d.appointment_type,
        business_id=d.business,
        practitioner_id=d.practitioner,
        patient_id=d.patient,
        starts_at=START,
        ends_at=START + timedelta(minutes=30),
    ),
    "group_appointments": lambda d: m.GroupAppointmentDraft(
        appointment_type_id=d.class_type,
        business_id=d.business,
        practitioner_id=d.practitioner,
        starts_at=START,
        ends_at=START + timedelta(hours=1),
        max_attendees=6,
    ),
    "unavailable_blocks": lambda d: m.UnavailableBlockDraft(
        business_id=d.business, practitioner_id=d.practitioner, starts_at=START, ends_at=START + timedelta(hours=1)
    ),
    "attendees": lambda d: m.AttendeeDraft(booking_id=d.group, patient_id=d.patient, arrived=True),
    "patient_attachments": lambda d: m.PatientAttachmentDraft(
        patient_id=d.patient,
        description="Scan",
        content=Pages("scan.txt", (b"first ", b"second")),  # type: ignore[arg-type]  # as sources give files: name and size may be unknown
    ),
    "treatment_notes": lambda d: m.TreatmentNoteDraft(
        patient_id=d.patient, title="Progress", draft=False, content=content("Better.")
    ),
    "patient_forms": lambda d: m.PatientFormDraft(patient_id=d.patient, name="Intake", content=content("Yes")),
    "communications": lambda d: m.MemoCommunicationDraft(
        patient_id=d.patient,
        confidential=False,
        content="Called back",
        direction_code=1,
        from_="Front desk",
        to="Patient",
        type_code=3,
    ),
    "recalls": lambda d: m.RecallDraft(
        patient_id=d.patient, recall_type_id=d.recall_type, recall_at=date(2025, 1, 1), notes="Yearly look"
    ),
}
"""A draft of every kind that goes."""


def content(answer: str | None = None) -> m.Content:
    """Makes a note's or form's content: one question, answered or not."""
    question = m.Question(name="How is it?", type="text")
    if answer is not None:
        question = attrs.evolve(question, answer=answer)
    return m.Content(sections=(m.Section(name="Today", questions=(question,)),))
