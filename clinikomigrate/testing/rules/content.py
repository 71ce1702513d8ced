"""The content of notes, forms and templates: sections of questions, each type with keys of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from clinikomigrate.testing.columns import Refused, Row, calendar_date
from clinikomigrate.testing.rules.html import sanitised
from clinikomigrate.testing.rules.shapes import PHONE_TYPES, PRONOUNS, known, limited_text, listed, short_text

LONGEST_DESCRIPTION = 10_000
CHOICES = ("checkboxes", "radiobuttons")
_PLAIN = ("text", "paragraph", "date", *CHOICES)
NOTE_TYPES = _PLAIN
"""What a note may be written with; body charts can be read but not written."""
NOTE_TEMPLATE_TYPES = (*_PLAIN, "bodycharts")
FORM_TYPES = (*_PLAIN, "signature", "address", "full_name", "phone", "pronouns", "select")

_ADDRESS = {**dict.fromkeys(("address_1", "address_2", "address_3", "city", "state", "post_code"), 255)}
_CONNECTIONS: dict[str, tuple[str, ...]] = {
    "address": ("address",),
    "full_name": ("full_name",),
    "phone": ("phone",),
    "pronouns": ("pronouns",),
    "select": ("gender_identity", "sex"),
}


@attrs.frozen
class Grammar:
    """What one kind of content may hold.

    Attributes:
        types: The types of question.
        answers: Whether answers are taken; a template takes those of paragraphs only.
        form: Whether questions can be required, as on forms.
        longest_answer: The most characters of an answer; None for no limit.
        sign: Takes a signature's image and gives the id that it gets; checks an id that is given instead.
    """

    types: tuple[str, ...]
    answers: bool
    form: bool
    longest_answer: int | None = None
    sign: Callable[[Row], str] | None = None


def checked(value: object, grammar: Grammar) -> Row:
    """Holds content against its grammar and gives it as the API keeps it.

    Raises:
        Refused: Something in it is not taken.
    """
    sections = [_section(item, grammar) for item in _filled(known(value, ("sections",)).get("sections"))]
    return {"sections": sections}


def _section(item: object, grammar: Grammar) -> Row:
    section = known(item, ("name", "description", "questions"))
    kept: Row = {}
    if "name" in section:
        kept["name"] = limited_text(section["name"], 255)
    if "description" in section:
        kept["description"] = limited_text(section["description"], LONGEST_DESCRIPTION)
    if "questions" in section:
        kept["questions"] = [_question(question, grammar) for question in _filled(section["questions"])]
    return kept


def _filled(value: object) -> list[object]:
    items = listed(value)
    if not items:
        raise Refused("must not be empty")
    return items


def _question(item: object, grammar: Grammar) -> Row:
    question = known(item, tuple(item) if isinstance(item, dict) else ())
    kind = question.get("type")
    if kind not in grammar.types:
        raise Refused("question type is not included in the list")
    known(question, (*_keys(str(kind), grammar), "name", "type"))
    limited_text(question.get("name"), 255)
    kept = dict(question)
    if "required" in question and not isinstance(question["required"], bool):
        raise Refused("required is invalid")
    allowed = _CONNECTIONS.get(str(kind))
    if allowed is not None and question.get("patient_field_connection") not in allowed:
        raise Refused("patient_field_connection is not included in the list")
    if kind in CHOICES:
        _check_choices(kept, grammar)
    elif kind == "signature":
        _sign(kept, grammar)
    elif "answer" in question:
        kept["answer"] = _ANSWERS[str(kind)](question["answer"], grammar)
    return kept


def _keys(kind: str, grammar: Grammar) -> tuple[str, ...]:
    form = ("required", "custom_field_token", "patient_field_connection") if grammar.form else ()
    if kind in CHOICES:
        return (*form, "answers", "other")
    if kind == "signature":
        return (*form[:1], "signature", "signature_id") if grammar.answers else form[:1]
    own = {"select": ("options", "other") if grammar.answers else (), "full_name": ("options",)}.get(kind, ())
    answer = ("answer",) if grammar.answers or kind == "paragraph" else ()
    return (*form, *own, *(() if kind == "bodycharts" else answer))


def _check_choices(question: Row, grammar: Grammar) -> None:
    keys = ("value", "selected") if grammar.answers else ("value",)
    selected = 0
    for item in _filled(question["answers"]) if "answers" in question else ():
        answer = known(item, keys)
        if answer.get("value") is not None:
            limited_text(answer["value"], 255)
        selected += _selected(answer)
    if "other" in question:
        other = known(question["other"], ("enabled", "selected", "value") if grammar.answers else ("enabled",))
        if not isinstance(other.get("enabled", False), bool):
            raise Refused("other enabled is invalid")
        if "selected" in other and not other.get("enabled"):
            raise Refused("other must not be selected unless it is enabled")
        selected += _selected(other)
        if "value" in other:
            limited_text(other["value"], 255)
    if question["type"] == "radiobuttons" and selected > 1:
        raise Refused("only one answer can be selected")


def _selected(answer: Row) -> bool:
    if "selected" in answer and answer["selected"] is not True:
        raise Refused("selected can only be true")
    return "selected" in answer


def _sign(question: Row, grammar: Grammar) -> None:
    if grammar.sign is not None and ("signature" in question or "signature_id" in question):
        question["signature_id"] = grammar.sign(question)
        question.pop("signature", None)


def _text(value: object, grammar: Grammar) -> str:
    return short_text(value, grammar.longest_answer or 10**9)


def _paragraph(value: object, grammar: Grammar) -> str:
    return sanitised(_text(value, grammar))


def _date(value: object, _: Grammar) -> str:
    return calendar_date(value)


def _object(longest: Mapping[str, int], required: tuple[str, ...]) -> Callable[[object, Grammar], object]:
    def check(value: object, _: Grammar) -> object:
        answer = known(value, tuple(longest))
        for name in required:
            short_text(answer.get(name), longest[name])
        for name, item in answer.items():
            if not isinstance(item, str) or len(item) > longest[name]:
                raise Refused(f"{name} is invalid")
        return value

    return check


def _phone(value: object, _: Grammar) -> object:
    for item in _filled(value):
        phone = known(item, ("number", "phone_type"))
        short_text(phone.get("number"), 100)
        if phone.get("phone_type") not in PHONE_TYPES:
            raise Refused("phone_type is not included in the list")
    return value


def _choice(value: object, _: Grammar) -> object:
    return short_text(value, 255)


_ANSWERS: dict[str, Callable[[object, Grammar], Any]] = {
    "text": _text,
    "paragraph": _paragraph,
    "date": _date,
    "address": _object({**_ADDRESS, "country_code": 2}, ()),
    "full_name": _object(
        dict.fromkeys(("title", "first_name", "last_name", "preferred_first_name"), 255), ("first_name", "last_name")
    ),
    "phone": _phone,
    "pronouns": _object(dict.fromkeys(PRONOUNS, 50), PRONOUNS),
    "select": _choice,
}


def answered(question: Row) -> bool:
    """Tells whether a question has an answer, as a required one of a completed form must."""
    if question["type"] in CHOICES:
        items = [*question.get("answers", ()), question.get("other", {})]
        return any(item.get("selected") for item in items)
    return bool(question.get("signature_id" if question["type"] == "signature" else "answer"))
