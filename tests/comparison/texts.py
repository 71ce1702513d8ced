"""Texts: HTML as a reader sees it, and the names and dates that are said in words."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import attrs

ALLOWED = frozenset({"p", "div", "br", "ul", "ol", "li", "blockquote", "h1", "h2", "b", "i", "u", "a"})
"""The tags that notes may hold; every other is taken out."""

_BREAKING = frozenset({"p", "div", "br", "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "h4", "hr", "pre"})
_SHAPING = ALLOWED - {"p", "div", "br"}


@attrs.frozen
class Reading:
    """An HTML text as a reader sees it.

    Attributes:
        letters: The text without any white space.
        gaps: Places in `letters` where words are apart.
        breaks: Places in `letters` where a new line begins.
        shape: How often each allowed tag that shapes the text is there, links with their targets.
    """

    letters: str
    gaps: frozenset[int]
    breaks: frozenset[int]
    shape: Counter[str]

    def kept_by(self, copy: Reading) -> bool:
        """Tells whether a copy has the same letters, and all gaps, line breaks and shapes."""
        return (
            self.letters == copy.letters
            and self.gaps <= copy.gaps
            and self.breaks <= copy.breaks
            and all(copy.shape[tag] >= count for tag, count in self.shape.items())
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.letters: list[str] = []
        self.gaps: set[int] = set()
        self.breaks: set[int] = set()
        self.shape: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKING:
            self._break()
        if tag in _SHAPING:
            target = dict(attrs).get("href") if tag == "a" else None
            self.shape[f"{tag} {target}" if target else tag] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKING:
            self._break()

    def handle_data(self, data: str) -> None:
        for letter in data:
            if letter in "\r\n":
                self._break()
            elif letter.isspace():
                self.gaps.add(len(self.letters))
            else:
                self.letters.append(letter)

    def _break(self) -> None:
        self.gaps.add(len(self.letters))
        self.breaks.add(len(self.letters))


def read(html: str) -> Reading:
    """Reads an HTML text: tags that are not allowed are passed over, their text stays."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    edges = {0, len(reader.letters)}
    return Reading(
        "".join(reader.letters), frozenset(reader.gaps - edges), frozenset(reader.breaks - edges), reader.shape
    )


def moment(value: object) -> datetime | None:
    """Reads a moment as the API writes it."""
    if not isinstance(value, str) or not value:
        return None
    return datetime.fromisoformat(value).astimezone(UTC)


def mentions_day(text: str, when: datetime) -> bool:
    """Tells whether a text says on what day something was, in any usual way of writing and anywhere on earth."""
    low = " ".join(text.split()).lower()
    days = {(when + timedelta(hours=hours)).date() for hours in (-12, 0, 14)}
    for day in days:
        written = (
            day.isoformat(),
            f"{day.day:02d}/{day.month:02d}/{day.year}",
            f"{day.day} {day:%B} {day.year}",
            f"{day.day:02d} {day:%B} {day.year}",
            f"{day.day} {day:%b} {day.year}",
            f"{day.day:02d} {day:%b} {day.year}",
            f"{day:%B} {day.day}, {day.year}",
        )
        if any(way.lower() in low for way in written):
            return True
    return False


def mentions_name(text: str, name: str) -> bool:
    """Tells whether a text names a person, whatever the white space and the case."""
    return _folded(name) in _folded(text)


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()


def all_texts(value: object) -> str:
    """Gives every text in a structure, one a line, HTML as a reader sees it."""
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, str):
            found.append(node)
            if "<" in node or "&" in node:
                found.append(_visible(node))
        elif isinstance(node, dict):
            for part in node.values():
                walk(part)
        elif isinstance(node, list):
            for part in node:
                walk(part)

    walk(value)
    return "\n".join(found)


def _visible(html: str) -> str:
    pieces: list[str] = []

    class Visible(HTMLParser):
        def handle_data(self, data: str) -> None:
            pieces.append(data)

        def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
            if tag in _BREAKING:
                pieces.append("\n")

    reader = Visible(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return "".join(pieces)
