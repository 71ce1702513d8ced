"""What a run would do, known beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from clinikomigrate.transfer import checklist
from clinikomigrate.transfer.duration import in_words
from clinikomigrate.transfer.findings import Finding, Level
from clinikomigrate.transfer.left_out import LeftOut, reasons_table
from clinikomigrate.transfer.phrases import some
from clinikomigrate.transfer.summary import (
    LossCount,
    Summary,
    Table,
    as_html,
    as_text,
    counts_of,
    counts_shown,
    counts_table,
    lines_table,
    losses_table,
    numbers_table,
    staying,
    steps_table,
    write_csv,
)
from clinikomigrate.transfer.tally import Count


@attrs.frozen
class Match:
    """A record of the source and what stands for it in the destination.

    Attributes:
        kind: The record kind.
        source: The source's name.
        destination: The destination's name.
    """

    kind: str
    source: str
    destination: str


@attrs.frozen(repr=False)
class Plan:
    """What a run would do, if nothing changed until then.

    Attributes:
        kinds: What would be done with each kind's records.
        losses: All that could not be carried, counted.
        set_aside: How many records could not go, or not wholly; `could_not_go` says why.
        by_hand: What a person has to enter by hand afterwards, because no interface takes it.
        matches: Which business, practitioner and so on stands for which.
        findings: What preflight found, and what only going through all records shows.
        source_requests: How many requests the source would get.
        destination_requests: How many requests the destination would get.
        seconds: How long it would take at both accounts' rate limits.
        shortest: The least that it could take, in seconds.
        longest: What it could well take when some requests have to be repeated, in seconds.
        left_out: What would not go, as it should be: counted by kind and reason.
        could_not_go: Why records could not go, or not wholly, counted by kind and reason.
        open_invoices: How many invoices are open in the source, credits among them.
        in_xero: Whether the source hands its invoices to Xero.
        not_archived: How many records of each kind are archived in the source and would not yet be in the destination,
            because what is left behind needs them.
        ways: Where the destination has other ways than this transfer, such as an importer of its own: by which way the
            records of each kind are best brought in; None where it has none.
        unfinished: How many of those that are set aside would be there, but not done with: not archived, for instance,
            because what could not go needs them.
    """

    kinds: Mapping[str, Count]
    losses: Sequence[LossCount]
    set_aside: int
    by_hand: Sequence[str]
    matches: Sequence[Match]
    findings: Sequence[Finding]
    source_requests: int
    destination_requests: int
    seconds: float
    shortest: float
    longest: float
    left_out: Sequence[LeftOut] = ()
    could_not_go: Sequence[LeftOut] = ()
    open_invoices: int = 0
    in_xero: bool = False
    not_archived: Mapping[str, int] = attrs.field(factory=dict)
    ways: Table | None = None
    unfinished: int = 0

    def __repr__(self) -> str:
        return f"<Plan: {self.verdict}>"

    @property
    def requests(self) -> int:
        """How many requests both accounts would get."""
        return self.source_requests + self.destination_requests

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """What must be mended before anything is written."""
        return tuple(finding for finding in self.findings if finding.level is Level.BLOCKER)

    @property
    def ok(self) -> bool:
        """Whether all that is chosen could go, and nothing has to be mended first."""
        return not self.set_aside and not self.blockers

    @property
    def verdict(self) -> str:
        """One sentence."""
        created = sum(count.created for count in self.kinds.values())
        adopted = sum(count.adopted for count in self.kinds.values())
        lost = sum(loss.records for loss in self.losses)
        stay = staying(self.losses)
        first = f"{some(len(self.blockers), 'blocker')} to be mended first. " if self.blockers else ""
        return (
            f"{first}{some(created, 'record')} would be made and {adopted:,} adopted, with {some(lost, 'loss')}, "
            f"in about {in_words(self.seconds)} ({in_words(self.shortest)} to {in_words(self.longest)})"
            f"{'; ' * bool(stay)}{stay}.{self._aside()}"
        )

    def _aside(self) -> str:
        """Says how many records could not go, and how many would be there and not done with."""
        missing = self.set_aside - self.unfinished
        parts = [f"{some(missing, 'record')} could not go"] if missing else []
        if self.unfinished:
            parts.append(
                f"{f'{self.unfinished:,}' if missing else some(self.unfinished, 'record')} would be unfinished"
            )
        return f" {' and '.join(parts)}." if parts else ""

    @property
    def before(self) -> tuple[str, ...]:
        """What to do by hand before the run: what the findings ask for, blockers first."""
        return checklist.before(self.findings)

    @property
    def after(self) -> tuple[str, ...]:
        """What to do by hand after the run, the keys last of all."""
        return (*self._afterwards(), checklist.REVOKE)

    def _afterwards(self) -> Iterator[str]:
        return checklist.afterwards(
            self.by_hand,
            self.losses,
            self.findings,
            open_invoices=self.open_invoices,
            in_xero=self.in_xero,
            not_archived=self.not_archived,
        )

    def to_dict(self) -> Summary:
        """Returns the plan as plain data; durations in seconds."""
        return {
            "kinds": counts_of(self.kinds, self.losses),
            "requests": self.requests,
            "seconds": self.seconds,
            "verdict": self.verdict,
        }

    def to_csv(self, folder: str | Path) -> None:
        """Writes the plan as CSV files: counts and names of the clinic's setup, no record's text.

        That is `counts`, `left_out`, `could_not_go`, `losses`, `matched` and `to_do`, and `ways` where the destination
        has other ways than this transfer.

        Args:
            folder: Where to; it is made when it isn't there. The files can be read by their owner only.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        steps = [("before", line) for line in self.before]
        steps += [("after", line) for line in (*self.by_hand, *self.after)]
        tables = {
            "counts": counts_table(self.kinds, self.losses),
            "left_out": reasons_table("", self.left_out),
            "could_not_go": reasons_table("", self.could_not_go),
            "losses": Table("", ("kind", "field", "reason", "records"), [attrs.astuple(loss) for loss in self.losses]),
            "matched": self._matched(),
            "to_do": Table("", ("when", "what"), steps),
        }
        for name, table in (tables if self.ways is None else {**tables, "ways": self.ways}).items():
            write_csv(place / f"{name}.csv", table.head, table.rows)

    def _matched(self) -> Table:
        return Table("Matched", ("kind", "source", "destination"), [attrs.astuple(match) for match in self.matches])

    def _tables(self) -> list[Table]:
        ways = () if self.ways is None else (self.ways,)
        return [
            counts_shown(self.kinds, self.losses),
            reasons_table("Left out", self.left_out),
            reasons_table("Could not go", self.could_not_go),
            losses_table(self.losses),
            *ways,
            self._matched(),
            lines_table(checklist.BY_HAND, self.by_hand),
            numbers_table(checklist.NOT_ARCHIVED, self.not_archived),
            steps_table("Before the run", self.before),
            steps_table("After the run", self.after),
        ]

    def __str__(self) -> str:
        return as_text(self._tables(), self._takes(), self.verdict)

    def _repr_html_(self) -> str:
        return as_html(self._tables(), f"{self.verdict} {self._takes()}")

    def _takes(self) -> str:
        return (
            f"{some(self.source_requests, 'request')} to the source, {self.destination_requests:,} to the destination."
        )
