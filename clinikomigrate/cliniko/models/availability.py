"""When practitioners work and when they don't."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import attrs

from clinikomigrate.client.entity import Draft, Entity, Part, Record
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.cliniko.models.repeats import RepeatRule, none_if_empty

if TYPE_CHECKING:
    from clinikomigrate.cliniko.models.practice import Business, Practitioner


@attrs.frozen(kw_only=True, repr=False)
class UnavailableBlock(Entity):
    """A time in which a practitioner can't be booked: a break, a meeting, a holiday.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        deleted_at: An older word for archiving, filled in by older versions of the product.
        ends_at: UTC.
        repeat_rule: None where it doesn't repeat.
        repeated_from: The first of the series it belongs to.
        starts_at: UTC.
    """

    kind: ClassVar[str] = "unavailable_blocks"
    collections: ClassVar[frozenset[str]] = frozenset({"conflicts", "repeats"})

    archived_at: datetime | None = None
    business: Ref[Business] | None = None
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    ends_at: datetime | None = None
    notes: str | None = None
    practitioner: Ref[Practitioner] | None = None
    repeat_rule: RepeatRule | None = attrs.field(default=None, converter=none_if_empty)
    repeated_from: Ref[UnavailableBlock] | None = None
    starts_at: datetime | None = None
    unavailable_block_type: Ref[UnavailableBlockType] | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class UnavailableBlockDraft(Draft):
    """An unavailable block to be written.

    To be created it needs `business_id`, `practitioner_id`, `starts_at` and `ends_at`.

    Attributes:
        ends_at: With a time zone; sent as UTC.
        repeat_rule: Makes the whole series at once. Leave it out to make this one only.
        starts_at: With a time zone; sent as UTC.
    """

    kind: ClassVar[str] = "unavailable_blocks"

    business_id: Ref[Business] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "businesses", "required": True}
    )
    ends_at: datetime | Unset = attrs.field(default=UNSET, metadata={"required": True})
    notes: str | Unset | None = UNSET
    practitioner_id: Ref[Practitioner] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "practitioners", "required": True}
    )
    repeat_rule: RepeatRule | Unset | None = UNSET
    starts_at: datetime | Unset = attrs.field(default=UNSET, metadata={"required": True})
    unavailable_block_type_id: Ref[UnavailableBlockType] | str | Unset | None = attrs.field(
        default=UNSET, metadata={"kind": "unavailable_block_types"}
    )


@attrs.frozen(kw_only=True, repr=False)
class UnavailableBlockType(Entity):
    """What an unavailable block is for: `Lunch`.

    Attributes:
        archived_at: None while it is active. Lists leave out what is archived unless asked for it.
        color: Hexadecimal, `#RGB` or `#RRGGBB`.
        system_controlled: Whether the product made it, so that it can't be changed.
    """

    kind: ClassVar[str] = "unavailable_block_types"

    archived_at: datetime | None = None
    color: str | None = None
    created_at: datetime | None = None
    duration_in_minutes: int | None = None
    name: str | None = None
    system_controlled: bool | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class UnavailableBlockTypeDraft(Draft):
    """An unavailable block type to be written.

    Attributes:
        color: Hexadecimal, `#RGB` or `#RRGGBB`.
        duration_in_minutes: 0 to 1440.
        name: At most 255 characters.
    """

    kind: ClassVar[str] = "unavailable_block_types"

    color: str | Unset = UNSET
    duration_in_minutes: int | Unset = UNSET
    name: str | Unset = UNSET


@attrs.frozen(kw_only=True, repr=False)
class AvailabilityBlock(Entity):
    """A time in which a practitioner works besides the usual week.

    Attributes:
        ends_at: UTC.
        repeat_rule: None where it doesn't repeat.
        starts_at: UTC.
    """

    kind: ClassVar[str] = "availability_blocks"

    business: Ref[Business] | None = None
    created_at: datetime | None = None
    ends_at: datetime | None = None
    practitioner: Ref[Practitioner] | None = None
    repeat_rule: RepeatRule | None = attrs.field(default=None, converter=none_if_empty)
    starts_at: datetime | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class AvailabilityBlockDraft(Draft):
    """An availability block to be written.

    It can't be changed, archived or deleted afterwards, through the API.

    To be created it needs `business_id`, `practitioner_id`, `starts_at` and `ends_at`.

    Attributes:
        ends_at: With a time zone; sent as UTC.
        repeat_rule: Makes the whole series at once. Leave it out to make this one only.
        starts_at: With a time zone; sent as UTC.
    """

    kind: ClassVar[str] = "availability_blocks"

    business_id: Ref[Business] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "businesses", "required": True}
    )
    ends_at: datetime | Unset = attrs.field(default=UNSET, metadata={"required": True})
    practitioner_id: Ref[Practitioner] | str | Unset = attrs.field(
        default=UNSET, metadata={"kind": "practitioners", "required": True}
    )
    repeat_rule: RepeatRule | Unset | None = UNSET
    starts_at: datetime | Unset = attrs.field(default=UNSET, metadata={"required": True})


@attrs.frozen(kw_only=True, repr=False)
class DailyAvailability(Entity):
    """The usual hours of a practitioner at a business on one day of the week.

    The API only reads it.

    Attributes:
        availabilities: The stretches of the day, in local time.
        day_of_week: Ambiguous. The older documentation counts from 1 for Monday to 7 for Sunday, the newer from 0 to
            6 without naming the first day: look at an account whose week is known before relying on it.
        time_zone: The product's own label: `Melbourne`.
        time_zone_identifier: IANA name: `Australia/Melbourne`.
    """

    kind: ClassVar[str] = "daily_availabilities"

    availabilities: tuple[Availability, ...] | None = None
    business: Ref[Business] | None = None
    created_at: datetime | None = None
    day_of_week: int | None = None
    practitioner: Ref[Practitioner] | None = None
    time_zone: str | None = None
    time_zone_identifier: str | None = None
    updated_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class AvailableTime(Record):
    """A time at which patients could book.

    Attributes:
        appointment_start: UTC.
    """

    kind: ClassVar[str] = "available_times"

    appointment_start: datetime | None = None


@attrs.frozen(kw_only=True, repr=False)
class Availability(Part):
    """One stretch of a working day.

    Attributes:
        starts_at: `hh:mm` in the availability's own time zone.
        ends_at: `hh:mm` in the availability's own time zone.
    """

    starts_at: str | None = None
    ends_at: str | None = None
