"""Completes records that went before, when a wider filter takes what they had to do without."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import Error, NotFound, Unprocessable, Unsupported
from clinikomigrate.transfer import loose_ends
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.carry import LEFT, stop_if_general
from clinikomigrate.transfer.follow_ups import Archiving, Change, FollowUp, Seats, Stage
from clinikomigrate.transfer.journal import Entry, Journal, Owed, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.losses import NO_MATCH
from clinikomigrate.transfer.mapper import Mapped
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.phrases import listed
from clinikomigrate.transfer.places import ELSEWHERE
from clinikomigrate.transfer.reseated import WITH_SEATS
from clinikomigrate.transfer.resolve import NOT_GOING, Blocks, NeedsWhatDoesNotGo, Resolver
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.sent_last import SentLast
from clinikomigrate.transfer.sink import Made, Sink, Wanted
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.written import UNREAD, Written, is_lost

OUTSIDE: Final = "some of its attendees are patients who do not go"
"""The reason of a loss: a class keeps only those attendees whose patients go."""

_OURS: Final = frozenset({State.CREATED, State.ADOPTED})
"""The states of what a transfer made, where the destination makes such records by itself."""
TOO_LATE: Final = "the record it points at went later, when the destination took no change of this one any more"
"""The reason of a loss: a link that could not be filled in."""

OTHERWISE: Final = (
    "what it points at has come, and something else was entered for it in the destination meanwhile ({}), which was "
    "left as it is: look which of the two is right, and enter that by hand"
)
"""Why a link was not filled in."""

FOR_NOW: Final = (NOT_GOING, OUTSIDE, ELSEWHERE, loose_ends.LOOSE)
"""Reasons that a wider filter does away with, or a run that makes anew what was taken back."""

_MENDED: Final = (*FOR_NOW, NO_MATCH)
"""Reasons with which links are filled in once they hold no more. A match comes with other settings, and everything is
read then; nothing waits for one."""

_NAMED_OTHERWISE: Final = {"business_ids": "businesses"}
"""How losses name what the source calls otherwise than a draft."""


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


@attrs.frozen
class Gain:
    """A record that arrived, and what it can be given now.

    Attributes:
        ref: The source's record.
        entity: The record itself.
        entry: What the journal knows of it.
        draft: All that it says, with the destination's ids.
        follow_ups: What it needs afterwards.
        names: The draft's attributes that it had to do without.
    """

    ref: Ref[Any]
    entity: Any
    entry: Entry
    draft: Any
    follow_ups: tuple[FollowUp, ...]
    names: frozenset[str]

    @property
    def there(self) -> str:
        """The record's id in the destination."""
        return self.entry.destination_id or ""


@attrs.frozen
class Crowded:
    """A class that is to take more attendees.

    Attributes:
        ref: The source's class.
        entity: The class itself.
        there: Its id in the destination.
        mapped: What the mapper makes of it.
    """

    ref: Ref[Any]
    entity: Any
    there: str
    mapped: Mapped[Any]


@attrs.frozen
class _There:
    """How a record stands in the destination that is to be given something.

    Attributes:
        free: The attributes that can be filled in: nothing is there, or what was taken back, or nobody touched the
            record.
        said: Those that it says already.
        is_ours: Whether nobody else edited it, as far as that can be told.
    """

    free: frozenset[str]
    said: frozenset[str]
    is_ours: bool = False


