"""Files whose content is what their record says: PDFs, pictures, and what nobody knows."""

from __future__ import annotations

import struct
import zlib
from typing import Final

_PDF: Final = b"%PDF-1.4\n"
_WIDTH: Final = 50
_KINDS: Final = {"application/pdf": "pdf", "image/png": "png", "text/plain": "text"}
_ENDINGS: Final = {"pdf": "pdf", "png": "png", "jpg": "png"}


def content_of(content_type: str | None, name: str, noise: bytes) -> bytes:
    """Makes the content of a file; where its record doesn't say what it is, its name does.

    Args:
        content_type: What the record says.
        name: What it is called.
        noise: What is in it, as long as the file is to be, about. A file of nothing stays empty.
    """
    kind = _KINDS.get(content_type or "") or _ENDINGS.get(name.rpartition(".")[2].lower())
    if kind == "pdf" and noise:
        return _PDF + noise
    return picture(noise) if kind == "png" and noise else noise


def picture(noise: bytes) -> bytes:
    """Makes a PNG of grey dots.

    Args:
        noise: The dots.
    """
    height = -(-len(noise) // _WIDTH)
    rows = (noise[start : start + _WIDTH].ljust(_WIDTH, b"\0") for start in range(0, len(noise), _WIDTH))
    head = struct.pack(">IIBBBBB", _WIDTH, height, 8, 0, 0, 0, 0)
    dots = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", dots) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
