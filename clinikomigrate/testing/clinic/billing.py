"""Invoices, which can be read and never written."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from clinikomigrate.testing.clinic.catalogue import Catalogue
from clinikomigrate.testing.clinic.diary import Visit
from clinikomigrate.testing.clinic.maker import Maker, utc
from clinikomigrate.testing.clinic.people import Person


def make_invoice(maker: Maker, catalogue: Catalogue, person: Person, visits: list[Visit]) -> None:
    """Adds an invoice with its items to some patients.

    Args:
        maker: Where to add it.
        catalogue: What is charged.
        person: Who pays.
        visits: The patient's visits; invoices are for the first.
    """
    state = maker.turn("invoices", (*("none",) * 6, "open", "paid", "closed", "credit", "archived"))
    if state == "none" or not visits:
        return
    visit = visits[0]
    items = [maker.random.choice(catalogue.billable_items) for _ in range(maker.random.randint(1, 2))]
    net = sum((Decimal(price) for _, _, price in items), Decimal(0))
    status = {"open": 10, "paid": 20, "closed": 30, "credit": 40}.get(state, 20)
    row: dict[str, Any] = {
        "patient_id": person.id,
        "practitioner_id": visit.practitioner,
        "business_id": visit.business,
        "appointment_id": visit.booking,
        "attendee_id": visit.attendee,
        "number": maker.number("invoices"),
        "issue_date": visit.starts_at.date().isoformat(),
        "status": status,
        "net_amount": str(net),
        "tax_amount": str(net / 10),
        "total_amount": str(net + net / 10),
        "discounted_amount": "0.0",
        "invoice_to": f"{person.first_name} {person.last_name}",
        "notes": maker.turn("invoice notes", (None, "", "Paid in coins")),
        "created_at": utc(visit.starts_at + timedelta(hours=1)),
    }
    if status == 20:
        row["closed_at"] = utc(visit.starts_at + timedelta(hours=2))
    if state == "archived":
        row["archived_at"] = maker.past(50)
    invoice = maker.add("invoices", **row)
    for item, name, price in items:
        maker.add(
            "invoice_items",
            invoice_id=invoice,
            billable_item_id=item,
            name=name,
            quantity="1.0",
            unit_price=price,
            net_price=price,
            tax_name="GST",
            tax_rate="10.0",
            tax_amount=str(Decimal(price) / 10),
        )
