"""Answers to questions of every type: whether they fit the type, and how to say them in words where they don't."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko.models import Question

PHONE_TYPES: Final = frozenset({"Fax", "Home", "Mobile", "Other", "Work"})
"""The types of telephone numbers that the API takes."""

LONGEST_NUMBER: Final = 100
"""The most characters of a telephone number."""

_ADDRESS: Final = dict.fromkeys(("address_1", "address_2", "address_3", "city", "state", "post_code"), 255)
_NAMES: Final = dict.fromkeys(("title", "first_name", "last_name", "preferred_first_name"), 255)
_PRONOUNS: Final = dict.fromkeys(
    ("nominative", "accusative", "pronominal_possessive", "predicative_possessive", "reflexive"), 50
)


def says(answer: object) -> bool:
    """Says whether an answer says anything.

    Args:
        answer: As the API has it; a text of blanks, an object without values and an empty list say nothing.
    """
    if isinstance(answer, str):
        return bool(answer.strip())
    if isinstance(answer, Mapping):
        return any(says(value) for value in answer.values())
    if isinstance(answer, Sequence):
        return any(says(value) for value in answer)
    return answer is not None and answer is not UNSET and answer is not False


def fitting(kind: str, answer: object) -> Any:
    """Returns an answer in the form in which a question of a type takes it.

    Args:
        kind: The question's type.
        answer: An answer that says something.

    Returns:
        The answer (`Any`: each type has its own form), or None where it doesn't fit the type.
    """
    return _FITTING[kind](answer)


def in_words(question: Question) -> str:
    """Says what a question was answered, in words.

    Args:
        question: With its answer in whatever form. Ticked options and own words count as answers.
    """
    ticked = [option.value for option in question.answers or () if option.selected]
    own = question.other.value if question.other else None
    return "; ".join(part for part in (_said(question.answer), _said(tuple(ticked)), _said(own)) if part)


def _said(answer: object) -> str:
    if not says(answer):
        return ""
    if isinstance(answer, str):
        return answer
    if isinstance(answer, Mapping):
        return ", ".join(f"{name}: {said}" for name, value in answer.items() if (said := _said(value)))
    if isinstance(answer, Sequence):
        return "; ".join(said for value in answer if (said := _said(value)))
    return str(answer)


def _text(answer: object) -> str | None:
    return answer if isinstance(answer, str) else None


def _date(answer: object) -> str | None:
    try:
        return date.fromisoformat(answer.strip()).isoformat() if isinstance(answer, str) else None
    except ValueError:
        return None


def _choice(answer: object) -> str | None:
    return answer if isinstance(answer, str) and len(answer) <= 255 else None


def _object(longest: Mapping[str, int], needed: Sequence[str] = ()) -> Callable[[object], dict[str, str] | None]:
    def check(answer: object) -> dict[str, str] | None:
        if not isinstance(answer, Mapping):
            return None
        given = {str(name): value for name, value in answer.items() if says(value)}
        fits = set(needed) <= set(given) <= set(longest) and all(
            isinstance(value, str) and len(value) <= longest[name] for name, value in given.items()
        )
        return given if fits else None

    return check


def _phones(answer: object) -> tuple[dict[str, str], ...] | None:
    if not isinstance(answer, Sequence) or isinstance(answer, str):
        return None
    numbers = [each for each in answer if not isinstance(each, Mapping) or says(each.get("number"))]
    if not all(isinstance(each, Mapping) and _is_phone(each) for each in numbers):
        return None
    return tuple({"number": each["number"], "phone_type": each["phone_type"]} for each in numbers)


def _is_phone(answer: Mapping[str, object]) -> bool:
    number = answer.get("number")
    return isinstance(number, str) and len(number) <= LONGEST_NUMBER and answer.get("phone_type") in PHONE_TYPES


_FITTING: Final[Mapping[str, Callable[[object], object]]] = {
    "text": _text,
    "paragraph": _text,
    "date": _date,
    "select": _choice,
    "address": _object({**_ADDRESS, "country_code": 2}),
    "full_name": _object(_NAMES, ("first_name", "last_name")),
    "phone": _phones,
    "pronouns": _object(_PRONOUNS, tuple(_PRONOUNS)),
}
"""For each type of question that has one answer: what makes the answer fit."""
