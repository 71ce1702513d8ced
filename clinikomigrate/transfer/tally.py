"""Counts what one run did."""

from __future__ import annotations

import threading
from typing import Final

import attrs

from clinikomigrate.transfer.journal import State

COUNTED_AS: Final = {
    State.CREATED: "created",
    State.ADOPTED: "adopted",
    State.SKIPPED: "skipped",
    State.FAILED: "failed",
    State.CONFLICT: "failed",
    State.AMBIGUOUS: "failed",
    State.INTENT: "failed",
    State.BLOCKED: "blocked",
    State.UNDONE: "removed",
}
"""Under which of a Count's names records of each state are counted."""


@attrs.define
class Count:
    """What one run did with the records of one kind.

    Attributes:
        found: How many the source holds; of a run with `only_failed`, how many were tried again.
        selected: How many of those were chosen.
        created: How many were made.
        adopted: How many were there already and stand for the source's.
        skipped: How many do not go, as it should be.
        failed: How many could not go.
        blocked: How many wait for one that could not go.
        already: How many an earlier run had carried.
        updated: To how many of those this run brought a change over.
        removed: How many were taken back.
    """

    found: int = 0
    selected: int = 0
    created: int = 0
    adopted: int = 0
    skipped: int = 0
    failed: int = 0
    blocked: int = 0
    already: int = 0
    updated: int = 0
    removed: int = 0


class Tally:
    """Counts, kind by kind, from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, Count] = {}
        self.by_hand: list[str] = []

    def start(self, kind: str) -> None:
        """Makes a kind stand in the report, even with nothing in it."""
        with self._lock:
            self._counts.setdefault(kind, Count())

    def add(self, kind: str, *names: str) -> None:
        """Counts one more under each name."""
        with self._lock:
            count = self._counts.setdefault(kind, Count())
            for name in names:
                setattr(count, name, getattr(count, name) + 1)

    def left_behind(self, kind: str, number: int) -> None:
        """Counts records that no destination takes."""
        with self._lock:
            self._counts[kind] = Count(found=number, selected=number, skipped=number)

    def unread(self, kind: str, found: int, skipped: int) -> None:
        """Counts records that were not read again: they are as an earlier run left them.

        Args:
            kind: The record kind's name. All of its records are chosen.
            found: How many the source holds.
            skipped: How many of all do not go, as it should be.
        """
        with self._lock:
            count = self._counts[kind]
            number = max(0, found - count.found)
            left = min(number, max(0, skipped - count.skipped))
            count.found += number
            count.selected += number
            count.skipped += left
            count.already += number - left

    def settled(self, kind: str, state: State) -> int:
        """Counts an outcome.

        Returns:
            How many records of all kinds failed so far.
        """
        self.add(kind, COUNTED_AS[state])
        return self.failed

    @property
    def failed(self) -> int:
        """How many records of all kinds failed so far."""
        with self._lock:
            return sum(count.failed for count in self._counts.values())

    def counts(self) -> dict[str, Count]:
        """Returns a copy of the counts by kind."""
        with self._lock:
            return {kind: attrs.evolve(count) for kind, count in self._counts.items()}
