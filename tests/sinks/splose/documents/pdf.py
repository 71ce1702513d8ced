"""What PDF files say and show."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from clinikomigrate.sinks.splose.documents.blocks import Block, Row, lines
from clinikomigrate.sinks.splose.documents.characters import DIRECTIONS, Characters
from clinikomigrate.sinks.splose.documents.fonts import Fonts

_UNSEEN = re.compile(f"[\\s\u200b-\u200d\u2060{''.join(DIRECTIONS)}]+")
_BACKWARDS = re.compile("[\u0590-\u08ff]")
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f]")

FONTS = Fonts()


def text_of(*paths: Path | BytesIO) -> str:
    """Takes the text out of files, as a reader's search does."""
    return "\n".join(page.extract_text() for path in paths for page in PdfReader(path).pages)


def body_of(*paths: Path | BytesIO) -> str:
    """Takes the text out of files without what stands on top and at the bottom of each page."""
    pages = (page.extract_text().splitlines() for path in paths for page in PdfReader(path).pages)
    return "\n".join("\n".join(_body(lines)) for lines in pages)


def _body(page: list[str]) -> list[str]:
    first = next(number for number, line in enumerate(page) if "· Cliniko patient" in line)
    last = max(number for number, line in enumerate(page) if "copied from Cliniko" in line)
    return page[first + 1 : last]


def told(blocks: Iterable[Block]) -> list[str]:
    """Gives the text of blocks, with signs for where cells and paragraphs end."""
    return [_row(block) if isinstance(block, Row) else block.text for block in blocks]


def _row(row: Row) -> str:
    return " | ".join(" / ".join(part.text for part in cell) for cell in row.cells)


def squeezed(text: str) -> str:
    """Leaves out what can't be seen, and where lines end."""
    return _UNSEEN.sub("", text)


def shown(text: str) -> str:
    """Gives a text as documents show it, line by line."""
    return "".join(Characters(FONTS.has).shown(line.text) for line in lines(text))


def holds(document: str, text: str) -> bool:
    """Says whether a document's squeezed text holds a text; words that run from right to left are looked for singly."""
    if _BACKWARDS.search(text):
        letters = _MARKS.sub("", document)
        return all(squeezed(_MARKS.sub("", word)) in letters for word in re.findall(r"[\w']+", shown(text)))
    return squeezed(shown(text)) in document
