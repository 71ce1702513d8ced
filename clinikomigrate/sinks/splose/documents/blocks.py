"""What a document consists of before anybody knows where its pages end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final

import attrs

from clinikomigrate.sinks.splose.documents.drawing import Drawing

_BREAK: Final = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")


class Style(Enum):
    """How a paragraph looks."""

    TITLE = "title"
    SECTION = "section"
    HEADING = "heading"
    BODY = "body"
    SMALL = "small"


@attrs.frozen(repr=False)
class Span:
    """A run of text that looks the same throughout."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False

    @property
    def style(self) -> str:
        """Its font's style, as fpdf2 names it."""
        return ("B" if self.bold else "") + ("I" if self.italic else "")

    def saying(self, text: str) -> Span:
        """Returns another text that looks the same."""
        return Span(text, self.bold, self.italic, self.underline)


@attrs.frozen(repr=False)
class Paragraph:
    """Text that begins on a line of its own.

    Attributes:
        spans: Its text. Without any it is an empty line.
        style: How it looks.
        indent: How many steps it is indented by.
        mark: What stands before it: a list item's number.
        outline: The level at which it stands in the file's outline, from 0; None where it doesn't.
        drawing: What is drawn in place of text.
    """

    spans: tuple[Span, ...] = ()
    style: Style = Style.BODY
    indent: int = 0
    mark: str = ""
    outline: int | None = None
    drawing: Drawing | None = None

    @property
    def text(self) -> str:
        """All its text, without what it looks like."""
        return "".join(span.text for span in self.spans)


@attrs.frozen(repr=False)
class Row:
    """A row of a table. Rows that follow each other with the same widths make one table.

    Attributes:
        cells: What stands in each cell.
        widths: The cells' shares of the page's width.
    """

    cells: tuple[tuple[Paragraph, ...], ...]
    widths: tuple[int, ...]


Block = Paragraph | Row


def lines(text: str, **looks: bool) -> tuple[Paragraph, ...]:
    """Makes a paragraph of each line of a plain text.

    Args:
        text: With line breaks of any kind.
        looks: What all of it is: `bold`, `italic`, `underline`.
    """
    return tuple(Paragraph((Span(line, **looks),) if line else ()) for line in _BREAK.split(text))


def one_line(text: str) -> str:
    """Returns a text without its line breaks, for where there is room for one line.

    Args:
        text: With line breaks of any kind.
    """
    return " ".join(part for each in _BREAK.split(text) if (part := each.strip()))


def title(text: str, style: Style, outline: int | None = None) -> Paragraph:
    """Makes a heading.

    Args:
        text: What it says, line breaks taken out.
        style: How it looks.
        outline: The level at which it stands in the file's outline, from 0; None where it doesn't.
    """
    return Paragraph((Span(one_line(text), bold=True),), style, outline=outline)


def sentences(said: Iterable[str]) -> Paragraph:
    """Makes a small paragraph of what is said about a record.

    Args:
        said: Sentences.
    """
    return Paragraph((Span(one_line(" ".join(said)), italic=True),), Style.SMALL)
