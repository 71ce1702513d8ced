"""A form with one file in it, made while it is sent: the file is never whole in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO

from clinikomigrate.errors import FileUnreadable

Content = Callable[[], BinaryIO | Iterable[bytes]]
"""Opens a file's content from its beginning, each time it is called. What has a `close` is closed after use."""

_CHUNK = 65536


class Form:
    """A `multipart/form-data` body of known length: all fields first, the file last, as file stores ask for.

    It can be iterated only once; another attempt takes another form.

    Attributes:
        content_type: The value of the `Content-Type` header.
    """

    def __init__(
        self,
        fields: Mapping[str, str],
        *,
        filename: str,
        content: Content,
        size: int,
        boundary: str,
        file_type: str = "application/octet-stream",
    ) -> None:
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._content = content
        self._size = size
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{_quoted(filename)}"\r\n'
            f"Content-Type: {file_type}\r\n\r\n"
        )
        self._head = "".join(parts).encode("utf-8", errors="replace")
        self._tail = f"\r\n--{boundary}--\r\n".encode("ascii")

    def __len__(self) -> int:
        return len(self._head) + self._size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        left = self._size
        for chunk in self._chunks():
            left -= len(chunk)
            if left < 0:
                raise FileUnreadable(f"the file is longer than the {self._size} bytes that were announced")
            yield chunk
        if left:
            raise FileUnreadable(f"the file ends {left} bytes before the {self._size} bytes that were announced")
        yield self._tail

    def _chunks(self) -> Iterator[bytes]:
        try:
            opened = self._content()
            try:
                read = getattr(opened, "read", None)
                yield from iter(lambda: read(_CHUNK), b"") if read else iter(opened)
            finally:
                close = getattr(opened, "close", None)
                if close:
                    close()
        except OSError as error:
            reason = type(error).__name__
        else:
            return
        raise FileUnreadable(f"the file could not be read ({reason})")


def _quoted(name: str) -> str:
    """Escapes what would end a quoted name, as browsers do."""
    return "".join(f"%{ord(sign):02X}" if sign == '"' or ord(sign) < 32 or ord(sign) == 127 else sign for sign in name)
