"""Cancelling and archiving that was under way when a run ended: it may have been done, and nobody noted it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.carry import LATE, stop_if_general
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, FollowUp
from clinikomigrate.transfer.journal import Journal, Owed
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.reading_again import read_again
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.wire.clock import Clock

NOTES: Final = "under way: "
"""How the names begin under which the journal keeps this."""
_ARCHIVING: Final = Archiving().name.partition(":")[0]


def begin(journal: Journal, owed: Owed, follow_up: FollowUp) -> None:
    """Notes durably that a record is about to be cancelled or archived; of what else is done, nothing is noted.

    Args:
        journal: Remembers it.
        owed: What is owed to the record.
        follow_up: What is about to be done.
    """
    if isinstance(follow_up, Archiving | Cancel):
        journal.note(_name(owed), json.dumps([owed.kind, owed.source_id, owed.destination_id, owed.name]))


def end(journal: Journal, owed: Owed, follow_up: FollowUp) -> None:
    """Notes that what was under way came about and was noted, or was refused.

    Args:
        journal: Remembers it.
        owed: What is owed to the record.
        follow_up: What was about to be done.
    """
    if isinstance(follow_up, Archiving | Cancel):
        journal.note(_name(owed), "")


def settle(sink: Sink, journal: Journal, patience: Patience, clock: Clock) -> None:
    """Looks what came of all that was under way, so that nobody takes it for somebody else's work.

    It takes a list read for each 100 records of a kind that were under way, and nothing where none was.

    Args:
        sink: Reads records.
        journal: Knows what was under way.
        patience: Waits out a lost connection.
        clock: Tells the time: a process that was killed may have a request under way still.

    Raises:
        Stopped: The run is to end.
    """
    found = list(_found(journal))
    if not found:
        return
    clock.sleep_until(clock.monotonic() + LATE)
    for kind, of_kind in itertools.groupby(found, key=lambda owed: owed.kind):
        for some in batched(of_kind, IDS_A_REQUEST):
            _settle(sink, journal, patience, kind, some)


def _found(journal: Journal) -> Iterator[Owed]:
    """Gives what was under way, in the order of kinds; what stands for the record by now may be another one."""
    for _, text in journal.notes(NOTES):
        if text:
            yield Owed(*json.loads(text))


def _settle(sink: Sink, journal: Journal, patience: Patience, kind: str, some: Sequence[Owed]) -> None:
    try:
        there = read_again(sink, patience, kind, [owed.destination_id for owed in some]) or {}
    except Error as error:
        stop_if_general(error)  # it stays noted, and the next run looks again
        return
    for owed in some:
        closing = Archiving() if owed.name.startswith(_ARCHIVING) else Cancel()
        record = there.get(owed.destination_id)
        if record is not None and sink.shows(closing, record) and _stands(journal, owed):
            journal.follow_up_done(owed)
        end(journal, owed, closing)


def _stands(journal: Journal, owed: Owed) -> bool:
    """Says whether the record still stands for the source's: an undo may have taken it back, and a run made another."""
    entry = journal.entry(Ref[Any](owed.kind, owed.source_id))
    return entry is not None and entry.state.arrived and entry.destination_id == owed.destination_id


def _name(owed: Owed) -> str:
    return f"{NOTES}{owed.kind} {owed.source_id} {owed.name}"
