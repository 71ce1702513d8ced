"""What a comparison of both accounts found."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from clinikomigrate.transfer.mismatches import Mismatch, Why
from clinikomigrate.transfer.phrases import counted, listed, some, some_were
from clinikomigrate.transfer.summary import LossCount, Summary, Table, as_html, as_text, counts_of, write_csv
from clinikomigrate.transfer.tally import Count


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
        to_archive: By kind: how many records are archived in the source and not yet in the destination.
        unseen: By kind: how many records arrived that the destination doesn't show again.
        left_out: By kind: how many records arrived that the mapper leaves out by now.
    """

    differences: list[dict[str, str | None]]
    to_archive: dict[str, int]
    unseen: dict[str, int]
    left_out: dict[str, int]


@attrs.frozen(repr=False)
class Verification:
    """What was found when the destination was read again and compared with the source.

    Attributes:
        kinds: By kind: how many records the source holds (`found`), were to be there (`selected`), are there as they
            were meant (`already`), and are not (`failed`).
        losses: What could not be carried, as the report said; it is no difference.
        differences: What isn't as it was meant, those of one record together. However many there are, they take no
            memory: they lie in a temporary file for as long as this object is held.
        to_archive: By kind: how many records are archived in the source and, as it should be, not yet in the
            destination, because what is still to come may need them. They are counted as they were meant.
        withheld: Of those, by kind: how many wait for records that could not go, and that point at them.
        sample: The records that were chosen at random, for a look by eye; empty where all were compared.
        requests: How many requests it took.
        seconds: How long it took.
        stopped: Why it ended before all was compared, or None.
        taken_back: How many records this transfer had made that `undo` took back; they are not meant to be there.
        unseen: By kind: how many records arrived, as far as the destination's answers said, that it doesn't show again.
            They are not compared, and counted neither as they were meant nor as different.
        left_out: By kind: how many records are in the destination that the mapper leaves out by now. They are not
            compared either, for nobody knows what they were to be.
    """

    kinds: Mapping[str, Count]
    losses: Sequence[LossCount]
    differences: Sequence[Mismatch]
    sample: Sequence[Pair]
    requests: int
    seconds: float
    to_archive: Mapping[str, int] = attrs.field(factory=dict)
    stopped: str | None = None
    taken_back: int = 0
    unseen: Mapping[str, int] = attrs.field(factory=dict)
    withheld: Mapping[str, int] = attrs.field(factory=dict)
    left_out: Mapping[str, int] = attrs.field(factory=dict)

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
            return f"Stopped early ({self.stopped}); {some_were(equal, 'record')} found {_meant(equal)}."
        what = " of a random sample" if self.sample else ""
        waiting = "".join(f" {line}" for line in self._waiting())
        if not equal and not self.differences:
            return self._nothing()
        if not self.differences:
            every = "The only record" if equal == 1 else f"All {equal:,} records"
            return f"{every}{what} {_are(equal)} in the destination {_meant(equal)}.{waiting}"
        records = sum(1 for _ in itertools.groupby((each.kind, each.source_id) for each in self.differences))
        by_why = Counter(each.why for each in self.differences)
        told = ", ".join(f"{by_why[why]} {why.value}" for why in Why if why in by_why)
        differ = f"{records:,} {'differs' if records == 1 else 'differ'} ({told})"
        return f"{some(equal, 'record')}{what} {_are(equal)} {_meant(equal)}; {differ}.{waiting}"

    def _nothing(self) -> str:
        if self.taken_back:
            taken = some_were(self.taken_back, "record")
            return f"Nothing of this transfer is meant to be in the destination: {taken} taken back."
        if self.unseen or self.left_out:
            return " ".join(self._waiting())
        return "There is nothing of this transfer to compare."

    def _waiting(self) -> Iterator[str]:
        """Says what is to be done by hand, and what was not to be there: archived in the source only, taken back."""
        if any(each.why is Why.CLEARED for each in self.differences):
            yield _ENTER_AGAIN
        held = Counter(self.to_archive)
        held.subtract(self.withheld)
        for waiting, how in ((self.withheld, _MEND), (held, _HOW)):
            kinds = [counted(number, kind) for kind, number in waiting.items() if number]
            if kinds:
                yield f"Archived in the source and not yet in the destination: {listed(kinds)}; {how}."
        unseen = [counted(number, kind) for kind, number in self.unseen.items()]
        if unseen:
            yield f"Not compared, because the destination doesn't show them again: {listed(unseen)}."
        left_out = [counted(number, kind) for kind, number in self.left_out.items()]
        if left_out:
            yield f"Left out by now, and not compared: {listed(left_out)}."
        if self.taken_back:
            yield f"{some_were(self.taken_back, 'record')} taken back before."

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
            "to_archive": dict(self.to_archive),
            "unseen": dict(self.unseen),
            "left_out": dict(self.left_out),
        }

    def _tables(self) -> list[Table]:
        return [
            self._counts(),
            Table("Differences by field", _FIELDS, self._by_field()),
            Table(
                "Differences", _HEAD, [_row(each) for each in self.differences[:_SHOWN]], total=len(self.differences)
            ),
            Table("To look at by eye", _SAMPLE, [attrs.astuple(each) for each in self.sample]),
        ]

    def _counts(self) -> Table:
        """Counts the kinds of which anything was meant to be there; what isn't shown again has a column of its own."""
        kinds = {kind: count for kind, count in self.kinds.items() if count.selected or count.failed}
        rows = [(kind, count.selected, count.already, count.failed) for kind, count in kinds.items()]
        if not self.unseen:
            return Table("", _COUNTS, rows)
        return Table("", (*_COUNTS, "not compared"), [(*row, self.unseen.get(row[0], 0)) for row in rows])

    def _by_field(self) -> list[tuple[str, str, str, int]]:
        counts = Counter((each.kind, each.field, each.why.value) for each in self.differences)
        return [(*names, number) for names, number in counts.items()]

    def __str__(self) -> str:
        return as_text(self._tables(), f"{self.requests} requests in {self.seconds:.0f} s.", self.verdict)

    def _repr_html_(self) -> str:
        return as_html(self._tables(), self.verdict)

    def to_csv(self, folder: str | Path) -> None:
        """Writes the differences, by field and one by one, and the sample, as CSV files that only their owner can read.

        Args:
            folder: Where to; it is made when it isn't there.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_csv(place / "fields.csv", _FIELDS, self._by_field())
        write_csv(place / "differences.csv", _HEAD, (_row(each) for each in self.differences))
        write_csv(place / "sample.csv", _SAMPLE, (attrs.astuple(each) for each in self.sample))


_COUNTS = ("kind", "meant", "as meant", "different")
_HEAD = ("kind", "source_id", "destination_id", "field", "why")
_FIELDS = ("kind", "field", "why", "records")
_SHOWN = 20
_HOW = "a run that leaves nothing behind archives them, or, if none is to come, run(last=True)"
_ENTER_AGAIN = "Enter again by hand what was cleared: preflight() names the records and says what stood there."
_MEND = "records that could not go point there: mend what the report says of those, and run again"
_SAMPLE = ("kind", "source_id", "destination_id", "source_link", "destination_link")


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _meant(number: int) -> str:
    return "as it was meant" if number == 1 else "as they were meant"


def _row(each: Mismatch) -> tuple[str, str, str, str, str]:
    return (each.kind, each.source_id, each.destination_id or "", each.field, each.why.value)
