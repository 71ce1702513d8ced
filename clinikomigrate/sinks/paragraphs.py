"""The HTML of paragraph answers, brought into the form that the API keeps.

The API keeps a few tags and takes every other one out without a word, and it takes out line breaks that are no tags. So
what it would drop is replaced by what it keeps, as far as there is something.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import attrs

KEPT: Final = frozenset(["p", "div", "br", "ul", "ol", "li", "blockquote", "h1", "h2", "b", "i", "u", "a"])
"""The tags that the API keeps."""

_INSTEAD: Final[Mapping[str, str]] = {
    "strong": "b",
    **dict.fromkeys(("em", "cite", "dfn", "var"), "i"),
    "ins": "u",
    **dict.fromkeys(("h3", "h4", "h5", "h6"), "h2"),
    **dict.fromkeys(("tr", "pre", "section", "article", "address", "figure", "dt", "dd", "caption"), "div"),
    "hr": "br",
}
"""What stands in for a tag that the API doesn't keep."""

_CELLS: Final = frozenset({"td", "th"})
"""What needs a blank behind it when it is taken out."""

_TAKEN_OUT: Final = """
    abbr acronym area aside audio base bdi bdo big body button canvas center code col colgroup data datalist del details
    dialog dir dl embed fieldset figcaption font footer form frame frameset head header hgroup html iframe img input kbd
    label legend link main map mark menu meta meter nav noscript object optgroup option output param picture progress q
    rp rt ruby s samp script select slot small source span strike style sub summary sup svg table tbody template
    textarea tfoot thead time title tt track video wbr
"""
_TAGS: Final = KEPT | frozenset(_INSTEAD) | _CELLS | frozenset(_TAKEN_OUT.split())
"""The names that are tags of HTML. Anything else between angle brackets is text that somebody wrote."""

_INLINE: Final = frozenset({"b", "i", "u", "a", ""})

_TOKEN: Final = re.compile(
    r"(?P<unseen><!--.*?-->|<(?P<code>script|style)\b[^>]*>.*?</(?P=code)\s*>)"
    r"""|<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<rest>(?:\s(?:[^<>"']|"[^"]*"|'[^']*')*)?/?)>"""
    r"|(?P<text><|[^<]+)",
    re.DOTALL | re.IGNORECASE,
)
_LINK: Final = re.compile(r"""\shref\s*=\s*(?P<target>"[^"<>]*"|'[^'<>]*')""", re.IGNORECASE)
_BARE: Final = re.compile(r"&(?!#?\w+;)")
_UNIT: Final = re.compile(r"<(?P<end>/?)(?P<name>\w+)[^<>]*>|&#?\w+;|.", re.DOTALL)
"""What can't be divided: a tag, an escaped sign, or a letter."""

_ROOM: Final = 40
"""How many characters a part has at least for something else than tags."""

_CONTROL: Final = re.compile(r"[\r\n\t]")
_BREAK: Final = re.compile(r"\r\n|\r|\n")
_LAYOUT_BEFORE: Final = re.compile(r"\A\s*?[\r\n]\s*")
_LAYOUT_BEHIND: Final = re.compile(r"\s*?[\r\n]\s*\Z")


@attrs.frozen
class Paragraph:
    """A paragraph answer as it can be written.

    Attributes:
        text: HTML that the API keeps as it is.
        whole: Whether it says and shows all that the original did.
    """

    text: str = attrs.field(repr=False)
    whole: bool


@attrs.frozen
class _Piece:
    """A tag or a run of text as it can be written.

    Attributes:
        kept: What is written.
        tag: The tag that it is; None for text, blank for one that was taken out.
        whole: Whether nothing of it is lost.
    """

    kept: str
    tag: str | None = None
    whole: bool = True


