"""How results look: tables and a verdict, as text, as HTML and as plain data."""

from __future__ import annotations

import csv
import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from textwrap import TextWrapper
from typing import Final, TypedDict

import attrs

from clinikomigrate.transfer.phrases import counted, listed, some
from clinikomigrate.transfer.tally import Count

_SHOWN: Final = 20
_ALIKE: Final = 3
"""From how many kinds on that lose the same for the same reason they are told together."""
_CELL: Final = "padding:.15em .3em;vertical-align:top"
"""How a cell looks, wherever it is shown: a page of one's own has no style that keeps cells apart."""
_WIDTH: Final = 100
"""How wide the lines of steps are."""
WHOLE: Final = "record"
"""What a loss calls its field that is all of a record."""
_NAMED: Final = 3
"""How many kinds a verdict names."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet would take for a formula."""
_COLUMNS: Final = (
    "found",
    "selected",
    "created",
    "adopted",
    "skipped",
    "failed",
    "blocked",
    "already",
    "updated",
    "removed",
    "losses",
)


class Summary(TypedDict):
    """What every result is as plain data.

    Attributes:
        kinds: By the record kind's name: how many records were `found`, `selected`, `created`, `adopted`, `skipped`,
            `failed`, `blocked`, there `already`, and how many `losses` there are.
        requests: How many requests it took.
        seconds: How long it took.
        verdict: One sentence.
    """

    kinds: dict[str, dict[str, int]]
    requests: int
    seconds: float
    verdict: str


@attrs.frozen
class LossCount:
    """How often one thing can't be carried.

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
class Table:
    """Rows under a title.

    Attributes:
        title: What they are; empty for the first table, which needs none.
        head: The columns' names.
        rows: The cells. Numbers stand to the right. One column alone is shown as a list.
        shown: How many rows are shown at most; all of them by default.
        total: How many rows there are, where only the first of them are given.
        numbered: Whether a list's lines are steps, and have numbers.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[object]]
    shown: int | None = None
    total: int | None = None
    numbered: bool = False

    def is_number(self, column: int) -> bool:
        """Says whether a column holds numbers."""
        return all(isinstance(row[column], int | Decimal) for row in self.rows)

    def left_out(self) -> str | None:
        """Says how many rows are not shown, or None."""
        given = len(self.rows)
        more = (given if self.total is None else self.total) - (given if self.shown is None else self.shown)
        return f"and {more} more: to_csv() writes all of them" if more > 0 else None


def counts_table(kinds: Mapping[str, Count], losses: Sequence[LossCount]) -> Table:
    """Returns the table of counts by kind, with all of its columns."""
    return _counts(counts_of(kinds, losses), _COLUMNS)


def counts_shown(kinds: Mapping[str, Count], losses: Sequence[LossCount]) -> Table:
    """Returns the table of counts by kind as people read it: without columns that count nothing of any kind."""
    counts = counts_of(kinds, losses)
    counted_in = [column for column in _COLUMNS if any(row[column] for row in counts.values())]
    return _counts(counts, counted_in or _COLUMNS[:1])


def _counts(counts: Mapping[str, Mapping[str, int]], columns: Sequence[str]) -> Table:
    rows = [(kind, *(row[column] for column in columns)) for kind, row in counts.items()]
    return Table("", ("kind", *columns), rows)


def counts_of(kinds: Mapping[str, Count], losses: Sequence[LossCount]) -> dict[str, dict[str, int]]:
    """Returns the counts by kind as plain data."""
    lost: dict[str, int] = {}
    for loss in losses:
        lost[loss.kind] = lost.get(loss.kind, 0) + loss.records
    return {kind: {**attrs.asdict(count), "losses": lost.get(kind, 0)} for kind, count in kinds.items()}


def staying(losses: Iterable[LossCount]) -> str:
    """Names in words what was selected and does not go as a whole; nothing where all of it goes.

    Args:
        losses: All that can't be carried.
    """
    lost: Counter[str] = Counter()
    for loss in losses:
        if loss.field == WHOLE:
            lost[loss.kind] += loss.records
    if not lost:
        return ""
    named = [counted(number, kind) for kind, number in lost.most_common(_NAMED)]
    others = lost.total() - sum(number for _, number in lost.most_common(_NAMED))
    if others:
        named.append(some(others, "other"))
    return f"{some(lost.total(), 'record')} {'stays' if lost.total() == 1 else 'stay'} behind ({listed(named)})"


