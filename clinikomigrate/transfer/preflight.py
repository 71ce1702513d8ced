"""Looks at both accounts before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.query import where
from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error, Forbidden, NotFound
from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.duplicates import Duplicates
from clinikomigrate.transfer.existing import Existing, ExistingPatients
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.filters.filter import ask, has_last_word
from clinikomigrate.transfer.findings import Finding, Findings, Level
from clinikomigrate.transfer.inspection import Look, inspect
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.keys import Side, forbidden, no_answer, not_an_administrator
from clinikomigrate.transfer.kinds import KINDS, MATCHED_KINDS
from clinikomigrate.transfer.mapper import Context, Mapper
from clinikomigrate.transfer.mending import Mending
from clinikomigrate.transfer.names import shown_name
from clinikomigrate.transfer.needs import choose_needed
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.phrases import listed
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.steady import SteadySource
from clinikomigrate.transfer.survey import Survey
from clinikomigrate.transfer.usage import Usage

_MUTED: Final[Mapping[str, str]] = {
    "confirmations": "The destination has appointment types that send a confirmation when an appointment is made.",
    "cancellations": "Cancelled appointments go, and the destination tells patients when one is cancelled.",
}
"""For each way in which a destination could write to patients and that a transfer switches off: what is found."""

_LOOKED_AT: Final = "appointment_types"
"""The kind that says by which templates patients are written to."""

_BOOKED: Final = frozenset({"individual_appointments", "group_appointments"})


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
        self._existing: ExistingPatients | None = None
        self._usage = Usage(source, scope, filter, kinds)
        self._refused: dict[Side, list[str]] = {"source": [], "destination": []}
        self._lacking: list[str] = []

    def run(self) -> Checked:
        """Reads both accounts; writes nothing.

        Raises:
            ConfigurationError: The filter names what the source doesn't have.
            Stopped: The run is to end, or there was no connection for too long.
        """
        findings = [*self._source_key(), *self._destination_key()]
        if any(finding.level is Level.BLOCKER for finding in findings):
            return Checked(Findings(tuple(findings)))
        ask(self._filter, self._source, self._scope)
        choose_needed(self._source, self._scope, self._filter, self._kinds)
        survey = self._survey()
        account = survey.account
        accounts = (str(survey.settings.account.id), str(account.id if account else None))
        findings += [*self._accounts(survey), *self._lists()]
        matches, found = self._mapper.prepare(survey)
        context = Context(survey, matches)
        findings += [*found, *self._sink.prepare(survey, matches), *self._records(context), *_messages(survey)]
        return Checked(Findings(tuple(findings)), context, accounts, self._existing)

    def close(self) -> None:
        """Gives the temporary files back; what `run` gave is of no use afterwards."""
        if self._existing is not None:
            self._existing.close()

    def _records(self, context: Context) -> list[Finding]:
        duplicates = Duplicates()
        looks: list[Look] = [Mending(), duplicates]
        if "patients" in self._kinds:
            self._existing = ExistingPatients(self._policy, self._sink, self._journal, self._patience)
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
            return [finding for look in looks for finding in look.findings()]
        finally:
            duplicates.close()

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

    def _accounts(self, survey: Survey) -> Iterator[Finding]:
        if survey.account is not None and str(survey.settings.account.id) == str(survey.account.id):
            yield CODES.finding(
                "same-account",
                f"Source and destination are the same account ({survey.account.name!r}).",
                "Give the source a key of the old account and the destination a key of the new one.",
            )
        regions = survey.region, survey.account.region if survey.account else None
        if None not in regions and regions[0] != regions[1]:
            yield CODES.finding(
                "regions-differ",
                f"The source keeps its records in the region {regions[0]!r}, the destination in {regions[1]!r}: health "
                "data leaves its jurisdiction.",
                "Make sure that the law, your contracts and what patients agreed to allow it, before the run.",
            )

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
                f"{listed(lacking)}.",
                "Look in the source whether it has such records; if so, enter them in the destination by hand.",
                kind=lacking[0] if len(lacking) == 1 else None,
            )

    # The survey.

    def _survey(self) -> Survey:
        kinds = self._matched_kinds()
        if _LOOKED_AT not in kinds and self._kinds & {_LOOKED_AT, *_BOOKED}:
            kinds = (*kinds, _LOOKED_AT)
        records = {kind: tuple(self._read(kind)) for kind in kinds}
        existing = {kind: tuple(self._there(kind)) for kind in kinds}
        return Survey(
            settings=self._source.settings(),
            records=records,
            account=self._sink.account(),
            existing=existing,
            in_use=self._usage.in_use,
            goes=self._usage.goes,
            may_message=self._may_message(),
            names=_names(records | self._titles()),
            included=self._kinds,
            region=self._source.region,
        )

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

    def _may_message(self) -> frozenset[str]:
        ways = set(self._sink.may_message())
        cancelled = where("cancelled_at").not_null()
        if "cancellations" in ways and not any(
            self._usage.goes(kind, cancelled) for kind in ("individual_appointments", "attendees")
        ):
            ways.discard("cancellations")
        return frozenset(ways)


def _messages(survey: Survey) -> Iterator[Finding]:
    booked = any(survey.goes(kind) for kind in _BOOKED)
    for way in sorted(survey.may_message):
        if way not in _MUTED:
            yield CODES.finding(
                "would-message",
                f"The destination would send patients {way} while records are made, and nothing here can prevent it.",
                "Switch it off in the destination, and let the sink no longer name it.",
                kind="patients",
            )
        elif booked:
            yield CODES.finding(
                f"may-message-{way}",
                _MUTED[way],
                "Nothing to do: these e-mails are off for each patient while the run goes on, and as they were at its "
                "end.",
                kind="patients",
            )


def _names(records: Mapping[str, tuple[Any, ...]]) -> dict[Ref[Any], str]:
    names: dict[Ref[Any], str] = {}
    for kind, entities in records.items():
        for entity in entities:
            name = shown_name(kind, entity)
            if name:
                names[Ref(kind, entity.id)] = name
    return names
