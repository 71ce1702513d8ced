"""A journal of one's own: what a product that keeps its journals in its own database would write."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import JournalBusy, JournalForeign
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.journal import SET_ASIDE, Entry, FollowUpRow, Owed, State
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
        self._finished: dict[Name, dict[str, Stage]] = {}
        self._notes: dict[str, str] = {}
        self._lock = threading.RLock()
        self.key = b"a secret of a journal in a test.."

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

    def accounts(self) -> tuple[str, str] | None:
        """Returns the pair that it is bound to."""
        return self.bound

    def note(self, name: str, text: str) -> None:
        """Keeps a text."""
        self._notes[name] = text

    def noted(self, name: str) -> str | None:
        """Returns what is kept."""
        return self._notes.get(name)

    def notes(self, beginning: str) -> Iterator[tuple[str, str]]:
        """Gives what is kept under names with a beginning."""
        yield from sorted(each for each in self._notes.items() if each[0].startswith(beginning))

    def entry(self, ref: Ref[Any]) -> Entry | None:
        """Returns what is known of a record."""
        return self._entries.get((ref.kind, ref.id))

    def entries(self, kind: str, ids: Collection[str]) -> Mapping[str, Entry]:
        """Returns what is known of several records."""
        with self._lock:
            return {id: self._entries[kind, id] for id in ids if (kind, id) in self._entries}

    def intend(self, ref: Ref[Any], since: datetime | None, digest: bytes | None = None) -> None:
        """Notes an intent."""
        with self._lock:
            self._entries[ref.kind, ref.id] = Entry(State.INTENT, since=since, digest=digest)

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
            if entry.state is State.UNDONE:
                self._owed.pop(name, None)
                self._finished.pop(name, None)
            self._losses[name] = list(dict.fromkeys(losses))
            self._waiting[name] = {(each.kind, each.id) for each in waiting_for}
            new = {each: stage for stage, each in follow_ups if each not in self._finished.get(name, {})}
            self._owed.setdefault(name, {}).update(new)

    def renew(self, ref: Ref[Any], follow_ups: Iterable[tuple[Stage, str]]) -> None:
        """Notes that a change is about to leave."""
        with self._lock:
            for stage, name in follow_ups:
                self._finished.get((ref.kind, ref.id), {}).pop(name, None)
                self._owed.setdefault((ref.kind, ref.id), {})[name] = stage

    def holds(self, kind: str, destination_id: str) -> bool:
        """Says whether a record of the destination is spoken for."""
        with self._lock:
            return any(
                name[0] == kind and entry.destination_id == destination_id and entry.state is not State.UNDONE
                for name, entry in self._entries.items()
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
            self._finished.get((owed.kind, owed.source_id), {}).pop(owed.name, None)

    def finished(self, kind: str, ids: Collection[str], stage: Stage) -> Mapping[str, Collection[str]]:
        """Returns what was done."""
        with self._lock:
            done = {id: {n for n, due in self._finished.get((kind, id), {}).items() if due is stage} for id in ids}
        return {id: names for id, names in done.items() if names}

    def owes(self, ref: Ref[Any], stage: Stage) -> bool:
        """Says whether a follow-up of a stage is owed."""
        with self._lock:
            return stage in self._owed.get((ref.kind, ref.id), {}).values()

    def remark(self, ref: Ref[Any], reason: str | None) -> None:
        """Notes why a later change did not go."""
        with self._lock:
            self._entries[ref.kind, ref.id] = attrs.evolve(self._entries[ref.kind, ref.id], reason=reason)

    def is_done(self, ref: Ref[Any], stage: Stage) -> bool:
        """Says whether a follow-up of a stage was done."""
        with self._lock:
            finished = self._finished.get((ref.kind, ref.id), {}).values()
            return stage in finished and not self.owes(ref, stage)

    def forget(self, ref: Ref[Any], stage: Stage) -> None:
        """Forgets follow-ups of a stage."""
        with self._lock:
            for names in (self._owed.get((ref.kind, ref.id), {}), self._finished.get((ref.kind, ref.id), {})):
                for name in [name for name, due in names.items() if due is stage]:
                    del names[name]

    def follow_ups(self, kind: str) -> Iterator[FollowUpRow]:
        """Gives all follow-ups."""
        with self._lock:
            return iter(
                [
                    FollowUpRow(name[1], stage, each, done)
                    for rows, done in ((self._owed, False), (self._finished, True))
                    for name, stages in rows.items()
                    if name[0] == kind
                    for each, stage in stages.items()
                ]
            )

    def follow_up_done(
        self, owed: Owed, losses: Iterable[Loss] = (), written: bytes | None = None, file: bytes | None = None
    ) -> None:
        """Notes that a follow-up was done."""
        name = (owed.kind, owed.source_id)
        with self._lock:
            self._finished.setdefault(name, {})[owed.name] = self._owed.get(name, {}).pop(owed.name, Stage.SETTLE)
            entry = self._entries[name]
            if written is not None and entry.imprint is not None:
                entry = self._entries[name] = attrs.evolve(entry, imprint=attrs.evolve(entry.imprint, written=written))
            if file is not None and entry.imprint is not None:
                self._entries[name] = attrs.evolve(entry, imprint=attrs.evolve(entry.imprint, file=file))
            self._reasons.pop((*name, owed.name), None)
            self._losses[name] = list(dict.fromkeys((*self._losses[name], *losses)))

    def waive(self, owed: Owed) -> None:
        """Notes that a follow-up is owed no more."""
        with self._lock:
            self._owed.get((owed.kind, owed.source_id), {}).pop(owed.name, None)
            self._reasons.pop((owed.kind, owed.source_id, owed.name), None)

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

    def unfinished(self, kind: str, reasons: Collection[str]) -> Iterator[str]:
        """Gives what the next run must look at."""
        with self._lock:
            return iter(sorted(name[1] for name in self._entries if name[0] == kind and self._is_open(name, reasons)))

    def _is_open(self, name: Name, reasons: Collection[str]) -> bool:
        entry = self._entries[name]
        left = entry.state is State.SKIPPED and entry.imprint is None
        unseen = entry.imprint is not None and not entry.imprint.seen
        changed = entry.state.arrived and (entry.reason is not None or unseen)
        lost = any(loss.reason in reasons for loss in self._losses.get(name, ()))
        return entry.state in (*SET_ASIDE, State.UNDONE) or left or changed or lost

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

    def lost(self, kind: str, ids: Collection[str], reasons: Collection[str]) -> Mapping[str, Collection[str]]:
        """Returns what was lost for some reasons."""
        with self._lock:
            known = {id: self._losses.get((kind, id), ()) for id in ids}
        lost = {id: {each.field for each in losses if each.reason in reasons} for id, losses in known.items()}
        return {id: fields for id, fields in lost.items() if fields}

    def regained(
        self,
        ref: Ref[Any],
        fields: Collection[str],
        reasons: Collection[str],
        instead: str | None = None,
        written: bytes | None = None,
    ) -> None:
        """Takes back what was lost, or says why it is."""
        name = (ref.kind, ref.id)
        with self._lock:
            self._losses[name] = [
                each for each in self._losses[name] if each.field not in fields or each.reason not in reasons
            ]
            self._losses[name] += [Loss(field, instead) for field in fields] if instead else []
            entry = self._entries[name]
            if written is not None and entry.imprint is not None:
                self._entries[name] = attrs.evolve(entry, imprint=attrs.evolve(entry.imprint, written=written))

    def lost_fields(self, ref: Ref[Any]) -> Collection[str]:
        """Returns what a record lost."""
        return {loss.field for loss in self._losses.get((ref.kind, ref.id), ())}

    def source_of(self, kind: str, destination_id: str) -> str | None:
        """Returns whose copy a record is."""
        with self._lock:
            return next(
                (
                    name[1]
                    for name, entry in self._entries.items()
                    if name[0] == kind and entry.destination_id == destination_id
                ),
                None,
            )

    def skipped(self) -> Sequence[tuple[str, str, int]]:
        """Returns what does not go, counted by reason."""
        counted = Counter(
            (name[0], entry.reason or "") for name, entry in self._entries.items() if entry.state is State.SKIPPED
        )
        return [(*why, number) for why, number in sorted(counted.items())]

    def set_aside(self) -> Iterator[tuple[Ref[Any], Entry]]:
        """Gives what could not go."""
        with self._lock:
            return iter(
                [
                    (Ref(*name), entry)
                    for name, entry in self._entries.items()
                    if entry.state in SET_ASIDE
                    or (entry.state in (State.CREATED, State.ADOPTED, State.UNDONE) and entry.reason)
                ]
            )

    def loss_rows(self, kind: str | None = None) -> Iterator[tuple[str, str, str, str]]:
        """Gives each loss."""
        with self._lock:
            return iter(
                [
                    (*name, loss.field, loss.reason)
                    for name, losses in self._losses.items()
                    if kind in (None, name[0])
                    for loss in losses
                ]
            )

    def follow_ups_failed(self) -> Iterator[tuple[Owed, str]]:
        """Gives the follow-ups that could not be done."""
        with self._lock:
            return iter(
                [
                    (Owed(kind, id, self._entries[kind, id].destination_id or "", name), reason)
                    for (kind, id, name), reason in self._reasons.items()
                ]
            )
