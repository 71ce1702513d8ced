"""What becomes of patients, of their contacts and of their alerts."""

from __future__ import annotations

from typing import Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.field_rules import (
    EMAIL,
    STAND_IN,
    Rules,
    Table,
    carried,
    derived,
    lost,
    meta,
    renamed,
    said,
    together,
)
from clinikomigrate.sinks.splose import reasons

_RECORD: Final[Rules] = meta("id updated_at extra")
_ADDRESS: Final[Rules] = together(
    renamed(address_1="address_l1", address_2="address_l2", address_3="address_l3", post_code="postal_code"),
    carried("state"),
    derived("sent by its name, or by its code where the source has no name", "country country_code"),
)

PEOPLE: Final[Table] = {
    m.Contact: together(
        _RECORD,
        _ADDRESS,
        carried("company_name first_name last_name occupation preferred_name provider_number title"),
        renamed(city="suburb"),
        derived("sent, or what the user chose in its place", "email"),
        derived("sent as GP or Specialist", "doctor_type"),
        derived("sent as one of the two types that Splose has built in", "type type_code"),
        derived("taken apart into country and number", "phone_numbers"),
        lost(reasons.STAMPED, "created_at"),
        lost(reasons.NOT_ARCHIVED, "archived_at deleted_at"),
        lost(reasons.NO_NOTES, "notes"),
    ),
    m.Patient: together(
        _RECORD,
        _ADDRESS,
        renamed(first_name="firstname", last_name="lastname", stand_in=STAND_IN),
        renamed(pattern=EMAIL, email="email"),
        carried("city created_at gender_identity sex title"),
        renamed(
            date_of_birth="birthdate",
            dva_card_number="veterans_file_number",
            medicare="medicare_num",
            medicare_reference_number="irn",
            preferred_first_name="preferred_name",
            time_zone="timezone",
        ),
        derived("sent as a text", "pronouns"),
        derived("taken apart into country and number", "patient_phone_numbers"),
        derived("taken apart into name, relationship and number", "emergency_contact"),
        derived("sent as accepted, rejected or no response", "accepted_privacy_policy"),
        derived(
            "sent as the preference for messages",
            "reminder_type reminders_communication_channels reminders_communication_channels_description",
        ),
        derived("the workspace's fields of the same names take it, or it stands in words", "custom_fields"),
        derived("made archived", "archived_at deleted_at"),
        derived("stands in the information about billing", "invoice_extra_information"),
        derived("stands in the information about billing, under a heading", "invoice_default_to invoice_email"),
        derived("sex or gender identity says it; stands in words where neither does", "gender"),
        derived("stands in words, by its name", "concession_type"),
        derived("works itself out", "label latest_booking"),
        derived("the patient is not copied; what hangs on it goes to the other", "merged_at merged_with_patient"),
        said(
            notes="Notes",
            appointment_notes="Notes for all appointments",
            occupation="Occupation",
            referral_source="Referral source",
            old_reference_id="Earlier reference",
            accepted_email_marketing="Agreed to marketing by e-mail",
            accepted_sms_marketing="Agreed to marketing by SMS",
            receives_cancellation_emails="Receives e-mails about cancellations",
            receives_confirmation_emails="Receives e-mails that confirm appointments",
            follow_ups_communication_channels_description="Follow-up messages by",
        ),
        derived("the description next to it says it; counted as lost without one", "follow_ups_communication_channels"),
        lost(reasons.NO_REFERRER, "referring_doctor"),
    ),
    m.MedicalAlert: together(
        _RECORD,
        derived("stands in its client's alert", "name patient"),
        derived("an archived one stands in its client's document, or is counted as lost", "archived_at deleted_at"),
        meta("created_at"),
    ),
}
"""Contacts, patients and alerts."""
