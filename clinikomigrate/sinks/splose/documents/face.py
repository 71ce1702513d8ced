"""A font as fpdf2 embeds it, with text shaped so that it can be found and copied again.

fpdf2's own shaping cuts words where the script of a mark is "inherited" (an Arabic word falls apart at its vowel
signs), places each glyph for itself, and leaves glyphs without a character, which then come out as wrong letters when
text is taken out of the file. So a run of one font and one direction is shaped here as a whole. This reaches into
fpdf2, of which only one minor version is therefore allowed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import uharfbuzz
from fpdf.fonts import TTFFont

from clinikomigrate.sinks.splose.documents.fonts import Font

if TYPE_CHECKING:
    from fpdf import FPDF

_PLAIN: Final = re.compile(
    "[\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058f\u1e00-\u200a\u2010-\u2027\u2030-\u205e"
    "\u20a0-\u20cf\u2100-\u2bff\u2e80-\u3029\u3030-\u3098\u309b-\ua4cf\uac00-\ud7a3]*"
)
"""Text that looks right with one glyph after the other."""

_LINES: Final = 64
"""How many texts are remembered as they were shaped: a line's width is needed before the line is shown."""

_NOTHING: Final = 0x200D
"""Stands for a glyph that is only a further part of a character: a joiner, which no reader shows or looks for."""


def is_plain(text: str) -> bool:
    """Says whether each character of a text is one glyph, as wide as it is alone.

    Args:
        text: Of whatever characters.
    """
    return _PLAIN.fullmatch(text) is not None


class Face(TTFFont):
    """A font in one document.

    Args:
        pdf: The document.
        font: The font.
    """

    def __init__(self, pdf: FPDF, font: Font) -> None:
        content: Any = BytesIO(font.content)  # fpdf2 would keep the file open; what reads files reads this too
        super().__init__(pdf, content, font.key, font.style)
        self._shaper = uharfbuzz.Font(uharfbuzz.Face(font.content))
        self._shaped = lru_cache(maxsize=_LINES)(self._shape)
        self._places: dict[tuple[int, ...], tuple[int, int, int]] = {}
        self._codes: dict[tuple[int, tuple[int, ...]], str] = {}
        self._size = 0.0
        self._backwards = False

    def prepare(self, size: float, *, backwards: bool) -> None:
        """Says how the next text is shown.

        Args:
            size: The size in points.
            backwards: Whether it runs from right to left.
        """
        self._size, self._backwards = size, backwards

    def measure(self, text: str, size: float, *, backwards: bool) -> float:
        """Returns how wide a text is, in the unit of its size.

        Args:
            text: Of this font's characters, in logical order.
            size: The size.
            backwards: Whether it runs from right to left.
        """
        if not backwards and is_plain(text):
            return sum(self.cw[ord(character)] for character in text) * size / 1000
        advance = float(sum(position.x_advance for _, position in self._shaped(text, backwards)))
        return advance * self.scale * size / 1000

    def encode_text(self, text: str) -> str:
        """Returns the PDF operators that show a text from where the document stands.

        Args:
            text: Of this font's characters, in logical order.
        """
        if not self._backwards and _PLAIN.fullmatch(text):
            return super().encode_text(text)
        shaped = self._shaped(text, self._backwards)
        starts = sorted({info.cluster for info, _ in shaped})
        ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
        rows = _Rows(self._size)
        places, codes, together = self._places, self._codes, rows.together
        for info, position in shaped:
            number, cluster = info.codepoint, info.cluster
            key = (number, position.x_offset, position.x_advance, position.y_offset)
            rise, before, behind = places.get(key) or self._placed(*key)
            end = ends.pop(cluster, None)
            characters = (_NOTHING,) if end is None else tuple(map(ord, text[cluster:end]))
            if rise != rows.rise:
                rows.turn(rise)
            if before:
                rows.move(before)
            together.append(codes.get((number, characters)) or self._code(number, characters))
            if behind:
                rows.move(behind)
        return rows.operators()

    def _placed(self, number: int, x_offset: int, x_advance: int, y_offset: int) -> tuple[int, int, int]:
        """Returns how high a glyph stands, and how far to the left to move before it and behind it."""
        offset, advance = x_offset * self.scale, x_advance * self.scale
        placed = round(y_offset * self.scale), round(-offset), round(self._width(number) - advance + offset)
        self._places[number, x_offset, x_advance, y_offset] = placed
        return placed

    def _width(self, number: int) -> int:
        """Returns how wide a glyph is by itself."""
        width: int = round(self.scale * self.ttfont["hmtx"].metrics[self.ttfont.getGlyphName(number)][0])
        return width

    def _code(self, number: int, characters: tuple[int, ...]) -> str:
        """Returns what shows a glyph for some characters, as it stands in a PDF operator."""
        glyph = self.subset.get_glyph(number, characters, self.ttfont.getGlyphName(number), self._width(number))
        code = self.escape_text(chr(self.subset.pick_glyph(glyph) or 0))
        self._codes[number, characters] = code
        return code

    def _shape(self, text: str, backwards: bool) -> list[tuple[Any, Any]]:
        buffer = uharfbuzz.Buffer()
        buffer.cluster_level = uharfbuzz.BufferClusterLevel.CHARACTERS
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if backwards else "ltr"
        uharfbuzz.shape(self._shaper, buffer, {})
        return list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))


class _Rows:
    """Glyphs one behind the other, at one height or several.

    Args:
        size: Of the font, in points.

    Attributes:
        rise: How high the next glyph stands, in thousandths of the size.
        together: What shows the last glyphs, between which nothing moves.
    """

    def __init__(self, size: float) -> None:
        self.rise = 0
        self.together: list[str] = []
        self._size = size
        self._rows: list[str] = []
        self._parts: list[str] = []

    def move(self, back: int) -> None:
        """Moves to the left, by thousandths of the size."""
        if self.together:
            self._parts.append(f"({''.join(self.together)})")
            self.together.clear()
        self._parts.append(str(back))

    def turn(self, rise: int) -> None:
        """Ends a row and begins another one."""
        if self.together:
            self._parts.append(f"({''.join(self.together)})")
            self.together.clear()
        shown = f" [{' '.join(self._parts)}] TJ" if self._parts else ""
        self._rows.append(f"{self.rise * self._size / 1000:.2f} Ts{shown}")
        self.rise = rise
        self._parts.clear()

    def operators(self) -> str:
        """Returns the PDF operators; what follows stands at the usual height again."""
        self.turn(0)
        self.turn(0)
        return " ".join(self._rows)
