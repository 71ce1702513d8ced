"""Patients whom the source has twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any, Final

from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.digests import Digests, Key
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.mapper import Mapped, Skip
from clinikomigrate.transfer.persons import Person
from clinikomigrate.transfer.phrases import counted, listed

_KIND: Final = "patients"


class Duplicates:
    """Looks for patients of the source who look like one person, and counts those who were merged into one.

    Archived patients are left out: whoever has two records of a patient and no way to merge them archives one. Two who
    were born on different days are two: a father and a son of one name, with one telephone.
    """

    def __init__(self) -> None:
        self._seen = Digests()
        self._same_as: dict[str, str] = {}
        self._written_otherwise: set[str] = set()
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
            person = Person.of(entity)
            if person.date_of_birth is not None:
                self._note_birth(entity.id, person.date_of_birth)
            self._join(entity.id, person.found_by())
            if self._join(entity.id, person.may_be_found_by()):
                self._written_otherwise.add(entity.id)

    def _note_birth(self, id: str, born: date) -> None:
        """Notes who was the first to be born on somebody's day: that says who was born on one day, but not on which."""
        day: Key = ("born", born.isoformat())
        if not self._seen.ids(day):
            self._seen.add(day, id)
        self._seen.add(_birth_of(id), self._seen.ids(day)[0])

    def _join(self, id: str, keys: Iterable[Key]) -> bool:
        """Joins somebody with whoever has a key in common; says whether they were not one person before."""
        joined = False
        for key in keys:
            is_new = True
            for other in self._seen.ids(key):
                first, second = self._first(other), self._first(id)
                if first != second and not self._are_born_apart(first, second):
                    self._unite(first, second)
                    joined = True
                is_new = is_new and self._first(other) != self._first(id)
            if is_new:  # one of each person will do
                self._seen.add(key, id)
        return joined

    def _are_born_apart(self, first: str, second: str) -> bool:
        births = [self._seen.ids(_birth_of(id)) for id in (first, second)]
        return all(births) and births[0] != births[1]

    def _unite(self, first: str, second: str) -> None:
        self._same_as[second] = first
        self._same_as.setdefault(first, first)
        if not self._seen.ids(_birth_of(first)):
            for birth in self._seen.ids(_birth_of(second)):
                self._seen.add(_birth_of(first), birth)

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
            shown = listed([self._shown(group) for group in groups])
            yield CODES.finding(
                "duplicate-patients",
                f"The source has {_persons(len(groups))} more than once, by the same name, and the same birth date, "
                f"e-mail address or telephone number: {shown}.",
                "Look at them (the finding's `ids` say which they are), for a merge can't be undone. Merge them in the "
                "source first where they are one person, or go on: all are copied.",
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

    def _shown(self, group: list[str]) -> str:
        written = "" if self._written_otherwise.isdisjoint(group) else " (the name is written differently)"
        return " = ".join(group) + written


def _persons(number: int) -> str:
    return "what looks like one person" if number == 1 else f"what looks like {number:,} persons"


def _birth_of(id: str) -> Key:
    return ("birth of", id)


def _by_age(id: str) -> tuple[int, str]:
    """Sorts ids as numbers, the older ones first."""
    return (len(id), id)
