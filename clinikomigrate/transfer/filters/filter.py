"""What decides which records go."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.about import tell_about
from clinikomigrate.transfer.filters.merged import take_merged
from clinikomigrate.transfer.scope import Scope

if TYPE_CHECKING:
    from clinikomigrate.transfer.source import Source

F = TypeVar("F", bound="Filter")


class Filter:
    """Decides which records go. Subclass it to choose by rules of your own.

    Filters are combined with `&`: a record goes when both take it. What `keeps` raises says in a note for which record.
    """

    def __init_subclass__(cls, **settings: object) -> None:
        """Lets what a subclass's `keeps` raises say for which record."""
        super().__init_subclass__(**settings)
        if "keeps" in vars(cls):
            cls.keeps = _telling(cls.keeps)  # type: ignore[method-assign, assignment] # it stays the same method

    def __and__(self, other: Filter) -> Filter:
        if not isinstance(other, Filter):
            raise ConfigurationError(f"A filter is combined with another filter, not with {other!r}.")
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


def _telling(keeps: Callable[[F, Any, Scope], bool]) -> Callable[[F, Any, Scope], bool]:
    @wraps(keeps)
    def keeps_or_tells(self: F, record: Any, scope: Scope) -> bool:
        try:
            return keeps(self, record, scope)
        except Exception as error:
            tell_about(error, f"{type(self).__name__}.keeps", record)
            raise

    return keeps_or_tells


def ask(filter: Filter, source: Source, scope: Scope) -> None:
    """Lets a filter say what it asks for.

    With each patient whom it chooses those are chosen who were merged into them, and whom they were merged into: what
    hangs on any of them hangs on one patient in the destination.

    Args:
        filter: The filter.
        source: Is read.
        scope: Takes what is asked for.
    """
    filter.scope(source, scope)
    if scope.limited("patients") and not scope.is_tied("patients"):
        take_merged(source, scope)


def has_last_word(filter: Filter) -> bool:
    """Says whether a filter looks at single records, so that what it takes can't be told without reading them.

    Args:
        filter: The filter.
    """
    if isinstance(filter, Both):
        return any(has_last_word(each) for each in filter.filters)
    return type(filter).keeps is not Filter.keeps


class Everything(Filter):
    """Takes all that the source holds."""

    def __repr__(self) -> str:
        return "Everything()"


class Both(Filter):
    """Takes what two filters both take. `first & second` makes one.

    Attributes:
        filters: The two.
    """

    def __init__(self, first: Filter, second: Filter) -> None:
        self.filters = (first, second)

    def __repr__(self) -> str:
        return " & ".join(map(repr, self.filters))

    def scope(self, source: Source, scope: Scope) -> None:
        """Asks for what both ask for."""
        scope.parts = (Scope(), Scope())
        for each, part in zip(self.filters, scope.parts, strict=True):
            ask(each, source, part)
            scope.narrow(part)

    def keeps(self, record: Any, scope: Scope) -> bool:
        """Keeps what both keep."""
        return all(each.keeps(record, part) for each, part in zip(self.filters, scope.parts, strict=True))
