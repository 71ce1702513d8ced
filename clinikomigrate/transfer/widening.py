"""Completes records that went before, when a wider filter takes what they had to do without."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import Error, NotFound, Unprocessable, Unsupported
from clinikomigrate.transfer.carry import stop_if_general
from clinikomigrate.transfer.follow_ups import Change, Stage
from clinikomigrate.transfer.journal import Entry, Journal, Owed, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.mapper import Mapped
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.resolve import NOT_GOING, Blocks, NeedsWhatDoesNotGo, Resolver
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.sink import Sink

OUTSIDE: Final = "some of its attendees are patients who do not go"
"""The reason of a loss: a class keeps only those attendees whose patients go."""

_OURS: Final = frozenset({State.CREATED, State.ADOPTED})
"""The states of what a transfer made, where the destination makes such records by itself."""
TOO_LATE: Final = "the record it points at went later, when the destination took no change of this one any more"
"""The reason of a loss: a link that could not be filled in."""

FOR_NOW: Final = (NOT_GOING, OUTSIDE)
"""Reasons that a wider filter does away with."""


def keeping_members(entity: Any, mapped: Mapped[Any], scope: Scope) -> Mapped[Any]:
    """Says of a record that has several patients, a class, when some of them do not go.

    Args:
        entity: The source's record (`Any`: of whatever kind).
        mapped: What the mapper made of it.
        scope: Says which patients go.
    """
    name = KINDS[entity.kind].members
    members = getattr(entity, name) or () if name is not None else ()
    if name is None or all(scope.has("patients", id) for id in members):
        return mapped
    return mapped.losing(name, OUTSIDE)


class Widening:
    """Gives records of earlier runs the links that had to be left empty, and room for those who come later.

    What the destination does not take of it stays a loss.

    Args:
        sink: Changes records.
        journal: Knows what they had to do without.
        resolver: Turns refs into ids.
        patience: Waits out a lost connection.
    """

    def __init__(self, sink: Sink, journal: Journal, resolver: Resolver, patience: Patience) -> None:
        self._sink = sink
        self._journal = journal
        self._resolver = resolver
        self._patience = patience

    def lacking(self, kind: str, known: Mapping[str, Entry]) -> Mapping[str, Collection[str]]:
        """Says which fields records had to do without because something did not go, by source id.

        Args:
            kind: The record kind's name.
            known: What the journal knows of some records.
        """
        ours = _OURS if KINDS[kind].look_first else {State.CREATED}  # what was there before is left as it is
        arrived = [id for id, entry in known.items() if entry.state in ours]
        return self._journal.lost(kind, arrived, FOR_NOW) if arrived else {}

    def reopen(self, entities: Iterable[Any]) -> None:
        """Takes out of the archive what earlier runs put there and records point at; it goes back at the end.

        Args:
            entities: The source's records that are about to go (`Any`: of whatever kind).

        Raises:
            Stopped: The run can't go on.
        """
        for entity in entities:
            values = (getattr(entity, attribute.name) for attribute in attrs.fields(type(entity)))
            self._reopen(value for value in values if isinstance(value, Ref))

    def _reopen(self, refs: Iterable[Ref[Any]]) -> None:
        pointed_at = {ref for ref in refs if ref.kind in self._sink.unarchives}
        there = [found for ref in pointed_at if (found := self._resolver.arrived(ref)) is not None]
        for kind in {ref.kind for _, ref in there}:
            ids = {ref.id: id for id, ref in there if ref.kind == kind}
            for source_id, names in self._journal.finished(kind, list(ids), Stage.ARCHIVE).items():
                for name in names:
                    self._unarchive(Owed(kind, source_id, ids[source_id], name))

    def _unarchive(self, owed: Owed) -> None:
        self._journal.owe(owed, Stage.ARCHIVE)  # noted first: whatever happens, it goes back
        try:
            self._patience.through(lambda: self._sink.unarchive(owed.kind, owed.destination_id))
        except Error as error:
            stop_if_general(error)  # what is not there any more is told by what was to point at it

    def complete(self, ref: Ref[Any], entity: Any, id: str, lacking: Collection[str], mapped: Mapped[Any]) -> None:
        """Fills in what a record had to do without, as far as it goes now.

        Args:
            ref: The source's record.
            entity: The record itself.
            id: Its id in the destination.
            lacking: The fields that it had to do without.
            mapped: What the mapper makes of it.

        Raises:
            Stopped: The run can't go on.
        """
        gained: set[str] = set()
        try:
            draft, missing = self._patience.through(lambda: self._resolver.draft(mapped.draft, entity))
            still = {loss.field for loss in (*mapped.losses, *missing) if loss.reason in FOR_NOW}
            gained = set(lacking) & _fields(mapped.draft) - still
            values = {name for name in _given(draft) if name.removesuffix("_id") in gained}
            if values:
                self._reopen([ref])
                change = _only(draft, {*values, *_identifying(draft)})
                made = self._patience.through(lambda: self._sink.update(id, change))
                gained -= {loss.field for loss in (made.losses if made is not None else ())}
        except (Blocks, NeedsWhatDoesNotGo):
            return
        except (NotFound, NotImplementedError, Unprocessable, Unsupported):
            self._journal.regained(ref, gained, FOR_NOW, instead=TOO_LATE)
            return
        except Error as error:
            stop_if_general(error)
            return
        self._journal.regained(ref, gained, FOR_NOW)

    def full(self, kind: str, ids: Collection[str]) -> Mapping[str, str]:
        """Returns the destination's ids of bookings that are closed, by source id.

        An earlier run has filled and closed them, or they were there before the transfer.

        Args:
            kind: The kind of booking.
            ids: Source ids of bookings.
        """
        closed = self._journal.finished(kind, ids, Stage.LINK)
        return {
            id: entry.destination_id
            for id, entry in self._journal.entries(kind, ids).items()
            if entry.destination_id is not None and (id in closed or self._was_there(Ref(kind, id), entry))
        }

    def _was_there(self, ref: Ref[Any], entry: Entry) -> bool:
        """Says whether a booking was there before, and is as it was."""
        return entry.state is State.ADOPTED and not self._journal.owes(ref, Stage.LINK)

    def make_room(self, ref: Ref[Any], id: str, mapped: Mapped[Any]) -> None:
        """Lets a class be as it was while it was filled, so that it takes more; what closes it is owed again.

        Args:
            ref: The source's class.
            id: Its id in the destination.
            mapped: What the mapper makes of it.

        Raises:
            Stopped: The run can't go on.
        """
        for follow_up in mapped.follow_ups:
            if isinstance(follow_up, Change):
                change = _only(mapped.draft, _given(follow_up.draft))
                owed = Owed(ref.kind, ref.id, id, follow_up.name)
                self._journal.owe(owed, follow_up.stage)  # noted first: whatever happens, it is closed again
                try:
                    self._patience.through(lambda change=change: self._sink.update(id, change))  # type: ignore[misc] # mypy can't infer it
                except (NotFound, NotImplementedError, Unprocessable, Unsupported):
                    self._journal.follow_up_done(owed)  # it is as it was; whoever finds no seat says so
                except Error as error:
                    stop_if_general(error)


def _fields(draft: Any) -> set[str]:
    """Names what a record can gain by itself: what its draft says, as losses name it, and its attendees."""
    return {name.removesuffix("_id") for name in _given(draft)} | {KINDS[draft.kind].members or ""}


def _given(draft: Any) -> set[str]:
    """Names the attributes of a draft that are given."""
    return {field.name for field in attrs.fields(type(draft)) if getattr(draft, field.name) is not UNSET}


def _identifying(draft: Any) -> set[str]:
    """Names what is no part of a record's body and says whose it is: a referral source's patient."""
    fields = attrs.fields(type(draft))
    return {field.name for field in fields if field.metadata.get("body") is False and field.metadata.get("required")}


def _only(draft: Any, names: Collection[str]) -> Any:
    """Returns a draft with some of its attributes, and without the others."""
    others = [field.name for field in attrs.fields(type(draft)) if field.name not in names]
    return attrs.evolve(draft, **dict.fromkeys(others, UNSET))
