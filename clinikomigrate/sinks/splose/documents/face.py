"""A font as fpdf2 embeds it, with text shaped so that it can be found and copied again.

fpdf2's own shaping cuts words where the script of a mark is "inherited" (an Arabic word falls apart at its vowel
signs), places each glyph for itself, and leaves glyphs without a character, which then come out as wrong letters when
text is taken out of the file. So a run of one font and one direction is shaped here as a whole. This reaches into
fpdf2, of which only one minor version is therefore allowed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
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
        advance = sum(float(position.x_advance) for _, position in self._shaped(text, backwards))
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
        told: set[int] = set()
        rows = [_Row()]
        for info, position in shaped:
            rise = round(position.y_offset * self.scale)
            if rise != rows[-1].rise:
                rows.append(_Row(rise))
            offset, advance = position.x_offset * self.scale, position.x_advance * self.scale
            name = self.ttfont.getGlyphName(info.codepoint)
            width = round(self.scale * self.ttfont["hmtx"].metrics[name][0])
            characters = (_NOTHING,) if info.cluster in told else _cluster(text, info.cluster, starts)
            told.add(info.cluster)
            code = self.subset.pick_glyph(self.subset.get_glyph(info.codepoint, characters, name, width)) or 0
            rows[-1].move(-offset)
            rows[-1].show(self.escape_text(chr(code)))
            rows[-1].move(width - advance + offset)
        return " ".join(row.operators(self._size) for row in (*rows, _Row()))

    def _shaped(self, text: str, backwards: bool) -> list[tuple[Any, Any]]:
        buffer = uharfbuzz.Buffer()
        buffer.cluster_level = uharfbuzz.BufferClusterLevel.CHARACTERS
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if backwards else "ltr"
        uharfbuzz.shape(self._shaper, buffer, {})
        return list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))


def _cluster(text: str, start: int, starts: list[int]) -> tuple[int, ...]:
    """Returns the numbers of the characters that one glyph, or several together, stand for."""
    behind = bisect_right(starts, start)
    end = starts[behind] if behind < len(starts) else len(text)
    return tuple(ord(character) for character in text[start:end])


class _Row:
    """Glyphs at one height."""

    def __init__(self, rise: int = 0) -> None:
        self.rise = rise
        self._parts: list[str] = []

    def show(self, glyph: str) -> None:
        """Adds a glyph."""
        if self._parts and self._parts[-1].startswith("("):
            glyph = self._parts.pop()[1:-1] + glyph
        self._parts.append(f"({glyph})")

    def move(self, back: float) -> None:
        """Moves to the left, by thousandths of the size."""
        if round(back):
            self._parts.append(f"{round(back)}")

    def operators(self, size: float) -> str:
        """Returns the PDF operators, for a size in points."""
        shown = f" [{' '.join(self._parts)}] TJ" if self._parts else ""
        return f"{self.rise * size / 1000:.2f} Ts{shown}"
