"""Says what is in use and has no counterpart, or more than one: one finding for all of a kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.sinks.codes import CODES
from clinikomigrate.sinks.counterparts import PEOPLE, Held, shown
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.names import nearest, shown_name
from clinikomigrate.transfer.phrases import counted, listed, one_of
from clinikomigrate.transfer.summary import Table

_MAPPED_KINDS: Final = ("businesses", "practitioners", "appointment_types")
"""Kinds for which a mapper takes settings, and without which their records can't go."""


def _nothing(kind: str, record: Any) -> Mapping[str, str]:  # noqa: ARG001 - as Settings.describe is called
    return {}


@attrs.frozen
class Settings:
    """What the settings of a mapper are called, and what it does with them.

    Attributes:
        mapper: The mapper's name.
        names: What the setting for a kind is called, where it is not called after the kind.
        only: The kinds that are matched; None for all that were read of both accounts.
        describe: Says, for a record that is to be made by hand, what to give it; nothing where that is for its owner to
            know (`Any`: of the kind's model).
    """

    mapper: str
    names: Mapping[str, str] = attrs.field(factory=dict)
    only: frozenset[str] | None = None
    describe: Callable[[str, Any], Mapping[str, str]] = _nothing


@attrs.frozen
class Unmatched:
    """The records of one kind that are in use and could not be matched.

    Attributes:
        kind: The record kind's name.
        missing: Those that nothing in the destination is like.
        doubtful: Those that several could be, each with the ids of those; or with one id, that another one is like too
            or whose name is another.
        settings: What the mapper's settings are called.
    """

    kind: str
    missing: Sequence[Held]
    doubtful: Sequence[tuple[Held, Sequence[str]]]
    settings: Settings

    def findings(self, destination: Sequence[Held]) -> Iterator[Finding]:
        """Says so.

        Args:
            destination: What the destination holds of the kind.
        """
        first = f"{one_of(self.kind).replace(' ', '-')}" if self.kind in _MAPPED_KINDS else "link"
        if self.missing:
            known = shown(self.kind, destination)
            what = [self._named(held, self._to_make(held, known)) for held in self.missing]
            yield CODES.finding(
                f"{first}-unmatched",
                f"{self._in_use(len(what))} no counterpart in the destination: {listed(what)}.",
                "Create what is missing there by hand, or take it out of the archive if it lies there (what is "
                f"archived is not looked at){self._or_say(self.missing[0][0])}.",
                kind=self.kind,
                ids=[id for id, _ in self.missing],
                table=self._table(),
            )
        if self.doubtful:
            what = [self._named(held, f"could be {listed(ids, last=' or ')}") for held, ids in self.doubtful]
            yield CODES.finding(
                f"{first}-ambiguous",
                f"{self._in_use(len(what))} no clear counterpart in the destination: {listed(what)}.",
                f"{self._tell_apart()}{self._or_say(self.doubtful[0][0][0])}.",
                kind=self.kind,
                ids=[id for (id, _), _ in self.doubtful],
            )

    def _to_make(self, held: Held, known: Sequence[str]) -> str:
        given = ", ".join(f"{what} {value}" for what, value in self.settings.describe(self.kind, held[1]).items())
        return "; ".join(part for part in (given, _like(held, self.kind, known)) if part)

    def _table(self) -> Table | None:
        """Lists what is to be made by hand; None where nothing describes it."""
        rows = [
            ({"id": id, "name": shown_name(self.kind, record) or ""}, self.settings.describe(self.kind, record))
            for id, record in self.missing
        ]
        columns = tuple(dict.fromkeys(column for known, told in rows for column in (*known, *told)))
        if len(columns) == len(rows[0][0]):
            return None
        return Table(
            "", columns, [[(known | dict(told)).get(column, "") for column in columns] for known, told in rows]
        )

    def _in_use(self, number: int) -> str:
        verb = "is in use and has" if number == 1 else "are in use and have"
        return f"{counted(number, self.kind)} of the source {verb}"

    def _named(self, held: Held, note: str) -> str:
        name = shown_name(self.kind, held[1])
        about = "; ".join(part for part in (held[0], note) if part) if name else note
        return (repr(name) if name else held[0]) + (f" ({about})" if about else "")

    def _tell_apart(self) -> str:
        if self.kind in PEOPLE:
            same = "the same name and e-mail address in both accounts"
            return f"Give who is one person {same}, and nobody else that address"
        return "Give them different names"

    def _or_say(self, id: str) -> str:
        if self.kind not in _MAPPED_KINDS:
            return "; what points at them goes without the link, or not at all"
        setting = self.settings.names.get(self.kind, self.kind)
        former = ", or all who left at once with former_practitioners" * (self.kind == "practitioners")
        return (
            f"; or say which one stands for each, with {self.settings.mapper}({setting}={{{id!r}: '...'}}); or leave "
            f"out what belongs to one, with {{{id!r}: EXCLUDE}}{former}"
        )


def _like(held: Held, kind: str, known: Sequence[str]) -> str:
    name = shown_name(kind, held[1])
    near = nearest(name, known) if name else []
    return f"or is it {listed([repr(each) for each in near], last=' or ')}?" if near else ""
