"""What a destination doesn't hold as it was meant, kept in a temporary file."""

from __future__ import annotations

import enum
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from typing import Any, Final, overload

import attrs


class Why(enum.Enum):
    """Why a record of the destination isn't what the source says."""

    NEVER_ARRIVED = "never arrived"
    """The destination did not take it, or it was not carried yet."""
    EDITED_THERE = "edited in the destination since"
    """Somebody changed it in the destination after it had arrived."""
    UNKNOWN = "for a reason not known"
    """Of what the destination answered when it arrived nothing is known: whether somebody edited it there since, or the
    destination did not take all of it, can't be told."""
    CLEARED = "cleared by an update of the transfer"
    """An update of the transfer's own took it from the record, because the destination's updates clear what they can't
    give. Enter it again by hand; `Transfer.preflight` names such records, and says what stood there."""
    CHANGED_HERE = "changed in the source since"
    """It changed in the source after it was carried; run the transfer again."""


@attrs.frozen
class Mismatch:
    """One thing that the destination doesn't hold as it was meant.

    Attributes:
        kind: The record kind.
        source_id: The record's id in the source.
        destination_id: Its id in the destination; None where there is none.
        field: The draft's attribute, `"record"` for all of it, `"file"` for a file's content, `"archived"` or
            `"cancelled"`.
        why: Why.
    """

    kind: str
    source_id: str
    destination_id: str | None
    field: str
    why: Why


class Mismatches(Sequence[Mismatch]):
    """Mismatches in the order in which they were found. They lie in a temporary file, however many there are."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._rows.execute("CREATE TABLE mismatch (kind TEXT, source_id TEXT, there TEXT, field TEXT, why TEXT)")
        weakref.finalize(self, self._rows.close)

    def __repr__(self) -> str:
        return f"<Mismatches: {len(self)}>"

    def add(self, mismatch: Mismatch) -> None:
        """Puts one more at the end."""
        about = mismatch.kind, mismatch.source_id, mismatch.destination_id
        self._all("INSERT INTO mismatch VALUES (?, ?, ?, ?, ?)", *about, mismatch.field, mismatch.why.value)

    def __len__(self) -> int:
        return int(self._all("SELECT count(*) FROM mismatch")[0][0])

    @overload
    def __getitem__(self, index: int) -> Mismatch: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Mismatch]: ...

    def __getitem__(self, index: int | slice) -> Mismatch | Sequence[Mismatch]:
        places = range(len(self))[index]
        return self._at(places) if isinstance(places, int) else [self._at(place) for place in places]

    def _at(self, place: int) -> Mismatch:
        return next(self._behind(place, 1))

    def __iter__(self) -> Iterator[Mismatch]:
        place = 0
        while page := list(self._behind(place, _PAGE)):
            yield from page
            place += len(page)

    def _behind(self, place: int, number: int) -> Iterator[Mismatch]:
        rows = self._all(f"{_READ} WHERE rowid > ? ORDER BY rowid LIMIT ?", place, number)
        return (Mismatch(kind, id, there, field, Why(why)) for kind, id, there, field, why in rows)

    def _all(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._rows.execute(statement, values).fetchall()


_READ: Final = "SELECT kind, source_id, there, field, why FROM mismatch"
_PAGE: Final = 1000
