# ruff: noqa: RUF001 - real texts hold signs that look like others; that is what this is for
"""What a clinic sells and books: prices, products, templates, kinds of appointment, contacts."""

from __future__ import annotations

from typing import Any

import attrs

from clinikomigrate.testing.clinic import words
from clinikomigrate.testing.clinic.content import form_template, note_template
from clinikomigrate.testing.clinic.maker import Maker
from clinikomigrate.testing.clinic.practice import Practice


@attrs.frozen
class AppointmentKind:
    """A type of appointment, as much as booking one needs.

    Attributes:
        id: The type's id.
        minutes: Its usual length.
        seats: How many can come; 1 for an individual appointment.
    """

    id: str
    minutes: int
    seats: int


@attrs.frozen
class Catalogue:
    """What records point at.

    Attributes:
        concession_types: Their ids.
        billable_items: Id, name and price.
        individual: Types for one patient.
        classes: Types for groups.
        note_templates: Ids and names.
        form_templates: Ids and names.
        recall_types: Their ids.
        block_types: Their ids.
        doctors: Ids of contacts who are doctors.
        contacts: Ids of all contacts that are not archived.
        products: Their ids.
    """

    concession_types: tuple[str, ...]
    billable_items: tuple[tuple[str, str, str], ...]
    individual: tuple[AppointmentKind, ...]
    classes: tuple[AppointmentKind, ...]
    note_templates: tuple[tuple[str, str], ...]
    form_templates: tuple[tuple[str, str], ...]
    recall_types: tuple[str, ...]
    block_types: tuple[str, ...]
    doctors: tuple[str, ...]
    contacts: tuple[str, ...]
    products: tuple[str, ...]


def make_catalogue(maker: Maker, practice: Practice) -> Catalogue:
    """Adds the catalogue.

    Args:
        maker: Where to add it.
        practice: The clinic's rooms and people.

    Returns:
        What other records point at.
    """
    taxes = [
        maker.add("taxes", name="GST", rate="10.0"),
        maker.add("taxes", name="Keine Steuer (0 %)", rate="0.0"),
        maker.add("taxes", name="Old VAT", rate="17.5"),
    ]
    concession_types = tuple(
        maker.add("concession_types", name=name) for name in ("Pensioner", "Student/Étudiant", "Veteran", "Staff")
    )
    billable = _billable_items(maker, taxes, concession_types)
    products = _products(maker, taxes, practice)
    note_templates = _note_templates(maker)
    form_templates = _form_templates(maker)
    individual, classes = _appointment_types(maker, practice, billable, products, note_templates)
    doctors, contacts = _contacts(maker)
    return Catalogue(
        concession_types=concession_types,
        billable_items=tuple(billable),
        individual=individual,
        classes=classes,
        note_templates=tuple(note_templates),
        form_templates=tuple(form_templates),
        recall_types=_recall_types(maker),
        block_types=_block_types(maker),
        doctors=doctors,
        contacts=contacts,
        products=tuple(products),
    )


def _billable_items(maker: Maker, taxes: list[str], concessions: tuple[str, ...]) -> list[tuple[str, str, str]]:
    rows: tuple[tuple[str, str | None, str, str, int | None, bool], ...] = (
        ("Initial consultation", "INI", "Service", "120.5", 1, False),
        ("Standard consultation", "STD", "Service", "89.0", None, False),
        ("Standard consultation", "STD-OLD", "Service", "75.0", None, True),
        ("Class – pass ×10", None, "Other", "199.99", 0, False),
        ('Discount for "mates"', "", "Other", "-15.0", None, False),
        ("Kinesio-Tape 5 m", "TAPE", "Product", "18.95", 0, False),
        ("Old hydrotherapy", "HYD", "Service", "0.0", 2, True),
    )
    items = []
    for number, (name, code, kind, price, tax, archived) in enumerate(rows):
        row: dict[str, Any] = {"name": name, "item_code": code, "item_type": kind, "price": price}
        if tax is not None:
            row["tax_id"] = taxes[tax]
        if archived:
            row["archived_at"] = maker.past()
        item = maker.add("billable_items", **row)
        items.append((item, name, price))
        for concession in concessions[: (number * 2) % 4]:
            maker.add(
                "concession_prices",
                billable_item_id=item,
                concession_type_id=concession,
                price=f"{maker.random.randint(10, 90)}.5",
            )
    return items


