"""What a plan leaves in the journal, to be compared with what is done: counts and settings, no record's text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.journal import Journal, State, noted_values
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.left_out import LeftOut, shown
from clinikomigrate.transfer.mapper import Mapper
from clinikomigrate.transfer.summary import LossCount
from clinikomigrate.transfer.tally import COUNTED_AS, Count

NOTE: Final = "plan"
"""The name of the note in the journal."""
_FORM: Final = 1


@attrs.frozen
class Settings:
    """What a transfer was told, as far as it decides what goes.

    Attributes:
        filter: The filter's repr.
        mapper: The mapper's repr.
        existing: What becomes of patients who are there already.
        include: The names of the kinds that go.
        sink: What the sink was told, by name.
    """

    filter: str
    mapper: str
    existing: str
    include: tuple[str, ...]
    sink: Mapping[str, str] = attrs.field(factory=dict)

    @classmethod
    def of(
        cls, filter: Filter, mapper: Mapper, existing: str, include: Collection[str], sink: Mapping[str, str]
    ) -> Settings:
        """Describes a transfer's settings."""
        kinds = tuple(kind for kind in KINDS if kind in include)
        return cls(shown(filter), shown(mapper), existing, kinds, dict(sink))

    @classmethod
    def read(cls, note: Mapping[str, Any]) -> Settings:
        """Makes them of a note that `attrs.asdict` made (`Any`: as JSON has it); an older one knows no sink's."""
        return cls(**{**note, "include": tuple(note["include"])})


@attrs.frozen
class Totals:
    """What becomes of a transfer's records, over all its runs.

    Attributes:
        kinds: By the record kind's name, and by what is counted (`created`, `losses`): how many. `found` and
            `selected` are there when all records were looked at.
        losses: What can't be carried, counted.
        left_out: What does not go, counted by reason.
    """

    kinds: Mapping[str, Mapping[str, int]]
    losses: Sequence[LossCount]
    left_out: Sequence[LeftOut]

    def count(self, kind: str, what: str) -> int:
        """Returns how many records of a kind are counted under a name."""
        return self.kinds.get(kind, {}).get(what, 0)

    @classmethod
    def of(
        cls,
        journal: Journal,
        kinds: Mapping[str, Count],
        losses: Sequence[LossCount],
        left_out: Sequence[LeftOut],
        *,
        whole: bool,
    ) -> Totals:
        """Adds up what a journal holds.

        Args:
            journal: Knows what became of each record, over all runs.
            kinds: The counts of one passage.
            losses: All losses so far.
            left_out: What does not go.
            whole: Whether the passage looked at all records.
        """
        held, lost = journal.counts(), Counter[str]()
        for loss in losses:
            lost[loss.kind] += loss.records
        return cls(
            {
                kind: _row(kind, kinds.get(kind), held.get(kind, {}), whole=whole) | {"losses": lost[kind]}
                for kind in KINDS
                if kind in kinds or kind in held
            },
            tuple(losses),
            tuple(left_out),
        )


def _row(kind: str, count: Count | None, held: Mapping[State, int], *, whole: bool) -> dict[str, int]:
    row = dict.fromkeys(COUNTED_AS.values(), 0)
    for state, number in held.items():
        row[COUNTED_AS[state]] += number
    if count is not None and KINDS[kind].left_behind is not None:
        row["skipped"] = count.skipped
    if count is not None and whole:
        row |= {"found": count.found, "selected": count.selected}
    return row


@attrs.frozen
class Planned:
    """What a plan foresaw.

    Attributes:
        accounts: The ids of source and destination.
        settings: What the transfer was told.
        totals: What would have become of all records.
    """

    accounts: tuple[str, str]
    settings: Settings
    totals: Totals

    def keep(self, journal: Journal) -> None:
        """Leaves it in a journal; an earlier plan's note is replaced."""
        journal.note(NOTE, json.dumps({"form": _FORM, **attrs.asdict(self)}, ensure_ascii=False))


def kept(journal: Journal, accounts: tuple[str, str]) -> Planned | None:
    """Returns what the last plan left in a journal, or None.

    Args:
        journal: The journal.
        accounts: The ids of source and destination; a plan for others is as good as none.
    """
    note = noted_values(journal, NOTE)
    if note.get("form") != _FORM or tuple(note["accounts"]) != accounts:
        return None
    totals = note["totals"]
    return Planned(
        accounts,
        Settings.read(note["settings"]),
        Totals(
            totals["kinds"],
            tuple(LossCount(**each) for each in totals["losses"]),
            tuple(LeftOut(**each) for each in totals["left_out"]),
        ),
    )
