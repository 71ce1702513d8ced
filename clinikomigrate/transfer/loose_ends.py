"""Links of records that stay in an undo, to what it takes back: a later run brings them to what was made anew."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer import taken_back
from clinikomigrate.transfer.journal import Journal, State
from clinikomigrate.transfer.keeping import Keeping
from clinikomigrate.transfer.kinds import KINDS, possible_kinds
from clinikomigrate.transfer.resolve import Resolver

LOOSE: Final = "what it points at may have been taken back since, and has not come again"
"""The reason of a loss, until a later run has looked: a link to what this transfer had made."""

_OURS: Final = frozenset({State.CREATED, State.UNDONE})


def note(journal: Journal, keeping: Keeping, ref: Ref[Any], record: Any) -> None:
    """Notes durably which links of a record that stays lead to what an undo may take back.

    What the record hangs on stays with it, and is not among that.

    Args:
        journal: Remembers it.
        keeping: Knows what is this transfer's.
        ref: The source's record.
        record: What stands for it in the destination (`Any`: of the sink's own type).
    """
    there = {link.attribute: getattr(record, link.attribute, None) for link in KINDS[ref.kind].links if not link.owner}
    fields = [name for name, at in there.items() if isinstance(at, Ref) and keeping.state_of(at) in _OURS]
    if fields:
        journal.regained(ref, fields, [LOOSE], instead=LOOSE)


def retied(journal: Journal, resolver: Resolver, draft: Any, record: Any, names: Collection[str]) -> set[str]:
    """Says which links of a record lead to what was taken back, and came again as what a draft points at.

    Args:
        journal: Knows what was taken back.
        resolver: Knows what stands for the source's records by now.
        draft: What the record is to be, with the destination's ids.
        record: What it is (`Any`: of the sink's own type).
        names: The draft's attributes that are asked about.
    """
    return {name for name in names if _is_retied(journal, resolver, getattr(draft, name), _link(record, name))}


def _is_retied(journal: Journal, resolver: Resolver, wanted: object, at: Ref[Any] | None) -> bool:
    if at is None:
        return False
    for kind in possible_kinds(at.kind):
        source = taken_back.stood_for(journal, Ref(kind, at.id))
        found = None if source is None else resolver.arrived(Ref(kind, source))
        if found is not None and found[0] == wanted:
            return True
    return False


def _link(record: Any, name: str) -> Ref[Any] | None:
    at = getattr(record, name.removesuffix("_id"), None)
    return at if isinstance(at, Ref) else None
