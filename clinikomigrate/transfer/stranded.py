"""Records that stay, in an undo, on what lies in the archive and is made anew: a later run makes them anew as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.journal import Entry, Journal, State
from clinikomigrate.transfer.kinds import KINDS, Kind
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.sink import Sink


def let_go(sink: Sink, journal: Journal, patience: Patience, kind: Kind, ids: Sequence[str]) -> None:
    """Notes of what stays on archived records that it stands for nothing of the source's any more.

    The reason why it stays is kept. Nothing is read where nothing stays.

    Args:
        sink: Says what hangs on records.
        journal: Knows what stays.
        patience: Waits out a lost connection.
        kind: The kind of the archived records.
        ids: Their ids in the destination, at most 100.
    """
    if not ids or kind.name in sink.unarchives:  # of a patient nothing stays without the patient
        return
    owned = {each for each in _owned(kind) if next(journal.ids(each, [State.CREATED]), None) is not None}
    if not owned:
        return
    for _, of, there in patience.through(lambda: list(sink.hanging_on(kind.name, ids))):
        found = _standing(journal, of, there) if of in owned else None
        if found is not None:
            ref, entry = found
            journal.settle(ref, attrs.evolve(entry, state=State.UNDONE))


def _owned(kind: Kind) -> Iterator[str]:
    """Gives the kinds whose records hang on those of a kind, but for what comes along with them."""
    for each in KINDS.values():
        if each.seats_in == kind.name or any(link.kind == kind.name for link in each.owners):
            yield each.name


def _standing(journal: Journal, kind: str, there: str) -> tuple[Ref[object], Entry] | None:
    source = journal.source_of(kind, there)
    ref = Ref[object](kind, source or "")
    entry = journal.entry(ref)
    return (ref, entry) if entry is not None and entry.state is State.CREATED else None
