"""Which signatures a form can be given: drawings of a size and kind that the API takes."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final
from urllib.parse import unquote

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko.models import Content, PatientFormDraft, Question, Section
from clinikomigrate.transfer.losses import Loss

_LARGEST: Final = 500.0
_DATA: Final = re.compile(r"data:image/svg\+xml(?:;charset=[\w-]+)?(;base64)?,(.*)", re.DOTALL)
_ROOT: Final = re.compile(r"<svg\b[^>]*>", re.DOTALL)
_LENGTH: Final = r"\b{}\s*=\s*[\"']\s*(\d+(?:\.\d+)?)(?:px)?\s*[\"']"
_NOT_TAKEN: Final = Loss(
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
    losses.append(_NOT_TAKEN)
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
    found = _DATA.fullmatch(image)
    if found is None:
        return False
    try:
        text = base64.b64decode(found[2], validate=True).decode() if found[1] else unquote(found[2])
    except (binascii.Error, UnicodeDecodeError):
        return False
    root = _ROOT.search(text)
    if root is None:
        return False
    lengths = [re.search(_LENGTH.format(name), root[0]) for name in ("width", "height")]
    return all(length is None or float(length[1]) <= _LARGEST for length in lengths)
