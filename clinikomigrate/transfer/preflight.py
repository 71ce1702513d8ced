"""Looks at both accounts before anything is written."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import attrs

from clinikomigrate.client.query import Condition, where
from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import AccountMismatch, ApiError, Error, Forbidden, NotFound
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.findings import Finding, Findings, Level
from clinikomigrate.transfer.inspection import Look, inspect
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.kinds import BOOKING_KINDS, KINDS, MATCHED_KINDS
from clinikomigrate.transfer.mapper import Context, Mapper
from clinikomigrate.transfer.names import display_name
from clinikomigrate.transfer.needs import choose_needed
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST
from clinikomigrate.transfer.steady import SteadySource
from clinikomigrate.transfer.survey import Survey

_USERS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "businesses": (
        ("individual_appointments", "business_id"),
        ("group_appointments", "business_id"),
        ("unavailable_blocks", "business_id"),
        ("availability_blocks", "business_id"),
        ("practitioner_reference_numbers", "business_id"),
    ),
    "practitioners": (
        ("individual_appointments", "practitioner_id"),
        ("group_appointments", "practitioner_id"),
        ("unavailable_blocks", "practitioner_id"),
        ("availability_blocks", "practitioner_id"),
        ("practitioner_reference_numbers", "practitioner_id"),
    ),
    "appointment_types": (
        ("individual_appointments", "appointment_type_id"),
        ("group_appointments", "appointment_type_id"),
    ),
    "referral_source_types": (("referral_sources", "referral_source_type_id"),),
}
"""For each matched kind: the kinds that can't be without one, and the filter that finds them."""


Existing: TypeAlias = Literal["stop", "adopt", "copy"]
"""What becomes of patients who are in the destination already."""


