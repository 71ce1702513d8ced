"""Appointment types: what they are made of, and what of it the API doesn't show."""

from __future__ import annotations

from tests.traps.clinic import Clinic, losses


def test_practitioners_can_not_be_read_as_ids(clinic: Clinic) -> None:
    """Who offers a type is a link when read and ids when written; active, inactive and archived all the same."""
    user = clinic.add("users", first_name="Lea", last_name="Left", active=False)
    left = clinic.add("practitioners", user_id=user, active=False)
    clinic.add(
        "appointment_types",
        name="Old",
        practitioner_ids=[clinic.practitioner, left],
        archived_at="2024-06-01T00:00:00Z",
    )
    clinic.move()
    names = {row["id"]: row["last_name"] for row in clinic.arrived("practitioners")}
    found = {
        row["name"]: {names[one] for one in row["practitioner_ids"]} for row in clinic.arrived("appointment_types")
    }

    assert {"Initial": {"Owner"}, "Old": {"Owner", "Left"}} == found


def test_businesses_can_not_be_read_on_the_type(clinic: Clinic) -> None:
    """Where a type is offered is only said by the businesses, and is written with the type."""
    other = clinic.add("businesses", business_name="Side Street")
    clinic.add("appointment_types", name="Side", business_ids=[other])
    clinic.add("appointment_types", name="Both", business_ids=[other, clinic.business])
    clinic.move()
    names = {row["id"]: row["business_name"] for row in clinic.arrived("businesses")}
    found = {row["name"]: {names[one] for one in row["business_ids"]} for row in clinic.arrived("appointment_types")}

    assert {"Initial": {"Main Street"}, "Side": {"Side Street"}, "Both": {"Main Street", "Side Street"}} == found


def test_message_templates_are_left_behind(clinic: Clinic) -> None:
    """Message templates are shown by no API: their ids mean nothing in another account, and are a loss."""
    names = ("confirmation", "reminder", "follow_up")
    template = clinic.source.store.new_id("message_templates")
    stored = clinic.source.store.at("appointment_types", clinic.type)
    fields = {f"appointment_{name}_template_ids": [template] for name in names}
    clinic.source.store.change("appointment_types", stored, **fields)
    report = clinic.move()
    copy = clinic.only("appointment_types")

    assert [None] * 3 == [copy[field] or None for field in fields]
    assert set(fields) <= losses(report, "appointment_types")


def test_null_template_ids_are_no_loss(clinic: Clinic) -> None:
    """Template ids that read null instead of an empty list are no loss, and no error."""
    report = clinic.move()

    assert not [field for field in losses(report, "appointment_types") if "template" in field]


def test_price_comes_by_records_of_its_own(clinic: Clinic) -> None:
    """What a type costs is written by records of its own, since the type's own field is deprecated."""
    item = clinic.add("billable_items", name="Consultation", price="90.0")
    product = clinic.add("products", name="Tape", price="9.5")
    clinic.add("appointment_type_billable_items", appointment_type_id=clinic.type, billable_item_id=item)
    clinic.add("appointment_type_products", appointment_type_id=clinic.type, product_id=product, quantity="2.0")
    clinic.move()
    copy = clinic.only("appointment_types")

    assert copy["id"] == clinic.only("appointment_type_billable_items")["appointment_type_id"]
    assert clinic.only("billable_items")["id"] == clinic.only("appointment_type_billable_items")["billable_item_id"]
    assert clinic.only("products")["id"] == clinic.only("appointment_type_products")["product_id"]
    assert "2.0" == clinic.only("appointment_type_products")["quantity"]
    assert [] == [body for body in clinic.bodies("POST", "/v1/appointment_types") if "billable_item_id" in body]


def test_template_and_colour_go(clinic: Clinic) -> None:
    """A type's note template and colour go with it."""
    template = clinic.add("treatment_note_templates", name="Knee", content={"sections": []})
    clinic.add("appointment_types", name="Knee", color="#0AF", treatment_note_template_id=template)
    clinic.move()
    copy = next(row for row in clinic.arrived("appointment_types") if row["name"] == "Knee")

    assert "#0AF" == copy["color"]
    assert clinic.only("treatment_note_templates")["id"] == copy["treatment_note_template_id"]


def test_archived_type_has_a_history(clinic: Clinic) -> None:
    """Appointments of a type that was archived arrive with it, which is archived after them."""
    old = clinic.add("appointment_types", name="Old", archived_at="2024-06-01T00:00:00Z")
    clinic.visit(clinic.patient(), appointment_type_id=old)
    clinic.move()
    names = {row["id"]: row["name"] for row in clinic.arrived("appointment_types")}

    assert "Old" == names[clinic.only("individual_appointments")["appointment_type_id"]]


def test_body_charts_in_templates_stay(clinic: Clinic) -> None:
    """A note template may ask for a body chart, which a note may not have."""
    asked = [{"name": "Where", "type": "bodycharts"}, {"name": "Story", "type": "paragraph", "answer": "<p>S:</p>"}]
    clinic.add("treatment_note_templates", name="Knee", content={"sections": [{"name": "S", "questions": asked}]})
    clinic.move()

    assert asked == clinic.only("treatment_note_templates")["content"]["sections"][0]["questions"]


def test_templates_take_answers_of_paragraphs_only(clinic: Clinic) -> None:
    """What an old template answers beforehand, other than a paragraph, is left out and a loss."""
    asked = [{"name": "Pain", "type": "text", "answer": "None"}]
    clinic.add("treatment_note_templates", name="Knee", content={"sections": [{"name": "S", "questions": asked}]})
    report = clinic.move()

    assert [{"name": "Pain", "type": "text"}] == clinic.only("treatment_note_templates")["content"]["sections"][0][
        "questions"
    ]
    assert "content" in losses(report, "treatment_note_templates")
