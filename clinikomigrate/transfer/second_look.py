"""Looks, before records of earlier runs are cancelled or archived, whether somebody works with them by now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, Change, FollowUp
from clinikomigrate.transfer.fresh import Fresh
from clinikomigrate.transfer.in_use import InUse
from clinikomigrate.transfer.journal import Journal, Owed
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.mapper import Mapped
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.reading_again import read_again
from clinikomigrate.transfer.resolve import Blocks, NeedsWhatDoesNotGo, Resolver
from clinikomigrate.transfer.sink import Sink, Wanted
from clinikomigrate.transfer.written import Written, is_lost

CANCELLED_AND_EDITED: Final = (
    "it was cancelled in the source, and edited in the destination: cancel it there by hand if it is not to take place"
)
ARCHIVED_AND_EDITED: Final = (
    "it was archived in the source, and edited in the destination: archive it there by hand if it is not needed"
)
ARCHIVED_AND_USED: Final = (
    "it was archived in the source, and records were added to it in the destination: archive it there by hand if it is "
    "not needed"
)
ARCHIVED_AND_NEEDED: Final = (
    "it was archived in the source, and the clinic works with it in the destination, where records point at it that do "
    "not in the source: archive it there by hand once none needs it"
)
_CATALOGUE: Final = frozenset(
    kind.name for kind in KINDS.values() if kind.closes and not kind.owners and not kind.shared
)
"""Kinds of records that belong to no patient and stand in no diary, and that others need."""


@attrs.frozen
class Due:
    """A record that is about to be cancelled or archived.

    Attributes:
        owed: What is owed to it.
        follow_up: What that does.
        entity: The source's record (`Any`: of whatever kind).
        mapped: What the mapper makes of it.
    """

    owed: Owed
    follow_up: FollowUp
    entity: Any
    mapped: Mapped[Any]


class SecondLook:
    """Says which records are not to be cancelled or archived, and why. What this very process made needs no look.

    It takes a list read for each 100 records, and for each 100 that are to be archived what `InUse` asks.

    Args:
        sink: Reads records.
        journal: Knows how they were written.
        resolver: Turns refs into ids.
        patience: Waits out a lost connection.
        fresh: Knows what this process made.
        in_use: Knows with what of them the clinic works.
    """

    def __init__(
        self, sink: Sink, journal: Journal, resolver: Resolver, patience: Patience, *, fresh: Fresh, in_use: InUse
    ) -> None:
        self._sink = sink
        self._journal = journal
        self._resolver = resolver
        self._fresh = fresh
        self._patience = patience
        self._written = Written(sink, journal.key, patience)
        self._in_use = in_use

    def objections(self, kind: str, dues: Sequence[Due]) -> Mapping[Owed, str]:
        """Says which records must stay as they are.

        Args:
            kind: Their kind.
            dues: What is about to be done, to at most 100 of them; other follow-ups than cancelling and archiving
                do no harm and are passed over.

        Returns:
            By what is owed to a record: why it isn't done.
        """
        asked = [each for each in dues if self._calls_for_a_look(each)]
        there = self._read(kind, [each.owed.destination_id for each in asked])
        left = [each for each in asked if self._is_open(each, there.get(each.owed.destination_id))]
        archived = [each.owed for each in left if isinstance(each.follow_up, Archiving)]
        edited = {each.owed: _edited(each) for each in left if self._is_edited(each, there[each.owed.destination_id])}
        reason = ARCHIVED_AND_NEEDED if kind in _CATALOGUE else ARCHIVED_AND_USED
        return {**dict.fromkeys(self._in_use.among(kind, archived), reason), **edited}

    def is_done_already(self, due: Due, record: Any) -> bool:
        """Says whether an interrupted run has changed a record, and only the answer was lost.

        Args:
            due: A change of it.
            record: The record as it is.
        """
        known, found = self._known(due), self._written.of(record)
        return bool(known) and found != known and self._is_as_meant(due, record)

    def _calls_for_a_look(self, due: Due) -> bool:
        owed = due.owed
        closes = isinstance(due.follow_up, Archiving | Cancel)
        return closes and not self._fresh.is_to_close(owed.kind, owed.destination_id)

    def _read(self, kind: str, ids: Sequence[str]) -> Mapping[str, Any]:
        found = read_again(self._sink, self._patience, kind, ids) if ids else None
        return found or {}  # where it can't be read, nobody can tell what was edited there

    def _is_open(self, due: Due, record: Any) -> bool:
        """Says whether there is anything to be done to a record."""
        return record is not None and not self._sink.shows(due.follow_up, record)

    def _is_edited(self, due: Due, record: Any) -> bool:
        """Says whether a record isn't as it was written; where that isn't known, whether it isn't as it was meant."""
        known, found = self._known(due), self._written.of(record)
        if found is None or found == known:
            return False
        return known is not None or not self._is_as_meant(due, record)

    def _known(self, due: Due) -> bytes | None:
        entry = self._journal.entry(Ref(due.owed.kind, due.owed.source_id))
        return None if entry is None else entry.written

    def _is_as_meant(self, due: Due, record: Any) -> bool:
        try:
            meant = self._patience.through(lambda: Wanted(self._resolved(due), tuple(self._changes(due))))
        except (Blocks, NeedsWhatDoesNotGo, Error):
            return False
        lost = self._journal.lost_fields(Ref(due.owed.kind, due.owed.source_id))
        return all(is_lost(name, lost) for name in self._sink.compare(meant, record))

    def _resolved(self, due: Due) -> Any:
        return self._resolver.draft(due.mapped.draft, due.entity)[0]

    def _changes(self, due: Due) -> Iterator[FollowUp]:
        for each in due.mapped.follow_ups:
            if isinstance(each, Change):
                yield attrs.evolve(each, draft=self._resolver.draft(each.draft, due.entity)[0])
            else:
                yield each


def _edited(due: Due) -> str:
    return CANCELLED_AND_EDITED if isinstance(due.follow_up, Cancel) else ARCHIVED_AND_EDITED
