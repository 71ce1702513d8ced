"""Where a patient's file will go, as far as what the source says of it shows."""

from __future__ import annotations

import mimetypes
from typing import Any, Final

from clinikomigrate.sinks.splose.documents.attachments import EMPTY, NOT_A_PDF, TOO_LARGE
from clinikomigrate.sinks.splose.documents.filing import LARGEST
from clinikomigrate.transfer.source import SourceFile

_TAKEN: Final = frozenset(
    {
        "application/pdf",
        "application/x-pdf",
        "image/bmp",
        "image/gif",
        "image/jp2",
        "image/jpeg",
        "image/jpg",
        "image/pjpeg",
        "image/png",
        "image/tiff",
        "image/webp",
        "image/x-ms-bmp",
        "image/x-png",
    }
)
"""Media types of what is a PDF already, or becomes one."""

_SAYS_NOTHING: Final = frozenset({None, "", "application/octet-stream", "binary/octet-stream", "invalid/invalid"})


def size_of(file: Any) -> int | None:
    """Returns how long a file is said to be; None where nobody knows without reading it.

    Args:
        file: The source's file, or one of a mapper's own.
    """
    size: int | None = file.announced_size if isinstance(file, SourceFile) else file.size
    return size


def why_not(file: Any) -> str | None:
    """Says why a file will not go to Splose; None where it will, as far as one can know without reading it.

    Args:
        file: The source's file, or one of a mapper's own.
    """
    size = size_of(file)
    if size == 0:
        return EMPTY
    kind = file.content_type.partition(";")[0].strip().lower() if file.content_type else None
    if kind in _SAYS_NOTHING:
        kind = mimetypes.guess_type(file.name.rpartition("/")[2], strict=False)[0]
    if size is not None and size > LARGEST:
        return TOO_LARGE
    return None if kind in _TAKEN else NOT_A_PDF
