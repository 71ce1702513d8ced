"""The fonts of the documents: one that this package brings, and those that a user adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

import attrs

from clinikomigrate.errors import ConfigurationError

FAMILY: Final = "dejavu"
STYLES: Final[Mapping[str, str]] = {"": "", "B": "-Bold", "I": "-Oblique", "BI": "-BoldOblique"}
"""The styles of the family that this package brings, and what its files are called by."""

_FOLDER: Final = Path(__file__).with_name("dejavu")


@attrs.frozen(eq=False)
class Font:
    """One font.

    Attributes:
        family: The name that it has in documents.
        style: `B` for bold and `I` for italic; blank for neither.
        content: What is in its file.
        codes: The numbers of the characters that it has.
    """

    family: str
    style: str
    content: bytes = attrs.field(repr=False)
    codes: frozenset[int] = attrs.field(repr=False)

    @property
    def key(self) -> str:
        """The name that fpdf2 gives it."""
        return f"{self.family}{self.style}"


class Fonts:
    """Knows which font shows which character.

    Args:
        further: Files of fonts for what DejaVu Sans doesn't have, the most wanted first.

    Raises:
        ConfigurationError: One of the files is no font.
    """

    def __init__(self, further: Iterable[str | Path] = ()) -> None:
        self._further = tuple(_read(f"user{number}", "", Path(path)) for number, path in enumerate(further))
        self._chosen = lru_cache(maxsize=10_000)(self._choose)

    @cached_property
    def _codes(self) -> frozenset[int]:
        return frozenset().union(*(font.codes for font in (_own()[""], _own()["B"], *self._further)))

    def has(self, character: str) -> bool:
        """Says whether any font has a character.

        Args:
            character: A single one.
        """
        return ord(character) in self._codes

    def of(self, character: str, style: str, near: Font | None = None) -> Font:
        """Chooses the font for a character.

        Args:
            character: One that some font has.
            style: The style that it should have.
            near: The font that should be kept to if it has the character: a mark's, of the letter before it.
        """
        if near is not None and ord(character) in near.codes:
            return near
        return self._chosen(character, style)

    def _choose(self, character: str, style: str) -> Font:
        own = _own()
        wanted = (own[style], own["B" if "B" in style else ""], *self._further, own[""])
        return next(font for font in wanted if ord(character) in font.codes)


@cache
def _own() -> Mapping[str, Font]:
    return {style: _read(FAMILY, style, _FOLDER / f"DejaVuSans{name}.ttf") for style, name in STYLES.items()}


def _read(family: str, style: str, path: Path) -> Font:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        content = path.read_bytes()
        with TTFont(BytesIO(content), lazy=True, fontNumber=0) as font:
            codes = frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError) as error:
        raise ConfigurationError(f"{path} is no font that can be read ({type(error).__name__}).") from None
    if not codes:
        raise ConfigurationError(f"{path} is a font without Unicode characters.")
    return Font(family, style, content, codes)
