"""Makes the report of a run out of what the run counted and what the journal holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import attrs

from clinikomigrate.errors import Error
from clinikomigrate.transfer.aside import UNFINISHED, SetAside, set_aside
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.census import Census
from clinikomigrate.transfer.differences import Difference, Outcome, compare
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.left_out import left_out
from clinikomigrate.transfer.passage import Passed
from clinikomigrate.transfer.planned import Planned, Settings, Totals, kept
from clinikomigrate.transfer.quiet import muted
from clinikomigrate.transfer.report import NOT_APPROVED, Report
from clinikomigrate.transfer.retold import ChangedSetting
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import Source
from clinikomigrate.transfer.summary import LossCount
from clinikomigrate.transfer.whereabouts import Place, places

_BATCH: Final = 100


@attrs.frozen
class Ran:
    """What there is to report of a run.

    Attributes:
        passed: What the passage did.
        filter: Who chose.
        settings: What the transfer was told.
        changed: What of that is otherwise than in the run before.
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
    changed: tuple[ChangedSetting, ...]
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


def report_of(ran: Ran, journal: Journal, source: Source, sink: Sink) -> Report:
    """Makes the report of a run.

    Args:
        ran: What the run did.
        journal: What all runs did; it is open.
        source: What the report reads when it is asked for debtors.
        sink: Says by what a person finds what was set aside.
    """
    kinds = ran.passed.kinds
    if ran.whole and ran.census is not None:
        kinds = ran.census.complete(kinds)
    losses = ran.passed.losses or [LossCount(*row) for row in journal.losses()]
    gone = left_out(kinds if ran.whole else {}, journal, ran.filter)
    aside = located(journal, sink, set_aside(journal))
    turned_down = ran.passed.stopped == NOT_APPROVED
    planned = None if ran.accounts is None or turned_down else kept(journal, ran.accounts)
    totals = Totals.of(journal, kinds, losses, gone, whole=ran.whole)
    return Report(
        kinds=kinds,
        losses=losses,
        set_aside=aside,
        by_hand=ran.passed.by_hand,
        not_archived=ran.passed.not_archived,
        findings=ran.findings,
        requests=ran.requests,
        seconds=ran.seconds,
        stopped=ran.passed.stopped,
        left_out=gone,
        changed_settings=ran.changed,
        planned=planned,
        differences=() if planned is None else _differences(planned, ran, totals, aside),
        open_invoices=0 if ran.census is None else ran.census.open_invoices,
        in_xero=ran.census is not None and ran.census.in_xero,
        muted=len({owed.source_id for owed, _ in muted(journal)}),
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


def located(journal: Journal, sink: Sink, aside: Sequence[SetAside]) -> list[SetAside]:
    """Says of what was set aside by what a person finds it in the destination.

    Args:
        journal: Knows which record became which; it is open.
        sink: Says what it is called.
        aside: What was set aside.
    """
    ids: dict[str, dict[str, None]] = {}
    for row in aside:
        ids.setdefault(row.kind, {})[row.source_id] = None
    known: dict[tuple[str, str], Place] = {}
    with suppress(Error):  # a list that can't be read takes nothing away from the report
        for kind, some in ((kind, some) for kind, of_kind in ids.items() for some in batched(of_kind, _BATCH)):
            found = places(journal, sink.whereabouts, kind, some)
            known |= {(kind, id): place for id, place in found.items()}
    nowhere = Place()
    return [
        attrs.evolve(row, destination_id=at.destination_id, patient_id=at.patient_id, starts_at=at.starts_at)
        for row in aside
        for at in [known.get((row.kind, row.source_id), nowhere)]
    ]
