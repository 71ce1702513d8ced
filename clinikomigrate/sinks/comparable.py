"""Values in a form in which equal values are equal."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET

_IN_NO_DRAFT: Final = frozenset({"extra", "normalized_number"})
"""What parts of a record have beyond what can be written."""


def comparable(value: Any) -> Any:
    """Brings a value into the form in which equal values are equal.

    Args:
        value: A value of a draft or of a record (`Any`: of whatever type an attribute can have).

    Returns:
        None for what says nothing; ids for refs, times to the second in UTC, texts trimmed and composed, and plain
        dicts and tuples for whatever has parts.
    """
    plain: Any = value
    match value:
        case str():
            plain = unicodedata.normalize("NFC", value).strip()
        case Ref():
            plain = value.id
        case datetime():
            plain = value.astimezone(UTC).replace(microsecond=0)
        case Mapping():
            parts = {key: part(item) for key, item in value.items()}
            plain = {key: part for key, part in parts.items() if part is not None}
        case list() | tuple():
            plain = tuple(comparable(item) for item in value)
        case _ if attrs.has(type(value)):
            names = (field.name for field in attrs.fields(type(value)) if field.name not in _IN_NO_DRAFT)
            plain = comparable({name: getattr(value, name) for name in names})
    return None if plain is UNSET or plain in ("", (), {}) else plain


def part(value: Any) -> Any:
    """Brings a value into its comparable form, in which `False` says nothing.

    Args:
        value: A value of a draft or of a record (`Any`: of whatever type an attribute can have).
    """
    return None if value is False else comparable(value)
