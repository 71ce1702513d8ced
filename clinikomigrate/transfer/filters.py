"""Which records go."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from clinikomigrate.client.query import Condition
from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.kinds import KINDS

if TYPE_CHECKING:
    from clinikomigrate.transfer.source import Source


class Scope:
    """What a filter asks for, kind by kind. Ids lie in a temporary file, not in memory."""

    def __init__(self) -> None:
        self._conditions: dict[str, list[Condition]] = {}
        self._limited: set[str] = set()
        self._lock = threading.RLock()
        self._ids = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._ids.execute("CREATE TABLE chosen (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID")

    def __repr__(self) -> str:
        return f"<Scope: {len(self._conditions)} kinds with conditions, {len(self._limited)} by id>"

    def close(self) -> None:
        """Gives the temporary file back."""
        with self._lock:
            self._ids.close()

    def where(self, kind: str, condition: Condition) -> None:
        """Asks the API for records of a kind under a condition only. Conditions add up.

        Args:
            kind: The record kind's name.
            condition: As `clinikomigrate.where` makes it.

        Raises:
            ConfigurationError: There is no such kind.
        """
        self._conditions.setdefault(_known(kind), []).append(condition)

    def only(self, kind: str, ids: Iterable[str | Ref[Any]]) -> None:
        """Chooses records of a kind by id. What several calls name adds up.

        Args:
            kind: The record kind's name.
            ids: Source ids. They are taken one by one, and may be as many as there are.

        Raises:
            ConfigurationError: There is no such kind.
        """
        self._limited.add(_known(kind))
        for id in ids:  # noqa: A001 - the API's own word
            with self._lock:
                chosen = (kind, id.id if isinstance(id, Ref) else str(id))
                self._ids.execute("INSERT OR IGNORE INTO chosen VALUES (?, ?)", chosen)

    def conditions(self, kind: str) -> tuple[Condition, ...]:
        """Returns the conditions that the API applies to a kind."""
        return tuple(self._conditions.get(kind, ()))

    def limited(self, kind: str) -> bool:
        """Says whether a kind's records were chosen by id."""
        return kind in self._limited

    def has(self, kind: str, id: str) -> bool:  # noqa: A002 - the API's own word
        """Says whether a record is chosen; every record is, of a kind that isn't limited."""
        if kind not in self._limited:
            return True
        with self._lock:
            query = "SELECT 1 FROM chosen WHERE kind = ? AND id = ?"
            return self._ids.execute(query, (kind, id)).fetchone() is not None

    def count(self, kind: str) -> int:
        """Returns how many records of a kind were chosen by id."""
        with self._lock:
            found: int = self._ids.execute("SELECT count(*) FROM chosen WHERE kind = ?", (kind,)).fetchone()[0]
        return found

    def ids(self, kind: str) -> Iterator[str]:
        """Gives the ids that were chosen of a kind, in no meaningful order."""
        last = ""
        while True:
            with self._lock:
                query = "SELECT id FROM chosen WHERE kind = ? AND id > ? ORDER BY id LIMIT 1000"
                rows = self._ids.execute(query, (kind, last)).fetchall()
            yield from (row[0] for row in rows)
            if len(rows) < 1000:
                return
            last = rows[-1][0]


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise ConfigurationError(f"A filter named the record kind {kind!r}, which there is none of.")
    return kind


class Filter:
    """Decides which records go. Subclass it to choose by rules of your own."""

    def scope(self, source: Source, scope: Scope) -> None:
        """Reads from the source what the filter must know, and says what it asks for.

        Args:
            source: The source, to read from.
            scope: Takes what is asked for: `scope.only(kind, ids)`, `scope.where(kind, condition)`.
        """

    def keeps(self, record: Any, scope: Scope) -> bool:  # noqa: ARG002 - for subclasses
        """Has the last word on one record.

        Args:
            record: The source's record (`Any`: of any kind's model; its `kind` says which).
            scope: What was asked for.

        Returns:
            Whether the record goes.
        """
        return True


class Everything(Filter):
    """Takes all that the source holds."""

    def __repr__(self) -> str:
        return "Everything()"
