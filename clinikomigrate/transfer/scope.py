"""What a filter asks for, kind by kind."""

from __future__ import annotations

import difflib
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from typing import Any, Final

from clinikomigrate.client.query import Condition
from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.kinds import BOOKING_KINDS, KINDS, Link

_KNOWN: Final = frozenset({*KINDS, "bookings"})


class Scope:
    """What a filter asks for, kind by kind. Ids lie in a temporary file, not in memory.

    A record goes when its own id is chosen, and the ids of what it hangs on: a patient, a booking, a catalogue record.
    Of a kind of which no ids were chosen, every record is. `"bookings"` stands for all three kinds of bookings.

    Attributes:
        parts: For a filter made of several: the scope of each.
    """

    def __init__(self) -> None:
        self.parts: tuple[Scope, ...] = ()
        self._conditions: dict[str, list[Condition]] = {}
        self._limited: set[str] = set()
        self._tied: set[str] = set()
        self._lock = threading.RLock()
        self._ids = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._ids.execute("CREATE TABLE chosen (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID")

    def __repr__(self) -> str:
        return f"<Scope: {len(self._conditions)} kinds with conditions, {len(self._limited)} by id>"

    def close(self) -> None:
        """Gives the temporary file back."""
        for part in self.parts:
            part.close()
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
        _known(kind)
        for id in ids:
            with self._lock:
                chosen = (kind, id.id if isinstance(id, Ref) else str(id))
                self._ids.execute("INSERT OR IGNORE INTO chosen VALUES (?, ?)", chosen)
        self._limited.add(kind)
        self._tied.discard(kind)

    def tie(self, kind: str, pairs: Iterable[tuple[str, str]]) -> None:
        """Chooses, with each chosen record of a kind, those that pairs tie to it, directly or through others.

        Args:
            kind: The record kind's name.
            pairs: Source ids of records that belong together. They are taken one by one.
        """
        with self._lock:
            self._ids.execute("CREATE TABLE tied (one TEXT, other TEXT, PRIMARY KEY (one, other)) WITHOUT ROWID")
        for one, other in pairs:
            with self._lock:
                both = [(one, other), (other, one)]
                self._ids.executemany("INSERT OR IGNORE INTO tied VALUES (?, ?)", both)
        with self._lock:
            self._ids.execute(_REACH, (kind, kind))
            self._ids.execute("DROP TABLE tied")
        self._tied.add(kind)

    def is_tied(self, kind: str) -> bool:
        """Says whether with each chosen record of a kind those are chosen that belong together with it."""
        return kind in self._tied

    def narrow(self, other: Scope) -> None:
        """Leaves only what another scope asks for, too."""
        for kind, conditions in other._conditions.items():
            self._conditions.setdefault(kind, []).extend(conditions)
        for kind in other._limited:
            tied = kind in other._tied and (kind in self._tied or kind not in self._limited)
            if kind not in self._limited:
                self.only(kind, other.ids(kind))
            else:
                self._drop(kind, (id for id in self.ids(kind) if not other.has(kind, id)))
            if tied:
                self._tied.add(kind)
            else:
                self._tied.discard(kind)

    def _drop(self, kind: str, ids: Iterable[str]) -> None:
        for id in ids:
            with self._lock:
                self._ids.execute("DELETE FROM chosen WHERE kind = ? AND id = ?", (kind, id))

    def takes(self, record: Any) -> bool:
        """Says whether a record is chosen, and what it hangs on.

        Args:
            record: The source's record (`Any`: of any kind's model; its `kind` says which).
        """
        if not self.has(record.kind, record.id):
            return False
        if record.kind in BOOKING_KINDS and not self.has("bookings", record.id):
            return False
        return all(self._takes_owner(link, record) for link in _owners(record.kind))

    def _takes_owner(self, link: Link, record: Any) -> bool:
        ref = getattr(record, link.attribute, None)
        return self.has(link.kind, ref.id) if ref is not None else not self.limited(link.kind)

    def conditions(self, kind: str) -> tuple[Condition, ...]:
        """Returns the conditions that the API applies to a kind."""
        return tuple(self._conditions.get(kind, ()))

    def limited(self, kind: str) -> bool:
        """Says whether a kind's records were chosen by id."""
        return kind in self._limited

    def narrows(self, kind: str) -> bool:
        """Says whether anything less than all records of a kind is asked for."""
        others = [link.kind for link in _owners(kind)] + (["bookings"] if kind in BOOKING_KINDS else [])
        return bool(self._conditions.get(kind)) or any(other in self._limited for other in (kind, *others))

    def has(self, kind: str, id: str) -> bool:
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


_REACH: Final = """
    WITH RECURSIVE reached (id) AS (
        SELECT id FROM chosen WHERE kind = ?
        UNION SELECT tied.other FROM tied JOIN reached ON tied.one = reached.id)
    INSERT OR IGNORE INTO chosen SELECT ?, id FROM reached"""
"""Chooses all that can be reached from what is chosen, from pair to pair."""


def _owners(kind: str) -> tuple[Link, ...]:
    """Returns what records of a kind hang on; nothing for those of the account's own setup."""
    return KINDS[kind].owners if kind in KINDS else ()


def _known(kind: str) -> str:
    if kind not in _KNOWN:
        near = difflib.get_close_matches(str(kind), sorted(_KNOWN), n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else " See clinikomigrate.ALL_KINDS."
        raise ConfigurationError(f"A filter named the record kind {kind!r}, and there is none.{hint}")
    return kind
