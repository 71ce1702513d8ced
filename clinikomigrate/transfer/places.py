"""Finds out which places in bookings, of those that a record names, do not go."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.filters.filter import has_last_word
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.mapper import Mapped
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.steady import SteadySource

ELSEWHERE: Final = "some of the appointments that belong to it do not go"
"""The reason of a loss: a case keeps only those attendees whose bookings go."""

_ATTENDEES: Final = "attendees"


class Places:
    """Says of records that name attendees, cases, when some of them do not go.

    Args:
        source: Is read: the attendees that are named, 100 a request, where a filter may leave some of them behind.
        scope: Says what is chosen.
        filter: Has the last word on each record.
        kinds: The names of the kinds that go.
    """

    def __init__(self, source: SteadySource, scope: Scope, filter: Filter, kinds: Collection[str]) -> None:
        self._goes = _ATTENDEES in kinds
        self._source = source
        self._scope = scope
        self._filter = filter
        self._going: frozenset[str] = frozenset()

    def look(self, kind: str, entities: Iterable[Any]) -> None:
        """Reads the attendees that some records name; what was read before is forgotten.

        Args:
            kind: The records' kind.
            entities: The source's records (`Any`: of that kind).
        """
        if KINDS[kind].places is None or not (self._goes and self._narrows):
            return
        named = dict.fromkeys(id for entity in entities if self._scope.takes(entity) for id in _named(entity))
        conditions = self._scope.conditions(_ATTENDEES)
        self._going = frozenset(
            attendee.id
            for some in batched(iter(named), IDS_A_REQUEST)
            for attendee in self._source.by_id(_ATTENDEES, some, *conditions)
            if self._scope.takes(attendee) and self._filter.keeps(attendee, self._scope)
        )

    def keeping(self, entity: Any, mapped: Mapped[Any]) -> Mapped[Any]:
        """Says of one of the records when some of its attendees do not go.

        Args:
            entity: The source's record (`Any`: of whatever kind).
            mapped: What the mapper made of it.
        """
        name = KINDS[entity.kind].places
        if name is None or not self._narrows or self._going.issuperset(_named(entity)):
            return mapped
        return mapped.losing(name, ELSEWHERE)

    @property
    def _narrows(self) -> bool:
        """Whether a patient can go without some of the patient's bookings."""
        if not self._goes:
            return True
        limited = any(self._scope.limited(kind) for kind in ("bookings", _ATTENDEES))
        return limited or bool(self._scope.conditions(_ATTENDEES)) or has_last_word(self._filter)


def _named(entity: Any) -> tuple[str, ...]:
    name = KINDS[entity.kind].places
    return () if name is None else getattr(entity, name) or ()
