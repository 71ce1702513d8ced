"""The tables of a simulated workspace: rows by id, in the order of ids."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator

import attrs

from clinikomigrate.testing.splose.kinds import KINDS
from clinikomigrate.testing.splose.properties import Row


@attrs.frozen(repr=False)
class TablesSnapshot:
    """What the tables held at one time; of use to `Tables.restore` only."""

    rows: dict[str, dict[int, Row]]
    highest: dict[str, int]
    randomness: object


class Tables:
    """Keeps rows by kind and id. Ids rise in the order of creation.

    Args:
        seed: What the ids are made from: another seed, other ids.
    """

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self._rows: dict[str, dict[int, Row]] = {name: {} for name in KINDS}
        self._highest = {name: self._random.randrange(1_000, 900_000) for name in (*KINDS, "options")}

    def new_id(self, kind: str) -> int:
        """Gives the next id of a kind."""
        self._highest[kind] += self._random.randrange(1, 10)
        return self._highest[kind]

    def insert(self, kind: str, row: Row) -> None:
        """Adds a row, which must have an id higher than all others of its kind."""
        self._rows[kind][row["id"]] = row

    def get(self, kind: str, id: object) -> Row | None:
        """Gives one row; None where it isn't there."""
        return self._rows[kind].get(id) if isinstance(id, int) else None

    def at(self, kind: str, id: int) -> Row:
        """Gives one row that is there.

        Raises:
            KeyError: It isn't.
        """
        return self._rows[kind][id]

    def all(self, kind: str) -> Iterator[Row]:
        """Gives the rows of a kind by rising id."""
        return iter(list(self._rows[kind].values()))

    def snapshot(self) -> TablesSnapshot:
        """Copies everything, for `restore`."""
        return TablesSnapshot(copy.deepcopy(self._rows), dict(self._highest), self._random.getstate())

    def restore(self, snapshot: TablesSnapshot) -> None:
        """Puts everything back as it was when the snapshot was taken."""
        self._rows = copy.deepcopy(snapshot.rows)
        self._highest = dict(snapshot.highest)
        self._random.setstate(snapshot.randomness)  # type: ignore[arg-type]  # what getstate gave
