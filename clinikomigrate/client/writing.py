"""How JSON is made of drafts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import attrs

from clinikomigrate.client.query import identifier
from clinikomigrate.client.reading import key_of
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.client.values import MOST_DIGITS
from clinikomigrate.errors import ConfigurationError


def plain_object(part: object) -> dict[str, object]:
    """Makes a JSON object of an attrs instance; `unstructure` says how."""
    kind: type[Any] = type(part)
    if not attrs.has(kind):
        raise ConfigurationError(f"a {kind.__name__} is no draft; give an instance such as PatientDraft(last_name=…).")
    plain: dict[str, object] = {}
    for field in attrs.fields(kind):
        value = getattr(part, field.name)
        if value is UNSET or field.name == "extra" or not field.metadata.get("body", True):
            continue
        if value is None and field.default is None:
            continue
        name = key_of(field)
        plain[name] = _plain(value, name, as_number=bool(field.metadata.get("number")))
    return plain


def _plain(value: object, name: str, *, as_number: bool = False) -> object:  # noqa: PLR0911  # one for each type
    match value:
        case str() | Ref() if as_number:
            return int(identifier(value, (), repr(name), ConfigurationError))
        case None | bool() | str() | int():
            return value
        case Decimal():
            return _plain_amount(value, name, as_number=as_number)
        case float():
            return _plain_amount(Decimal(str(value)), name, as_number=True)
        case Ref():
            return value.id
        case datetime():
            return _plain_moment(value, name)
        case date() | time():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(item, name) for key, item in value.items() if item is not UNSET}
        case list() | tuple() | set() | frozenset():
            return [_plain(item, name, as_number=as_number) for item in value]
        case _ if attrs.has(type(value)):
            return plain_object(value)
    raise ConfigurationError(f"{name!r} can't be sent as a {type(value).__name__}.")


def _plain_moment(value: datetime, name: str) -> str:
    if value.utcoffset() is None:
        raise ConfigurationError(f"{name!r} needs a datetime with a time zone.")
    try:
        return value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    except OverflowError:
        raise ConfigurationError(f"{name!r} needs a moment within the calendar.") from None


def _plain_amount(value: Decimal, name: str, *, as_number: bool) -> str | int | float:
    if not value.is_finite() or abs(value.adjusted()) > MOST_DIGITS:
        raise ConfigurationError(f"{name!r} needs a number of a size that amounts can have.")
    if not as_number:
        return format(value, "f")
    return int(value) if value == value.to_integral_value() else float(value)
