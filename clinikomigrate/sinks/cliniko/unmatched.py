"""Says what is in use and has no counterpart, or more than one: one finding for all of a kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from clinikomigrate.sinks.cliniko.codes import CODES
from clinikomigrate.sinks.cliniko.counterparts import Held, shown
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.names import nearest, shown_name
from clinikomigrate.transfer.phrases import counted, listed, one_of

MAPPED_KINDS: Final = ("businesses", "practitioners", "appointment_types")
"""Kinds for which a mapper takes settings, and without which their records can't go."""


@attrs.frozen
class Unmatched:
    """The records of one kind that are in use and could not be matched.

    Attributes:
        kind: The record kind's name.
        missing: Those that nothing in the destination is like.
        doubtful: Those that several could be, each with the ids of those; or with one id that another one is like too.
    """

    kind: str
    missing: Sequence[Held]
    doubtful: Sequence[tuple[Held, Sequence[str]]]

    def findings(self, destination: Sequence[Held]) -> Iterator[Finding]:
        """Says so.

        Args:
            destination: What the destination holds of the kind.
        """
        first = f"{one_of(self.kind).replace(' ', '-')}" if self.kind in MAPPED_KINDS else "link"
        if self.missing:
            known = shown(self.kind, destination)
            what = [self._named(held, _like(held, self.kind, known)) for held in self.missing]
            yield CODES.finding(
                f"{first}-unmatched",
                f"{self._in_use(len(what))} no counterpart in the destination: {listed(what)}.",
                f"Create what is missing there by hand{self._or_say(self.missing[0][0])}.",
                kind=self.kind,
                ids=[id for id, _ in self.missing],
            )
        if self.doubtful:
            what = [self._named(held, f"could be {listed(ids, last=' or ')}") for held, ids in self.doubtful]
            yield CODES.finding(
                f"{first}-ambiguous",
                f"{self._in_use(len(what))} no clear counterpart in the destination: {listed(what)}.",
                f"Give them different names{self._or_say(self.doubtful[0][0][0])}.",
                kind=self.kind,
                ids=[id for (id, _), _ in self.doubtful],
            )

    def _in_use(self, number: int) -> str:
        verb = "is in use and has" if number == 1 else "are in use and have"
        return f"{counted(number, self.kind)} of the source {verb}"

    def _named(self, held: Held, note: str) -> str:
        name = shown_name(self.kind, held[1])
        about = "; ".join(part for part in (held[0], note) if part) if name else note
        return (repr(name) if name else held[0]) + (f" ({about})" if about else "")

    def _or_say(self, id: str) -> str:
        if self.kind not in MAPPED_KINDS:
            return "; what points at them goes without the link, or not at all"
        former = ", or all who left at once with former_practitioners" * (self.kind == "practitioners")
        return (
            f"; or say which one stands for each, with ClinikoMapper({self.kind}={{{id!r}: '...'}}); or leave out what "
            f"belongs to one, with {{{id!r}: EXCLUDE}}{former}"
        )


def _like(held: Held, kind: str, known: Sequence[str]) -> str:
    name = shown_name(kind, held[1])
    near = nearest(name, known) if name else []
    return f"or is it {listed([repr(each) for each in near], last=' or ')}?" if near else ""
