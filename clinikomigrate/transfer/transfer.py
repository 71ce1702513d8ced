"""Copies what was chosen from a source to a sink."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from types import NoneType
from typing import TypeAlias, get_args

import attrs

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import (
    Blocked,
    ConfigurationError,
    Error,
    JournalBusy,
    JournalError,
    JournalNeeded,
    Unsupported,
)
from clinikomigrate.transfer import retold, under_way
from clinikomigrate.transfer.aside import UNFINISHED, set_aside
from clinikomigrate.transfer.basis import basis_of
from clinikomigrate.transfer.census import Census, census
from clinikomigrate.transfer.duration import expected_seconds, reads_alone
from clinikomigrate.transfer.events import Event, Listener, RunFinished, Waiting
from clinikomigrate.transfer.filters import Everything, Filter
from clinikomigrate.transfer.findings import Findings
from clinikomigrate.transfer.identities import Identities
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.journal_copy import copied, rehearsed
from clinikomigrate.transfer.kinds import ALL_KINDS, KINDS, check_kinds
from clinikomigrate.transfer.left_out import could_not_go, left_out
from clinikomigrate.transfer.mapper import Context, Mapper
from clinikomigrate.transfer.memory import RememberingSource
from clinikomigrate.transfer.names import shown_name
from clinikomigrate.transfer.passage import Passed, carry_all
from clinikomigrate.transfer.patience import ASKED, Patience, Stopped
from clinikomigrate.transfer.pipeline import Choice
from clinikomigrate.transfer.plan import Match, Plan
from clinikomigrate.transfer.planned import Planned, Settings, Totals
from clinikomigrate.transfer.preflight import Checked, Preflight
from clinikomigrate.transfer.putting_back import BACK
from clinikomigrate.transfer.quiet import Quiet
from clinikomigrate.transfer.rehearsal import Rehearsal
from clinikomigrate.transfer.report import NOT_APPROVED, Report
from clinikomigrate.transfer.reporting import Ran, report_of
from clinikomigrate.transfer.resemblance import Existing
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import ClinikoSource, Source
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal, opened_as_left, opened_if_there
from clinikomigrate.transfer.steady import SteadySource
from clinikomigrate.transfer.summary import LossCount
from clinikomigrate.transfer.survey import Survey
from clinikomigrate.transfer.undo import Undoing, taken_back, undone
from clinikomigrate.transfer.verification import Verification
from clinikomigrate.transfer.verify import Verifier
from clinikomigrate.wire.clock import SYSTEM_CLOCK, Clock
from clinikomigrate.wire.tracebacks import forgetful

Approve: TypeAlias = Callable[[Plan], bool]
"""Says whether a run is to do what its plan says."""


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
        ConfigurationError: A kind's name is unknown, `existing` is none of the three, there is no mapper, the mapper
            makes drafts for another system than the sink's, or something else was given than belongs there.
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
        if not hasattr(source, "stream"):
            _check("source", source, Cliniko, "a Cliniko client, or a source of your own")
        _check("sink", sink, Sink, "a sink, such as ClinikoSink(client)")
        _check("filter", filter, (Filter, NoneType), "a filter, such as Active()")
        _check("mapper", mapper, (Mapper, NoneType), "a mapper, such as ClinikoMapper(...)")
        self._source: Source = ClinikoSource(source) if isinstance(source, Cliniko) else source
        self._sink = sink
        self._filter = Everything() if filter is None else filter
        chosen = sink.default_mapper() if mapper is None else mapper
        if chosen is None:
            raise ConfigurationError(f"{type(sink).__name__} has no mapper of its own: give Transfer one (mapper=...).")
        _check_drafts(sink, chosen)
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

    @forgetful
    def preflight(self) -> Findings:
        """Looks at both accounts; writes nothing.

        Returns:
            What stands in the way, what will be lost, and what is worth knowing, each with what to do.

        Raises:
            Blocked: There was no connection for too long, or `stop` was called.
            JournalError: The journal is in use or damaged, or can't be made or written to where it is.
            ConfigurationError: The filter names what the source doesn't have.
        """
        with (
            opened_if_there(self._journal) as journal,
            self._reading("The accounts could not be looked at"),
            self._looked(_silent, journal) as looked,
        ):
            return looked.checked.findings

    @forgetful
    def plan(self) -> Plan:
        """Says what a run would do, and how long it would take.

        It reads the source once and maps every record, as a run does, and writes nothing. It needs no journal; where
        there is one, what was carried already counts as such, and the plan's counts are noted there, so that the
        report of a run can say what came otherwise. The note holds no record's text, and binds the journal to nobody.

        Returns:
            What would be made, adopted, left out and lost, and what is to be done by hand.

        Raises:
            Blocked: An account can't be read, or not wholly; or `stop` was called.
            JournalError: The journal is in use, damaged, or belongs to other accounts.
            ConfigurationError: The filter names what the source doesn't have.
        """
        before = self._source.requests_sent, self._sink.requests_sent
        failing = "The plan can't be made"
        taken = rehearsed(self._journal, self._stop.clear)
        with taken as copy, self._reading(failing, begun=True), self._looked(_silent, copy) as looked:
            if looked.checked.accounts is None:
                raise _blocked(looked.checked, failing)
            with opened_if_there(self._journal) as journal:
                if journal is not None:
                    _check_pair(journal, looked.checked.accounts)
            plan, planned = self._rehearse(looked, copy, self._choice(looked), self._census(looked), before)
        if self._journal is not None:
            with suppress(JournalBusy), _opened(self._journal):  # a run that began meanwhile has it: none waits for us
                planned.keep(self._journal)
        return plan

    def _rehearse(
        self, looked: _Looked, journal: Journal, choice: Choice, counted: Census, before: tuple[int, int]
    ) -> tuple[Plan, Planned]:
        """Goes through the whole transfer without writing anything.

        Args:
            looked: What reads.
            journal: A copy of what is known so far.
            choice: What is to go.
            counted: What the source holds beside what is read.
            before: How many requests source and destination had got before the transfer was looked at.

        Returns:
            What a run would do, and what is to be kept of it.
        """
        checked = looked.checked
        assert checked.context is not None  # noqa: S101 - whoever calls has looked
        assert checked.accounts is not None  # noqa: S101 - whoever calls has looked
        looking, checks = self._source.requests_sent - before[0], self._sink.requests_sent - before[1]
        rehearsal = Rehearsal(self._sink)
        spared = looked.memory.spared
        quietly = attrs.evolve(looked, tell=_silent)
        passed = self._pass(quietly, rehearsal, journal, attrs.evolve(choice, max_failures=None))
        if passed.stopped is not None:
            raise Stopped(passed.stopped)
        reads = self._source.requests_sent - before[0] + looked.memory.spared - spared + rehearsal.files_read
        requests = (reads, checks + rehearsal.requests_sent)
        alone = looking + reads_alone(passed.kinds)
        seconds = expected_seconds(
            alone,
            requests[0] - alone,
            self._source.requests_per_minute,
            [{"": checks + rehearsal.requests_read}, *rehearsal.spent],
            self._sink.allowances,
        )
        kinds = passed.kinds if choice.only_failed else counted.complete(passed.kinds)
        gone = left_out({} if choice.only_failed else kinds, journal, self._filter)
        aside = set_aside(journal)
        plan = Plan(
            kinds=kinds,
            losses=passed.losses,
            set_aside=len(aside),
            unfinished=sum(row.state == UNFINISHED for row in aside),
            by_hand=passed.by_hand,
            not_archived=passed.not_archived,
            matches=_matches(checked.context),
            findings=(*checked.findings, *rehearsal.findings()),
            source_requests=requests[0],
            destination_requests=requests[1],
            seconds=seconds,
            shortest=seconds * 0.95,
            longest=seconds * 1.5,
            left_out=gone,
            could_not_go=could_not_go(aside),
            open_invoices=counted.open_invoices,
            in_xero=counted.in_xero,
            ways=self._sink.other_ways(kinds, passed.losses),
        )
        totals = Totals.of(journal, kinds, passed.losses, gone, whole=True)
        return plan, Planned(checked.accounts, self._settings(), totals)

    def identities(self, kind: str) -> Identities:
        """Gives pairs of source id and destination id of a kind's records that arrived.

        They are read from the journal when they are walked; where its file isn't there then, that raises
        `JournalNeeded`.

        Args:
            kind: The record kind's name.

        Raises:
            JournalNeeded: This transfer was made without a journal.
            ConfigurationError: There is no such kind.
        """
        if kind not in KINDS:
            check_kinds({kind})
        return Identities(kind, self._needed_journal())

    @forgetful
    def run(
        self,
        *,
        approve: Approve | None = None,
        on_event: Listener | None = None,
        only_failed: bool = False,
        max_failures: int | None = None,
        last: bool = False,
    ) -> Report:
        """Carries everything over that was chosen and is not there yet.

        It is safe to call again after any interruption, a killed process too: it goes on where it was, and nothing is
        lost or doubled. Ctrl-C ends it as `stop()` does.

        Args:
            approve: Is asked before the first write: it gets the plan of this run, and says whether to go on: with
                `True`, and nothing else. When it does not, nothing is written, and the report says so. To make the plan
                the source is read once more, so that the run takes as much longer as `plan` takes. It is not asked
                while something has to be mended.
            on_event: Is told what happens, from one thread at a time.
            only_failed: Tries only the records that could not go before.
            max_failures: Stops when more records than this failed; never, by default.
            last: Says that no run will follow that takes more. Then what is archived in the source is archived, also
                where records would need it that a filter, the choice of kinds or the mapper left behind.

        Returns:
            What was done and what could not be done.

        Raises:
            Blocked: Preflight found something to mend first; nothing was written.
            JournalNeeded: This transfer was made without a journal.
            JournalError: The journal is in use, damaged, or belongs to other accounts.
            ConfigurationError: The filter names what the source doesn't have, or an argument is not what it must be.
        """
        _check_run(approve, on_event, max_failures)
        journal = self._needed_journal()
        tell = _one_at_a_time(on_event or _silent)
        with self._opened(journal):
            self._stop.clear()
            before, started = (self._source.requests_sent, self._sink.requests_sent), self._clock.monotonic()
            checked, counted, changed = Checked(Findings()), None, None
            try:
                with self._looked(tell, journal, last=last) as looked:
                    checked = looked.checked
                    if checked.context is None or checked.accounts is None or not checked.findings.ok:
                        raise _blocked(checked, "Nothing was written. Before the transfer can run")
                    _check_pair(journal, checked.accounts)
                    counted = self._census(looked)
                    choice = self._choice(looked, only_failed, max_failures, last)
                    if (
                        approve is not None
                        and approve(self._to_approve(looked, journal, choice, counted, before)) is not True
                    ):
                        raise Stopped(NOT_APPROVED)
                    journal.bind(*checked.accounts)
                    looked.memory.forget()
                    changed = retold.begin(journal, self._settings())
                    passed = self._pass(looked, self._sink, journal, choice)
            except (Stopped, KeyboardInterrupt) as stopped:  # before the first record was under way
                passed = Passed(stopped=_reason(stopped))
            ran = Ran(
                passed=passed,
                filter=self._filter,
                settings=self._settings(),
                changed=changed or (),
                only_failed=only_failed,
                census=counted,
                accounts=checked.accounts,
                findings=tuple(checked.findings),
                requests=self._requests() - sum(before),
                seconds=self._clock.monotonic() - started,
            )
            report = report_of(ran, journal, self._source, self._sink)
            with suppress(Error):
                self._sink.keep_lists(report.set_aside, ())
            if changed is not None:
                with suppress(JournalError):  # a full disk ends a run, and takes nothing away from its report
                    retold.end(journal, ran.settings)
        tell(RunFinished(report.verdict))
        return report

    @forgetful
    def verify(self, *, files: bool = True, sample: int | None = None, seed: int | None = None) -> Verification:
        """Reads the destination again and compares it, field by field, with what was meant.

        It writes nothing. It takes a list read for each 100 records of either account, a download for each file, and
        two requests for each signature of a form; where records say in the destination what others say in the source,
        as in Splose, also one for each patient and for each appointment. What is archived in the source and waits for a
        later run to be archived in the destination is no difference, and counted apart. Ctrl-C and `stop()` end it with
        what was found so far.

        Args:
            files: Whether files are downloaded and compared with what was uploaded.
            sample: Compares only so many records, chosen at random, and gives links to both accounts' pages for a look
                by eye; None to compare everything.
            seed: Chooses the same sample again.

        Returns:
            What isn't as it was meant, and why: it never arrived, was edited in the destination since, was cleared by
            an update of the transfer's own, or changed in the source since.

        Raises:
            Blocked: An account can't be read.
            Unsupported: The destination can't be read again.
            JournalNeeded: This transfer was made without a journal, or its file isn't there: nothing ran with it.
            JournalError: The journal is in use, damaged, or belongs to other accounts.
            ConfigurationError: `sample` is not a number above 0.
        """
        if sample is not None and sample < 1:
            raise ConfigurationError(f"sample must be at least 1, not {sample}.")
        journal = self._needed_journal()
        before, started = self._requests(), self._clock.monotonic()
        failing = "The destination can't be verified"
        with opened_as_left(journal), self._reading(failing), self._looked(_silent, journal) as looked:
            if looked.checked.context is None or looked.checked.accounts is None:
                raise _blocked(looked.checked, failing)
            _check_pair(journal, looked.checked.accounts)
            looked.memory.forget()
            verifier = Verifier(
                source=looked.source,
                sink=self._sink,
                journal=journal,
                choice=self._choice(looked),
                patience=looked.patience,
                files=files,
            )
            stopped = None
            try:
                if sample is None:
                    verifier.everything()
                else:
                    verifier.some(sample, random.Random(seed))
            except NotImplementedError:
                raise Unsupported("This destination can't be read again, so nothing can be compared with it.") from None
            except (Stopped, KeyboardInterrupt) as ended:
                stopped = _reason(ended)
            return Verification(
                kinds=verifier.tally.counts(),
                losses=[LossCount(*row) for row in journal.losses()],
                differences=verifier.differences,
                sample=verifier.sample,
                requests=self._requests() - before,
                seconds=self._clock.monotonic() - started,
                to_archive=dict(verifier.to_archive),
                withheld={kind: number for kind, number in verifier.withheld.items() if number},
                unseen=dict(verifier.unseen),
                left_out=dict(verifier.left_out),
                stopped=stopped,
                taken_back=taken_back(journal),
            )

    @forgetful
    def undo(self, *, on_event: Listener | None = None) -> Report:
        """Takes back, in reverse order, what this transfer made, and nothing else.

        What was edited or added to in the destination since stays, and so does what the destination can't take back;
        both are listed. It is safe to call again after any interruption. Afterwards a run makes everything anew; where
        the destination takes nothing back at all, everything is there still, and a run makes none of it twice.

        Args:
            on_event: Is told what happens, from one thread at a time.

        Returns:
            What was taken back and what was left, each with its reason.

        Raises:
            Blocked: The destination can't be written to.
            Unsupported: The destination can't be read again.
            JournalNeeded: This transfer was made without a journal, or its file isn't there: nothing ran with it.
            JournalError: The journal is in use, damaged, or belongs to other accounts.
        """
        journal = self._needed_journal()
        tell = _one_at_a_time(on_event or _silent)
        failing = "Nothing was taken back"
        with opened_as_left(journal), self._reading(failing):
            before, started = self._requests(), self._clock.monotonic()
            account = self._destination(failing)
            bound = journal.accounts()
            if bound is not None:
                _check_pair(journal, (bound[0], account))
            patience = Patience(self._clock, self._stop, lambda seconds, reason: tell(Waiting(seconds, reason)))
            ways = frozenset(patience.through(lambda: tuple(self._sink.may_message())))
            undoing = Undoing(
                sink=self._sink,
                journal=journal,
                quiet=Quiet(
                    self._sink,
                    journal,
                    Resolver(journal, Context(Survey(None)), self._source),
                    patience,
                    ways,
                    back=BACK,
                ),
                patience=patience,
                stop=self._stop,
                tell=tell,
            )
            if undoing.takes_back:
                under_way.settle(self._sink, journal, patience, self._clock)
            try:
                stopped = undoing.run()
            except NotImplementedError:
                raise Unsupported("This destination can't be read again, so nothing is taken back from it.") from None
            report = undone(undoing, journal, stopped, self._requests() - before, self._clock.monotonic() - started)
            with suppress(Error):
                self._sink.keep_lists(report.set_aside, report.to_delete)
        tell(RunFinished(report.verdict))
        return report

    def _destination(self, failing: str) -> str:
        """Makes sure that the destination can be written to, and returns its account's id."""
        found = Findings(tuple(self._sink.check()))
        if not found.ok:
            raise _blocked(Checked(found), failing)
        return self._sink.account().id

    def _to_approve(
        self, looked: _Looked, journal: Journal, choice: Choice, counted: Census, before: tuple[int, int]
    ) -> Plan:
        with copied(journal) as copy:
            plan, planned = self._rehearse(looked, copy, choice, counted, before)
        if not choice.only_failed:
            planned.keep(journal)
        return plan

    def _census(self, looked: _Looked) -> Census:
        context = looked.checked.context
        assert context is not None  # noqa: S101 - whoever calls has looked
        return census(looked.source, looked.scope, self._filter, self._kinds, context.survey.settings)

    def _settings(self) -> Settings:
        return Settings.of(self._filter, self._mapper, self._existing, self._kinds, self._sink.told)

    @contextmanager
    def _reading(self, failing: str, *, begun: bool = False) -> Iterator[None]:
        """Turns what ends a run cleanly into an error, for calls without a report to say it in; lets files go.

        It is entered once the journal was taken: a call that another one keeps out must not disturb that one.

        Args:
            failing: What the error says first.
            begun: Whether the call could be stopped before already.
        """
        if not begun:
            self._stop.clear()
        self._tell_where()
        try:
            yield
        except Stopped as stopped:
            raise Blocked(f"{failing}: {stopped.reason}.", Findings()) from None
        finally:
            self._sink.let_go()

    @contextmanager
    def _opened(self, journal: Journal) -> Iterator[None]:
        """Opens the journal for a call; in its end nobody holds a file any more."""
        with _opened(journal):
            try:
                yield
            finally:
                self._sink.let_go()

    @contextmanager
    def _looked(self, tell: Listener, journal: Journal | None, *, last: bool = False) -> Iterator[_Looked]:
        """Looks at both accounts, and keeps what the filter asks for as long as it is needed."""
        patience = Patience(self._clock, self._stop, lambda seconds, reason: tell(Waiting(seconds, reason)))
        memory = RememberingSource(self._source)
        source = SteadySource(memory, patience, self._stop)
        scope = Scope()
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
            last=last,
        )
        try:
            yield _Looked(preflight.run(), scope, memory, source, patience, tell)
        finally:
            preflight.close()
            scope.close()

    def _choice(
        self, looked: _Looked, only_failed: bool = False, max_failures: int | None = None, last: bool = False
    ) -> Choice:
        context = looked.checked.context
        assert context is not None  # noqa: S101 - whoever calls has looked
        return Choice(
            kinds=self._kinds,
            filter=self._filter,
            scope=looked.scope,
            mapper=self._mapper,
            context=context,
            basis=basis_of(self._settings(), self._mapper, context, looked.source.user()),
            existing=looked.checked.existing if self._existing == "adopt" else None,
            alike=looked.checked.existing,
            only_failed=only_failed,
            max_failures=max_failures,
            last=last,
        )

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
        self._tell_where()
        return self._journal

    def _tell_where(self) -> None:
        """Tells the sink where the journal's file is, if it is one."""
        if isinstance(self._journal, SQLiteJournal):
            self._sink.lie_beside(self._journal.path)


