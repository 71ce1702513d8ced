"""What a run did, and what it could not do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.journal import Journal, State
from clinikomigrate.transfer.summary import (
    LossCount,
    Summary,
    Table,
    as_html,
    as_text,
    aside_table,
    counts_of,
    counts_table,
    lines_table,
    losses_table,
    write_csv,
)
from clinikomigrate.transfer.tally import Count


@attrs.frozen
class SetAside:
    """A record that could not go, or not wholly.

    Attributes:
        kind: Its kind.
        source_id: Its id in the source.
        state: `"failed"`, `"blocked"`, `"conflict"`, `"in doubt"` (a write's fate is not known) or
            `"unfinished"` (it is there, but a follow-up is still owed).
        reason: Why, and what to do.
    """

    kind: str
    source_id: str
    state: str
    reason: str


@attrs.frozen(repr=False)
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
        stopped: Why it ended before all was done, or None.
    """

    kinds: Mapping[str, Count]
    losses: Sequence[LossCount]
    set_aside: Sequence[SetAside]
    by_hand: Sequence[str]
    findings: Sequence[Finding]
    requests: int
    seconds: float
    stopped: str | None
    _journal: Journal = attrs.field(repr=False, eq=False)

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
        missing = sum(1 for row in self.set_aside if row.state != "unfinished")
        unfinished = len(self.set_aside) - missing
        lost = sum(loss.records for loss in self.losses)
        if self.stopped is not None:
            return f"Stopped early ({self.stopped}); {fresh} records were carried. Run again to go on."
        if self.set_aside:
            return (
                f"{carried} records are in the destination; {missing} could not go and {unfinished} are unfinished. "
                "Mend what their reasons say, and run again."
            )
        new = "nothing new to carry" if not fresh else f"{fresh} of them new"
        return f"All {carried} selected records are in the destination ({new}); {lost} losses are listed."

    def to_dict(self) -> Summary:
        """Returns the counts as plain data."""
        return {
            "kinds": counts_of(self.kinds, self.losses),
            "requests": self.requests,
            "seconds": self.seconds,
            "verdict": self.verdict,
        }

    def _tables(self) -> list[Table]:
        aside = [(row.kind, row.source_id, row.state, row.reason) for row in self.set_aside]
        return [
            counts_table(self.kinds, self.losses),
            losses_table(self.losses),
            lines_table("To enter by hand", self.by_hand),
            aside_table(aside),
        ]

    def __str__(self) -> str:
        return as_text(self._tables(), f"{self.requests} requests in {self.seconds:.0f} s.", self.verdict)

    def _repr_html_(self) -> str:
        return as_html(self._tables(), self.verdict)

    def to_csv(self, folder: str | Path) -> None:
        """Writes the report as CSV files: counts, losses, set-aside records, identities.

        Args:
            folder: Where to; it is made when it isn't there. The files hold ids and reasons, no record's text, and
                can be read by their owner only.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, table in zip(("counts", "", "by_hand", "set_aside"), self._tables(), strict=True):
            if name:
                write_csv(place / f"{name}.csv", table.head, table.rows)
        self._journal.open()
        try:
            write_csv(place / "losses.csv", ("kind", "source_id", "field", "reason"), self._journal.loss_rows())
            pairs = ((kind, *pair) for kind in self.kinds for pair in self._journal.identities(kind))
            write_csv(place / "identities.csv", ("kind", "source_id", "destination_id"), pairs)
        finally:
            self._journal.close()


UNFINISHED = "unfinished"
"""The state of a record that is there, but to which something is still owed."""

STATES = {
    State.FAILED: "failed",
    State.BLOCKED: "blocked",
    State.CONFLICT: "conflict",
    State.INTENT: "in doubt",
}
"""How the journal's states of set-aside records are called in a report."""
