"""What answers have beyond the columns: labels, descriptions, counts, attendance as an appointment tells it."""

from __future__ import annotations

from collections.abc import Callable

from clinikomigrate.testing.call import Call
from clinikomigrate.testing.columns import Row
from clinikomigrate.testing.filters import booked_patients, not_arrived
from clinikomigrate.testing.kinds.catalogue import INVOICE_STATUSES
from clinikomigrate.testing.kinds.clinical import CATEGORIES, COMMUNICATION_TYPES, DIRECTIONS, MEMO
from clinikomigrate.testing.kinds.diary import CANCELLATION_REASONS
from clinikomigrate.testing.kinds.people import CONTACT_TYPES, RELATIONS
from clinikomigrate.testing.money import prices
from clinikomigrate.testing.places import country_name, normalized_number

Answered = dict[str, object]


def full_name(row: Row) -> str:
    """Gives first and last name as labels show them."""
    return " ".join(name for name in (row["first_name"], row["last_name"]) if name)


def _patient(call: Call, row: Row, answer: Answered) -> None:
    answer["label"] = full_name(row)
    answer["country"] = row["country"] or country_name(row["country_code"])
    country = row["country_code"] or call.fake.country_code
    answer["patient_phone_numbers"] = _phones(row["patient_phone_numbers"], country)
    for purpose in ("reminders", "follow_ups"):
        channels = row[f"{purpose}_communication_channels"] or []
        names = [{1: "SMS", 2: "Email"}.get(channel, "") for channel in channels]
        answer[f"{purpose}_communication_channels"] = channels
        answer[f"{purpose}_communication_channels_description"] = " & ".join(names) or "None"
    if row["custom_fields"] is not None:
        answer["custom_fields"] = _named(row["custom_fields"], call.fake.custom_fields_definition())
    latest = [
        booking
        for attendee in call.store.pointing("attendees", "patient_id", row["id"])
        if attendee["archived_at"] is None and attendee["cancelled_at"] is None
        for booking in [call.store.get("bookings", attendee["booking_id"])]
        if booking is not None
    ]
    if latest:
        last = max(latest, key=lambda booking: str(booking["starts_at"]))
        answer["latest_booking"] = call.link(f"/bookings/{last['id']}")


def _named(written: Row, definition: Row) -> Answered:
    """Adds to a patient's custom fields the names and types that the account defined for their tokens."""
    sections = {section["token"]: section for section in definition["sections"]}
    named = []
    for section in written["sections"]:
        defined = sections.get(section["token"], {"fields": []})
        fields = {field["token"]: field for field in defined["fields"]}
        named.append(
            {
                "name": defined.get("name"),
                "token": section["token"],
                "archived": defined.get("archived", True),
                "fields": [_named_field(field, fields.get(field["token"], {})) for field in section["fields"]],
            }
        )
    return {"sections": named}


def _named_field(written: Row, defined: Row) -> Answered:
    field = {**written, "name": defined.get("name"), "archived": defined.get("archived", True)}
    field["type"] = defined.get("type", written.get("type", "text"))
    if "options" in written:
        options = {option["token"]: option for option in defined.get("options", [])}
        field["options"] = [
            {**option, **options.get(option["token"], {}), "selected": option.get("selected", False)}
            for option in written["options"]
        ]
    return field


def _phones(numbers: list[Row] | None, country: str) -> list[Row]:
    return [{**phone, "normalized_number": normalized_number(phone["number"], country)} for phone in numbers or []]


def _contact(call: Call, row: Row, answer: Answered) -> None:
    answer["type"] = None if row["type_code"] is None else CONTACT_TYPES[row["type_code"]]
    answer["country"] = country_name(row["country_code"]) or ""
    answer["phone_numbers"] = _phones(row["phone_numbers"], row["country_code"] or call.fake.country_code)


def _relationship(_: Call, row: Row, answer: Answered) -> None:
    answer["relation_description"] = None if row["relation"] is None else RELATIONS[row["relation"]]


def _referral_source_type(call: Call, row: Row, answer: Answered) -> None:
    answer["referrers"] = None if row["referrer_type"] is None else call.link(f"/{row['referrer_type'].lower()}s")


def _referral_source(call: Call, row: Row, answer: Answered) -> None:
    found = call.store.get("referral_source_types", row["referral_source_type_id"])
    referrer_type = None if found is None or row["referrer_id"] is None else found["referrer_type"]
    answer["referrer_type"] = referrer_type
    answer["referrer"] = None if referrer_type is None else call.link(f"/{referrer_type.lower()}s/{row['referrer_id']}")
    answer["links"] = {"self": f"{call.base}/patients/{row['patient_id']}/referral_source"}


def _business(_: Call, row: Row, answer: Answered) -> None:
    answer["label"] = row["display_name"] or row["business_name"]
    answer["country"] = country_name(row["country_code"])
    if row["deleted_at"] is None:
        del answer["deleted_at"]


def _user(_: Call, row: Row, answer: Answered) -> None:
    answer["user_active"] = row["active"]
    answer["phone_numbers"] = row["phone_numbers"] or []


def _practitioner(_: Call, row: Row, answer: Answered) -> None:
    name = " ".join(part for part in (row["title"], full_name(row)) if part)
    answer["label"] = name
    answer["display_name"] = row["display_name"] or name


def _appointment_type(_: Call, row: Row, answer: Answered) -> None:
    answer["online_payments_enabled"] = row["online_payments_mode"] is not None


def _repeats(call: Call, kind: str, row: Row, answer: Answered) -> None:
    answer["repeat_rule"] = row["repeat_rule"] or {}
    repeated = call.store.pointing(kind, "repeated_from_id", row["id"])
    answer["repeats"] = call.link(f"/{kind}?q[]=repeated_from_id:={row['id']}") if repeated else None