@attrs.frozen
class _Looked:
    """What a look at both accounts gave, and what reads them."""

    checked: Checked
    scope: Scope
    memory: RememberingSource
    source: SteadySource
    patience: Patience
    tell: Listener


def _check(name: str, given: object, wanted: type | tuple[type, ...], what: str) -> None:
    if not isinstance(given, wanted):
        got = f"the class {given.__name__}" if isinstance(given, type) else type(given).__name__
        raise ConfigurationError(f"{name} must be {what}, not {got}.")


def _check_drafts(sink: Sink, mapper: Mapper) -> None:
    """Refuses a mapper of another destination, whose drafts this one would not understand."""
    if not sink.drafts_for or not mapper.drafts_for or sink.drafts_for == mapper.drafts_for:
        return
    own = sink.default_mapper()
    use = "a mapper for that" if own is None else f"a {type(own).__name__}(...), or a subclass of it, or leave it out"
    raise ConfigurationError(
        f"mapper must make drafts for {sink.drafts_for}, which is what {type(sink).__name__} writes, and "
        f"{type(mapper).__name__} makes drafts for {mapper.drafts_for}: give {use}."
    )


def _check_run(approve: object, on_event: object, max_failures: object) -> None:
    for name, given in (("approve", approve), ("on_event", on_event)):
        if given is not None and not callable(given):
            raise ConfigurationError(f"{name} must be a function, or None, not {given!r}.")
    if max_failures is not None and (type(max_failures) is not int or max_failures < 0):
        raise ConfigurationError(f"max_failures must be a number from 0 on, or None, not {max_failures!r}.")


