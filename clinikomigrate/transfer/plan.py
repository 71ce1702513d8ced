"""What a run would do, known beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.summary import (
    LossCount,
    Summary,
    Table,
    as_html,
    as_text,
    counts_of,
    counts_table,
    lines_table,
    losses_table,
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
        set_aside: How many records could not go; the findings and losses say why.
        by_hand: What a person has to enter by hand afterwards, because no interface takes it.
        matches: Which business, practitioner and so on stands for which.
        findings: What preflight found.
        source_requests: How many requests the source would get.
        destination_requests: How many requests the destination would get.
        seconds: How long it would take at both accounts' rate limits.
        shortest: The least that it could take, in seconds.
        longest: What it could well take when some requests have to be repeated, in seconds.
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

    def __repr__(self) -> str:
        return f"<Plan: {self.verdict}>"

    @property
    def requests(self) -> int:
        """How many requests both accounts would get."""
        return self.source_requests + self.destination_requests

    @property
    def ok(self) -> bool:
        """Whether all that is chosen could go."""
        return not self.set_aside

    @property
    def verdict(self) -> str:
        """One sentence."""
        created = sum(count.created for count in self.kinds.values())
        adopted = sum(count.adopted for count in self.kinds.values())
        lost = sum(loss.records for loss in self.losses)
        aside = f" {self.set_aside} records could not go." if self.set_aside else ""
        return (
            f"{created} records would be made and {adopted} adopted, with {lost} losses, in about "
            f"{duration(self.seconds)} ({duration(self.shortest)} to {duration(self.longest)}).{aside}"
        )

    @property
    def before(self) -> tuple[str, ...]:
        """What to do by hand before the run."""
        return tuple(finding.remedy for finding in self.findings)

    @property
    def after(self) -> tuple[str, ...]:
        """What to do by hand after the run."""
        return (*self.by_hand, "Revoke both API keys.")

    def to_dict(self) -> Summary:
        """Returns the plan as plain data; durations in seconds."""
        return {
            "kinds": counts_of(self.kinds, self.losses),
            "requests": self.requests,
            "seconds": self.seconds,
            "verdict": self.verdict,
        }

    def _tables(self) -> list[Table]:
        matches = [(match.kind, match.source, match.destination) for match in self.matches]
        return [
            counts_table(self.kinds, self.losses),
            losses_table(self.losses),
            Table("Matched", ("kind", "source", "destination"), matches),
            lines_table("Before the run", self.before),
            lines_table("After the run", self.after),
        ]

    def __str__(self) -> str:
        requests = f"{self.source_requests} requests to the source, {self.destination_requests} to the destination."
        return as_text(self._tables(), requests, self.verdict)

    def _repr_html_(self) -> str:
        return as_html(self._tables(), self.verdict)


def duration(seconds: float) -> str:
    """Writes a length of time for people."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
