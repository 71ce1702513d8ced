"""The names by which people know records of a clinic's setup."""

from __future__ import annotations

from typing import Any


def display_name(entity: Any) -> str | None:
    """Returns the name by which people know a business, practitioner, user or catalogue record.

    Args:
        entity: The record (`Any`: of whatever kind).
    """
    for attribute in ("label", "business_name", "display_name", "name"):
        value = getattr(entity, attribute, None)
        if value:
            return str(value)
    parts = (getattr(entity, "first_name", None), getattr(entity, "last_name", None))
    return " ".join(part for part in parts if part) or None