def losses_table(losses: Sequence[LossCount]) -> Table:
    """Returns the table of what can't be carried; what many kinds lose alike is said once, at the end."""
    alike: dict[tuple[str, str], list[LossCount]] = {}
    for loss in losses:
        alike.setdefault((loss.field, loss.reason), []).append(loss)
    common = {why: said for why, said in alike.items() if len(said) >= _ALIKE}
    rows = [attrs.astuple(loss) for loss in losses if (loss.field, loss.reason) not in common]
    rows += [(f"{len(said)} kinds", *why, sum(loss.records for loss in said)) for why, said in common.items()]
    return Table("What can't be carried", ("kind", "field", "reason", "records"), rows)


def lines_table(title: str, lines: Sequence[str]) -> Table:
    """Returns a table of one column."""
    return Table(title, ("what",), [(line,) for line in lines])


def numbers_table(title: str, numbers: Mapping[str, int]) -> Table:
    """Returns a table of numbers by kind."""
    return Table(title, ("kind", "records"), list(numbers.items()))


def steps_table(title: str, lines: Sequence[str]) -> Table:
    """Returns a list of what is to be done, one thing after the other."""
    return Table(title, ("what",), [(line,) for line in lines], numbered=True)


def aside_table(rows: Sequence[Sequence[object]]) -> Table:
    """Returns the table of records that could not go."""
    return Table("Set aside", ("kind", "source_id", "state", "reason"), rows, shown=_SHOWN)


def as_text(tables: Iterable[Table], *lines: str) -> str:
    """Writes tables that have rows, and closing lines, for a terminal."""
    parts = [text_of(table) for table in tables if table.rows]
    return "\n\n".join([*parts, "\n".join(lines)])


def text_of(table: Table) -> str:
    """Writes one table for a terminal."""
    lines = _listed(table) if len(table.head) == 1 else _aligned(table)
    if more := table.left_out():
        lines.append(more)
    if table.title:
        return "\n".join([f"{table.title}:", *(f"  {line}" for line in lines)])
    return "\n".join(lines)


def _listed(table: Table) -> list[str]:
    lines = [str(row[0]) for row in table.rows[: table.shown]]
    if not table.numbered:
        return lines
    room = len(str(len(lines)))
    steps = TextWrapper(width=_WIDTH, subsequent_indent=" " * (room + 2), break_on_hyphens=False)
    return [part for number, line in enumerate(lines, 1) for part in steps.wrap(f"{number:>{room}}. {line}")]


def _aligned(table: Table) -> list[str]:
    cells = [[str(cell) for cell in row] for row in (table.head, *table.rows[: table.shown])]
    widths = [max(len(row[column]) for row in cells) for column in range(len(table.head))]
    numbers = [table.is_number(column) for column in range(len(table.head))]
    return [
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numbers, strict=True)
        ).rstrip()
        for row in cells
    ]


def as_html(tables: Iterable[Table], verdict: str) -> str:
    """Writes the verdict and tables that have rows as HTML, everything escaped."""
    parts = [f"<p><b>{html.escape(verdict)}</b></p>"]
    for table in tables:
        if not table.rows:
            continue
        if table.title:
            parts.append(f"<h4>{html.escape(table.title)}</h4>")
        parts.append(_list_html(table) if len(table.head) == 1 else _table_html(table))
        if more := table.left_out():
            parts.append(f"<p>{html.escape(more)}</p>")
    return "".join(parts)


def _list_html(table: Table) -> str:
    tag = "ol" if table.numbered else "ul"
    lines = "".join(f"<li>{html.escape(str(row[0]))}</li>" for row in table.rows[: table.shown])
    return f"<{tag}>{lines}</{tag}>"


def _table_html(table: Table) -> str:
    sides = ["right" if table.is_number(column) else "left" for column in range(len(table.head))]

    def line(tag: str, cells: Sequence[object]) -> str:
        return "".join(
            f'<{tag} style="{_CELL};text-align:{side}">{html.escape(str(cell))}</{tag}>'
            for cell, side in zip(cells, sides, strict=True)
        )

    body = "".join(f"<tr>{line('td', row)}</tr>" for row in table.rows[: table.shown])
    return f"<table><thead><tr>{line('th', table.head)}</tr></thead><tbody>{body}</tbody></table>"


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Writes a CSV file that only its owner can read; what it held is replaced.

    A text that a spreadsheet would take for a formula begins with an apostrophe, so that it is shown and not run.
    """
    path.touch(mode=0o600)
    path.chmod(0o600)
    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows([_harmless(cell) for cell in row] for row in rows)


def append_csv(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Adds rows to a CSV file that `write_csv` wrote.

    Args:
        path: The file.
        rows: What is to stand at its end.
    """
    with path.open("a", newline="", encoding="utf-8", errors="backslashreplace") as file:
        csv.writer(file).writerows([_harmless(cell) for cell in row] for row in rows)


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
