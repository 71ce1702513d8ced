"""The objects inside bodies that are no records: telephone numbers, pronouns, repeat rules, print settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from clinikomigrate.testing.answers import BLANK
from clinikomigrate.testing.columns import Refused, Row, calendar_date, moment
from clinikomigrate.testing.writing import Change

PHONE_TYPES = ("Fax", "Home", "Mobile", "Other", "Work")
PRONOUNS = ("accusative", "nominative", "predicative_possessive", "pronominal_possessive", "reflexive")
REPEAT_TYPES = ("Daily", "Monthly", "Weekly")
CHANNELS = (1, 2)
PRINT_SETTINGS = (
    "include_patient_address",
    "include_patient_dob",
    "include_patient_medicare",
    "include_patient_occupation",
    "include_patient_reference_number",
)

Shape = Callable[[object], object]
"""Holds a value against a shape and gives it as it is kept; raises `Refused`."""


def apply(change: Change, shapes: Mapping[str, Shape]) -> None:
    """Holds the given objects against their shapes, and refuses the wrong ones."""
    for name, shape in shapes.items():
        if change.given.get(name) is not None:
            try:
                change.given[name] = shape(change.given[name])
            except Refused as refused:
                change.refuse(name, str(refused))


def known(value: object, keys: tuple[str, ...]) -> Row:
    """Gives an object that has no other keys than these.

    Raises:
        Refused: It is no object, or has another key.
    """
    if not isinstance(value, dict):
        raise Refused("must be an object")
    for key in value:
        if key not in keys:
            raise Refused(f"{key} is not permitted")
    return value


def listed(value: object) -> list[object]:
    """Gives a list.

    Raises:
        Refused: It is none.
    """
    if not isinstance(value, list):
        raise Refused("must be an array")
    return value


def limited_text(value: object, longest: int) -> str:
    """Gives a text of limited length, which may be blank.

    Raises:
        Refused: It is no text, or too long.
    """
    if not isinstance(value, str):
        raise Refused(BLANK)
    if len(value) > longest:
        raise Refused(f"is too long (maximum is {longest} characters)")
    return value


def short_text(value: object, longest: int) -> str:
    """Gives a text of limited length that is not blank.

    Raises:
        Refused: It is no text, or blank, or too long.
    """
    if not isinstance(value, str) or not value.strip():
        raise Refused(BLANK)
    return limited_text(value, longest)


def phone_numbers(value: object) -> object:
    """Holds a list of telephone numbers against its shape."""
    for item in listed(value):
        phone = known(item, ("phone_type", "number"))
        short_text(phone.get("number"), 100)
        if phone.get("phone_type") not in PHONE_TYPES:
            raise Refused("phone_type is not included in the list")
    return value


def pronouns(value: object) -> object:
    """Holds a set of pronouns against its shape: all five forms, 50 characters each."""
    forms = known(value, PRONOUNS)
    for name in PRONOUNS:
        short_text(forms.get(name), 50)
    return value


def channels(value: object) -> object:
    """Holds a list of communication channels against its shape: 1 SMS, 2 e-mail."""
    for channel in listed(value):
        if channel not in CHANNELS or isinstance(channel, bool):
            raise Refused("is not included in the list")
    return value


def repeat_rule(longest: int) -> Shape:
    """Gives the shape of a repeat rule.

    Args:
        longest: The most repeats that it may ask for.
    """

    def shape(value: object) -> object:
        rule = known(value, ("number_of_repeats", "repeat_type", "repeating_interval"))
        if not any(item is not None for item in rule.values()):
            return None
        if rule.get("repeat_type") not in REPEAT_TYPES:
            raise Refused("repeat_type is not included in the list")
        for name, highest in (("number_of_repeats", longest), ("repeating_interval", 99)):
            number = rule.get(name)
            if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= highest:
                raise Refused(f"{name} must be from 1 to {highest}")
        return value

    return shape


def print_settings(value: object) -> object:
    """Holds a template's print settings against their shape."""
    settings = known(value, (*PRINT_SETTINGS, "title"))
    for name, setting in settings.items():
        if not isinstance(setting, str if name == "title" else bool):
            raise Refused(f"{name} is invalid")
    return value


def day(value: object) -> object:
    """Gives the date of a date or a moment: a recall takes both and reads as a date."""
    return moment(value)[:10] if isinstance(value, str) and "T" in value else calendar_date(value)
