"""Records that are read from an API while somebody walks them."""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

import attrs

from clinikomigrate.client.connection import Connection
from clinikomigrate.client.converter import unexpected
from clinikomigrate.errors import UnexpectedResponse
from clinikomigrate.wire.tracebacks import forgetful, forgetful_walk

T = TypeVar("T")


@attrs.frozen(repr=False, eq=False)
class Stream(abc.ABC, Generic[T]):
    """The records of one list, read anew each time they are walked; it keeps none.

    Attributes:
        kind: What is listed: `"patients"`.
    """

    kind: str
    _connection: Connection
    _template: str
    _parameters: Mapping[str, str]
    _query: tuple[tuple[str, str], ...]
    _structure: Callable[[object], T]

    def __repr__(self) -> str:
        fields = self._asked_for()
        return f"<{type(self).__name__} {self.kind}{' where ' + ', '.join(fields) if fields else ''}>"

    def __iter__(self) -> Iterator[T]:
        return forgetful_walk(self._walk())

    @forgetful
    def first(self) -> T | None:
        """Reads the first record, in one request; None where the list is empty."""
        return next(self._walk_to_first(), None)

    def _asked_for(self) -> list[str]:
        """Names what the list is filtered by."""
        return [name for name, _ in self._query]

    @abc.abstractmethod
    def _walk(self) -> Iterator[T]: ...

    def _walk_to_first(self) -> Iterator[T]:
        return self._walk()

    def _number(self, row: object) -> int:
        """Gives a row's id as a number."""
        text = row.get("id") if isinstance(row, dict) else None
        if isinstance(text, int) and not isinstance(text, bool):
            text = str(text)
        if not isinstance(text, str) or not (text.isascii() and text.isdigit() and len(text) <= 19):
            raise self._wrong("a record has no id")
        return int(text)

    def _wrong(self, problem: str) -> UnexpectedResponse:
        return unexpected(f"GET {self._template}", problem)
