"""What notes and forms ask and say, as blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

import attrs

from clinikomigrate.cliniko.models import Content, OtherAnswer, Question, Section
from clinikomigrate.sinks.answers import in_words, says
from clinikomigrate.sinks.moments import calendar_day
from clinikomigrate.sinks.splose.documents import markup
from clinikomigrate.sinks.splose.documents.blocks import Block, Paragraph, Row, Span, Style, lines, sentences, title

TICKED: Final = "☑"
NOT_TICKED: Final = "☐"
CHOSEN: Final = "◉"
NOT_CHOSEN: Final = "○"

NO_ANSWER: Final = "(no answer)"
NO_CONTENT: Final = "(no content)"
OTHER: Final = "Other"
SIGNED: Final = "Signed. The drawn signature is number {} in Cliniko"

WIDTHS: Final = (3, 7)

_CHOICE: Final = frozenset({"radiobuttons", "select"})

Answer = tuple[Paragraph, ...]
Signing = Callable[[str], Answer]
"""Says all there is to say of a signature, by its id."""


def unsigned(id: str) -> Answer:
    """Says that something was signed, where nobody knows more."""
    return lines(f"{SIGNED.format(id)}.", italic=True)


def blocks(content: Content | None, *, signing: Signing = unsigned) -> Iterator[Block]:
    """Gives all that a note or form asks and says: each section a heading and a table of questions and answers.

    Args:
        content: The content; None for none.
        signing: Says what there is to say of a signature.
    """
    sections = (content.sections if content else None) or ()
    if not sections:
        yield sentences([NO_CONTENT])
    for section in sections:
        yield from _section(section, signing)


def _section(section: Section, signing: Signing) -> Iterator[Block]:
    if section.name:
        yield title(section.name, Style.SECTION)
    if section.description:
        yield from map(_italic, markup.or_plain(section.description))
    for question in section.questions or ():
        yield Row((lines(question.name or "", bold=True), answer(question, signing=signing)), WIDTHS)
    for name, value in section.extra.items():
        yield from _further(name, value)


def _italic(paragraph: Paragraph) -> Paragraph:
    return attrs.evolve(paragraph, spans=tuple(attrs.evolve(span, italic=True) for span in paragraph.spans))


def answer(question: Question, *, signing: Signing = unsigned) -> Answer:
    """Says what a question was answered, with what else it offered.

    Args:
        question: Of any type, even one that nobody knows yet.
        signing: Says what there is to say of a signature.
    """
    said = [
        *_own(question),
        *_ticks(question),
        *_body_charts(question),
        *(signing(question.signature_id) if question.signature_id else ()),
        *(each for name, value in question.extra.items() for each in _further(name, value)),
    ]
    return tuple(said) or lines(NO_ANSWER, italic=True)


def _own(question: Question) -> Answer:
    """What was answered in words."""
    if question.type == "select":
        return _selected(question)
    if not says(question.answer):
        return ()
    if question.type == "paragraph" and isinstance(question.answer, str):
        return markup.paragraphs(question.answer)
    if question.type == "date" and isinstance(question.answer, str):
        return lines(_date(question.answer))
    if isinstance(question.answer, str):
        return lines(question.answer)
    return lines(in_words(Question(answer=question.answer)))


def _date(text: str) -> str:
    try:
        return calendar_day(date.fromisoformat(text.strip()))
    except ValueError:
        return text


def _selected(question: Question) -> Answer:
    given = question.answer if isinstance(question.answer, str) else in_words(Question(answer=question.answer))
    options = list(question.options) if isinstance(question.options, tuple) else []
    if says(given) and given not in options:
        options.append(given)
    return tuple(_tick(option, question, given == option) for option in options)


def _ticks(question: Question) -> Answer:
    ticks = [_tick(option.value or "", question, option.selected is True) for option in question.answers or ()]
    if question.other:
        ticks += _other(question.other, question)
    return tuple(ticks)


def _other(other: OtherAnswer, question: Question) -> list[Paragraph]:
    if not (other.enabled or other.selected or says(other.value)):
        return []
    words = f"{other.label or OTHER}: {other.value}" if says(other.value) else other.label or OTHER
    return [_tick(words, question, other.selected is True)]


def _tick(words: str, question: Question, ticked: bool) -> Paragraph:
    signs = (NOT_CHOSEN, CHOSEN) if question.type in _CHOICE else (NOT_TICKED, TICKED)
    return Paragraph((Span(words, bold=ticked),), mark=signs[ticked])


def _body_charts(question: Question) -> Answer:
    charts = len(question.body_chart_ids or ())
    if not charts:
        return ()
    those = "1 body chart stays" if charts == 1 else f"{charts} body charts stay"
    return lines(f"{those} in Cliniko, whose API gives none away.", italic=True)


def _further(name: str, value: object) -> Answer:
    said = in_words(Question(answer={name: value}))
    return lines(said) if said else ()
