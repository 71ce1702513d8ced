"""Makes the report of a run out of what the run counted and what the journal holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from clinikomigrate.transfer.census import Census
from clinikomigrate.transfer.differences import Difference, Outcome, compare
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.journal import Journal, Owed, State
from clinikomigrate.transfer.left_out import left_out
from clinikomigrate.transfer.passage import Passed
from clinikomigrate.transfer.planned import Planned, Settings, Totals, kept
from clinikomigrate.transfer.report import NOT_APPROVED, STATES, UNFINISHED, Report, SetAside
from clinikomigrate.transfer.source import Source
from clinikomigrate.transfer.summary import LossCount

_UNKNOWN: Final = "it is not known whether a write came about; the next run looks for it before it writes again"
_WAITS: Final = "archive: waits for a record that could not go and points here"


@attrs.frozen
class Ran:
    """What there is to report of a run.

    Attributes:
        passed: What the passage did.
        filter: Who chose.
        settings: What the transfer was told.
        only_failed: Whether only records were tried that could not go before.
        census: What the source holds beside what was read; None where the run ended before it was counted.
        accounts: The ids of source and destination; None where they never were known.
        findings: What preflight had found.
        requests: How many requests were sent.
        seconds: How long it took.
    """

    passed: Passed
    filter: Filter
    settings: Settings
    only_failed: bool
    census: Census | None
    accounts: tuple[str, str] | None
    findings: tuple[Finding, ...]
    requests: int
    seconds: float

    @property
    def whole(self) -> bool:
        """Whether all records were looked at."""
        return self.passed.stopped is None and not self.only_failed


def report_of(ran: Ran, journal: Journal, source: Source) -> Report:
    """Makes the report of a run.

    Args:
        ran: What the run did.
        journal: What all runs did; it is open.
        source: What the report reads when it is asked for debtors.
    """
    kinds = ran.passed.kinds
    if ran.whole and ran.census is not None:
        kinds = ran.census.complete(kinds)
    losses = ran.passed.losses or [LossCount(*row) for row in journal.losses()]
    gone = left_out(kinds if ran.whole else {}, journal, ran.filter)
    aside = _set_aside(journal)
    turned_down = ran.passed.stopped == NOT_APPROVED
    planned = None if ran.accounts is None or turned_down else kept(journal, ran.accounts)
    totals = Totals.of(journal, kinds, losses, gone, whole=ran.whole)
    return Report(
        kinds=kinds,
        losses=losses,
        set_aside=aside,
        by_hand=ran.passed.by_hand,
        findings=ran.findings,
        requests=ran.requests,
        seconds=ran.seconds,
        stopped=ran.passed.stopped,
        left_out=gone,
        planned=planned,
        differences=() if planned is None else _differences(planned, ran, totals, aside),
        open_invoices=0 if ran.census is None else ran.census.open_invoices,
        in_xero=ran.census is not None and ran.census.in_xero,
        muted=len({owed.source_id for owed in _muted(journal)}),
        journal=journal,
        source=source,
    )


def _differences(planned: Planned, ran: Ran, totals: Totals, aside: Sequence[SetAside]) -> tuple[Difference, ...]:
    reasons: dict[tuple[str, str], Counter[str]] = {}
    for row in aside:
        if row.state != UNFINISHED:
            state = "blocked" if row.state == "blocked" else "failed"
            reasons.setdefault((row.kind, state), Counter())[row.reason] += 1
    return compare(planned, Outcome(ran.settings, totals, reasons, ran.passed.stopped, ran.only_failed))


def _muted(journal: Journal) -> Iterator[Owed]:
    last: Owed | None = None
    while page := journal.owed(Stage.RESTORE, "patients", last, ready=False):
        yield from page
        last = page[-1]


def _set_aside(journal: Journal) -> list[SetAside]:
    aside = [
        SetAside(ref.kind, ref.id, STATES[entry.state], entry.reason or _UNKNOWN)
        for ref, entry in journal.set_aside()
        if entry.state is not State.UNDONE
    ]
    for owed, reason in journal.follow_ups_failed():
        what = owed.name.partition(":")[0]
        aside.append(SetAside(owed.kind, owed.source_id, UNFINISHED, f"{what}: {reason}"))
    aside += [SetAside(owed.kind, owed.source_id, UNFINISHED, _WAITS) for owed in journal.withheld()]
    return aside
