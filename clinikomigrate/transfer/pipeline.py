"""Streams kinds from the source to the sink, side by side where they don't need each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error, NotFound, Unsupported
from clinikomigrate.transfer.about import in_full
from clinikomigrate.transfer.adoption import Shelf
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.candidates import candidates
from clinikomigrate.transfer.carry import NOT_LOOKED_FOR, Cargo, Carrier, explain, stop_if_general
from clinikomigrate.transfer.catching_up import CatchingUp
from clinikomigrate.transfer.closed import has_done
from clinikomigrate.transfer.events import KindFinished, KindStarted, Listener, RecordSettled
from clinikomigrate.transfer.existing import ExistingPatients
from clinikomigrate.transfer.filling_in import FillingIn
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.filters.filter import has_last_word
from clinikomigrate.transfer.follow_ups import Archiving, Stage
from clinikomigrate.transfer.following_up import FollowingUp
from clinikomigrate.transfer.imprints import digest, of_entity
from clinikomigrate.transfer.journal import SET_ASIDE, Entry, Imprint, Journal, Owed, State
from clinikomigrate.transfer.kinds import KINDS, Kind
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context, Mapped, Mapper, Skip
from clinikomigrate.transfer.parts import Part, in_doubt, ordered_parts
from clinikomigrate.transfer.patience import ASKED, Patience, Stopped, ending
from clinikomigrate.transfer.places import Places
from clinikomigrate.transfer.quiet import STRANGER, Quiet
from clinikomigrate.transfer.reading_again import read_again
from clinikomigrate.transfer.rebooking import Rebooking
from clinikomigrate.transfer.renewal import Renewal, Stale
from clinikomigrate.transfer.rereading import Reading, Rereading
from clinikomigrate.transfer.retelling import Retelling, Retold
from clinikomigrate.transfer.reunion import Reunion
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.side_by_side import side_by_side
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.steady import SteadySource
from clinikomigrate.transfer.taken_back import is_remembered
from clinikomigrate.transfer.tally import Tally
from clinikomigrate.transfer.widening import Crowded, Gain, Widening, keeping_members
from clinikomigrate.transfer.workers import Batch, Workers
from clinikomigrate.transfer.written import UNREAD

KEPT_CLOSED: Final = {
    STRANGER: "a patient sits in it whom this transfer did not bring, and who would be written to about it",
}
"""Why a class is not opened, where that is said in other words than of a record that is not written."""
GONE: Final = "it is not known whether it is in the destination: " + NOT_LOOKED_FOR.format(
    "it is not in the source any more, or hidden from the key's user"
)
"""Of a record in doubt that can't be read: why nobody looks for it, and what to do."""
KIND_LEFT_OUT: Final = "it is not known whether it is in the destination: " + NOT_LOOKED_FOR.format(
    "its kind is left out by now (include=...)"
)
"""Of a record in doubt whose kind does not go: why nobody looks for it, and what to do."""
_NOT_MAPPED: Final = "the mapper leaves it out by now, or fails at it"
_YIELDS = "the patient was merged into another, who has one of their own"
_THEIRS = "the patient was in the destination before, and has another one there, which was left as it is"


