"""What notes and forms ask and say, as blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

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


def blocks(content: Content | None, *, html: bool, signing: Signing = unsigned) -> Iterator[Block]:
    """Gives all that a note or form asks and says: each section a heading and a table of questions and answers.

    Args:
        content: The content; None for none.
        html: Whether paragraph answers are HTML, as in notes; in forms they are plain text.
        signing: Says what there is to say of a signature.
    """
    sections = (content.sections if content else None) or ()
    if not sections:
        yield sentences([NO_CONTENT])
    for section in sections:
        yield from _section(section, html, signing)


def _section(section: Section, html: bool, signing: Signing) -> Iterator[Block]:
    if section.name:
        yield title(section.name, Style.SECTION)
    if section.description:
        yield from lines(section.description, italic=True)
    for question in section.questions or ():
        yield Row((lines(question.name or "", bold=True), answer(question, html=html, signing=signing)), WIDTHS)
    for name, value in section.extra.items():
        yield from _further(name, value)


def answer(question: Question, *, html: bool, signing: Signing = unsigned) -> Answer:
    """Says what a question was answered, with what else it offered.

    Args:
        question: Of any type, even one that nobody knows yet.
        html: Whether a paragraph is HTML.
        signing: Says what there is to say of a signature.
    """
    said = [
        *_own(question, html),
        *_ticks(question),
        *_body_charts(question),
        *(signing(question.signature_id) if question.signature_id else ()),
        *(each for name, value in question.extra.items() for each in _further(name, value)),
    ]
    return tuple(said) or lines(NO_ANSWER, italic=True)


def _own(question: Question, html: bool) -> Answer:
    """What was answered in words."""
    if question.type == "select":
        return _selected(question)
    if not says(question.answer):
        return ()
    if question.type == "paragraph" and html and isinstance(question.answer, str):
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
