"""The allow-list of HTML in paragraph answers: what isn't on it is taken out without a word."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

ALLOWED = frozenset(["p", "div", "br", "ul", "ol", "li", "blockquote", "h1", "h2", "b", "i", "u", "a"])
_SWALLOWED = frozenset({"script", "style"})
_SAFE_LINKS = ("http://", "https://", "mailto:")


def sanitised(text: str) -> str:
    r"""Gives a paragraph as the API keeps it: without `\n`, `\r`, `\t`, and without tags and attributes not allowed."""
    cleaner = _Cleaner()
    cleaner.feed(text.translate({ord(one): None for one in "\n\r\t"}))
    cleaner.close()
    return cleaner.result()


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._open: list[str] = []
        self._swallowing = 0

    def result(self) -> str:
        return "".join(self._parts) + "".join(f"</{tag}>" for tag in reversed(self._open))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SWALLOWED:
            self._swallowing += 1
        if tag not in ALLOWED:
            return
        href = next((value for name, value in attrs if name == "href" and value), "")
        if tag == "a" and href.startswith(_SAFE_LINKS):
            self._parts.append(f'<a href="{escape(href)}">')
        else:
            self._parts.append(f"<{tag}>")
        if tag != "br":
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in ALLOWED and tag != "br":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SWALLOWED:
            self._swallowing = max(0, self._swallowing - 1)
        if tag in self._open:
            while True:
                closed = self._open.pop()
                self._parts.append(f"</{closed}>")
                if closed == tag:
                    break

    def handle_data(self, data: str) -> None:
        if not self._swallowing:
            self._parts.append(escape(data, quote=False))
