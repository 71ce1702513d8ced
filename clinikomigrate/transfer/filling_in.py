"""What records that went before can be given by now, because the destination has a place for it since."""

from __future__ import annotations

from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.catching_up import Again, mapped_again
from clinikomigrate.transfer.follow_ups import Change, FillIn
from clinikomigrate.transfer.journal import Entry, Journal, State
from clinikomigrate.transfer.sink import Sink


class FillingIn:
    """Notes what is owed to records of which there is no change to bring over.

    Args:
        sink: Says which losses tell that the destination had no place for something.
        journal: Knows what each record lost.
    """

    def __init__(self, sink: Sink, journal: Journal) -> None:
        self._kinds = sink.fills_in
        self._journal = journal

    def look(self, ref: Ref[Any], entity: Any, entry: Entry, mapping: Again) -> bool:
        """Looks whether what a record lost has a place by now; only what this transfer made is given it.

        Args:
            ref: The source's record.
            entity: The record itself (`Any`: of whatever kind).
            entry: What the journal knows of it.
            mapping: Maps it again.

        Returns:
            Whether it is to be filled in.
        """
        reasons = self._kinds.get(ref.kind, ())
        if not reasons or entry.state is not State.CREATED:
            return False
        lost = {(field, reason) for reason in reasons for field in self._lost(ref, reason)}
        if not lost:
            return False
        mapped = mapped_again(entity, mapping)
        if mapped is None:
            return False
        still = {loss.field: loss.reason for loss in mapped.losses if loss.reason in reasons}
        gained = lost - set(still.items())
        changes = bool(gained) and any(isinstance(each, Change) for each in mapped.follow_ups)
        if changes:
            self._journal.renew(ref, [(FillIn().stage, FillIn().name)])  # before: an interruption loses nothing
        for field, reason in gained:
            self._journal.regained(ref, [field], [reason], instead=still.get(field))
        return changes

    def _lost(self, ref: Ref[Any], reason: str) -> set[str]:
        return set(self._journal.lost(ref.kind, [ref.id], [reason]).get(ref.id, ()))
