"""Lays blocks out as lines, before anybody knows on which page they stand. Lengths are in millimetres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final
from weakref import WeakKeyDictionary

import attrs
from fpdf import FPDF

from clinikomigrate.sinks.splose.documents.blocks import Block, Paragraph, Span, Style
from clinikomigrate.sinks.splose.documents.breaking import broken
from clinikomigrate.sinks.splose.documents.characters import Characters
from clinikomigrate.sinks.splose.documents.drawing import Drawing
from clinikomigrate.sinks.splose.documents.face import Face, is_plain
from clinikomigrate.sinks.splose.documents.fonts import Font, Fonts
from clinikomigrate.sinks.splose.documents.visual import in_order, runs_backwards

POINT: Final = 25.4 / 72

_FACES: Final[WeakKeyDictionary[Font, Face]] = WeakKeyDictionary()
"""What measures texts in each font, and stands in no document: to read a font takes long."""

_STEP: Final = 6.0
_PADDING: Final = 1.5
_LINE: Final = 1.4  # how far apart lines are, in sizes of their font

_TOGETHER: Final = 25.0
"""A block no higher than this isn't torn apart, and of a higher one at least so much begins on a page."""
_DRAWN_TOGETHER: Final = 70.0
"""The same of a block in which something is drawn: the words stay with it."""


_BELOW_A_DRAWING: Final = 1.0


@attrs.frozen
class Look:
    """How a paragraph looks.

    Attributes:
        size: Of its font, in points.
        before: The room above it.
        grey: Its colour, from 0 for black to 255.
        below: What is kept free below it, so that what it is the heading of begins on the same page.
    """

    size: float
    before: float = 0.0
    grey: int = 0
    below: float = 0.0


LOOKS: Final[Mapping[Style, Look]] = {
    Style.TITLE: Look(13, before=5, below=45),
    Style.SECTION: Look(11, before=3.5, below=18),
    Style.HEADING: Look(10, before=2.5, below=30),
    Style.BODY: Look(9.5),
    Style.SMALL: Look(8.5, grey=80, below=18),
}


@attrs.frozen(repr=False)
class Line:
    """One line.

    Attributes:
        spans: Its text in logical order.
        look: How its paragraph looks.
        left: Where it begins.
        width: How wide it may be.
        before: The room above it.
        backwards: Whether its paragraph begins at the right.
        outline: What it adds to the file's outline, and at which level.
        drawing: What is drawn in place of text.
    """

    spans: tuple[Span, ...]
    look: Look
    left: float
    width: float
    before: float
    backwards: bool
    outline: tuple[str, int] | None = None
    drawing: Drawing | None = None

    @property
    def height(self) -> float:
        """Its height, with the room above it."""
        if self.drawing is not None:
            return self.before + self.drawing.height + _BELOW_A_DRAWING
        return self.before + self.look.size * POINT * _LINE


@attrs.frozen(repr=False)
class Cell:
    """Lines below each other.

    Attributes:
        left: Its left edge.
        width: Its width.
        lines: The lines.
    """

    left: float
    width: float
    lines: tuple[Line, ...]


@attrs.frozen(repr=False)
class Laid:
    """A block laid out.

    Attributes:
        cells: What stands beside each other.
        padding: The room around what stands in each cell.
        framed: Whether the cells have borders.
        needed: How much room a page must have left for it to begin there.
    """

    cells: tuple[Cell, ...]
    padding: float
    framed: bool
    needed: float


class Typesetter:
    """Lays out blocks. It can be used for any number of files.

    Args:
        fonts: The fonts.
    """

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self._advances: dict[str, dict[str, float]] = {}
        self._word = lru_cache(maxsize=50_000)(self._measured)

    def laid(self, block: Block, characters: Characters, left: float, width: float) -> Laid:
        """Lays out a block.

        Args:
            block: The block.
            characters: Makes text that can be shown.
            left: Where it begins.
            width: How wide it is.
        """
        if isinstance(block, Paragraph):
            cell = Cell(left, width, tuple(self._lines(block, characters, left, width)))
            height = sum(line.height for line in cell.lines)
            return Laid((cell,), 0.0, framed=False, needed=min(height, _TOGETHER) + LOOKS[block.style].below)
        cells, share = [], width / sum(block.widths)
        for paragraphs, part in zip(block.cells, block.widths, strict=True):
            inner = (left + _PADDING, part * share - 2 * _PADDING)
            lines = [line for each in paragraphs for line in self._lines(each, characters, *inner)]
            cells.append(Cell(left, part * share, tuple(lines)))
            left += part * share
        height = max(sum(line.height for line in cell.lines) for cell in cells) + 2 * _PADDING
        drawn = any(line.drawing for cell in cells for line in cell.lines)
        needed = min(height, _DRAWN_TOGETHER if drawn else _TOGETHER)
        return Laid(tuple(cells), _PADDING, framed=True, needed=needed)

    def measure(self, spans: Sequence[Span], size: float) -> float:
        """Says how wide some text is.

        Args:
            spans: Of characters that can be shown.
            size: The size of the font, in points.
        """
        if len(spans) == 1 and len(spans[0].text) <= 40:
            return self._word(spans[0]) * size
        return self._measured(*spans) * size

    def _measured(self, *spans: Span) -> float:
        if all(is_plain(span.text) for span in spans):
            return sum(self._advance(span) for span in spans)
        width = 0.0
        for run in in_order(spans, self.fonts, backwards=False):
            width += _face(run.font).measure(run.text, POINT, backwards=run.backwards)
        return width

    def _advance(self, span: Span) -> float:
        """Adds up the widths of plain characters, each of which is looked up once in each style."""
        style = span.style
        known = self._advances.setdefault(style, {})
        for character in set(span.text).difference(known):
            font = self.fonts.of(character, style)
            known[character] = _face(font).measure(character, POINT, backwards=False)
        return sum(map(known.__getitem__, span.text))

    def _lines(self, paragraph: Paragraph, characters: Characters, left: float, width: float) -> list[Line]:
        look = LOOKS[paragraph.style]
        if paragraph.drawing is not None:
            return [Line((), look, left, width, _PADDING, backwards=False, drawing=paragraph.drawing)]
        spans = [span.saying(characters.shown(span.text)) for span in paragraph.spans]
        text = "".join(span.text for span in spans)
        backwards = runs_backwards(text)
        if paragraph.mark:
            spans.insert(0, Span(f"{paragraph.mark} "))
        indent = min(paragraph.indent * _STEP, width / 2)
        left, width = (left, width - indent) if backwards else (left + indent, width - indent)
        texts = list(broken(spans, width, lambda each: self.measure(each, look.size))) or [()]
        outline = None if paragraph.outline is None else (text, paragraph.outline)
        return [
            Line(each, look, left, width, 0.0 if number else look.before, backwards, None if number else outline)
            for number, each in enumerate(texts)
        ]


def _face(font: Font) -> Face:
    """Gives what measures texts in a font."""
    face = _FACES.get(font)
    if face is None:
        face = _FACES[font] = Face(FPDF(), font)
    return face
