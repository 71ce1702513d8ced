"""What is sold, and invoices."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.testing.answers import BLANK
from tests.testing.conftest import Clinic
from tests.testing.desk import self_of


def test_tax_has_one_rate_under_two_names(clinic: Clinic) -> None:
    """A tax's rate and amount are the same, whichever is written, as text or number."""
    by_amount = clinic.desk.post("/taxes", {"name": "GST", "amount": 10})
    by_rate = clinic.desk.patch(f"/taxes/{by_amount['id']}", {"rate": "12.50"})

    assert ("10.0", "10.0") == (by_amount["rate"], by_amount["amount"])
    assert ("12.5", "12.5") == (by_rate["rate"], by_rate["amount"])
    assert "Renamed" == clinic.desk.patch(f"/taxes/{by_amount['id']}", {"name": "Renamed"})["name"]


def test_deleted_tax_is_gone_everywhere(clinic: Clinic) -> None:
    """A DELETE of a tax really deletes it, also from what used it."""
    tax = clinic.desk.post("/taxes", {"name": "GST", "rate": "10"})["id"]
    item = clinic.desk.post("/billable_items", {"name": "Consultation", "price": "90.00", "tax_id": tax})["id"]
    assert 204 == clinic.desk.ask("DELETE", f"/taxes/{tax}").status_code

    assert "tax" not in clinic.desk.get(f"/billable_items/{item}")
    assert [] == clinic.fake.rows("taxes")
    assert 404 == clinic.desk.ask("DELETE", f"/taxes/{tax}").status_code


@pytest.mark.parametrize(
    ("includes", "taxed", "expected"),
    [(True, True, ("50.0", "55.0")), (False, True, ("55.0", "60.5")), (False, False, ("55.0", "55.0"))],
)
def test_product_has_two_prices(clinic: Clinic, includes: bool, taxed: bool, expected: tuple[str, str]) -> None:
    """A product is written with one price as a number and read with two as text."""
    tax = clinic.desk.post("/taxes", {"name": "GST", "rate": "10"})["id"]
    body: dict[str, object] = {"name": "Tape", "price": 55, "price_includes_tax": includes}
    product = clinic.desk.post("/products", {**body, **({"tax_id": tax} if taxed else {})})

    assert expected == (product["price_ex_tax"], product["price_including_tax"])
    assert "price" not in product


def test_supplier_is_linked_by_name(clinic: Clinic) -> None:
    """A product's supplier is written by its name, and must be there and not archived."""
    supplier = clinic.desk.post("/product_suppliers", {"name": "Acme"})["id"]
    product = clinic.desk.post("/products", {"name": "Tape", "product_supplier_name": "Acme"})

    assert (supplier, "Acme") == (self_of(product["product_supplier"]), product["product_supplier_name"])
    assert None is clinic.desk.post("/products", {"name": "Gel"})["price_ex_tax"]
    assert {"product_supplier": BLANK} == clinic.desk.refused(
        "/products", {"name": "Tape", "product_supplier_name": "X"}
    )
    clinic.desk.post(f"/product_suppliers/{supplier}/archive", status=204)
    assert ["product_supplier"] == list(
        clinic.desk.refused("/products", {"name": "Tape", "product_supplier_name": "Acme"})
    )
    assert [] == clinic.desk.ids("/product_suppliers")
    assert 404 == clinic.desk.ask("GET", f"/product_suppliers/{supplier}").status_code


def test_stock_level_is_honoured_once(clinic: Clinic) -> None:
    """A stock level counts on a new product only; later, adjustments change it."""
    product = clinic.desk.post("/products", {"name": "Tape", "stock_level": 5})
    path = f"/products/{product['id']}"
    assert "5.0" == clinic.desk.patch(path, {"stock_level": 9, "item_code": "T"})["stock_level"]
    adjustment = clinic.desk.post(
        "/stock_adjustments", {"product_id": product["id"], "quantity": "-2", "adjustment_type": "Damaged"}
    )

    assert clinic.user == self_of(adjustment["user"])
    assert "3.0" == clinic.desk.get(path)["stock_level"]
    assert [adjustment["id"]] == clinic.desk.ids("/stock_adjustments", ("q[]", f"product_id:={product['id']}"))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quantity": "2", "adjustment_type": "Damaged"}, "quantity"),
        ({"quantity": "-2", "adjustment_type": "Returned"}, "quantity"),
        ({"quantity": "0", "adjustment_type": "Other"}, "quantity"),
        ({"quantity": None, "adjustment_type": "Other"}, "quantity"),
        ({"quantity": True, "adjustment_type": "Other"}, "quantity"),
        ({"quantity": "1", "adjustment_type": "Stolen"}, "adjustment_type"),
    ],
)
def test_wrong_stock_adjustment_is_refused(clinic: Clinic, given: dict[str, Any], field: str) -> None:
    """An adjustment's sign must fit its type."""
    product = clinic.fake.add("products", name="Tape")

    assert [field] == list(clinic.desk.refused("/stock_adjustments", {"product_id": product, **given}))


