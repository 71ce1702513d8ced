"""Looks for what records that go need of kinds that were left out, where nothing stands for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.query import Condition, where
from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.filters.filter import has_last_word
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.journal import Journal, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.phrases import counted, listed
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import Source
from clinikomigrate.transfer.survey import Goes

_PATIENTS: Final = "patients"
_APPOINTMENTS: Final = frozenset({"individual_appointments", "group_appointments"})
_BOOKED: Final = {
    "treatment_notes": (where("booking_id").not_null(),),
    "patient_forms": (where("attendee_id").not_null(),),
}

CONCERNED: Final[Mapping[str, Mapping[str, tuple[Condition, ...]]]] = {
    _PATIENTS: {kind.name: () for kind in KINDS.values() if _PATIENTS in kind.needs and kind.left_behind is None},
    "patient_cases": {"attendees": (where("patient_case_id").not_null(),)},
    **dict.fromkeys(sorted(_APPOINTMENTS), _BOOKED),
}
"""For each kind that nothing is matched for by name: the kinds whose records are less without it, or can't be, and what
such records are found by."""

_THERE: Final = frozenset({State.CREATED, State.ADOPTED, State.SKIPPED})
_BATCH: Final = 500


@attrs.frozen
class Lack:
    """Records of a kind that was left out, and for which nothing stands.

    Attributes:
        kind: The kind's name.
        records: How many, about.
        whole: Whether that is all of them.
    """

    kind: str
    records: int
    whole: bool


class Missing:
    """Says which records don't go, or go without a link, because a kind was left out.

    Catalogue records and contacts that were left out are matched by name, and told elsewhere. It takes a request for
    each kind that was left out, and one or two for each that lacks something then.

    Args:
        source: Is asked for numbers.
        scope: What the filter asked for.
        filter: Has the last word on each record.
        goes: Says whether anything of a kind goes.
        kinds: The names of the kinds that go.
        journal: Knows what was carried already; None where nothing was.
    """

    def __init__(
        self,
        *,
        source: Source,
        scope: Scope,
        filter: Filter,
        goes: Goes,
        kinds: frozenset[str],
        journal: Journal | None,
    ) -> None:
        self._source = source
        self._scope = scope
        self._filter = filter
        self._goes = goes
        self._kinds = kinds
        self._journal = journal

    def findings(self, writable: Collection[str], matches: Mapping[Ref[Any], str]) -> Iterator[Finding]:
        """Says so, kind by kind.

        Args:
            writable: The names of the kinds that the destination takes.
            matches: What was matched and is not made.
        """
        for kind, concerned in CONCERNED.items():
            if kind in writable and kind not in self._kinds and not self._kinds.isdisjoint(concerned):
                lack = self._lack(kind, sum(ref.kind == kind for ref in matches))
                less = [] if lack.records == 0 else [*self._less(lack)]
                if less:
                    yield _finding(lack, less)

    def _lack(self, kind: str, matched: int) -> Lack:
        if self._scope.limited(kind):
            wanted = self._scope.count(kind)
            there = sum(self._carried(kind, ids) for ids in batched(self._scope.ids(kind), _BATCH))
        else:
            wanted = self._source.count(kind, *self._scope.conditions(kind))
            counts = {} if self._journal is None else self._journal.counts().get(kind, {})
            there = sum(number for state, number in counts.items() if state in _THERE)
        return Lack(kind, max(0, wanted - there - matched), there + matched == 0)

    def _carried(self, kind: str, ids: list[str]) -> int:
        entries = {} if self._journal is None else self._journal.entries(kind, ids)
        return sum(entry.state in _THERE for entry in entries.values())

    def _less(self, lack: Lack) -> Iterator[str]:
        """Names the kinds that are concerned; with a number where all of their records are."""
        for kind, conditions in CONCERNED[lack.kind].items():
            if self._goes(kind, *conditions):
                yield self._counted(lack, kind, conditions) if lack.whole else kind.replace("_", " ")

    def _counted(self, lack: Lack, kind: str, conditions: tuple[Condition, ...]) -> str:
        """Counts records; a link to an appointment doesn't say to which of the two kinds."""
        number = self._source.count(kind, *self._scope.conditions(kind), *conditions)
        narrowed = self._scope.narrows(kind) or has_last_word(self._filter)
        return f"{'up to ' * (narrowed or lack.kind in _APPOINTMENTS)}{counted(number, kind)}"


def _finding(lack: Lack, less: list[str]) -> Finding:
    what = lack.kind.replace("_", " ")
    were, them = ("was", "it") if lack.records == 1 else ("were", "them")
    if lack.kind == _PATIENTS:
        told = f"What hangs on them doesn't go: {listed(less)}."
        adopt = " Those who are in the destination already are not made again with existing='adopt'."
    else:
        told, adopt = f"These go without their links to them: {listed(less)}.", ""
    return CODES.finding(
        "included-without",
        f"{what.capitalize()} were left out, and {counted(lack.records, lack.kind)} of the source {were} not carried "
        f"before: nothing stands for {them} in the destination. {told}",
        f"Let {what} go too (include=), or run on the journal of the transfer that carried them.{adopt}",
        kind=lack.kind,
    )
