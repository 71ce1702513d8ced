"""The single values in the API's JSON: each function reads one sort, or raises TypeError or ValueError.

They take a second argument, which they don't use, because that is how cattrs calls them. No error quotes the value.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from clinikomigrate.client.ref import Ref

MOST_DIGITS: Final = 40
"""How many digits an amount can have before or after its point; it keeps a short text from becoming a huge number."""

_IDENTIFIER = re.compile(r"\d{1,19}", re.ASCII)


def json_object(value: object, _: object = None) -> dict[str, object]:
    """Reads a JSON object."""
    if not isinstance(value, dict):
        raise TypeError("no object")
    return value


def text(value: object, _: object = None) -> str:
    """Reads a text, or an id that came as a number."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # ids were numbers once
    raise TypeError("no text")


def identifier(value: object, _: object = None) -> str:
    """Reads a record's id: digits in a text, or a number as ids were once."""
    found = text(value)
    if not _IDENTIFIER.fullmatch(found):
        raise ValueError("no id")
    return found


def identifier_or_none(value: object, _: object = None) -> str | None:
    """Reads a record's id; None where there is none."""
    return None if value is None or value == "" else identifier(value)


def identifiers(value: object, _: object = None) -> tuple[str, ...] | None:
    """Reads a list of records' ids; None where there is none."""
    if value is None or value == "":
        return None
    if not isinstance(value, list):
        raise TypeError("no list")
    return tuple([identifier(one) for one in value])


def flag(value: object, _: object = None) -> bool:
    """Reads true or false."""
    if isinstance(value, bool):
        return value
    raise TypeError("no boolean")


def whole(value: object, _: object = None) -> int:
    """Reads a whole number, also one that came as a text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, (str, Decimal)):
        number = amount(value)
        if number == number.to_integral_value():
            return int(number)
    raise TypeError("no whole number")


def amount(value: object, _: object = None) -> Decimal:
    """Reads an amount: a text or a number, finite and of a size that amounts can have."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise TypeError("no amount")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("no amount") from None
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError("no amount")
    return number


def moment(value: object, _: object = None) -> datetime:
    """Reads a time with a zone; gives it in UTC."""
    if not isinstance(value, str):
        raise TypeError("no time")
    read = datetime.fromisoformat(value)
    if read.tzinfo is UTC:
        return read
    if read.utcoffset() is None:
        raise ValueError("no zone")
    try:
        return read.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the calendar") from None


def utc_moment(value: object, _: object = None) -> datetime:
    """Reads a time of an API whose times are all in UTC, whether they say so or not; a date is its first moment."""
    if not isinstance(value, str):
        raise TypeError("no time")
    read = datetime.fromisoformat(value)
    return moment(value) if read.tzinfo else read.replace(tzinfo=UTC)


def utc_day(value: object, _: object = None) -> date:
    """Reads a date: `2024-03-01`, also where it is written as that day's first moment in UTC."""
    if isinstance(value, str) and len(value) == 10:
        return day(value)
    read = utc_moment(value)
    if read.time() != time():
        raise ValueError("no date")
    return read.date()


def day(value: object, _: object = None) -> date:
    """Reads a date: `2024-03-01`."""
    if not isinstance(value, str) or len(value) != 10:
        raise TypeError("no date")
    return date.fromisoformat(value)


def time_of_day(value: object, _: object = None) -> time:
    """Reads a time of day: `09:30`."""
    if not isinstance(value, str):
        raise TypeError("no time of day")
    return time.fromisoformat(value)


def ref(value: object, _: object = None) -> Ref[Any]:
    """Reads a link to one record."""
    found = ref_or_none(value)
    if found is None:
        raise ValueError("no link to a record")
    return found


def ref_or_none(value: object, _: object = None) -> Ref[Any] | None:
    """Reads a link object; None where it is empty, or has a link that leads to no single record."""
    given = json_object(value)
    if not given or given.get("links") == {"self": None}:
        return None
    found = link(given)
    if found is None:
        raise ValueError("no link")
    return Ref.from_link(found)


def link(value: object) -> str | None:
    """Gives the URL of a link object, `{"links": {"self": "…"}}`; None where it is none."""
    links = value.get("links") if isinstance(value, dict) else None
    found = links.get("self") if isinstance(links, dict) else None
    return found if isinstance(found, str) else None


def leads_to_many(value: object) -> bool:
    """Tells whether this is nothing but a link to a collection, in which there is nothing to keep."""
    found = link(value)
    if found is None or len(json_object(value)) != 1:
        return False
    try:
        return Ref.from_link(found) is None
    except ValueError:
        return False


def raw(value: object, _: object = None) -> object:
    """Leaves JSON as it is, but for the list around it, which would not be frozen."""
    return tuple(value) if isinstance(value, list) else value


def as_it_is(value: object, _: object = None) -> object:
    """Leaves JSON as it is."""
    return value
