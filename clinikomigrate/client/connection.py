"""What a resource needs of a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from clinikomigrate.wire.answer import Answer
from clinikomigrate.wire.download import Download
from clinikomigrate.wire.multipart import Content


class Connection(Protocol):
    """Sends requests: a session, or something that stands before one."""

    def get(self, template: str, parameters: Mapping[str, str] = ..., query: Sequence[tuple[str, str]] = ...) -> Answer:
        """Sends a GET."""
        ...

    def write(
        self,
        method: Literal["POST", "PATCH", "PUT", "DELETE"],
        template: str,
        parameters: Mapping[str, str] = ...,
        json: object = ...,
    ) -> Answer:
        """Sends a request that changes something."""
        ...

    def download(self, template: str, parameters: Mapping[str, str] = ...) -> AbstractContextManager[Download]:
        """Opens a file for reading."""
        ...

    def upload(
        self,
        url: str,
        fields: Mapping[str, str],
        *,
        filename: str,
        content: Content,
        size: int,
    ) -> bytes:
        """Sends a file to a file store and returns the store's answer."""
        ...
