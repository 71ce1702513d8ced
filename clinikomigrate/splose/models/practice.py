"""The workspace itself: where, by whom and what is offered. All of it can only be read."""

from __future__ import annotations

from datetime import date as calendar_date
from datetime import datetime, time
from decimal import Decimal
from typing import ClassVar

import attrs

from clinikomigrate.client.entity import Entity, Part
from clinikomigrate.splose.models.fields import id_of, spelled


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class Service(Entity):
    """What the clinic offers: a type of appointment, or of support activity.

    Attributes:
        archived: Lists leave out what is archived unless asked for it.
        code: Of a schedule of fees, or the clinic's own.
        deleted_at: None while it is active.
        duration: In minutes.
        for_: `appointment` or `support activity`; only the former can be booked.
        pricing: For one unit, before tax.
        tax_type: `STANDARD`, `ZERO`, `EXEMPT`, `REDUCED` or another code.
        type: A group of the workspace's own.
        unit: `Hour` or `Each`.
    """

    kind: ClassVar[str] = "services"

    for_: str | None = None
    name: str | None = None
    description: str | None = None
    type: str | None = None
    code: str | None = None
    duration: Decimal | None = None
    unit: str | None = None
    pricing: Decimal | None = None
    tax_type: str | None = None
    allow_provider_travel: bool | None = None
    provider_travel_item_code: str | None = None
    provider_travel_pricing: Decimal | None = None
    allow_provider_travel_non_labour_costs: bool | None = None
    provider_travel_non_labour_costs_item_code: str | None = None
    provider_travel_non_labour_costs_pricing: Decimal | None = None
    service_tags: tuple[str, ...] | None = None
    archived: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class Location(Entity):
    """A place where the clinic works.

    Attributes:
        abn: Australian Business Number.
        archived: Lists leave out what is archived unless asked for it.
        deleted_at: None while it is active.
        timezone: IANA name: `Australia/Sydney`.
        title: Its name.
    """

    kind: ClassVar[str] = "locations"

    title: str | None = None
    abn: str | None = None
    address: str | None = None
    postal_code: str | None = None
    suburb: str | None = None
    state: str | None = None
    country: str | None = None
    phone: str | None = None
    email: str | None = None
    online_booking: bool | None = None
    timezone: str | None = None
    archived: bool | None = None
    associated_service_ids: tuple[str, ...] | None = attrs.field(default=None, metadata=id_of("services"))
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class PractitionerConnection(Part):
    """A location where a practitioner works, or a service that a practitioner offers.

    Attributes:
        type: `Location` or `Service`.
        type_id: The id of that location or service.
    """

    type_id: str | None = attrs.field(default=None, metadata=id_of("locations", "services"))
    type: str | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class ProviderNumber(Part):
    """A practitioner's registration with a health system.

    Attributes:
        location_id: Where it counts; None for everywhere.
        type: `Medicare` and the like.
    """

    type: str | None = None
    number: str | None = None
    location_id: str | None = attrs.field(default=None, metadata=id_of("locations"))


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class Practitioner(Entity):
    """A person who treats patients.

    Attributes:
        archived: Lists leave out what is archived unless asked for it.
        deleted_at: None while it is active.
        role_name: What the user may do: a role of the product or of the workspace's own.
        timezone: IANA name: `Australia/Sydney`.
        title: `Ms.`, `Dr.` and the like.
    """

    kind: ClassVar[str] = "practitioners"

    firstname: str | None = None
    lastname: str | None = None
    email: str | None = None
    title: str | None = None
    profession: str | None = None
    is_active: bool | None = None
    description: str | None = None
    role_name: str | None = None
    online_booking: bool | None = None
    timezone: str | None = None
    connections: tuple[PractitionerConnection, ...] | None = None
    provider_numbers: tuple[ProviderNumber, ...] | None = None
    archived: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class Availability(Part):
    """Hours of one day in which a practitioner can be booked.

    Attributes:
        date: The day.
        end_time: By the clock of the location.
        repeat_interval: `Weekly` or `Fortnightly`; None where it doesn't repeat.
        start_time: By the clock of the location.
    """

    date: calendar_date | None = None
    location_id: str | None = attrs.field(default=None, metadata=id_of("locations"))
    start_time: time | None = None
    end_time: time | None = None
    repeat_interval: str | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class CustomFieldOption(Entity):
    """One of the answers that a field of the clinic's own offers.

    Attributes:
        deleted_at: None while it is active.
        value: Its label.
    """

    kind: ClassVar[str] = "custom_field_options"

    custom_field_id: str | None = attrs.field(default=None, metadata=id_of("custom_fields"))
    value: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class CustomField(Entity):
    """A field of the clinic's own for patients; it can't be created through the API.

    Attributes:
        deleted_at: None while it is active.
        type: `Short text`, `Long text`, `Single dropdown`, `Multiple dropdown`, `Multiple choice`, `Numerical` or
            `Date picker`.
    """

    kind: ClassVar[str] = "custom_fields"

    name: str | None = None
    type: str | None = None
    required: bool | None = None
    options: tuple[CustomFieldOption, ...] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None
