"""Looks at chosen records before anything is written: one walk, any number of looks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol

from clinikomigrate.errors import Error
from clinikomigrate.transfer.candidates import candidates
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.mapper import Context, Mapped, Mapper, Skip
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.steady import SteadySource


class Look(Protocol):
    """Something that is looked for among the records that go."""

    @property
    def kinds(self) -> Collection[str]:
        """The names of the kinds that are looked at."""

    def take(self, entity: Any, mapped: Mapped[Any] | Skip) -> None:
        """Looks at one record that goes.

        Args:
            entity: The source's record (`Any`: of one of the kinds).
            mapped: What the mapper makes of it.
        """

    def findings(self) -> Iterable[Finding]:
        """Says what was found, once all records were looked at."""


class PlanLook(Protocol):
    """Something that is looked for among all records that go, while a plan goes through them."""

    def take(self, entity: Any) -> None:
        """Looks at one record that goes. Kinds that don't need each other are shown from several threads at once.

        Args:
            entity: The source's record (`Any`: of any kind, after those that it points at).
        """

    def findings(self) -> Iterable[Finding]:
        """Says what was found, once all records were looked at."""


def inspect(
    source: SteadySource,
    mapper: Mapper,
    context: Context,
    looks: Sequence[Look],
    *,
    filter: Filter,
    scope: Scope,
    kinds: frozenset[str],
) -> None:
    """Walks the chosen records that anybody looks at, each kind once; each look then tells its findings.

    Args:
        source: Gives the records, at one list read per 100.
        mapper: Maps them.
        context: What mapping may look at.
        looks: What is looked for.
        filter: Has the last word on each record.
        scope: What the filter asked for.
        kinds: The names of the kinds that go.
    """
    for kind in KINDS:
        wanted = [look for look in looks if kind in look.kinds] if kind in kinds else []
        for entity in candidates(source, scope, kind) if wanted else ():
            if scope.takes(entity) and filter.keeps(entity, scope):
                try:
                    mapped = mapper.map(kind, entity, context)
                except Error:  # the run sets it aside with its reason
                    continue
                for look in wanted:
                    look.take(entity, mapped)
