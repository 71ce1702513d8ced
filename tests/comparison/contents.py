"""The content of notes, forms and templates, question by question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from .expectations import Expectation, plain
from .texts import read

Image = Callable[[str], str | None]
"""Gives a signature's image by its id."""


@attrs.frozen
class Item:
    """A question with its answer, or a section that has none.

    Attributes:
        section: The section's name and description.
        name: The question's name.
        type: The question's type.
        answer: The answer in a form that can be compared; a paragraph's HTML stays as it is.
        required: Whether it must be answered, on forms.
        offered: What else belongs to the question: what can be chosen, and the patient's field that it fills in.
        optional: Whether a copy may do without it: body charts, and pictures of signatures.
    """

    section: tuple[object, object]
    name: object = None
    type: object = None
    answer: object = None
    required: bool = False
    offered: object = None
    optional: bool = False

    def kept_by(self, copy: Item) -> bool:
        """Tells whether a copy's item is the same to a reader."""
        names = ("section", "name", "type", "required", "offered")
        if any(getattr(self, name) != getattr(copy, name) for name in names):
            return False
        if self.type == "paragraph":
            return read(str(self.answer or "")).kept_by(read(str(copy.answer or "")))
        return self.answer == copy.answer


def items(content: object, image: Image) -> list[Item]:
    """Lists what a content holds, in its order.

    Args:
        content: As the account keeps it: an object with sections, or nothing.
        image: Gives the image of a signature.
    """
    return list(_walk(content, image)) if isinstance(content, dict) else []


def _walk(content: dict[str, Any], image: Image) -> Iterator[Item]:
    for section in content.get("sections") or []:
        heading = (plain(section.get("name")), plain(section.get("description")))
        questions = section.get("questions") or []
        if not questions:
            yield Item(heading)
        for question in questions:
            kind = question.get("type")
            answer = _answer(question, image)
            picture = kind == "signature" and isinstance(answer, str) and "svg" not in answer[:40]
            yield Item(
                heading,
                plain(question.get("name")),
                kind,
                answer,
                bool(question.get("required")),
                (plain(question.get("options")), plain(question.get("patient_field_connection"))),
                optional=kind == "bodycharts" or picture,
            )


def _answer(question: dict[str, Any], image: Image) -> object:
    match question.get("type"):
        case "checkboxes" | "radiobuttons":
            answers = tuple(
                (choice.get("value"), bool(choice.get("selected"))) for choice in question.get("answers") or []
            )
            other = question.get("other") or {}
            free = (bool(other.get("enabled")), bool(other.get("selected")), plain(other.get("value")))
            return answers, free if any(free) else None
        case "signature":
            identifier = question.get("signature_id")
            return None if identifier is None else image(str(identifier))
        case "bodycharts":
            return None
        case "phone":
            return plain([(phone.get("phone_type"), phone.get("number")) for phone in question.get("answer") or []])
        case "full_name" | "address" | "pronouns":
            return plain({key: value for key, value in (question.get("answer") or {}).items() if value})
        case _:
            return plain(question.get("answer"))


def same_content(content: object, image: Image, copied_image: Image) -> Expectation:
    """All questions and answers of a content are there, in their order; more may stand between and behind them."""
    wanted = items(content, image)
    return Expectation(f"the original's {len(wanted)} questions", lambda copy: not lacking(wanted, copy, copied_image))


def lacking(wanted: list[Item], copy: object, image: Image) -> list[Item]:
    """Lists what a copy's content lacks of the original's items."""
    there = items(copy, image)
    place = 0
    missing = []
    for item in wanted:
        found = next((number for number in range(place, len(there)) if item.kept_by(there[number])), None)
        if found is not None:
            place = found + 1
        elif not item.optional:
            missing.append(item)
    return missing


def completable(content: object, image: Image) -> bool:
    """Tells whether a form can be written as completed: every required question has an answer that can be written."""
    for item in items(content, image):
        unanswered = item.answer is None
        if item.type in {"checkboxes", "radiobuttons"} and isinstance(item.answer, tuple):
            choices, free = item.answer
            unanswered = not any(selected for _, selected in choices) and not (free and free[1])
        if item.required and (unanswered or item.optional):
            return False
    return True