@attrs.frozen
class Checked:
    """What preflight found, and what it read.

    Attributes:
        findings: What was found.
        context: What mapping may look at; None where an account could not be read.
        accounts: The ids of source and destination; None where an account could not be read.
    """

    findings: Findings
    context: Context | None = None
    accounts: tuple[str, str] | None = None


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
        self._existing = existing
        self._journal = journal
        self._used: dict[Ref[Any], bool] = {}

    def run(self) -> Checked:
        """Reads both accounts; writes nothing.

        Raises:
            ConfigurationError: The filter names what the source doesn't have.
            Stopped: The run is to end, or there was no connection for too long.
        """
        findings = [*self._source_key(), *self._destination_key()]
        if any(finding.level is Level.BLOCKER for finding in findings):
            return Checked(Findings(tuple(findings)))
        self._filter.scope(self._source, self._scope)
        choose_needed(self._source, self._scope, self._filter, self._kinds)
        survey = self._survey()
        account = survey.account
        accounts = (str(survey.settings.account.id), str(account.id if account else None))
        findings += self._accounts(survey)
        findings += _messages(survey)
        matches, found = self._mapper.prepare(survey)
        context = Context(survey, matches)
        findings += [*found, *self._sink.prepare(survey, matches), *self._records(context)]
        return Checked(Findings(tuple(findings)), context, accounts)

    def _records(self, context: Context) -> list[Finding]:
        looks: list[Look] = []
        return inspect(
            self._source,
            self._mapper,
            context,
            looks,
            filter=self._filter,
            scope=self._scope,
            kinds=self._kinds,
        )

    # Keys and accounts.

    def _source_key(self) -> Iterator[Finding]:
        try:
            self._source.check_account()
            user = self._source.user()
        except AccountMismatch as error:
            remedy = "Use a key of the account that you named, or name the other."
            yield Finding(Level.BLOCKER, "source-account", str(error), remedy)
            return
        except Error as error:
            yield _refused("source", error)
            return
        if user.role is not None and user.role.casefold() != "administrator":
            yield Finding(
                Level.BLOCKER,
                "source-role",
                f"The source key's user has the role {user.role!r}; only an administrator reads everything.",
                "Make a key for a user who is an administrator in the source account.",
            )

    def _destination_key(self) -> Iterator[Finding]:
        try:
            found = list(self._sink.check())
            yield from (finding for finding in found if finding.kind is None or finding.kind in self._kinds)
        except Error as error:
            yield _refused("destination", error)

    def _accounts(self, survey: Survey) -> Iterator[Finding]:
        if survey.account is not None and str(survey.settings.account.id) == str(survey.account.id):
            yield Finding(
                Level.BLOCKER,
                "same-account",
                f"Source and destination are the same account ({survey.account.name!r}).",
                "Give the source a key of the old account and the destination a key of the new one.",
            )

    # The survey.

    def _survey(self) -> Survey:
        kinds = self._matched_kinds()
        records = {kind: tuple(self._read(kind)) for kind in kinds}
        existing = {kind: tuple(self._there(kind)) for kind in kinds}
        return Survey(
            settings=self._source.settings(),
            records=records,
            account=self._sink.account(),
            existing=existing,
            in_use=self._in_use,
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

    def _read(self, kind: str) -> Iterable[Any]:
        try:
            yield from self._source.stream(kind)
        except (Forbidden, NotFound):
            return

    def _there(self, kind: str) -> Iterable[tuple[str, Any]]:
        try:
            return self._patience.through(lambda: tuple(self._sink.existing(kind)))
        except (Forbidden, NotFound):
            return ()

    def _in_use(self, ref: Ref[Any]) -> bool:
        if ref not in self._used:
            users = [(kind, field) for kind, field in _USERS.get(ref.kind, ()) if kind in self._kinds]
            self._used[ref] = any(self._takes_any(kind, where(field) == ref.id) for kind, field in users)
        return self._used[ref]

    def _takes_any(self, kind: str, condition: Condition) -> bool:
        """Says whether any record that goes meets a condition. The first one tells."""
        conditions = (*self._scope.conditions(kind), condition)
        chosen = self._chosen_ids(kind, conditions)
        records = (
            self._source.stream(kind, *conditions)
            if chosen is None
            else itertools.chain.from_iterable(self._source.by_id(kind, some, *conditions) for some in chosen)
        )
        return any(self._scope.takes(record) and self._filter.keeps(record, self._scope) for record in records)

    def _chosen_ids(self, kind: str, conditions: Sequence[Condition]) -> Iterator[list[str]] | None:
        """Gives the ids of chosen bookings, where asking for those takes fewer requests than the list."""
        if kind not in BOOKING_KINDS or not self._scope.limited("bookings"):
            return None
        listed = self._source.count(kind, *conditions)
        if self._scope.count("bookings") / IDS_A_REQUEST >= listed / 100:
            return None
        return batched(self._scope.ids("bookings"), IDS_A_REQUEST)

    def _may_message(self) -> frozenset[str]:
        ways = set(self._sink.may_message())
        cancelled = where("cancelled_at").not_null()
        if "cancellations" in ways and not any(
            self._takes_any(kind, cancelled) for kind in ("individual_appointments", "attendees") if kind in self._kinds
        ):
            ways.discard("cancellations")
        return frozenset(ways)


def _messages(survey: Survey) -> Iterator[Finding]:
    for way in sorted(survey.may_message):
        yield Finding(
            Level.NOTE,
            f"may-message-{way}",
            f"The destination can send patients {way} by e-mail while records are made.",
            "Nothing to do: patients are made with these e-mails switched off, and get their setting back at the end.",
            kind="patients",
        )


def _refused(side: str, error: Error) -> Finding:
    if isinstance(error, ApiError):
        return Finding(
            Level.BLOCKER,
            f"{side}-key",
            f"The {side} account does not accept its key: {error}",
            "Check the key, and that it still has its ending (such as -au1), which says where the account lives.",
        )
    return Finding(
        Level.BLOCKER,
        f"{side}-unreachable",
        f"The {side} account can't be reached: {error}",
        "Check the connection, and the ending of the key (such as -au1); then try again.",
    )


def _names(records: Mapping[str, tuple[Any, ...]]) -> dict[Ref[Any], str]:
    names: dict[Ref[Any], str] = {}
    for kind, entities in records.items():
        for entity in entities:
            name = display_name(entity)
            if name:
                names[Ref(kind, entity.id)] = name
    return names
