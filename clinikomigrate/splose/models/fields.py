"""How attributes of models are spelled in Splose's JSON, and what they have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

_WORD_START = re.compile(r"_([a-z0-9])")


def camel_case(name: str) -> str:
    """Gives the name that the API has for an attribute: `addressL1` for `address_l1`, `for` for `for_`.

    Args:
        name: The attribute's name.
    """
    return _WORD_START.sub(lambda found: found[1].upper(), name.rstrip("_"))


def spelled(
    model: type, fields: list[attrs.Attribute[Any]]
) -> list[attrs.Attribute[Any]]:  # any: attributes of all types
    """Tells each attribute its name in JSON, and that times without a zone are in UTC, as all of Splose's are.

    Args:
        model: The class that attrs is making, for which it is called.
        fields: Its attributes.
    """
    del model
    return [
        field.evolve(metadata={"json": camel_case(field.name), "utc": True, **field.metadata})
        if field.name != "extra"
        else field
        for field in fields
    ]


def id_of(*kinds: str) -> dict[str, object]:
    """Gives the metadata of an attribute that holds the id, or the ids, of other records.

    Args:
        kinds: The kinds of record that it can point at; none where they can't be read by themselves.
    """
    return {"identifier": True} | ({"kind": kinds[0] if len(kinds) == 1 else kinds} if kinds else {})


def pointing_at(kind: str, *, required: bool = False) -> dict[str, object]:
    """Gives the metadata of a draft's attribute that points at another record. Its id goes out as a number.

    Args:
        kind: The kind of record that it points at.
        required: Whether the API refuses to create a record without it.
    """
    return {"kind": kind, "number": True} | ({"required": True} if required else {})


NEEDED: Final[Mapping[str, object]] = MappingProxyType({"required": True})
"""The metadata of a draft's attribute without which the API refuses to create a record."""

NEEDED_NUMBER: Final[Mapping[str, object]] = MappingProxyType({"required": True, "number": True})
"""The same for an amount, which goes out as a number."""
