"""What records that went before are owed by now, because the destination was told to take more of them since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error
from clinikomigrate.transfer.follow_ups import Arrive, Cancel
from clinikomigrate.transfer.journal import Entry, Journal, State
from clinikomigrate.transfer.mapper import Mapped, Skip
from clinikomigrate.transfer.sink import Sink

_CHOSEN: Final = (Arrive, Cancel)
"""What a sink can be told to do or not to do."""


Again: TypeAlias = Callable[[Any], Mapped[Any] | Skip]
"""Maps a record (`Any`: of whatever kind) that went before."""


def mapped_again(entity: Any, mapping: Again) -> Mapped[Any] | None:
    """Maps a record that went before; None where that fails, or it would be skipped by now: it stays as it is.

    Args:
        entity: The record (`Any`: of whatever kind).
        mapping: Maps it.
    """
    try:
        mapped = mapping(entity)
    except Error:
        return None
    return None if isinstance(mapped, Skip) else mapped


class CatchingUp:
    """Notes what is owed to records of which there is no change to bring over; a change brings along all that is owed.

    Args:
        sink: Says of which kinds it may take more than it did.
        journal: Knows what each record was given.
    """

    def __init__(self, sink: Sink, journal: Journal) -> None:
        self._kinds = sink.catches_up
        self._journal = journal

    def look(self, ref: Ref[Any], entity: Any, entry: Entry, mapping: Again) -> bool:
        """Looks whether a record that this transfer made is owed what it was not given when it went.

        Args:
            ref: The source's record.
            entity: The record itself (`Any`: of whatever kind).
            entry: What the journal knows of it.
            mapping: Maps it again.

        Returns:
            Whether it is.
        """
        if ref.kind not in self._kinds or entry.state is not State.CREATED:
            return False
        mapped = mapped_again(entity, mapping)
        if mapped is None:
            return False
        self._note_losses(ref, mapped)
        owed = [each for each in mapped.follow_ups if isinstance(each, _CHOSEN)]
        fresh = [each for each in owed if not self._is_known(ref, each)]
        self._journal.renew(ref, [(each.stage, each.name) for each in fresh])
        return bool(fresh)

    def _is_known(self, ref: Ref[Any], follow_up: Arrive | Cancel) -> bool:
        return self._journal.owes(ref, follow_up.stage) or self._journal.is_done(ref, follow_up.stage)

    def _note_losses(self, ref: Ref[Any], mapped: Mapped[Any]) -> None:
        """Notes what can't be done of what the sink was told to, and forgets of it what can be done by now."""
        reasons = self._kinds[ref.kind]
        known = set(self._journal.lost(ref.kind, [ref.id], reasons).get(ref.id, ()))
        lost = {loss.field: loss.reason for loss in mapped.losses if loss.reason in reasons}
        if known - lost.keys():
            self._journal.regained(ref, known - lost.keys(), reasons)
        for field in lost.keys() - known:
            self._journal.regained(ref, [field], reasons, instead=lost[field])
