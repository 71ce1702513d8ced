"""What a filter asks for, kind by kind."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from typing import Any, Final

from clinikomigrate.client.query import Condition
from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.kinds import BOOKING_KINDS, KINDS

_KNOWN: Final = frozenset({*KINDS, "bookings"})

HANGS_ON: Final = {
    "appointment_type_billable_items": "appointment_type",
    "appointment_type_products": "appointment_type",
    "concession_prices": "billable_item",
}
"""Catalogue kinds that hang on another catalogue record, and the link that says on which."""


class Scope:
    """What a filter asks for, kind by kind. Ids lie in a temporary file, not in memory.

    A record goes when its own id is chosen, and the ids of the patient and the booking that it hangs on. Of a kind of
    which no ids were chosen, every record is. `"bookings"` stands for all three kinds of bookings.

    Attributes:
        parts: For a filter made of several: the scope of each.
    """

    def __init__(self) -> None:
        self.parts: tuple[Scope, ...] = ()
        self._conditions: dict[str, list[Condition]] = {}
        self._limited: set[str] = set()
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
        self._limited.add(_known(kind))
        for id in ids:
            with self._lock:
                chosen = (kind, id.id if isinstance(id, Ref) else str(id))
                self._ids.execute("INSERT OR IGNORE INTO chosen VALUES (?, ?)", chosen)

    def narrow(self, other: Scope) -> None:
        """Leaves only what another scope asks for, too."""
        for kind, conditions in other._conditions.items():
            self._conditions.setdefault(kind, []).extend(conditions)
        for kind in other._limited:
            if kind not in self._limited:
                self.only(kind, other.ids(kind))
                continue
            for id in list(self.ids(kind)):
                if not other.has(kind, id):
                    with self._lock:
                        self._ids.execute("DELETE FROM chosen WHERE kind = ? AND id = ?", (kind, id))

    def takes(self, record: Any) -> bool:
        """Says whether a record is chosen, and what it hangs on.

        Args:
            record: The source's record (`Any`: of any kind's model; its `kind` says which).
        """
        kind = record.kind
        patient = getattr(record, "patient", None)
        booking = record.id if kind in BOOKING_KINDS else None
        if kind == "attendees" and record.booking is not None:
            booking = record.booking.id
        parent = getattr(record, HANGS_ON.get(kind, ""), None)
        return (
            self.has(kind, record.id)
            and (parent is None or self.has(parent.kind, parent.id))
            and (patient is None or self.has("patients", patient.id))
            and (booking is None or self.has("bookings", booking))
        )

    def conditions(self, kind: str) -> tuple[Condition, ...]:
        """Returns the conditions that the API applies to a kind."""
        return tuple(self._conditions.get(kind, ()))

    def limited(self, kind: str) -> bool:
        """Says whether a kind's records were chosen by id."""
        return kind in self._limited

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


def _known(kind: str) -> str:
    if kind not in _KNOWN:
        raise ConfigurationError(f"A filter named the record kind {kind!r}, which there is none of.")
    return kind
