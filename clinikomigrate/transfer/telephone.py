"""Telephone numbers as they are compared: people write one and the same number in many ways."""

from __future__ import annotations

import unicodedata
from typing import Final

_SHORTEST: Final = 8
"""Shorter numbers are extensions, or lack their area: they tell nobody apart."""
_FEWEST_DIGITS: Final = 3
"""What has fewer different digits stands there because a field wanted one: 0400 000 000."""
_WITH_COUNTRY: Final = 11
"""A number of so many digits without a zero before them may begin with a country's code."""
_SINGLE: Final = (20, 27, 36, 39, 40, 41, 81, 82, 84, 86, 98)
_RUNS: Final = (range(30, 35), range(43, 50), range(51, 59), range(60, 67), range(90, 96))
_TWO_DIGITS: Final = frozenset(str(code) for codes in (_SINGLE, *_RUNS) for code in codes)
"""Countries' codes of two digits (ITU-T E.164). 1 and 7 have one digit, all others three, and none begins another."""


def significant_numbers(number: str) -> frozenset[str]:
    """Returns what a number is called within its country: no country's code, no zero before the area.

    Args:
        number: As somebody typed it.

    Returns:
        The number in digits, in each way in which it can be understood. Two texts may stand for the same number when
        they have one of these in common. Nothing for what is too short or too uniform to be anybody's.
    """
    return frozenset(national for _, national in _telling(number))


def same_number(one: str, other: str) -> bool:
    """Says whether two texts stand for the same number, and neither says anything that the other doesn't.

    A country's code that one of them lacks makes no difference; two different ones do, and so does a remark.

    Args:
        one: As somebody typed it.
        other: As somebody else typed it.
    """
    return _remark(one) == _remark(other) and any(
        mine == theirs and (here == there or not (here and there))
        for here, mine in _telling(one)
        for there, theirs in _telling(other)
    )


def _telling(number: str) -> frozenset[tuple[str, str]]:
    """Returns each way in which a number can be understood, without those that tell nobody apart."""
    text = unicodedata.normalize("NFKC", number).strip()
    digits = "".join(each for each in text if "0" <= each <= "9")
    return frozenset(
        (country, national)
        for country, national in _readings(text, digits)
        if len(national) >= _SHORTEST and len(set(national)) >= _FEWEST_DIGITS
    )


def _remark(number: str) -> str:
    """Returns the letters of a text: `her mother's`, `ext`."""
    return "".join(each for each in unicodedata.normalize("NFKC", number).casefold() if each.isalpha())


def _readings(text: str, digits: str) -> tuple[tuple[str, str], ...]:
    """Returns a country's code, or nothing where none is written, and the number within the country."""
    if text.startswith("+"):
        return (_split(digits),)
    for prefix in ("0011", "00"):  # how calls abroad begin in Australia, and nearly everywhere else
        if digits.startswith(prefix):
            return (_split(digits.removeprefix(prefix)),)
    national = digits.removeprefix("0")
    if national == digits and len(digits) >= _WITH_COUNTRY:
        return (("", national), _split(digits))
    return (("", national),)


def _split(digits: str) -> tuple[str, str]:
    """Takes a country's code off, and the zero that some write behind it: +44 (0)20."""
    length = 1 if digits[:1] in ("1", "7") else 2 if digits[:2] in _TWO_DIGITS else 3
    return digits[:length], digits[length:].removeprefix("0")
