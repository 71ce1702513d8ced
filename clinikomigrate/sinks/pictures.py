"""Pictures as the source's API writes them into JSON: what their files hold, and how these end."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final
from urllib.parse import unquote_to_bytes

import attrs

_DATA: Final = re.compile(r"data:[^,;]*(?:;(?!base64,)[\w.-]+(?:=[^,;]*)?)*(;base64)?,(.*)", re.DOTALL | re.IGNORECASE)
_ENDINGS: Final = (
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF87a", ".gif"),
    (b"GIF89a", ".gif"),
    (b"BM", ".bmp"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
)
"""How pictures begin, and how their files' names end."""

SVG: Final = ".svg"
_SVG: Final = re.compile(rb"<(?:\w+:)?svg\b")
_HEAD: Final = 4096


@attrs.frozen
class Picture:
    """A picture.

    Attributes:
        content: What its file holds.
        ending: How its file's name ends: `.svg`. What is in it says so, and not what it is called.
    """

    content: bytes = attrs.field(repr=False)
    ending: str


def picture_of(image: str | None) -> Picture | None:
    """Reads a picture out of a text; None where it is no picture that is known.

    Args:
        image: A `data:` URI, the text of an SVG drawing, or a file's bytes as base64; nothing documents which.
    """
    content = _content(image or "")
    if content is None:
        return None
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Picture(content, ".webp")
    ending = next((ending for begin, ending in _ENDINGS if content.startswith(begin)), None)
    if ending is None and _SVG.search(content[:_HEAD]):
        ending = SVG
    return None if ending is None else Picture(content, ending)


def _content(image: str) -> bytes | None:
    text = image.strip()
    if text.startswith("<"):
        return text.encode(errors="replace")
    data = _DATA.fullmatch(text)
    if data is not None and not data[1]:
        return unquote_to_bytes(data[2])
    try:
        return base64.b64decode(
            "".join((text if data is None else unquote_to_bytes(data[2]).decode()).split()), validate=True
        )
    except (binascii.Error, ValueError):
        return None
