"""Puts the characters of a line into the order in which they are seen, and chooses a font for each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

import attrs
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

from clinikomigrate.sinks.splose.documents.blocks import Span
from clinikomigrate.sinks.splose.documents.characters import DIRECTIONS
from clinikomigrate.sinks.splose.documents.face import is_plain
from clinikomigrate.sinks.splose.documents.fonts import Font, Fonts

_BACKWARDS: Final = re.compile("[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")
"""What makes a line one in which characters change places; Arabic and Hebrew, and marks that say so."""

_STRONG: Final = frozenset({"R", "AL", "NSM"})
"""Kinds of characters that run from right to left, and of marks that go with what is before them."""
_NEUTRAL: Final = frozenset({"CS", "ES", "ET", "ON", "WS"})
"""Kinds of characters that go with what is around them, as long as there is no number and no letter of another kind."""

_CLINGING: Final = frozenset({"Mn", "Me", "Mc", "Cf"})
"""Categories of characters that are shown together with the one before."""


@attrs.frozen
class Run:
    """Characters that are shown together.

    Attributes:
        text: In logical order.
        font: The font of all of them.
        underline: Whether they are underlined.
        backwards: Whether they run from right to left.
    """

    text: str = attrs.field(repr=False)
    font: Font
    underline: bool
    backwards: bool


def runs_backwards(text: str) -> bool:
    """Says whether a paragraph is one that begins at the right.

    Args:
        text: All of the paragraph's text.
    """
    strong = (unicodedata.bidirectional(character) for character in text)
    return next((each for each in strong if each in {"L", "R", "AL"}), "L") != "L"


def in_order(spans: Iterable[Span], fonts: Fonts, *, backwards: bool) -> Iterator[Run]:
    """Gives the runs of a line from left to right.

    Args:
        spans: The line in logical order, of characters that can be shown, a few hundred of them at most.
        fonts: The fonts.
        backwards: Whether the line's paragraph begins at the right.
    """
    spans = [span for span in spans if span.text]
    text = "".join(span.text for span in spans)
    if not text:
        return
    if not backwards and is_plain(text):
        yield from _one_by_one(spans, fonts)
        return
    if (run := _all_backwards(spans, text, fonts, backwards=backwards)) is not None:
        yield run
        return
    looks = [(character, span) for span in spans for character in span.text]
    chosen = _chosen(looks, fonts)
    if backwards or _BACKWARDS.search(text):
        direction = TextDirection.RTL if backwards else TextDirection.LTR
        seen = BidiParagraph(text=text, base_direction=direction, preserve_bn_chars=True).reorder_resolved_levels()
        order = [(each.character_index, each.embedding_level % 2 == 1) for each in seen]
    else:
        order = [(index, False) for index in range(len(text))]
    shown = [(index, chosen[index], odd) for index, odd in order if index in chosen]
    for (font, underline, odd), group in groupby(shown, lambda each: (each[1], looks[each[0]][1].underline, each[2])):
        characters = [text[index] for index, _, _ in group]
        yield Run("".join(reversed(characters) if odd else characters), font, underline, odd)


def _all_backwards(spans: Iterable[Span], text: str, fonts: Fonts, *, backwards: bool) -> Run | None:
    """Gives the one run of a line in one font of which each character runs from right to left; None for any other.

    Most lines of Arabic or Hebrew are such. To go through Unicode's rules one by one would take most of their time.

    Args:
        spans: The line.
        text: All of it; there is something.
        fonts: The fonts.
        backwards: Whether its paragraph begins at the right.
    """
    characters = set(text)
    kinds = set(map(unicodedata.bidirectional, characters))
    begins = backwards or unicodedata.bidirectional(text[0]) != "NSM"  # a mark would go with the paragraph
    if not begins or not kinds <= (_STRONG | _NEUTRAL if backwards else _STRONG) or characters & DIRECTIONS:
        return None
    looks = {(span.style, span.underline) for span in spans}
    used = {fonts.of(character, style) for style, _ in looks for character in characters}
    if len(looks) > 1 or len(used) > 1:
        return None
    ((_, underline),) = looks
    return Run(text, used.pop(), underline, backwards=True)


def _one_by_one(spans: Iterable[Span], fonts: Fonts) -> list[Run]:
    """Gives the runs of a line in which each character stands for itself, one behind the other."""
    runs: list[Run] = []
    for (style, underline), alike in groupby(spans, lambda span: (span.style, span.underline)):
        text = "".join(span.text for span in alike)
        chosen = {character: fonts.of(character, style) for character in set(text)}
        if len({font.key for font in chosen.values()}) == 1:
            parts = [(chosen[text[0]], text)]
        else:
            keys = {character: font.key for character, font in chosen.items()}
            groups = ("".join(group) for _, group in groupby(text, keys.__getitem__))
            parts = [(chosen[part[0]], part) for part in groups]
        for font, part in parts:
            if runs and runs[-1].font.key == font.key and runs[-1].underline == underline:
                part = runs.pop().text + part  # noqa: PLW2901 - two looks can have one font
            runs.append(Run(part, font, underline, backwards=False))
    return runs


def _chosen(looks: list[tuple[str, Span]], fonts: Fonts) -> dict[int, Font]:
    """Chooses the font of each character that is shown."""
    chosen: dict[int, Font] = {}
    last: Font | None = None
    for index, (character, span) in enumerate(looks):
        if character not in DIRECTIONS:
            near = last if unicodedata.category(character) in _CLINGING else None
            last = chosen[index] = fonts.of(character, span.style, near)
    return chosen
