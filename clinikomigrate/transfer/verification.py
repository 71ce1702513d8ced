"""What a comparison of both accounts found."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from clinikomigrate.transfer.summary import LossCount, Summary, Table, as_html, as_text, counts_of, write_csv
from clinikomigrate.transfer.tally import Count


class Why(enum.Enum):
    """Why a record of the destination isn't what the source says."""

    NEVER_ARRIVED = "never arrived"
    """The destination did not take it, or it was not carried yet."""
    EDITED_THERE = "edited in the destination since"
    """Somebody changed it in the destination after it had arrived."""
    CHANGED_HERE = "changed in the source since"
    """It changed in the source after it was carried; run the transfer again."""


@attrs.frozen
class Mismatch:
    """One thing that the destination doesn't hold as it was meant.

    Attributes:
        kind: The record kind.
        source_id: The record's id in the source.
        destination_id: Its id in the destination; None where there is none.
        field: The draft's attribute, `"record"` for all of it, `"file"` for a file's content, `"archived"` or
            `"cancelled"`.
        why: Why.
    """

    kind: str
    source_id: str
    destination_id: str | None
    field: str
    why: Why


@attrs.frozen
class Pair:
    """A record in both accounts, for a look by eye.

    Attributes:
        kind: The record kind.
        source_id: Its id in the source.
        destination_id: Its id in the destination.
        source_link: The page in the source account that shows it, or None where there is none.
        destination_link: The same in the destination.
    """

    kind: str
    source_id: str
    destination_id: str
    source_link: str | None
    destination_link: str | None


class VerifiedSummary(Summary):
    """A comparison as plain data.

    Attributes:
        differences: Each difference's attributes.
    """

    differences: list[dict[str, str | None]]


@attrs.frozen(repr=False)
class Verification:
    """What was found when the destination was read again and compared with the source.

    Attributes:
        kinds: By kind: how many records the source holds (`found`), were to be there (`selected`), are there as they
            were meant (`already`), and are not (`failed`).
        losses: What could not be carried, as the report said; it is no difference.
        differences: What isn't as it was meant.
        sample: The records that were chosen at random, for a look by eye; empty where all were compared.
        requests: How many requests it took.
        seconds: How long it took.
        stopped: Why it ended before all was compared, or None.
    """

    kinds: Mapping[str, Count]
    losses: Sequence[LossCount]
    differences: Sequence[Mismatch]
    sample: Sequence[Pair]
    requests: int
    seconds: float
    stopped: str | None = None

    def __repr__(self) -> str:
        return f"<Verification: {self.verdict}>"

    @property
    def ok(self) -> bool:
        """Whether everything is as it was meant."""
        return self.stopped is None and not self.differences

    @property
    def verdict(self) -> str:
        """One sentence."""
        equal = sum(count.already for count in self.kinds.values())
        if self.stopped is not None:
            return f"Stopped early ({self.stopped}); {equal} records were found as they were meant."
        what = "of a random sample " if self.sample else ""
        if not self.differences:
            return f"All {equal} records {what}are in the destination as they were meant."
        records = len({(each.kind, each.source_id) for each in self.differences})
        by_why = ", ".join(
            f"{number} {why.value}" for why in Why if (number := sum(each.why is why for each in self.differences))
        )
        return f"{equal} records {what}are as they were meant; {records} differ ({by_why})."

    def to_dict(self) -> VerifiedSummary:
        """Returns the comparison as plain data."""
        rows: list[dict[str, str | None]] = [
            {
                "kind": each.kind,
                "source_id": each.source_id,
                "destination_id": each.destination_id,
                "field": each.field,
                "why": each.why.value,
            }
            for each in self.differences
        ]
        return {
            "kinds": counts_of(self.kinds, self.losses),
            "requests": self.requests,
            "seconds": self.seconds,
            "verdict": self.verdict,
            "differences": rows,
        }

    def _tables(self) -> list[Table]:
        counts = [(kind, count.selected, count.already, count.failed) for kind, count in self.kinds.items()]
        return [
            Table("", ("kind", "meant", "as meant", "different"), counts),
            Table("Differences", _HEAD, [_row(each) for each in self.differences], shown=20),
            Table("To look at by eye", _SAMPLE, [attrs.astuple(each) for each in self.sample]),
        ]

    def __str__(self) -> str:
        return as_text(self._tables(), f"{self.requests} requests in {self.seconds:.0f} s.", self.verdict)

    def _repr_html_(self) -> str:
        return as_html(self._tables(), self.verdict)

    def to_csv(self, folder: str | Path) -> None:
        """Writes the differences, and the sample, as CSV files that only their owner can read.

        Args:
            folder: Where to; it is made when it isn't there.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_csv(place / "differences.csv", _HEAD, (_row(each) for each in self.differences))
        write_csv(place / "sample.csv", _SAMPLE, (attrs.astuple(each) for each in self.sample))


_HEAD = ("kind", "source_id", "destination_id", "field", "why")
_SAMPLE = ("kind", "source_id", "destination_id", "source_link", "destination_link")


def _row(each: Mismatch) -> tuple[str, str, str, str, str]:
    return (each.kind, each.source_id, each.destination_id or "", each.field, each.why.value)
