"""The settings of an account, in full for administrators and in part for everybody."""

from __future__ import annotations

from typing import ClassVar

import attrs

from clinikomigrate.client.entity import Part, Record
from clinikomigrate.cliniko.models.custom_fields import CustomFields


@attrs.frozen(kw_only=True, repr=False)
class ComplianceSettings(Part):
    """Whether the account keeps to the American rules for health data.

    Attributes:
        hipaa_compliance_conflict_messages: What is against the rules, in English sentences.
        hyphenated_conflict_messages: The same under the spelling that the documentation has, with a hyphen.
    """

    has_hipaa_compliance_conflicts: bool | None = None
    hipaa_compliance_conflict_messages: tuple[str, ...] | None = None
    hyphenated_conflict_messages: tuple[str, ...] | None = attrs.field(
        default=None, metadata={"json": "hipaa_compliance-conflict_messages"}
    )


@attrs.frozen(kw_only=True, repr=False)
class AccountAdministrator(Part):
    """Who answers for the account."""

    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class AccountSettings(Part):
    """What the account is.

    Attributes:
        admin: Who answers for the account.
        country: The country's English name.
        country_code: ISO 3166-1, two letters: `AU`.
        currency_symbol: `$`
        email_from: The sender's address of e-mails to patients.
        first_name: Of who answers for the account.
        has_time_travelers: Nothing documents what it means.
        invoice_calculation_method: How tax is worked out: 1 legacy, 2 tax exclusive, 3 tax inclusive.
        invoice_calculation_method_description: The method in English words.
        last_name: Of who answers for the account.
        requires_tfa: Whether users have to log in with two factors.
        subdomain: The name in `https://{subdomain}.cliniko.com`.
        time_zone: The product's own label: `Melbourne`.
        time_zone_identifier: IANA name: `Australia/Melbourne`.
    """

    admin: AccountAdministrator | None = None
    compliance: ComplianceSettings | None = None
    country: str | None = None
    country_code: str | None = None
    currency_symbol: str | None = None
    email_from: str | None = None
    first_name: str | None = None
    has_time_travelers: bool | None = None
    id: str | None = attrs.field(default=None, metadata={"identifier": True})
    include_patient_dob_on_invoice: bool | None = None
    invoice_calculation_method: int | None = None
    invoice_calculation_method_description: str | None = None
    invoice_default_notes: str | None = None
    invoice_title: str | None = None
    last_name: str | None = None
    legal_account_name: str | None = None
    name: str | None = None
    requires_tfa: bool | None = None
    subdomain: str | None = None
    time_zone: str | None = None
    time_zone_identifier: str | None = None
    time_zone_support: bool | None = None


@attrs.frozen(kw_only=True, repr=False)
class CalendarSettings(Part):
    """How the diary looks.

    Attributes:
        start_hour: First hour shown, 0 to 23.
        end_hour: Hour at which the day ends on screen.
        multiple_appointments_gap: Whether a gap is left beside appointments, for another at the same time.
    """

    end_hour: int | None = None
    multiple_appointments_gap: bool | None = None
    show_current_time_indicator: bool | None = None
    start_hour: int | None = None
    timeslot_height_in_pixels: int | None = None
    timeslot_size_in_minutes: int | None = None


@attrs.frozen(kw_only=True, repr=False)
class DocumentSettings(Part):
    """How printed documents look.

    Attributes:
        logo_height: In pixels.
    """

    logo_height: int | None = None
    logo_url: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class Integration(Part):
    """Whether another product is connected.

    Attributes:
        integrated_for_invoices: Whether invoices go to it too; of Xero only.
    """

    enabled: bool | None = None
    integrated_for_invoices: bool | None = None


@attrs.frozen(kw_only=True, repr=False)
class IntegrationSettings(Part):
    """Which other products are connected."""

    mail_chimp: Integration | None = None
    medipass: Integration | None = None
    xero: Integration | None = None


