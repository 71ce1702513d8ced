"""Copies what was chosen from a source to a sink."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import attrs

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import Blocked, ConfigurationError, JournalNeeded
from clinikomigrate.transfer.events import Event, Listener, RunFinished
from clinikomigrate.transfer.filters import Everything, Filter
from clinikomigrate.transfer.findings import Findings
from clinikomigrate.transfer.identities import Identities
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.kinds import ALL_KINDS, KINDS, check_kinds
from clinikomigrate.transfer.mapper import Context, Mapper
from clinikomigrate.transfer.names import display_name
from clinikomigrate.transfer.needs import choose_needed
from clinikomigrate.transfer.passage import carry_all
from clinikomigrate.transfer.pipeline import Choice
from clinikomigrate.transfer.plan import Match, Plan
from clinikomigrate.transfer.preflight import Checked, Preflight
from clinikomigrate.transfer.rehearsal import Rehearsal, rehearsed
from clinikomigrate.transfer.report import STATES, UNFINISHED, Report, SetAside
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import ClinikoSource, Source
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from clinikomigrate.wire.clock import SYSTEM_CLOCK, Clock
from clinikomigrate.wire.throttle import USED_SHARE

_WAITED_FOR = 0.4
"""The share of the faster account's requests beside which nothing goes on: preflight's and the finishing pass's reads.
Measured on simulated accounts of 60 to 300 patients."""
_UNKNOWN = "it is not known whether a write came about; the next run looks for it before it writes again"


class Transfer:
    """Copies what was chosen from a source to a sink, once.

    Making one sends nothing and opens nothing. Between calls it holds no file and no thread.

    Args:
        source: A Cliniko client. The transfer only ever reads from it.
        sink: Where the records go.
        filter: Which records go; all of them by default.
        mapper: How records are turned into what the sink writes; the sink's own mapper by default.
        include: The names of the kinds that go, of `ALL_KINDS`. Attendees go with their appointments.
        journal: The file that remembers what was done (a path, or a journal of your own). `run` needs it.
        clock: Tells the time; the source client's own by default.

    Raises:
        ConfigurationError: A kind's name is unknown, or there is no mapper.
    """

    def __init__(
        self,
        source: Cliniko | Source,
        sink: Sink,
        *,
        filter: Filter | None = None,
        mapper: Mapper | None = None,
        include: Collection[str] = ALL_KINDS,
        journal: str | os.PathLike[str] | Journal | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._source: Source = ClinikoSource(source) if isinstance(source, Cliniko) else source
        self._sink = sink
        self._filter = filter or Everything()
        chosen = mapper or sink.default_mapper()
        if chosen is None:
            raise ConfigurationError(f"{type(sink).__name__} has no mapper of its own: give Transfer one (mapper=...).")
        self._mapper = chosen
        left_behind = {kind.name for kind in KINDS.values() if kind.left_behind is not None}
        self._kinds = check_kinds(include) & (frozenset(sink.kinds) | left_behind)
        self._journal = SQLiteJournal(journal) if isinstance(journal, str | os.PathLike) else journal
        self._clock = clock or (source.clock if isinstance(source, Cliniko) else SYSTEM_CLOCK)
        self._stop = threading.Event()

    def __repr__(self) -> str:
        return f"<Transfer of {len(self._kinds)} kinds from {self._source!r} to {self._sink!r}>"

    def stop(self) -> None:
        """Ends a run cleanly: what is in flight is finished, `run` returns, and a later `run` goes on.

        It may be called from any thread and from a signal handler.
        """
        self._stop.set()

    def preflight(self) -> Findings:
        """Looks at both accounts; writes nothing.

        Returns:
            What stands in the way, what will be lost, and what is worth knowing, each with what to do.
        """
        return self._check().findings

    def plan(self) -> Plan:
        """Says what a run would do, and how long it would take.

        It reads the source once and maps every record, as a run does, and writes nothing. It needs no journal; where
        there is one, what was carried already counts as such.

        Returns:
            What would be made, adopted, left out and lost, and what is to be done by hand.

        Raises:
            Blocked: An account can't be read, or not wholly.
        """
        before = self._source.requests_sent, self._sink.requests_sent
        checked = self._check()
        if checked.context is None:
            raise _blocked(checked, "The plan can't be made")
        looked = self._source.requests_sent - before[0], self._sink.requests_sent - before[1]
        rehearsal = Rehearsal(self._sink)
        self._stop.clear()
        with rehearsed(self._journal) as journal, self._chosen(checked) as choice:
            passed = carry_all(
                self._source, rehearsal, journal, choice, clock=self._clock, stop=self._stop, listener=_silent
            )
            set_aside = sum(1 for _ in journal.set_aside())
        if passed.stopped is not None:
            raise Blocked(f"The plan can't be made: {passed.stopped}.", checked.findings)
        requests = (looked[0] + passed.source_requests, looked[1] + passed.destination_requests)
        seconds = _expected_seconds(requests, (self._source.requests_per_minute, self._sink.requests_per_minute))
        return Plan(
            kinds=passed.kinds,
            losses=passed.losses,
            set_aside=set_aside,
            by_hand=passed.by_hand,
            matches=_matches(checked.context),
            findings=tuple(checked.findings),
            source_requests=requests[0],
            destination_requests=requests[1],
            seconds=seconds,
            shortest=seconds * 0.95,
            longest=seconds * 1.5,
        )

    def identities(self, kind: str) -> Identities:
        """Gives pairs of source id and destination id of a kind's records that arrived.

        Args:
            kind: The record kind's name.

        Raises:
            JournalNeeded: This transfer was made without a journal.
            ConfigurationError: There is no such kind.
        """
        if kind not in KINDS:
            check_kinds({kind})
        return Identities(kind, self._needed_journal())

    def run(
        self,
        *,
        on_event: Listener | None = None,
        only_failed: bool = False,
        max_failures: int | None = None,
    ) -> Report:
        """Carries everything over that was chosen and is not there yet.

        It is safe to call again after any interruption, a killed process too: it goes on where it was, and nothing is
        lost or doubled. Once records are under way, Ctrl-C ends it as `stop()` does.

        Args:
            on_event: Is told what happens, from one thread at a time.
            only_failed: Tries only the records that could not go before.
            max_failures: Stops when more records than this failed; never, by default.

        Returns:
            What was done and what could not be done.

        Raises:
            Blocked: Preflight found something to mend first; nothing was written.
            JournalNeeded: This transfer was made without a journal.
            JournalError: The journal is in use, damaged, or belongs to other accounts.
        """
        journal = self._needed_journal()
        with _opened(journal):
            self._stop.clear()
            sent = self._requests()
            checked = self._check()
            if checked.context is None or checked.accounts is None or not checked.findings.ok:
                raise _blocked(checked, "Nothing was written. Before the transfer can run")
            journal.bind(*checked.accounts)
            report = self._carry(journal, checked, on_event or _silent, only_failed, max_failures)
            return attrs.evolve(report, requests=self._requests() - sent)

    def _carry(
        self, journal: Journal, checked: Checked, listener: Listener, only_failed: bool, max_failures: int | None
    ) -> Report:
        with self._chosen(checked, only_failed, max_failures) as choice:
            passed = carry_all(
                self._source, self._sink, journal, choice, clock=self._clock, stop=self._stop, listener=listener
            )
        report = Report(
            kinds=passed.kinds,
            losses=passed.losses,
            set_aside=_set_aside(journal),
            by_hand=passed.by_hand,
            findings=tuple(checked.findings),
            requests=passed.source_requests + passed.destination_requests,
            seconds=passed.seconds,
            stopped=passed.stopped,
            journal=journal,
        )
        listener(RunFinished(report.verdict))
        return report

    @contextmanager
    def _chosen(self, checked: Checked, only_failed: bool = False, max_failures: int | None = None) -> Iterator[Choice]:
        assert checked.context is not None  # noqa: S101 - whoever calls has looked
        scope = Scope()
        try:
            self._filter.scope(self._source, scope)
            choose_needed(self._source, scope, self._filter, self._kinds)
            yield Choice(self._kinds, self._filter, scope, self._mapper, checked.context, only_failed, max_failures)
        finally:
            scope.close()

    def _check(self) -> Checked:
        return Preflight(self._source, self._sink, self._mapper, self._kinds).run()

    def _requests(self) -> int:
        return self._source.requests_sent + self._sink.requests_sent

    def _needed_journal(self) -> Journal:
        if self._journal is None:
            raise JournalNeeded("This needs a journal: make the Transfer with journal='a-file-name.journal'.")
        return self._journal


def _blocked(checked: Checked, what: str) -> Blocked:
    lines = "\n".join(str(finding) for finding in checked.findings.blockers)
    return Blocked(f"{what}:\n{lines}", checked.findings)


def _matches(context: Context) -> list[Match]:
    there = {
        (kind, id): display_name(record) or id
        for kind, records in context.survey.existing.items()
        for id, record in records
    }
    return [
        Match(ref.kind, context.name(ref) or ref.id, there.get((ref.kind, id), id))
        for ref, id in context.matches.items()
    ]


def _expected_seconds(requests: tuple[int, int], limits: tuple[float | None, float | None]) -> float:
    """Returns how long both accounts take at their rate limits: the slower wholly, the other where it is waited for."""
    paced = [(number, limit) for number, limit in zip(requests, limits, strict=True) if limit]
    times = sorted((60 * number / (limit * USED_SHARE) for number, limit in paced), reverse=True)
    return sum(time * share for time, share in zip(times, (1.0, _WAITED_FOR), strict=False))


def _silent(event: Event) -> None:
    """Listens to nothing."""


@contextmanager
def _opened(journal: Journal) -> Iterator[None]:
    journal.open()
    try:
        yield
    finally:
        journal.close()


def _set_aside(journal: Journal) -> list[SetAside]:
    aside = [
        SetAside(ref.kind, ref.id, STATES[entry.state], entry.reason or _UNKNOWN) for ref, entry in journal.set_aside()
    ]
    for owed, reason in journal.follow_ups_failed():
        what = owed.name.partition(":")[0]
        aside.append(SetAside(owed.kind, owed.source_id, UNFINISHED, f"{what}: {reason}"))
    waits = "archive: waits for a record that could not go and points here"
    aside += [SetAside(owed.kind, owed.source_id, UNFINISHED, waits) for owed in journal.withheld()]
    return aside
