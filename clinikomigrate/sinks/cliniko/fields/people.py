"""What becomes of patients, of the people around them, and of short records about patients."""

from __future__ import annotations

from typing import Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko import reasons
from clinikomigrate.sinks.cliniko.fields.groups import RECORD, TOLD_BY_CODE, WORKED_OUT
from clinikomigrate.sinks.field_rules import (
    COUNTRY,
    DVA_CARD,
    EMAIL,
    STAND_IN,
    Table,
    archiving,
    carried,
    derived,
    linked,
    lost,
    matched,
    together,
)

_ADDRESS: Final = "address_1 address_2 address_3 city"
_BY_CODE: Final = "country_code says it"

PEOPLE: Final[Table] = {
    m.Contact: together(
        RECORD,
        archiving("archived_at deleted_at"),
        carried(f"{_ADDRESS} company_name email first_name last_name occupation", longest=255),
        carried("post_code provider_number state", longest=255),
        carried("country_code", pattern=COUNTRY),
        carried("notes preferred_name title"),
        carried("doctor_type", one_of=("general_practitioner", "specialist")),
        derived("the code says it, or is made of it", "type type_code"),
        derived("the API's own form is worked out anew", "phone_numbers"),
        derived(f"{_BY_CODE}; without a code it is counted as lost", "country"),
    ),
    m.Patient: together(
        RECORD,
        archiving("archived_at deleted_at"),
        carried("first_name last_name", longest=255, stand_in=STAND_IN),
        carried(f"{_ADDRESS} emergency_contact medicare medicare_reference_number occupation", longest=255),
        carried("old_reference_id preferred_first_name referral_source title", longest=255),
        carried("appointment_notes country_code date_of_birth gender_identity invoice_default_to"),
        carried("invoice_extra_information notes post_code sex state time_zone follow_ups_communication_channels"),
        carried("email", longest=255, pattern=EMAIL),
        carried("invoice_email", pattern=EMAIL),
        carried("dva_card_number", pattern=DVA_CARD),
        carried("accepted_email_marketing accepted_privacy_policy", null=True),
        linked("concession_type referring_doctor"),
        derived(
            "sent as they are, but for what would write to the patient during the transfer, until its end",
            "receives_cancellation_emails receives_confirmation_emails",
        ),
        derived("sent as the channels, where the source has them", "reminder_type reminders_communication_channels"),
        derived("sent as its opposite; only a yes is a yes", "accepted_sms_marketing"),
        derived("the fields of the destination with the same names take it", "custom_fields"),
        derived("sent if all five forms are there", "pronouns"),
        derived("the API's own form is worked out anew", "patient_phone_numbers"),
        derived(f"{_BY_CODE}; sent where there is no code", "country"),
        derived("sex or gender_identity says it; counted as lost where neither does", "gender"),
        derived(
            TOLD_BY_CODE,
            "follow_ups_communication_channels_description reminders_communication_channels_description",
        ),
        derived(WORKED_OUT, "label latest_booking"),
        derived("the patient is not copied; what hangs on it goes to the other", "merged_at merged_with_patient"),
    ),
    m.Relationship: together(
        RECORD,
        archiving(),
        linked("patient related_patient"),
        carried("relation", one_of=(10, 20, 30, 40, 50, 60, 70)),
        derived(TOLD_BY_CODE, "relation_description"),
    ),
    m.ReferralSource: together(
        RECORD,
        linked("patient"),
        matched("referral_source_type"),
        carried("notes", null=True),
        derived("sent where the destination's type has it", "subcategory"),
        derived("sent where the destination's type takes one", "referrer referrer_type"),
        lost(reasons.NOT_ARCHIVED, "archived_at"),
    ),
    m.MedicalAlert: together(
        RECORD,
        archiving("archived_at deleted_at"),
        carried("name", longest=255, stand_in=STAND_IN),
        linked("patient"),
    ),
    m.PatientCase: together(
        RECORD,
        archiving(),
        carried("name", stand_in=STAND_IN),
        carried("expiry_date include_cancelled_attendees include_dna_attendees issue_date notes referral"),
        carried("max_invoiceable_amount", low=0),
        carried("max_sessions", low=1, high=200),
        carried("referral_type", one_of=("dva", "medicare")),
        linked("patient contact"),
        derived("the attendees point at their case", "attendee_ids"),
        derived("closed when everything is linked", "closed"),
        lost(reasons.STAMPED, "closed_at"),
    ),
    m.Recall: together(RECORD, archiving(), linked("patient recall_type"), carried("notes recall_at")),
}
"""Contacts, patients, relationships, referral sources, alerts, cases and recalls."""
