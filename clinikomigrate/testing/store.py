"""The tables of a simulated account: rows by id, an index of what points where, snapshots."""

from __future__ import annotations

import bisect
import copy
import random
from collections.abc import Iterator

import attrs

from clinikomigrate.testing.columns import Row
from clinikomigrate.testing.kinds import BOOKINGS, KINDS

LARGE = 10**18
"""Where ids of 19 digits begin."""


@attrs.frozen(repr=False)
class StoreSnapshot:
    """What a store held at one time; of use to `Store.restore` only."""

    tables: dict[str, dict[int, Row]]
    counters: tuple[int, int, dict[str, int]]
    randomness: object


class Store:
    """Keeps rows by kind and id, and finds those that point at a record without looking at all of them.

    Ids rise in the order of creation. The first few of each kind are small, as in accounts that are older than ids of
    19 digits; bookings of the three kinds count as one kind.

    Args:
        seed: What the ids are made from: another seed, other ids.
        small_ids: How many rows of each kind get small ids.
    """

    def __init__(self, seed: str, small_ids: int) -> None:
        self._random = random.Random(seed)
        self._small = self._random.randrange(1_000, 900_000)
        self._large = LARGE + self._random.randrange(LARGE // 10, 7 * LARGE)
        self._made: dict[str, int] = {}
        self._small_ids = small_ids
        self._tables: dict[str, dict[int, Row]] = {name: {} for name in KINDS}
        self._ids: dict[str, list[int]] = {name: [] for name in KINDS}
        self._index: dict[tuple[str, str], dict[str, set[int]]] = {}

    def new_id(self, kind: str) -> str:
        """Gives the next id of a kind."""
        family = "bookings" if kind in BOOKINGS else kind
        made = self._made[family] = self._made.get(family, 0) + 1
        if made <= self._small_ids:
            self._small += self._random.randrange(1, 40)
            return str(self._small)
        self._large += self._random.randrange(1, 10_000)
        return str(self._large)

    def insert(self, kind: str, row: Row) -> None:
        """Adds a row, which must have an id."""
        number = int(row["id"])
        self._tables[kind][number] = row
        bisect.insort(self._ids[kind], number)
        for column in self._pointers(kind):
            self._note(kind, column, row[column], number)

    def change(self, kind: str, row: Row, **values: object) -> None:
        """Sets columns of a row."""
        number = int(row["id"])
        for column in self._pointers(kind):
            if column in values and values[column] != row[column]:
                if row[column] is not None:
                    self._index[kind, column][row[column]].discard(number)
                self._note(kind, column, values[column], number)
        row.update(values)

    def remove(self, kind: str, row: Row) -> None:
        """Takes a row away, and out of the columns that point at it."""
        identifier = row["id"]
        self.change(kind, row, **dict.fromkeys(self._pointers(kind)))
        del self._tables[kind][int(identifier)]
        self._ids[kind].remove(int(identifier))
        for other in KINDS.values():
            for column in other.columns:
                if column.type == "reference" and column.to == kind:
                    for pointing in self.pointing(other.name, column.name, identifier):
                        self.change(other.name, pointing, **{column.name: None})

    def get(self, kind: str, identifier: str | None) -> Row | None:
        """Gives one row; for `bookings`, that of whichever kind holds the id."""
        if identifier is None:
            return None
        if kind == "bookings":
            return next((row for one in BOOKINGS if (row := self.get(one, identifier))), None)
        return self._tables[kind].get(int(identifier))

    def at(self, kind: str, identifier: str) -> Row:
        """Gives one row that is there.

        Raises:
            KeyError: It isn't.
        """
        row = self.get(kind, identifier)
        if row is None:
            raise KeyError(f"{kind} {identifier}")
        return row

    def booking_kind(self, identifier: str) -> str:
        """Names the kind of booking that holds an id."""
        return next(kind for kind in BOOKINGS if int(identifier) in self._tables[kind])

    def all(self, kind: str) -> Iterator[Row]:
        """Gives the rows of a kind by rising id; for `bookings`, of the three kinds."""
        if kind == "bookings":
            both = [row for one in BOOKINGS for row in self._tables[one].values()]
            return iter(sorted(both, key=lambda row: int(row["id"])))
        return self.after(kind, -1)

    def after(self, kind: str, number: int) -> Iterator[Row]:
        """Gives the rows of a kind whose ids are higher than a number, by rising id."""
        ids = self._ids[kind]
        table = self._tables[kind]
        return (table[one] for one in ids[bisect.bisect_right(ids, number) :])

    def pointing(self, kind: str, column: str, identifier: str) -> list[Row]:
        """Gives the rows whose column points at a record, by rising id."""
        numbers = self._index.get((kind, column), {}).get(identifier, ())
        return [self._tables[kind][number] for number in sorted(numbers)]

    def snapshot(self) -> StoreSnapshot:
        """Copies everything, for `restore`."""
        counters = (self._small, self._large, dict(self._made))
        return StoreSnapshot(copy.deepcopy(self._tables), counters, self._random.getstate())

    def restore(self, snapshot: StoreSnapshot) -> None:
        """Puts everything back as it was when the snapshot was taken."""
        tables = copy.deepcopy(snapshot.tables)
        self._small, self._large, made = snapshot.counters
        self._made = dict(made)
        self._random.setstate(snapshot.randomness)  # type: ignore[arg-type]  # what getstate gave
        self._tables = {name: {} for name in KINDS}
        self._ids = {name: [] for name in KINDS}
        self._index = {}
        for kind, rows in tables.items():
            for row in rows.values():
                self.insert(kind, row)

    def _note(self, kind: str, column: str, target: object, number: int) -> None:
        if target is not None:
            self._index.setdefault((kind, column), {}).setdefault(str(target), set()).add(number)

    @staticmethod
    def _pointers(kind: str) -> tuple[str, ...]:
        return _POINTERS[kind]


_POINTERS = {
    kind.name: tuple(column.name for column in kind.columns if column.type == "reference" and column.kept)
    for kind in KINDS.values()
}