def _one_at_a_time(listener: Listener) -> Listener:
    lock = threading.Lock()

    def tell(event: Event) -> None:
        with lock:
            listener(event)

    return tell


def _reason(ended: Stopped | KeyboardInterrupt) -> str:
    return ended.reason if isinstance(ended, Stopped) else ASKED


def _blocked(checked: Checked, what: str) -> Blocked:
    lines = "\n".join(str(finding) for finding in checked.findings.blockers)
    return Blocked(f"{what}:\n{lines}", checked.findings)


def _matches(context: Context) -> list[Match]:
    there = {
        (kind, id): shown_name(kind, record) or id
        for kind, records in context.survey.existing.items()
        for id, record in records
    }
    return [
        Match(ref.kind, context.name(ref) or ref.id, there.get((ref.kind, id), id))
        for ref, id in context.matches.items()
    ]


def _silent(event: Event) -> None:
    """Listens to nothing."""


@contextmanager
def _opened(journal: Journal) -> Iterator[None]:
    journal.open()
    try:
        yield
    finally:
        journal.close()


def _check_pair(journal: Journal, accounts: tuple[str, str]) -> None:
    """Refuses a journal of other accounts before time is spent on it; a new one is bound by a run only."""
    if journal.accounts() is not None:
        journal.bind(*accounts)
