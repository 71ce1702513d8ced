"""Which patients of the source are which of the destination, as far as anybody can tell."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from typing import Any, Final

import attrs

_FREE: Final = "destination_id NOT IN (SELECT destination_id FROM spoken_for)"


@attrs.frozen
class Likeness:
    """How much a patient of the destination is like one of the source, who has something in common besides the name.

    Attributes:
        written_otherwise: Whether the names are the same only without what people leave out when they spell them.
        born_alike: Whether both were born on the same day; None where one of them has no birth date.
    """

    written_otherwise: bool = False
    born_alike: bool | None = None

    @property
    def exact(self) -> bool:
        """Whether name and birth date are the same."""
        return not self.written_otherwise and self.born_alike is True


@attrs.frozen
class Lookalike:
    """A patient of the source, and who in the destination may be the same.

    Attributes:
        source_id: The source's id.
        destination_ids: Whom of the destination it may be.
        others: Who else of the source may be one of those.
        born_otherwise: Whether both have a birth date, and not the same one.
        written_otherwise: Whether the name of one of those is written differently.
    """

    source_id: str
    destination_ids: tuple[str, ...]
    others: tuple[str, ...] = ()
    born_otherwise: bool = False
    written_otherwise: bool = False

    @property
    def only(self) -> str | None:
        """The one of the destination who it is, or None where nothing must be guessed."""
        if len(self.destination_ids) != 1 or self.others or self.born_otherwise or self.written_otherwise:
            return None
        return self.destination_ids[0]


class Lookalikes:
    """Pairs of patients. They lie in a temporary file, not in memory: ids only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._connection.execute(
            """CREATE TABLE pair (source_id TEXT, destination_id TEXT, written_otherwise INTEGER, born_alike INTEGER,
            PRIMARY KEY (source_id, destination_id)) WITHOUT ROWID"""
        )
        self._connection.execute("CREATE INDEX pair_destination ON pair (destination_id)")
        self._connection.execute(
            """CREATE TABLE rival (source_id TEXT, destination_id TEXT, written_otherwise INTEGER,
            PRIMARY KEY (destination_id, source_id)) WITHOUT ROWID"""
        )
        self._connection.execute("CREATE TABLE spoken_for (destination_id TEXT PRIMARY KEY) WITHOUT ROWID")

    def __repr__(self) -> str:
        try:
            return f"<Lookalikes of {len(self)} patients>"
        except sqlite3.Error:
            return "<Lookalikes, closed>"

    def __len__(self) -> int:
        return int(self._all(f"SELECT count(DISTINCT source_id) FROM pair WHERE {_FREE}")[0][0])  # noqa: S608 - a constant

    def close(self) -> None:
        """Gives the temporary file back."""
        with self._lock:
            self._connection.close()

    def add(self, source_id: str, destination_id: str, likeness: Likeness) -> None:
        """Notes that two may be the same.

        Args:
            source_id: Of the source.
            destination_id: Of the destination.
            likeness: How much they are alike.
        """
        values = likeness.written_otherwise, likeness.born_alike
        self._all("INSERT OR REPLACE INTO pair VALUES (?, ?, ?, ?)", source_id, destination_id, *values)

    def add_rival(self, source_id: str, destination_id: str, likeness: Likeness) -> None:
        """Notes that one of the source who does not go, or went before, may be one of the destination too."""
        written_otherwise = likeness.written_otherwise
        self._all("INSERT OR IGNORE INTO rival VALUES (?, ?, ?)", source_id, destination_id, written_otherwise)

    def speak_for(self, destination_id: str) -> None:
        """Notes that a patient of the destination is no candidate, whoever it looks like."""
        self._all("INSERT OR IGNORE INTO spoken_for VALUES (?)", destination_id)

    def of(self, source_id: str) -> Lookalike | None:
        """Returns who in the destination a patient of the source may be; None where it is nobody."""
        columns = "destination_id, written_otherwise, born_alike"
        rows = self._all(f"SELECT {columns} FROM pair WHERE source_id = ? AND {_FREE}", source_id)  # noqa: S608 - constants
        if not rows:
            return None
        found = {row[0]: Likeness(bool(row[1]), None if row[2] is None else bool(row[2])) for row in rows}
        others = {
            row[0]
            for id, likeness in found.items()
            for table in ("pair", "rival")
            for row in self._all(
                f"SELECT source_id FROM {table} WHERE destination_id = ? AND written_otherwise <= ?",  # noqa: S608 - a constant
                id,
                not likeness.exact,  # nobody whose name is written differently is a rival of whom all agrees with
            )
        }
        return Lookalike(
            source_id,
            tuple(found),
            tuple(sorted(others - {source_id})),
            any(each.born_alike is False for each in found.values()),
            any(each.written_otherwise for each in found.values()),
        )

    def __iter__(self) -> Iterator[Lookalike]:
        last = ""
        page = f"SELECT DISTINCT source_id FROM pair WHERE {_FREE} AND source_id > ? ORDER BY source_id LIMIT 1000"  # noqa: S608 - a constant
        while rows := self._all(page, last):
            yield from (match for row in rows if (match := self.of(row[0])) is not None)
            last = rows[-1][0]

    def _all(self, statement: str, *values: str | bool | None) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()
