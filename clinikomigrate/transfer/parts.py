"""In which order the records of a kind go: what must be done before what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from clinikomigrate.client.query import Condition, where
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.journal import DOUBTFUL, Journal
from clinikomigrate.transfer.kinds import Kind
from clinikomigrate.transfer.source import IDS_A_REQUEST

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def _all(_: Any) -> bool:
    return True


@attrs.frozen
class Part:
    """Records of one kind that go together; the next part begins when all of them are done.

    Attributes:
        conditions: What the API is to apply.
        takes: Says whether a record is of this part.
        yields: Whether they give way to what the destination holds already, and to one another.
        ids: The source ids of the only records that can be of this part, in their order; None where any can.
    """

    conditions: tuple[Condition, ...] = ()
    takes: Callable[[Any], bool] = _all
    yields: bool = False
    ids: tuple[str, ...] | None = None

    def of(self, ids: tuple[str, ...]) -> Part:
        """Returns the part that holds only some of this one's records.

        Args:
            ids: Their source ids, in the order in which they are to go.
        """
        some = frozenset(ids)
        return attrs.evolve(self, takes=lambda record: record.id in some and self.takes(record), ids=ids)

    def in_order(self, records: Iterable[Any]) -> Iterator[Any]:
        """Brings records that were read by id into the part's order, as far as they were read together.

        Args:
            records: As the API gave them; what was not asked for comes last, and is not of the part.
        """
        place = {id: number for number, id in enumerate(self.ids or ())}
        for some in batched(records, IDS_A_REQUEST):
            yield from sorted(some, key=lambda record: place.get(record.id, len(place)))


def ordered_parts(kind: Kind, journal: Journal) -> tuple[Part, ...]:
    """Gives the parts in which a kind's records go.

    In each of them what an earlier run left in doubt goes before what its look-up could find.

    Args:
        kind: The kind.
        journal: Knows what is in doubt, and who was merged into another.
    """
    parts = _by_state(kind, journal)
    doubtful = in_doubt(kind, journal)
    return tuple(each for part in parts for each in (part.of(doubtful), part)) if doubtful else parts


def _by_state(kind: Kind, journal: Journal) -> tuple[Part, ...]:
    if kind.cancelled_first:
        return (
            Part((where("archived_at").not_null(),), lambda record: record.archived_at is not None),
            Part((where("cancelled_at").not_null(),), lambda record: record.cancelled_at is not None),
            Part(),
        )
    if kind.archived_last:
        return (Part((where("archived_at").is_null(),), lambda record: record.archived_at is None), Part())
    if kind.one_each:
        return (Part((), lambda record: not _is_merged(record, journal)), Part(yields=True))
    return (Part(),)


def in_doubt(kind: Kind, journal: Journal) -> tuple[str, ...]:
    """Gives the source ids of what an earlier run left in doubt, the latest write first.

    A look-up finds what was made since its write was about to leave. So that for the later of two writes never finds
    what the earlier one made, while the other way round it could; and what was found for one stands for no other.

    Args:
        kind: The kind.
        journal: Knows what is in doubt.
    """
    since: dict[str, datetime] = {}
    for some in batched(journal.ids(kind.name, DOUBTFUL), IDS_A_REQUEST):
        since |= {id: entry.since or _LONG_AGO for id, entry in journal.entries(kind.name, some).items()}
    return tuple(sorted(since, key=lambda id: (since[id], id), reverse=True))


def _is_merged(record: Any, journal: Journal) -> bool:
    """Says whether a record hangs on a patient who was merged into another."""
    entry = None if record.patient is None else journal.entry(record.patient)
    return entry is not None and entry.instead is not None
