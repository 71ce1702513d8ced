"""Everything that Splose's API has no way of making."""

from __future__ import annotations

from typing import Any

from clinikomigrate.sinks.splose.left_behind import LEFT_BEHIND
from clinikomigrate.sinks.splose.mapping.family import Family
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.mapper import Context, Mapped, Skip


class Rest(Family):
    """Leaves behind what has no place in Splose."""

    def map(self, kind: str, entity: Any, context: Context) -> Mapped[Any] | Skip:
        """Maps one entity by the method for its kind; without one it stays behind, for the reason of its kind.

        Args:
            kind: The record kind's name.
            entity: The source's record (`Any`: of the kind's model).
            context: What preflight read.
        """
        reason = LEFT_BEHIND.get(type(entity))
        if reason is not None and not hasattr(self, KINDS[kind].singular):
            return Skip(reason, lost=True, lasting=True)
        return super().map(kind, entity, context)
