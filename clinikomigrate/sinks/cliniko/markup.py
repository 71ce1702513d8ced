"""HTML as it is understood, however it is written."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

_EMPTY: Final = frozenset({"br"})
"""Tags that nothing stands in."""


def understood(html: str) -> tuple[tuple[str, ...], ...]:
    """Reads what a short piece of HTML says and shows: tags that begin and end, links' targets, and text.

    Two pieces are the same to a reader when this is the same: `<br/>` is `<br>`, `&deg;` is `°`, and a tag that nobody
    closed ends with the text.

    Args:
        html: A paragraph answer.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.result()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._tokens: list[tuple[str, ...]] = []
        self._open: list[str] = []

    def result(self) -> tuple[tuple[str, ...], ...]:
        return (*self._tokens, *(("end", tag) for tag in reversed(self._open)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = next((value for name, value in attrs if name == "href"), None)
        self._tokens.append(("begin", tag, target or ""))
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open:
            closed = self._open.pop()
            self._tokens.append(("end", closed))
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._tokens and self._tokens[-1][0] == "text":
            data = self._tokens.pop()[1] + data
        self._tokens.append(("text", data))
