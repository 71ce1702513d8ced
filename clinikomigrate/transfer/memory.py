"""A source that is asked for what is small only once, as long as nothing is written."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from typing import Any, Final

from clinikomigrate.client.query import Condition
from clinikomigrate.cliniko.models import User
from clinikomigrate.transfer.relay import Relay
from clinikomigrate.transfer.source import Source

_PAGE: Final = 100
"""How many records a list read gives. What is less is all there is."""

_MOST: Final = 2000
"""How many records are remembered at most."""


class RememberingSource(Relay):
    """A source that remembers what took one request: how many records there are, and lists that fit on a page.

    A look at an account asks the same of it many times over, above all where little was chosen. A run that writes reads
    anew what it carries.

    Args:
        source: What is read.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._lock = threading.Lock()
        self._counts: dict[tuple[Hashable, ...], int] = {}
        self._lists: dict[Hashable, tuple[Any, ...]] | None = {}
        self._room = _MOST
        self._spared = 0

    def forget(self) -> None:
        """Reads all lists anew from now on, and counts anew what meets conditions.

        How many records of a kind there are in all is not asked again.
        """
        with self._lock:
            self._lists = None
            self._counts = {asked: number for asked, number in self._counts.items() if len(asked) == 1}

    @property
    def spared(self) -> int:
        """How many requests for lists were spared so far."""
        return self._spared

    def user(self) -> User:
        """Returns the user whose key reads."""
        return self._source.user()

    def stream(self, kind: str, *conditions: Condition, after: str | None = None) -> Iterator[Any]:
        """Gives all records of a kind, in the order of their ids."""
        asked = (kind, after, *map(_asked, conditions))
        return self._remembered(asked, lambda: self._source.stream(kind, *conditions, after=after))

    def by_id(self, kind: str, ids: Sequence[str], *conditions: Condition) -> Iterator[Any]:
        """Gives records by id."""
        asked = ("by_id", kind, tuple(ids), *map(_asked, conditions))
        return self._remembered(asked, lambda: self._source.by_id(kind, ids, *conditions))

    def _remembered(self, asked: Hashable, read: Callable[[], Iterable[Any]]) -> Iterator[Any]:
        with self._lock:
            known = None if self._lists is None else self._lists.get(asked)
            if known is not None and self._source.requests_per_minute is not None:
                self._spared += 1
        if known is not None:
            yield from known
            return
        records = iter(read())
        first = list(itertools.islice(records, _PAGE))
        if len(first) < _PAGE:
            self._keep(asked, tuple(first))
        yield from first
        yield from records

    def _keep(self, asked: Hashable, records: tuple[Any, ...]) -> None:
        with self._lock:
            if self._lists is not None and len(records) <= self._room:
                self._lists[asked] = records
                self._room -= len(records)

    def count(self, kind: str, *conditions: Condition) -> int:
        """Returns how many records of a kind there are, or were when it was first asked."""
        asked = (kind, *map(_asked, conditions))
        if asked not in self._counts:
            self._counts[asked] = self._source.count(kind, *conditions)
        return self._counts[asked]


def _asked(condition: Condition) -> Hashable:
    value = condition.value
    several = isinstance(value, Collection) and not isinstance(value, str)
    return condition.field, condition.operator, tuple(value) if several else value  # type: ignore[arg-type] # it is one
