"""Doctors, payers and others whom the clinic knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.splose.models.fields import NEEDED, id_of, spelled
from clinikomigrate.splose.models.patients import PhoneNumber


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class Contact(Entity):
    """A person or company that isn't a patient: a referring doctor, an insurer.

    Attributes:
        address_l1: The address's first line.
        address_l2: The address's second line.
        address_l3: The address's third line.
        archived: Lists leave out what is archived unless asked for it.
        doctor_type: `GP` or `Specialist`.
        name: How it is shown.
        provider_number: A doctor's registration with the health system.
        suburb: What is the city elsewhere.
        type: `Standard`, `Doctor`, or a type of the workspace's own.
    """

    kind: ClassVar[str] = "contacts"

    type: str | None = None
    name: str | None = None
    title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    preferred_name: str | None = None
    occupation: str | None = None
    company_name: str | None = None
    provider_number: str | None = None
    doctor_type: str | None = None
    associated_patient_ids: tuple[str, ...] | None = attrs.field(default=None, metadata=id_of("patients"))
    associated_invoice_ids: tuple[str, ...] | None = attrs.field(default=None, metadata=id_of("invoices"))
    associated_case_ids: tuple[str, ...] | None = attrs.field(default=None, metadata=id_of("cases"))
    email: str | None = None
    address_l1: str | None = None
    address_l2: str | None = None
    address_l3: str | None = None
    suburb: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None
    phone_numbers: tuple[PhoneNumber, ...] | None = None
    archived: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class ContactDraft(Draft):
    """A contact to be created; it can't be changed later.

    It needs `type`, `name` and `email`.

    Attributes:
        address_l1: The address's first line.
        address_l2: The address's second line.
        address_l3: The address's third line.
        country: The country's name; `Australia` where it isn't given.
        doctor_type: `GP` or `Specialist`.
        email: A valid address.
        name: How it is shown.
        provider_number: A doctor's registration with the health system.
        suburb: What is the city elsewhere.
        type: `Standard`, `Doctor`, or a type of the workspace's own.
    """

    kind: ClassVar[str] = "contacts"

    type: str | Unset = attrs.field(default=UNSET, metadata=NEEDED)
    name: str | Unset = attrs.field(default=UNSET, metadata=NEEDED)
    title: str | Unset | None = UNSET
    first_name: str | Unset | None = UNSET
    last_name: str | Unset | None = UNSET
    preferred_name: str | Unset | None = UNSET
    occupation: str | Unset | None = UNSET
    company_name: str | Unset | None = UNSET
    provider_number: str | Unset | None = UNSET
    doctor_type: str | Unset | None = UNSET
    email: str | Unset = attrs.field(default=UNSET, metadata=NEEDED)
    address_l1: str | Unset | None = UNSET
    address_l2: str | Unset | None = UNSET
    address_l3: str | Unset | None = UNSET
    suburb: str | Unset | None = UNSET
    state: str | Unset | None = UNSET
    postal_code: str | Unset | None = UNSET
    country: str | Unset | None = UNSET
    phone_numbers: Sequence[PhoneNumber] | Unset = UNSET
