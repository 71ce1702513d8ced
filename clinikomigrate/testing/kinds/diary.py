"""The kinds of record in the appointment book."""

from __future__ import annotations

import re

from clinikomigrate.testing.columns import Column, flag, money, ref, refs, stamp, stamps, text, texts, whole
from clinikomigrate.testing.kinds.kind import ARCHIVABLE, Kind

COLOR = re.compile(r"#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})")
LEAD_TIMES = (0, 1, 2, 4, 12, 18, 24, 48, 72, 168, 336, 504, 672)
CANCELLATION_REASONS = {
    10: "Feeling Better",
    20: "Condition Worse",
    30: "Sick",
    31: "COVID-19 related",
    40: "Away",
    50: "Other",
    60: "Work",
}
REFUSED_REASONS = frozenset({31})
"""Reasons that old records have and new ones can't get."""

_CANCELLATION = (
    text("cancellation_note", write="never"),
    whole("cancellation_reason", write="never"),
    *stamps("archived_at cancelled_at deleted_at"),
    text("booking_ip_address", write="never"),
    flag("online_booking_policy_accepted", write="never"),
    *(flag(name, write="never", default=False) for name in ("email_reminder_sent", "sms_reminder_sent")),
    *(whole(name, write="never") for name in ("invoice_status", "treatment_note_status")),
)
_TIMES = (Column("starts_at", "moment", null=False), Column("ends_at", "moment"))
_PLACE = (ref("business_id", "businesses"), ref("practitioner_id", "practitioners"))
_BOOKING_FILTERS = "archived_at deleted_at business_id practitioner_id starts_at ends_at repeated_from_id"

DIARY = (
    Kind(
        "appointment_types",
        ARCHIVABLE,
        (
            text("name", 255, null=False),
            *texts("category description"),
            text("color", null=False, pattern=COLOR, default="#9FC5E8"),
            whole("duration_in_minutes", 1, 1439, null=False, default=30),
            whole("max_attendees", 1, 99, null=False, default=1),
            money("deposit_price", 0),
            flag("add_deposit_to_account_credit"),
            whole("online_bookings_lead_time_hours", one_of=LEAD_TIMES),
            text("online_payments_mode", one_of=("deposit_required", "optional", "required")),
            flag("show_in_online_bookings", default=False),
            flag("telehealth_enabled", default=False),
            ref("billable_item_id", "billable_items"),
            ref("product_id", "products"),
            ref("treatment_note_template_id", "treatment_note_templates"),
            *(
                refs(f"appointment_{purpose}_template_ids", "message_templates")
                for purpose in ("confirmation", "reminder", "follow_up")
            ),
            refs("business_ids", "businesses", null=False, read=False),
            refs("practitioner_ids", "practitioners", null=False, read=False),
            stamp("archived_at"),
        ),
        required=("name",),
        filters="archived_at category online_payments_mode show_in_online_bookings "
        "appointment_confirmation_template_ids appointment_reminder_template_ids "
        "appointment_follow_up_template_ids",
        links={
            "practitioners": "/appointment_types/{id}/practitioners",
            "appointment_type_billable_items": "/appointment_type_billable_items?q%5B%5D=appointment_type_id%3A%3D{id}",
            "appointment_type_products": "/appointment_type_products?q%5B%5D=appointment_type_id%3A%3D{id}",
        },
    ),
    Kind(
        "individual_appointments",
        ARCHIVABLE | {"cancel", "conflicts"},
        (
            ref("appointment_type_id", "appointment_types"),
            *_PLACE,
            *_TIMES,
            ref("patient_id", "patients"),
            ref("patient_case_id", "patient_cases"),
            text("notes"),
            Column("repeat_rule", "object"),
            ref("repeated_from_id", "individual_appointments", write="never"),
            *_CANCELLATION,
        ),
        required=("appointment_type_id", "business_id", "patient_id", "practitioner_id", "starts_at"),
        filters=f"{_BOOKING_FILTERS} cancelled_at appointment_type_id patient_id did_not_arrive",
        hidden_by=("archived_at", "cancelled_at"),
        links={
            "attendees": "/individual_appointments/{id}/attendees",
            "conflicts": "/individual_appointments/{id}/conflicts",
        },
    ),
    Kind(
        "group_appointments",
        ARCHIVABLE | {"conflicts"},
        (
            ref("appointment_type_id", "appointment_types"),
            *_PLACE,
            *_TIMES,
            whole("max_attendees", 2, 99, null=False),
            text("notes"),
            Column("repeat_rule", "object"),
            ref("repeated_from_id", "group_appointments", write="never"),
            *stamps("archived_at deleted_at"),
        ),
        required=("appointment_type_id", "business_id", "practitioner_id", "starts_at"),
        filters=f"{_BOOKING_FILTERS} appointment_type_id patient_ids",
        links={
            "attendees": "/group_appointments/{id}/attendees",
            "conflicts": "/group_appointments/{id}/conflicts",
        },
    ),
    Kind(
        "attendees",
        ARCHIVABLE | {"cancel"},
        (
            ref("booking_id", "bookings", write="create"),
            ref("patient_id", "patients", write="create"),
            ref("patient_case_id", "patient_cases"),
            flag("arrived"),
            flag("attendance_recorded", write="never", read=False, default=False),
            text("notes"),
            *_CANCELLATION,
        ),
        required=("booking_id", "patient_id"),
        filters="archived_at deleted_at cancelled_at appointment_id booking_id patient_case_id patient_id",
        hidden_by=("archived_at", "cancelled_at"),
        links={"invoices": "/attendees/{id}/invoices", "patient_forms": "/attendees/{id}/patient_forms"},
    ),
    Kind(
        "unavailable_blocks",
        ARCHIVABLE | {"conflicts"},
        (
            *_PLACE,
            *(Column(name, "moment", null=False) for name in ("starts_at", "ends_at")),
            text("notes"),
            Column("repeat_rule", "object"),
            ref("repeated_from_id", "unavailable_blocks", write="never"),
            ref("unavailable_block_type_id", "unavailable_block_types"),
            *stamps("archived_at deleted_at"),
        ),
        required=("business_id", "practitioner_id", "starts_at", "ends_at"),
        filters=f"{_BOOKING_FILTERS} unavailable_block_type_id",
        links={"conflicts": "/unavailable_blocks/{id}/conflicts"},
    ),
    Kind(
        "unavailable_block_types",
        ARCHIVABLE - {"delete_archives"},
        (
            text("name", 255, null=False),
            text("color", null=False, pattern=COLOR, default="#CCCCCC"),
            whole("duration_in_minutes", 1, 1439, null=False, default=60),
            flag("system_controlled", write="never", default=False),
            stamp("archived_at"),
        ),
        required=("name",),
        filters="archived_at",
    ),
    Kind(
        "availability_blocks",
        frozenset({"list", "get", "create"}),
        (
            *_PLACE,
            *(Column(name, "moment", null=False) for name in ("starts_at", "ends_at")),
            Column("repeat_rule", "object"),
        ),
        required=("business_id", "practitioner_id", "starts_at", "ends_at"),
        filters="business_id practitioner_id starts_at",
        hidden_by=(),
    ),
    Kind(
        "bookings",
        frozenset({"list", "get"}),
        (),
        filters=f"{_BOOKING_FILTERS} appointment_type_id cancelled_at did_not_arrive patient_ids email_reminder_sent "
        "invoice_status sms_reminder_sent treatment_note_status",
        hidden_by=("archived_at", "cancelled_at"),
    ),
)
