"""Which records go, and what those that go point at, asked for before anything is mapped."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import attrs

from clinikomigrate.client.query import Condition, where
from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.candidates import candidates
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.kinds import KINDS, pointing_at
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.steady import SteadySource


class Usage:
    """Says which records go, and what is in use among those that they point at.

    Args:
        source: Is read.
        scope: What the filter asked for.
        filter: Has the last word on each record.
        kinds: The names of the kinds that go.
    """

    def __init__(self, source: SteadySource, scope: Scope, filter: Filter, kinds: frozenset[str]) -> None:
        self._source = source
        self._scope = scope
        self._filter = filter
        self._kinds = kinds
        self._answers: dict[tuple[Ref[Any], frozenset[Ref[Any]]], bool] = {}
        self._pointed_at: dict[tuple[str, str], frozenset[str]] = {}

    def in_use(self, ref: Ref[Any], excluded: Collection[Ref[Any]] = ()) -> bool:
        """Says whether any record that goes points at another, and can't be or is less without it.

        Args:
            ref: What may be pointed at. The answer is remembered.
            excluded: What a mapper leaves out: a record that points at one of these does not go.
        """
        asked = (ref, frozenset(excluded))
        if asked not in self._answers:
            self._answers[asked] = any(
                ref.id in self._found_in(kind, ref.kind)
                if field is None
                else any(not _points(record, asked[1]) for record in self._going(kind, where(field) == ref.id))
                for kind, field in users_of(ref.kind)
                if kind in self._kinds
            )
        return self._answers[asked]

    def goes(self, kind: str, *conditions: Condition) -> bool:
        """Says whether any record of a kind goes that meets conditions. The first one tells.

        Args:
            kind: The record kind's name. Of one that was left out none goes; of one that no destination takes those
                count that hang on what goes, whether the kind was chosen or not.
            *conditions: Made with `where`.
        """
        asked_for = kind in self._kinds or KINDS[kind].left_behind is not None
        return asked_for and next(self._going(kind, *conditions), None) is not None

    def _found_in(self, kind: str, pointed_at: str) -> frozenset[str]:
        """Gives the ids of all records of a kind at which those of another point that go; reads the list once."""
        if (kind, pointed_at) not in self._pointed_at:
            refs = (ref for record in self._going(kind) for ref in _refs(record))
            self._pointed_at[kind, pointed_at] = frozenset(ref.id for ref in refs if ref.kind == pointed_at)
        return self._pointed_at[kind, pointed_at]

    def _going(self, kind: str, *conditions: Condition) -> Iterator[Any]:
        for record in candidates(self._source, self._scope, kind, *conditions):
            if self._scope.takes(record) and self._filter.keeps(record, self._scope):
                yield record


def users_of(kind: str) -> Iterator[tuple[str, str | None]]:
    """Gives the kinds that lose something without the records of another, and by what the API finds those.

    Args:
        kind: The name of a kind that may be matched and not made.
    """
    return ((each.name, link.field) for each, link in pointing_at(kind) if link.uses and each.left_behind is None)


def _refs(record: Any) -> Iterator[Ref[Any]]:
    values = (getattr(record, attribute.name) for attribute in attrs.fields(type(record)))
    return (value for value in values if isinstance(value, Ref))


def _points(record: Any, excluded: frozenset[Ref[Any]]) -> bool:
    return bool(excluded) and not excluded.isdisjoint(_refs(record))