def _telehealth(call: Call, row: Row) -> str:
    return f"https://{call.fake.subdomain}.{call.fake.shard}.cliniko.com/telehealth/{row['id']}"


def _individual_appointment(call: Call, row: Row, answer: Answered) -> None:
    attendees = call.store.pointing("attendees", "booking_id", row["id"])
    patient = call.store.get("patients", row["patient_id"])
    answer["did_not_arrive"] = not_arrived(attendees[0]) if attendees else False
    answer["patient_arrived"] = _arrived(attendees[0]) if attendees else False
    answer["patient_name"] = None if patient is None else full_name(patient)
    answer["has_patient_appointment_notes"] = bool(patient and patient["appointment_notes"])
    answer["cancellation_reason_description"] = CANCELLATION_REASONS.get(row["cancellation_reason"], "")
    answer["telehealth_url"] = _telehealth(call, row)
    _repeats(call, "individual_appointments", row, answer)


def _arrived(attendee: Row) -> bool | None:
    """An appointment's `patient_arrived`: false also where nobody said anything yet, null where it was taken back."""
    if attendee["arrived"] is None:
        return None if attendee["attendance_recorded"] else False
    return bool(attendee["arrived"])


def _group_appointment(call: Call, row: Row, answer: Answered) -> None:
    answer["patient_ids"] = booked_patients(call.store, row)
    answer["telehealth_url"] = _telehealth(call, row)
    _repeats(call, "group_appointments", row, answer)


def _unavailable_block(call: Call, row: Row, answer: Answered) -> None:
    _repeats(call, "unavailable_blocks", row, answer)


def _attendee(call: Call, row: Row, answer: Answered) -> None:
    answer["cancellation_reason_description"] = CANCELLATION_REASONS.get(row["cancellation_reason"], "")
    site = f"https://{call.fake.subdomain}.{call.fake.shard}.cliniko.com"
    answer["cancellation_url"] = f"{site}/bookings/{row['id']}/cancel"
    answer["telehealth_url"] = _telehealth(call, row)
    for name in ("email_follow_ups", "email_reminders", "sms_follow_ups", "sms_reminders"):
        answer[f"sent_{name}_count"] = 0


def _availability_block(_: Call, row: Row, answer: Answered) -> None:
    answer["repeat_rule"] = row["repeat_rule"] or {}


def _patient_case(call: Call, row: Row, answer: Answered) -> None:
    attendees = call.store.pointing("attendees", "patient_case_id", row["id"])
    answer["attendee_ids"] = [attendee["id"] for attendee in attendees]


def _treatment_note(call: Call, row: Row, answer: Answered) -> None:
    if row["author_name"] is None and row["practitioner_id"] is not None:
        author = call.store.get("practitioners", row["practitioner_id"])
        answer["author_name"] = None if author is None else full_name(author)


def _patient_form(call: Call, row: Row, answer: Answered) -> None:
    attendee = call.store.get("attendees", row["attendee_id"])
    if attendee is not None:
        answer["booking"] = call.link(f"/bookings/{attendee['booking_id']}")
    signatures = call.store.pointing("signatures", "patient_form_id", row["id"])
    if signatures:
        answer["signatures"] = call.link(f"/patient_forms/{row['id']}/signatures/{signatures[0]['id']}")


def _patient_attachment(call: Call, row: Row, answer: Answered) -> None:
    del answer["category"]
    if row["category"] is not None:
        answer["category"] = row["category"]
    answer["content"] = call.link(f"/patient_attachments/{row['id']}/content")


def _communication(_: Call, row: Row, answer: Answered) -> None:
    answer["category"] = CATEGORIES.get(row["category_code"])
    answer["direction_description"] = DIRECTIONS.get(row["direction_code"])
    answer["type"] = COMMUNICATION_TYPES.get(row["type_code"])
    if row["category_code"] != MEMO:
        del answer["confidential"]
    if row["category_code"] == MEMO or row["type_code"] != 2:
        del answer["content_subject"]


def _product(call: Call, row: Row, answer: Answered) -> None:
    tax = call.store.get("taxes", row["tax_id"])
    answer["price_ex_tax"], answer["price_including_tax"] = prices(row, tax)
    supplier = call.store.get("product_suppliers", row["product_supplier_id"])
    answer["product_supplier_name"] = None if supplier is None else supplier["name"]
    if supplier is not None:
        answer["product_supplier_id"] = supplier["id"]


def _invoice(call: Call, row: Row, answer: Answered) -> None:
    answer["status_description"] = INVOICE_STATUSES.get(row["status"])
    names = {1: "Legacy", 2: "Tax exclusive", 3: "Tax inclusive"}
    answer["calculation_method_description"] = names.get(row["calculation_method"])
    if row["appointment_id"] is not None:
        answer["appointment"] = call.link(f"/appointments/{row['appointment_id']}")


COMPUTED: dict[str, Callable[[Call, Row, Answered], None]] = {
    "patients": _patient,
    "contacts": _contact,
    "relationships": _relationship,
    "referral_source_types": _referral_source_type,
    "referral_sources": _referral_source,
    "businesses": _business,
    "users": _user,
    "practitioners": _practitioner,
    "appointment_types": _appointment_type,
    "individual_appointments": _individual_appointment,
    "group_appointments": _group_appointment,
    "unavailable_blocks": _unavailable_block,
    "attendees": _attendee,
    "availability_blocks": _availability_block,
    "patient_cases": _patient_case,
    "treatment_notes": _treatment_note,
    "patient_forms": _patient_form,
    "patient_attachments": _patient_attachment,
    "communications": _communication,
    "products": _product,
    "invoices": _invoice,
}
"""What an answer of a kind has beyond its columns."""
