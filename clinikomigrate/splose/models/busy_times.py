"""Times in which practitioners can't be booked, and why."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

import attrs

from clinikomigrate.client.entity import Entity
from clinikomigrate.splose.models.fields import id_of, spelled


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class BusyTime(Entity):
    """A time in which practitioners can't be booked; can only be read.

    Attributes:
        archived: Lists leave out what is archived unless asked for it.
        deleted_at: None while it is active.
        recurring_rule: As iCalendar has it: a `DTSTART` and an `RRULE`.
        repeat_id: What the busy times of one series have in common.
    """

    kind: ClassVar[str] = "busy_times"

    start: datetime | None = None
    end: datetime | None = None
    location_id: str | None = attrs.field(default=None, metadata=id_of("locations"))
    practitioner_ids: tuple[str, ...] | None = attrs.field(default=None, metadata=id_of("practitioners"))
    busy_time_type_id: str | None = attrs.field(default=None, metadata=id_of("busy_time_types"))
    repeat_id: str | None = None
    recurring_rule: str | None = None
    note: str | None = None
    archived: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None


@attrs.frozen(kw_only=True, repr=False, field_transformer=spelled)
class BusyTimeType(Entity):
    """What keeps practitioners busy; can only be read.

    Attributes:
        archived: Lists leave out what is archived unless asked for it.
        color: Red, green and blue in hexadecimal digits: `#808080`.
        deleted_at: None while it is active.
        duration: In minutes.
        is_utilisation_included: Whether such time counts as worked.
        title: Its name.
    """

    kind: ClassVar[str] = "busy_time_types"

    title: str | None = None
    color: str | None = None
    duration: Decimal | None = None
    is_utilisation_included: bool | None = None
    note: str | None = None
    archived: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None
