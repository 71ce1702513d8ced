"""Holds back archiving what records may still need that stayed behind: an archived record takes no more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.query import where
from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.kinds import KINDS, Link, pointing_at
from clinikomigrate.transfer.pipeline import Choice
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST, Source
from clinikomigrate.transfer.to_come import ToCome
from clinikomigrate.transfer.widening import FOR_NOW

_PAGE: Final = 100
_WHOLE: Final = "individual_appointments"
_PARTS: Final = "attendees"
"""What comes along with what, and goes no more once that is closed."""

AWAITED: Final = (
    "its attendee has not been seen to: an earlier run ended before that, and this one leaves it behind. Run again with"
    " the settings of that one; or with run(last=True), which gives the attendee up"
)
"""Why an appointment is not cancelled yet."""


@attrs.frozen
class Pointer:
    """How records of one kind point at those of another.

    Attributes:
        kind: The name of the kind that points.
        link: By which attribute it does.
    """

    kind: str
    link: Link


def pointers(kind: str) -> tuple[Pointer, ...]:
    """Returns what may have stayed behind and could not point any more at what is archived.

    Of what can be archived, patients are taken out of the archive when they are needed again, and the rest takes new
    links all the same.

    Args:
        kind: The name of the kind that is to be archived.
    """
    if not KINDS[kind].closes:
        return ()
    found = pointing_at(kind)
    return tuple(Pointer(each.name, link) for each, link in found if each.left_behind is None and link.told_by is None)


class Holding:
    """Says what is not archived yet, because something needs it that stayed behind and may still come.

    Args:
        source: Is read.
        sink: Knows what it can take out of the archive again.
        journal: Knows what did not stay behind.
        choice: What goes, and whether that is all.
    """

    def __init__(self, source: Source, sink: Sink, journal: Journal, choice: Choice) -> None:
        self._source = source
        self._sink = sink
        self._journal = journal
        self._last = choice.last
        self._to_come = ToCome(source, sink, journal, choice)
        self._left: dict[Pointer, Scope] = {}

    def close(self) -> None:
        """Gives back what it wrote down."""
        for scope in self._left.values():
            scope.close()

    def held(self, kind: str, ids: Sequence[str]) -> set[str]:
        """Returns which of some records are needed by what stayed behind, by source id.

        Args:
            kind: The record kind's name.
            ids: The source ids of records that are to be archived.
        """
        if self._last:
            return set()
        held = self._lacking(kind, ids) if kind not in self._sink.unarchives else set()
        held |= self.awaited(kind, ids)
        for pointer in pointers(kind):
            rest = [id for id in ids if id not in held]
            if rest and pointer.kind in self._sink.kinds:
                held |= self._pointed_at(kind, pointer, rest)
        return held

    def awaited(self, kind: str, ids: Sequence[str]) -> set[str]:
        """Returns of which records a part has not gone yet that this run leaves behind, by source id.

        A run that ended early can have made an appointment, and not seen to its attendee: a run of fewer records must
        not cancel or archive it before.

        Args:
            kind: The record kind's name.
            ids: The source ids of records that are to be cancelled or archived.
        """
        if self._last or kind != _WHOLE or not self._to_come.is_narrowed(_PARTS):
            return set()
        found: set[str] = set()
        for some in batched(ids, IDS_A_REQUEST):
            for page in batched(self._source.stream(_PARTS, where("booking_id") == list(some)), _PAGE):
                coming = self._to_come.among(_PARTS, page)
                found |= {record.booking.id for record in page if record.id in coming}
        return found

    def _lacking(self, kind: str, ids: Sequence[str]) -> set[str]:
        """Returns which records had to do without something that may come, and could not be given it any more."""
        lost = self._journal.lost(kind, ids, FOR_NOW)
        if not lost or any(map(self._to_come.is_narrowed, self._sink.kinds)):
            return set(lost)
        refs = {
            record.id: {ref for field in lost[record.id] if isinstance(ref := getattr(record, field, None), Ref)}
            for record in self._source.by_id(kind, list(lost))
        }
        coming = self._to_come.targets(ref for each in refs.values() for ref in each)
        return {id for id, each in refs.items() if each & coming}

    def _pointed_at(self, kind: str, pointer: Pointer, ids: Sequence[str]) -> set[str]:
        field = pointer.link.field
        if field is None or not self._to_come.is_narrowed(pointer.kind):
            left = self._all_pointed_at(kind, pointer)
            return {id for id in ids if left.has(kind, id)}
        return {id for some in batched(ids, IDS_A_REQUEST) for id in self._asked(kind, pointer, field, some)}

    def _all_pointed_at(self, kind: str, pointer: Pointer) -> Scope:
        """Reads once at which records anything points that stayed behind."""
        if pointer not in self._left:
            left = self._left[pointer] = Scope()
            left.only(kind, ())
            narrowed = self._to_come.is_narrowed(pointer.kind)
            records = self._source.stream(pointer.kind) if narrowed else self._to_come.skipped(pointer.kind)
            for page in batched(records, _PAGE):
                left.only(kind, self._needed_by(kind, pointer, page))
        return self._left[pointer]

    def _asked(self, kind: str, pointer: Pointer, field: str, ids: Collection[str]) -> set[str]:
        """Asks what points at some records, and of each only until something is found that stayed behind."""
        waiting, found, after = set(ids), set[str](), None
        while waiting:
            for page in batched(self._source.stream(pointer.kind, where(field) == sorted(waiting), after=after), _PAGE):
                after = page[-1].id
                if needed := self._needed_by(kind, pointer, page) & waiting:
                    break
            else:
                return found
            found |= needed
            waiting -= needed
        return found

    def _needed_by(self, kind: str, pointer: Pointer, records: Sequence[Any]) -> set[str]:
        """Returns the ids of a kind at which those of some records point that stayed behind and may come."""
        pointing = [
            (record, ref)
            for record in records
            if (ref := getattr(record, pointer.link.attribute)) is not None and ref.kind in (kind, "bookings")
        ]
        coming = self._to_come.among(pointer.kind, [record for record, _ in pointing])
        return {ref.id for record, ref in pointing if record.id in coming}
