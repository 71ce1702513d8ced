"""Reads what may have been chosen of a kind, in as few requests as can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from clinikomigrate.client.query import Condition, where
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.kinds import BOOKING_KINDS, KINDS
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import IDS_A_REQUEST, Source

_PAGE: Final = 100
"""How many records a list read gives."""


@attrs.frozen
class _Way:
    """A way to ask for some records of a kind: by ids that were chosen, some at a time.

    Attributes:
        field: What the API compares with the ids.
        kind: The kind whose ids they are.
        ids: How many ids there are.
    """

    field: str
    kind: str
    ids: int

    @property
    def batches(self) -> int:
        """How many requests it takes at least."""
        return -(-self.ids // IDS_A_REQUEST)


def candidates(source: Source, scope: Scope, kind: str, *conditions: Condition) -> Iterator[Any]:
    """Gives the records of a kind that may have been chosen, and maybe others.

    Where records were chosen by id, or patients or bookings were on which they hang, the API is asked for just those,
    100 ids a request, when that is cheaper than the list of all.

    Args:
        source: Is read.
        scope: Says what was chosen; whether a record was, `scope.takes` tells.
        kind: The record kind's name.
        *conditions: What the API is to apply besides what the scope asks for.
    """
    asked = (*scope.conditions(kind), *conditions)
    way = _cheapest(source, kind, _ways(scope, kind), asked)
    if way is None:
        yield from source.stream(kind, *asked)
        return
    for some in batched(scope.ids(way.kind), IDS_A_REQUEST):
        if way.field == "id":
            yield from source.by_id(kind, some, *asked)
        else:
            yield from source.stream(kind, where(way.field) == some, *asked)


def _ways(scope: Scope, kind: str) -> Iterator[_Way]:
    by = [("id", kind)]
    if kind in BOOKING_KINDS:
        by.append(("id", "bookings"))
    by += [(link.field, link.kind) for link in KINDS[kind].owners if link.field is not None]
    for field, of in by:
        if scope.limited(of):
            yield _Way(field, of, scope.count(of))


def _cheapest(source: Source, kind: str, ways: Iterator[_Way], asked: tuple[Condition, ...]) -> _Way | None:
    """Picks the way that takes the fewest requests; None for the list."""
    found = sorted(ways, key=lambda way: way.ids)
    if not found:
        return None
    if found[0].batches <= 1:  # which no list can beat
        return found[0]
    if source.requests_per_minute is None:
        return None
    pages = source.count(kind, *asked) / _PAGE
    costs = [(_cost(source, way, pages), number) for number, way in enumerate(found) if way.batches < pages]
    cost, number = min(costs, default=(pages, 0))
    return found[number] if cost < pages else None


def _cost(source: Source, way: _Way, pages: float) -> float:
    """Returns how many requests a way takes: those of one id give one record, others as many as hang on them."""
    if way.field == "id":
        return way.batches
    return way.batches + pages * way.ids / max(way.ids, source.count(way.kind))
