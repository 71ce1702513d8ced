"""A source that waits out a lost connection and goes on where it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any, Final

from clinikomigrate.client.query import Condition
from clinikomigrate.cliniko.models import User
from clinikomigrate.errors import NotFound, ServerError, TransportError
from clinikomigrate.transfer.kinds import OPTIONAL_KINDS
from clinikomigrate.transfer.patience import ASKED, Patience, Stopped
from clinikomigrate.transfer.relay import Relay
from clinikomigrate.transfer.source import IDS_A_REQUEST, Source

_IN_TWO_LISTS: Final = frozenset({"practitioners"})
"""Kinds that a source gives in two lists, one after the other, so that an id says nothing of what is left to read."""


class SteadySource(Relay):
    """A source that waits out a lost connection, and that ends when the run is to end.

    Whether the account can be reached at all is told at once: its settings and its user are read without patience. A
    kind whose endpoint is newer than the rest, and that the account lacks, is empty.

    Args:
        source: What is read.
        patience: Waits.
        stop: Set when the run is to end.
    """

    def __init__(self, source: Source, patience: Patience, stop: threading.Event) -> None:
        super().__init__(source)
        self._patience = patience
        self._stop = stop
        self._user: User | None = None

    def user(self) -> User:
        """Returns the user whose key reads; it is asked for once."""
        if self._user is None:
            self._user = self._source.user()
        return self._user

    def stream(self, kind: str, *conditions: Condition, after: str | None = None) -> Iterator[Any]:
        """Gives all records of a kind; behind the last one when the connection was lost.

        Raises:
            Stopped: The run is to end, or there was no connection for too long.
        """
        if kind in _IN_TWO_LISTS:
            yield from self._patience.through(lambda: list(self._source.stream(kind, *conditions, after=after)))
            return
        while True:
            try:
                for entity in self._source.stream(kind, *conditions, after=after):
                    self._patience.restored()
                    self._go_on()
                    yield entity
                    after = entity.id
            except (TransportError, ServerError) as error:
                self._patience.wait(error)
            except NotFound:
                if kind not in OPTIONAL_KINDS:
                    raise
                return
            else:
                return

    def by_id(self, kind: str, ids: Sequence[str], *conditions: Condition) -> Iterator[Any]:
        """Gives records by id, in batches."""
        for start in range(0, len(ids), IDS_A_REQUEST):
            some = ids[start : start + IDS_A_REQUEST]
            yield from self._patience.through(lambda some=some: list(self._source.by_id(kind, some, *conditions)))  # type: ignore[misc] # mypy can't infer it
            self._go_on()

    def count(self, kind: str, *conditions: Condition) -> int:
        """Returns how many records of a kind there are."""
        try:
            return self._patience.through(lambda: self._source.count(kind, *conditions))
        except NotFound:
            if kind not in OPTIONAL_KINDS:
                raise
            return 0

    def has(self, kind: str) -> bool:
        """Says whether the account has a list of a kind at all; only newer kinds are asked for, all have the others."""
        if kind not in OPTIONAL_KINDS:
            return True
        try:
            self._patience.through(lambda: self._source.count(kind))
        except NotFound:
            return False
        return True

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise Stopped(ASKED)
