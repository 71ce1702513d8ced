"""A journal of one's own: what a product that keeps its journals in its own database would write."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import JournalBusy, JournalForeign
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.journal import SET_ASIDE, Entry, Owed, State
from clinikomigrate.transfer.losses import Loss

Name = tuple[str, str]
"""A record's kind and its id in the source."""


class MemoryJournal:
    """Keeps everything in dictionaries: it outlives a Transfer, and not the process."""

    def __init__(self) -> None:
        self.bound: tuple[str, str] | None = None
        self.is_open = False
        self._entries: dict[Name, Entry] = {}
        self._losses: dict[Name, list[Loss]] = {}
        self._owed: dict[Name, dict[str, Stage]] = {}
        self._reasons: dict[tuple[str, str, str], str] = {}
        self._waiting: dict[Name, set[Name]] = {}
        self._lock = threading.RLock()

    def open(self) -> None:
        """Takes the journal."""
        if self.is_open:
            raise JournalBusy("This journal is in use.")
        self.is_open = True

    def close(self) -> None:
        """Gives the journal back."""
        self.is_open = False

    def bind(self, source: str, destination: str) -> None:
        """Binds the journal to its pair of accounts."""
        if self.bound not in (None, (source, destination)):
            raise JournalForeign("This journal belongs to other accounts.")
        self.bound = (source, destination)

    def entry(self, ref: Ref[Any]) -> Entry | None:
        """Returns what is known of a record."""
        return self._entries.get((ref.kind, ref.id))

    def entries(self, kind: str, ids: Collection[str]) -> Mapping[str, Entry]:
        """Returns what is known of several records."""
        with self._lock:
            return {id: self._entries[kind, id] for id in ids if (kind, id) in self._entries}

    def intend(self, ref: Ref[Any], since: datetime | None) -> None:
        """Notes an intent."""
        with self._lock:
            self._entries[ref.kind, ref.id] = Entry(State.INTENT, since=since)

    def settle(
        self,
        ref: Ref[Any],
        entry: Entry,
        losses: Iterable[Loss] = (),
        follow_ups: Iterable[tuple[Stage, str]] = (),
        waiting_for: Iterable[Ref[Any]] = (),
    ) -> None:
        """Notes an outcome."""
        name = (ref.kind, ref.id)
        with self._lock:
            self._entries[name] = entry
            self._losses[name] = list(dict.fromkeys(losses))
            self._waiting[name] = {(each.kind, each.id) for each in waiting_for}
            self._owed.setdefault(name, {}).update({each: stage for stage, each in follow_ups})

    def holds(self, kind: str, destination_id: str) -> bool:
        """Says whether a record of the destination is spoken for."""
        with self._lock:
            return any(
                name[0] == kind and entry.destination_id == destination_id for name, entry in self._entries.items()
            )

    def owed(
        self, stage: Stage, kind: str, after: Owed | None = None, limit: int = 100, *, ready: bool = True
    ) -> Sequence[Owed]:
        """Returns what is owed and can be done."""
        last = (after.source_id, after.name) if after else ("", "")
        found = [each for each in self._all_owed(stage, kind, ready=ready) if (each.source_id, each.name) > last]
        return [each for each in found if not ready or stage is not Stage.ARCHIVE or not self._is_held(each)][:limit]

    def _all_owed(self, stage: Stage, kind: str | None = None, *, ready: bool = False) -> list[Owed]:
        with self._lock:
            return sorted(
                (
                    Owed(*name, self._entries[name].destination_id or "", each)
                    for name, owed in self._owed.items()
                    if kind in (None, name[0]) and self._entries[name].state.arrived
                    for each, due in owed.items()
                    if due is stage and (not ready or min(owed.values()) == stage)
                ),
                key=lambda owed: (owed.source_id, owed.name),
            )

    def _is_held(self, owed: Owed) -> bool:
        return any((owed.kind, owed.source_id) in held for held in self._waiting.values())

    def owe(self, owed: Owed, stage: Stage) -> None:
        """Notes that a follow-up is owed."""
        with self._lock:
            self._owed.setdefault((owed.kind, owed.source_id), {})[owed.name] = stage

    def owes(self, ref: Ref[Any], stage: Stage) -> bool:
        """Says whether a follow-up of a stage is owed."""
        with self._lock:
            return stage in self._owed.get((ref.kind, ref.id), {}).values()

    def follow_up_done(self, owed: Owed, losses: Iterable[Loss] = ()) -> None:
        """Notes that a follow-up was done."""
        name = (owed.kind, owed.source_id)
        with self._lock:
            self._owed.get(name, {}).pop(owed.name, None)
            self._reasons.pop((*name, owed.name), None)
            self._losses[name] = list(dict.fromkeys((*self._losses[name], *losses)))

    def follow_up_failed(self, owed: Owed, reason: str) -> None:
        """Notes why a follow-up could not be done."""
        self._reasons[owed.kind, owed.source_id, owed.name] = reason

    def withheld(self) -> Iterator[Owed]:
        """Gives what is not archived yet."""
        return (owed for owed in self._all_owed(Stage.ARCHIVE) if self._is_held(owed))

    def ids(self, kind: str, states: Collection[State]) -> Iterator[str]:
        """Gives ids by state."""
        with self._lock:
            found = sorted(
                name[1] for name, entry in self._entries.items() if name[0] == kind and entry.state in states
            )
        return iter(found)

    def identities(self, kind: str) -> Iterator[tuple[str, str]]:
        """Gives what arrived."""
        with self._lock:
            return iter(
                [
                    (name[1], entry.destination_id or "")
                    for name, entry in sorted(self._entries.items(), key=lambda item: item[0])
                    if name[0] == kind and entry.state.arrived
                ]
            )

    def counts(self) -> Mapping[str, Mapping[State, int]]:
        """Returns counts by kind and state."""
        counted = Counter((name[0], entry.state) for name, entry in self._entries.items())
        return {
            kind: {state: number for (of, state), number in counted.items() if of == kind}
            for kind in {kind for kind, _ in counted}
        }

    def losses(self) -> Sequence[tuple[str, str, str, int]]:
        """Returns what was lost, counted."""
        counted = Counter((kind, field, reason) for kind, _, field, reason in self.loss_rows())
        return [(*what, number) for what, number in sorted(counted.items())]

    def set_aside(self) -> Iterator[tuple[Ref[Any], Entry]]:
        """Gives what could not go."""
        with self._lock:
            return iter([(Ref(*name), entry) for name, entry in self._entries.items() if entry.state in SET_ASIDE])

    def loss_rows(self) -> Iterator[tuple[str, str, str, str]]:
        """Gives each loss."""
        with self._lock:
            return iter([(*name, loss.field, loss.reason) for name, losses in self._losses.items() for loss in losses])

    def follow_ups_failed(self) -> Iterator[tuple[Owed, str]]:
        """Gives the follow-ups that could not be done."""
        with self._lock:
            return iter(
                [
                    (Owed(kind, id, self._entries[kind, id].destination_id or "", name), reason)
                    for (kind, id, name), reason in self._reasons.items()
                ]
            )
