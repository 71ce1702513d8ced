"""A file that is being received."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import requests

from clinikomigrate.errors import ConnectionFailed, NotPicklable, TimedOut, TransportError, UnexpectedResponse
from clinikomigrate.wire.tracebacks import forgetful_walk
from clinikomigrate.wire.transport import Failure, chunks


class Download:
    """A file's content as it arrives. It can be read once, inside the `with` block that opened it.

    Attributes:
        size: The content's length in bytes, where the server says it.
        content_type: The media type that the server names, without parameters; None where it names none.
    """

    def __init__(self, response: requests.Response, *, path: str) -> None:
        self._response = response
        self._path = path
        announced = response.headers.get("Content-Length", "")
        encoded = response.headers.get("Content-Encoding", "identity") != "identity"
        self.size: int | None = int(announced) if announced.isascii() and announced.isdigit() and not encoded else None
        self.content_type: str | None = response.headers.get("Content-Type", "").partition(";")[0].strip() or None

    def __repr__(self) -> str:
        return f"<Download of {self.size} bytes>" if self.size is not None else "<Download>"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:  # any: object says so
        raise NotPicklable("A download can't be pickled or copied: it is an open connection to a patient's file.")

    def chunks(self, size: int = 65536) -> Iterator[bytes]:
        """Gives the content in order.

        Args:
            size: How many bytes a chunk has at most.

        Raises:
            TransportError: The content breaks off: not all of it came.
            UnexpectedResponse: More came than the server announced.
        """
        return forgetful_walk(self._chunks(size))

    def _chunks(self, size: int) -> Iterator[bytes]:
        received = 0
        failure: TransportError | None = None
        try:
            for chunk in chunks(self._response, size):
                received += len(chunk)
                if self.size is not None and received > self.size:
                    break
                yield chunk
        except Failure as broken:
            kind = TimedOut if broken.timeout else ConnectionFailed
            failure = kind(broken.problem, method="GET", path=self._path, sent=True)
        if failure is not None:
            raise failure
        if self.size is not None and received > self.size:
            raise UnexpectedResponse(
                f"the file is longer than the {self.size} bytes that were announced", method="GET", path=self._path
            )
        if self.size is not None and received < self.size:
            raise ConnectionFailed("the file was cut off", method="GET", path=self._path, sent=True)
