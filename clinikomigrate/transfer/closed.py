"""Whether this transfer has cancelled or archived a record."""

from __future__ import annotations

from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, Stage
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.kinds import KINDS, possible_kinds


def has_done(journal: Journal, ref: Ref[Any], closing: Cancel | Archiving) -> bool:
    """Says whether this transfer has cancelled or archived a record, and has not to do it again.

    Args:
        journal: Knows.
        ref: The source's record.
        closing: What may have been done, at whatever stage.
    """
    if journal.is_done(ref, closing.stage):
        return True
    at_once = Cancel(stage=Stage.SETTLE).name  # a seat in a class is
    return isinstance(closing, Cancel) and at_once in journal.finished(ref.kind, [ref.id], Stage.SETTLE).get(ref.id, ())


def has_done_to_whole(journal: Journal, entity: Any, closing: Cancel | Archiving) -> bool:
    """Says whether this transfer has cancelled or archived what a record is a part of, as the class of a seat.

    Args:
        journal: Knows.
        entity: The source's record (`Any`: of whatever kind).
        closing: What may have been done.
    """
    whole = getattr(entity, KINDS[entity.kind].part_of or "", None)
    if not isinstance(whole, Ref):
        return False
    return any(has_done(journal, Ref(kind, whole.id), closing) for kind in possible_kinds(whole.kind))
