"""Looks for records that the destination would refuse as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

import attrs

from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.mapper import Mapped, Skip
from clinikomigrate.transfer.phrases import counted, listed

_LOOKED_AT: Final = frozenset({"contacts", "patients", "treatment_notes"})
"""Kinds whose records people write freely, so that they may lack what an API asks for."""


@attrs.define
class _Found:
    """Records of one kind with one reason.

    Attributes:
        fields: The attributes concerned, in the order in which they were met.
        ids: The records' source ids.
    """

    fields: dict[str, None] = attrs.field(factory=dict)
    ids: dict[str, None] = attrs.field(factory=dict)


class Mending:
    """Counts the records that don't go as they are: those that are changed to be taken, and those that are lost.

    What is found is ids, names of attributes and reasons; no record's text.
    """

    def __init__(self) -> None:
        self._mended: dict[tuple[str, str], _Found] = {}
        self._lost: dict[tuple[str, str], _Found] = {}

    @property
    def kinds(self) -> Collection[str]:
        """The names of the kinds that are looked at."""
        return _LOOKED_AT

    def take(self, entity: Any, mapped: Mapped[Any] | Skip) -> None:
        """Looks at one record that goes.

        Args:
            entity: The source's record (`Any`: of one of the kinds).
            mapped: What the mapper makes of it.
        """
        if isinstance(mapped, Skip):
            if mapped.lost:
                self._lost.setdefault((entity.kind, mapped.reason), _Found()).ids[entity.id] = None
            return
        for loss in mapped.losses:
            if loss.mended:
                found = self._mended.setdefault((entity.kind, loss.reason), _Found())
                found.fields[loss.field] = None
                found.ids[entity.id] = None

    def findings(self) -> Iterator[Finding]:
        """Says what was found: one finding for each kind and reason, the kinds in the order in which they go."""
        order = list(KINDS)
        for (kind, reason), found in sorted(self._lost.items(), key=lambda item: order.index(item[0][0])):
            yield CODES.finding(
                "records-lost",
                f"{counted(len(found.ids), kind)} can't go: {reason}.",
                "Look at them in the source (the finding's `ids` say which they are); what can be mended there goes.",
                kind=kind,
                ids=found.ids,
            )
        for (kind, reason), found in sorted(self._mended.items(), key=lambda item: order.index(item[0][0])):
            yield CODES.finding(
                "records-mended",
                f"{counted(len(found.ids), kind)} can't go just as {'it is' if len(found.ids) == 1 else 'they are'} "
                f"({listed(list(found.fields))}): {reason}.",
                "Mend before the run what can be mended (the finding's `ids` say which they are), or leave it so.",
                kind=kind,
                ids=found.ids,
            )
