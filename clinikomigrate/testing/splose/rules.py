"""What new and changed records bring about: appointments and messages, payments and invoices."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from clinikomigrate.testing.splose.answers import refused
from clinikomigrate.testing.splose.properties import Row

if TYPE_CHECKING:
    from clinikomigrate.testing.splose.fake import FakeSplose

Made = Callable[["FakeSplose", Row], None]
Changed = Callable[["FakeSplose", Row, Row], None]


def place_of(row: Row, patient_id: object, case_id: object = None, **more: Any) -> Row:  # Any: JSON
    """Makes one patient's place in an appointment."""
    place = {
        "appointmentId": row["id"], "patientId": patient_id, "caseId": case_id, "status": None, "note": None,
        "doNotInvoice": False, "invoiceId": None, "cancellationReason": None, "cancellationRate": None,
        "cancellationNote": None, "statusUpdatedAt": None,
    }  # fmt: skip
    return place | more


def tell(fake: FakeSplose, occasion: str, row: Row) -> None:
    """Writes to the patients of an appointment to come, but for those who want no messages.

    Nobody knows whether the real API also writes about what is over.
    """
    if row["deletedAt"] is None and (fake.tells_of_past or row["end"] > fake.time_text()):
        tell_of(fake, occasion, row, row["appointmentPatients"])


def tell_of(fake: FakeSplose, occasion: str, row: Row, places: Iterable[Row]) -> None:
    """Writes to the patients of places in an appointment, whenever it is, but for those who want no messages."""
    for place in places:
        patient = fake.tables.get("patients", place["patientId"])
        if patient is not None and patient["communicationPreference"] != "NONE":
            fake.send(occasion, str(patient["id"]), "appointments", str(row["id"]))


def _make_patient(fake: FakeSplose, row: Row) -> None:
    row["communicationPreference"] = row["communicationPreference"] or fake.communication_preference
    if row["archived"]:
        row["deletedAt"] = row["updatedAt"]


def _change_patient(fake: FakeSplose, row: Row, given: Row) -> None:
    if fake.update_clears:
        for name in (
            "middleName", "preferredName", "title", "pronouns", "invoiceRecipientId", "extraInfo", "extraBillingInfo",
            "addressL1", "addressL2", "addressL3", "timezone", "ndisInfo", "patientTags",
        ):  # fmt: skip
            row[name] = given.get(name)


def _make_appointment(fake: FakeSplose, row: Row) -> None:
    check_times(row["start"], row["end"])
    service = fake.tables.at("services", row["serviceId"])
    _check_service(service)
    price = service["pricing"]
    row |= {"unit": service["unit"], "pricing": price, "taxType": service["taxType"], "total": price}
    row["archived"] = row["deletedAt"] is not None
    row["appointmentPatients"] = [place_of(row, row.pop("patientId"), row.pop("caseId"))]
    tell(fake, "appointment_created", row)


def _change_appointment(fake: FakeSplose, row: Row, given: Row) -> None:
    times = {"start": row["start"], "end": row["end"]} | given
    check_times(times["start"], times["end"])
    _check_service(fake.tables.get("services", given.get("serviceId")))
    for name in ("patientId", "caseId"):
        if name in given:
            row["appointmentPatients"][0][name] = given.pop(name)
    tell(fake, "appointment_changed", row | given)


def check_times(start: str, end: str) -> None:
    """Refuses an appointment that ends before it starts."""
    if end < start:
        raise refused(fields={"end": ["End must be after start"]})


def _check_service(service: Row | None) -> None:
    if service is not None and service["for"] != "appointment":
        raise refused(fields={"serviceId": ["Not a service for appointments"]})


def _make_payment(fake: FakeSplose, row: Row) -> None:
    shares = row["paymentInvoices"]
    if sum((_money(share["amount"]) for share in shares), Decimal(0)) != _money(row["amount"]):
        raise refused(fields={"amount": ["Must equal the sum of paymentInvoices"]})
    row["paymentNumber"] = f"RCPT-{row['id']}"
    for share in shares:
        share.setdefault("xeroId", None)
        _pay(fake, share, 1)
        fake.tables.at("invoices", share["invoiceId"])["paymentIds"].append(row["id"])


def unmake_payment(fake: FakeSplose, row: Row) -> None:
    """Archives a payment and gives its invoices back what they had."""
    row |= {"archived": True, "archivedAt": fake.time_text(), "updatedAt": fake.time_text()}
    for share in row["paymentInvoices"]:
        _pay(fake, share, -1)
        fake.tables.at("invoices", share["invoiceId"])["paymentIds"].remove(row["id"])


def _pay(fake: FakeSplose, share: Row, sign: int) -> None:
    invoice = fake.tables.at("invoices", share["invoiceId"])
    paid = _money(invoice["paidAmount"]) + sign * _money(share["amount"])
    invoice["paidAmount"] = float(paid)
    invoice["status"] = "Paid" if paid >= _money(invoice["total"]) else "Awaiting Payment"
    invoice["updatedAt"] = fake.time_text()


def _money(amount: object) -> Decimal:
    return Decimal(str(amount or 0))


MADE: dict[str, Made] = {
    "patients": _make_patient,
    "appointments": _make_appointment,
    "payments": _make_payment,
}
"""What is done with a new record of a kind before it is kept."""

CHANGED: dict[str, Changed] = {"patients": _change_patient, "appointments": _change_appointment}
"""What is done with a record of a kind before it is changed."""
