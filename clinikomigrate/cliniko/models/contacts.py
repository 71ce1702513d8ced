"""The people and companies around patients: doctors, payers, and relatives among the patients."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.patients import Patient, PhoneNumber, PhoneNumberDraft


@attrs.frozen(kw_only=True, repr=False)
class Contact(Entity):
    """A person or company that isn't a patient: a referring doctor, an insurer.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        country: Deprecated in favour of `country_code`: the country's English name.
        country_code: ISO 3166-1, two letters: `AU`.
        deleted_at: An older word for archiving, filled in by older versions of the product.
        doctor_type: `general_practitioner` or `specialist`; blank or None for who isn't a doctor.
        provider_number: A doctor's registration with the health system.
        title: `Dr` and the like.
        type: The type in English words.
        type_code: 0 standard, 1 doctor, 2 third-party payer.
    """

    kind: ClassVar[str] = "contacts"

    address_1: str | None = None
    address_2: str | None = None
    address_3: str | None = None
    archived_at: datetime | None = None
    city: str | None = None
    company_name: str | None = None
    country: str | None = None
    country_code: str | None = None
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    doctor_type: str | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    notes: str | None = None
    occupation: str | None = None
    phone_numbers: tuple[PhoneNumber, ...] | None = None
    post_code: str | None = None
    preferred_name: str | None = None
    provider_number: str | None = None
    state: str | None = None
    title: str | None = None
    type: str | None = None
    type_code: int | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class ContactDraft(Draft):
    """A contact to be written.

    The API wants a first or a last name, even of a company.

    Attributes:
        address_1: At most 255 characters.
        address_2: At most 255 characters.
        address_3: At most 255 characters.
        city: At most 255 characters.
        company_name: At most 255 characters.
        country_code: ISO 3166-1, two letters: `AU`. At most 2 characters.
        doctor_type: `general_practitioner` or `specialist`; cleared by None.
        email: At most 255 characters.
        first_name: At most 255 characters.
        last_name: At most 255 characters.
        occupation: At most 255 characters.
        phone_numbers: All of them: what is sent replaces what was there.
        post_code: At most 255 characters.
        provider_number: A doctor's registration with the health system. At most 255 characters.
        state: At most 255 characters.
        title: `Dr` and the like.
        type_code: 0 standard, 1 doctor, 2 third-party payer.
    """

    kind: ClassVar[str] = "contacts"

    address_1: str | Unset | None = UNSET
    address_2: str | Unset | None = UNSET
    address_3: str | Unset | None = UNSET
    city: str | Unset | None = UNSET
    company_name: str | Unset | None = UNSET
    country_code: str | Unset | None = UNSET
    doctor_type: str | Unset | None = UNSET
    email: str | Unset | None = UNSET
    first_name: str | Unset | None = UNSET
    last_name: str | Unset | None = UNSET
    notes: str | Unset | None = UNSET
    occupation: str | Unset | None = UNSET
    phone_numbers: Sequence[PhoneNumberDraft] | Unset = UNSET
    post_code: str | Unset | None = UNSET
    preferred_name: str | Unset | None = UNSET
    provider_number: str | Unset | None = UNSET
    state: str | Unset | None = UNSET
    title: str | Unset | None = UNSET
    type_code: int | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Relationship(Entity):
    """How one patient is related to another.

    Each pair can be read from both sides.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        relation: What the related patient is to the patient: 10 parent, 20 child, 30 sibling, 40 spouse, 50 partner,
            60 relative, 70 other.
        relation_description: The relation in English words.
    """

    kind: ClassVar[str] = "relationships"

    archived_at: datetime | None = None
    created_at: datetime | None = None
    patient: Ref[Patient] | None = None
    related_patient: Ref[Patient] | None = None
    relation: int | None = None
    relation_description: str | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class RelationshipDraft(Draft):
    """A relationship between two patients to be written.

    To be created it needs `patient_id`, `related_patient_id` and `relation`.

    Attributes:
        relation: 10 parent, 20 child, 30 sibling, 40 spouse, 50 partner, 60 relative, 70 other.
    """

    kind: ClassVar[str] = "relationships"

    patient_id: Ref[Patient] | str | Unset = attrs.field(default=UNSET, metadata={"kind": "patients", "required": True})
    related_patient_id: Ref[Patient] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "patients", "required": True}
    )
    relation: int | Unset = attrs.field(default=UNSET, metadata={"required": True})
