"""What is sold: written in other forms than it is read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.traps.clinic import Clinic


def test_amount_is_the_older_name_of_a_rate(clinic: Clinic) -> None:
    """A tax's rate arrives, whichever of its names the account knows it by."""
    clinic.add("taxes", name="GST", amount="10.0")
    clinic.move()

    assert Decimal(10) == Decimal(clinic.only("taxes")["rate"])
    assert "amount" not in clinic.bodies("POST", "/v1/taxes")[0]


@pytest.mark.parametrize("includes_tax", [True, False])
def test_products_price_is_a_number(clinic: Clinic, includes_tax: bool) -> None:
    """A product's price is read as two texts and written as one number; the copy costs the same."""
    tax = clinic.add("taxes", name="GST", rate="10.0")
    clinic.add("products", name="Tape", price="9.5", price_includes_tax=includes_tax, tax_id=tax)
    clinic.move()
    read: list[Any] = []
    with clinic.source.in_process():
        read.append(clinic.reader().products.list().first())
    copy = clinic.only("products")
    price = Decimal(copy["price"]) / (1 if includes_tax is copy["price_includes_tax"] else Decimal("1.1"))

    assert isinstance(clinic.bodies("POST", "/v1/products")[0]["price"], int | float)
    assert abs(Decimal("9.5") - price) <= Decimal("0.01") or copy["price_includes_tax"]
    assert Decimal(copy["price"]) == read[0].price_including_tax


def test_stock_level_counts_on_a_new_product_only(clinic: Clinic) -> None:
    """The stock level is given when the product is made, and its movements stay behind, counted."""
    product = clinic.add("products", name="Tape", stock_level="12.0")
    clinic.add("stock_adjustments", product_id=product, adjustment_type="Stock Purchase", quantity="12.0")
    report = clinic.move()

    assert Decimal(12) == Decimal(clinic.only("products")["stock_level"])
    assert [] == clinic.arrived("stock_adjustments")
    assert (1, 1) == (report.kinds["stock_adjustments"].found, report.kinds["stock_adjustments"].skipped)


def test_products_are_linked_to_their_supplier(clinic: Clinic) -> None:
    """A product's supplier is there before it, and linked."""
    clinic.add("products", name="Tape", product_supplier_id=clinic.add("product_suppliers", name="Tapes Ltd"))
    clinic.move()

    assert clinic.only("product_suppliers")["id"] == clinic.only("products")["product_supplier_id"]


def test_concession_prices_need_both_sides(clinic: Clinic) -> None:
    """A concession's price is linked to its item and its type."""
    item = clinic.add("billable_items", name="Consultation", price="90.0")
    student = clinic.add("concession_types", name="Student")
    clinic.add("concession_prices", billable_item_id=item, concession_type_id=student, price="70.0")
    clinic.move()
    copy = clinic.only("concession_prices")

    assert clinic.only("billable_items")["id"] == copy["billable_item_id"]
    assert clinic.only("concession_types")["id"] == copy["concession_type_id"]
    assert Decimal(70) == Decimal(copy["price"])


def test_invoices_are_counted_and_left_behind(clinic: Clinic) -> None:
    """Invoices can't be written: they are counted as skipped, and said to be lost."""
    invoice = clinic.add("invoices", patient_id=clinic.patient(), number=7, total_amount="90.0")
    clinic.add("invoice_items", invoice_id=invoice, name="Consultation")
    report = clinic.move()

    assert ([], []) == (clinic.arrived("invoices"), clinic.arrived("invoice_items"))
    assert (1, 1) == (report.kinds["invoices"].skipped, report.kinds["invoice_items"].skipped)
    assert {"invoices", "invoice_items"} <= {loss.kind for loss in report.losses}


def test_what_the_destination_has_by_the_same_name_is_adopted(clinic: Clinic) -> None:
    """A tax that the new account has already, the same in all, is taken and not made twice."""
    clinic.add("products", name="Tape", tax_id=clinic.add("taxes", name="GST", rate="10.0"))
    there = clinic.destination.add("taxes", name="GST", rate="10.0")
    report = clinic.move()

    assert there == clinic.only("taxes")["id"] == clinic.only("products")["tax_id"]
    assert (0, 1) == (report.kinds["taxes"].created, report.kinds["taxes"].adopted)


def test_same_name_and_other_content_is_another(clinic: Clinic) -> None:
    """A tax of the same name with another rate is not taken for the clinic's."""
    clinic.add("taxes", name="GST", rate="10.0")
    clinic.destination.add("taxes", name="GST", rate="15.0")
    clinic.move()

    assert [Decimal(10), Decimal(15)] == sorted(Decimal(row["rate"]) for row in clinic.arrived("taxes"))


def test_archived_leftovers_are_not_adopted(clinic: Clinic) -> None:
    """An archived record of the same name in the destination is left alone, for it could not be used."""
    clinic.add("billable_items", name="Consultation", price="90.0")
    clinic.destination.add("billable_items", name="Consultation", price="90.0", archived_at="2024-01-01T00:00:00Z")
    clinic.move()

    assert [False, True] == sorted(row["archived_at"] is not None for row in clinic.arrived("billable_items"))


def test_archived_concession_types_stay_open(clinic: Clinic) -> None:
    """A concession type can't be archived through the API: it arrives, and that it is open is a loss."""
    clinic.add("concession_types", name="Student", archived_at="2024-06-01T00:00:00Z")
    report = clinic.move()

    assert None is clinic.only("concession_types")["archived_at"]
    assert {"archived_at"} <= {loss.field for loss in report.losses if loss.kind == "concession_types"}


def test_reference_numbers_belong_to_place_and_person(clinic: Clinic) -> None:
    """A practitioner's reference number is that of the counterpart at the counterpart's place."""
    number = {"name": "Provider", "reference_number": "1234AB"}
    clinic.add(
        "practitioner_reference_numbers", business_id=clinic.business, practitioner_id=clinic.practitioner, **number
    )
    clinic.move()
    copy = clinic.only("practitioner_reference_numbers")

    assert (clinic.only("businesses")["id"], clinic.only("practitioners")["id"]) == (
        copy["business_id"],
        copy["practitioner_id"],
    )
    assert number == {name: copy[name] for name in number}
