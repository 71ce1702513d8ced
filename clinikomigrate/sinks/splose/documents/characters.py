"""Makes text that can be shown of text of any kind, and counts what no font has."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

DIRECTIONS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that only say in which direction others run."""

_TAB: Final = "    "


class Characters:
    """Replaces characters that can't be shown by their numbers, and counts them.

    Args:
        has: Says whether any font has a character.
    """

    def __init__(self, has: Callable[[str], bool]) -> None:
        self._has = has
        self._missing: Counter[int] = Counter()
        self._fine: set[str] = set()

    @property
    def missing(self) -> Mapping[int, int]:
        """How often each character was met that no font has, by its number."""
        return MappingProxyType(dict(sorted(self._missing.items())))

    def shown(self, text: str) -> str:
        """Returns a text of which every character can be shown; `[U+1F600]` stands for one that can't.

        Args:
            text: Anything.
        """
        replaced = {}
        for character in set(text) - self._fine:  # most texts are of the same few characters
            if character == "\t":
                replaced[ord(character)] = _TAB
            elif character in DIRECTIONS or (self._has(character) and unicodedata.category(character) != "Cc"):
                self._fine.add(character)
            else:
                self._missing[ord(character)] += text.count(character)
                replaced[ord(character)] = f"[U+{ord(character):04X}]"
        return text.translate(replaced) if replaced else text
