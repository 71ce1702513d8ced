"""The kinds of record about the practice itself: its places, its people and their hours."""

from __future__ import annotations

from clinikomigrate.testing.columns import Column, flag, ref, refs, stamps, text, texts, whole
from clinikomigrate.testing.kinds.kind import ARCHIVABLE, READ_ONLY, Kind

ROLES = ("administrator", "bookkeeper", "power receptionist", "practitioner", "receptionist", "scheduler")

PRACTICE = (
    Kind(
        "businesses",
        ARCHIVABLE | {"unarchive"},
        (
            *texts("additional_information additional_invoice_information", 5000),
            *texts("address_1 address_2 business_name business_registration_name business_registration_value city"),
            *texts("contact_information country_code display_name email_reply_to post_code state website_address"),
            *texts("time_zone time_zone_identifier"),
            text("logo", null=False, read=False),
            whole("logo_height", null=False, read=False),
            flag("remove_logo", null=False, kept=False),
            flag("appointment_reminders_enabled", default=True),
            flag("show_in_online_bookings", default=True),
            refs("appointment_type_ids", "appointment_types"),
            *stamps("archived_at deleted_at"),
        ),
        required=("business_name",),
        filters="archived_at deleted_at appointment_type_ids show_in_online_bookings",
        links={"appointments": "/businesses/{id}/appointments", "practitioners": "/businesses/{id}/practitioners"},
    ),
    Kind(
        "users",
        READ_ONLY,
        (
            *texts("first_name last_name email title time_zone time_zone_identifier", write="never"),
            text("role", write="never", one_of=ROLES, default="practitioner"),
            flag("active", write="never", default=True),
            Column("phone_numbers", "object", "never"),
        ),
        hidden_by=(),
    ),
    Kind(
        "practitioners",
        READ_ONLY,
        (
            *texts("first_name last_name title designation display_name description", write="never"),
            flag("active", write="never", default=True),
            flag("show_in_online_bookings", write="never", default=True),
            ref("user_id", "users", write="never"),
            ref("default_appointment_type_id", "appointment_types", write="never"),
            refs("business_ids", "businesses", write="never", read=False),
        ),
        filters="user_id show_in_online_bookings active",
        hidden_by=(),
        links={
            "appointment_types": "/practitioners/{id}/appointment_types",
            "appointments": "/practitioners/{id}/appointments",
            "invoices": "/practitioners/{id}/invoices",
            "practitioner_reference_numbers": "/practitioners/{id}/practitioner_reference_numbers",
        },
    ),
    Kind(
        "practitioner_reference_numbers",
        frozenset({"list", "get", "create", "update", "delete"}),
        (
            *texts("name reference_number"),
            ref("business_id", "businesses"),
            ref("practitioner_id", "practitioners"),
        ),
        required=("business_id", "practitioner_id"),
        filters="business_id practitioner_id reference_number",
        hidden_by=(),
    ),
    Kind(
        "daily_availabilities",
        READ_ONLY,
        (
            whole("day_of_week", write="never"),
            Column("availabilities", "object", "never"),
            ref("business_id", "businesses", write="never"),
            ref("practitioner_id", "practitioners", write="never"),
            *texts("time_zone time_zone_identifier", write="never"),
        ),
        filters="business_id practitioner_id",
        hidden_by=(),
    ),
)
