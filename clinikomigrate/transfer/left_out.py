"""Why records do not go, though nothing is wrong with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs

from clinikomigrate.transfer.aside import STATES, SetAside
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.journal import Journal, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.summary import Table
from clinikomigrate.transfer.tally import Count

_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")
_WAITS: Final = "waits for a record that could not go"


@attrs.frozen
class LeftOut:
    """How many records of a kind do not go, for one reason.

    Attributes:
        kind: The record kind.
        reason: Why.
        records: How many.
        chosen: Whether the filter chose them.
    """

    kind: str
    reason: str
    records: int
    chosen: bool = True


def left_out(kinds: Mapping[str, Count], journal: Journal, filter: Filter) -> tuple[LeftOut, ...]:
    """Says what does not go: what the filter did not choose, and what is skipped as it should be.

    Args:
        kinds: The counts by kind, of a run that came to its end.
        journal: Knows what was skipped, and why.
        filter: Who chose.
    """
    not_chosen = f"not chosen by the filter {shown(filter)}, nor needed by what is"
    rows = [LeftOut(kind, not_chosen, count.found - count.selected, chosen=False) for kind, count in kinds.items()]
    rows += [
        LeftOut(kind, reason, count.skipped)
        for kind, count in kinds.items()
        if (reason := KINDS[kind].left_behind) is not None
    ]
    rows += [LeftOut(*row) for row in journal.skipped()]
    order = list(KINDS)
    return tuple(sorted((row for row in rows if row.records), key=lambda row: order.index(row.kind)))


def could_not_go(aside: Iterable[SetAside]) -> tuple[LeftOut, ...]:
    """Says why records could not go, or not wholly, counted by reason.

    Args:
        aside: The records, one by one.
    """
    counted = Counter((row.kind, _WAITS if row.state == STATES[State.BLOCKED] else row.reason) for row in aside)
    return tuple(LeftOut(*why, records) for why, records in counted.items())


def shown(setting: object) -> str:
    """Writes a setting as its author's repr has it, without what differs from one process to the next."""
    return _ADDRESS.sub("", repr(setting))


def reasons_table(title: str, rows: Sequence[LeftOut]) -> Table:
    """Returns a table of records by kind and reason."""
    return Table(title, ("kind", "reason", "records"), [(row.kind, row.reason, row.records) for row in rows])
