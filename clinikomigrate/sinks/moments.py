"""Days and moments as people tell them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def zone(name: str | None) -> ZoneInfo | None:
    """Returns the time zone in which times are told.

    Args:
        name: The source account's zone by its IANA name.

    Returns:
        The zone, or None for UTC where the name isn't known on this machine.
    """
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def calendar_day(which: date) -> str:
    """Tells a day: `14 March 2024`.

    Args:
        which: The day, wherever it was.
    """
    return f"{which.day} {_MONTHS[which.month - 1]} {which.year}"


def day(when: datetime, where: ZoneInfo | None) -> str:
    """Tells a day: `14 March 2024`.

    Args:
        when: With a time zone.
        where: The zone in which the day is told; None for UTC.
    """
    return calendar_day(when.astimezone(where or UTC).date())


def moment(when: datetime, where: ZoneInfo | None) -> str:
    """Tells a moment and how far its zone is from UTC: `14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00)`.

    Args:
        when: With a time zone.
        where: The zone in which it is told; None for UTC.
    """
    local = when.astimezone(where or UTC)
    offset = f"{local:%z}"
    place = f"{where.key}, UTC{offset[:3]}:{offset[3:5]}" if where else "UTC"
    return f"{day(when, where)}, {local:%H:%M} ({place})"