class Widening:
    """Gives records of earlier runs the links that had to be left empty, and room for those who come later.

    What the destination does not take of it stays a loss.

    Args:
        sink: Changes records.
        journal: Knows what they had to do without.
        resolver: Turns refs into ids.
        patience: Waits out a lost connection.
        back: What is owed to whatever is taken out of the archive, beside what was done to put it there.
    """

    def __init__(
        self,
        sink: Sink,
        journal: Journal,
        resolver: Resolver,
        patience: Patience,
        *,
        back: FollowUp | None = None,
    ) -> None:
        self._sink = sink
        self._journal = journal
        self._resolver = resolver
        self._patience = patience
        self._back = back
        self._written = Written(sink, journal.key, patience)
        self._sent_last = SentLast(sink, journal, patience)
        self._renewed: set[Ref[Any]] = set()

    def renewed(self, ref: Ref[Any]) -> None:
        """Notes that a change of a class came over, so that what closes it is owed again, though it is closed.

        Args:
            ref: A record of the source.
        """
        if ref.kind in WITH_SEATS:
            self._renewed.add(ref)

    def lacking(self, kind: str, known: Mapping[str, Entry]) -> Mapping[str, Collection[str]]:
        """Says which fields records had to do without because something did not go, by source id.

        Args:
            kind: The record kind's name.
            known: What the journal knows of some records.
        """
        ours = _OURS if KINDS[kind].look_first else {State.CREATED}  # what was there before is left as it is
        arrived = [id for id, entry in known.items() if entry.state in ours]
        return self._journal.lost(kind, arrived, _MENDED) if arrived else {}

    def reopen(self, entities: Iterable[Any]) -> None:
        """Takes out of the archive what earlier runs put there and records point at; it goes back at the end.

        Args:
            entities: The source's records that are about to go (`Any`: of whatever kind).

        Raises:
            Stopped: The run can't go on.
        """
        names = ((entity, field.name) for entity in entities for field in attrs.fields(type(entity)))
        values = (getattr(entity, name) for entity, name in names)
        self.take_out(value for value in values if isinstance(value, Ref))

    def take_out(self, refs: Iterable[Ref[Any]]) -> None:
        """Takes records out of the archive that earlier runs put there; they go back at the end.

        Args:
            refs: The source's records; what is not in the archive, or can't be taken out of it, stays as it is.

        Raises:
            Stopped: The run can't go on.
        """
        pointed_at = {ref for ref in refs if ref.kind in self._sink.unarchives}
        there = [found for ref in pointed_at if (found := self._resolver.arrived(ref)) is not None]
        for kind in {ref.kind for _, ref in there}:
            ids = {ref.id: id for id, ref in there if ref.kind == kind}
            archived = self._journal.finished(kind, list(ids), Stage.ARCHIVE)
            out = self._taken_out(kind, [ids[source_id] for source_id in archived])
            for source_id, names in archived.items():
                for name in names if ids[source_id] not in out else ():
                    self._unarchive(Owed(kind, source_id, ids[source_id], name))

    def _taken_out(self, kind: str, ids: Sequence[str]) -> Collection[str]:
        """Says which records somebody else took out of the archive, and so wants there."""
        out: set[str] = set()
        for some in batched(ids, IDS_A_REQUEST):
            try:
                there = self._patience.through(lambda some=some: dict(self._sink.read(kind, some, hidden=True)))  # type: ignore[misc] # mypy can't infer it
            except NotImplementedError:  # `Sink.read` is optional: then all of them go out
                return ()
            except Error as error:
                stop_if_general(error)  # what is not there any more is told by what was to point at it
                continue
            out.update(id for id, record in there.items() if self._sink.shows(Archiving(), record) is False)
        return out

    def _unarchive(self, owed: Owed) -> None:
        if self._back is not None:
            self._journal.owe(attrs.evolve(owed, name=self._back.name), self._back.stage)
        self._journal.owe(owed, Stage.ARCHIVE)  # noted first: whatever happens, it goes back
        try:
            self._patience.through(lambda: self._sink.unarchive(owed.kind, owed.destination_id))
        except Error as error:
            stop_if_general(error)  # what is not there any more is told by what was to point at it

    def gain(
        self, ref: Ref[Any], entity: Any, entry: Entry, lacking: Collection[str], mapped: Mapped[Any]
    ) -> Gain | None:
        """Looks what a record can be given of what it had to do without.

        Args:
            ref: The source's record.
            entity: The record itself.
            entry: What the journal knows of it: it arrived.
            lacking: The fields that it had to do without.
            mapped: What the mapper makes of it.

        Returns:
            What is to be filled in, or None where nothing is.

        Raises:
            Stopped: The run can't go on.
        """
        try:
            draft, missing = self._patience.through(lambda: self._resolver.draft(mapped.draft, entity))
        except (Blocks, NeedsWhatDoesNotGo):
            return None
        except Error as error:
            stop_if_general(error)
            return None
        still = {loss.field for loss in (*mapped.losses, *missing) if loss.reason in _MENDED}
        gained = set(lacking) & _fields(mapped.draft) - still
        names = {name for name in _given(draft) if _field(name) in gained}
        if not self._resolver.is_ours(entity, entry):  # it came with what was there before: it is left as it is
            self._journal.regained(ref, set(map(_field, names)), _MENDED, instead=LEFT)
            return None
        self._journal.regained(ref, gained - set(map(_field, names)), _MENDED)
        return Gain(ref, entity, entry, draft, mapped.follow_ups, frozenset(names)) if names else None

    def complete(self, gain: Gain, record: Any) -> None:
        """Fills in what a record had to do without, where nothing else was entered in the destination meanwhile.

        Args:
            gain: What is to be filled in.
            record: What stands for the record in the destination (`Any`: of the sink's own type); None where nothing
                does, `UNREAD` where the destination can't be read.

        Raises:
            Stopped: The run can't go on.
        """
        if record is None:
            self._journal.regained(gain.ref, set(map(_field, gain.names)), _MENDED, instead=TOO_LATE)
            return
        there = self._there(gain, record)
        taken = there.free - there.said
        try:
            made = self._filled_in(gain, taken, record) if taken else Made(gain.there, record=record)
        except (NotFound, NotImplementedError, Unprocessable, Unsupported):
            self._journal.regained(gain.ref, set(map(_field, taken)), _MENDED, instead=TOO_LATE)
            made, taken = Made(gain.there, record=record), frozenset()
        except Error as error:
            stop_if_general(error)
            return
        lost = {loss.field for loss in made.losses}
        written = self._written.of(made.record) if there.is_ours else None
        self._journal.regained(gain.ref, set(map(_field, taken | there.said)) - lost, _MENDED, written=written)
        if others := sorted(_field(name).replace("_", " ") for name in gain.names - there.free - there.said):
            self._journal.remark(gain.ref, OTHERWISE.format(listed(others)))

    def _there(self, gain: Gain, record: Any) -> _There:
        """Looks what of a record can be filled in, as it is now."""
        if record is UNREAD:
            return _There(gain.names, frozenset())
        known = gain.entry.written
        found = self._written.of(record)
        untouched = found is not None and found == known
        shown = {name for name in gain.names if not self._sink.unread(_only(gain.draft, [name]))}
        said = {name for name in shown if self._sink.same(_only(gain.draft, [name]), record)}
        empty = {name for name in shown if self._sink.same(_emptied(gain.draft, name), record)}
        loose = loose_ends.retied(self._journal, self._resolver, gain.draft, record, shown)
        free = gain.names if untouched else (gain.names - shown) | empty | loose
        is_ours = known is not None and (untouched or self._is_filled_in(gain, record))
        return _There(frozenset(free), frozenset(said), is_ours)

    def _is_filled_in(self, gain: Gain, record: Any) -> bool:
        """Says whether a record is what it is to be: a run that ended just then has filled it in."""
        lost = set(self._journal.lost_fields(gain.ref)) - set(map(_field, gain.names))
        differs = self._sink.compare(Wanted(gain.draft, gain.follow_ups), record)
        return all(is_lost(name, lost) for name in differs)

    def _filled_in(self, gain: Gain, names: Collection[str], record: Any) -> Made:
        self.reopen([gain.entity])
        self.take_out([gain.ref])
        change = _only(gain.draft, {*names, *_identifying(gain.draft)})
        merged = self._sent_last.merged(gain.ref, gain.there, change)
        found = None if record is UNREAD else record
        made = self._patience.through(lambda: self._sink.update(gain.there, merged, found)) or Made(gain.there)
        self._sent_last.sent(gain.ref, change)
        if made.record is not None or self._written.of(found) is None:
            return made
        return attrs.evolve(made, record=self._written.read(gain.ref.kind, gain.there))

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
            if entry.destination_id is not None
            and ((id in closed and not self._is_open(Ref(kind, id))) or self._is_as_it_was(Ref(kind, id), entry))
        }

    def _is_open(self, ref: Ref[Any]) -> bool:
        return self._journal.owes(ref, Stage.LINK)

    def _is_as_it_was(self, ref: Ref[Any], entry: Entry) -> bool:
        """Says whether a booking was there before and was not touched, or was only changed in this run."""
        if ref in self._renewed:
            return True
        return entry.state is State.ADOPTED and not self._is_open(ref)

    def make_room(self, crowded: Crowded, record: Any) -> None:
        """Lets a class be as it was while it was filled, so that it takes more; what closes it is owed again.

        Where somebody gave it another number of seats in the destination, it gets that number back.

        Args:
            crowded: The class.
            record: The destination's, of the sink's own type; None where it can't be read.

        Raises:
            Stopped: The run can't go on.
        """
        ref, id = crowded.ref, crowded.there
        for follow_up in crowded.mapped.follow_ups:
            if isinstance(follow_up, Change):
                change = _only(crowded.mapped.draft, _given(follow_up.draft))
                closing = self._closing(ref, follow_up, record)
                owed = Owed(ref.kind, ref.id, id, closing.name)
                self._journal.owe(owed, closing.stage)  # noted first: whatever happens, it is closed again
                try:
                    self._patience.through(lambda change=change: self._sink.update(id, change))  # type: ignore[misc] # mypy can't infer it
                except (NotFound, NotImplementedError, Unprocessable, Unsupported):
                    self._journal.follow_up_done(owed)  # it is as it was; whoever finds no seat says so
                except Error as error:
                    stop_if_general(error)

    def _closing(self, ref: Ref[Any], follow_up: Change, record: Any) -> FollowUp:
        """Returns what closes a class again: as the source says, or as somebody wanted it in the destination."""
        if record is None or self._is_open(ref) or self._sink.same(follow_up.draft, record):
            return follow_up
        number = self._sink.seats(record)
        return follow_up if number is None else Seats(number=number)


def _fields(draft: Any) -> set[str]:
    """Names what a record can gain by itself: what its draft says, as losses name it, and its attendees."""
    kind = KINDS[draft.kind]
    return {_field(name) for name in _given(draft)} | {kind.members or "", kind.places or ""}


def _field(name: str) -> str:
    """Returns how losses name an attribute of a draft."""
    return _NAMED_OTHERWISE.get(name, name.removesuffix("_id"))


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


def _emptied(draft: Any, name: str) -> Any:
    """Returns a draft with one of its attributes, and nothing in it."""
    return attrs.evolve(_only(draft, [name]), **{name: None})
