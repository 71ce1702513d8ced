"""Telephone numbers as Splose wants them: the country's code apart from the number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import Any, Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks import reasons as common
from clinikomigrate.splose.models import PhoneNumber
from clinikomigrate.transfer.losses import Loss

_TYPES: Final = frozenset({"Fax", "Home", "Mobile", "Other", "Work"})
_REMARK: Final = re.compile(r"[^\W\d_]", re.UNICODE)


def split(
    numbers: Iterable[m.PhoneNumber] | None, countries: Sequence[str], name: str
) -> tuple[list[PhoneNumber], list[Loss]]:
    """Takes numbers apart. What is no number of one country alone, or has more with it, stays as it was typed.

    Args:
        numbers: As the source has them.
        countries: In which countries a number may be without a code of its own: `AU`.
        name: The source's attribute, for losses.
    """
    found, losses = [], []
    for phone in numbers or ():
        number = (phone.number or "").strip()
        if not number:
            continue
        known = phone.phone_type in _TYPES
        if not known:
            losses.append(Loss(f"{name}.phone_type", common.REFUSED, mended=True))
        code, national = parted(number, countries)
        found.append(PhoneNumber(type=phone.phone_type if known else "Other", code=code, phone_number=national))
    return found, losses


def parted(number: str, countries: Sequence[str]) -> tuple[str | None, str]:
    """Takes one number apart.

    A number with a country's code is of that country. Any other is of the one country in which there can be such a
    number; if there can be in two, nobody can tell. Nothing but blanks and signs between the digits is left out.

    Args:
        number: As somebody typed it.
        countries: In which countries it may be without a code of its own.

    Returns:
        The country's code with its plus, and the number; None where it isn't known, and what was typed.
    """
    if _REMARK.search(number):
        return None, number
    typed = number.strip()
    if typed.startswith("+"):
        found = _read(typed, (None,), _library().is_possible_number)
    else:
        found = _read(typed, countries, _library().is_valid_number)
        found = found or (_read(f"+{typed[2:]}", (None,), _library().is_valid_number) if typed[:2] == "00" else found)
    return found.pop() if len(found) == 1 else (None, number)


def _read(number: str, countries: Iterable[str | None], fits: Callable[[Any], bool]) -> set[tuple[str | None, str]]:
    """Reads a number as one of each country; gives those that fit, by the country's code and the number."""
    phonenumbers = _library()
    found: set[tuple[str | None, str]] = set()
    for country in countries:
        try:
            parsed = phonenumbers.parse(number, country)
        except phonenumbers.NumberParseException:
            continue
        if fits(parsed) and not parsed.extension:
            found.add((f"+{parsed.country_code}", phonenumbers.national_significant_number(parsed)))
    return found


def find(text: str, countries: Sequence[str]) -> list[str]:
    """Finds the numbers in a text, as they stand there.

    Args:
        text: What somebody typed.
        countries: In which countries a number may be without a code of its own.
    """
    matcher = _library().PhoneNumberMatcher
    found = {match.start: match.raw_string for country in countries or (None,) for match in matcher(text, country)}
    return [found[start] for start in sorted(found)]


def _library() -> ModuleType:
    """Gives the library that knows the world's telephone numbers; it is part of an extra."""
    import phonenumbers

    return phonenumbers
