"""What a run did, and what it could not do."""

from __future__ import annotations

import csv
import html
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs

from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.journal import Journal, State
from clinikomigrate.transfer.tally import Count

_COLUMNS = ("found", "selected", "created", "adopted", "skipped", "failed", "blocked", "already", "losses")
_SHOWN = 20


@attrs.frozen
class LossCount:
    """How often one thing could not be carried.

    Attributes:
        kind: The record kind.
        field: The source record's attribute, or `"record"` for all of it.
        reason: Why.
        records: How many records it concerns.
    """

    kind: str
    field: str
    reason: str
    records: int


@attrs.frozen
class SetAside:
    """A record that could not go, or not wholly.

    Attributes:
        kind: Its kind.
        source_id: Its id in the source.
        state: `"failed"`, `"blocked"`, `"conflict"` or `"unfinished"` (it is there, but a follow-up is still owed).
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

    def to_dict(self) -> dict[str, object]:
        """Returns the counts as plain data."""
        lost: dict[str, int] = {}
        for loss in self.losses:
            lost[loss.kind] = lost.get(loss.kind, 0) + loss.records
        return {
            "kinds": {kind: {**attrs.asdict(count), "losses": lost.get(kind, 0)} for kind, count in self.kinds.items()},
            "requests": self.requests,
            "seconds": self.seconds,
            "verdict": self.verdict,
        }

    def _rows(self) -> list[tuple[str, ...]]:
        kinds = self.to_dict()["kinds"]
        assert isinstance(kinds, dict)  # noqa: S101 - to_dict says so
        return [(kind, *(str(counts[column]) for column in _COLUMNS)) for kind, counts in kinds.items()]

    def __str__(self) -> str:
        rows = [("kind", *_COLUMNS), *self._rows()]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = [
            "  ".join(
                cell.ljust(width) if not column else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        if self.losses:
            lines += ["", "What could not be carried:"]
            lines += [f"  {loss.kind}.{loss.field}: {loss.reason} ({loss.records})" for loss in self.losses]
        if self.by_hand:
            lines += ["", "To enter by hand:", *(f"  {line}" for line in self.by_hand)]
        if self.set_aside:
            shown = self.set_aside[:_SHOWN]
            lines += ["", "Set aside:"]
            lines += [f"  {row.kind} {row.source_id}: {row.state}: {row.reason}" for row in shown]
            if len(self.set_aside) > _SHOWN:
                lines.append(f"  and {len(self.set_aside) - _SHOWN} more: to_csv() writes all of them.")
        return "\n".join([*lines, "", f"{self.requests} requests in {self.seconds:.0f} s.", self.verdict])

    def _repr_html_(self) -> str:
        def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
            top = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
            body = "".join(
                "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
            )
            return f"<table><tr>{top}</tr>{body}</table>"

        parts = [f"<p><b>{html.escape(self.verdict)}</b></p>", table(("kind", *_COLUMNS), self._rows())]
        if self.losses:
            rows = [(loss.kind, loss.field, loss.reason, loss.records) for loss in self.losses]
            parts.append("<p>What could not be carried</p>" + table(("kind", "field", "reason", "records"), rows))
        if self.by_hand:
            parts.append("<p>To enter by hand</p>" + table(("what",), [(line,) for line in self.by_hand]))
        if self.set_aside:
            aside = [(row.kind, row.source_id, row.state, row.reason) for row in self.set_aside[:_SHOWN]]
            parts.append("<p>Set aside</p>" + table(("kind", "source id", "state", "reason"), aside))
        return "".join(parts)

    def to_csv(self, folder: str | Path) -> None:
        """Writes the report as CSV files: counts, losses, set-aside records, identities.

        Args:
            folder: Where to; it is made when it isn't there. The files hold ids and reasons, no record's text, and
                can be read by their owner only.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(place / "counts.csv", ("kind", *_COLUMNS), self._rows())
        aside = [(row.kind, row.source_id, row.state, row.reason) for row in self.set_aside]
        _write(place / "set_aside.csv", ("kind", "source_id", "state", "reason"), aside)
        _write(place / "by_hand.csv", ("what",), [(line,) for line in self.by_hand])
        self._journal.open()
        try:
            _write(place / "losses.csv", ("kind", "source_id", "field", "reason"), self._journal.loss_rows())
            pairs = ((kind, *pair) for kind in self.kinds for pair in self._journal.identities(kind))
            _write(place / "identities.csv", ("kind", "source_id", "destination_id"), pairs)
        finally:
            self._journal.close()


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    path.touch(mode=0o600)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


UNFINISHED = "unfinished"
"""The state of a record that is there, but to which something is still owed."""

STATES = {State.FAILED: "failed", State.BLOCKED: "blocked", State.CONFLICT: "conflict"}
"""How the journal's states of set-aside records are called in a report."""
