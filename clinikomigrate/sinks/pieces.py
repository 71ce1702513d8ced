"""Files of the source, piece by piece."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from typing import Any, Final

_CHUNK: Final = 65536


def pieces(file: Any) -> Generator[bytes, None, None]:
    """Reads a file piece by piece, and closes it.

    Args:
        file: What `open()` gives can be a binary file, an iterator of bytes, or a context manager around either or
            around something with `chunks()`, such as a download.
    """
    opened = file.open()
    if isinstance(opened, AbstractContextManager):
        with opened as inner:
            yield from _read(inner)
    else:
        yield from _read(opened)


def _read(content: Any) -> Iterator[bytes]:
    if hasattr(content, "chunks"):
        yield from content.chunks()
    elif hasattr(content, "read"):
        yield from iter(lambda: content.read(_CHUNK), b"")
    else:
        yield from content
