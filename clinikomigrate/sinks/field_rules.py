"""What can become of one attribute of a record on its way into another account."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import attrs

from clinikomigrate.cliniko.models import Entity

EMAIL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,63}")
"""What the API takes for an e-mail address."""

COUNTRY: Final = re.compile(r"[A-Za-z]{2}")
"""What the API takes for a country: a part of a longer code would be another country."""

STAND_IN: Final = "-"
"""Stands where the API wants a text and the source has none."""

DVA_CARD: Final = re.compile(r"[NVQSWT]([A-Z ][0-9]{1,6}|[A-Z]{2}[0-9]{1,5}|[A-Z]{3}[0-9]{1,4})[A-Z]?")
"""What the API takes for a card number of the Department of Veterans' Affairs."""


class How(enum.Enum):
    """What becomes of an attribute."""

    CARRIED = "carried"
    """Its value goes into an attribute of the draft as it is."""
    MATCHED = "matched"
    """The destination's counterpart of what it points at goes into the draft."""
    DERIVED = "derived"
    """Something else in the copy says the same, or the destination works it out by itself."""
    SAID = "said"
    """It has no field of its own in the destination and stands in words in the copy."""
    LOST = "lost"
    """It has no place in the destination; a value is counted as a loss."""
    META = "meta"
    """It belongs to the source's record as such and says nothing of whom or what the record is about."""


@attrs.frozen
class Rule:
    """What becomes of one attribute.

    Attributes:
        how: Which of the six things.
        to: The draft's attribute that takes it.
        heading: Of what is said in words, what stands before it.
        reason: Of what is lost, why; of what is derived, where it is said.
        longest: The most characters that the API takes.
        pattern: What a text must look like.
        one_of: The only values that the API takes.
        low: The lowest number that the API takes.
        high: The highest number that the API takes.
        null: Whether None is sent, because the destination's default is not None.
        stand_in: What is sent where the source has none, because the API wants something.
        archives: Whether a value says that the record is archived.
    """

    how: How
    to: str = ""
    heading: str = ""
    reason: str = ""
    longest: int | None = None
    pattern: re.Pattern[str] | None = None
    one_of: frozenset[object] = frozenset()
    low: Decimal | None = None
    high: Decimal | None = None
    null: bool = False
    stand_in: str | None = None
    archives: bool = False


Rules = Mapping[str, Rule]
"""Rules by attributes' names."""

Table = Mapping[type[Entity], Rules]
"""Rules by models."""


def carried(
    names: str,
    *,
    longest: int | None = None,
    pattern: re.Pattern[str] | None = None,
    one_of: tuple[object, ...] = (),
    low: int | None = None,
    high: int | None = None,
    null: bool = False,
    stand_in: str | None = None,
) -> Rules:
    """Makes rules for attributes that have the same name in the draft.

    Args:
        names: The attributes' names, in one text.
        longest: The most characters that the API takes.
        pattern: What a text must look like.
        one_of: The only values that the API takes.
        low: The lowest number that the API takes.
        high: The highest number that the API takes.
        null: Whether None is sent.
        stand_in: What is sent where there is none.
    """
    least, most = (None if bound is None else Decimal(bound) for bound in (low, high))
    return {
        name: Rule(
            How.CARRIED,
            name,
            longest=longest,
            pattern=pattern,
            one_of=frozenset(one_of),
            low=least,
            high=most,
            null=null,
            stand_in=stand_in,
        )
        for name in names.split()
    }


def renamed(*, pattern: re.Pattern[str] | None = None, stand_in: str | None = None, **names: str) -> Rules:
    """Makes rules for attributes that have another name in the draft.

    Args:
        pattern: What a text must look like.
        stand_in: What is sent where there is none.
        **names: The draft's attributes by the record's.
    """
    return {name: Rule(How.CARRIED, to, pattern=pattern, stand_in=stand_in) for name, to in names.items()}


def counterpart(**names: str) -> Rules:
    """Makes rules for links to records that are matched, and that have another name in the draft.

    Args:
        **names: The draft's attributes by the record's.
    """
    return {name: Rule(How.MATCHED, to) for name, to in names.items()}


def said(**headings: str) -> Rules:
    """Makes rules for attributes that stand in words in the copy.

    Args:
        **headings: What stands before the words, by the record's attribute.
    """
    return {name: Rule(How.SAID, heading=heading) for name, heading in headings.items()}


def linked(names: str) -> Rules:
    """Makes rules for links to records that move too; the draft's attributes are called after them, with `_id`.

    Args:
        names: The attributes' names, in one text.
    """
    return {name: Rule(How.CARRIED, f"{name}_id") for name in names.split()}


def matched(names: str) -> Rules:
    """Makes rules for links to records that are matched with the destination's.

    Args:
        names: The attributes' names, in one text.
    """
    return {name: Rule(How.MATCHED, f"{name}_id") for name in names.split()}


def derived(reason: str, names: str) -> Rules:
    """Makes rules for attributes that something else in the copy says.

    Args:
        reason: What says it.
        names: The attributes' names, in one text.
    """
    return {name: Rule(How.DERIVED, reason=reason) for name in names.split()}


def lost(reason: str, names: str) -> Rules:
    """Makes rules for attributes that have no place in the destination.

    Args:
        reason: Why, in words that hold for every record.
        names: The attributes' names, in one text.
    """
    return {name: Rule(How.LOST, reason=reason) for name in names.split()}


def meta(names: str) -> Rules:
    """Makes rules for attributes that belong to the source's record as such.

    Args:
        names: The attributes' names, in one text.
    """
    return {name: Rule(How.META) for name in names.split()}


def archiving(names: str = "archived_at") -> Rules:
    """Makes rules for attributes that say that a record is archived: the copy is archived when all is done.

    Args:
        names: The attributes' names, in one text.
    """
    return {name: Rule(How.DERIVED, reason="the copy is archived", archives=True) for name in names.split()}


def together(*groups: Rules) -> Rules:
    """Makes one table of rules of several.

    Args:
        *groups: Rules that share no attribute.

    Raises:
        ValueError: An attribute stands in two of them.
    """
    rules: dict[str, Rule] = {}
    for group in groups:
        twice = rules.keys() & group.keys()
        if twice:
            raise ValueError(f"Attributes with two rules: {', '.join(sorted(twice))}.")
        rules.update(group)
    return rules
