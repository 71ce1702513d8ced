"""Brings up to date what says in the destination what a record says that is not made there.

An alert may stand in its patient's record there, and a class in each of its seats. Such a record is skipped; when it
changes in the source, whoever says it there is compared with the destination, and changed where that says otherwise.

So may an individual appointment say what its attendee does: when that one changes, and when it is first taken, because
it may have changed since the appointment was made.

The skipped record's new state is noted last of all: until then the journal names it as unfinished, so that a later run
looks again, after a crash too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.query import where
from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.carry import OUTDATED, Cargo
from clinikomigrate.transfer.journal import Entry, Journal, State
from clinikomigrate.transfer.kinds import APPOINTMENT_KINDS, KINDS, pointing_at
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Mapped, Skip
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.quiet import Quiet
from clinikomigrate.transfer.reading_again import read_again
from clinikomigrate.transfer.rehearsal import planned_kind
from clinikomigrate.transfer.renewal import Renewal, Stale
from clinikomigrate.transfer.rereading import MARGIN
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST, Source
from clinikomigrate.transfer.written import UNREAD

NOT_OURS: Final = (
    "what says it in the destination was there before the transfer, and is not changed: enter it there by hand"
)
"""The reason of a loss."""

_WAY: Final = "confirmations"


@attrs.frozen
class Retold:
    """A record that others say in its place, and that is new or has changed.

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

    @property
    def waiting(self) -> Entry:
        """How it stands as long as those others don't say all of it: so that a later run looks again."""
        return attrs.evolve(self.entry, imprint=None if self.entry.state is State.SKIPPED else OUTDATED)


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

    def brought_along(
        self, cargoes: Sequence[Cargo], mapping: Callable[[Any], Mapped[Any] | Skip], changed: Callable[[str], None]
    ) -> list[Cargo]:
        """Looks whether what others say in the place of records that came along with them is what these say by now.

        Args:
            cargoes: Records of one kind that stand in the destination already, or don't.
            mapping: Maps whoever says them.
            changed: Is told the kind of each record that was changed.

        Returns:
            The same; at those of which not all is said a later run looks again.

        Raises:
            Stopped: The run can't go on.
        """
        lagging: dict[str, list[Cargo]] = {}
        for each in cargoes:
            told_by = None if each.present is None else self._sink.told_by(each.draft)
            if told_by is not None and self.concerns(told_by, each.entity):
                lagging.setdefault(told_by, []).append(each)
        waiting: set[str] = set()
        for told_by, along in lagging.items():
            for some in batched(along, IDS_A_REQUEST):
                waiting |= self._looked_at(some, told_by, mapping, changed)[0]
        return [attrs.evolve(each, imprint=OUTDATED) if each.ref.id in waiting else each for each in cargoes]

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
        waiting, theirs = self._looked_at(retold, retold[0].told_by, mapping, changed)
        for each in retold:
            lost = (Loss("record", NOT_OURS),) if each.ref.id in theirs else ()
            entry = each.waiting if each.ref.id in waiting else each.entry
            self._journal.settle(each.ref, entry, (*each.losses, *lost))

    def _looked_at(
        self,
        records: Sequence[Retold] | Sequence[Cargo],
        told_by: str,
        mapping: Callable[[Any], Mapped[Any] | Skip],
        changed: Callable[[str], None],
    ) -> tuple[set[str], set[str]]:
        """Looks at all who say what records say.

        Returns:
            The ids of those of which not all could be brought over, and of those that somebody says who was there
            before the transfer.
        """
        waiting: set[str] = set()
        theirs: set[str] = set()
        for some in batched(self._tellers(records, told_by), IDS_A_REQUEST):
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
        return waiting, theirs

    def _tellers(
        self, records: Sequence[Retold] | Sequence[Cargo], told_by: str
    ) -> Iterator[tuple[frozenset[str], Any]]:
        """Gives whoever says records, each with the ids of these."""
        kind = records[0].ref.kind
        names = (told_by, "bookings") if told_by in APPOINTMENT_KINDS else (told_by,)
        link = next((link for link in KINDS[kind].links if link.kind in names), None)
        if link is None:
            back = next(link for other, link in pointing_at(kind) if other.name == told_by)
            asked = where(str(back.field)) == [each.ref.id for each in records]
            for teller in self._source.stream(told_by, asked):
                yield frozenset({getattr(teller, back.attribute).id}), teller
            return
        of: dict[str, set[str]] = {}
        for each in records:
            ref = getattr(each.entity, link.attribute)
            arrived = self._resolver.arrived(Ref(told_by, ref.id))
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
        known = [each for each in told if planned_kind(each.stale.there) is None]  # what is only planned says all
        silent = [each for each in known if not self._renewal.is_told(each.stale, _record(each.stale, there))]
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
