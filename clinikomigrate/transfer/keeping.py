"""What keeps records from being taken back: what was added to them since, and what of theirs stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer import taken_back
from clinikomigrate.transfer.journal import Entry, Journal, State
from clinikomigrate.transfer.kinds import BOOKING_KINDS, KINDS, Kind, Link, possible_kinds
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.sink import Sink

_Asking: TypeAlias = Callable[[], Iterable[tuple[str, str, str]]]

ADDED_ONE: Final = "1 record was added to it in the destination since: archive it there by hand if that is not wanted"
ADDED: Final = (
    "{number:,} records were added to it in the destination since: archive it there by hand if none is wanted"
)
STAYING_ONE: Final = "1 record of it stays in the destination, for its own reason: archive it there after that one"
STAYING: Final = "{number:,} records of it stay in the destination, each for its reason: archive it there after them"

_TAKEN_BACK: Final = Entry(State.UNDONE)


@attrs.frozen
class _Kept:
    """What keeps one record.

    Attributes:
        added: Records of the destination that are not this transfer's.
        staying: This transfer's records that were not taken back.
    """

    added: set[Ref[Any]] = attrs.field(factory=set)
    staying: set[Ref[Any]] = attrs.field(factory=set)


class Keeping:
    """Says why records must stay. It asks when all of the kinds that are taken back before have been.

    What was taken back keeps nothing, by whichever undo and even where the source's record was made anew since.

    Args:
        sink: Says what hangs on records, and what points at them.
        journal: Knows what is this transfer's.
        patience: Waits out a lost connection.
    """

    def __init__(self, sink: Sink, journal: Journal, patience: Patience) -> None:
        self._sink = sink
        self._journal = journal
        self._patience = patience
        self._parts: dict[tuple[str, str], set[Ref[Any]]] = defaultdict(set)
        self._pointing: dict[str, Mapping[str, _Kept]] = {}

    def state_of(self, there: Ref[Any]) -> State | None:
        """Says where a record of the destination stands; None where it is nothing of this transfer's."""
        entry = self._entry_of(there)
        return None if entry is None else entry.state

    def took(self, there: Ref[Any], id: str) -> None:
        """Notes durably that a record of the destination was taken back.

        Args:
            there: The record.
            id: The id of the source's record that it stood for.
        """
        taken_back.remember(self._journal, there, id)

    def part_stays(self, whole: Ref[Any], part: Ref[Any]) -> None:
        """Notes that a record stays, and with it what it is a part of.

        Args:
            whole: The record of the destination that is kept.
            part: The one that keeps it.
        """
        self._parts[_booked(whole.kind), whole.id].add(part)

    def stays(self, kind: Kind, record: Any) -> None:
        """Notes that a record stays in the destination's archive, and what it points at with it.

        Args:
            kind: Its kind.
            record: As the sink gives it (`Any`: of the sink's own type).
        """
        for link in kind.links:
            needed = getattr(record, link.attribute, None)
            if isinstance(needed, Ref):
                self.part_stays(needed, Ref(kind.name, record.id))

    def reasons(self, kind: Kind, ids: Sequence[str]) -> Mapping[str, str]:
        """Says of records which must stay, and why.

        Args:
            kind: Their kind.
            ids: Their ids in the destination, at most 100.
        """
        if not ids:
            return {}
        if kind.name not in self._pointing:
            self._pointing[kind.name] = self._kept(kind, lambda: self._sink.pointing_at(kind.name))
        pointing, hanging = self._pointing[kind.name], self._kept(kind, lambda: self._sink.hanging_on(kind.name, ids))
        reasons = {id: self._reason(kind, id, hanging.get(id), pointing.get(id)) for id in ids}
        return {id: reason for id, reason in reasons.items() if reason is not None}

    def added(self, kind: Kind, ids: Sequence[str]) -> Collection[str]:
        """Says on which records something hangs that is not this transfer's.

        Args:
            kind: Their kind.
            ids: Their ids in the destination, at most 100.
        """
        hanging = self._kept(kind, lambda: self._sink.hanging_on(kind.name, ids))
        return {id for id, kept in hanging.items() if kept.added}

    def _reason(self, kind: Kind, id: str, *found: _Kept | None) -> str | None:
        kept = [each for each in found if each is not None]
        added: set[Ref[Any]] = set().union(*(each.added for each in kept))
        staying = self._parts.get((_booked(kind.name), id), set()).union(*(each.staying for each in kept))
        if added:
            return ADDED_ONE if len(added) == 1 else ADDED.format(number=len(added))
        if staying:
            return STAYING_ONE if len(staying) == 1 else STAYING.format(number=len(staying))
        return None

    def _kept(self, kind: Kind, ask: _Asking) -> Mapping[str, _Kept]:
        found = self._patience.through(lambda: list(ask()))
        kept: dict[str, _Kept] = defaultdict(_Kept)
        for id, of, other in found:
            ref = Ref[Any](of, other)
            entry = self._entry_of(ref)
            if entry is None or (entry.state is State.ADOPTED and not _comes_along(of)):
                kept[id].added.add(ref)
            elif entry.state.arrived and not _goes_after(kind, of, entry):
                kept[id].staying.add(ref)
        return kept

    def _entry_of(self, there: Ref[Any]) -> Entry | None:
        for kind in possible_kinds(there.kind):
            source = self._journal.source_of(kind, there.id)
            entry = None if source is None else self._journal.entry(Ref(kind, source))
            if entry is not None:
                return entry
            if taken_back.is_remembered(self._journal, Ref(kind, there.id)):
                return _TAKEN_BACK
        return None


def _booked(kind: str) -> str:
    return "bookings" if kind in BOOKING_KINDS else kind


def _comes_along(kind: str) -> bool:
    """Says whether the destination makes such records by itself, so that one can be this transfer's and adopted."""
    return kind in KINDS and KINDS[kind].look_first


def _goes_after(kind: Kind, of: str, entry: Entry) -> bool:
    """Says whether a record goes with what it is part of, after it; one with a reason of its own to stay does not."""
    return (
        entry.reason is None
        and of in KINDS
        and is_part(KINDS[of], entry)
        and whole_of(KINDS[of]).kind == _booked(kind.name)
    )


def can_be_part(kind: Kind) -> bool:
    """Says whether any records of a kind are part of something.

    Args:
        kind: The kind.
    """
    return kind.one_each or kind.part_of is not None


def is_part(kind: Kind, entry: Entry) -> bool:
    """Says whether a record goes with another, or neither goes: what it came along with, or who has it.

    Args:
        kind: The record's kind.
        entry: What the journal knows of it.
    """
    return kind.one_each or (kind.part_of is not None and entry.state is State.ADOPTED)


def whole_of(kind: Kind) -> Link:
    """Gives the link to what records of a kind are part of.

    Args:
        kind: One of which some are: `one_each`, or `part_of` something.
    """
    return next(link for link in kind.owners if kind.part_of in (None, link.attribute))


def parts_after(kind: Kind) -> list[Kind]:
    """Gives the kinds of which records are part of those of a kind; of bookings, once the last kind of these is done.

    Args:
        kind: The kind that was just taken back.
    """
    last = "bookings" if kind.name == BOOKING_KINDS[0] else kind.name
    return [each for each in KINDS.values() if can_be_part(each) and whole_of(each).kind == last]
