"""Which signatures a form can be given: drawings of a size and kind that the API takes; and whether it has them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import Content, PatientFormDraft, Question, Section
from clinikomigrate.errors import NotFound
from clinikomigrate.transfer.losses import Loss

_LARGEST: Final = 500.0
_DATA: Final = re.compile(r"data:image/svg\+xml(?:;charset=[\w-]+)?(;base64)?,(.*)", re.DOTALL)
_ROOT: Final = re.compile(r"<svg\b[^>]*>", re.DOTALL)
_LENGTH: Final = r"\b{}\s*=\s*[\"']\s*(\d+(?:\.\d+)?)(?:px)?\s*[\"']"
NOT_TAKEN: Final = Loss(
    "signatures", "the API takes only SVG drawings of up to 500 by 500 pixels; this one stays in the source account"
)


def without_others(draft: PatientFormDraft) -> tuple[PatientFormDraft, tuple[Loss, ...]]:
    """Leaves out signatures that the API doesn't take.

    Args:
        draft: A form, its signatures as the source gave them.

    Returns:
        The form without them, and a loss for each.
    """
    if not isinstance(draft.content, Content) or not draft.content.sections:
        return draft, ()
    losses: list[Loss] = []
    sections = tuple(_section(section, losses) for section in draft.content.sections)
    if not losses:
        return draft, ()
    return attrs.evolve(draft, content=attrs.evolve(draft.content, sections=sections)), tuple(losses)


def _section(section: Section, losses: list[Loss]) -> Section:
    questions = tuple(_question(question, losses) for question in section.questions or ())
    return attrs.evolve(section, questions=questions)


def _question(question: Question, losses: list[Loss]) -> Question:
    if not isinstance(question.signature, str) or is_taken(question.signature):
        return question
    losses.append(NOT_TAKEN)
    return attrs.evolve(question, signature=UNSET)


def is_incomplete(draft: PatientFormDraft) -> bool:
    """Says whether a required question has no answer, so that the form can't be made as a completed one.

    Args:
        draft: A form as it will be sent.
    """
    content = draft.content
    sections = (content.sections or ()) if isinstance(content, Content) else ()
    questions = [question for section in sections for question in section.questions or ()]
    return any(question.required and not _is_answered(question) for question in questions)


def _is_answered(question: Question) -> bool:
    ticked = any(option.selected for option in question.answers or ())
    other = question.other
    return bool(question.answer or question.signature or ticked or (other and other.selected))


def is_taken(image: str) -> bool:
    """Says whether the API takes an image as a signature.

    Args:
        image: A `data:` URI.
    """
    root = _ROOT.search(_drawing(image) or "")
    if root is None:
        return False
    lengths = [re.search(_LENGTH.format(name), root[0]) for name in ("width", "height")]
    return all(length is None or float(length[1]) <= _LARGEST for length in lengths)


def are_the_same(client: Cliniko, draft: Any, record: Any) -> bool:
    """Fetches the signatures of a form, one by one, and says whether they are those that it was to have.

    Args:
        client: Of the account.
        draft: The form with the images of its signatures; anything but a form has none.
        record: The form as the account has it.
    """
    wanted, there = (dict(_signatures(getattr(each, "content", None))) for each in (draft, record))
    return wanted.keys() == there.keys() and all(
        _alike(wanted[place], _fetched(client, record.id, there[place])) for place in there
    )


def _signatures(content: Any) -> Iterator[tuple[tuple[int, int], str]]:
    """Gives each signature, or its id, by the place of its question."""
    for number, section in enumerate(content.sections or ()) if isinstance(content, Content) else ():
        for position, question in enumerate(section.questions or ()):
            given = question.signature or question.signature_id
            if given:
                yield (number, position), given


def _fetched(client: Cliniko, form: str, signature: str) -> str | None:
    try:
        return client.patient_forms.signature(form, signature).image
    except NotFound:
        return None


def _alike(wanted: str, there: str | None) -> bool:
    """Says whether two images show one drawing, however each is written in its `data:` URI."""
    drawn = _drawing(wanted)
    return wanted == there or (there is not None and drawn is not None and drawn == _drawing(there))


def _drawing(image: str) -> str | None:
    """Returns the SVG of an image; None where it is none."""
    found = _DATA.fullmatch(image)
    if found is None:
        return None
    try:
        return base64.b64decode(found[2], validate=True).decode() if found[1] else unquote(found[2])
    except (binascii.Error, UnicodeDecodeError):
        return None
