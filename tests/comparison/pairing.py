"""Which record of the destination is the copy of which record of the source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import attrs

from .expectations import meets, shortened

Row = dict[str, Any]
"""One record as an account keeps it."""


class Account(Protocol):
    """What the comparison must know of a simulated account."""

    @property
    def settings(self) -> Row:
        """The account's settings, with its id."""

    def rows(self, kind: str) -> list[Row]:
        """Gives all rows of a kind, hidden ones too, by rising id."""

    def custom_fields_definition(self) -> Row:
        """Gives the definition of patients' custom fields."""


@attrs.frozen
class Original:
    """A record of the source, told as its copy must be.

    Attributes:
        row: The record.
        expected: What the copy must hold; values or `Expectation`s.
        optional: Whether the copy may be absent.
    """

    row: Row
    expected: Mapping[str, object]
    optional: bool = False


@attrs.frozen
class Copy:
    """A record of the destination.

    Attributes:
        row: The record.
        actual: What it holds, by the names of `Original.expected`.
        addition: Whether it may be one that a transfer makes to say something in words.
    """

    row: Row
    actual: Mapping[str, object]
    addition: bool = False


class Accounts:
    """Two accounts, the pairs found so far, and what was found to be wrong.

    Args:
        source: The account that was copied.
        destination: The account that holds the copies.
    """

    def __init__(self, source: Account, destination: Account) -> None:
        self.accounts = (source, destination)
        self._rows: tuple[dict[str, list[Row]], dict[str, list[Row]]] = ({}, {})
        self._by_id: tuple[dict[str, dict[str, Row]], dict[str, dict[str, Row]]] = ({}, {})
        self.pairs: dict[str, dict[str, str]] = defaultdict(dict)
        self.differences: list[str] = []

    def source(self, kind: str) -> list[Row]:
        """Gives all rows of a kind in the source."""
        return self._all(0, kind)

    def destination(self, kind: str) -> list[Row]:
        """Gives all rows of a kind in the destination."""
        return self._all(1, kind)

    def source_row(self, kind: str, identifier: object) -> Row:
        """Gives a row of the source by id; an empty one when there is none."""
        self._all(0, kind)
        return self._by_id[0][kind].get(str(identifier), {})

    def destination_row(self, kind: str, identifier: object) -> Row:
        """Gives a row of the destination by id; an empty one when there is none."""
        self._all(1, kind)
        return self._by_id[1][kind].get(str(identifier), {})

    def copy_of(self, kind: str, identifier: object) -> str | None:
        """Gives the id of a record's copy; None for no record, a text that no id equals for one without copy."""
        if identifier is None:
            return None
        if kind == "patients":
            identifier = self.survivor(str(identifier))
        return self.pairs[kind].get(str(identifier), f"the copy of {kind} {identifier}")

    def survivor(self, patient: str) -> str:
        """Gives the patient who is left after merging: the end of the chain."""
        seen = set()
        while patient not in seen:
            seen.add(patient)
            patient = str(self.source_row("patients", patient).get("merged_with_patient_id") or patient)
        return patient

    def say(self, difference: str) -> None:
        """Notes a difference."""
        self.differences.append(difference)

    def pair(self, kind: str, keys: tuple[str, ...], originals: Iterable[Original], copies: Iterable[Copy]) -> None:
        """Pairs the records of one kind and notes every one that is missing, too many or different.

        Records are compared with those that agree in `keys`, best fit first; what is left is compared with
        what else is left, for a record whose key itself is wrong.
        """
        waiting: dict[tuple[object, ...], list[Copy]] = defaultdict(list)
        for copy in copies:
            waiting[_key(copy.actual, keys)].append(copy)
        groups: dict[tuple[object, ...], list[Original]] = defaultdict(list)
        for original in originals:
            groups[_key(original.expected, keys)].append(original)
        left: list[Original] = []
        paired: dict[tuple[object, ...], list[Copy]] = defaultdict(list)
        for key, group in groups.items():
            there = waiting.get(key, [])
            for original, copy in _best_pairs(group, there):
                paired[key].append(copy)
                self._note(kind, original, copy)
            left += [original for original in group if not original.optional]
        lost_copies = [copy for group in waiting.values() for copy in group]
        if len(left) * len(lost_copies) <= 20_000:
            for original, copy in _best_pairs(left, lost_copies, most=0.34):
                self._note(kind, original, copy)
        for original in left:
            self.say(f"{kind} {original.row['id']}: missing in the destination")
        for copy in lost_copies:
            twin = next((one for one in paired[_key(copy.actual, keys)] if _twins(one, copy)), None)
            if twin is not None:
                self.say(f"{kind} {copy.row['id']} in the destination: doubled, the same as {twin.row['id']}")
            elif not copy.addition:
                self.say(f"{kind} {copy.row['id']} in the destination: there is no such record in the source")

    def _note(self, kind: str, original: Original, copy: Copy) -> None:
        self.pairs[kind][original.row["id"]] = copy.row["id"]
        for name, wanted in original.expected.items():
            actual = copy.actual.get(name)
            if not meets(wanted, actual):
                self.say(
                    f"{kind} {original.row['id']} -> {copy.row['id']}: {name} is {shortened(actual)}, "
                    f"must be {shortened(wanted)}"
                )

    def _all(self, side: int, kind: str) -> list[Row]:
        if kind not in self._rows[side]:
            rows = self.accounts[side].rows(kind)
            self._rows[side][kind] = rows
            self._by_id[side][kind] = {row["id"]: row for row in rows}
        return self._rows[side][kind]


def _key(values: Mapping[str, object], keys: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(values.get(key) for key in keys)


def _twins(one: Copy, other: Copy) -> bool:
    return dict(one.actual) == dict(other.actual)


def _misfit(original: Original, copy: Copy) -> int:
    return sum(not meets(wanted, copy.actual.get(name)) for name, wanted in original.expected.items())


def _best_pairs(originals: list[Original], copies: list[Copy], most: float = 1.0) -> list[tuple[Original, Copy]]:
    """Takes pairs out of two lists, best fit first, then oldest first.

    Args:
        originals: Records of the source; those that were paired are taken out.
        copies: Records of the destination; those that were paired are taken out.
        most: The share of the fields in which a pair may differ.
    """
    if len(originals) == len(copies) == 1 and most == 1.0:
        return [(originals.pop(), copies.pop())]
    scores = sorted(
        (misfit, row, column)
        for row, original in enumerate(originals)
        for column, copy in enumerate(copies)
        for misfit in [_misfit(original, copy)]
        if misfit <= most * len(original.expected)
    )
    rows: set[int] = set()
    columns: set[int] = set()
    found = []
    for _, row, column in scores:
        if row not in rows and column not in columns:
            rows.add(row)
            columns.add(column)
            found.append((originals[row], copies[column]))
    originals[:] = [original for row, original in enumerate(originals) if row not in rows]
    copies[:] = [copy for column, copy in enumerate(copies) if column not in columns]
    return found