@attrs.frozen(kw_only=True, repr=False)
class AdRoll(Part):
    """The account's ids at AdRoll, which follows advertisements."""

    advertiser_id: str | None = None
    pixel_id: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class GoogleAnalytics(Part):
    """The account's id at Google Analytics."""

    tracking_id: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class GoogleTagManager(Part):
    """The account's id at Google Tag Manager."""

    container_id: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class OnlineBookingSettings(Part):
    """What patients see and may do when they book online.

    Attributes:
        booking_reservation_minutes: How long a time is held for somebody who is about to book it.
        daily_bookings_limit: At most so many online bookings in a day.
        min_hours_advance_required_to_book: How long before an appointment booking ends.
        policy: What patients have to agree to.
        practitioner_order: Ids of practitioners, as they are listed.
    """

    adroll: AdRoll | None = None
    allow_bookings_days_in_advance: int | None = None
    allow_online_bookings_time_zone_choice: bool | None = None
    booking_reservation_minutes: int | None = None
    calendar_info: str | None = None
    daily_bookings_limit: int | None = None
    disabled_text: str | None = None
    disabled_title: str | None = None
    enabled: bool | None = None
    google_analytics: GoogleAnalytics | None = None
    google_tag_manager: GoogleTagManager | None = None
    logo_url: str | None = None
    max_appointments_per_day_segment: int | None = None
    min_hours_advance_required_to_book: int | None = None
    min_hours_notice_for_patient_cancellation: int | None = None
    notice_enabled: bool | None = None
    notice_text: str | None = None
    notice_title: str | None = None
    notify_practitioner_by_email: bool | None = None
    notify_practitioner_by_sms: bool | None = None
    policy: str | None = None
    practitioner_order: tuple[str, ...] | None = None
    privacy_policy_url: str | None = None
    require_patient_address: bool | None = None
    show_appointment_duration: bool | None = None
    show_prices: bool | None = None


@attrs.frozen(kw_only=True, repr=False)
class OnlinePaymentSettings(Part):
    """Whether patients can pay online."""

    activated: bool | None = None


@attrs.frozen(kw_only=True, repr=False)
class PrivacySettings(Part):
    """How patients' names are shown, and what goes out by e-mail.

    Attributes:
        baa_requested: Whether an American business associate agreement was asked for.
        browser_title_name_format: `first_name`, `full_name`, `initials`, `anonymous` or `semi_anonymous`.
        ical_patient_name_option: Likewise, in calendars that others subscribe to.
    """

    anonymise_appointments_on_deletion: bool | None = None
    anonymise_booking_notifications: bool | None = None
    anonymise_invoices_and_payments_on_deletion: bool | None = None
    baa_requested: bool | None = None
    browser_title_name_format: str | None = None
    ical_patient_name_option: str | None = None
    prevent_sending_financial_data_by_email: bool | None = None
    requires_hipaa_compliance: bool | None = None


@attrs.frozen(kw_only=True, repr=False)
class ReminderSettings(Part):
    """How new patients are reminded of appointments.

    Attributes:
        default_reminder_type: `None`, `SMS`, `Email` or `SMS & Email`, as text.
        default_reminders_communication_channels: 1 SMS, 2 e-mail; an empty list for neither.
        default_reminders_communication_channels_description: The channels in English words.
    """

    default_reminder_type: str | None = None
    default_reminders_communication_channels: tuple[int, ...] | None = None
    default_reminders_communication_channels_description: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class SmsSettings(Part):
    """What text messages can be.

    Attributes:
        default_alphanumeric_source_number: The sender's name on messages that can't be answered.
        max_message_length: In characters; None for no limit.
    """

    alphanumeric_source_number_required: bool | None = None
    default_alphanumeric_source_number: str | None = None
    max_message_length: int | None = None
    number_of_usable_characters_per_message: int | None = None
    replies_supported: bool | None = None


@attrs.frozen(kw_only=True, repr=False)
class TerminologySettings(Part):
    """What things are called.

    Attributes:
        address_city: The label of that part of an address, `Suburb`; the others likewise.
        patient: `patient` or `client`.
        titles: The titles that are offered.
    """

    address_city: str | None = None
    address_post_code: str | None = None
    address_state: str | None = None
    patient: str | None = None
    titles: tuple[str, ...] | None = None


@attrs.frozen(kw_only=True, repr=False)
class WaitListSettings(Part):
    """How long patients stay on the wait list.

    Attributes:
        default_wait_list_expiry_period: The unit isn't documented.
    """

    default_wait_list_expiry_period: int | None = None


@attrs.frozen(kw_only=True, repr=False)
class PublicSettings(Record):
    """The settings that every user's key may read.

    Attributes:
        patient_custom_fields_definition: The clinic's own fields for patients.
    """

    kind: ClassVar[str] = "public_settings"

    account: AccountSettings | None = None
    calendar: CalendarSettings | None = None
    documents_and_printing: DocumentSettings | None = None
    integrations: IntegrationSettings | None = None
    online_bookings: OnlineBookingSettings | None = None
    online_payments: OnlinePaymentSettings | None = None
    patient_custom_fields_definition: CustomFields | None = None
    patient_privacy: PrivacySettings | None = None
    reminders: ReminderSettings | None = None
    sms: SmsSettings | None = None
    terminology: TerminologySettings | None = None
    wait_list: WaitListSettings | None = None


@attrs.frozen(kw_only=True, repr=False)
class Settings(PublicSettings):
    """All settings that the API shows. They can't be written."""

    kind: ClassVar[str] = "settings"
