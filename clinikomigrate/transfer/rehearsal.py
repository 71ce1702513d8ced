"""A sink that writes nothing and counts what writing would take: a plan is a run on it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Collection, Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Unsupported
from clinikomigrate.transfer.follow_ups import FollowUp, Stage
from clinikomigrate.transfer.journal import Journal, Owed, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.sink import Account, Made, Present, Sink
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal, opened_if_there

PLANNED: Final = "planned:"
"""How the ids of records begin that are only planned."""


def planned_kind(id: str | None) -> str | None:
    """Returns the kind of a planned record by its id, or None for the id of a record that is there."""
    return id.split(":")[1] if id is not None and id.startswith(PLANNED) else None


@contextmanager
def rehearsed(journal: Journal | None) -> Iterator[Journal]:
    """Gives a journal for a rehearsal: a copy of what is known so far, thrown away afterwards.

    Args:
        journal: What is known so far, if anything is; it is not changed.
    """
    with TemporaryDirectory() as folder:
        copy = SQLiteJournal(Path(folder) / "rehearsal.journal", durable=False)
        copy.open()
        try:
            with opened_if_there(journal) as known:
                if known is not None:
                    _take_over(known, copy)
            yield copy
        finally:
            copy.close()


def _take_over(journal: Journal, copy: Journal) -> None:
    """Copies what is known of records and what is owed to them."""
    for kind in KINDS:
        owed: dict[str, list[tuple[Stage, str]]] = {}
        for stage in Stage:
            for each in _owed(journal, stage, kind):
                owed.setdefault(each.source_id, []).append((stage, each.name))
        for id in journal.ids(kind, list(State)):
            ref: Ref[Any] = Ref(kind, id)
            entry = journal.entry(ref)
            if entry is not None:
                copy.settle(ref, entry, (), owed.get(id, ()))


def _owed(journal: Journal, stage: Stage, kind: str) -> Iterator[Owed]:
    last: Owed | None = None
    while page := journal.owed(stage, kind, last, ready=False):
        yield from page
        last = page[-1]


class Rehearsal(Sink):
    """Stands in for a sink, reads what it would read, and writes nothing.

    Args:
        sink: The sink that will write.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._before = sink.requests_sent
        self._counted = 0
        self._made: dict[Hashable, list[tuple[str, Any]]] = {}
        self.workers = 1

    def __repr__(self) -> str:
        return f"<Rehearsal of {self._sink!r}>"

    def _count(self, requests: int) -> None:
        with self._lock:
            self._counted += requests

    @property
    def kinds(self) -> Collection[str]:
        """The names of the record kinds that the sink can write."""
        return self._sink.kinds

    def account(self) -> Account:
        """Returns the account that will be written to."""
        return self._sink.account()

    def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Sweeps what the destination holds of a kind."""
        yield from self._sink.existing(kind)

    def create(self, draft: Any) -> Made:
        """Counts what making the record takes.

        Raises:
            Unsupported: The destination will refuse it beside what is planned already.
        """
        self._count(self._sink.cost(draft))
        kind, key = KINDS[draft.kind], self._sink.look_up_key(draft)
        with self._lock:
            earlier = self._made.get(key, [])
            clash = self._sink.foresee_clash(draft, [each for _, each in earlier])
            if clash is not None:
                raise Unsupported(clash)
            id = f"{PLANNED}{draft.kind}:{next(self._numbers)}"
            if kind.one_each or kind.apart is not None:
                self._made[key] = [*earlier, (id, draft)]
            return Made(id, tuple(self._sink.foresee_losses(draft)))

    def find(self, draft: Any, since: datetime | None) -> Sequence[str]:
        """Finds nothing: what an earlier run left in doubt is planned as if it were not there."""
        del draft, since
        return ()

    def look_up_key(self, draft: Any) -> Hashable:
        """Returns what the sink looks a draft up by."""
        return self._sink.look_up_key(draft)

    def present(self, drafts: Sequence[Any]) -> Sequence[Present | None]:
        """Says what the destination will have made by itself, or will have been given."""
        if drafts and KINDS[drafts[0].kind].one_each:
            made = [self._made.get(self._sink.look_up_key(draft)) for draft in drafts]
            there = self._sink.foresee(drafts)
            return [Present(each[0][0], same=True) if each else real for each, real in zip(made, there, strict=True)]
        return self._sink.foresee(drafts)

    def same(self, draft: Any, record: Any) -> bool:
        """Says whether a record is what the draft would make."""
        return self._sink.same(draft, record)

    def update(self, id: str, draft: Any) -> None:
        """Counts what changing the record takes."""
        del id
        self._count(self._sink.cost(draft, change=True))

    def finish(self, kind: str, id: str, follow_up: FollowUp) -> None:
        """Counts what the follow-up takes."""
        del kind, id
        self._count(self._sink.cost(follow_up))

    @property
    def requests_sent(self) -> int:
        """How many requests the run would have sent so far."""
        return self._counted + self._sink.requests_sent - self._before
