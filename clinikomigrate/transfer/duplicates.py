"""Patients whom the source has twice."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.digests import Digests
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.mapper import Mapped, Skip
from clinikomigrate.transfer.persons import Person
from clinikomigrate.transfer.phrases import counted, listed

_KIND: Final = "patients"


class Duplicates:
    """Looks for patients of the source who look like one person, and counts those who were merged into one.

    Archived patients are left out: whoever has two records of a patient and no way to merge them archives one.
    """

    def __init__(self) -> None:
        self._seen = Digests()
        self._same_as: dict[str, str] = {}
        self._merged = 0

    def close(self) -> None:
        """Gives the temporary file back."""
        self._seen.close()

    @property
    def kinds(self) -> Collection[str]:
        """The names of the kinds that are looked at."""
        return (_KIND,)

    def take(self, entity: Any, mapped: Mapped[Any] | Skip) -> None:  # noqa: ARG002 - as every look has it
        """Looks at one patient who goes.

        Args:
            entity: The source's patient (`Any`: as every look has it).
            mapped: What the mapper makes of it.
        """
        if entity.merged_with_patient is not None:
            self._merged += 1
        elif entity.archived_at is None:
            for key in Person.of(entity).found_by():
                for id in self._seen.ids(key)[:1]:
                    self._join(id, entity.id)
                self._seen.add(key, entity.id)

    def _join(self, one: str, other: str) -> None:
        first, second = self._first(one), self._first(other)
        if first != second:
            self._same_as[second] = first
            self._same_as.setdefault(first, first)

    def _first(self, id: str) -> str:
        """Returns the first record of the person."""
        while (same := self._same_as.get(id, id)) != id:
            id = same
        return id

    def _groups(self) -> list[list[str]]:
        groups: dict[str, list[str]] = {}
        for id in sorted(self._same_as, key=_by_age):
            groups.setdefault(self._first(id), []).append(id)
        return list(groups.values())

    def findings(self) -> Iterator[Finding]:
        """Says which patients look like one person, and how many were merged."""
        groups = self._groups()
        if groups:
            shown = listed([" = ".join(group) for group in groups])
            yield CODES.finding(
                "duplicate-patients",
                f"The source has {_persons(len(groups))} more than once, by the same name, and the same birth date, "
                f"e-mail address or telephone number: {shown}.",
                "Merge them in the source first (the finding's `ids` say which they are), or go on: all are copied.",
                kind=_KIND,
                ids=(id for group in groups for id in group),
            )
        if self._merged:
            yield CODES.finding(
                "merged-patients",
                f"{counted(self._merged, _KIND)} of the source {'was' if self._merged == 1 else 'were'} merged into "
                "another.",
                "Nothing to do: they are not made. What still hangs on them goes to whom they were merged into.",
                kind=_KIND,
            )


def _persons(number: int) -> str:
    return "what looks like one person" if number == 1 else f"what looks like {number:,} persons"


def _by_age(id: str) -> tuple[int, str]:
    """Sorts ids as numbers, the older ones first."""
    return (len(id), id)
