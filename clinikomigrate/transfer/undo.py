"""Takes back what a transfer made, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error, Unsupported
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.carry import explain, stop_if_general
from clinikomigrate.transfer.events import Listener, RecordSettled
from clinikomigrate.transfer.follow_ups import Archiving, Stage, Unmute
from clinikomigrate.transfer.imprints import of_state
from clinikomigrate.transfer.journal import SET_ASIDE, Entry, Journal, Owed, State
from clinikomigrate.transfer.kinds import KINDS, Kind
from clinikomigrate.transfer.patience import ASKED, Patience, Stopped
from clinikomigrate.transfer.quiet import Quiet
from clinikomigrate.transfer.report import Report, SetAside
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.tally import Tally
from clinikomigrate.transfer.workers import Batch, Workers

KEPT: Final = "left"
"""The state of a record that was not taken back."""

EDITED: Final = "it was edited in the destination since: archive it there by hand if it is not wanted"
ADDED_TO: Final = (
    "{number} records were added to it in the destination since: archive it there by hand if none is wanted"
)


class Undoing:
    """Takes back what a transfer made, in reverse order; what was edited or added to since stays.

    Args:
        sink: Takes records back.
        journal: Knows what was made.
        quiet: Mutes patients.
        patience: Waits out a lost connection.
        stop: Set when it is to end.
        tell: Is told of events.
    """

    def __init__(
        self,
        *,
        sink: Sink,
        journal: Journal,
        quiet: Quiet,
        patience: Patience,
        stop: threading.Event,
        tell: Listener,
    ) -> None:
        self._sink = sink
        self._journal = journal
        self._quiet = quiet
        self._patience = patience
        self._stop = stop
        self._tell = tell
        self._key = journal.key
        self._errors: list[BaseException] = []
        self._workers = Workers(sink.workers, self._failed)
        self.tally = Tally()

    def _failed(self, error: BaseException) -> None:
        self._errors.append(error)
        self._stop.set()

    def run(self) -> str | None:
        """Takes back what can be taken back.

        Returns:
            Why it ended early, or None.
        """
        try:
            for kind in reversed(KINDS.values()):
                self._kind(kind)
            self._restore()
        except Stopped as stopped:
            self._errors.append(stopped)
        except KeyboardInterrupt:
            self._stop.set()
        finally:
            self._workers.close()
        for error in self._errors:
            if not isinstance(error, Stopped):
                raise error
        if self._errors:
            return str(self._errors[0])
        return ASKED if self._stop.is_set() else None

    # Kind by kind, each wholly before what it points at.

    def _kind(self, kind: Kind) -> None:
        made = self._entries(kind)
        for some in batched(made, IDS_A_REQUEST):
            if self._stop.is_set():
                return
            self._some(kind, some)

    def _entries(self, kind: Kind) -> Iterator[tuple[str, Entry]]:
        states = [State.CREATED] if kind.part_of is None else [State.CREATED, State.ADOPTED]
        for ids in batched(self._journal.ids(kind.name, states), 100):
            entries = self._journal.entries(kind.name, ids)
            yield from ((id, entries[id]) for id in ids if id in entries)

    def _some(self, kind: Kind, some: Sequence[tuple[str, Entry]]) -> None:
        ids = [entry.destination_id or "" for _, entry in some]
        there = self._patience.through(lambda: dict(self._sink.read(kind.name, ids, hidden=True)))
        added = self._added(kind, [id for id in ids if id in there])
        if kind.messages:
            self._quiet.hush(there.values(), "cancellations")
        batch = Batch()
        for id, entry in some:
            self._submit(Ref(kind.name, id), entry, there, added, batch)
        batch.wait()

    def _added(self, kind: Kind, ids: Sequence[str]) -> Mapping[str, int]:
        """Counts what was added to records, and doesn't come from this transfer."""
        hanging = self._patience.through(lambda: list(self._sink.hanging_on(kind.name, ids)))
        added: dict[str, int] = {}
        for id, of, other in hanging:
            if not self._journal.holds(of, other):
                added[id] = added.get(id, 0) + 1
        return added

    def _submit(
        self, ref: Ref[Any], entry: Entry, there: Mapping[str, Any], added: Mapping[str, int], batch: Batch
    ) -> None:
        def task() -> None:
            try:
                if not self._stop.is_set():
                    self._take_back(ref, entry, there.get(entry.destination_id or ""), added)
            finally:
                batch.end()

        batch.begin()
        self._workers.submit((ref.kind, entry.destination_id), task)

    # One record.

    def _take_back(self, ref: Ref[Any], entry: Entry, record: Any, added: Mapping[str, int]) -> None:
        self.tally.add(ref.kind, "found", "selected")
        id = entry.destination_id or ""
        if entry.state is State.ADOPTED:  # it came along with what is taken back for itself
            self._undone(ref, entry)
            return
        reason = self._obstacle(entry, record, added.get(id, 0))
        for_good = False
        if reason is None:
            try:
                if record is not None and not self._sink.shows(Archiving(), record):
                    self._patience.through(lambda: self._sink.remove(ref.kind, id))
            except Unsupported as error:
                reason, for_good = str(error), KINDS[ref.kind].adoptable
            except Error as error:
                stop_if_general(error)
                reason = explain(error)
        if reason is None:
            self._undone(ref, entry)
            return
        if for_good:  # it stays; a new run takes it again where it still fits, and makes another one where it does not
            self._journal.settle(ref, attrs.evolve(entry, state=State.UNDONE, reason=reason))
        else:
            self._journal.remark(ref, reason)
        self.tally.add(ref.kind, "skipped")
        self._tell(RecordSettled(ref.kind, ref.id, entry.state))

    def _obstacle(self, entry: Entry, record: Any, added: int) -> str | None:
        if record is None:
            return None
        known = entry.imprint.written if entry.imprint is not None else None
        if known is not None and known != of_state(self._key, self._sink.state(record)):
            return EDITED
        return ADDED_TO.format(number=added) if added else None

    def _undone(self, ref: Ref[Any], entry: Entry) -> None:
        self._journal.settle(ref, attrs.evolve(entry, state=State.UNDONE, reason=None))
        self.tally.add(ref.kind, "removed")
        self._tell(RecordSettled(ref.kind, ref.id, State.UNDONE))

    def _restore(self) -> None:
        """Gives the patients who stay their settings back."""
        last: Owed | None = None
        while page := self._journal.owed(Stage.RESTORE, "patients", last, ready=False):
            for owed in page:
                follow_up = Unmute.named(owed.name)
                if follow_up is not None:
                    self._patience.through(
                        lambda owed=owed, follow_up=follow_up: self._sink.finish(  # type: ignore[misc] # mypy can't infer it
                            owed.kind, owed.destination_id, follow_up
                        )
                    )
                    self._journal.follow_up_done(owed)
            last = page[-1]


def undone(undoing: Undoing, journal: Journal, stopped: str | None, requests: int, seconds: float) -> Report:
    """Makes the report of what was taken back.

    Args:
        undoing: What took it back.
        journal: What the transfer had made; it is open.
        stopped: Why it ended early, or None.
        requests: How many requests were sent.
        seconds: How long it took.
    """
    counts = undoing.tally.counts()
    left = [
        SetAside(ref.kind, ref.id, KEPT, entry.reason)
        for ref, entry in journal.set_aside()
        if entry.state not in SET_ASIDE and entry.reason
    ]
    return Report(
        kinds={kind: counts[kind] for kind in KINDS if kind in counts},
        losses=(),
        set_aside=left,
        by_hand=(),
        findings=(),
        requests=requests,
        seconds=seconds,
        stopped=stopped,
        undoing=True,
        journal=journal,
    )
