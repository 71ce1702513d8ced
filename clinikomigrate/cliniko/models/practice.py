"""The clinic itself: its places and its people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.catalogue import AppointmentType
    from clinikomigrate.cliniko.models.patients import PhoneNumber


@attrs.frozen(kw_only=True, repr=False)
class Business(Entity):
    """A place where the clinic works.

    Attributes:
        additional_information: Free text about the place.
        additional_invoice_information: Printed on every invoice.
        appointment_reminders_enabled: Whether patients are reminded of appointments here.
        appointment_type_ids: What is offered here.
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        business_registration_name: What the registration is called: `ABN`.
        business_registration_value: The registration itself.
        contact_information: Free text: how to reach the place.
        country: The country's English name; can't be written.
        country_code: ISO 3166-1, two letters: `AU`.
        deleted_at: An older word for archiving, filled in by older versions of the product.
        display_name: What patients see.
        email_reply_to: Where answers to e-mails go.
        label: The name that the product shows, put together by the API.
        time_zone: The product's own label: `Melbourne`.
        time_zone_identifier: IANA name: `Australia/Melbourne`.
    """

    kind: ClassVar[str] = "businesses"
    collections: ClassVar[frozenset[str]] = frozenset({"appointments", "practitioners"})

    additional_information: str | None = None
    additional_invoice_information: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    appointment_reminders_enabled: bool | None = None
    appointment_type_ids: tuple[str, ...] | None = attrs.field(default=None, metadata={"identifier": True})
    archived_at: datetime | None = None
    business_name: str | None = None
    business_registration_name: str | None = None
    business_registration_value: str | None = None
    city: str | None = None
    contact_information: str | None = None
    country: str | None = None
    country_code: str | None = None
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    display_name: str | None = None
    email_reply_to: str | None = None
    label: str | None = None
    post_code: str | None = None
    show_in_online_bookings: bool | None = None
    state: str | None = None
    time_zone: str | None = None
    time_zone_identifier: str | None = None
    updated_at: datetime | None = None
    website_address: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class BusinessDraft(Draft):
    """A business to be written.

    Attributes:
        additional_information: Free text about the place. At most 5000 characters.
        additional_invoice_information: Printed on every invoice. At most 5000 characters.
        appointment_reminders_enabled: Whether patients are reminded of appointments here.
        appointment_type_ids: What is offered here.
        business_registration_name: What the registration is called: `ABN`.
        business_registration_value: The registration itself.
        contact_information: Free text: how to reach the place.
        country_code: ISO 3166-1, two letters: `AU`.
        display_name: What patients see.
        email_reply_to: Where answers to e-mails go.
        logo: An image in Base64. Can be written but not read.
        logo_height: In pixels.
        remove_logo: True takes the logo away.
        time_zone: The product's own label: `Melbourne`. Given together with `time_zone_identifier`, this one counts.
        time_zone_identifier: IANA name: `Australia/Melbourne`.
    """

    kind: ClassVar[str] = "businesses"

    additional_information: str | Unset | None = UNSET
    additional_invoice_information: str | Unset | None = UNSET
    address_1: str | Unset | None = UNSET
    address_2: str | Unset | None = UNSET
    appointment_reminders_enabled: bool | Unset | None = UNSET
    appointment_type_ids: Sequence[Ref[AppointmentType] | str] | Unset | None = attrs.field(
        default=UNSET, metadata={"kind": "appointment_types"}
    )
    business_name: str | Unset | None = UNSET
    business_registration_name: str | Unset | None = UNSET
    business_registration_value: str | Unset | None = UNSET
    city: str | Unset | None = UNSET
    contact_information: str | Unset | None = UNSET
    country_code: str | Unset | None = UNSET
    display_name: str | Unset | None = UNSET
    email_reply_to: str | Unset | None = UNSET
    logo: str | Unset = UNSET
    logo_height: int | Unset = UNSET
    post_code: str | Unset | None = UNSET
    remove_logo: bool | Unset = UNSET
    show_in_online_bookings: bool | Unset | None = UNSET
    state: str | Unset | None = UNSET
    time_zone: str | Unset | None = UNSET
    time_zone_identifier: str | Unset | None = UNSET
    website_address: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class Practitioner(Entity):
    """Somebody who treats patients.

    Practitioners are made in the product; the API only reads them. Lists have the active ones; those who left are in
    a list of their own.

    Attributes:
        active: Whether they work here still.
        default_appointment_type: What is offered first when they are booked.
        designation: `Physiotherapist` and the like.
        display_name: What patients see.
        label: The full name, put together by the API.
        title: `Dr` and the like.
        user: The login they have.
    """

    kind: ClassVar[str] = "practitioners"
    collections: ClassVar[frozenset[str]] = frozenset(
        {"appointment_types", "appointments", "invoices", "practitioner_reference_numbers"}
    )

    active: bool | None = None
    created_at: datetime | None = None
    default_appointment_type: Ref[AppointmentType] | None = None
    description: str | None = None
    designation: str | None = None
    display_name: str | None = None
    first_name: str | None = None
    label: str | None = None
    last_name: str | None = None
    show_in_online_bookings: bool | None = None
    title: str | None = None
    updated_at: datetime | None = None
    user: Ref[User] | None = None


@attrs.frozen(kw_only=True, repr=False)
class PractitionerReferenceNumber(Entity):
    """A practitioner's number at one business: a provider number of a health system.

    Attributes:
        name: What kind of number it is.
    """

    kind: ClassVar[str] = "practitioner_reference_numbers"

    business: Ref[Business] | None = None
    created_at: datetime | None = None
    name: str | None = None
    practitioner: Ref[Practitioner] | None = None
    reference_number: str | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class PractitionerReferenceNumberDraft(Draft):
    """A practitioner's reference number to be written.

    To be created it needs `business_id` and `practitioner_id`.

    Attributes:
        name: What kind of number it is.
    """

    kind: ClassVar[str] = "practitioner_reference_numbers"

    business_id: Ref[Business] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "businesses", "required": True}
    )
    name: str | Unset | None = UNSET
    practitioner_id: Ref[Practitioner] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "practitioners", "required": True}
    )
    reference_number: str | Unset | None = UNSET


@attrs.frozen(kw_only=True, repr=False)
class User(Entity):
    """Somebody who can log in.

    Users are made in the product; the API only reads them, and all but oneself only with an administrator's key.

    Attributes:
        active: Whether they can log in.
        role: `administrator`, `bookkeeper`, `power receptionist`, `practitioner`, `receptionist` or `scheduler`.
        time_zone: The product's own label: `Melbourne`.
        time_zone_identifier: IANA name: `Australia/Melbourne`.
        title: `Dr` and the like.
        user_active: The documentation doesn't tell it from `active`.
    """

    kind: ClassVar[str] = "users"

    active: bool | None = None
    created_at: datetime | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone_numbers: tuple[PhoneNumber, ...] | None = None
    role: str | None = None
    time_zone: str | None = None
    time_zone_identifier: str | None = None
    title: str | None = None
    updated_at: datetime | None = None
    user_active: bool | None = None
