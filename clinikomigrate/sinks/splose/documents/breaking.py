"""Breaks paragraphs into lines."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import attrs

from clinikomigrate.sinks.splose.documents.blocks import Span

LONGEST: Final = 240
"""The most characters of a line, however narrow they are."""

_BLANKS: Final = " \u1680\u2000-\u2006\u2008-\u200b\u205f\u3000"
_EAST: Final = "\u2e80-\u2fff\u3001-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_PIECE: Final = re.compile(f"[{_EAST}]|[{_BLANKS}]+|[^{_BLANKS}{_EAST}-]+-*|-+")
"""Behind each of these a line may end."""

_CLINGING: Final = frozenset({"Mn", "Me", "Mc", "Cf"})

Measure = Callable[[Sequence[Span]], float]


def broken(spans: Sequence[Span], width: float, measure: Measure) -> Iterator[tuple[Span, ...]]:
    """Gives the lines of a paragraph, in logical order.

    A line ends behind blanks, hyphens and characters of East Asia, and inside a word only where the word is longer than
    the line. Nothing is left out: blanks stay at the end of their line.

    Args:
        spans: The paragraph's text, of characters that can be shown.
        width: How wide a line may be.
        measure: Says how wide some text is.
    """
    line = _Line(width, measure)
    for word in _words(spans):
        yield from line.take(word)
    if line.spans:
        yield tuple(line.spans)


@attrs.define
class _Line:
    width: float
    measure: Measure
    spans: list[Span] = attrs.field(factory=list)
    used: float = 0.0
    length: int = 0

    def take(self, word: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
        """Adds a word, and gives the lines that are full."""
        length = sum(len(span.text) for span in word)
        wide = self.measure(word) if length <= LONGEST else self.width + 1
        blank = all(not span.text.strip() for span in word)
        if self.spans and (self.length + length > LONGEST or (not blank and self.used + wide > self.width)):
            yield self._full()
        *heads, rest = self._cut(word) if wide > self.width else [word]
        for head in heads:
            self.spans.extend(head)
            yield self._full()
        self.spans.extend(rest)
        self.used += wide if not heads else self.measure(rest)
        self.length += sum(len(span.text) for span in rest)

    def _full(self) -> tuple[Span, ...]:
        full = tuple(self.spans)
        self.spans, self.used, self.length = [], 0.0, 0
        return full

    def _cut(self, word: Sequence[Span]) -> list[Sequence[Span]]:
        """Cuts a word into pieces that a line holds; a mark stays with its letter."""
        text, starts = "".join(span.text for span in word), [0]
        for span in word:
            starts.append(starts[-1] + len(span.text))
        pieces: list[Sequence[Span]] = []
        begin = 0
        while begin < len(text):
            end = self._end(text, begin, lambda begin, end: _between(word, starts, begin, end))
            pieces.append(_between(word, starts, begin, end))
            begin = end
        return pieces

    def _end(self, text: str, begin: int, between: Callable[[int, int], Sequence[Span]]) -> int:
        most = min(len(text) - begin, LONGEST)
        wide = bisect_left(
            range(1, most + 1),
            True,
            key=lambda count: self.measure(between(begin, begin + count)) > self.width,
        )
        end = begin + max(1, wide)
        if end == len(text):
            return end
        whole = end
        while whole > begin and unicodedata.category(text[whole]) in _CLINGING:
            whole -= 1
        return whole if whole > begin else end


def _words(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Gives what stays on one line if it can: pieces of different looks without a blank between them stay together."""
    word: list[Span] = []
    for span in spans:
        for piece in _PIECE.findall(span.text):
            if word and _may_end(word[-1].text, piece):
                yield word
                word = []
            word.append(span.saying(piece))
    if word:
        yield word


def _may_end(before: str, behind: str) -> bool:
    return not (_is_solid(before) and _is_solid(behind)) or before.endswith("-")


def _is_solid(piece: str) -> bool:
    return bool(piece.strip()) and not "\u2e80" <= piece <= "\U0003ffff"


def _between(spans: Sequence[Span], starts: Sequence[int], begin: int, end: int) -> list[Span]:
    """Gives part of some text.

    Args:
        spans: The text.
        starts: Where each span begins, and where the last one ends.
        begin: Where the part begins.
        end: Where it ends; behind that.
    """
    found = []
    for number in range(bisect_right(starts, begin) - 1, len(spans)):
        if starts[number] >= end:
            break
        span = spans[number]
        found.append(span.saying(span.text[max(0, begin - starts[number]) : end - starts[number]]))
    return found
