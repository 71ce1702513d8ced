"""The kinds of record about patients and those around them."""

from __future__ import annotations

import re

from clinikomigrate.testing.columns import Column, flag, money, ref, refs, stamp, stamps, text, texts, whole
from clinikomigrate.testing.kinds.kind import ARCHIVABLE, READ_ONLY, Kind

EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,63}")
DVA_CARD = re.compile(r"[NVQSWT]([A-Z ][0-9]{1,6}|[A-Z]{2}[0-9]{1,5}|[A-Z]{3}[0-9]{1,4})[A-Z]?")
RELATIONS = {10: "Parent", 20: "Child", 30: "Sibling", 40: "Spouse", 50: "Partner", 60: "Relative", 70: "Other"}
CONTACT_TYPES = {0: "Standard", 1: "Doctor", 2: "3rd Party Payer"}

PEOPLE = (
    Kind(
        "patients",
        ARCHIVABLE | {"unarchive"},
        (
            *texts("first_name last_name", 255, null=False),
            *texts("address_1 address_2 address_3 city emergency_contact medicare occupation", 255, blank=""),
            *texts("old_reference_id title", 255, blank=""),
            *texts("medicare_reference_number preferred_first_name referral_source", 255),
            *texts("appointment_notes invoice_default_to invoice_extra_information notes", blank=""),
            *texts("post_code state", blank=""),
            *texts("country country_code gender_identity sex time_zone"),
            text("gender", write="never"),
            text("email", 255, pattern=EMAIL),
            text("invoice_email", pattern=EMAIL),
            text("dva_card_number", pattern=DVA_CARD),
            text("reminder_type", one_of=("None", "SMS", "Email", "SMS & Email")),
            Column("date_of_birth", "date"),
            *(flag(name) for name in ("accepted_privacy_policy", "accepted_email_marketing")),
            *(flag(name, default=True) for name in ("receives_confirmation_emails", "receives_cancellation_emails")),
            flag("accepted_sms_marketing", write="never", default=True),
            flag("unsubscribe_sms_marketing", null=False, kept=False),
            Column("custom_fields", "object"),
            Column("pronouns", "object"),
            Column("patient_phone_numbers", "object", null=False),
            Column("reminders_communication_channels", "object", null=False),
            Column("follow_ups_communication_channels", "object", null=False),
            ref("concession_type_id", "concession_types"),
            ref("referring_doctor_id", "contacts"),
            ref("merged_with_patient_id", "patients", write="never"),
            *stamps("archived_at deleted_at merged_at"),
        ),
        required=("first_name", "last_name"),
        filters="archived_at date_of_birth email first_name last_name old_reference_id preferred_first_name "
        "accepted_privacy_policy",
        links={
            "appointments": "/patients/{id}/appointments",
            "attendees": "/patients/{id}/attendees",
            "invoices": "/patients/{id}/invoices",
            "medical_alerts": "/patients/{id}/medical_alerts",
            "patient_attachments": "/patients/{id}/patient_attachments",
            "relationships": "/relationships?q%5B%5D=patient_id%3A%3D{id}",
        },
    ),
    Kind(
        "contacts",
        ARCHIVABLE,
        (
            *texts("address_1 address_2 address_3 city company_name email first_name last_name", 255, blank=""),
            *texts("occupation post_code provider_number state", 255, blank=""),
            *texts("notes preferred_name title", blank=""),
            text("country_code", 2, blank=""),
            text("doctor_type", one_of=("general_practitioner", "specialist"), blank=""),
            whole("type_code", one_of=tuple(CONTACT_TYPES), default=0),
            Column("phone_numbers", "object", null=False),
            *stamps("archived_at deleted_at"),
        ),
        filters="archived_at deleted_at email first_name last_name type_code company_name occupation",
    ),
    Kind(
        "relationships",
        ARCHIVABLE - {"delete_archives"},
        (
            ref("patient_id", "patients"),
            ref("related_patient_id", "patients"),
            whole("relation", one_of=tuple(RELATIONS), null=False),
            ref("mirror_id", "relationships", write="never", read=False),
            stamp("archived_at"),
        ),
        required=("patient_id", "related_patient_id", "relation"),
        filters="archived_at patient_id",
    ),
    Kind(
        "referral_source_types",
        READ_ONLY,
        (
            text("name", 255, write="never"),
            text("referrer_type", write="never", one_of=("Contact", "Patient")),
            Column("subcategories", "object", "never"),
            stamp("archived_at"),
        ),
        filters="archived_at",
    ),
    Kind(
        "referral_sources",
        frozenset({"list"}),
        (
            ref("patient_id", "patients", write="never"),
            ref("referral_source_type_id", "referral_source_types"),
            ref("referrer_id", "referrers", read=False),
            text("subcategory"),
            text("notes"),
            stamp("archived_at"),
        ),
        required=("referral_source_type_id",),
        filters="archived_at referral_source_type_id referrer_id",
    ),
    Kind(
        "medical_alerts",
        ARCHIVABLE,
        (text("name", 255, null=False), ref("patient_id", "patients"), *stamps("archived_at deleted_at")),
        required=("name", "patient_id"),
        filters="archived_at deleted_at patient_id",
    ),
    Kind(
        "patient_cases",
        ARCHIVABLE - {"delete_archives"},
        (
            text("name", null=False),
            text("notes"),
            ref("patient_id", "patients"),
            ref("contact_id", "contacts"),
            *(Column(name, "date") for name in ("expiry_date", "issue_date")),
            *(flag(name, default=False) for name in ("include_cancelled_attendees", "include_dna_attendees")),
            flag("referral", default=False),
            text("referral_type", one_of=("dva", "medicare")),
            flag("closed", default=False),
            money("max_invoiceable_amount"),
            whole("max_sessions", 1, 200),
            refs("attendee_ids", "attendees"),
            refs("patient_attachment_ids", "patient_attachments", null=False, read=False),
            *stamps("archived_at closed_at"),
        ),
        required=("name", "patient_id"),
        filters="archived_at patient_id expiry_date closed_at issue_date name referral_type",
        links={
            "attendees": "/patient_cases/{id}/attendees",
            "bookings": "/patient_cases/{id}/bookings",
            "invoices": "/patient_cases/{id}/invoices",
            "patient_attachments": "/patient_cases/{id}/patient_attachments",
        },
    ),
    Kind(
        "recalls",
        ARCHIVABLE - {"delete_archives"},
        (
            ref("patient_id", "patients"),
            ref("recall_type_id", "recall_types"),
            Column("recall_at", "object", null=False),
            text("notes"),
            stamp("archived_at"),
        ),
        required=("patient_id", "recall_type_id", "recall_at"),
        filters="archived_at patient_id",
    ),
    Kind(
        "recall_types",
        ARCHIVABLE - {"delete_archives"},
        (text("name", null=False), stamp("archived_at")),
        required=("name",),
        filters="archived_at",
    ),
)
