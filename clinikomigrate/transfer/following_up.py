"""Does what records still need after they were made, one thing at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import Error, OutcomeUnknown
from clinikomigrate.transfer import under_way
from clinikomigrate.transfer.carry import explain, stop_if_general
from clinikomigrate.transfer.follow_ups import Change, CheckFile, FillIn, FollowUp
from clinikomigrate.transfer.imprints import digest
from clinikomigrate.transfer.journal import Journal, Owed
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.reading_again import read_again
from clinikomigrate.transfer.resolve import Blocks, NeedsWhatDoesNotGo, Resolver
from clinikomigrate.transfer.sent_last import SentLast
from clinikomigrate.transfer.sink import Finished, Sink
from clinikomigrate.transfer.written import Written

JUST_MADE: Final = object()
"""Stands for a record of the destination that was made a moment ago, so that nobody can have edited it."""


class FollowingUp:
    """Does follow-ups, and notes what came of them.

    Args:
        sink: Does them.
        journal: Remembers.
        resolver: Turns refs into ids.
        patience: Waits out a lost connection.
    """

    def __init__(self, sink: Sink, journal: Journal, resolver: Resolver, patience: Patience) -> None:
        self._sink = sink
        self._journal = journal
        self._resolver = resolver
        self._patience = patience
        self._key = journal.key
        self._written = Written(sink, journal.key, patience)
        self._sent_last = SentLast(sink, journal, patience)

    def before(self, kind: str, ids: Sequence[str]) -> Mapping[str, Any]:
        """Reads records of the destination that follow-ups are about to change.

        Args:
            kind: The record kind's name.
            ids: Their ids, at most 100.

        Returns:
            Them by id; nothing where the destination can't be read.
        """
        return read_again(self._sink, self._patience, kind, ids) or {}

    def finish(self, owed: Owed, follow_up: FollowUp, entity: Any, before: Any = JUST_MADE) -> bool:
        """Does one follow-up.

        Args:
            owed: The follow-up.
            follow_up: What it does.
            entity: The source's record (`Any`: of whatever kind).
            before: For a `Change`: the destination's record as it is, of the sink's own type; None where it can't be
                read.

        Returns:
            Whether it was done.

        Raises:
            Stopped: The run can't go on.
        """
        record = None
        try:
            ready, losses = self._patience.through(lambda: self._ready(follow_up, entity))
            if ready is not None:
                under_way.begin(self._journal, owed, ready)
                record = self._do(owed, ready)
        except (Blocks, NeedsWhatDoesNotGo):
            self._journal.follow_up_failed(owed, "waits for a record that could not go")
            return False
        except Error as error:
            stop_if_general(error)
            self._journal.follow_up_failed(owed, explain(error))
            if not isinstance(error, OutcomeUnknown):
                under_way.end(self._journal, owed, follow_up)
            return False
        if isinstance(record, Finished):
            written = self._written_by_now(owed, record.before, record.record)
            for loss in record.regained:
                self._journal.regained(Ref(owed.kind, owed.source_id), [loss.field], [loss.reason])
            self._journal.follow_up_done(owed, (*losses, *record.losses), written)
        elif isinstance(follow_up, CheckFile):
            self._journal.follow_up_done(owed, losses, file=None if record is None else digest(self._key, record))
        else:
            self._journal.follow_up_done(owed, losses, self._changed(owed, follow_up, before, record))
        under_way.end(self._journal, owed, follow_up)
        return True

    def _do(self, owed: Owed, ready: FollowUp) -> Any:
        """Does a follow-up, and nothing that would be nothing by now."""
        if not isinstance(ready, Change):
            return self._patience.through(lambda: self._sink.finish(owed.kind, owed.destination_id, ready))
        ref: Ref[Any] = Ref(owed.kind, owed.source_id)
        change = attrs.evolve(ready, draft=self._sent_last.merged(ref, owed.destination_id, ready.draft))
        if not _says(change.draft):
            return None
        record = self._patience.through(lambda: self._sink.finish(owed.kind, owed.destination_id, change))
        self._sent_last.sent(ref, ready.draft)
        return record

    def _changed(self, owed: Owed, follow_up: FollowUp, before: Any, record: Any) -> bytes | None:
        """Returns the digest of what a follow-up made of a record; None where somebody edited it before, or may have.

        What was known of such a record stays, so that its edit is seen by a later run. A patient's settings that are
        given back are no part of what is known.
        """
        if not isinstance(follow_up, Change):
            return None
        return self._written.of(record) if before is JUST_MADE else self._written_by_now(owed, before, record)

    def _written_by_now(self, owed: Owed, before: Any, record: Any) -> bytes | None:
        entry = self._journal.entry(Ref(owed.kind, owed.source_id))
        known = None if entry is None else entry.written
        return None if known is None or known != self._written.of(before) else self._written.of(record)

    def _ready(self, follow_up: FollowUp, entity: Any) -> tuple[FollowUp | None, tuple[Loss, ...]]:
        if isinstance(follow_up, Change | FillIn):
            draft, losses = self._resolver.draft(follow_up.draft, entity)
            return attrs.evolve(follow_up, draft=draft) if _says(draft) else None, losses
        if isinstance(follow_up, CheckFile):
            return attrs.evolve(follow_up, file=self._resolver.file(entity)), ()
        return follow_up, ()


def _says(draft: Any) -> bool:
    """Says whether a draft sets anything."""
    return any(value is not UNSET for value in attrs.asdict(draft, recurse=False).values())
