"""What decides which records go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clinikomigrate.transfer.scope import Scope

if TYPE_CHECKING:
    from clinikomigrate.transfer.source import Source


class Filter:
    """Decides which records go. Subclass it to choose by rules of your own.

    Filters are combined with `&`: a record goes when both take it.
    """

    def __and__(self, other: Filter) -> Filter:
        return Both(self, other)

    def scope(self, source: Source, scope: Scope) -> None:
        """Reads from the source what the filter must know, and says what it asks for.

        Args:
            source: The source, to read from.
            scope: Takes what is asked for: `scope.only(kind, ids)`, `scope.where(kind, condition)`.
        """

    def keeps(self, record: Any, scope: Scope) -> bool:  # noqa: ARG002 - for subclasses
        """Has the last word on one record.

        Args:
            record: The source's record (`Any`: of any kind's model; its `kind` says which).
            scope: What was asked for.

        Returns:
            Whether the record goes.
        """
        return True


class Everything(Filter):
    """Takes all that the source holds."""

    def __repr__(self) -> str:
        return "Everything()"


class Both(Filter):
    """Takes what two filters both take. `first & second` makes one."""

    def __init__(self, first: Filter, second: Filter) -> None:
        self._filters = (first, second)

    def __repr__(self) -> str:
        return " & ".join(map(repr, self._filters))

    def scope(self, source: Source, scope: Scope) -> None:
        """Asks for what both ask for."""
        scope.parts = (Scope(), Scope())
        for each, part in zip(self._filters, scope.parts, strict=True):
            each.scope(source, part)
            scope.narrow(part)

    def keeps(self, record: Any, scope: Scope) -> bool:
        """Keeps what both keep."""
        return all(each.keeps(record, part) for each, part in zip(self._filters, scope.parts, strict=True))
