"""What each of Cliniko's lists can be filtered by.

Every list that can be filtered at all knows `id`, `created_at` and `updated_at`. A list with `archived_at`,
`deleted_at` or `cancelled_at` hides such records until it is asked for them. There is no filter on phone numbers, nor
on a patient's business or practitioner.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinikomigrate.client.query import FieldType


def _of(*kinds: str) -> FieldType:
    return FieldType("int64", frozenset(kinds))


def _several(*kinds: str) -> FieldType:
    return FieldType("array", frozenset(kinds))


_TIME: Final = FieldType("date-time")
_DATE: Final = FieldType("date")
_TEXT: Final = FieldType("string")
_NUMBER: Final = FieldType("integer")
_FLAG: Final = FieldType("boolean")
_BOOKING: Final = _of("bookings", "individual_appointments", "group_appointments", "unavailable_blocks")
_APPOINTMENT: Final = _of("appointments", "bookings", "individual_appointments", "group_appointments")

_ARCHIVABLE: Final = {"archived_at": _TIME}
_DELETABLE: Final = {"archived_at": _TIME, "deleted_at": _TIME}
_CANCELLABLE: Final = {**_DELETABLE, "cancelled_at": _TIME}
_DIARY: Final = {
    "business_id": _of("businesses"),
    "practitioner_id": _of("practitioners"),
    "starts_at": _TIME,
}
_SERIES: Final = {**_DIARY, "ends_at": _TIME}
_PRACTITIONER: Final = {"user_id": _of("users"), "show_in_online_bookings": _FLAG, "active": _FLAG}

ALIASES: Final[Mapping[str, frozenset[str]]] = {
    "individual_appointments": frozenset({"appointments", "bookings"}),
    "group_appointments": frozenset({"appointments", "bookings"}),
    "unavailable_blocks": frozenset({"bookings"}),
    "bookings": frozenset({"appointments", "individual_appointments", "group_appointments", "unavailable_blocks"}),
}
"""Under which other kinds a record goes by the same id."""

_TABLE: Final[Mapping[str, Mapping[str, FieldType]]] = {
    "appointment_types": {
        **_ARCHIVABLE,
        "category": _TEXT,
        "online_payments_mode": _TEXT,
        "show_in_online_bookings": _FLAG,
        "appointment_confirmation_template_ids": _several(),
        "appointment_reminder_template_ids": _several(),
        "appointment_follow_up_template_ids": _several(),
    },
    "appointment_type_billable_items": {
        "appointment_type_id": _of("appointment_types"),
        "billable_item_id": _of("billable_items"),
    },
    "appointment_type_products": {
        "appointment_type_id": _of("appointment_types"),
        "product_id": _of("products"),
    },
    "attendees": {
        **_CANCELLABLE,
        "appointment_id": _APPOINTMENT,
        "booking_id": _BOOKING,
        "patient_case_id": _of("patient_cases"),
        "patient_id": _of("patients"),
    },
    "availability_blocks": _DIARY,
    "billable_items": {**_ARCHIVABLE, "tax_id": _of("taxes")},
    "bookings": {
        **_CANCELLABLE,
        **_SERIES,
        "appointment_type_id": _of("appointment_types"),
        "did_not_arrive": _FLAG,
        "email_reminder_sent": _FLAG,
        "invoice_status": _NUMBER,
        "patient_ids": _several("patients"),
        "repeated_from_id": _BOOKING,
        "sms_reminder_sent": _FLAG,
        "treatment_note_status": _NUMBER,
    },
    "businesses": {
        **_DELETABLE,
        "appointment_type_ids": _several("appointment_types"),
        "show_in_online_bookings": _FLAG,
    },
    "communications": {
        **_ARCHIVABLE,
        "category_code": _NUMBER,
        "letter_id": _of("letters"),
        "patient_id": _of("patients"),
        "type_code": _NUMBER,
    },
    "concession_prices": {
        "billable_item_id": _of("billable_items"),
        "concession_type_id": _of("concession_types"),
    },
    "concession_types": _ARCHIVABLE,
    "contacts": {
        **_DELETABLE,
        "company_name": _TEXT,
        "email": _TEXT,
        "first_name": _TEXT,
        "last_name": _TEXT,
        "occupation": _TEXT,
        "type_code": _NUMBER,
    },
    "daily_availabilities": {"business_id": _of("businesses"), "practitioner_id": _of("practitioners")},
    "group_appointments": {
        **_DELETABLE,
        **_SERIES,
        "appointment_type_id": _of("appointment_types"),
        "patient_ids": _several("patients"),
        "repeated_from_id": _of("group_appointments", "bookings"),
    },
    "individual_appointments": {
        **_CANCELLABLE,
        **_SERIES,
        "appointment_type_id": _of("appointment_types"),
        "did_not_arrive": _FLAG,
        "patient_id": _of("patients"),
        "repeated_from_id": _of("individual_appointments", "bookings"),
    },
    "invoices": {
        **_DELETABLE,
        "appointment_id": _APPOINTMENT,
        "attendee_id": _of("attendees"),
        "business_id": _of("businesses"),
        "closed_at": _TIME,
        "issue_date": _DATE,
        "number": _NUMBER,
        "original_invoice_id": _of("invoices"),
        "patient_id": _of("patients"),
        "practitioner_id": _of("practitioners"),
        "status": _NUMBER,
    },
    "invoice_items": {**_DELETABLE, "invoice_id": _of("invoices"), "source_item_id": _of()},
    "medical_alerts": {**_DELETABLE, "patient_id": _of("patients")},
    "patients": {
        **_ARCHIVABLE,
        "accepted_privacy_policy": _FLAG,
        "date_of_birth": _DATE,
        "email": _TEXT,
        "first_name": _TEXT,
        "last_name": _TEXT,
        "old_reference_id": _TEXT,
        "preferred_first_name": _TEXT,
    },
    "patient_attachments": {
        **_ARCHIVABLE,
        "content_type": _TEXT,
        "description": _TEXT,
        "filename": _TEXT,
        "patient_id": _of("patients"),
        "processed_at": _TIME,
        "size": _NUMBER,
        "user_id": _of("users"),
    },
    "patient_cases": {
        **_ARCHIVABLE,
        "closed_at": _TIME,
        "expiry_date": _DATE,
        "issue_date": _DATE,
        "name": _TEXT,
        "patient_id": _of("patients"),
        "referral_type": _TEXT,
    },
    "patient_forms": {
        **_ARCHIVABLE,
        "attendee_id": _of("attendees"),
        "completed_at": _TIME,
        "patient_id": _of("patients"),
    },
    "patient_form_templates": _ARCHIVABLE,
    "practitioners": _PRACTITIONER,
    "practitioner_reference_numbers": {
        "business_id": _of("businesses"),
        "practitioner_id": _of("practitioners"),
        "reference_number": _TEXT,
    },
    "products": {**_ARCHIVABLE, "name": _TEXT, "tax_id": _of("taxes")},
    "product_suppliers": {"name": _TEXT},
    "recalls": {**_ARCHIVABLE, "patient_id": _of("patients")},
    "recall_types": _ARCHIVABLE,
    "referral_sources": {
        **_ARCHIVABLE,
        "referral_source_type_id": _of("referral_source_types"),
        "referrer_id": _of("patients", "contacts"),
    },
    "referral_source_types": _ARCHIVABLE,
    "relationships": {**_ARCHIVABLE, "patient_id": _of("patients")},
    "stock_adjustments": {**_ARCHIVABLE, "product_id": _of("products")},
    "taxes": {},
    "treatment_notes": {
        **_DELETABLE,
        "attendee_id": _of("attendees"),
        "booking_id": _BOOKING,
        "draft": _FLAG,
        "patient_id": _of("patients"),
        "practitioner_id": _of("practitioners"),
        "treatment_note_template_id": _of("treatment_note_templates"),
    },
    "treatment_note_templates": _DELETABLE,
    "unavailable_blocks": {
        **_DELETABLE,
        **_SERIES,
        "repeated_from_id": _of("unavailable_blocks", "bookings"),
        "unavailable_block_type_id": _of("unavailable_block_types"),
    },
    "unavailable_block_types": _ARCHIVABLE,
    "users": {},
}

FIELDS: Final[Mapping[str, Mapping[str, FieldType]]] = {
    kind: {"id": _of(kind, *ALIASES.get(kind, ())), "created_at": _TIME, "updated_at": _TIME, **fields}
    for kind, fields in _TABLE.items()
}
"""The filterable fields of each kind's list. `services` and the settings can't be filtered."""


def fields_without(kind: str, *left_out: str) -> Mapping[str, FieldType]:
    """Gives the filterable fields of a nested list, which lacks those that its address fixes.

    Args:
        kind: The kind of record listed.
        left_out: The fields that the nested list doesn't know.
    """
    return {name: field for name, field in FIELDS[kind].items() if name not in left_out}