def _products(maker: Maker, taxes: list[str], practice: Practice) -> list[str]:
    suppliers = []
    for name, archived in (("Ōtautahi Medical Ltd", False), ("Bandages & Söhne", False), ("Gone Bust Supplies", True)):
        row: dict[str, Any] = {"name": name}
        if archived:
            row["archived_at"] = maker.past()
        suppliers.append(maker.add("product_suppliers", **row))
    products = []
    for number, (name, price, including, stock) in enumerate(
        (
            ("Foam roller 90 cm", 44.0, True, "12.0"),
            ('Theraband "rot"', 10.0, False, "0.0"),
            ("Wheat bag", 25.5, True, "-3.0"),
            ("Insoles ½ length", 39.95, True, "7.5"),
            ("Discontinued cushion", 60.0, False, "1.0"),
        )
    ):
        supplier = suppliers[number % 3]
        row = {
            "name": name,
            "item_code": f"P-{number}" if number else "",
            "serial_number": f"SN/{number}" if number % 2 else None,
            "price": price,
            "price_includes_tax": including,
            "cost_price": f"{price / 2:.2f}" if number % 2 else None,
            "stock_level": stock,
            "notes": maker.turn("product notes", words.REMARKS) if number % 2 else None,
            "tax_id": taxes[number % 2],
        }
        if number != 1:
            row["product_supplier_id"] = supplier
        if number == 4:
            row["archived_at"] = maker.past()
        product = maker.add("products", **row)
        products.append(product)
        for kind, quantity in (("Stock Purchase", "20.0"), ("Item Sold", "-3.0"), ("Damaged", "-1.0"))[: number % 4]:
            maker.add(
                "stock_adjustments",
                product_id=product,
                adjustment_type=kind,
                quantity=quantity,
                comment=f"Count of {maker.day(-300, -1)}",
                user_id=practice.users[number],
            )
    return products


def _note_templates(maker: Maker) -> list[tuple[str, str]]:
    templates = []
    for number, name in enumerate(("Initial assessment", "Follow-up – SOAP", "Classe / 수업", "Retired template")):
        row: dict[str, Any] = {
            "name": name,
            "content": note_template(number),
            "print_settings": {
                "include_patient_address": bool(number % 2),
                "include_patient_dob": True,
                "include_patient_medicare": number == 0,
                "include_patient_occupation": False,
                "include_patient_reference_number": bool(number % 2),
                "title": f"{name} (print)",
            },
        }
        if number == 3:
            row["archived_at"] = maker.past()
        templates.append((maker.add("treatment_note_templates", **row), name))
    return templates


def _form_templates(maker: Maker) -> list[tuple[str, str]]:
    templates = []
    for number, name in enumerate(
        ("New patient form", "Consent – Einverständnis", "Restricted intake", "Retired form")
    ):
        row: dict[str, Any] = {
            "name": name,
            "content": form_template(number),
            "email_to_patient_on_completion": number == 1,
            "restricted_to_practitioner": number == 2,
        }
        if number == 3:
            row["archived_at"] = maker.past()
        templates.append((maker.add("patient_form_templates", **row), name))
    return templates


def _appointment_types(
    maker: Maker,
    practice: Practice,
    billable: list[tuple[str, str, str]],
    products: list[str],
    templates: list[tuple[str, str]],
) -> tuple[tuple[AppointmentKind, ...], tuple[AppointmentKind, ...]]:
    rows: tuple[tuple[str, int, int, str, str | None, dict[str, Any]], ...] = (
        (
            "Initial appointment",
            60,
            1,
            "#0099ff",
            "Physio",
            {"show_in_online_bookings": True, "telehealth_enabled": False},
        ),
        (
            "Standard – 30′",
            30,
            1,
            "#ABC",
            "Physio",
            {"online_bookings_lead_time_hours": 24, "description": "Bring <b>shorts</b>"},
        ),
        ("Telehealth 視診", 20, 1, "#12ab9f", None, {"telehealth_enabled": True, "online_payments_mode": "optional"}),
        (
            "Paid in advance",
            45,
            1,
            "#ff8800",
            "",
            {
                "online_payments_mode": "deposit_required",
                "deposit_price": "20.5",
                "add_deposit_to_account_credit": True,
            },
        ),
        ("Retired type", 45, 1, "#333333", None, {"archived_at": maker.past()}),
        ("Pilates class", 50, 6, "#6600cc", "Classes", {"show_in_online_bookings": True}),
        ("Hydro (max 3)", 40, 3, "#00ccaa", "Classes", {"description": None}),
        ("Retired class", 45, 8, "#999999", "Classes", {"archived_at": maker.past()}),
    )
    messages = [maker.add("message_templates", name=name) for name in ("Confirmation", "Reminder", "Follow-up")]
    everyone = practice.practitioners + practice.former_practitioners
    individual: list[AppointmentKind] = []
    classes: list[AppointmentKind] = []
    for number, (name, minutes, seats, color, category, more) in enumerate(rows):
        kind = maker.add(
            "appointment_types",
            name=name,
            duration_in_minutes=minutes,
            max_attendees=seats,
            color=color,
            category=category,
            practitioner_ids=list(everyone[: 1 + number % len(everyone)]) if number != 6 else [],
            business_ids=list(practice.businesses[: 1 + number % 2]) if number != 6 else [],
            treatment_note_template_id=templates[number % 4][0] if number % 3 else None,
            billable_item_id=billable[number % 7][0],
            product_id=products[number % 5] if number % 2 else None,
            appointment_confirmation_template_ids=[messages[0]] if number % 3 == 0 else None,
            appointment_reminder_template_ids=messages[:2] if number % 2 else [],
            appointment_follow_up_template_ids=[messages[2]] if number % 4 == 0 else None,
            **more,
        )
        maker.add(
            "appointment_type_billable_items",
            appointment_type_id=kind,
            billable_item_id=billable[number % 7][0],
            quantity="1.0",
        )
        if number % 2:
            maker.add(
                "appointment_type_billable_items",
                appointment_type_id=kind,
                billable_item_id=billable[(number + 2) % 7][0],
                quantity="2.5",
                discount_percentage="12.5",
                is_monetary_discount=False,
            )
            maker.add(
                "appointment_type_products",
                appointment_type_id=kind,
                product_id=products[number % 5],
                quantity="1.0",
                discounted_amount="5.0",
                is_monetary_discount=True,
            )
        (individual if seats == 1 else classes).append(AppointmentKind(kind, minutes, seats))
    return tuple(individual), tuple(classes)


