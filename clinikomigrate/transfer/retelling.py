"""Brings up to date what says in the destination what a record says that is not made there.

An alert may stand in its patient's record there, and a class in each of its seats. Such a record is skipped; when it
changes in the source, whoever says it there is compared with the destination, and changed where that says otherwise.

So is what came along with another record, as an attendee with an individual appointment, when it is first taken: it
may have changed since the other one was made.

The skipped record's new state is noted last of all: until then the journal names it as unfinished, so that a later run
looks again, after a crash too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.query import where
from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.carry import Cargo
from clinikomigrate.transfer.journal import Entry, Journal, State
from clinikomigrate.transfer.kinds import APPOINTMENT_KINDS, KINDS, Kind, pointing_at
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Mapped, Skip
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.quiet import Quiet
from clinikomigrate.transfer.reading_again import read_again
from clinikomigrate.transfer.renewal import Renewal, Stale
from clinikomigrate.transfer.rereading import MARGIN
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.sink import Present, Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST, Source
from clinikomigrate.transfer.written import UNREAD

NOT_OURS: Final = (
    "what says it in the destination was there before the transfer, and is not changed: enter it there by hand"
)
"""The reason of a loss."""

_WAY: Final = "confirmations"


@attrs.frozen
class Retold:
    """A record that is not made, that others say in its place, and that is new or has changed.

    Attributes:
        ref: The source's record.
        entity: The record itself (`Any`: of whatever kind).
        entry: How it stands once those others are looked at.
        losses: What is lost with it.
        told_by: The name of the kind whose records say it.
    """

    ref: Ref[Any]
    entity: Any
    entry: Entry
    losses: tuple[Loss, ...]
    told_by: str


@attrs.frozen
class _Told:
    """Somebody who says what records say, and the ids of these."""

    of: frozenset[str]
    stale: Stale


class Retelling:
    """Looks at those who say in the destination what a changed record says.

    Args:
        source: Gives them.
        sink: Reads what stands for them.
        journal: Knows them.
        resolver: Knows who remains of merged patients.
        renewal: Changes them.
        quiet: Mutes patients of appointments that are changed.
        patience: Waits out a lost connection.
    """

    def __init__(
        self,
        *,
        source: Source,
        sink: Sink,
        journal: Journal,
        resolver: Resolver,
        renewal: Renewal,
        quiet: Quiet,
        patience: Patience,
    ) -> None:
        self._source = source
        self._sink = sink
        self._journal = journal
        self._resolver = resolver
        self._renewal = renewal
        self._quiet = quiet
        self._patience = patience
        counts = journal.counts().items()
        self._earlier = {kind for kind, states in counts if any(state.arrived for state in states)}
        begun = source.server_now()
        self._before = None if begun is None else begun - MARGIN

    def concerns(self, told_by: str, entity: Any) -> bool:
        """Says whether what says a record in the destination may say something else than the record does now.

        What an earlier run carried may, and what this run has carried before the record was made or changed.

        Args:
            told_by: The name of the kind whose records say it.
            entity: The record (`Any`: of whatever kind).
        """
        return told_by in self._earlier or self._is_recent(entity)

    def brought_along(self, kind: Kind, cargoes: Iterable[Cargo]) -> list[Cargo]:
        """Looks whether what came along with another record says what its own does by now.

        Args:
            kind: The records' kind.
            cargoes: Records that stand in the destination already, or don't.

        Returns:
            The same, but for what is present of those that say something else.

        Raises:
            Stopped: The run can't go on.
        """
        ready = list(cargoes)
        asked = [each.present.id for each in ready if each.present is not None and self._lags(each, each.present)]
        there: dict[str, Any] = {}
        for some in batched(asked, IDS_A_REQUEST):
            there |= read_again(self._sink, self._patience, kind.name, some) or {}
        return [self._read(each, there) for each in ready]

    def _lags(self, cargo: Cargo, present: Present) -> bool:
        return present.along and any(self.concerns(name, cargo.entity) for name in APPOINTMENT_KINDS)

    def _read(self, cargo: Cargo, there: Mapping[str, Any]) -> Cargo:
        record = None if cargo.present is None else there.get(cargo.present.id)
        if cargo.present is None or record is None:
            return cargo
        same = self._sink.same(cargo.draft, record)
        return attrs.evolve(cargo, present=attrs.evolve(cargo.present, same=same, record=record))

    def _is_recent(self, entity: Any) -> bool:
        """Says whether it may have changed since the run began, by the source's clock. In an archive none does."""
        return self._before is not None and (entity.updated_at is None or entity.updated_at >= self._before)

    def bring_over(
        self, retold: Sequence[Retold], mapping: Callable[[Any], Mapped[Any] | Skip], changed: Callable[[str], None]
    ) -> None:
        """Looks at all who say what records say, and notes the records.

        Args:
            retold: Records of one kind, at most 100.
            mapping: Maps whoever says them.
            changed: Is told the kind of each record that was changed.

        Raises:
            Stopped: The run can't go on.
        """
        waiting: set[str] = set()
        theirs: set[str] = set()
        for some in batched(self._tellers(retold), IDS_A_REQUEST):
            told: list[_Told] = []
            for of, entity in some:
                ref: Ref[Any] = Ref(entity.kind, entity.id)
                entry = self._journal.entry(ref)
                if entry is None or not entry.state.arrived:
                    continue
                if entry.state is State.ADOPTED:
                    theirs |= of
                elif (stale := self._renewal.stale(ref, entity, entry, mapping, retold=True)) is not None:
                    told.append(_Told(of, stale))
                else:
                    waiting |= of
            waiting |= self._renewed(told, changed)
        for each in retold:
            lost = (Loss("record", NOT_OURS),) if each.ref.id in theirs else ()
            entry = attrs.evolve(each.entry, imprint=None) if each.ref.id in waiting else each.entry
            self._journal.settle(each.ref, entry, (*each.losses, *lost))

    def _tellers(self, retold: Sequence[Retold]) -> Iterator[tuple[frozenset[str], Any]]:
        """Gives whoever says records, each with the ids of these."""
        kind, told_by = retold[0].ref.kind, retold[0].told_by
        link = next((link for link in KINDS[kind].links if link.kind == told_by), None)
        if link is None:
            back = next(link for other, link in pointing_at(kind) if other.name == told_by)
            asked = where(str(back.field)) == [each.ref.id for each in retold]
            for teller in self._source.stream(told_by, asked):
                yield frozenset({getattr(teller, back.attribute).id}), teller
            return
        of: dict[str, set[str]] = {}
        for each in retold:
            arrived = self._resolver.arrived(getattr(each.entity, link.attribute))
            if arrived is not None:
                of.setdefault(arrived[1].id, set()).add(each.ref.id)
        for teller in self._source.by_id(told_by, list(of)):
            yield frozenset(of[teller.id]), teller

    def _renewed(self, told: Sequence[_Told], changed: Callable[[str], None]) -> set[str]:
        """Brings over what the destination doesn't say; gives of which records not all could be brought over."""
        if not told:
            return set()
        kind = told[0].stale.ref.kind
        there = read_again(self._sink, self._patience, kind, [each.stale.there for each in told])
        silent = [each for each in told if not self._renewal.is_told(each.stale, _record(each.stale, there))]
        loud: Mapping[str, str] = {}
        if KINDS[kind].messages:
            loud = self._quiet.ensure(
                (each.stale.entity for each in silent if self._sets_off(each.stale, _record(each.stale, there))), _WAY
            )
        waiting: set[str] = set()
        for each in silent:
            stale = each.stale
            if stale.ref.id in loud:
                self._renewal.set_aside(stale, loud[stale.ref.id])
            elif self._renewal.renew(stale, _record(stale, there)):
                changed(kind)
                continue
            waiting |= each.of
        return waiting

    def _sets_off(self, stale: Stale, record: Any) -> bool:
        """Says whether the destination could write to a patient because of a change."""
        if not self._sink.sets_off(stale.draft):
            return False
        return record is None or record is UNREAD or self._sink.sets_off_changed(stale.draft, record)


def _record(stale: Stale, there: Mapping[str, Any] | None) -> Any:
    return UNREAD if there is None else there.get(stale.there)
