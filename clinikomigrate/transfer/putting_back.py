"""Patients whom an undo takes out of the archive to mute them: whoever stays is put back at its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.follow_ups import Archiving, Stage
from clinikomigrate.transfer.journal import Journal, Owed

BACK: Final = Archiving(stage=Stage.RESTORE)
"""What is owed to such a patient from before the moment until it is done, beside what a run would do last of all."""

_KIND: Final = "patients"


def is_out(journal: Journal, ref: Ref[Any]) -> bool:
    """Says whether a record is to be put back.

    Args:
        journal: Knows who was taken out.
        ref: The source's record.
    """
    if ref.kind != _KIND or not journal.owes(ref, BACK.stage):
        return False
    before = Owed(ref.kind, ref.id, "", "")
    first = journal.owed(BACK.stage, ref.kind, before, 1, ready=False)  # by name it comes before all others
    return [(ref.id, BACK.name)] == [(owed.source_id, owed.name) for owed in first]


def out(journal: Journal) -> Iterator[Owed]:
    """Gives who is to be put back.

    Args:
        journal: Knows who was taken out; it may be written to meanwhile.
    """
    last: Owed | None = None
    while page := journal.owed(BACK.stage, _KIND, last, ready=False):
        yield from (owed for owed in page if owed.name == BACK.name)
        last = page[-1]


def put_back(journal: Journal, owed: Owed) -> None:
    """Notes that a patient is in the archive again.

    Args:
        journal: Remembers it.
        owed: As `out` gave it.
    """
    again = Archiving()
    journal.follow_up_done(Owed(owed.kind, owed.source_id, owed.destination_id, again.name))
    journal.follow_up_done(owed)
