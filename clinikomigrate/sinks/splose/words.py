"""What stands in words in a copy, because Splose has no field for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.field_rules import How, Rules
from clinikomigrate.sinks.moments import moment
from clinikomigrate.sinks.splose import phones

_RELATIVES: Final = (
    "aunt boyfriend brother carer cousin dad daughter father friend girlfriend grandfather grandmother grandparent "
    "guardian husband mother mum neighbour nephew niece parent partner sibling sister son spouse uncle wife"
)
_RELATIONSHIPS: Final = frozenset(_RELATIVES.split())
_APART: Final = re.compile(r"[()\[\],;:/]|\s[-–]\s")  # noqa: RUF001 - people type both dashes


def about(entity: m.Entity, rules: Rules, given: Iterable[tuple[str, str]] = ()) -> str:
    """Says under headings what has no field of its own.

    Args:
        entity: The source's record.
        rules: Say what is said in words, under which heading.
        given: Further headings, and what stands under them.
    """
    told = [(rule.heading, getattr(entity, name)) for name, rule in rules.items() if rule.how is How.SAID]
    parts = [(heading, _text(value)) for heading, value in told]
    return "\n\n".join(under(heading, text) for heading, text in (*parts, *given) if text)


def under(heading: str, text: str) -> str:
    """Says something under a heading.

    Args:
        heading: What it is.
        text: What is said.
    """
    return f"{heading}:\n{text}"


def without(text: str, parts: Iterable[str]) -> str:
    """Leaves parts out of what `about` says, as far as they stand there word for word.

    Args:
        text: What it said, with blanks around it or not.
        parts: Headings with what stands under them.
    """
    left = f"\n\n{text.strip()}\n\n"
    for each in parts:
        left = left.replace(f"\n\n{each.strip()}\n\n", "\n\n", 1)
    return left.strip()


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case _:
            return str(value).strip()


def pronouns(given: m.Pronouns | None) -> str | None:
    """Writes pronouns as people do: `they/them/their/theirs/themselves`."""
    if given is None:
        return None
    forms = (
        given.nominative,
        given.accusative,
        given.pronominal_possessive,
        given.predicative_possessive,
        given.reflexive,
    )
    return "/".join(dict.fromkeys(form.strip() for form in forms if form and form.strip())) or None


def emergency_contact(text: str | None, countries: Sequence[str]) -> tuple[str | None, str | None, str | None]:
    """Takes an emergency contact apart, where it is plain what is what; otherwise all of it is the name.

    Args:
        text: As somebody typed it: `Jane Citizen (mother) 0400 000 000`.
        countries: In which countries a number may be without a code of its own.

    Returns:
        The name, the relationship and the number.
    """
    whole = (text or "").strip()
    if not whole:
        return None, None, None
    numbers = phones.find(whole, countries)
    if len(numbers) > 1:
        return whole, None, None
    rest = whole.replace(numbers[0], ";") if numbers else whole
    parts = [part.strip(" .-") for part in _APART.split(rest)]
    kept = [part for part in parts if part]
    related = [part for part in kept if part.casefold() in _RELATIONSHIPS]
    names = [part for part in kept if part not in related]
    if len(names) > 1 or len(related) > 1:
        return whole, None, None
    return _only(names), _only(related), _only(numbers)


def _only(found: list[str]) -> str | None:
    return found[0] if found else None


def of_visit(booking: m.IndividualAppointment | m.Attendee, came: bool | None, where: ZoneInfo | None) -> Iterator[str]:
    """Says what became of an appointment.

    Args:
        booking: An appointment, or a seat in a class.
        came: Whether the patient came; None where nobody said.
        where: The zone in which times are told; None for UTC.
    """
    if came is not None:
        yield "Arrived." if came else "Did not arrive."
    if booking.cancelled_at is not None:
        reason = (booking.cancellation_reason_description or "").strip() or (
            f"reason {booking.cancellation_reason}" if booking.cancellation_reason is not None else "no reason given"
        )
        yield f"Cancelled on {moment(booking.cancelled_at, where)}: {reason}."
    if note := (booking.cancellation_note or "").strip():
        yield f"Cancellation note: {note}"
    archived = booking.archived_at or booking.deleted_at
    if archived is not None and booking.cancelled_at is None:
        yield f"Archived on {moment(archived, where)}."


def note(*parts: object) -> str:
    """Joins the parts of a note that say anything."""
    return "\n\n".join(part.strip() for part in parts if isinstance(part, str) and part.strip())