def _contacts(maker: Maker) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rows: tuple[dict[str, Any], ...] = (
        {
            "first_name": "Ines",
            "last_name": "D'Souza",
            "type_code": 1,
            "doctor_type": "general_practitioner",
            "provider_number": "00/1234 5A",
            "title": "Dr",
            "preferred_name": "Nessie",
        },
        {
            "first_name": "",
            "last_name": "Ōkubo",
            "type_code": 1,
            "doctor_type": "specialist",
            "company_name": "Spine Centre",
        },
        {"first_name": "Ωmega", "last_name": "", "type_code": 1, "doctor_type": "", "email": "omega@doctors.example"},
        {"first_name": "Old", "last_name": "Doc", "type_code": 1, "archived_at": maker.past()},
        {"company_name": words.COMPANIES[0], "type_code": 2, "email": "claims@insurer.example", "occupation": "Payer"},
        {"company_name": words.COMPANIES[3], "type_code": 0, "email": ""},
        {"first_name": "Pat", "last_name": "Carer", "type_code": 0, "notes": "Mother of twins\nCall after 5"},
        {"first_name": "Pat", "last_name": "Carer", "type_code": 0, "notes": "A different Pat Carer"},
        {
            "company_name": words.COMPANIES[1],
            "first_name": None,
            "last_name": None,
            "type_code": 2,
            "archived_at": maker.past(),
        },
        {
            "company_name": words.COMPANIES[5],
            "first_name": "",
            "last_name": "",
            "type_code": 1,
            "doctor_type": "general_practitioner",
        },
    )
    doctors, contacts = [], []
    for number, row in enumerate(rows):
        street, place = maker.turn("streets", words.STREETS), maker.turn("cities", words.CITIES)
        address = (
            {
                "address_1": f"{number} {street}",
                "city": place[0],
                "state": place[1],
                "post_code": place[2],
                "country_code": place[3],
            }
            if number % 2 == 0
            else {}
        )
        phones = [
            {"phone_type": kind, "number": f"+61 3 5550 {number:04d}"}
            for kind in ("Work", "Fax", "Other")[: number % 4]
        ]
        contact = maker.add("contacts", **{**address, "phone_numbers": phones, **row})
        if row["type_code"] == 1:
            doctors.append(contact)
        if "archived_at" not in row:
            contacts.append(contact)
    return tuple(doctors), tuple(contacts)


def _recall_types(maker: Maker) -> tuple[str, ...]:
    return (
        maker.add("recall_types", name="Six-month check"),
        maker.add("recall_types", name="Orthotics – review"),
        maker.add("recall_types", name="Retired recall", archived_at=maker.past()),
    )


def _block_types(maker: Maker) -> tuple[str, ...]:
    return (
        maker.add(
            "unavailable_block_types", name="Lunch", color="#CCC", duration_in_minutes=30, system_controlled=False
        ),
        maker.add(
            "unavailable_block_types", name="Réunion", color="#123456", duration_in_minutes=60, system_controlled=False
        ),
        maker.add(
            "unavailable_block_types",
            name="Old leave",
            color="#000000",
            duration_in_minutes=480,
            system_controlled=False,
            archived_at=maker.past(),
        ),
    )
