"""Streams kinds from the source to the sink, side by side where they don't need each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import attrs

from clinikomigrate.client.query import Condition, where
from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error, NotFound, Unsupported
from clinikomigrate.transfer.adoption import Shelf
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.carry import Cargo, Carrier, explain
from clinikomigrate.transfer.events import KindFinished, KindStarted, Listener, RecordSettled
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.follow_ups import Archiving, Stage
from clinikomigrate.transfer.journal import SET_ASIDE, Entry, Journal, Owed, State
from clinikomigrate.transfer.kinds import KINDS, Kind
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context, Mapper, Skip
from clinikomigrate.transfer.patience import ASKED, Patience, Stopped
from clinikomigrate.transfer.quiet import Quiet
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.steady import SteadySource
from clinikomigrate.transfer.tally import Tally
from clinikomigrate.transfer.workers import Batch, Workers

_BATCH = 100
_YIELDS = "the patient was merged into another, who has one of their own"


def _all(_: Any) -> bool:
    return True


@attrs.frozen
class Part:
    """Records of one kind that go together; the next part begins when all of them are done.

    Attributes:
        conditions: What the API is to apply.
        takes: Says whether a record is of this part.
        yields: Whether they give way to what the destination holds already, and to one another.
    """

    conditions: tuple[Condition, ...] = ()
    takes: Callable[[Any], bool] = _all
    yields: bool = False


@attrs.frozen
class Choice:
    """What is to go, and how.

    Attributes:
        kinds: The names of the kinds.
        filter: Has the last word on each record.
        scope: What the filter asked for.
        mapper: Makes drafts.
        context: What the mapper may look at.
        only_failed: Whether only records are tried that could not go before.
        max_failures: After more failures than this the run stops; None for no such limit.
    """

    kinds: frozenset[str]
    filter: Filter
    scope: Scope
    mapper: Mapper
    context: Context
    only_failed: bool = False
    max_failures: int | None = None


class Pipeline:
    """One run over all kinds.

    Args:
        source: Gives records.
        sink: Takes them.
        journal: Remembers.
        choice: What is to go.
        carrier: Carries one record.
        patience: Waits out a lost connection.
        quiet: Mutes patients.
        stop: Set when the run is to end.
        tell: Is told of events.
    """

    def __init__(
        self,
        *,
        source: SteadySource,
        sink: Sink,
        journal: Journal,
        choice: Choice,
        carrier: Carrier,
        patience: Patience,
        quiet: Quiet,
        stop: threading.Event,
        tell: Listener,
    ) -> None:
        self._source = source
        self._sink = sink
        self._journal = journal
        self._choice = choice
        self._carrier = carrier
        self._patience = patience
        self._quiet = quiet
        self._stop = stop
        self._tell = tell
        self._errors: list[BaseException] = []
        self.tally = Tally()
        self._workers = Workers(sink.workers, self._failed)

    # Running kinds side by side.

    def run(self) -> str | None:
        """Carries all kinds.

        Returns:
            Why the run ended early, or None.
        """
        try:
            self._run_kinds()
        finally:
            self._workers.close()
        return self._ended()

    def _ended(self) -> str | None:
        for error in self._errors:
            if not isinstance(error, Stopped):
                raise error
        if self._errors:
            return str(self._errors[0])
        return ASKED if self._stop.is_set() else None

    def _failed(self, error: BaseException) -> None:
        self._errors.append(error)
        self._stop.set()

    def _run_kinds(self) -> None:
        kinds = [kind for kind in KINDS.values() if kind.name in self._choice.kinds]
        chosen = {kind.name for kind in kinds}
        done: set[str] = set()
        changed = threading.Condition()

        def work(kind: Kind) -> None:
            try:
                self._kind(kind)
            except Error as error:
                self._failed(Stopped(f"{kind.name} could not be read: {error}"))
            except BaseException as error:  # noqa: BLE001 - handed on: a thread has nobody above it
                self._failed(error)
            finally:
                with changed:
                    done.add(kind.name)
                    changed.notify_all()

        threads: list[threading.Thread] = []
        waiting = list(kinds)
        try:
            while waiting and not self._stop.is_set():
                with changed:
                    ready = [kind for kind in waiting if chosen.intersection(kind.needs) <= done]
                    if not ready:
                        changed.wait(0.1)
                        continue
                for kind in ready:
                    waiting.remove(kind)
                    thread = threading.Thread(target=work, args=(kind,), name=f"clinikomigrate {kind.name}")
                    threads.append(thread)
                    thread.start()
            for thread in threads:
                thread.join()
        except KeyboardInterrupt:
            self._stop.set()
            for thread in threads:
                thread.join()

    # One kind.

    def _kind(self, kind: Kind) -> None:
        self.tally.start(kind.name)
        expected = self._expected(kind)
        self._tell(KindStarted(kind.name, expected))
        if kind.left_behind is not None:
            self.tally.left_behind(kind.name, expected)
            self._tell(KindFinished(kind.name))
            return
        shelf = Shelf(kind, self._sink, self._journal, self._patience) if kind.adoptable else None
        for part, records in self._parts(kind):
            batch = Batch()
            for entities in batched(records, 1 if part.yields else _BATCH):
                self._take(kind, entities, shelf, batch, yields=part.yields)
                if part.yields:
                    batch.wait()
                if self._stop.is_set():
                    break
            batch.wait()
        if not self._stop.is_set():
            self._tell(KindFinished(kind.name))

    def _expected(self, kind: Kind) -> int:
        scope = self._choice.scope
        if self._choice.only_failed and kind.left_behind is None:
            return sum(1 for _ in self._journal.ids(kind.name, SET_ASIDE))
        if scope.limited(kind.name):
            return scope.count(kind.name)
        return self._source.count(kind.name, *scope.conditions(kind.name))

    def _parts(self, kind: Kind) -> Iterator[tuple[Part, Iterator[Any]]]:
        """Gives the kind's records, in parts of which each must be done before the next begins."""
        earlier: list[Part] = []
        for part in self._order(kind):
            yield part, (record for record in self._records(kind, part) if self._belongs(record, part, earlier))
            earlier.append(part)

    def _order(self, kind: Kind) -> tuple[Part, ...]:
        if kind.cancelled_first:
            return (
                Part((where("archived_at").not_null(),), lambda record: record.archived_at is not None),
                Part((where("cancelled_at").not_null(),), lambda record: record.cancelled_at is not None),
                Part(),
            )
        if kind.archived_last:
            return (Part((where("archived_at").is_null(),), lambda record: record.archived_at is None), Part())
        if kind.one_each:
            return (Part((), lambda record: not self._is_merged(record)), Part(yields=True))
        return (Part(),)

    def _records(self, kind: Kind, part: Part) -> Iterator[Any]:
        scope = self._choice.scope
        if self._choice.only_failed:
            return self._by_ids(kind, self._journal.ids(kind.name, SET_ASIDE))
        if scope.limited(kind.name) and self._cheaper_by_id(kind):
            return self._by_ids(kind, scope.ids(kind.name))
        return self._stream(kind, *part.conditions)

    def _belongs(self, record: Any, part: Part, earlier: Sequence[Part]) -> bool:
        """Says whether a record is this part's; one that changed since an earlier part was read is not missed."""
        if not any(other.takes(record) for other in earlier):
            return part.takes(record)
        return self._journal.entry(Ref(record.kind, record.id)) is None and self._is_chosen(record)

    def _is_chosen(self, record: Any) -> bool:
        return self._choice.scope.takes(record) and self._choice.filter.keeps(record, self._choice.scope)

    def _is_merged(self, record: Any) -> bool:
        """Says whether a record hangs on a patient who was merged into another."""
        entry = None if record.patient is None else self._journal.entry(record.patient)
        return entry is not None and entry.instead is not None

    def _cheaper_by_id(self, kind: Kind) -> bool:
        """Says whether the chosen records take fewer requests by id than the list that they stand in."""
        if kind.cancelled_first:
            return False
        listed = self._source.count(kind.name)
        return self._choice.scope.count(kind.name) / IDS_A_REQUEST < listed / _BATCH

    def _by_ids(self, kind: Kind, ids: Iterable[str]) -> Iterator[Any]:
        for some in batched(ids, IDS_A_REQUEST):
            yield from self._source.by_id(kind.name, some, *self._choice.scope.conditions(kind.name))

    def _stream(self, kind: Kind, *conditions: Condition) -> Iterator[Any]:
        return self._source.stream(kind.name, *self._choice.scope.conditions(kind.name), *conditions)

    # One batch of records.

    def _take(self, kind: Kind, entities: Sequence[Any], shelf: Shelf | None, batch: Batch, *, yields: bool) -> None:
        known = self._journal.entries(kind.name, [entity.id for entity in entities])
        ready: list[Cargo] = []
        for entity in entities:
            if self._stop.is_set():
                return
            cargo = self._prepare(kind, entity, known.get(entity.id))
            if cargo is not None:
                ready.append(cargo)
        if kind.look_first or yields:
            ready = self._look_first(ready)
        if yields:
            ready = [cargo for cargo in ready if not self._yielded(cargo)]
        if kind.messages:
            self._quiet.ensure((cargo.entity for cargo in ready), "confirmations")
            cancelled = (cargo.entity for cargo in ready if kind.cancelled_first and cargo.entity.cancelled_at)
            self._quiet.ensure(cancelled, "cancellations")
        for cargo in ready:
            fits = (
                shelf is not None
                and not cargo.doubtful
                and not any(isinstance(each, Archiving) for each in cargo.follow_ups)
            )
            adopted = shelf.take(cargo.draft) if shelf is not None and fits else None
            self._submit(attrs.evolve(cargo, adopted=adopted), batch)

    def _prepare(self, kind: Kind, entity: Any, entry: Entry | None) -> Cargo | None:
        """Filters, maps and resolves one record; settles it if it does not go."""
        self.tally.add(kind.name, "found")
        choice = self._choice
        ref: Ref[Any] = Ref(kind.name, entity.id)
        if not self._is_chosen(entity):
            return None
        self.tally.add(kind.name, "selected")
        if entry is not None and entry.state.arrived:
            self.tally.add(kind.name, "already")
            self._tell(RecordSettled(kind.name, entity.id, entry.state, already=True))
            return None
        doubt = entry if entry is not None and entry.state.doubtful else None
        try:
            mapped = choice.mapper.map(kind.name, entity, choice.context)
        except Error as error:
            failed = Entry(State.FAILED, reason=explain(error))
            self._settled(ref, self._carrier.set_aside(ref, entity, failed, doubt))
            return None
        if isinstance(mapped, Skip):
            self._skip(ref, entity, mapped, entry)
            return None
        loaded = self._carrier.load(ref, entity, mapped, entry)
        if isinstance(loaded, Entry):
            self._settled(ref, loaded)
            return None
        return loaded

    def _skip(self, ref: Ref[Any], entity: Any, skip: Skip, known: Entry | None) -> None:
        if skip.by_hand is not None:
            self.tally.by_hand.append(skip.by_hand)
        entry = Entry(State.SKIPPED, reason=skip.reason, instead=skip.instead)
        if known is not None and known.state.doubtful:
            entry = self._carrier.set_aside(ref, entity, entry, known)
        elif entry != known:
            self._carrier.settle(ref, entry, (Loss("record", skip.reason),) if skip.lost else ())
        self._settled(ref, entry)

    def _look_first(self, ready: list[Cargo]) -> list[Cargo]:
        asked = [cargo for cargo in ready if not cargo.doubtful]
        if not asked:
            return ready
        kind = KINDS[asked[0].ref.kind]
        try:
            present = self._patience.through(lambda: self._sink.present([cargo.draft for cargo in asked]))
        except (NotFound, Unsupported):
            return ready
        found = {
            cargo.ref: there
            for cargo, there in zip(asked, present, strict=True)
            if there is not None and (kind.one_each or not self._journal.holds(cargo.ref.kind, there.id))
        }
        return [attrs.evolve(cargo, present=found.get(cargo.ref)) for cargo in ready]

    def _yielded(self, cargo: Cargo) -> bool:
        """Leaves a merged patient's record behind where the other patient has one."""
        if cargo.present is None:
            return False
        self._settled(cargo.ref, self._carrier.leave(cargo.ref, cargo.entity, _YIELDS))
        return True

    def _submit(self, cargo: Cargo, batch: Batch) -> None:
        def task() -> None:
            try:
                if not self._stop.is_set():
                    self._carry(cargo)
            finally:
                batch.end()

        batch.begin()
        self._workers.submit(self._sink.look_up_key(cargo.draft), task)

    def _carry(self, cargo: Cargo) -> None:
        entry = self._carrier.carry(cargo)
        self._settled(cargo.ref, entry)
        if entry.state.arrived and entry.destination_id is not None:
            self._settle_follow_ups(cargo, entry.destination_id)

    def _settle_follow_ups(self, cargo: Cargo, destination_id: str) -> None:
        """Does at once what can't wait for the finishing pass."""
        if cargo.present is not None or cargo.adopted is not None:
            return
        for follow_up in cargo.follow_ups:
            if follow_up.stage is Stage.SETTLE:
                owed = Owed(cargo.ref.kind, cargo.ref.id, destination_id, follow_up.name)
                self._carrier.finish(owed, follow_up, cargo.entity)

    def _settled(self, ref: Ref[Any], entry: Entry) -> None:
        failures = self.tally.settled(ref.kind, entry.state)
        self._tell(RecordSettled(ref.kind, ref.id, entry.state))
        limit = self._choice.max_failures
        if limit is not None and failures > limit:
            raise Stopped(f"more than {limit} records failed")
