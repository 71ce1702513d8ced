"""Patients, their pronouns and their phone numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity, Part
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.billing import ConcessionType
    from clinikomigrate.cliniko.models.contacts import Contact
    from clinikomigrate.cliniko.models.custom_fields import CustomFields
    from clinikomigrate.cliniko.models.unions import Booking


@attrs.frozen(kw_only=True, repr=False)
class PhoneNumber(Part):
    """A phone number of a patient, a contact or a user.

    Attributes:
        normalized_number: The number with country code and without blanks, worked out by the API; can't be written.
        number: As somebody typed it.
        phone_type: `Fax`, `Home`, `Mobile`, `Other` or `Work`.
    """

    normalized_number: str | None = None
    number: str | None = None
    phone_type: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class Patient(Entity):
    """A person whom the clinic treats.

    A patient who was merged into another is archived and says into whom; the other doesn't say from whom.

    Attributes:
        accepted_email_marketing: None where nobody asked.
        accepted_privacy_policy: None where nobody asked.
        accepted_sms_marketing: None where nobody asked. Written as its opposite, `unsubscribe_sms_marketing`.
        appointment_notes: Shown with each of the patient's appointments.
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        concession_type: The price reduction that applies.
        country: Deprecated in favour of `country_code`: the country's English name.
        country_code: ISO 3166-1, two letters: `AU`.
        custom_fields: What the patient has in the clinic's own fields.
        deleted_at: An older word for archiving, filled in by older versions of the product.
        dva_card_number: Card of the Australian Department of Veterans' Affairs.
        follow_ups_communication_channels: How follow-ups are sent: 1 SMS, 2 e-mail; an empty list for neither.
        follow_ups_communication_channels_description: The channels in English words.
        gender: Deprecated in favour of `sex` and `gender_identity`; can't be written.
        invoice_default_to: Whom invoices are made out to.
        invoice_email: Where invoices go instead of `email`.
        invoice_extra_information: Printed on every invoice.
        label: The full name, put together by the API.
        latest_booking: Its kind is `bookings`, whichever class it has.
        medicare: Card number of Australia's Medicare.
        medicare_reference_number: The person's line on the Medicare card.
        merged_at: None unless the patient was found to be another one.
        merged_with_patient: The patient who remains.
        old_reference_id: The patient's id in a system that was used before. Lists can be filtered by it.
        receives_cancellation_emails: Whether the patient is written to when an appointment is cancelled.
        receives_confirmation_emails: Whether the patient is written to when an appointment is made.
        referral_source: Older free text. The structured one is a record of its own, `ReferralSource`.
        referring_doctor: Who sent the patient.
        reminder_type: Deprecated in favour of `reminders_communication_channels`: `None`, `SMS`, `Email` or `SMS &
            Email`.
        reminders_communication_channels: How reminders are sent: 1 SMS, 2 e-mail; an empty list for neither.
        reminders_communication_channels_description: The channels in English words.
        time_zone: IANA name: `Australia/Melbourne`; None for the account's.
        title: `Ms`, `Dr` and the like.
    """

    kind: ClassVar[str] = "patients"
    collections: ClassVar[frozenset[str]] = frozenset(
        {"appointments", "attendees", "invoices", "medical_alerts", "patient_attachments", "relationships"}
    )

    accepted_email_marketing: bool | None = None
    accepted_privacy_policy: bool | None = None
    accepted_sms_marketing: bool | None = None
    address_1: str | None = None
    address_2: str | None = None
    address_3: str | None = None
    appointment_notes: str | None = None
    archived_at: datetime | None = None
    city: str | None = None
    concession_type: Ref[ConcessionType] | None = None
    country: str | None = None
    country_code: str | None = None
    created_at: datetime | None = None
    custom_fields: CustomFields | None = None
    date_of_birth: date | None = None
    deleted_at: datetime | None = None
    dva_card_number: str | None = None
    email: str | None = None
    emergency_contact: str | None = None
    first_name: str | None = None
    follow_ups_communication_channels: tuple[int, ...] | None = None
    follow_ups_communication_channels_description: str | None = None
    gender: str | None = None
    gender_identity: str | None = None
    invoice_default_to: str | None = None
    invoice_email: str | None = None
    invoice_extra_information: str | None = None
    label: str | None = None
    last_name: str | None = None
    latest_booking: Ref[Booking] | None = None
    medicare: str | None = None
    medicare_reference_number: str | None = None
    merged_at: datetime | None = None
    merged_with_patient: Ref[Patient] | None = None
    notes: str | None = None
    occupation: str | None = None
    old_reference_id: str | None = None
    patient_phone_numbers: tuple[PhoneNumber, ...] | None = None
    post_code: str | None = None
    preferred_first_name: str | None = None
    pronouns: Pronouns | None = None
    receives_cancellation_emails: bool | None = None
    receives_confirmation_emails: bool | None = None
    referral_source: str | None = None
    referring_doctor: Ref[Contact] | None = None
    reminder_type: str | None = None
    reminders_communication_channels: tuple[int, ...] | None = None
    reminders_communication_channels_description: str | None = None
    sex: str | None = None
    state: str | None = None
    time_zone: str | None = None
    title: str | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class PatientDraft(Draft):
    """A patient to be written.

    Archiving comes last: the API doesn't find an archived patient when something is to be added.

    To be created it needs `first_name` and `last_name`.

    Attributes:
        accepted_email_marketing: None where nobody asked.
        accepted_privacy_policy: None where nobody asked.
        address_1: At most 255 characters.
        address_2: At most 255 characters.
        address_3: At most 255 characters.
        appointment_notes: Shown with each of the patient's appointments.
        city: At most 255 characters.
        concession_type_id: The price reduction that applies.
        country: Deprecated in favour of `country_code`.
        country_code: ISO 3166-1, two letters: `AU`.
        custom_fields: With the tokens of the account that is written to.
        dva_card_number: Card of the Australian Department of Veterans' Affairs. Checked for its shape.
        email: Checked for its shape. At most 255 characters.
        emergency_contact: At most 255 characters.
        first_name: At most 255 characters.
        follow_ups_communication_channels: How follow-ups are sent: 1 SMS, 2 e-mail; an empty list for neither.
        invoice_default_to: Whom invoices are made out to.
        invoice_email: Where invoices go instead of `email`. Checked for its shape.
        invoice_extra_information: Printed on every invoice.
        last_name: At most 255 characters.
        medicare: Card number of Australia's Medicare. At most 255 characters.
        medicare_reference_number: The person's line on the Medicare card. At most 255 characters.
        occupation: At most 255 characters.
        old_reference_id: The patient's id in a system that was used before. Lists can be filtered by it, which makes
            it a way to find a patient again. At most 255 characters.
        patient_phone_numbers: All of them: what is sent replaces what was there.
        preferred_first_name: At most 255 characters.
        pronouns: All five forms.
        receives_cancellation_emails: Whether the patient is written to when an appointment is cancelled.
        receives_confirmation_emails: Whether the patient is written to when an appointment is made.
        referral_source: Older free text. The structured one is a record of its own, `ReferralSource`. At most 255
            characters.
        referring_doctor_id: A contact.
        reminder_type: Deprecated in favour of `reminders_communication_channels`: `None`, `SMS`, `Email` or `SMS &
            Email`.
        reminders_communication_channels: How reminders are sent: 1 SMS, 2 e-mail; an empty list for neither.
        time_zone: IANA name: `Australia/Melbourne`; None for the account's.
        title: `Ms`, `Dr` and the like. At most 255 characters.
        unsubscribe_sms_marketing: True takes the consent to marketing by SMS away; the opposite of the readable
            `accepted_sms_marketing`.
    """

    kind: ClassVar[str] = "patients"

    accepted_email_marketing: bool | Unset | None = UNSET
    accepted_privacy_policy: bool | Unset | None = UNSET
    address_1: str | Unset | None = UNSET
    address_2: str | Unset | None = UNSET
    address_3: str | Unset | None = UNSET
    appointment_notes: str | Unset | None = UNSET
    city: str | Unset | None = UNSET
    concession_type_id: Ref[ConcessionType] | str | Unset | None = attrs.field(
        default=UNSET, metadata={"kind": "concession_types"}
    )
    country: str | Unset | None = UNSET
    country_code: str | Unset | None = UNSET
    custom_fields: CustomFields | Unset | None = UNSET
    date_of_birth: date | Unset | None = UNSET
    dva_card_number: str | Unset | None = UNSET
    email: str | Unset | None = UNSET
    emergency_contact: str | Unset | None = UNSET
    first_name: str | Unset = attrs.field(default=UNSET, metadata={"required": True})
    follow_ups_communication_channels: Sequence[int] | Unset = UNSET
    gender_identity: str | Unset | None = UNSET
    invoice_default_to: str | Unset | None = UNSET
    invoice_email: str | Unset | None = UNSET
    invoice_extra_information: str | Unset | None = UNSET
    last_name: str | Unset = attrs.field(default=UNSET, metadata={"required": True})
    medicare: str | Unset | None = UNSET
    medicare_reference_number: str | Unset | None = UNSET
    notes: str | Unset | None = UNSET
    occupation: str | Unset | None = UNSET
    old_reference_id: str | Unset | None = UNSET
    patient_phone_numbers: Sequence[PhoneNumberDraft] | Unset = UNSET
    post_code: str | Unset | None = UNSET
    preferred_first_name: str | Unset | None = UNSET
    pronouns: Pronouns | Unset | None = UNSET
    receives_cancellation_emails: bool | Unset | None = UNSET
    receives_confirmation_emails: bool | Unset | None = UNSET
    referral_source: str | Unset | None = UNSET
    referring_doctor_id: Ref[Contact] | str | Unset | None = attrs.field(default=UNSET, metadata={"kind": "contacts"})
    reminder_type: str | Unset | None = UNSET
    reminders_communication_channels: Sequence[int] | Unset = UNSET
    sex: str | Unset | None = UNSET
    state: str | Unset | None = UNSET
    time_zone: str | Unset | None = UNSET
    title: str | Unset | None = UNSET
    unsubscribe_sms_marketing: bool | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class PhoneNumberDraft(Part):
    """A phone number to be written as part of a patient or a contact.

    Attributes:
        number: As people write it.
        phone_type: `Fax`, `Home`, `Mobile`, `Other` or `Work`.
    """

    number: str | Unset = attrs.field(default=UNSET, metadata={"required": True})
    phone_type: str | Unset = attrs.field(default=UNSET, metadata={"required": True})


@attrs.frozen(kw_only=True, repr=False)
class Pronouns(Part):
    """The five forms of a person's pronouns.

    Read and written alike, so `UNSET` stands for a key that isn't there. To write, all five are needed, each of at
    most 50 characters.

    Attributes:
        nominative: `they`
        accusative: `them`
        pronominal_possessive: `their`
        predicative_possessive: `theirs`
        reflexive: `themselves`
    """

    nominative: str | Unset | None = UNSET
    accusative: str | Unset | None = UNSET
    pronominal_possessive: str | Unset | None = UNSET
    predicative_possessive: str | Unset | None = UNSET
    reflexive: str | Unset | None = UNSET
