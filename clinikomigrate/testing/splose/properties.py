"""Properties of the simulated records: what a request may give and how it is kept, which is as answers have it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import attrs

Row: TypeAlias = dict[str, Any]
"""One record as answers have it: JSON's values by the API's own names."""

Type: TypeAlias = Literal[
    "text", "email", "uuid", "integer", "number", "boolean", "moment", "spaced", "date", "hours", "id", "list",
    "object", "any",
]  # fmt: skip

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{3})?Z)?", re.ASCII)
_SPACED = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T00:00:00(\.000)?Z)?", re.ASCII)
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Wrong(Exception):  # noqa: N818 - it carries the API's words for one property
    """A value can't be taken; the text is what the API says of the property."""


@attrs.frozen
class Property:
    """One property of a kind of record, or of a part of one.

    Attributes:
        name: As the API has it.
        type: What it holds. `hours` are a time of day; a time that is `spaced` reads `2025-03-03 23:30:00`, in UTC.
        null: Whether it can be null.
        one_of: The only texts that it takes.
        to: The kind that an id points at; empty where that isn't held.
        default: What a new record has when nothing is given.
        of: Of a list, what its items are; of an object, its properties.
        needed: In an object, whether it must be there.
        shortest: The fewest characters that a text may have.
        shown: Whether answers show it.
    """

    name: str
    type: Type = "text"
    null: bool = True
    one_of: tuple[str, ...] = ()
    to: str = ""
    default: object = None
    of: tuple[Property, ...] = ()
    needed: bool = False
    shortest: int = 0
    shown: bool = True


def named(names: str, kind: Type = "text", **more: Any) -> tuple[Property, ...]:  # Any: attributes of Property
    """Makes a property of one type for each name."""
    return tuple(Property(name, kind, **more) for name in names.split())


def reference(name: str, to: str, **more: Any) -> Property:  # Any: the other attributes of Property
    """Makes a property that points at a record."""
    return Property(name, "id", to=to, **more)


def references(name: str, to: str, **more: Any) -> Property:  # Any: the other attributes of Property
    """Makes a property that points at records."""
    return Property(name, "list", of=(Property("", "id", null=False, to=to),), default=(), **more)


def texts(name: str, **more: Any) -> Property:  # Any: the other attributes of Property
    """Makes a property that holds texts."""
    return Property(name, "list", of=(Property("", null=False),), default=(), **more)


def parts(name: str, *of: Property, **more: Any) -> Property:  # Any: the other attributes of Property
    """Makes a property that holds a list of objects."""
    return Property(name, "list", of=(Property("", "object", null=False, of=of),), default=(), **more)


def moment(value: datetime) -> str:
    """Gives a time as answers have it: `2025-03-03T23:30:00.000Z`.

    Raises:
        Wrong: It has no zone.
    """
    if value.tzinfo is None:
        raise Wrong("Invalid date")
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_moment(text: str, *, spaced: bool = False) -> datetime:
    """Reads a time as requests give it: a date, or a time in UTC with a `Z`; `spaced`: or without, after a blank.

    Raises:
        Wrong: It is none of these.
    """
    if not _MOMENT.fullmatch(text) and not (spaced and _SPACED.fullmatch(text)):
        raise Wrong("Invalid date")
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise Wrong("Invalid date") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def checked(wanted: Property, value: object, *, spaced: bool = False) -> Any:  # Any: as a row has it
    """Holds what a request gives against a property, and gives it as answers have it.

    Args:
        wanted: The property.
        value: JSON.
        spaced: Whether times may have a blank instead of their `T`, and no `Z`.

    Raises:
        Wrong: The API wouldn't take it.
    """
    if value is None:
        if wanted.null:
            return None
        raise Wrong("Expected a value, received null")
    match wanted.type:
        case "list":
            if not isinstance(value, list):
                raise Wrong("Expected array")
            return [checked(wanted.of[0], one) for one in value]
        case "object":
            return _checked_object(wanted.of, value)
        case "moment" | "spaced" as kind if isinstance(value, str):
            read = moment(read_moment(value, spaced=spaced or kind == "spaced"))
            return read if kind == "moment" else read.replace("T", " ")[:19]
        case "any":
            return value
    return _checked_scalar(wanted, value)


def _checked_scalar(wanted: Property, value: object) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    right = {
        "id": number and isinstance(value, int) and value > 0,
        "integer": number and isinstance(value, int),
        "number": number,
        "boolean": isinstance(value, bool),
        "date": isinstance(value, str) and _is_date(value),
        "hours": isinstance(value, str) and bool(_HOURS.fullmatch(value)),
        "email": isinstance(value, str) and bool(_EMAIL.fullmatch(value)),
        "uuid": isinstance(value, str) and _is_uuid(value),
        "text": isinstance(value, str),
    }
    if not right.get(wanted.type, False):
        raise Wrong(f"Expected {wanted.type}")
    if wanted.one_of and value not in wanted.one_of:
        raise Wrong(f"Invalid enum value. Expected {' | '.join(wanted.one_of)}")
    if isinstance(value, str) and len(value) < wanted.shortest:
        raise Wrong(f"String must contain at least {wanted.shortest} character(s)")
    return str(value)[:10] if wanted.type == "date" else value


def _checked_object(properties: Sequence[Property], value: object) -> Row:
    if not isinstance(value, dict):
        raise Wrong("Expected object")
    known = {wanted.name: wanted for wanted in properties}
    for name in value:
        if name not in known:
            raise Wrong(f"Unrecognized key(s) in object: '{name}'")
    for wanted in properties:
        if wanted.needed and wanted.name not in value:
            raise Wrong(f"{wanted.name} is required")
    return {name: checked(known[name], one) for name, one in value.items()}


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def plain(value: object) -> Any:  # Any: JSON
    """Gives JSON's value for what a test puts into an account: ids in texts stay texts, times and money are spelled."""
    match value:
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {name: plain(one) for name, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
    return value
