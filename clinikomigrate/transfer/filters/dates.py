"""Filters that choose by when a booking is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from clinikomigrate.client.query import Condition, where
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.candidates import candidates
from clinikomigrate.transfer.filters.filter import Filter
from clinikomigrate.transfer.kinds import BOOKING_KINDS
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import Source


class Between(Filter):
    """Takes bookings and blocks that start between two times, and what is linked to those bookings.

    A note, a form, a message or an invoice is linked by its booking, or by an attendee of one. Patients stay, and what
    hangs on them without a booking.

    Args:
        start: The first time that is taken; a date begins at midnight UTC.
        end: The first time that is not taken any more; None for no end.

    Raises:
        ConfigurationError: A time has no time zone, or the end is not after the start.
    """

    def __init__(self, start: date | datetime, end: date | datetime | None) -> None:
        name = type(self).__name__
        self._start = moment(start, name)
        self._end = None if end is None else moment(end, name)
        if self._end is not None and self._end <= self._start:
            raise ConfigurationError(f"The end of Between ({end}) must be after its start ({start}).")

    def __repr__(self) -> str:
        return f"Between({self._start.isoformat()}, {self._end and self._end.isoformat()})"

    def _conditions(self) -> list[Condition]:
        conditions = [where("starts_at") >= self._start]
        if self._end is not None:
            conditions.append(where("starts_at") < self._end)
        return conditions

    def scope(self, source: Source, scope: Scope) -> None:
        """Reads which bookings are in time, and their attendees, at one list read per 100 of each."""
        for condition in self._conditions():
            for kind in (*BOOKING_KINDS, "availability_blocks"):
                scope.where(kind, condition)
        scope.only("bookings", (booking.id for booking in source.stream("bookings", *self._conditions())))
        attendees = candidates(source, scope, "attendees")
        scope.only("attendees", (attendee.id for attendee in attendees if scope.takes(attendee)))

    def keeps(self, record: Any, scope: Scope) -> bool:
        """Keeps what is linked to no booking and no attendee of one, and what is linked to one that is in time."""
        links = (("bookings", "booking"), ("bookings", "appointment"), ("attendees", "attendee"))
        linked = ((kind, getattr(record, attribute, None)) for kind, attribute in links)
        return all(ref is None or scope.has(kind, ref.id) for kind, ref in linked)


class Since(Between):
    """Takes bookings and blocks that start at a time or later, and what is linked to those bookings.

    Patients stay, and what hangs on them without a booking.

    Args:
        start: The first time that is taken; a date begins at midnight UTC.

    Raises:
        ConfigurationError: The time has no time zone.
    """

    def __init__(self, start: date | datetime) -> None:
        super().__init__(start, None)

    def __repr__(self) -> str:
        return f"Since({self._start.isoformat()})"


def moment(when: date | datetime, name: str) -> datetime:
    """Returns a time in UTC.

    Args:
        when: A time with its zone, or a date, which begins at midnight UTC.
        name: The filter that it was given to.

    Raises:
        ConfigurationError: It is a time without a zone, or none at all.
    """
    if isinstance(when, datetime):
        if when.tzinfo is None:
            raise ConfigurationError(
                f"{name} was given {when}, without a time zone: write datetime(…, tzinfo=…), or give a date."
            )
        return when.astimezone(UTC)
    if isinstance(when, date):
        return datetime.combine(when, time(), UTC)
    raise ConfigurationError(f"{name} needs a date or a time, not {type(when).__name__}: write date(2026, 7, 1).")
