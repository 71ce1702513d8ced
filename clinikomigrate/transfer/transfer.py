"""Copies what was chosen from a source to a sink."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import get_args

import attrs

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import Blocked, ConfigurationError, JournalNeeded
from clinikomigrate.transfer.events import Event, Listener, RunFinished, Waiting
from clinikomigrate.transfer.filters import Everything, Filter
from clinikomigrate.transfer.findings import Findings
from clinikomigrate.transfer.identities import Identities
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.kinds import ALL_KINDS, KINDS, check_kinds
from clinikomigrate.transfer.mapper import Context, Mapper
from clinikomigrate.transfer.names import display_name
from clinikomigrate.transfer.passage import Passed, carry_all
from clinikomigrate.transfer.patience import ASKED, Patience, Stopped
from clinikomigrate.transfer.pipeline import Choice
from clinikomigrate.transfer.plan import Match, Plan
from clinikomigrate.transfer.preflight import Checked, Existing, Preflight
from clinikomigrate.transfer.rehearsal import Rehearsal, rehearsed
from clinikomigrate.transfer.report import STATES, UNFINISHED, Report, SetAside
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import ClinikoSource, Source
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal, opened_if_there
from clinikomigrate.transfer.steady import SteadySource
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
        existing: What becomes of patients who are in the destination already, by name and birth date, or by name and
            e-mail address or telephone number: `"stop"` blocks the run and lists them, `"adopt"` lets them stand for
            the source's, `"copy"` makes them again.
        journal: The file that remembers what was done (a path, or a journal of your own). `run` needs it.
        clock: Tells the time; the source client's own by default.

    Raises:
        ConfigurationError: A kind's name is unknown, `existing` is none of the three, or there is no mapper.
    """

    def __init__(
        self,
        source: Cliniko | Source,
        sink: Sink,
        *,
        filter: Filter | None = None,
        mapper: Mapper | None = None,
        include: Collection[str] = ALL_KINDS,
        existing: Existing = "stop",
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
        if existing not in get_args(Existing):
            raise ConfigurationError(f"existing must be 'stop', 'adopt' or 'copy', not {existing!r}.")
        self._existing = existing
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

        Raises:
            Blocked: There was no connection for too long, or `stop` was called.
            ConfigurationError: The filter names what the source doesn't have.
        """
        with (
            self._reading("The accounts could not be looked at"),
            opened_if_there(self._journal) as journal,
            self._looked(_silent, journal) as looked,
        ):
            return looked.checked.findings

    def plan(self) -> Plan:
        """Says what a run would do, and how long it would take.

        It reads the source once and maps every record, as a run does, and writes nothing. It needs no journal; where
        there is one, what was carried already counts as such.

        Returns:
            What would be made, adopted, left out and lost, and what is to be done by hand.

        Raises:
            Blocked: An account can't be read, or not wholly; or `stop` was called.
            ConfigurationError: The filter names what the source doesn't have.
        """
        before = self._source.requests_sent, self._sink.requests_sent
        failing = "The plan can't be made"
        with self._reading(failing), rehearsed(self._journal) as journal, self._looked(_silent, journal) as looked:
            checked = looked.checked
            if checked.context is None:
                raise _blocked(checked, failing)
            checks = self._sink.requests_sent - before[1]
            rehearsal = Rehearsal(self._sink)
            passed = self._pass(looked, rehearsal, journal, self._choice(looked))
            if passed.stopped is not None:
                raise Stopped(passed.stopped)
            set_aside = sum(1 for _ in journal.set_aside())
        requests = (self._source.requests_sent - before[0], checks + rehearsal.requests_sent)
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
        lost or doubled. Ctrl-C ends it as `stop()` does.

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
            ConfigurationError: The filter names what the source doesn't have.
        """
        journal = self._needed_journal()
        tell = _one_at_a_time(on_event or _silent)
        with _opened(journal):
            self._stop.clear()
            sent, started = self._requests(), self._clock.monotonic()
            try:
                with self._looked(tell, journal) as looked:
                    checked = looked.checked
                    if checked.context is None or checked.accounts is None or not checked.findings.ok:
                        raise _blocked(checked, "Nothing was written. Before the transfer can run")
                    journal.bind(*checked.accounts)
                    passed = self._pass(looked, self._sink, journal, self._choice(looked, only_failed, max_failures))
                findings = tuple(checked.findings)
            except (Stopped, KeyboardInterrupt) as stopped:  # before the first record was under way
                passed = Passed(stopped=stopped.reason if isinstance(stopped, Stopped) else ASKED)
                findings = ()
            report = Report(
                kinds=passed.kinds,
                losses=passed.losses,
                set_aside=_set_aside(journal),
                by_hand=passed.by_hand,
                findings=findings,
                requests=self._requests() - sent,
                seconds=self._clock.monotonic() - started,
                stopped=passed.stopped,
                journal=journal,
            )
        tell(RunFinished(report.verdict))
        return report

    @contextmanager
    def _reading(self, failing: str) -> Iterator[None]:
        """Turns what ends a run cleanly into an error, for calls that have no report to say it in."""
        self._stop.clear()
        try:
            yield
        except Stopped as stopped:
            raise Blocked(f"{failing}: {stopped.reason}.", Findings()) from None

    @contextmanager
    def _looked(self, tell: Listener, journal: Journal | None) -> Iterator[_Looked]:
        """Looks at both accounts, and keeps what the filter asks for as long as it is needed."""
        patience = Patience(self._clock, self._stop, lambda seconds, reason: tell(Waiting(seconds, reason)))
        source = SteadySource(self._source, patience, self._stop)
        scope = Scope()
        try:
            preflight = Preflight(
                source=source,
                sink=self._sink,
                mapper=self._mapper,
                kinds=self._kinds,
                filter=self._filter,
                scope=scope,
                patience=patience,
                existing=self._existing,
                journal=journal,
            )
            yield _Looked(preflight.run(), scope, source, patience, tell)
        finally:
            scope.close()

    def _choice(self, looked: _Looked, only_failed: bool = False, max_failures: int | None = None) -> Choice:
        context = looked.checked.context
        assert context is not None  # noqa: S101 - whoever calls has looked
        return Choice(self._kinds, self._filter, looked.scope, self._mapper, context, only_failed, max_failures)

    def _pass(self, looked: _Looked, sink: Sink, journal: Journal, choice: Choice) -> Passed:
        return carry_all(
            looked.source,
            sink,
            journal,
            choice,
            clock=self._clock,
            patience=looked.patience,
            stop=self._stop,
            tell=looked.tell,
        )

    def _requests(self) -> int:
        return self._source.requests_sent + self._sink.requests_sent

    def _needed_journal(self) -> Journal:
        if self._journal is None:
            raise JournalNeeded("This needs a journal: make the Transfer with journal='a-file-name.journal'.")
        return self._journal


@attrs.frozen
class _Looked:
    """What a look at both accounts gave, and what reads them."""

    checked: Checked
    scope: Scope
    source: SteadySource
    patience: Patience
    tell: Listener


def _one_at_a_time(listener: Listener) -> Listener:
    lock = threading.Lock()

    def tell(event: Event) -> None:
        with lock:
            listener(event)

    return tell


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
