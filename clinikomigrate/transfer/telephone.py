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
        The number in digits, in each way in which it can be understood. Two texts stand for the same number when they
        have one of these in common. Nothing for what is too short or too uniform to be anybody's.
    """
    text = unicodedata.normalize("NFKC", number).strip()
    digits = "".join(each for each in text if "0" <= each <= "9")
    return frozenset(
        each for each in _readings(text, digits) if len(each) >= _SHORTEST and len(set(each)) >= _FEWEST_DIGITS
    )


def _readings(text: str, digits: str) -> tuple[str, ...]:
    if text.startswith("+"):
        return (_without_country(digits),)
    for prefix in ("0011", "00"):  # how calls abroad begin in Australia, and nearly everywhere else
        if digits.startswith(prefix):
            return (_without_country(digits.removeprefix(prefix)),)
    national = digits.removeprefix("0")
    if national == digits and len(digits) >= _WITH_COUNTRY:
        return (national, _without_country(digits))
    return (national,)


def _without_country(digits: str) -> str:
    """Takes a country's code away, and the zero that some write behind it: +44 (0)20."""
    length = 1 if digits[:1] in ("1", "7") else 2 if digits[:2] in _TWO_DIGITS else 3
    return digits[length:].removeprefix("0")
