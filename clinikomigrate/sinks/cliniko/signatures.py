"""Which signatures a form can be given: drawings of a size and kind that the API takes; and whether it has them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any, Final

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import Content, PatientFormDraft, Question, Section
from clinikomigrate.errors import NotFound
from clinikomigrate.sinks.pictures import SVG, picture_of
from clinikomigrate.transfer.losses import Loss

_LARGEST: Final = 500.0
_DRESS: Final = "data:image/svg+xml;base64,"
"""How the API's own example of a signature begins."""

_ROOT: Final = re.compile(r"<svg\b[^>]*>", re.DOTALL)
_LENGTH: Final = r"(?<![\w-]){}\s*=\s*[\"']\s*(\d+(?:\.\d+)?)(?:px)?\s*[\"']"
NOT_TAKEN: Final = Loss(
    "signatures", "the API takes only SVG drawings of up to 500 by 500 pixels; this one stays in the source account"
)


def without_others(draft: PatientFormDraft) -> tuple[PatientFormDraft, tuple[Loss, ...]]:
    """Leaves out signatures that the API doesn't take, and gives the others the form in which it takes them.

    Args:
        draft: A form, its signatures as the source gave them.

    Returns:
        The form without them, and a loss for each.
    """
    if not isinstance(draft.content, Content) or not draft.content.sections:
        return draft, ()
    losses: list[Loss] = []
    sections = tuple(_section(section, losses) for section in draft.content.sections)
    return attrs.evolve(draft, content=attrs.evolve(draft.content, sections=sections)), tuple(losses)


def _section(section: Section, losses: list[Loss]) -> Section:
    if not section.questions:
        return section
    return attrs.evolve(section, questions=tuple(_question(question, losses) for question in section.questions))


def _question(question: Question, losses: list[Loss]) -> Question:
    if not isinstance(question.signature, str):
        return question
    image = as_taken(question.signature)
    if image is None:
        losses.append(NOT_TAKEN)
    return attrs.evolve(question, signature=image or UNSET)


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


def as_taken(image: str) -> str | None:
    """Writes an image as the API takes it as a signature, as a `data:` URI; None where it doesn't take it.

    Args:
        image: As an account gives it: nothing documents whether that is a `data:` URI, the drawing itself or base64.
    """
    drawing = _drawing(image)
    root = _ROOT.search(drawing or "")
    if drawing is None or root is None:
        return None
    lengths = [re.search(_LENGTH.format(name), root[0]) for name in ("width", "height")]
    if any(length is not None and float(length[1]) > _LARGEST for length in lengths):
        return None
    return image if image.startswith(_DRESS) else _DRESS + base64.b64encode(drawing.encode()).decode()


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
    """Says whether two images show one drawing, however each is written."""
    drawn = _drawing(wanted)
    return wanted == there or (there is not None and drawn is not None and drawn == _drawing(there))


def _drawing(image: str) -> str | None:
    """Returns the SVG of an image; None where it is none."""
    picture = picture_of(image)
    if picture is None or picture.ending != SVG:
        return None
    try:
        return picture.content.decode()
    except UnicodeDecodeError:
        return None
