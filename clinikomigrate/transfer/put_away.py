"""What came along with records that lie in the archive by now: their other sides, which must not come twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import NotFound, Unsupported
from clinikomigrate.transfer import taken_back
from clinikomigrate.transfer.carry import Cargo
from clinikomigrate.transfer.follow_ups import Archiving
from clinikomigrate.transfer.journal import Journal, State
from clinikomigrate.transfer.kinds import Kind
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.sink import Present, Sink


def found_again(sink: Sink, journal: Journal, patience: Patience, kind: Kind, cargos: Sequence[Cargo]) -> list[Cargo]:
    """Takes for records that are to be archived what came along with others that are archived by now.

    What is live is looked for anyway, and so is what has not been archived yet.

    Args:
        sink: Says what lies in the archive.
        journal: Knows what this transfer made.
        patience: Waits out a lost connection.
        kind: The records' kind.
        cargos: What is ready to be written.

    Returns:
        The same, but for what is adopted.
    """
    asked = [each for each in cargos if not each.doubtful and any(isinstance(f, Archiving) for f in each.follow_ups)]
    if not asked:
        return list(cargos)
    try:
        there = patience.through(lambda: sink.put_away([each.draft for each in asked]))
    except (NotFound, Unsupported):
        return list(cargos)
    found = {
        each.ref: present.id
        for each, pairs in zip(asked, there, strict=True)
        for present, along in pairs
        if _came_along(journal, kind, present, along)
    }
    return [attrs.evolve(each, adopted=found.get(each.ref, each.adopted)) for each in cargos]


def _came_along(journal: Journal, kind: Kind, present: Present, along: str) -> bool:
    """Says whether a record is nothing's yet, and came along with one that this transfer made, whoever archived it."""
    if journal.holds(kind.name, present.id) or taken_back.is_remembered(journal, Ref[Any](kind.name, present.id)):
        return False
    source = journal.source_of(kind.name, along)
    entry = None if source is None else journal.entry(Ref(kind.name, source))
    return entry is not None and entry.state is State.CREATED
