"""The HTML of paragraph answers, descriptions and e-mails as paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import count
from typing import Final

from clinikomigrate.sinks.paragraphs import clean
from clinikomigrate.sinks.splose.documents.blocks import Paragraph, Span, Style, lines

_BOLD: Final = frozenset({"b", "h1", "h2"})
_ITALIC: Final = frozenset({"i", "blockquote"})
_UNDERLINED: Final = frozenset({"u", "a"})
_LOOKS: Final = (_BOLD, _ITALIC, _UNDERLINED)
_BLOCKS: Final = frozenset({"p", "div", "ul", "ol", "li", "blockquote", "h1", "h2"})
_LISTS: Final = frozenset({"ul", "ol"})
_CELL_END: Final = re.compile(r"</t[dh]\s*>(?=\s*<t[dh]\b)", re.IGNORECASE)
_BULLET: Final = "•"
_SIGNS: Final = ("<p", "<br", "<div", "</")
"""What a text holds that is HTML."""


def paragraphs(html: str) -> tuple[Paragraph, ...]:
    """Reads HTML of any quality.

    Args:
        html: With the tags that the API keeps, and others. What is no tag of HTML is text.
    """
    reader = _Reader()
    reader.feed(clean(_CELL_END.sub(" | ", html)).text)
    reader.close()
    return reader.result()


def or_plain(text: str) -> tuple[Paragraph, ...]:
    """Reads a text of which nobody documents whether it is HTML.

    Args:
        text: A message's content or a section's description.
    """
    lowered = text.lower()
    return paragraphs(text) if any(sign in lowered for sign in _SIGNS) else lines(text)


class _Reader(HTMLParser):
    """Reads HTML of which every tag is one that the API keeps."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[Paragraph] = []
        self._spans: list[Span] = []
        self._open: list[str] = []
        self._depth: Counter[str] = Counter()
        self._targets: list[str] = []
        self._lists: list[Iterator[int] | None] = []  # numbers for items, or none for bullets
        self._mark = ""

    def result(self) -> tuple[Paragraph, ...]:
        self._end()
        return tuple(self._done)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._end(even_empty=True)
            return
        if tag in _BLOCKS:
            self._end()
        if tag in _LISTS:
            self._lists.append(count(1) if tag == "ol" else None)
        if tag == "li":
            self._begin_item()
        if tag == "a":
            self._targets.append(dict(attrs).get("href") or "")
        self._open.append(tag)
        self._depth[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        while self._depth[tag]:
            closed = self._open.pop()
            if closed in _BLOCKS:
                self._end()
            if closed in _LISTS:
                self._lists.pop()
            if closed == "a":
                self._tell(self._targets.pop())
            self._depth[closed] -= 1
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        if data.strip() or self._spans:
            self._spans.append(Span(data, *(any(self._depth[tag] for tag in tags) for tags in _LOOKS)))

    def _begin_item(self) -> None:
        numbers = self._lists[-1] if self._lists else None
        self._mark = f"{next(numbers)}." if numbers else _BULLET

    def _tell(self, target: str) -> None:
        """Says where a link leads, unless its text does."""
        if target and target not in "".join(span.text for span in self._spans):
            self.handle_data(f" ({target})")

    def _end(self, *, even_empty: bool = False) -> None:
        if self._spans or self._mark or even_empty:
            indent = len(self._lists) + self._depth["blockquote"]
            style = Style.HEADING if self._depth["h1"] or self._depth["h2"] else Style.BODY
            self._done.append(Paragraph(tuple(self._spans), style, indent, self._mark))
        self._spans, self._mark = [], ""
