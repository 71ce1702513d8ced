"""What a run did, and what it could not do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NotRequired

import attrs

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer import checklist
from clinikomigrate.transfer.aside import STATES, UNFINISHED, SetAside
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.debtors import Debtors, debtors
from clinikomigrate.transfer.deleting import ToDelete
from clinikomigrate.transfer.differences import Difference, told_once
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.journal import Journal, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.left_out import LeftOut, reasons_table
from clinikomigrate.transfer.phrases import some_are, some_were
from clinikomigrate.transfer.planned import Planned
from clinikomigrate.transfer.retold import ChangedSetting
from clinikomigrate.transfer.source import Source
from clinikomigrate.transfer.sqlite_journal import opened_as_left
from clinikomigrate.transfer.summary import (
    LossCount,
    Summary,
    Table,
    as_html,
    as_text,
    aside_table,
    counts_of,
    counts_shown,
    counts_table,
    lines_table,
    losses_table,
    numbers_table,
    staying,
    steps_table,
    text_of,
    write_csv,
)
from clinikomigrate.transfer.tally import Count
from clinikomigrate.wire.tracebacks import forgetful

NOT_APPROVED: Final = "not approved"
"""Why a run ended whose plan was turned down."""

_BATCH: Final = 100
_LONGEST_TERMS: Final = 3650
_PLANNED: Final = "Planned and done"
_TOLD: Final = ("created", "adopted", "skipped", "losses")


class ReportSummary(Summary):
    """What a report is as plain data.

    Attributes:
        changed_settings: Where there are any: what the transfer was told otherwise than in the run before.
    """

    changed_settings: NotRequired[list[dict[str, str]]]


@attrs.frozen(repr=False, kw_only=True)
class Report:
    """What one run did.

    Attributes:
        kinds: What the run did with each kind's records.
        losses: All that could not be carried so far, counted.
        set_aside: Records that could not go, with their reasons.
        by_hand: What a person has to enter by hand in the destination, because no interface takes it.
        findings: What preflight had found.
        requests: How many requests the run sent to source and destination.
        seconds: How long it took.
        stopped: Why it ended before all was done, or None; `"not approved"` where its plan was turned down.
        left_out: What did not go so far, as it should be: counted by kind and reason.
        changed_settings: What the transfer was told otherwise than in the run before; what was made then stays.
        planned: What the last plan on this journal foresaw, or None.
        differences: What was planned and what all runs so far did, one beside the other; each difference is explained.
        open_invoices: How many invoices are open in the source, credits among them.
        in_xero: Whether the source hands its invoices to Xero.
        not_archived: How many records of each kind are archived in the source and not yet in the destination, because
            what was left behind needs them; a run that leaves nothing behind archives them, or one with `last=True`.
        muted: How many patients in the destination are not written to until a run comes to its end.
        undoing: Whether the run took back what the transfer had made.
        to_delete: What is to be deleted by hand in the destination, because that takes nothing back, in the order in
            which it can be; of a call of `undo` only.
    """

    kinds: Mapping[str, Count]
    losses: Sequence[LossCount]
    set_aside: Sequence[SetAside]
    by_hand: Sequence[str]
    findings: Sequence[Finding]
    requests: int
    seconds: float
    stopped: str | None
    left_out: Sequence[LeftOut] = ()
    changed_settings: Sequence[ChangedSetting] = ()
    planned: Planned | None = None
    differences: Sequence[Difference] = ()
    open_invoices: int = 0
    in_xero: bool = False
    not_archived: Mapping[str, int] = attrs.field(factory=dict)
    muted: int = 0
    undoing: bool = False
    to_delete: Sequence[ToDelete] = ()
    _journal: Journal = attrs.field(repr=False, eq=False)
    _source: Source | None = attrs.field(default=None, repr=False, eq=False)

    def __repr__(self) -> str:
        return f"<Report: {self.verdict}>"

    @property
    def ok(self) -> bool:
        """Whether all that was chosen is in the destination, or is said to be lost."""
        return self.stopped is None and not self.set_aside

    @property
    def verdict(self) -> str:
        """One sentence."""
        carried = sum(count.created + count.adopted + count.already for count in self.kinds.values())
        fresh = sum(count.created + count.adopted for count in self.kinds.values())
        missing = sum(1 for row in self.set_aside if row.state != UNFINISHED)
        unfinished = len(self.set_aside) - missing
        lost = sum(loss.records for loss in self.losses)
        if self.undoing:
            return self._taken_back()
        if self.stopped == NOT_APPROVED:
            return "The plan was not approved; nothing was written."
        if self.stopped is not None:
            return f"Stopped early ({self.stopped}); {some_were(fresh, 'record')} carried. Run again to go on."
        stay = staying(self.losses)
        also = f"; {stay}" if stay else ""
        if self.set_aside:
            counts = ((missing, "could not go"), (unfinished, "unfinished"))
            left = " and ".join(f"{number:,} {what}" for number, what in counts if number)
            arrived = f"{some_are(carried, 'record')} in the destination"
            return f"{arrived}; {left}{also}. Mend what their reasons say, and run again."
        made = sum(count.created for count in self.kinds.values())
        new = _news(made, fresh - made)
        arrived = f"{carried:,} of the selected records are" if stay else f"All {carried:,} selected records are"
        if carried == 1 and not stay:
            arrived = "The only selected record is"
        return f"{arrived} in the destination ({new}){also}; {some_are(lost, 'loss')} listed."

    def _taken_back(self) -> str:
        removed = sum(count.removed for count in self.kinds.values())
        if self.stopped is not None:
            return f"Stopped early ({self.stopped}); {some_were(removed, 'record')} taken back. Undo again to go on."
        if self.to_delete:
            return (
                f"Nothing was taken back, because this destination takes nothing back: "
                f"{some_are(len(self.to_delete), 'record')} to be deleted there by hand, as to_csv() lists them."
            )
        if self.set_aside:
            return f"{some_were(removed, 'record')} taken back; {len(self.set_aside):,} left, each for its reason."
        if not removed:
            return "There was nothing to take back: by its journal this transfer made nothing that is still there."
        if removed == 1:
            return "The only record that this transfer still had in the destination was taken back."
        return f"All {removed:,} records that this transfer still had in the destination were taken back."

    @property
    def to_do(self) -> tuple[str, ...]:
        """What to do by hand now, the keys last of all."""
        if self.undoing:
            return tuple(self._after_taking_back())
        if self.stopped is not None:
            return (*self._before_another_run(), _KEEP)
        return (*self._before_another_run(), *self._afterwards(), checklist.REVOKE if self.ok else _KEEP)

    def _after_taking_back(self) -> Iterator[str]:
        if self.stopped is not None:
            yield f"Undo again to go on: it stopped early ({self.stopped})."
        if self.to_delete:
            yield (
                "Delete by hand what is not wanted, in the order of to_delete.csv of to_csv(). Give the next transfer "
                "a journal of its own then: this one remembers all of it as being there."
            )
        elif self.set_aside:
            yield "Look at the records that were left, and archive by hand what is not wanted."
        if self.muted:
            yield (
                f"{some_are(self.muted, 'patient')} not written to in the destination for now; undo again, which "
                "restores their settings."
            )

    def _before_another_run(self) -> Iterator[str]:
        """Says what to do first where not everything is there."""
        aside = [row for row in self.set_aside if row.state == STATES[State.CONFLICT]]
        if self.stopped == NOT_APPROVED:
            yield "Mend what kept the plan from being approved, and run again."
        elif self.stopped is not None:
            yield f"Run again to go on: it stopped early ({self.stopped})."
        if aside:
            yield (f"Settle the conflicts ({_ids(aside)}): look at what their reasons name, and do what they say.")
        if self.set_aside:
            yield "Mend what the reasons of the records that were set aside say, and run again."
        files = [row for row in self.set_aside if row.kind == "patient_attachments" and row.state != UNFINISHED]
        if files:
            yield f"Files that no run can carry, upload by hand ({_ids(files)})."
        if self.muted:
            yield (
                f"{some_are(self.muted, 'patient')} not written to in the destination for now; a run restores their "
                "settings when it comes to its end."
            )

    def _afterwards(self) -> Iterator[str]:
        return checklist.afterwards(
            self.by_hand,
            self.losses,
            self.findings,
            open_invoices=self.open_invoices,
            in_xero=self.in_xero,
            not_archived=self.not_archived,
        )

    def to_dict(self) -> ReportSummary:
        """Returns the counts as plain data, and the changed settings where there are any."""
        data: ReportSummary = {
            "kinds": counts_of(self.kinds, self.losses),
            "requests": self.requests,
            "seconds": self.seconds,
            "verdict": self.verdict,
        }
        if self.changed_settings:
            data["changed_settings"] = [attrs.asdict(change) for change in self.changed_settings]
        return data

    @forgetful
    def debtors(self, *, terms: int = 0) -> Debtors:
        """Reads which patients of this transfer have open invoices in the source, for opening balances.

        It takes a request for the settings, and one list read for each 100 open invoices and open credits.

        Args:
            terms: How many days after its issue the clinic wants an invoice paid, which no API tells.

        Returns:
            The patients who went, by id, with the totals of their open invoices, and these invoices one by one.

        Raises:
            ConfigurationError: This report knows no source, or `terms` is no number of days.
            ApiError: The source may not be read, or not any more.
            TransportError: The source can't be reached.
        """
        if self._source is None:
            raise ConfigurationError("This report knows no source to read invoices from.")
        if type(terms) is not int or not 0 <= terms <= _LONGEST_TERMS:
            raise ConfigurationError(f"terms must be a number of days from 0 to {_LONGEST_TERMS}, not {terms!r}.")
        with opened_as_left(self._journal):
            return debtors(self._source, self._journal, terms)

    # How it looks.

    def _tables(self) -> list[Table]:
        return [
            counts_shown(self.kinds, self.losses),
            lines_table("Settings that have changed since the run before", list(map(str, self.changed_settings))),
            self._planned_and_done(),
            reasons_table("Left out", self.left_out),
            losses_table(self.losses),
            lines_table(checklist.BY_HAND, self.by_hand),
            numbers_table(checklist.NOT_ARCHIVED, self.not_archived),
            aside_table([(row.kind, row.source_id, row.state, row.reason) for row in self.set_aside]),
        ]

    def _planned_and_done(self) -> Table:
        """Shows what differs from the plan, or says in one line that nothing does."""
        rows = [attrs.astuple(row) for row in told_once([row for row in self.differences if row.why])]
        if rows or self.planned is None:
            return Table(_PLANNED, _HEAD, rows)
        sums = {what: sum(row.done for row in self.differences if row.what == what) for what in _TOLD}
        told = ", ".join(f"{number} {what}" for what, number in sums.items())
        return lines_table(_PLANNED, [f"Nothing differs from the plan: {told}."])

    def _steps(self) -> Table:
        return steps_table("To do by hand now", self.to_do)

    def __str__(self) -> str:
        took = f"{self.requests} requests in {self.seconds:.0f} s."
        return f"{as_text(self._tables(), took, self.verdict)}\n\n{text_of(self._steps())}"

    def _repr_html_(self) -> str:
        return as_html([*self._tables(), self._steps()], self.verdict)

    def to_csv(self, folder: str | Path) -> None:
        """Writes the report as CSV files, with the ids of all records that are spoken of.

        That is `counts`, `identities` (old and new ids), `losses`, `left_out` (counted), `skipped` (by id),
        `set_aside` (by id: failed, blocked, in conflict, in doubt, unfinished), `planned_and_done` and `by_hand`; and
        `to_delete` where `undo` found that the destination takes nothing back.

        Args:
            folder: Where to; it is made when it isn't there. The files hold ids, times and reasons, no record's text,
                and can be read by their owner only.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        to_do = [(line,) for line in (*self.by_hand, *self.to_do)]
        for name, table in {
            "counts": counts_table(self.kinds, self.losses),
            "left_out": reasons_table("", self.left_out),
            "set_aside": Table("", _ASIDE, [attrs.astuple(row) for row in self.set_aside]),
            "planned_and_done": Table("", _HEAD, [attrs.astuple(row) for row in self.differences]),
            "by_hand": Table("", ("what",), to_do),
        }.items():
            write_csv(place / f"{name}.csv", table.head, table.rows)
        if self.to_delete:
            head = tuple(attribute.name for attribute in attrs.fields(ToDelete))
            write_csv(place / "to_delete.csv", head, map(attrs.astuple, self.to_delete))
        with opened_as_left(self._journal):
            write_csv(place / "losses.csv", ("kind", "source_id", "field", "reason"), self._journal.loss_rows())
            write_csv(place / "skipped.csv", ("kind", "source_id", "reason"), _skipped(self._journal))
            pairs = ((kind, *pair) for kind in KINDS for pair in self._journal.identities(kind))
            write_csv(place / "identities.csv", ("kind", "source_id", "destination_id"), pairs)


def _news(made: int, taken: int) -> str:
    """Says how many records were made, and how many stood in the destination already, or came with another one."""
    stood = f"{taken:,} taken as {'it stands' if taken == 1 else 'they stand'} there" if taken else ""
    if not made:
        return f"nothing new to carry{stood and ', ' + stood}"
    return f"{made:,} of them new{stood and ', ' + stood}"


_HEAD: Final = tuple(attribute.name for attribute in attrs.fields(Difference))
_ASIDE: Final = tuple(attribute.name for attribute in attrs.fields(SetAside))
_KEEP: Final = "Revoke both API keys only when there is nothing left to run again for."


def _ids(rows: Sequence[SetAside]) -> str:
    return ", ".join(f"{row.kind} {row.source_id}" for row in rows[:_FEW]) + (
        f" and {len(rows) - _FEW} more, in set_aside.csv of to_csv()" if len(rows) > _FEW else ""
    )


_FEW: Final = 10


def _skipped(journal: Journal) -> Iterator[tuple[str, str, str]]:
    for kind in KINDS:
        for some in batched(journal.ids(kind, [State.SKIPPED]), _BATCH):
            for id, entry in journal.entries(kind, some).items():
                yield kind, id, entry.reason or ""
