"""Patients, whom Splose also calls clients, and what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity, Part
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.splose.models.fields import NEEDED, id_of, pointing_at, spelled


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class PhoneNumber(Part):
    """A phone number of a patient or a contact; read and written alike.

    Attributes:
        type: `Mobile`, `Home`, `Work`, `Fax` or `Other`.
        code: The country's dialling code, with its plus: `+61`.
        phone_number: The number without the country's code.
    """

    type: str | None = None
    code: str | None = None
    phone_number: str | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class NdisInfo(Part):
    """A patient's plan under Australia's National Disability Insurance Scheme; read and written alike.

    Attributes:
        fund_management: Who manages the plan's money: `Plan-managed`.
        nominee_mobile_code: The country's dialling code, with its plus: `+61`.
        nominee_mobile_number: The number without the country's code.
        start_date: When the plan begins.
        end_date: When the plan ends.
    """

    diagnosis: str | None = None
    nominee_email: str | None = None
    fund_management: str | None = None
    nominee_last_name: str | None = None
    nominee_first_name: str | None = None
    nominee_mobile_code: str | None = None
    nominee_mobile_number: str | None = None
    start_date: datetime | None = None
    end_date: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class HealthFund(Part):
    """A patient's membership of a health fund; can't be written."""

    name: str | None = None
    membership_number: str | None = None
    patient_number: str | None = None
    card_issue_number: str | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class PatientCustomFieldValue(Part):
    """What a patient has in one of the clinic's own fields. Written with `patients.set_custom_fields`.

    Attributes:
        name: The field's name.
        value: A text or a number.
    """

    name: str | None = None
    value: object = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class Patient(Entity):
    """A person whom the clinic treats; the product calls them clients.

    Attributes:
        address_l1: The address's first line.
        address_l2: The address's second line.
        address_l3: The address's third line.
        alert: Shown to everybody who opens the record.
        archived: Lists leave out what is archived unless asked for it.
        communication_preference: `NONE`, `SMS`, `SMS_EMAIL` or `EMAIL`; the workspace's setting where nobody chose.
        country: The country's name: `Australia`.
        deleted_at: None while it is active.
        invoice_recipient_id: The contact to whom invoices go.
        irn: The person's line on the Medicare card.
        medicare_num: Card number of Australia's Medicare.
        ndis_number: Of Australia's National Disability Insurance Scheme.
        phone_numbers: In the order in which they are shown.
        privacy_policy: `No response`, `Accepted`, `Rejected`, or empty.
        timezone: IANA name: `Australia/Sydney`.
        title: `Ms.`, `Dr.` and the like.
        veterans_file_number: Of the Australian Department of Veterans' Affairs.
    """

    kind: ClassVar[str] = "patients"

    firstname: str | None = None
    lastname: str | None = None
    middle_name: str | None = None
    preferred_name: str | None = None
    title: str | None = None
    email: str | None = None
    sex: str | None = None
    gender_identity: str | None = None
    pronouns: str | None = None
    alert: str | None = None
    invoice_recipient_id: str | None = attrs.field(default=None, metadata=id_of("contacts"))
    birthdate: date | None = None
    timezone: str | None = None
    extra_info: str | None = None
    extra_billing_info: str | None = None
    address_l1: str | None = None
    address_l2: str | None = None
    address_l3: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None
    phone_numbers: tuple[PhoneNumber, ...] | None = None
    privacy_policy: str | None = None
    ndis_number: str | None = None
    ndis_info: NdisInfo | None = None
    medicare_num: str | None = None
    irn: str | None = None
    veterans_file_number: str | None = None
    emergency_contact_number: str | None = None
    emergency_contact_name: str | None = None
    emergency_contact_relationship: str | None = None
    communication_preference: str | None = None
    archived: bool | None = None
    patient_tags: tuple[str, ...] | None = None
    custom_fields: tuple[PatientCustomFieldValue, ...] | None = None
    health_fund: HealthFund | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class PatientDraft(Draft):
    """A patient to be written.

    To be created it needs `firstname` and `lastname`. An update is no set of changes: it replaces the main fields, and
    needs `firstname`, `lastname`, `email`, `sex`, `gender_identity`, `alert`, `birthdate`, `city`, `state`,
    `postal_code`, `country`, `phone_numbers`, `privacy_policy`, `ndis_number`, `medicare_num`, `irn`,
    `veterans_file_number` and the three of the emergency contact, of which most may be None. Start it from the record
    as it is: `PatientDraft.replacing(patient)`.

    Attributes:
        address_l1: The address's first line. Only when it is created.
        address_l2: The address's second line. Only when it is created.
        address_l3: The address's third line. Only when it is created.
        alert: Shown to everybody who opens the record.
        archived: Whether it is created archived. Only when it is created: the API has no way to archive later.
        communication_preference: `NONE`, `SMS`, `SMS_EMAIL` or `EMAIL`; the workspace's setting where it isn't given.
        country: The country's name: `Australia`.
        created_at: When the record came to be, also long ago.
        extra_billing_info: Only when it is created.
        extra_info: Only when it is created.
        firstname: At least one character.
        invoice_recipient_id: The contact to whom invoices go. Only when it is created.
        irn: The person's line on the Medicare card.
        lastname: At least one character.
        medicare_num: Card number of Australia's Medicare.
        middle_name: Only when it is created.
        ndis_number: Of Australia's National Disability Insurance Scheme.
        patient_tags: All of them. Only in an update.
        phone_numbers: All of them. An update can't give None.
        preferred_name: Only when it is created.
        privacy_policy: `No response`, `Accepted`, `Rejected`, or empty.
        pronouns: Only when it is created.
        timezone: IANA name: `Australia/Sydney`.
        title: `Ms.`, `Dr.` and the like. Only when it is created.
        updated_at: When the record last changed.
        veterans_file_number: Of the Australian Department of Veterans' Affairs.
    """

    kind: ClassVar[str] = "patients"

    firstname: str | Unset = attrs.field(default=UNSET, metadata=NEEDED)
    lastname: str | Unset = attrs.field(default=UNSET, metadata=NEEDED)
    middle_name: str | Unset | None = UNSET
    preferred_name: str | Unset | None = UNSET
    title: str | Unset | None = UNSET
    email: str | Unset | None = UNSET
    sex: str | Unset | None = UNSET
    gender_identity: str | Unset | None = UNSET
    pronouns: str | Unset | None = UNSET
    alert: str | Unset | None = UNSET
    invoice_recipient_id: Ref[Any] | str | Unset | None = attrs.field(default=UNSET, metadata=pointing_at("contacts"))
    birthdate: date | Unset | None = UNSET
    timezone: str | Unset | None = UNSET
    extra_info: str | Unset | None = UNSET
    extra_billing_info: str | Unset | None = UNSET
    address_l1: str | Unset | None = UNSET
    address_l2: str | Unset | None = UNSET
    address_l3: str | Unset | None = UNSET
    city: str | Unset | None = UNSET
    state: str | Unset | None = UNSET
    postal_code: str | Unset | None = UNSET
    country: str | Unset | None = UNSET
    phone_numbers: Sequence[PhoneNumber] | Unset | None = UNSET
    privacy_policy: str | Unset | None = UNSET
    ndis_number: str | Unset | None = UNSET
    ndis_info: NdisInfo | Unset | None = UNSET
    medicare_num: str | Unset | None = UNSET
    irn: str | Unset | None = UNSET
    veterans_file_number: str | Unset | None = UNSET
    emergency_contact_number: str | Unset | None = UNSET
    emergency_contact_name: str | Unset | None = UNSET
    emergency_contact_relationship: str | Unset | None = UNSET
    communication_preference: str | Unset = UNSET
    archived: bool | Unset | None = UNSET
    patient_tags: Sequence[str] | Unset | None = UNSET
    created_at: datetime | Unset = UNSET
    updated_at: datetime | Unset = UNSET

    @classmethod
    def replacing(cls, patient: Patient) -> PatientDraft:
        """Makes the draft of an update that changes nothing; give it what is to change with `attrs.evolve`.

        `created_at` and `updated_at` are left out: an update need not give them.

        Args:
            patient: The patient as it is now, read just before.
        """
        values = {name: getattr(patient, name) for name in UPDATED if getattr(patient, name) is not None}
        nothing = dict.fromkeys(NEEDED_TO_UPDATE)
        return cls(**{**nothing, **values, "phone_numbers": patient.phone_numbers or ()})


CREATED_ONLY = frozenset(
    {
        "middle_name", "preferred_name", "title", "pronouns", "invoice_recipient_id", "extra_info",
        "extra_billing_info", "address_l1", "address_l2", "address_l3", "archived",
    }
)  # fmt: skip
"""What a patient can be given when it is created and not later."""

NEEDED_TO_UPDATE = (
    "firstname", "lastname", "email", "sex", "gender_identity", "alert", "birthdate", "city", "state", "postal_code",
    "country", "phone_numbers", "privacy_policy", "ndis_number", "medicare_num", "irn", "veterans_file_number",
    "emergency_contact_number", "emergency_contact_name", "emergency_contact_relationship",
)  # fmt: skip
"""What each update of a patient has to give."""

UPDATED = (*NEEDED_TO_UPDATE, "timezone", "ndis_info", "patient_tags", "communication_preference")
"""What an update of a patient can give, but for the two times."""


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class PatientFile(Entity):
    """What the API says of a file once it has it; it can be neither read, nor listed, nor deleted."""

    kind: ClassVar[str] = "patient_files"

    name: str | None = None
    patient_id: str | None = attrs.field(default=None, metadata=id_of("patients"))
