"""Looks at both accounts before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.query import where
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import Settings
from clinikomigrate.errors import Error, Forbidden, NotFound
from clinikomigrate.transfer import unfinished_undo
from clinikomigrate.transfer.accounts import one_account, regions_differ, source_id
from clinikomigrate.transfer.bookable import Bookable
from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.copies import Copies
from clinikomigrate.transfer.duplicates import Duplicates
from clinikomigrate.transfer.existing import ExistingPatients
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.filters.filter import ask, has_last_word
from clinikomigrate.transfer.findings import Finding, Findings, Level
from clinikomigrate.transfer.follow_ups import Change, Stage
from clinikomigrate.transfer.inspection import Look, inspect
from clinikomigrate.transfer.journal import Journal, State
from clinikomigrate.transfer.keys import Side, forbidden, no_answer, not_an_administrator
from clinikomigrate.transfer.kinds import KINDS, MATCHED_KINDS
from clinikomigrate.transfer.mapper import Context, Mapped, Mapper
from clinikomigrate.transfer.mending import Mending
from clinikomigrate.transfer.messages import messages
from clinikomigrate.transfer.missing import Missing
from clinikomigrate.transfer.names import shown_name
from clinikomigrate.transfer.needs import choose_needed
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.phrases import listed, many_of
from clinikomigrate.transfer.resemblance import Existing
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.sink import Account, Sink
from clinikomigrate.transfer.steady import SteadySource
from clinikomigrate.transfer.survey import Survey
from clinikomigrate.transfer.too_late import TooLate
from clinikomigrate.transfer.usage import Usage

_LOOKED_AT: Final = "appointment_types"
"""The kind that says by which templates patients are written to."""

_BOOKED: Final = frozenset({"individual_appointments", "group_appointments"})

_CANCELLED: Final = ("individual_appointments", "attendees")


@attrs.frozen
class Checked:
    """What preflight found, and what it read.

    Attributes:
        findings: What was found.
        context: What mapping may look at; None where an account could not be read.
        accounts: The ids of source and destination; None where an account could not be read.
        existing: Knows who of the source is in the destination already; None where nobody was looked for.
    """

    findings: Findings
    context: Context | None = None
    accounts: tuple[str, str] | None = None
    existing: ExistingPatients | None = None


class Preflight:
    """Checks keys and accounts, and matches what is matched and not made.

    Args:
        source: Is read.
        sink: Is asked.
        mapper: Matches.
        kinds: The names of the kinds that go.
        filter: Says which records go.
        scope: Takes what the filter asks for.
        patience: Waits out a lost connection.
        existing: What becomes of patients who are in the destination already.
        journal: Knows what was carried already; it is open. None where nothing was.
        last: Whether no run with a wider filter follows.
    """

    def __init__(
        self,
        *,
        source: SteadySource,
        sink: Sink,
        mapper: Mapper,
        kinds: frozenset[str],
        filter: Filter,
        scope: Scope,
        patience: Patience,
        existing: Existing = "stop",
        journal: Journal | None = None,
        last: bool = False,
    ) -> None:
        self._source = source
        self._sink = sink
        self._mapper = mapper
        self._kinds = kinds
        self._filter = filter
        self._scope = scope
        self._patience = patience
        self._policy: Existing = existing
        self._journal = journal
        self._last = last
        self._existing: ExistingPatients | None = None
        self._usage = Usage(source, scope, filter, kinds)
        self._refused: dict[Side, list[str]] = {"source": [], "destination": []}
        self._lacking: list[str] = []

    def run(self) -> Checked:
        """Reads both accounts; writes nothing.

        Raises:
            ConfigurationError: The filter names what the source doesn't have, or the source doesn't say which it is.
            Stopped: The run is to end, or there was no connection for too long.
        """
        findings = [*self._source_key(), *self._destination_key()]
        if any(finding.level is Level.BLOCKER for finding in findings):
            return Checked(Findings(tuple(findings)))
        settings, account = self._patience.through(self._source.settings), self._patience.through(self._sink.account)
        accounts = source_id(settings), str(account.id)
        if accounts[0] == accounts[1]:
            return Checked(Findings((*findings, one_account(account))))
        ask(self._filter, self._source, self._scope)
        choose_needed(self._source, self._scope, self._filter, self._kinds)
        survey = self._survey(settings, account)
        findings += [*regions_differ(survey), *self._lists(), *unfinished_undo.findings(self._journal)]
        matches, found = self._mapper.prepare(survey)
        context = self._heeding_what_is_made(Context(survey, matches))
        survey = context.survey
        findings += [*found, *self._patience.through(lambda: tuple(self._sink.prepare(survey, matches)))]
        findings += [*self._left_out(context), *self._records(context, accounts[0]), *messages(survey)]
        return Checked(Findings(tuple(findings)), context, accounts, self._existing)

    def close(self) -> None:
        """Gives the temporary files back; what `run` gave is of no use afterwards."""
        if self._existing is not None:
            self._existing.close()

    def _records(self, context: Context, source: str) -> list[Finding]:
        duplicates = Duplicates()
        copies = Copies(source, self._sink, self._journal, self._patience)
        looks: list[Look] = [Mending(), duplicates, *self._sink.looks()]
        if not self._last:
            looks.append(TooLate(self._scope, self._kinds, self._journal))
        if "patients" in self._kinds:
            self._existing = ExistingPatients(self._policy, self._sink, self._journal, self._patience, copies)
            self._existing.sweep()
            looks.append(self._existing)
        try:
            inspect(
                self._source,
                self._mapper,
                context,
                looks,
                filter=self._filter,
                scope=self._scope,
                kinds=self._kinds,
            )
            if self._existing is not None and (self._scope.narrows("patients") or has_last_word(self._filter)):
                self._existing.look_beyond(self._source, self._goes)
            found = [finding for look in looks for finding in look.findings()]
            return [*found, *copies.findings()] if self._existing is not None else found
        finally:
            duplicates.close()

    def _left_out(self, context: Context) -> Iterator[Finding]:
        """Says what is missed by records that go, or is not closed yet, because others stay behind."""
        missing = Missing(
            source=self._source,
            scope=self._scope,
            filter=self._filter,
            goes=self._usage.goes,
            kinds=self._kinds,
            journal=self._journal,
        )
        yield from missing.findings(self._sink.kinds, context.matches)
        yield from self._nobody()
        if not self._last:
            bookable = Bookable(
                source=self._source,
                scope=self._scope,
                filter=self._filter,
                kinds=self._kinds,
                takes=self._sink.kinds,
                mapper=self._mapper,
                context=context,
                journal=self._journal,
            )
            yield from bookable.findings(context.survey.records.get(_LOOKED_AT, ()))

    def _nobody(self) -> Iterator[Finding]:
        """Says that a filter takes no patient, which is rarely what was meant."""
        narrows = self._scope.narrows("patients") or has_last_word(self._filter)
        if narrows and "patients" in self._kinds and not self._usage.goes("patients"):
            yield CODES.finding(
                "nobody-chosen",
                f"The filter {self._filter!r} takes none of the source's patients.",
                "Look whether it says what was meant: a date, a name, an id, or what your own filter returns.",
                kind="patients",
            )

    def _goes(self, record: Any) -> bool:
        return self._scope.takes(record) and self._filter.keeps(record, self._scope)

    # Keys and accounts.

    def _source_key(self) -> Iterator[Finding]:
        try:
            self._source.check_account()
            user = self._source.user()
        except Error as error:
            yield no_answer("source", error)
            return
        if user.role is not None and user.role.casefold() != "administrator":
            yield not_an_administrator("source", user.role)

    def _destination_key(self) -> Iterator[Finding]:
        try:
            found = list(self._sink.check())
            yield from (finding for finding in found if finding.kind is None or finding.kind in self._kinds)
        except Error as error:
            yield no_answer("destination", error)

    def _lists(self) -> Iterator[Finding]:
        """Says which lists one of the accounts refuses or lacks, so that none is taken for empty."""
        for side, kinds in self._refused.items():
            if kinds:
                yield forbidden(side, kinds)
        lacking = [*self._lacking, *(kind for kind in KINDS if kind in self._kinds and not self._source.has(kind))]
        if lacking:
            yield CODES.finding(
                "source-lacks",
                f"The source's API has no lists of these kinds, so that nobody can tell whether there are any: "
                f"{listed([many_of(kind) for kind in lacking])}.",
                "Look in the source whether it has such records; if so, enter them in the destination by hand.",
                kind=lacking[0] if len(lacking) == 1 else None,
            )

    # The survey.

    def _survey(self, settings: Settings, account: Account) -> Survey:
        kinds = self._matched_kinds()
        if _LOOKED_AT not in kinds and self._kinds & {_LOOKED_AT, *_BOOKED}:
            kinds = (*kinds, _LOOKED_AT)
        records = {kind: tuple(self._read(kind)) for kind in kinds}
        existing = {kind: tuple(self._there(kind)) for kind in kinds}
        ways = frozenset(self._patience.through(self._sink.may_message))
        return Survey(
            settings=settings,
            records=records,
            account=account,
            existing=existing,
            in_use=self._usage.in_use,
            goes=self._usage.goes,
            may_message=self._called_for(ways),
            could_message=ways,
            names=_names(records | self._titles()),
            included=self._kinds,
            region=self._source.region,
            goes_on=self._goes_on(settings, account),
        )

    def _goes_on(self, settings: Settings, account: Account) -> bool:
        """Says whether any patient went with an earlier run."""
        if self._journal is None or self._journal.accounts() != (source_id(settings), str(account.id)):
            return False
        counts = self._journal.counts().get("patients", {})
        return any(counts.get(state, 0) for state in (State.CREATED, State.ADOPTED))

    def _matched_kinds(self) -> tuple[str, ...]:
        """Returns what is matched and not made: the account's own setup, and what was left out but is needed."""
        named = set(self._mapper.matched_kinds) & set(KINDS)
        needed = {need for kind in self._kinds for need in KINDS[kind].needs if KINDS[need].adoptable}
        return (*MATCHED_KINDS, *(kind for kind in KINDS if kind in named | (needed - self._kinds)))

    def _titles(self) -> dict[str, tuple[Any, ...]]:
        """Reads the templates whose names stand in for the titles of untitled notes."""
        kind = "treatment_note_templates"
        return {kind: tuple(self._read(kind))} if "treatment_notes" in self._kinds else {}

    def _read(self, kind: str) -> Iterator[Any]:
        try:
            yield from self._source.stream(kind)
        except Forbidden:
            self._refused["source"].append(kind)
        except NotFound:
            self._lacking.append(kind)

    def _there(self, kind: str) -> Iterable[tuple[str, Any]]:
        try:
            return self._patience.through(lambda: tuple(self._sink.existing(kind)))
        except Forbidden:
            self._refused["destination"].append(kind)
        except NotFound:
            pass  # what has no counterpart for lack of a list is told as such
        return ()

    def _called_for(self, ways: frozenset[str]) -> frozenset[str]:
        """Leaves out cancellations where nothing is cancelled so far: most patients need not be muted then."""
        cancelled = where("cancelled_at").not_null()
        if "cancellations" not in ways or any(self._usage.goes(kind, cancelled) for kind in _CANCELLED):
            return ways
        return ways - {"cancellations"}

    def _heeding_what_is_made(self, context: Context) -> Context:
        """Adds in which ways patients could be written to because of appointment types that this transfer makes."""
        survey = context.survey
        types = survey.records.get(_LOOKED_AT, ()) if _LOOKED_AT in self._kinds else ()
        ways = frozenset(way for each in types if self._goes(each) for way in self._brought_by(each, context))
        if ways <= survey.could_message:
            return context
        could, may = survey.could_message | ways, survey.may_message | self._called_for(ways)
        return attrs.evolve(context, survey=attrs.evolve(survey, could_message=could, may_message=may))

    def _brought_by(self, entity: Any, context: Context) -> Iterator[str]:
        try:
            mapped = self._mapper.map(entity.kind, entity, context)
        except Error:  # the run sets it aside with its reason
            return
        if isinstance(mapped, Mapped):
            changes = (each for each in mapped.follow_ups if isinstance(each, Change) and each.stage < Stage.RESTORE)
            for draft in (mapped.draft, *(each.draft for each in changes)):
                yield from self._sink.would_message(draft)


def _names(records: Mapping[str, tuple[Any, ...]]) -> dict[Ref[Any], str]:
    names: dict[Ref[Any], str] = {}
    for kind, entities in records.items():
        for entity in entities:
            name = shown_name(kind, entity)
            if name:
                names[Ref(kind, entity.id)] = name
    return names
