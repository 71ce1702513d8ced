"""What preflight finds."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import TextWrapper
from typing import Final

import attrs

from clinikomigrate.transfer.summary import Summary, Table, as_html, write_csv

_WIDTH: Final = 100


class Level(enum.Enum):
    """How much a finding matters."""

    BLOCKER = "blocker"
    """Nothing is written before this is mended."""
    WARNING = "warning"
    """Something will be lost or look different; the transfer goes ahead."""
    NOTE = "note"
    """Worth knowing, or to be done by hand."""


class FoundSummary(Summary):
    """Findings as plain data.

    Attributes:
        findings: Each finding's attributes.
    """

    findings: list[dict[str, object]]


@attrs.frozen
class Finding:
    """One result of preflight.

    Attributes:
        level: How much it matters.
        code: A short stable name, `"business-unmatched"`, for programs.
        message: What was found. Names of practitioners, businesses and catalogue records may stand in it, never a
            patient's.
        remedy: What to do about it.
        kind: The record kind concerned, if one is.
        ids: The source ids of the records concerned.
        afterwards: What is to be done once the run is over; empty where nothing is.
        table: What is to be made by hand, row by row; None where nothing is.
    """

    level: Level
    code: str
    message: str
    remedy: str
    kind: str | None = None
    ids: tuple[str, ...] = ()
    afterwards: str = ""
    table: Table | None = attrs.field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.level.value.upper()} [{self.code}] {self.message} -> {self.remedy}"


@attrs.frozen(repr=False)
class Findings(Sequence[Finding]):
    """All that preflight found, blockers first."""

    items: tuple[Finding, ...] = ()

    def __attrs_post_init__(self) -> None:
        order = list(Level)
        object.__setattr__(self, "items", tuple(sorted(self.items, key=lambda item: order.index(item.level))))

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index):  # type: ignore[no-untyped-def] # Sequence types it: an index or a slice
        return self.items[index]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.items)

    def __repr__(self) -> str:
        return f"<Findings: {self.verdict}>"

    def __str__(self) -> str:
        return "\n\n".join([*map(_as_paragraph, self.items), self.verdict])

    def of(self, level: Level) -> tuple[Finding, ...]:
        """Returns the findings of one level."""
        return tuple(item for item in self.items if item.level is level)

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """What must be mended before anything is written."""
        return self.of(Level.BLOCKER)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What will be lost or look different."""
        return self.of(Level.WARNING)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What is worth knowing."""
        return self.of(Level.NOTE)

    @property
    def ok(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.blockers

    @property
    def verdict(self) -> str:
        """One sentence."""
        counts = ", ".join(_counted(level, self.of(level)) for level in (Level.WARNING, Level.NOTE))
        if self.ok:
            return f"Ready: nothing stands in the way ({counts})."
        blockers = _counted(Level.BLOCKER, self.blockers)
        return f"Not ready: {blockers} to mend before anything is written ({counts})."

    def to_dict(self) -> FoundSummary:
        """Returns the findings as plain data."""
        rows: list[dict[str, object]] = [
            {
                "level": item.level.value,
                "code": item.code,
                "message": item.message,
                "remedy": item.remedy,
                "kind": item.kind,
                "ids": list(item.ids),
                "afterwards": item.afterwards,
            }
            for item in self.items
        ]
        return {"kinds": {}, "requests": 0, "seconds": 0.0, "findings": rows, "verdict": self.verdict}

    def to_csv(self, folder: str | Path) -> None:
        """Writes what is to be made by hand as CSV files, one for each finding that lists such, called after its code.

        Args:
            folder: Where to; it is made when it isn't there. The files can be read by their owner only.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for item in self.items:
            if item.table is not None:
                write_csv(place / f"{item.code}.csv", item.table.head, item.table.rows)

    def _repr_html_(self) -> str:
        rows = [(item.level.value, item.message, item.remedy) for item in self.items]
        return as_html([Table("", ("level", "found", "what to do"), rows)], self.verdict)


def _counted(level: Level, items: Sequence[Finding]) -> str:
    return f"{len(items)} {level.value}{'' if len(items) == 1 else 's'}"


def _as_paragraph(item: Finding) -> str:
    """Writes a finding for a terminal: what it is, what was found, what to do."""
    wrapped = TextWrapper(width=_WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    message = wrapped.fill(item.message)
    wrapped.initial_indent, wrapped.subsequent_indent = "  -> ", "     "
    return f"{item.level.value.upper()} [{item.code}]\n{message}\n{wrapped.fill(item.remedy)}"
