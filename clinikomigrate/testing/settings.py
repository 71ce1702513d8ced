"""What `/settings` and `/settings/public` answer, and the custom fields that an account defines."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from clinikomigrate.testing.places import COUNTRIES, ZONES

CustomField = tuple[str, str] | tuple[str, str, Sequence[str]]
"""A custom field: its name, its type and, for `checkboxes` and `radiobuttons`, its options."""

_PRIVATE: dict[str, tuple[str, ...]] = {
    "account": (
        "admin",
        "compliance",
        "email_from",
        "first_name",
        "include_patient_dob_on_invoice",
        "invoice_default_notes",
        "invoice_title",
        "last_name",
        "legal_account_name",
        "requires_tfa",
        "time_zone",
        "time_zone_identifier",
    ),
    "integrations": ("medipass",),
    "online_bookings": ("adroll", "google_analytics", "google_tag_manager"),
    "patient_privacy": (
        "anonymise_appointments_on_deletion",
        "anonymise_booking_notifications",
        "anonymise_invoices_and_payments_on_deletion",
        "baa_requested",
    ),
    "terminology": ("address_city", "address_post_code", "address_state"),
}
"""What the public settings leave out, by section."""


def new_settings(identifier: str, subdomain: str, country_code: str, time_zone: str) -> dict[str, Any]:
    """Gives the settings of a new account; tests may change what they like in them.

    Any: settings are a tree of JSON values, and tests reach deep into it.
    """
    country = COUNTRIES[country_code]
    name = subdomain.replace("-", " ").title()
    return {
        "account": {
            "id": identifier,
            "name": name,
            "country": country.name,
            "country_code": country_code,
            "currency_symbol": country.currency,
            "subdomain": subdomain,
            "has_time_travelers": False,
            "time_zone_support": True,
            "invoice_calculation_method": 3,
            "invoice_calculation_method_description": "Tax inclusive",
            "email_from": f"reception@{subdomain}.example",
            "first_name": "Olivia",
            "last_name": "Owner",
            "compliance": {"has_hipaa_compliance_conflicts": False, "hipaa_compliance_conflict_messages": []},
            "admin": {"email": f"owner@{subdomain}.example", "first_name": "Olivia", "last_name": "Owner"},
            "include_patient_dob_on_invoice": False,
            "invoice_default_notes": None,
            "invoice_title": None,
            "legal_account_name": None,
            "requires_tfa": False,
            "time_zone": time_zone,
            "time_zone_identifier": ZONES[time_zone],
        },
        "calendar": {
            "start_hour": 7,
            "end_hour": 19,
            "timeslot_height_in_pixels": 20,
            "timeslot_size_in_minutes": 15,
            "show_current_time_indicator": True,
            "multiple_appointments_gap": False,
        },
        "documents_and_printing": {"logo_url": None, "logo_height": 80},
        "integrations": {
            "mail_chimp": {"enabled": False},
            "xero": {"enabled": False},
            "medipass": {"enabled": False},
        },
        "online_bookings": {
            "allow_bookings_days_in_advance": 60,
            "allow_online_bookings_time_zone_choice": False,
            "booking_reservation_minutes": 15,
            "calendar_info": None,
            "daily_bookings_limit": 3,
            "disabled_text": None,
            "disabled_title": None,
            "enabled": True,
            "logo_url": None,
            "max_appointments_per_day_segment": 5,
            "min_hours_advance_required_to_book": 1,
            "min_hours_notice_for_patient_cancellation": 24,
            "notice_enabled": False,
            "notice_text": None,
            "notice_title": None,
            "notify_practitioner_by_email": True,
            "notify_practitioner_by_sms": False,
            "policy": None,
            "practitioner_order": None,
            "privacy_policy_url": None,
            "require_patient_address": False,
            "show_appointment_duration": True,
            "show_prices": True,
            "adroll": {"advertiser_id": None, "pixel_id": None},
            "google_analytics": {"tracking_id": None},
            "google_tag_manager": {"container_id": None},
        },
        "online_payments": {"activated": False},
        "patient_custom_fields_definition": {"sections": []},
        "patient_privacy": {
            "browser_title_name_format": "full_name",
            "ical_patient_name_option": "full_name",
            "prevent_sending_financial_data_by_email": False,
            "requires_hipaa_compliance": False,
            "anonymise_appointments_on_deletion": False,
            "anonymise_booking_notifications": False,
            "anonymise_invoices_and_payments_on_deletion": False,
            "baa_requested": False,
        },
        "reminders": {
            "default_reminder_type": "SMS & Email",
            "default_reminders_communication_channels": [1, 2],
            "default_reminders_communication_channels_description": "SMS & Email",
        },
        "sms": {
            "alphanumeric_source_number_required": False,
            "default_alphanumeric_source_number": "",
            "max_message_length": None,
            "number_of_usable_characters_per_message": 160,
            "replies_supported": True,
        },
        "terminology": {
            "patient": "patient",
            "titles": ["Dr", "Mr", "Mrs", "Ms", "Mx"],
            "address_city": "Suburb",
            "address_post_code": "Postcode",
            "address_state": "State",
        },
        "wait_list": {"default_wait_list_expiry_period": 14},
    }


def public_part(settings: Mapping[str, Any]) -> dict[str, Any]:  # Any: a tree of JSON values
    """Gives what the public may know of the settings."""
    public = copy.deepcopy(dict(settings))
    for section, keys in _PRIVATE.items():
        for key in keys:
            public[section].pop(key, None)
    return public


def custom_fields(
    account: str, sections: Mapping[str, Sequence[CustomField]]
) -> dict[str, Any]:  # Any: a tree of JSON values
    """Gives a definition of patients' custom fields with tokens that only this account has.

    Args:
        account: What the tokens are made from: another account, other tokens.
        sections: The fields of each section, by the section's name.
    """

    def token(*path: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join((account, *path))))

    defined = []
    for section, fields in sections.items():
        rows: list[dict[str, Any]] = []
        for name, kind, *options in fields:
            row: dict[str, Any] = {"name": name, "token": token(section, str(name)), "type": kind, "archived": False}
            if kind in ("checkboxes", "radiobuttons"):
                row["options"] = [
                    {"name": option, "token": token(section, str(name), option), "archived": False}
                    for option in options[0]
                ]
                row["other"] = {"enabled": True, "archived": False}
            rows.append(row)
        defined.append({"name": section, "token": token(section), "archived": False, "fields": rows})
    return {"sections": defined}
