"""Takes back what a transfer made, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error, Unsupported
from clinikomigrate.transfer import loose_ends, putting_back, stranded, unfinished_undo
from clinikomigrate.transfer.aside import STATES, UNFINISHED, SetAside
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.carry import explain, stop_if_general
from clinikomigrate.transfer.closed import has_done
from clinikomigrate.transfer.deleting import BY_HAND, ToDelete, to_delete
from clinikomigrate.transfer.events import Listener, RecordSettled
from clinikomigrate.transfer.follow_ups import Archiving, FollowUp, Unmute
from clinikomigrate.transfer.journal import Entry, Journal, Owed, State
from clinikomigrate.transfer.keeping import Keeping, can_be_part, is_part, parts_after, whole_of
from clinikomigrate.transfer.kinds import KINDS, Kind
from clinikomigrate.transfer.patience import ASKED, Patience, Stopped, ending
from clinikomigrate.transfer.quiet import Quiet, muted, muted_ways
from clinikomigrate.transfer.report import Report
from clinikomigrate.transfer.reporting import located
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.tally import Tally
from clinikomigrate.transfer.workers import Batch, Workers
from clinikomigrate.transfer.written import Written

KEPT: Final = "left"
"""The state of a record that was not taken back."""

EDITED: Final = "it was edited in the destination since: archive it there by hand if it is not wanted"
MAYBE_EDITED: Final = (
    "nobody can tell whether it was edited in the destination since, because what it answered when it was made is not "
    "known: archive it there by hand if it is not wanted"
)
STAYS_ARCHIVED: Final = "it is archived in the destination, and stays there with what stays of it or uses it"
ARCHIVED_BY_OTHERS: Final = (
    "somebody archived it in the destination, where something of it stays or uses it, so that a run does not make it "
    "anew: take it out of the archive there if it is wanted; otherwise archive there what stays of it, and undo again"
)
NOT_ITS_OWN: Final = (
    "its patient was in the destination before, and the API can't take it away: remove it there by hand if it is not "
    "wanted"
)
HAD_BY_PATIENT: Final = "its patient stays, and the API can't take it away: remove it there by hand if it is not wanted"
PART_OF_BOOKING: Final = "its appointment stays: it is archived there together with that"
IN_DOUBT: Final = (
    "it is not known whether it is in the destination: run again, which looks for it, and then undo; or look for it "
    "there by hand"
)


_Work: TypeAlias = Callable[[Kind, Sequence["_Task"]], None]

_OURS: Final = frozenset({State.CREATED, State.UNDONE})
"""States of what the transfer made, taken back or not."""


@attrs.frozen
class _Task:
    """A record that this transfer made.

    Attributes:
        ref: The source's record.
        entry: What the journal knows of it.
        record: What stands for it in the destination (`Any`: of the sink's own type); None where nothing does.
        reason: Why it stays, or None.
        put_away: Whether it is archived, and can be brought back for what points at it: it is taken back once nothing
            stays that does. Of others a later run needs new ones.
        out: Whether this undo took it out of the archive, to be put back.
        by_others: Whether it was not this transfer that archived it.
    """

    ref: Ref[Any]
    entry: Entry
    record: Any
    reason: str | None = None
    put_away: bool = False
    out: bool = False
    by_others: bool = False

    @property
    def came_along(self) -> bool:
        """Whether the destination made it with what it is part of, and takes it back with that."""
        return KINDS[self.ref.kind].part_of is not None and self.entry.state is State.ADOPTED


class Undoing:
    """Takes back what a transfer made, in reverse order; what was edited or added to since stays.

    Where the destination takes nothing back, nothing is read, and the journal stays as it is: all of it is there still,
    and a later run must not make it again.

    Args:
        sink: Takes records back.
        journal: Knows what was made.
        quiet: Mutes patients.
        patience: Waits out a lost connection.
        stop: Set when it is to end.
        tell: Is told of events.

    Attributes:
        takes_back: Whether the destination takes anything back.
        by_hand: What is to be deleted by hand where it doesn't.
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
        self._written = Written(sink, journal.key, patience)
        self._errors: list[BaseException] = []
        self._begun = False
        self._workers = Workers(sink.workers, self._failed)
        self._keeping = Keeping(sink, journal, patience)
        self.takes_back = sink.takes_back
        self.tally = Tally()
        self.by_hand: list[ToDelete] = []

    def _failed(self, error: BaseException) -> None:
        self._errors.append(ending(error))
        self._stop.set()

    def run(self) -> str | None:
        """Takes back what can be taken back.

        Returns:
            Why it ended early, or None.
        """
        try:
            self._everything()
        except Stopped as stopped:
            self._errors.append(stopped)
        except KeyboardInterrupt:
            self._stop.set()
        finally:
            self._workers.close()
        for failure in self._errors:
            if not isinstance(failure, Stopped):
                raise failure
        if self._errors:
            return str(self._errors[0])
        return ASKED if self._stop.is_set() else None

    def _everything(self) -> None:
        try:
            if self.takes_back:
                self._all_kinds()
            else:
                self._list()
            self._restore()
            if not self._stop.is_set():
                unfinished_undo.end(self._journal)
        except Error as error:
            stop_if_general(error)
            raise Stopped(f"records could not be read again: {error}") from None

    def _all_kinds(self) -> None:
        for kind in reversed(KINDS.values()):
            if can_be_part(kind):
                self._in_batches(kind, self._look, parts=True)
            self._in_batches(kind, self._some, parts=False)
            for part in parts_after(kind):
                self._in_batches(part, self._parts, parts=True)

    def _list(self) -> None:
        self.by_hand += self._sink.besides()
        for each in to_delete(self._journal, self._sink.names, self._sink.whereabouts):
            self.by_hand.append(each)
            self.tally.add(each.kind, "found", "selected", "skipped")
            self._tell(RecordSettled(each.kind, each.source_id, State.CREATED))

    # Kind by kind, each wholly before what it points at; what is part of something after that, for it can keep it.

    def _in_batches(self, kind: Kind, work: _Work, *, parts: bool) -> None:
        entries = ((id, entry) for id, entry in self._entries(kind) if is_part(kind, entry) is parts)
        for some in batched(entries, IDS_A_REQUEST):
            if self._stop.is_set():
                return
            work(kind, self._made(kind, some))

    def _made(self, kind: Kind, some: Sequence[tuple[str, Entry]]) -> list[_Task]:
        ids = [entry.destination_id or "" for _, entry in some]
        there = self._patience.through(lambda: dict(self._sink.read(kind.name, ids, hidden=True)))
        return [
            self._task(Ref(kind.name, id), entry, record)
            for (id, entry), record in zip(some, map(there.get, ids), strict=True)
            if entry.state is State.CREATED or self._came_along(record)
        ]

    def _task(self, ref: Ref[Any], entry: Entry, record: Any) -> _Task:
        if record is None or not self._sink.shows(Archiving(), record):
            out = record is not None and putting_back.is_out(self._journal, ref)
            return _Task(ref, entry, record, put_away=out, out=out)
        put_away = ref.kind in self._sink.unarchives
        by_others = put_away and not has_done(self._journal, ref, Archiving())
        return _Task(ref, entry, record if put_away else None, put_away=put_away, by_others=by_others)

    def _entries(self, kind: Kind) -> Iterator[tuple[str, Entry]]:
        states = [State.CREATED, State.ADOPTED] if kind.look_first else [State.CREATED]
        for ids in batched(self._journal.ids(kind.name, states), IDS_A_REQUEST):
            yield from self._journal.entries(kind.name, ids).items()

    def _came_along(self, record: Any) -> bool:
        """Says whether the destination made a record by itself with one that this transfer made: it was not before."""
        return record is None or not _OURS.isdisjoint(self._states(record, "booking", "patient", "related_patient"))

    def _states(self, record: Any, *names: str) -> set[State | None]:
        """Says where the records stand that attributes of one of the destination point at."""
        refs = (getattr(record, name, None) for name in names)
        return {self._keeping.state_of(ref) for ref in refs if isinstance(ref, Ref)}

    def _some(self, kind: Kind, made: Sequence[_Task]) -> None:
        tasks = self._judged(kind, made)
        gone = [task.entry.destination_id or "" for task in tasks if task.record is None]
        stranded.let_go(self._sink, self._journal, self._patience, kind, gone)
        if kind.messages:
            going = [task.record for task in tasks if task.reason is None and task.record is not None]
            loud = self._quiet.hush(going, "cancellations")
            tasks = [
                attrs.evolve(task, reason=loud.get(task.entry.destination_id or "", task.reason)) for task in tasks
            ]
        self._take_all(tasks)

    def _look(self, kind: Kind, made: Sequence[_Task]) -> None:
        """Notes which parts stay, and what they are part of with them."""
        for task in self._judged(kind, made):
            if task.reason != task.entry.reason:
                self._journal.remark(task.ref, task.reason)
            if task.reason is not None:
                whole = getattr(task.record, whole_of(kind).attribute)
                self._keeping.part_stays(whole, Ref(kind.name, task.record.id))

    def _parts(self, kind: Kind, made: Sequence[_Task]) -> None:
        """Takes back what is part of something that is gone by now; of what stays it stays as well."""
        self._take_all([attrs.evolve(task, reason=self._with_the_whole(kind, task)) for task in made])

    def _with_the_whole(self, kind: Kind, task: _Task) -> str | None:
        if task.record is None:
            return None
        whole = self._states(task.record, whole_of(kind).attribute)
        if kind.one_each and State.ADOPTED in whole:
            return NOT_ITS_OWN
        if task.entry.reason is None and whole & {State.ADOPTED, State.CREATED}:
            return HAD_BY_PATIENT if kind.one_each else PART_OF_BOOKING
        return task.entry.reason

    def _judged(self, kind: Kind, made: Sequence[_Task]) -> list[_Task]:
        """Says of records why they stay."""
        ids = [task.entry.destination_id or "" for task in made if task.record is not None]
        keeping = self._keeping.reasons(kind, ids)
        return [self._judge(task, self._reason(task, keeping)) for task in made]

    def _judge(self, task: _Task, reason: str | None) -> _Task:
        """Notes of what is archived already that it is taken back with that, or what it needs itself."""
        if not task.put_away:
            return attrs.evolve(task, reason=reason)
        if reason is None:
            return task if task.out else attrs.evolve(task, record=None)
        self._keeping.stays(KINDS[task.ref.kind], task.record)
        return attrs.evolve(task, reason=ARCHIVED_BY_OTHERS if task.by_others else STAYS_ARCHIVED)

    def _reason(self, task: _Task, keeping: Mapping[str, str]) -> str | None:
        if task.record is None:
            return None
        keeps = keeping.get(task.entry.destination_id or "")
        if task.put_away and not task.out:
            return keeps
        known = task.entry.written
        found = self._written.of(task.record)
        if known is not None and known != found:
            return EDITED
        if known is None and found is not None and task.entry.state is State.CREATED:
            return MAYBE_EDITED
        return keeps

    def _take_all(self, tasks: Sequence[_Task]) -> None:
        batch = Batch()
        for task in tasks:
            self._submit(task, batch)
        batch.wait()

    def _submit(self, task: _Task, batch: Batch) -> None:
        def work() -> None:
            try:
                if not self._stop.is_set():
                    self._take_back(task)
            finally:
                batch.end()

        batch.begin()
        self._workers.submit((task.ref.kind, task.entry.destination_id), work)

    # One record.

    def _take_back(self, task: _Task) -> None:
        ref, entry, reason = task.ref, task.entry, task.reason
        if not self._begun:
            unfinished_undo.begin(self._journal)  # before the first record is gone, and twice rather than not
            self._begun = True
        self.tally.add(ref.kind, "found", "selected")
        for_good = False
        if task.record is not None and reason is None and not task.came_along:
            try:
                self._patience.through(lambda: self._sink.remove(ref.kind, entry.destination_id or ""))
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
            loose_ends.note(self._journal, self._keeping, ref, task.record)
            self._journal.remark(ref, reason)
        self.tally.add(ref.kind, "skipped")
        self._tell(RecordSettled(ref.kind, ref.id, entry.state))

    def _undone(self, ref: Ref[Any], entry: Entry) -> None:
        self._keeping.took(Ref(ref.kind, entry.destination_id or ""), ref.id)
        self._journal.settle(ref, attrs.evolve(entry, state=State.UNDONE, reason=None))
        self.tally.add(ref.kind, "removed")
        self._tell(RecordSettled(ref.kind, ref.id, State.UNDONE))

    def located(self, aside: Sequence[SetAside]) -> list[SetAside]:
        """Says of what was set aside by what a person finds it in the destination.

        Args:
            aside: What was set aside.
        """
        return located(self._journal, self._sink, aside)

    def _restore(self) -> None:
        """Gives the patients who stay their settings back, and puts them back into the archive."""
        for owed, follow_up in muted(self._journal):
            if self._finished(owed, follow_up):
                self._journal.follow_up_done(owed)
        for owed in putting_back.out(self._journal):
            waits = muted_ways(self._journal, Ref(owed.kind, owed.source_id))  # an archived one takes no setting
            if not waits and self._finished(owed, putting_back.BACK):
                putting_back.put_back(self._journal, owed)

    def _finished(self, owed: Owed, follow_up: FollowUp) -> bool:
        """Does what is owed to somebody who stays, unless it is to end; notes why that could not be done."""
        if self._stop.is_set():
            return False
        try:
            self._patience.through(lambda: self._sink.finish(owed.kind, owed.destination_id, follow_up))
        except Error as error:
            stop_if_general(error)
            self._journal.follow_up_failed(owed, explain(error))
            return False
        return True


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
        if undoing.takes_back
        and entry.reason
        and (entry.state in _OURS or (entry.state is State.ADOPTED and KINDS[ref.kind].part_of))
    ]
    doubtful = [
        SetAside(ref.kind, ref.id, STATES[entry.state], IN_DOUBT)
        for ref, entry in journal.set_aside()
        if entry.state.doubtful
    ]
    silent = [
        SetAside(owed.kind, owed.source_id, UNFINISHED, f"{owed.name.partition(':')[0]}: {reason}")
        for owed, reason in journal.follow_ups_failed()
        if Unmute.named(owed.name) is not None or owed.name == putting_back.BACK.name
    ]
    listed = [
        SetAside(each.kind, each.source_id, KEPT, BY_HAND, each.destination_id, each.patient_id, each.starts_at)
        for each in undoing.by_hand
    ]
    return Report(
        kinds={kind: counts[kind] for kind in KINDS if kind in counts},
        losses=(),
        set_aside=[*listed, *undoing.located([*left, *doubtful, *silent])],
        by_hand=(),
        findings=(),
        requests=requests,
        seconds=seconds,
        stopped=stopped,
        muted=len({owed.source_id for owed, _ in muted(journal)}),
        undoing=True,
        to_delete=undoing.by_hand,
        journal=journal,
    )


def taken_back(journal: Journal) -> int:
    """Counts what a transfer made and took back, without what it could not take back.

    Args:
        journal: What the transfer had made; it is open.
    """
    states = (counts.get(State.UNDONE, 0) for counts in journal.counts().values())
    return sum(states) - sum(entry.state is State.UNDONE for _, entry in journal.set_aside())
