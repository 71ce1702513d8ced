"""What a run tells of itself."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.report import Report, SetAside
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from clinikomigrate.transfer.summary import LossCount
from clinikomigrate.transfer.tally import Count


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """Returns the report of a run in which all went well."""
    journal = SQLiteJournal(tmp_path / "a.journal")
    journal.open()
    journal.settle(Ref("patients", "1"), Entry(State.CREATED, "101"), [Loss("gender", "<no home>")])
    journal.close()
    return Report(
        kinds={"patients": Count(found=3, selected=3, created=2, skipped=1)},
        losses=(LossCount("patients", "gender", "<no home>", 1),),
        set_aside=(),
        by_hand=("Weekly roster of Amy Ng",),
        findings=(),
        requests=12,
        seconds=4.2,
        stopped=None,
        journal=journal,
    )


def test_the_verdict_says_how_it_ended(report: Report) -> None:
    """One sentence tells apart done, nothing new, set aside and stopped."""
    aside = (SetAside("patients", "1", "failed", "no"), SetAside("patients", "2", "unfinished", "no"))
    again = {"patients": Count(found=3, selected=3, already=3)}

    assert report.verdict == "All 2 selected records are in the destination (2 of them new); 1 losses are listed."
    assert "nothing new to carry" in attrs.evolve(report, kinds=again).verdict
    assert "1 could not go and 1 are unfinished" in attrs.evolve(report, set_aside=aside).verdict
    assert (
        attrs.evolve(report, stopped="asked to stop").verdict
    ) == "Stopped early (asked to stop); 2 records were carried. Run again to go on."
    assert report.ok
    assert not attrs.evolve(report, set_aside=aside).ok
    assert not attrs.evolve(report, stopped="x").ok


def test_plain_data(report: Report) -> None:
    """to_dict() has the counts by kind, requests, seconds and the verdict."""
    data = report.to_dict()

    assert {"kinds", "requests", "seconds", "verdict"} == set(data)
    assert data["kinds"] == {
        "patients": {
            "found": 3,
            "selected": 3,
            "created": 2,
            "adopted": 0,
            "skipped": 1,
            "failed": 0,
            "blocked": 0,
            "already": 0,
            "losses": 1,
        }
    }


def test_text_and_html(report: Report) -> None:
    """Both show counts, losses, what to enter by hand and what was set aside; HTML is escaped."""
    aside = [SetAside("patients", str(number), "failed", "<no>") for number in range(30)]
    full = attrs.evolve(report, set_aside=aside)

    assert "patients      3         3        2" in str(report)
    assert "patients  gender  <no home>        1" in str(report)
    assert "  Weekly roster of Amy Ng" in str(report)
    assert "Set aside" not in str(report)
    assert str(report).endswith(report.verdict)
    assert "  patients  19         failed  <no>" in str(full)
    assert "and 10 more: to_csv() writes all of them" in str(full)
    assert "&lt;no home&gt;" in full._repr_html_()
    assert "<no" not in full._repr_html_()
    assert "Set aside" not in report._repr_html_()
    assert "By hand" not in attrs.evolve(report, by_hand=(), losses=())._repr_html_()
    assert "by hand" not in str(attrs.evolve(report, by_hand=(), losses=()))
    assert f"<Report: {report.verdict}>" == repr(report)


def test_csv_files_hold_every_row_and_only_the_owner_reads_them(report: Report, tmp_path: Path) -> None:
    """to_csv() writes counts, losses, identities, set-aside records and what to do by hand, with mode 0600."""
    folder = tmp_path / "out"
    report.to_csv(folder)
    rows = {file.stem: list(csv.reader(file.read_text("utf-8").splitlines())) for file in folder.iterdir()}

    assert rows["losses"][1] == ["patients", "1", "gender", "<no home>"]
    assert rows["identities"][1] == ["patients", "1", "101"]
    assert rows["by_hand"][1] == ["Weekly roster of Amy Ng"]
    assert rows["set_aside"] == [["kind", "source_id", "state", "reason"]]
    assert rows["counts"][1][0] == "patients"
    assert {0o600} == {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
