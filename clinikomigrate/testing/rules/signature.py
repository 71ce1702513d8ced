"""Signatures on forms: an SVG image in a data URI, of 500 by 500 pixels at most."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from clinikomigrate.testing.columns import Refused

LARGEST_SIDE = 500
_DATA_URI = re.compile(r"data:image/svg\+xml(?:;charset=[\w-]+)?(;base64)?,(.*)", re.DOTALL)
_ROOT = re.compile(r"<svg\b[^>]*>", re.DOTALL)
_SIDE = r"""\b{}\s*=\s*["']\s*([\d.]+)\s*(?:px)?\s*["']"""
_VIEW_BOX = re.compile(r"""viewBox\s*=\s*["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)""")


def check_image(image: object) -> str:
    """Holds a signature's image against what the API takes.

    Raises:
        Refused: It is no data URI of an SVG image, or the image has no size or a larger one.
    """
    match = _DATA_URI.fullmatch(image) if isinstance(image, str) else None
    if match is None:
        raise Refused("signature must be a data URI of an SVG image")
    try:
        data = base64.b64decode(match[2], validate=True) if match[1] else unquote_to_bytes(match[2])
    except binascii.Error:
        raise Refused("signature is not base64") from None
    root = _ROOT.search(data.decode("utf-8", "replace"))
    sides = _sides(root[0]) if root else ()
    if len(sides) != 2 or max(sides) > LARGEST_SIDE:
        raise Refused(f"signature must be an SVG image of at most {LARGEST_SIDE}x{LARGEST_SIDE} pixels")
    return match[0]


def _sides(root: str) -> tuple[float, ...]:
    given = [re.search(r"(?<![-\w])" + _SIDE.format(name), root) for name in ("width", "height")]
    found = [float(match[1]) for match in given if match is not None]
    if len(found) < 2:
        box = _VIEW_BOX.search(root)
        return (float(box[1]), float(box[2])) if box else ()
    return tuple(found)
