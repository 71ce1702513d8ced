"""The names by which people know records, and how names are compared: people type them differently."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from clinikomigrate.transfer.phrases import listed

PRIVATE: Final = frozenset({"contacts"})
"""Kinds that may be matched like the clinic's setup, but that are about people: their names are shown nowhere."""

_NEAREST: Final = 3


def display_name(entity: Any) -> str | None:
    """Returns the name by which people know a business, practitioner, user or catalogue record.

    Args:
        entity: The record (`Any`: of whatever kind).
    """
    for attribute in ("label", "business_name", "display_name", "name"):
        value = getattr(entity, attribute, None)
        if value:
            return str(value)
    return full_name(entity)


def full_name(entity: Any) -> str | None:
    """Returns a person's first and last name, without titles.

    Args:
        entity: A practitioner, a user or a contact (`Any`: of whichever model).
    """
    parts = (getattr(entity, "first_name", None), getattr(entity, "last_name", None))
    return " ".join(part for part in parts if part) or None


def folded(name: str) -> str:
    """Returns a name in the form in which names are compared: composed, without case, with single blanks.

    Args:
        name: As somebody typed it.
    """
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).split())


def names_of(entity: Any) -> tuple[str, ...]:
    """Returns all names by which a record may be known, folded, the most telling first.

    Args:
        entity: A record of the clinic's setup (`Any`: of whichever model).
    """
    attributes = ("business_name", "name", "display_name", "label")
    own = (getattr(entity, attribute, None) for attribute in attributes)
    company = getattr(entity, "company_name", None)
    person = " ".join(part for part in (full_name(entity), company) if part)
    given = (person, *own, display_name(entity))
    return tuple(dict.fromkeys(folded(name) for name in given if name and folded(name)))


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Returns the names that are most like one, the most similar first.

    Args:
        name: What somebody was looking for.
        known: The names that there are.
    """
    by_fold = {folded(each): each for each in known}
    close = difflib.get_close_matches(folded(name), by_fold, n=_NEAREST, cutoff=0.5)
    return [by_fold[each] for each in close]


def correction(name: str, known: Iterable[str]) -> str:
    """Says what to do about a name that nobody has.

    Args:
        name: What somebody was looking for.
        known: The names that there are.

    Returns:
        `"Correct it; did you mean 'Amy Ng'?"`, or where none is like it all that there are.
    """
    names = list(known)
    near = nearest(name, names)
    if near:
        return f"Correct it; did you mean {' or '.join(map(repr, near))}?"
    return f"Correct it; there are: {listed([repr(each) for each in names])}."


def shown_name(kind: str, entity: Any) -> str | None:
    """Returns the name under which a record may be shown, or None for one whose name is nobody's business.

    Args:
        kind: The record kind's name.
        entity: The record (`Any`: of whichever model).
    """
    return None if kind in PRIVATE else display_name(entity)
