"""The pages of one file."""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Final

import attrs
from fpdf import FPDF

from clinikomigrate.sinks.splose.documents.blocks import Block, Paragraph, Span, Style
from clinikomigrate.sinks.splose.documents.characters import Characters
from clinikomigrate.sinks.splose.documents.face import Face
from clinikomigrate.sinks.splose.documents.fonts import Font
from clinikomigrate.sinks.splose.documents.typesetting import LOOKS, POINT, Laid, Line, Typesetter
from clinikomigrate.sinks.splose.documents.visual import in_order

_LEFT: Final = 18.0
_WIDTH: Final = 174.0
_TOP: Final = 10.0
_BOTTOM: Final = 280.0
_FOOT: Final = 283.0

_BASE: Final = 1.05  # where in a line its letters stand, in sizes of its font

_TOTAL: Final = "\ufdd0" * 5
"""Stands for the number of pages until it is known: characters that are in no text that can be shown."""


@attrs.frozen
class Description:
    """What stands on each page of a file, and in its properties.

    Attributes:
        head: Whose record it is; the first line is bold.
        foot: What the file is.
        title: The file's title.
        made: The date in the file's properties.
    """

    head: tuple[str, ...] = attrs.field(repr=False)
    foot: str
    title: str = attrs.field(repr=False)
    made: datetime


class Placing:
    """How much of a block stands on pages.

    Args:
        laid: The block.
    """

    def __init__(self, laid: Laid) -> None:
        self.laid = laid
        self.lines = [0] * len(laid.cells)

    @property
    def begun(self) -> bool:
        """Whether any of it stands."""
        return any(self.lines)

    @property
    def done(self) -> bool:
        """Whether all of it stands."""
        return all(lines == len(cell.lines) for lines, cell in zip(self.lines, self.laid.cells, strict=True))


class Pages:
    """Sets blocks on the pages of one file.

    Args:
        typesetter: Lays out blocks.
        characters: Makes text that can be shown.
        description: What stands on each page.
    """

    def __init__(self, typesetter: Typesetter, characters: Characters, description: Description) -> None:
        self._typesetter = typesetter
        self._fonts = typesetter.fonts
        self._pdf = _blank(description, Characters(typesetter.fonts.has))
        self._faces: dict[str, Face] = {}
        self._y = 0.0
        self._fresh = True
        self._ended = 0
        self._drawn = 0
        small = Style.SMALL
        head = [Paragraph((Span(line, bold=not number),), small) for number, line in enumerate(description.head)]
        self._head = [line for each in head for line in self.laid(each, characters).cells[0].lines]
        foot = Paragraph((Span(description.foot),), small)
        self._foot = typesetter.laid(foot, characters, _LEFT, _WIDTH - 40).cells[0].lines[0]
        self._start()

    @property
    def count(self) -> int:
        """How many pages there are."""
        return self._pdf.pages_count

    @property
    def size(self) -> int:
        """About how many bytes the pages take, without the fonts."""
        return self._ended + self._drawn + self._weight()

    def laid(self, block: Block, characters: Characters) -> Laid:
        """Lays out a block over the width of a page.

        Args:
            block: The block.
            characters: Makes text that can be shown.
        """
        return self._typesetter.laid(block, characters, _LEFT, _WIDTH)

    def place(self, placing: Placing) -> None:
        """Sets as much of a block as the page has room for; at least a line of it on a page that is empty.

        Args:
            placing: The block, and how much of it stands.
        """
        laid = placing.laid
        if not placing.begun and not self._fresh and self._y + laid.needed > _BOTTOM:
            return
        bottom = self._y
        for number, cell in enumerate(laid.cells):
            y = self._y + laid.padding
            while placing.lines[number] < len(cell.lines):
                line = cell.lines[placing.lines[number]]
                if y + line.height + laid.padding > _BOTTOM and not self._fresh:
                    break
                self._show(line, y)
                y += line.height
                placing.lines[number] += 1
                self._fresh = False
            bottom = max(bottom, y + laid.padding)
        for cell in laid.cells if laid.framed else ():
            self._pdf.rect(cell.left, self._y, cell.width, bottom - self._y)
        self._y = bottom

    def turn(self) -> None:
        """Begins a new page."""
        self._end()
        self._start()

    def finished(self) -> bytes:
        """Ends the file and returns it; the same blocks make the same bytes, as long as the libraries are the same."""
        self._end()
        return bytes(self._pdf.output())

    def _start(self) -> None:
        self._pdf.add_page()
        self._pdf.set_draw_color(170)
        y = _TOP
        for line in self._head:
            self._show(line, y)
            y += line.height
        self._pdf.line(_LEFT, y + 1, _LEFT + _WIDTH, y + 1)
        self._y, self._fresh = y + 3, True

    def _end(self) -> None:
        self._pdf.line(_LEFT, _FOOT - 1, _LEFT + _WIDTH, _FOOT - 1)
        self._show(self._foot, _FOOT)
        look = LOOKS[Style.SMALL]
        self._select(self._fonts.of("0", ""), look.size, backwards=False)
        self._pdf.set_text_color(look.grey)
        self._pdf.set_xy(_LEFT + _WIDTH - 40, _FOOT)
        self._pdf.cell(40, self._foot.height, f"Page {self.count} of {_TOTAL}", align="R")
        self._ended += self._weight()

    def _weight(self) -> int:
        contents = self._pdf.pages[self.count].contents
        return len(zlib.compress(bytes(contents)))  # type: ignore[arg-type]  # bytes until the file is made

    def _show(self, line: Line, top: float) -> None:
        if line.drawing is not None:
            line.drawing.show(self._pdf, line.left, top + line.before)
            self._drawn += line.drawing.weight
            return
        size = line.look.size
        y = top + line.before + size * POINT * _BASE
        if line.outline:
            self._pdf.set_y(top)
            self._pdf.start_section(*line.outline, strict=False)
        runs = list(in_order(line.spans, self._fonts, backwards=line.backwards))
        widths = [self._face(run.font).measure(run.text, size * POINT, backwards=run.backwards) for run in runs]
        x = line.left + line.width - sum(widths) if line.backwards else line.left
        self._pdf.set_text_color(line.look.grey)
        for run, width in zip(runs, widths, strict=True):
            self._select(run.font, size, backwards=run.backwards)
            self._pdf.text(x, y, run.text)
            if run.underline:
                self._pdf.line(x, y + 0.6, x + width, y + 0.6)
            x += width

    def _select(self, font: Font, size: float, *, backwards: bool) -> None:
        self._face(font).prepare(size, backwards=backwards)
        self._pdf.set_font(font.family, font.style, size)

    def _face(self, font: Font) -> Face:
        if font.key not in self._faces:
            self._faces[font.key] = Face(self._pdf, font)
            self._pdf.fonts[font.key] = self._faces[font.key]
        return self._faces[font.key]


def _blank(description: Description, characters: Characters) -> FPDF:
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.set_margins(_LEFT, _TOP)
    pdf.c_margin = 0
    pdf.alias_nb_pages(_TOTAL)
    pdf.set_line_width(0.2)
    pdf.set_creation_date(description.made)
    pdf.set_lang("en")
    pdf.set_title(characters.shown(description.title))
    pdf.set_subject("Patient's record")
    pdf.set_creator("clinikomigrate")
    return pdf