def _booking_of(cargo: Cargo) -> str | None:
    return None if cargo.entity.booking is None else cargo.entity.booking.id


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
        last: Whether no run follows that takes more.
        basis: What the outcome depends on besides the records, to be digested; None where nobody can tell, so that
            everything is read.
        existing: Knows who is in the destination already and is to be adopted; None where nobody is.
        alike: Knows who is in the destination already, whatever becomes of them; None where nobody was looked for.
    """

    kinds: frozenset[str]
    filter: Filter
    scope: Scope
    mapper: Mapper
    context: Context
    only_failed: bool = False
    max_failures: int | None = None
    last: bool = False
    basis: object | None = attrs.field(default=None, repr=False)  # it holds what accounts say
    existing: ExistingPatients | None = None
    alike: ExistingPatients | None = None


class Pipeline:
    """One run over all kinds.

    Args:
        source: Gives records.
        sink: Takes them.
        journal: Remembers.
        choice: What is to go.
        carrier: Carries one record.
        following_up: Does what a record needs at once.
        patience: Waits out a lost connection.
        quiet: Mutes patients.
        renewal: Brings changes over to what arrived.
        catching_up: Knows what is owed by now to what arrived.
        filling_in: Knows for what of it there is a place by now.
        widening: Completes what went before.
        rereading: Knows what of a list must be read.
        reunion: Knows what was in the destination before.
        retelling: Brings up to date what is said in another record's place.
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
        following_up: FollowingUp,
        patience: Patience,
        quiet: Quiet,
        renewal: Renewal,
        catching_up: CatchingUp,
        filling_in: FillingIn,
        widening: Widening,
        rereading: Rereading,
        reunion: Reunion,
        retelling: Retelling,
        stop: threading.Event,
        tell: Listener,
    ) -> None:
        self._source = source
        self._sink = sink
        self._journal = journal
        self._choice = choice
        self._carrier = carrier
        self._following_up = following_up
        self._patience = patience
        self._quiet = quiet
        self._rebooking = Rebooking(sink, quiet, patience)
        self._renewal = renewal
        self._catching_up = catching_up
        self._filling_in = filling_in
        self._widening = widening
        self._rereading = rereading
        self._reunion = reunion
        self._retelling = retelling
        self._stop = stop
        self._tell = tell
        self._places = Places(source, choice.scope, choice.filter, choice.kinds)
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
            for matched in self._choice.context.survey.records.values():
                self._show(matched)
            self._say_what_is_not_looked_for()
            side_by_side([KINDS[name] for name in KINDS if name in self._choice.kinds], self._begin, self._stop)
        except Stopped as stopped:
            self._failed(stopped)
        finally:
            self._workers.close()
        return self._ended()

    def _say_what_is_not_looked_for(self) -> None:
        """Notes of what an earlier run left in doubt that its kind does not go by now."""
        for name in KINDS:
            for id in () if name in self._choice.kinds else list(self._journal.ids(name, [State.INTENT])):
                self._journal.remark(Ref(name, id), KIND_LEFT_OUT)

    def _ended(self) -> str | None:
        for error in self._errors:
            if not isinstance(error, Stopped):
                raise error
        if self._errors:
            return str(self._errors[0])
        return ASKED if self._stop.is_set() else None

    def _failed(self, error: BaseException) -> None:
        self._errors.append(ending(error))
        self._stop.set()

    # One kind.

    def _begin(self, kind: Kind) -> None:
        try:
            self._kind(kind)
        except Error as error:
            self._failed(Stopped(f"{kind.name} could not be read: {in_full(error)}"))
        except BaseException as error:  # noqa: BLE001 - handed on: a thread has nobody above it
            self._failed(error)

    def _kind(self, kind: Kind) -> None:
        self.tally.start(kind.name)
        held = self._expected(kind)
        if kind.left_behind is not None:
            self._tell(KindStarted(kind.name, held))
            self.tally.left_behind(kind.name, held)
            if self._sink.keeps and not self._choice.only_failed:
                self._show(filter(self._is_chosen, candidates(self._source, self._choice.scope, kind.name)))
            self._tell(KindFinished(kind.name))
            return
        reading = self._rereading.begin(kind.name, held, len(ordered_parts(kind, self._journal)))
        self._tell(KindStarted(kind.name, reading.expected))
        with ExitStack() as stack:
            shelf = Shelf(kind, self._sink, self._journal, self._patience) if kind.adoptable else None
            if shelf is not None:
                stack.enter_context(closing(shelf))
            self._left_in_doubt(kind)
            whole = self._read(kind, reading, shelf)
        if whole:
            self._rereading.end(reading)
        if not self._stop.is_set():
            self._tell(KindFinished(kind.name))

    def _left_in_doubt(self, kind: Kind) -> None:
        """Looks for what an earlier run left in doubt and does not go any more, before anything is sent."""
        batch = Batch()
        for some in batched(in_doubt(kind, self._journal), IDS_A_REQUEST):
            entities = {entity.id: entity for entity in self._source.by_id(kind.name, some)}
            known = self._journal.entries(kind.name, some)
            for id in some:
                entity = entities.get(id)
                if entity is None and known[id].state is State.INTENT:  # of a conflict more is known
                    self._journal.remark(Ref(kind.name, id), GONE)
                elif entity is not None and not self._is_chosen(entity):
                    self._look_only(entity, known[id], batch)
        batch.wait()

    def _look_only(self, entity: Any, entry: Entry, batch: Batch) -> None:
        """Looks for a record that is not chosen any more, and sends nothing."""
        ref: Ref[Any] = Ref(entity.kind, entity.id)
        try:
            mapped = self._map(entity)
        except Error as error:
            failed = Entry(State.FAILED, reason=explain(error))
            self._settled(ref, self._carrier.set_aside(ref, entity, failed, entry))
            return
        if isinstance(mapped, Skip):
            self._skip(ref, entity, mapped, entry)
            return
        loaded = self._carrier.load(ref, entity, mapped, entry)
        if isinstance(loaded, Entry):
            self._settled(ref, loaded)
        else:
            self._submit(attrs.evolve(loaded, goes=False), batch)

    def _read(self, kind: Kind, reading: Reading, shelf: Shelf | None) -> bool:
        """Reads a kind's list, or what may have changed of it, and carries that.

        Returns:
            Whether all of it was settled.
        """
        whole = self._kind_s_parts(kind, reading, shelf)
        if not whole or reading.since is None:
            return whole
        if self._rereading.falls_short(reading):
            return self._kind_s_parts(kind, reading.whole(), shelf)
        skipped = self._journal.counts().get(kind.name, {}).get(State.SKIPPED, 0)
        self.tally.unread(kind.name, reading.held, skipped)
        return True

    def _kind_s_parts(self, kind: Kind, reading: Reading, shelf: Shelf | None) -> bool:
        for part, records in self._parts(kind, reading):
            batch = Batch()
            for entities in batched(records, 1 if part.yields else self._sink.at_once):
                self._take(kind, entities, shelf, batch, yields=part.yields)
                if part.yields:
                    batch.wait()
                if self._stop.is_set():
                    batch.whole = False
                    break
            batch.wait()
            if not batch.whole:
                return False
        return True

    def _show(self, entities: Iterable[Any]) -> None:
        """Shows records of one kind to a sink that keeps all, and notes what is owed because of them.

        Raises:
            Stopped: The sink can't keep them, or the run is to end.
        """
        if not self._sink.keeps:
            return
        for some in batched(entities, self._sink.at_once):
            if self._stop.is_set():
                return
            try:
                owed = list(self._sink.witness(some))
            except Error as error:
                raise Stopped(str(error)) from None
            for ref, follow_up in owed:
                entry = self._journal.entry(ref)
                if entry is not None and entry.state.arrived:
                    self._journal.renew(ref, [(follow_up.stage, follow_up.name)])

    def _expected(self, kind: Kind) -> int:
        scope = self._choice.scope
        if self._choice.only_failed and kind.left_behind is None:
            return sum(1 for _ in self._journal.ids(kind.name, SET_ASIDE))
        if kind.left_behind is not None and (scope.narrows(kind.name) or has_last_word(self._choice.filter)):
            return self._count_chosen(kind)
        if scope.limited(kind.name):
            return scope.count(kind.name)
        return self._source.count(kind.name, *scope.conditions(kind.name))

    def _count_chosen(self, kind: Kind) -> int:
        """Counts which of the records that no destination takes hang on what was chosen."""
        chosen = Scope()
        try:
            records = candidates(self._source, self._choice.scope, kind.name)
            chosen.only(kind.name, (record.id for record in records if self._is_chosen(record)))
            self._choice.scope.narrow(chosen)  # others hang on them in turn
            return chosen.count(kind.name)
        finally:
            chosen.close()

    def _parts(self, kind: Kind, reading: Reading) -> Iterator[tuple[Part, Iterator[Any]]]:
        """Gives the kind's records, in parts of which each must be done before the next begins."""
        earlier: list[Part] = []
        for part in ordered_parts(kind, self._journal):
            records = self._records(kind, part, reading)
            yield (
                part,
                (record for record in records if self._belongs(record, part, earlier) and reading.takes(record.id)),
            )
            earlier.append(part)

    def _records(self, kind: Kind, part: Part, reading: Reading) -> Iterator[Any]:
        if part.ids is not None:
            return part.in_order(self._by_ids(kind, part.ids))
        if self._choice.only_failed:
            return self._by_ids(kind, self._journal.ids(kind.name, SET_ASIDE))
        if reading.since is not None:
            return self._rereading.records(reading, part.conditions)
        return candidates(self._source, self._choice.scope, kind.name, *part.conditions)

    def _belongs(self, record: Any, part: Part, earlier: Sequence[Part]) -> bool:
        """Says whether a record is this part's; one that changed since an earlier part was read is not missed."""
        if not any(other.takes(record) for other in earlier):
            return part.takes(record)
        return self._journal.entry(Ref(record.kind, record.id)) is None and self._is_chosen(record)

    def _is_chosen(self, record: Any) -> bool:
        return self._choice.scope.takes(record) and self._choice.filter.keeps(record, self._choice.scope)

    def _by_ids(self, kind: Kind, ids: Iterable[str]) -> Iterator[Any]:
        for some in batched(ids, IDS_A_REQUEST):
            yield from self._source.by_id(kind.name, some, *self._choice.scope.conditions(kind.name))

    # One batch of records.

    def _take(self, kind: Kind, entities: Sequence[Any], shelf: Shelf | None, batch: Batch, *, yields: bool) -> None:
        self._show(filter(self._is_chosen, entities))
        known = self._journal.entries(kind.name, [entity.id for entity in entities])
        lacking = self._widening.lacking(kind.name, known)
        self._places.look(kind.name, entities)
        ready: list[Cargo] = []
        stale: list[Stale] = []
        retold: list[Retold] = []
        gains: list[Gain] = []
        heaps: dict[type, list[Any]] = {Cargo: ready, Stale: stale, Retold: retold, Gain: gains}
        for entity in entities:
            if self._stop.is_set():
                batch.whole = False
                return
            prepared = self._prepare(kind, entity, known.get(entity.id), lacking.get(entity.id, ()))
            if prepared is not None:
                heaps[type(prepared)].append(prepared)
        self._renew(kind, stale, batch)
        self._fill_in(kind, gains)
        if retold:
            self._retelling.bring_over(retold, self._map, self._updated)
        ready, unclear = self._reunion.find(kind, ready)
        for each in unclear:
            ambiguous = Entry(State.AMBIGUOUS, reason=each.reason)
            self._settled(each.cargo.ref, self._carrier.set_aside(each.cargo.ref, each.cargo.entity, ambiguous))
        ready = self._look_first(kind, ready, yields=yields)
        if yields:
            ready = [cargo for cargo in ready if not self._yielded(cargo, known.get(cargo.ref.id))]
        if kind.one_each:
            ready = [cargo for cargo in ready if not self._has_another(cargo)]
        ready = [cargo for cargo in ready if not self._clashes(cargo, known.get(cargo.ref.id))]
        written = [cargo.entity for cargo in ready if cargo.adopted is None and cargo.present is None]
        self._widening.reopen(written)
        if kind.seats_in is not None:
            closed = self._make_room(kind.seats_in, [entity.booking.id for entity in written if entity.booking])
            ready = [attrs.evolve(cargo, closed=closed.get(_booking_of(cargo))) for cargo in ready] if closed else ready
        if kind.messages:
            making = (cargo for cargo in ready if cargo.adopted is None and not cargo.untouched)
            made = [cargo.entity for cargo in making if self._sink.sets_off(cargo.draft)]
            cancelled = [entity for entity in made if kind.cancelled_first and entity.cancelled_at]
            loud = {**self._quiet.ensure(made, "confirmations"), **self._quiet.ensure(cancelled, "cancellations")}
            ready = [cargo for cargo in ready if not self._is_loud(cargo, loud)]
        ready = ready if shelf is None else self._shelved(shelf, ready)
        for cargo in ready:
            self._submit(cargo, batch)

    def _is_loud(self, cargo: Cargo, loud: Mapping[str, str]) -> bool:
        """Sets a record aside that its patient would be written to about."""
        reason = loud.get(cargo.ref.id)
        if reason is None:
            return False
        failed = Entry(State.FAILED, reason=reason)
        self._settled(cargo.ref, self._carrier.set_aside(cargo.ref, cargo.entity, failed, cargo.doubt))
        return True

    def _shelved(self, shelf: Shelf, ready: list[Cargo]) -> list[Cargo]:
        """Finds what the destination has with the same content."""
        fits = [
            cargo
            for cargo in ready
            if not cargo.doubtful and not any(isinstance(each, Archiving) for each in cargo.follow_ups)
        ]
        taken = shelf.take([cargo.draft for cargo in fits])
        found = {cargo.ref: id for cargo, id in zip(fits, taken, strict=True)}
        return [attrs.evolve(cargo, adopted=found.get(cargo.ref)) for cargo in ready]

    def _prepare(
        self, kind: Kind, entity: Any, entry: Entry | None, lacking: Collection[str]
    ) -> Cargo | Stale | Retold | Gain | None:
        """Filters, maps and resolves one record; settles it if it does not go."""
        self.tally.add(kind.name, "found")
        ref: Ref[Any] = Ref(kind.name, entity.id)
        if not self._is_chosen(entity):
            return None
        self.tally.add(kind.name, "selected")
        if entry is not None and entry.state.arrived:
            self.tally.add(kind.name, "already")
            self._tell(RecordSettled(kind.name, entity.id, entry.state, already=True))
            return self._again(ref, entity, entry, lacking)
        doubt = entry if entry is not None and entry.state.doubtful else None
        try:
            mapped = self._map_whole(entity)
        except Error as error:
            stop_if_general(error)
            failed = Entry(State.FAILED, reason=explain(error))
            self._settled(ref, self._carrier.set_aside(ref, entity, failed, doubt))
            return None
        if isinstance(mapped, Skip):
            return self._skip(ref, entity, mapped, entry)
        loaded = self._carrier.load(ref, entity, mapped, entry)
        if isinstance(loaded, Entry):
            self._settled(ref, loaded)
            return None
        return loaded

    def _again(
        self, ref: Ref[Any], entity: Any, entry: Entry, lacking: Collection[str]
    ) -> Stale | Retold | Gain | None:
        """Looks what a record that arrived needs by now."""
        stale = self._renewal.stale(ref, entity, entry, self._map_whole)
        if stale is not None:
            told_by = self._sink.told_by(stale.draft)
            return stale if told_by is None else Retold(ref, entity, stale.settled, stale.losses, told_by)
        if self._catching_up.look(ref, entity, entry, self._map) or self._filling_in.look(
            ref, entity, entry, self._map
        ):
            self._updated(ref.kind)
        return self._gain(ref, entity, entry, lacking) if lacking else None

    def _renew(self, kind: Kind, stale: list[Stale], batch: Batch) -> None:
        self._widening.reopen([each.entity for each in stale if not each.is_same])
        for some in batched(stale, IDS_A_REQUEST):
            there = self._read_again(kind, [each.there for each in some])
            loud = self._rebooking.hush(kind, some, there)
            for each in some:
                if each.ref.id in loud:
                    self._journal.remark(each.ref, loud[each.ref.id])
                else:
                    self._submit_renewal(each, UNREAD if there is None else there.get(each.there), batch)

    def _updated(self, kind: str) -> None:
        self.tally.add(kind, "updated")

    def _read_again(self, kind: Kind, ids: Sequence[str]) -> Mapping[str, Any] | None:
        """Reads records of the destination; gives None where it can't be read."""
        return read_again(self._sink, self._patience, kind.name, ids)

    def _submit_renewal(self, stale: Stale, record: Any, batch: Batch) -> None:
        def task() -> None:
            if self._renewal.renew(stale, record):
                self._widening.renewed(stale.ref)
                self.tally.add(stale.ref.kind, "updated")

        self._in_turn(stale.draft, task, batch)

    def _map_whole(self, entity: Any) -> Mapped[Any] | Skip:
        """Maps a record to be carried; a sink that keeps all has by then what belongs to it, or says what it lacks."""
        lost: tuple[Loss, ...] = ()
        if self._sink.keeps:
            read = self._source.fetch
            lost = tuple(
                self._sink.keep_parts(entity, lambda fetch: self._patience.through(lambda: read(fetch, entity)))
            )
        mapped = self._map(entity)
        return attrs.evolve(mapped, losses=(*mapped.losses, *lost)) if lost else mapped

    def _map(self, entity: Any) -> Mapped[Any] | Skip:
        choice = self._choice
        mapped = choice.mapper.map(entity.kind, entity, choice.context)
        if isinstance(mapped, Skip):
            return mapped
        return self._places.keeping(entity, keeping_members(entity, mapped, choice.scope))

    def _make_room(self, kind: str, bookings: Sequence[str]) -> Mapping[str | None, str]:
        """Lets bookings of earlier runs, and those that were there before, take those who come now.

        Returns:
            Which were not opened, by source id, and why.
        """
        full = self._widening.full(kind, bookings)
        crowded: list[Crowded] = []
        closed: dict[str | None, str] = {}
        for booking in self._source.by_id(kind, list(full)):
            mapped: Mapped[Any] | Skip | None
            try:
                mapped = self._map(booking)
            except Error:  # it stays as full as it is; whoever finds no seat says so
                mapped = None
            if isinstance(mapped, Mapped):
                crowded.append(Crowded(Ref(kind, booking.id), booking, full[booking.id], mapped))
            else:
                closed[booking.id] = _NOT_MAPPED
        for some in batched(crowded, IDS_A_REQUEST):
            there = self._read_again(KINDS[kind], [each.there for each in some])
            loud = self._rebooking.hush_all(KINDS[kind], some, there)
            closed |= {id: KEPT_CLOSED.get(reason, reason) for id, reason in loud.items()}
            for each in some:
                if each.ref.id not in loud:
                    self._widening.make_room(each, None if there is None else there.get(each.there))
        return closed

    def _gain(self, ref: Ref[Any], entity: Any, entry: Entry, lacking: Collection[str]) -> Gain | None:
        """Looks what a record that an earlier run carried can be given of what it had to do without."""
        try:
            mapped = self._map(entity)
        except Error:  # it went, and stays as it is
            return None
        return self._widening.gain(ref, entity, entry, lacking, mapped) if isinstance(mapped, Mapped) else None

    def _fill_in(self, kind: Kind, gains: list[Gain]) -> None:
        """Completes records that an earlier run carried without what goes now."""
        for some in batched(gains, IDS_A_REQUEST):
            there = self._read_again(kind, [each.there for each in some])
            loud = self._rebooking.hush_all(kind, some, there)
            for each in some:
                if each.ref.id in loud:
                    self._journal.remark(each.ref, loud[each.ref.id])
                else:
                    self._widening.complete(each, UNREAD if there is None else there.get(each.there))

    def _skip(self, ref: Ref[Any], entity: Any, skip: Skip, known: Entry | None) -> Retold | None:
        if skip.by_hand is not None:
            self.tally.by_hand.append(skip.by_hand)
        losses = (*([Loss("record", skip.reason)] if skip.lost else []), *skip.losses)
        meant = digest(self._journal.key, skip.losses) if skip.losses else b""
        seen = Imprint(of_entity(self._journal.key, entity), meant, b"")
        entry = Entry(State.SKIPPED, reason=skip.reason, instead=skip.instead, imprint=seen)
        if known is not None and known.state.doubtful:
            entry = self._carrier.leave_out(ref, entity, entry, losses, known)
        elif entry != known:
            if skip.told_by is not None and self._retelling.concerns(skip.told_by, entity):
                self._carrier.settle(ref, attrs.evolve(entry, imprint=None), losses)  # so that a later run looks again
                self._settled(ref, entry)
                return Retold(ref, entity, entry, losses, skip.told_by)
            self._carrier.settle(ref, entry, losses)
        self._settled(ref, entry)
        return None

    def _look_first(self, kind: Kind, ready: list[Cargo], *, yields: bool) -> list[Cargo]:
        asked = [
            cargo
            for cargo in ready
            if (kind.look_first or yields or cargo.untouched)
            and not (cargo.doubtful or cargo.looked_for or cargo.adopted is not None)
        ]
        if not asked:
            return ready
        try:
            present = self._patience.through(lambda: self._sink.present([cargo.draft for cargo in asked]))
        except (NotFound, Unsupported):
            return ready
        found = {
            cargo.ref: there
            for cargo, there in zip(asked, present, strict=True)
            if there is not None and (kind.one_each or self._is_free(Ref(kind.name, there.id)))
        }
        looked_for = [attrs.evolve(cargo, present=found.get(cargo.ref)) for cargo in ready]
        return self._retelling.brought_along(looked_for, self._map, self._updated)

    def _is_free(self, there: Ref[Any]) -> bool:
        """Says whether a record of the destination stands for none of the source, and is not a leftover of an undo."""
        return not self._journal.holds(there.kind, there.id) and not is_remembered(self._journal, there)

    def _yielded(self, cargo: Cargo, entry: Entry | None) -> bool:
        """Leaves a merged patient's record behind where the other patient has one, or had when that was looked at."""
        if cargo.present is None and (entry is None or entry.reason != _YIELDS):
            return False
        self._settled(cargo.ref, self._carrier.leave(cargo.ref, cargo.entity, _YIELDS))
        return True

    def _has_another(self, cargo: Cargo) -> bool:
        """Leaves a record behind of which a patient who was there before has one that says something else."""
        if not cargo.untouched or cargo.present is None or cargo.present.same:
            return False
        self._settled(cargo.ref, self._carrier.leave(cargo.ref, cargo.entity, _THEIRS))
        return True

    def _submit(self, cargo: Cargo, batch: Batch) -> None:
        self._in_turn(cargo.draft, lambda: self._carry(cargo), batch)

    def _in_turn(self, draft: Any, work: Callable[[], None], batch: Batch) -> None:
        """Has something done to a draft's record, one after the other where one look-up would find several."""

        def task() -> None:
            done = False
            try:
                if not self._stop.is_set():
                    work()
                    done = True
            finally:
                batch.end(done=done)

        batch.begin()
        self._workers.submit(self._sink.look_up_key(draft), task)

    def _carry(self, cargo: Cargo) -> None:
        entry = self._carrier.carry(cargo)
        self._settled(cargo.ref, entry)
        if entry.state.arrived and entry.destination_id is not None:
            self._settle_follow_ups(cargo, entry.destination_id)

    def _clashes(self, cargo: Cargo, entry: Entry | None) -> bool:
        """Leaves behind what the destination refused before and would refuse again."""
        if not cargo.again or cargo.present is not None or cargo.adopted is not None:
            return False
        clash = self._patience.through(lambda: self._sink.foresee_clash(cargo.draft, ()))
        if clash is None and entry is not None and self._made_way(cargo, entry.reason):
            clash = entry.reason
        if clash is not None:
            self._settled(cargo.ref, self._carrier.leave(cargo.ref, cargo.entity, clash))
        return clash is not None

    def _made_way(self, cargo: Cargo, reason: str | None) -> bool:
        """Says whether what a record was left behind for is gone only because this transfer has archived it since."""
        kind = cargo.ref.kind
        clashed = self._patience.through(lambda: self._sink.clashed(cargo.draft))
        sources = (self._journal.source_of(kind, id) for id, why in clashed.items() if why == reason)
        return any(id is not None and has_done(self._journal, Ref(kind, id), Archiving()) for id in sources)

    def _settle_follow_ups(self, cargo: Cargo, destination_id: str) -> None:
        """Does at once what can't wait for the finishing pass."""
        if cargo.present is not None or cargo.adopted is not None:
            return
        for follow_up in cargo.follow_ups:
            if follow_up.stage is Stage.SETTLE:
                owed = Owed(cargo.ref.kind, cargo.ref.id, destination_id, follow_up.name)
                self._following_up.finish(owed, follow_up, cargo.entity)

    def _settled(self, ref: Ref[Any], entry: Entry) -> None:
        failures = self.tally.settled(ref.kind, entry.state)
        self._tell(RecordSettled(ref.kind, ref.id, entry.state))
        limit = self._choice.max_failures
        if limit is not None and failures > limit:
            raise Stopped(f"more than {limit} records failed")