def clean(text: str) -> Paragraph:
    r"""Brings HTML into the form that the API keeps.

    Args:
        text: As it was read. Lines that end in `\n` instead of a tag get a tag, and angle brackets that are no tags are
            escaped. A text that needs no change isn't changed.
    """
    pieces = [_piece(token) for token in _TOKEN.finditer(text)]
    joined: list[str] = []
    for number, piece in enumerate(pieces):
        kept = piece.kept
        if piece.tag is None:
            if number == 0 or _is_block(pieces[number - 1]):
                kept = _LAYOUT_BEFORE.sub("", kept)
            if number + 1 == len(pieces) or _is_block(pieces[number + 1]):
                kept = _LAYOUT_BEHIND.sub("", kept)
            kept = _BREAK.sub("<br>", kept.replace("\t", " "))
        joined.append(kept)
    return Paragraph("".join(joined), all(piece.whole for piece in pieces))


def parts(text: str, longest: int) -> list[str]:
    """Divides HTML into parts of which each can stand by itself: what is open at the end of one is opened in the next.

    A tag that would leave no room in a part is left out, and what stands in it is kept.

    Args:
        text: HTML in the form that the API keeps.
        longest: The most characters of a part, not less than 100.
    """
    found: list[str] = []
    part, around = "", _Open()
    for unit in _UNIT.finditer(text):
        within = around.behind(unit)
        if unit["name"] and len(within.begin) + len(within.end) > longest - _ROOM:
            continue
        if len(part) + len(unit[0]) + len(within.end) > longest:
            found.append(part + around.end)
            part = around.begin
        part, around = part + unit[0], within
    return [*found, part + around.end]


@attrs.frozen
class _Open:
    """The tags that are open at a place of a text.

    Attributes:
        tags: Name and text of each.
        begin: What opens all of them.
        end: What closes all of them.
    """

    tags: tuple[tuple[str, str], ...] = ()
    begin: str = attrs.field(init=False)
    end: str = attrs.field(init=False)

    @begin.default
    def _opened(self) -> str:
        return "".join(text for _, text in self.tags)

    @end.default
    def _closed(self) -> str:
        return "".join(f"</{name}>" for name, _ in reversed(self.tags))

    def behind(self, unit: re.Match[str]) -> _Open:
        """Gives the tags that are open behind a further piece of the text."""
        name = (unit["name"] or "").lower()
        if name in ("", "br"):
            return self
        if not unit["end"]:
            return _Open((*self.tags, (name, unit[0])))
        last = max((number for number, (tag, _) in enumerate(self.tags) if tag == name), default=len(self.tags))
        return _Open(self.tags[:last])


def _is_block(piece: _Piece) -> bool:
    return piece.tag is not None and piece.tag not in _INLINE


def _piece(token: re.Match[str]) -> _Piece:
    if token["unseen"]:
        return _Piece("", "", whole=token["code"] is None)
    if token["name"] is None or token["name"].lower() not in _TAGS:
        return _Piece(_escaped(token[0]))
    name = token["name"].lower()
    return _kept(name, token) if name in KEPT else _replaced(name, token["end"])


def _escaped(text: str) -> str:
    """Returns text in which every sign that means something in HTML is escaped; what is escaped already stays."""
    return _BARE.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def _kept(name: str, token: re.Match[str]) -> _Piece:
    if token["end"] or token["rest"].strip() in ("", "/"):
        return _Piece(_CONTROL.sub("", token[0]), name)
    kept = _with_attributes(name, _CONTROL.sub(" ", token["rest"]))
    return _Piece(kept, name, whole=kept == _CONTROL.sub(" ", token[0]))


def _replaced(name: str, end: str) -> _Piece:
    if name in _CELLS:
        return _Piece(" " if end else "", "", whole=False)
    instead = _INSTEAD.get(name, "")
    return _Piece(f"<{end}{instead}>" if instead and (instead != "br" or not end) else "", instead, whole=False)


def _with_attributes(name: str, rest: str) -> str:
    """Returns a tag that the API keeps, with the only attribute that it keeps: a link's target."""
    link = _LINK.search(rest) if name == "a" else None
    return f"<a href={link['target']}>" if link else f"<{name}>"