@pytest.mark.parametrize("price", ["5.50", True, "many"])
def test_price_of_a_product_is_a_number(clinic: Clinic, price: object) -> None:
    """A product's price isn't taken as text."""
    assert ["price"] == list(clinic.desk.refused("/products", {"name": "Tape", "price": price}))


@pytest.mark.parametrize("price", [5.5, "5,50", None])
def test_price_of_a_billable_item_is_text(clinic: Clinic, price: object) -> None:
    """A billable item's price isn't taken as a number or null."""
    assert ["price"] == list(clinic.desk.refused("/billable_items", {"name": "Visit", "price": price}))


def test_what_hangs_on_types_and_items(clinic: Clinic) -> None:
    """Concession prices and what an appointment type sells link two records, and the links can be deleted."""
    item = clinic.desk.post("/billable_items", {"name": "Visit"})["id"]
    product = clinic.desk.post("/products", {"name": "Tape"})["id"]
    concession = clinic.desk.post("/concession_types", {"name": "Pension"})["id"]
    price = clinic.desk.post(
        "/concession_prices", {"billable_item_id": item, "concession_type_id": concession, "price": 70}
    )
    sold = clinic.desk.post(
        "/appointment_type_billable_items",
        {"appointment_type_id": clinic.kind, "billable_item_id": item, "quantity": "2"},
    )
    clinic.desk.post("/appointment_type_products", {"appointment_type_id": clinic.kind, "product_id": product})

    assert ("70.0", "2.0") == (price["price"], sold["quantity"])
    path = f"/appointment_type_billable_items/{sold['id']}"
    assert ["appointment_type_id"] == list(clinic.desk.refused(path, {"appointment_type_id": clinic.kind}, "PATCH"))
    assert 204 == clinic.desk.ask("DELETE", path).status_code
    assert [] == clinic.desk.ids("/appointment_type_billable_items", ("q[]", f"billable_item_id:={item}"))
    assert [404, 404] == [
        clinic.desk.ask("DELETE", stays).status_code
        for stays in (f"/concession_types/{concession}", f"/concession_prices/{price['id']}")
    ]


def test_invoices_can_only_be_read(clinic: Clinic) -> None:
    """Invoices and their items are listed in all the places that have them, and can't be made."""
    appointment = clinic.fake.add("individual_appointments", **clinic.appointment())
    attendee = str(clinic.fake.rows("attendees")[0]["id"])
    case = clinic.fake.add("patient_cases", name="Knee", patient_id=clinic.patient, attendee_ids=[attendee])
    invoice = clinic.fake.add(
        "invoices",
        number=7,
        issue_date="2024-05-06",
        patient_id=clinic.patient,
        practitioner_id=clinic.practitioner,
        appointment_id=appointment,
        attendee_id=attendee,
    )
    walk_in = clinic.fake.add("invoices", number=8, issue_date="2024-06-06", patient_id=clinic.patient, status=20)
    product = clinic.fake.add("products", name="Tape")
    line = clinic.fake.add("invoice_items", invoice_id=invoice, product_id=product, unit_price="5")

    parents = (f"/patients/{clinic.patient}", f"/appointments/{appointment}", f"/attendees/{attendee}",
               f"/patient_cases/{case}", f"/practitioners/{clinic.practitioner}")  # fmt: skip
    assert [[invoice, walk_in], *[[invoice]] * 4] == [clinic.desk.ids(f"{parent}/invoices") for parent in parents]
    assert [line] == clinic.desk.ids(f"/invoices/{invoice}/invoice_items")
    assert [line] == clinic.desk.ids("/invoice_items", ("q[]", f"source_item_id:={product}"))
    assert [walk_in] == clinic.desk.ids("/invoices", ("q[]", "issue_date:=****-06-**"))
    assert ("Paid", "Tax inclusive") == tuple(
        clinic.desk.get(f"/invoices/{walk_in}")[name]
        for name in ("status_description", "calculation_method_description")
    )
    assert 404 == clinic.desk.ask("POST", "/invoices", {}).status_code
