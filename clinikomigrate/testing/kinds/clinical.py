"""The kinds of clinical record: notes, forms, files and memos."""

from __future__ import annotations

from clinikomigrate.testing.columns import Column, flag, ref, stamp, stamps, text, texts, whole
from clinikomigrate.testing.kinds.kind import ARCHIVABLE, Kind

DIRECTIONS = {1: "Sent", 2: "Received"}
COMMUNICATION_TYPES = {1: "SMS", 2: "Email", 3: "Phone call", 4: "Other"}
MEMO = 12
CATEGORIES = {
    1: "Appointment Reminder",
    3: "Invoice",
    4: "Appointment Confirmation",
    5: "Letter",
    7: "SMS Message",
    8: "Reply from Patient",
    9: "Account Statement",
    MEMO: "Memo",
    14: "Payment Receipt",
    15: "Bulk Email",
    16: "Appointment Cancellation",
    17: "Patient Form",
    19: "Completed Patient Form",
    48: "Appointment Follow Up Message",
}

CLINICAL = (
    Kind(
        "treatment_note_templates",
        ARCHIVABLE,
        (
            text("name", 255, null=False),
            Column("content", "object", null=False),
            Column("print_settings", "object", null=False),
            *stamps("archived_at deleted_at"),
        ),
        required=("name",),
        filters="archived_at deleted_at",
    ),
    Kind(
        "treatment_notes",
        ARCHIVABLE | {"unarchive"},
        (
            text("title", null=False),
            flag("draft"),
            Column("content", "object"),
            ref("patient_id", "patients"),
            ref("booking_id", "bookings"),
            ref("attendee_id", "attendees"),
            ref("treatment_note_template_id", "treatment_note_templates"),
            ref("practitioner_id", "practitioners", write="never"),
            text("author_name", write="never"),
            *stamps("archived_at deleted_at finalized_at pinned_at"),
        ),
        required=("title", "draft", "patient_id"),
        filters="archived_at deleted_at attendee_id booking_id draft patient_id practitioner_id "
        "treatment_note_template_id",
        secret=True,
    ),
    Kind(
        "patient_form_templates",
        ARCHIVABLE - {"delete_archives"},
        (
            text("name", 255, null=False),
            Column("content", "object"),
            *(flag(name, default=False) for name in ("email_to_patient_on_completion", "restricted_to_practitioner")),
            stamp("archived_at"),
        ),
        required=("name",),
        filters="archived_at",
    ),
    Kind(
        "patient_forms",
        ARCHIVABLE - {"delete_archives"},
        (
            text("name", 255, null=False),
            Column("content", "object"),
            *(flag(name, default=False) for name in ("email_to_patient_on_completion", "restricted_to_practitioner")),
            flag("completed", null=False, kept=False),
            ref("patient_id", "patients"),
            ref("attendee_id", "attendees"),
            ref("patient_form_template_id", "patient_form_templates", read=False),
            ref("business_id", "businesses"),
            text("url", write="never"),
            *stamps("archived_at completed_at edited_at"),
        ),
        required=("patient_id",),
        filters="archived_at attendee_id completed_at patient_id",
    ),
    Kind(
        "signatures",
        frozenset(),
        (
            ref("patient_form_id", "patient_forms", write="never", read=False),
            text("image", write="never"),
            ref("user_id", "users", write="never"),
        ),
        hidden_by=(),
    ),
    Kind(
        "patient_attachments",
        ARCHIVABLE,
        (
            ref("patient_id", "patients", write="create"),
            text("description", 255),
            text("upload_url", write="create", null=False, kept=False, key="temp_attachment_url"),
            text("filename", write="create"),
            *texts("content_type category", write="never"),
            whole("size", write="never"),
            ref("user_id", "users", write="never"),
            flag("processing_completed", write="never", default=False),
            Column("content", "object", "never", read=False),
            Column("pending", "object", "never", read=False),
            flag("full_export", write="never", read=False, default=False),
            *stamps("archived_at pinned_at processed_at"),
        ),
        required=("patient_id", "upload_url"),
        filters="archived_at content_type description filename patient_id processed_at size user_id",
    ),
    Kind(
        "communications",
        ARCHIVABLE - {"delete_archives"},
        (
            flag("confidential"),
            *texts("content from to"),
            text("content_subject", write="never"),
            whole("category_code", one_of=(MEMO,), default=MEMO),
            whole("direction_code", one_of=tuple(DIRECTIONS)),
            whole("type_code", one_of=tuple(COMMUNICATION_TYPES)),
            ref("patient_id", "patients"),
            ref("attendee_id", "attendees", write="never"),
            ref("booking_id", "bookings", write="never"),
            ref("invoice_id", "invoices", write="never"),
            ref("letter_id", "letters", write="never"),
            ref("payment_id", "payments", write="never"),
            stamp("archived_at"),
        ),
        required=("confidential", "content", "direction_code", "from", "to", "patient_id", "type_code"),
        filters="archived_at category_code patient_id letter_id type_code",
    ),
)
