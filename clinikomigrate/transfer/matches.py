"""Which patients of the source are which of the destination, as far as anybody can tell."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from typing import Any, Final

import attrs

_FREE: Final = "destination_id NOT IN (SELECT destination_id FROM spoken_for)"


@attrs.frozen
class Match:
    """A patient of the source, and who in the destination may be the same.

    Attributes:
        source_id: The source's id.
        destination_ids: Whom of the destination it may be.
        others: Who else of the source may be one of those.
        born_otherwise: Whether both have a birth date, and not the same one.
    """

    source_id: str
    destination_ids: tuple[str, ...]
    others: tuple[str, ...] = ()
    born_otherwise: bool = False

    @property
    def only(self) -> str | None:
        """The one of the destination who it is, or None where nothing must be guessed."""
        if len(self.destination_ids) != 1 or self.others or self.born_otherwise:
            return None
        return self.destination_ids[0]


class Matches:
    """Pairs of patients. They lie in a temporary file, not in memory: ids only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._connection.execute(
            """CREATE TABLE pair (source_id TEXT, destination_id TEXT, born_otherwise INTEGER,
            PRIMARY KEY (source_id, destination_id)) WITHOUT ROWID"""
        )
        self._connection.execute("CREATE INDEX pair_destination ON pair (destination_id)")
        self._connection.execute(
            """CREATE TABLE rival (source_id TEXT, destination_id TEXT,
            PRIMARY KEY (destination_id, source_id)) WITHOUT ROWID"""
        )
        self._connection.execute("CREATE TABLE spoken_for (destination_id TEXT PRIMARY KEY) WITHOUT ROWID")

    def __repr__(self) -> str:
        try:
            return f"<Matches of {len(self)} patients>"
        except sqlite3.Error:
            return "<Matches, closed>"

    def __len__(self) -> int:
        return int(self._all(f"SELECT count(DISTINCT source_id) FROM pair WHERE {_FREE}")[0][0])  # noqa: S608 - a constant

    def close(self) -> None:
        """Gives the temporary file back."""
        with self._lock:
            self._connection.close()

    def add(self, source_id: str, destination_id: str, *, born_otherwise: bool = False) -> None:
        """Notes that two may be the same.

        Args:
            source_id: Of the source.
            destination_id: Of the destination.
            born_otherwise: Whether both have a birth date, and not the same one.
        """
        self._all("INSERT OR REPLACE INTO pair VALUES (?, ?, ?)", source_id, destination_id, int(born_otherwise))

    def add_rival(self, source_id: str, destination_id: str) -> None:
        """Notes that one of the source who does not go may be one of the destination too."""
        self._all("INSERT OR IGNORE INTO rival VALUES (?, ?)", source_id, destination_id)

    def speak_for(self, destination_id: str) -> None:
        """Notes that a patient of the destination is no candidate, whoever it looks like."""
        self._all("INSERT OR IGNORE INTO spoken_for VALUES (?)", destination_id)

    def of(self, source_id: str) -> Match | None:
        """Returns who in the destination a patient of the source may be; None where it is nobody."""
        pairs = self._all(
            f"SELECT destination_id, born_otherwise FROM pair WHERE source_id = ? AND {_FREE}",  # noqa: S608 - a constant
            source_id,
        )
        if not pairs:
            return None
        others = {
            row[0]
            for destination_id, _ in pairs
            for table in ("pair", "rival")
            for row in self._all(f"SELECT source_id FROM {table} WHERE destination_id = ?", destination_id)  # noqa: S608 - a constant
        }
        return Match(
            source_id,
            tuple(destination_id for destination_id, _ in pairs),
            tuple(sorted(others - {source_id})),
            any(born_otherwise for _, born_otherwise in pairs),
        )

    def __iter__(self) -> Iterator[Match]:
        last = ""
        page = f"SELECT DISTINCT source_id FROM pair WHERE {_FREE} AND source_id > ? ORDER BY source_id LIMIT 1000"  # noqa: S608 - a constant
        while rows := self._all(page, last):
            yield from (match for row in rows if (match := self.of(row[0])) is not None)
            last = rows[-1][0]

    def _all(self, statement: str, *values: str | int) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()
