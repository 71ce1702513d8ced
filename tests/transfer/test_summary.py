"""How results look."""

from __future__ import annotations

import csv
import stat
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from clinikomigrate.transfer.summary import (
    LossCount,
    Table,
    as_html,
    as_text,
    aside_table,
    counts_of,
    counts_shown,
    counts_table,
    lines_table,
    losses_table,
    steps_table,
    write_csv,
)
from clinikomigrate.transfer.tally import Count

KINDS = {"patients": Count(found=3, selected=3, created=3), "recalls": Count()}
LOSSES = [
    LossCount("patients", "gender", "no home", 2),
    LossCount("patients", "notes", "too long", 1),
    LossCount("taxes", "amount", "no home", 4),
]


def test_losses_of_a_kind_add_up() -> None:
    """The counts of a kind have the sum of its losses; a kind that isn't listed has no row."""
    counted = counts_of(KINDS, LOSSES)

    assert {"patients": 3, "recalls": 0} == {kind: counts["losses"] for kind, counts in counted.items()}
    assert 3 == counted["patients"]["created"]


def test_people_see_no_column_that_counts_nothing() -> None:
    """Programs get all of them; where nothing at all is counted, that the source holds nothing is said."""
    shown, whole = counts_shown(KINDS, LOSSES), counts_table(KINDS, LOSSES)
    empty = counts_shown({"recalls": Count()}, [])

    assert (shown.head, shown.rows[1]) == (("kind", "found", "selected", "created", "losses"), ("recalls", 0, 0, 0, 0))
    assert len(whole.head) == len(whole.rows[0]) == 12
    assert (empty.head, empty.rows) == (("kind", "found"), [("recalls", 0)])
    assert counts_shown({}, []).rows == []


def test_numbers_stand_to_the_right_and_texts_to_the_left() -> None:
    """A terminal shows columns that line up."""
    assert as_text([losses_table(LOSSES)], "Done.") == "\n".join(
        [
            "What can't be carried:",
            "  kind      field   reason    records",
            "  patients  gender  no home         2",
            "  patients  notes   too long        1",
            "  taxes     amount  no home         4",
            "",
            "Done.",
        ]
    )


def test_what_many_kinds_lose_alike_is_said_once() -> None:
    """One line for all of them, at the end, so that it does not hide what one kind loses."""
    alike = [LossCount(kind, "created_at", "it is stamped", 2) for kind in ("patients", "recalls", "taxes")]
    rows = losses_table([alike[0], *LOSSES, *alike[1:]]).rows

    assert [(loss.kind, loss.field) for loss in LOSSES] == [row[:2] for row in rows[:-1]]
    assert ("3 kinds", "created_at", "it is stamped", 6) == rows[-1]
    assert 2 == len(losses_table(alike[:2]).rows)


def test_the_first_table_has_no_title() -> None:
    """Counts come first, without a title, one line for each kind."""
    lines = as_text([counts_table(KINDS, LOSSES)], "Done.").splitlines()

    assert ["kind", "found", "selected"] == lines[0].split()[:3]
    assert ["patients", "3", "3", "3", "0", "0", "0", "0", "0", "0", "0", "3"] == lines[1].split()


def test_one_column_needs_no_head() -> None:
    """A list of lines is shown as such."""
    assert "To do:\n  Revoke the key.\n\nDone." == as_text([lines_table("To do", ["Revoke the key."])], "Done.")


def test_tables_without_rows_are_left_out() -> None:
    """Nothing is said about nothing."""
    empty = [losses_table([]), lines_table("To do", []), aside_table([])]

    assert "Done." == as_text(empty, "Done.")
    assert "<p><b>Done.</b></p>" == as_html(empty, "Done.")


@pytest.mark.parametrize(("rows", "more"), [(20, None), (21, "and 1 more: to_csv() writes all of them")])
def test_long_tables_are_cut_and_say_so(rows: int, more: str | None) -> None:
    """Of records that were set aside twenty are shown, and how many there are beyond."""
    table = aside_table([("patients", str(number), "failed", "no") for number in range(rows)])

    assert more == table.left_out()
    for shown in (as_text([table], "Done."), as_html([table], "Done.")):
        assert (more is not None) == ("more: to_csv()" in shown)
    assert 20 + 1 == as_html([table], "Done.").count("<tr>")


def test_html_is_escaped_everywhere() -> None:
    """Titles, heads, cells and the verdict can't break out of the page."""
    page = as_html([Table("<t>", ("<h>", "n"), [("<c>", 1)]), lines_table("<l>", ["<i>"])], "<v>")

    left, right = (f'style="padding:.15em .3em;vertical-align:top;text-align:{side}"' for side in ("left", "right"))
    head = f"<tr><th {left}>&lt;h&gt;</th><th {right}>n</th></tr>"
    body = f"<tr><td {left}>&lt;c&gt;</td><td {right}>1</td></tr>"
    assert (
        f"<p><b>&lt;v&gt;</b></p><h4>&lt;t&gt;</h4><table><thead>{head}</thead><tbody>{body}</tbody></table>"
        "<h4>&lt;l&gt;</h4><ul><li>&lt;i&gt;</li></ul>"
    ) == page


def test_html_is_well_formed() -> None:
    """Every element that is opened is closed, so that nothing behind it is drawn into it."""
    tables = [counts_table(KINDS, LOSSES), losses_table(LOSSES), steps_table("To do", ["Look.", "Leave."])]
    page = ET.fromstring(f"<div>{as_html(tables, 'Done.')}</div>")  # noqa: S314 - it is our own

    assert ["p", "table", "h4", "table", "h4", "ol"] == [element.tag for element in page]


def test_steps_have_numbers() -> None:
    """What is to be done one after the other is numbered, and long steps are wrapped below their beginning."""
    steps = ["Look."] * 9 + ["Wait and see. " * 10]
    text = as_text([steps_table("To do", steps)], "Done.")
    page = as_html([steps_table("To do", steps)], "Done.")

    assert "To do:\n   1. Look.\n   2. Look.\n" in text
    assert "\n  10. Wait and see." in text
    assert "      see. Wait and" == text.splitlines()[11][:19]
    assert 10 == page.count("<li>")
    assert "<ol><li>Look.</li>" in page


def test_money_stands_to_the_right() -> None:
    """Amounts are numbers too."""
    table = Table("", ("id", "amount"), [("1", Decimal("5.00")), ("22", Decimal("1234.50"))])

    assert "id   amount\n1      5.00\n22  1234.50\n\nDone." == as_text([table], "Done.")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(tmp_path: Path, cell: str) -> None:
    """A text that a spreadsheet would run begins with an apostrophe; numbers stay numbers, other texts as they are."""
    path = tmp_path / "a.csv"
    write_csv(path, ("a", "b", "c"), [(cell, Decimal("-5.00"), "a=1")])
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))

    assert [f"'{cell}", "-5.00", "a=1"] == rows[1]


def test_a_csv_file_is_its_owner_s_only(tmp_path: Path) -> None:
    """A file that was there and open to all is replaced, and closed to others."""
    path = tmp_path / "a.csv"
    path.write_text("what was there before", encoding="utf-8")
    path.chmod(0o644)
    write_csv(path, ("a", "b"), iter([("1", 'say "ü"'), (2, None)]))

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert [["a", "b"], ["1", 'say "ü"'], ["2", ""]] == list(csv.reader(path.read_text("utf-8").splitlines()))
