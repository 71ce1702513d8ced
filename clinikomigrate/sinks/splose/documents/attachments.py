"""Patients' files as PDF: what is one already, and images, which are wrapped into one without loss."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import attrs

from clinikomigrate.sinks.splose import extra
from clinikomigrate.sinks.splose.documents.filing import LARGEST, saved

TOO_LARGE: Final = "it is larger than a file may be in Splose"
NOT_A_PDF: Final = "it is neither a PDF nor an image that can be made one"
UNREADABLE: Final = "it is an image that can't be wrapped into a PDF"
EMPTY: Final = "it is empty"

_HEAD: Final = 1024
_PDF: Final = b"%PDF-"
_LATER: Final = re.compile(rb"[\r\n\x00\xbf]%PDF-[0-9]")
"""How a PDF begins behind something else: in a line of its own, where no text about PDFs names it, or behind a mark."""
_TAIL: Final = 2048
_END: Final = (b"%%EOF", b"startxref")
"""What stands at a whole PDF's end, at least one of them."""
_IMAGES: Final = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"II*\x00",
    b"MM\x00*",
    b"GIF87a",
    b"GIF89a",
    b"BM",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n",
)
"""How images begin: JPEG, PNG, TIFF, GIF, BMP, JPEG 2000."""

_ORIENTATION: Final = 0x112
_UPRIGHT: Final = 1
_MIRRORED: Final = frozenset({2, 4, 5, 7})
"""How an image can be meant to be shown: as it is, or mirrored, which its PDF could not say."""

_A4: Final = (595.2756, 841.8898)  # in points


@attrs.frozen
class Wrapped:
    """A patient's file as Splose takes it, or why it can't be one.

    Attributes:
        path: The PDF: the file itself, or the one that its image was wrapped into. None where there is none.
        reason: Why there is none.
        is_image: Whether it was wrapped.
    """

    path: Path | None
    reason: str | None = None
    is_image: bool = False


def wrap(file: Path, into: Path, largest: int = LARGEST) -> Wrapped:
    """Makes a PDF of a file, if it is a PDF or an image. Only what is in the file counts, not what it is called.

    A PDF stays as it is. A JPEG's own data are kept bit by bit and other images' pixels as they are; pages and frames
    become pages, and photographs stand upright. What can't be wrapped without loss isn't wrapped, nor what would be
    shown otherwise than it is meant: animated PNG files, mirrored photographs, and TIFF files that are to be turned.

    Args:
        file: The file.
        into: Where an image's PDF goes: a path where nothing is yet.
        largest: The largest size of a PDF, in bytes.

    Raises:
        ConfigurationError: The extra `splose` isn't installed.
    """
    extra.require()
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    if not head:
        return Wrapped(None, EMPTY)
    if _is_pdf(file, head):
        return Wrapped(file) if file.stat().st_size <= largest else Wrapped(None, TOO_LARGE)
    if not head.startswith(_IMAGES) and not _is_webp(head):
        return Wrapped(None, NOT_A_PDF)
    content = _pdf_of(file)
    if content is None:
        return Wrapped(None, UNREADABLE)
    if len(content) > largest:
        return Wrapped(None, TOO_LARGE)
    return Wrapped(saved(into, content), is_image=True)


def _is_pdf(file: Path, head: bytes) -> bool:
    """Says whether a file is a PDF, and not only one that speaks of them."""
    if head.startswith(_PDF):
        return True
    if not _LATER.search(head):
        return False
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - _TAIL))
        tail = opened.read()
    return any(mark in tail for mark in _END)


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _pdf_of(image: Path) -> bytes | None:
    """Wraps an image; None where that can't be done: files can be broken in any way that there is."""
    import img2pdf

    layout = img2pdf.get_layout_fun(pagesize=_A4, fit=img2pdf.FitMode.shrink, auto_orient=True)
    try:
        if _would_be_shown_otherwise(image):
            return None
        content = img2pdf.convert(
            image.read_bytes(),
            layout_fun=layout,
            rotation=img2pdf.Rotation.ifvalid,
            engine=img2pdf.Engine.internal,
            nodate=True,
        )
    except Exception:  # noqa: BLE001 - the libraries raise whatever a broken file makes them stumble over
        return None
    return bytes(content)


def _would_be_shown_otherwise(image: Path) -> bool:
    """Says whether a PDF would lack frames of an image, or show it mirrored or turned."""
    from PIL import Image, ImageSequence

    with Image.open(image) as opened:
        if opened.format == "TIFF":  # it is turned when it is read, and would be turned once more
            frames = ImageSequence.Iterator(opened)
            return any(frame.getexif().get(_ORIENTATION, _UPRIGHT) != _UPRIGHT for frame in frames)
        if opened.format == "PNG" and getattr(opened, "n_frames", 1) > 1:  # only the first one would be there
            return True
        return opened.getexif().get(_ORIENTATION) in _MIRRORED
