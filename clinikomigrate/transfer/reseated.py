"""Tells whether the clinic gave a class other seats while it was open, so that these are not taken away again."""

from __future__ import annotations

from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.transfer.follow_ups import Change, Seats
from clinikomigrate.transfer.journal import Journal, Owed
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.mapper import Mapped
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.written import Written

WITH_SEATS: Final = frozenset(kind.seats_in for kind in KINDS.values() if kind.seats_in is not None)
"""Kinds of bookings that have room for so many and no more."""


class Reseated:
    """Knows of classes that wait to get their number of seats (back) whether they have another one by now.

    While a class is filled it has more room than in the end. A run may be interrupted just then, and the clinic may
    find it so and put it right.

    Args:
        sink: Says how many have room.
        journal: Knows how a class was written.
        patience: Waits out a lost connection.
    """

    def __init__(self, sink: Sink, journal: Journal, patience: Patience) -> None:
        self._sink = sink
        self._journal = journal
        self._written = Written(sink, journal.key, patience)

    def is_by_now(self, owed: Owed, mapped: Mapped[Any], record: Any) -> bool:
        """Says whether a class has a number of seats that this transfer did not give it.

        Args:
            owed: What gives the class the number that it is to have in the end.
            mapped: What the mapper makes of the source's class.
            record: The class as it is in the destination (`Any`: of the sink's own type).
        """
        seats, given_back = self._sink.seats(record), Seats.named(owed.name)
        if seats is None or self._is_untouched(owed, record):
            return False
        closing = [each for each in mapped.follow_ups if isinstance(each, Change)]
        ours = [_opened(mapped.draft, each.draft) for each in closing]
        ours += [] if given_back else [each.draft for each in closing]
        is_ours = any(self._sink.same(draft, record) for draft in ours)
        return bool(ours) and not is_ours and (given_back is None or given_back.number != seats)

    def _is_untouched(self, owed: Owed, record: Any) -> bool:
        entry = self._journal.entry(Ref(owed.kind, owed.source_id))
        known = None if entry is None else entry.written
        return known is not None and known == self._written.of(record)


def _opened(draft: Any, closing: Any) -> Any:
    """Returns of what a class was made as only what is changed in the end."""
    others = [field.name for field in attrs.fields(type(draft)) if getattr(closing, field.name) is UNSET]
    return attrs.evolve(draft, **dict.fromkeys(others, UNSET))
