"""What a run tells of itself."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import attrs
import pytest

from clinikomigrate import ConfigurationError, Finding, Level
from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.aside import SetAside
from clinikomigrate.transfer.differences import Difference
from clinikomigrate.transfer.journal import Entry, State
from clinikomigrate.transfer.left_out import LeftOut
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.planned import Planned, Settings, Totals
from clinikomigrate.transfer.report import Report
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from clinikomigrate.transfer.summary import LossCount
from clinikomigrate.transfer.tally import Count

REVOKE = "Revoke both API keys, and any others that were made for this transfer."
KEEP = "Revoke both API keys only when there is nothing left to run again for."
MUTED = (
    "3 patients are not written to in the destination for now; a run restores their settings when it comes to its end."
)
WHERE = ["destination_id", "patient_id", "starts_at"]
WAITING = SetAside("recalls", "4", "blocked", "waits", "94", "95", "2031-01-06 11:00+11:00")
PLANNED = Planned(("1", "2"), Settings("Everything()", "<Mapper>", "stop", ("patients",)), Totals({}, (), ()))


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """Returns the report of a run in which all went well."""
    journal = SQLiteJournal(tmp_path / "a.journal")
    journal.open()
    journal.settle(Ref("patients", "1"), Entry(State.CREATED, "101"), [Loss("gender", "<no home>")])
    journal.settle(Ref("patients", "2"), Entry(State.SKIPPED, reason="=merged"))
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
        left_out=(LeftOut("patients", "<merged>", 1),),
        journal=journal,
    )


def test_the_verdict_says_how_it_ended(report: Report) -> None:
    """One sentence tells apart done, nothing new, set aside, stopped and not approved."""
    aside = (SetAside("patients", "1", "failed", "no"), SetAside("patients", "2", "unfinished", "no"))
    again = {"patients": Count(found=3, selected=3, already=3)}

    assert report.verdict == "All 2 selected records are in the destination (2 of them new); 1 loss is listed."
    assert "nothing new to carry" in attrs.evolve(report, kinds=again).verdict
    for made, taken, said in (
        (1, 2, "1 of them new, 2 taken as they stand there"),
        (0, 1, "nothing new to carry, 1 taken as it stands there"),
    ):
        stood = {"patients": Count(found=3, selected=3, created=made, adopted=taken)}
        assert f"({said});" in attrs.evolve(report, kinds=stood).verdict
    assert "1 could not go and 1 unfinished" in attrs.evolve(report, set_aside=aside).verdict
    assert (
        attrs.evolve(report, stopped="asked to stop").verdict
    ) == "Stopped early (asked to stop); 2 records were carried. Run again to go on."
    assert attrs.evolve(report, stopped="not approved").verdict == "The plan was not approved; nothing was written."
    assert report.ok
    assert not attrs.evolve(report, set_aside=aside).ok
    assert not attrs.evolve(report, stopped="x").ok


def test_the_verdict_names_what_stays_behind(report: Report) -> None:
    """What was selected and is lost as a whole is told in words, the most first, and not as if all were there."""
    losses = [
        LossCount("patients", "record", "no name", 1),
        LossCount("treatment_notes", "record", "its patient does not go", 1_200),
        LossCount("treatment_notes", "record", "no patient", 34),
        LossCount("recalls", "record", "no place for them", 2),
        LossCount("invoices", "record", "no interface takes invoices", 3),
        LossCount("patients", "gender", "<no home>", 1),
    ]
    head = "2 of the selected records are in the destination (2 of them new); "

    assert attrs.evolve(report, losses=losses).verdict == (
        f"{head}1,240 records stay behind (1,234 treatment notes, 3 invoices, 2 recalls, 1 other); "
        "1,241 losses are listed."
    )
    assert attrs.evolve(report, losses=losses[:1]).verdict == (
        f"{head}1 record stays behind (1 patient); 1 loss is listed."
    )
    aside = (SetAside("patients", "1", "failed", "no"),)
    assert "; 1 could not go; 1 record stays behind (1 patient). Mend" in (
        attrs.evolve(report, set_aside=aside, losses=losses[:1]).verdict
    )
    assert attrs.evolve(report, losses=losses[1:5]).verdict.startswith(f"{head}1,239 records stay behind")


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
            "updated": 0,
            "removed": 0,
            "blocked": 0,
            "already": 0,
            "losses": 1,
        }
    }


def test_text_and_html(report: Report) -> None:
    """Both show counts, losses, what was left out, what to enter by hand and what was set aside; HTML is escaped."""
    aside = [SetAside("patients", str(number), "failed", "<no>") for number in range(30)]
    full = attrs.evolve(report, set_aside=aside)

    assert "patients      3         3        2" in str(report)
    assert "patients  gender  <no home>        1" in str(report)
    assert "Left out:\n  kind      reason    records\n  patients  <merged>        1" in str(report)
    assert "  Weekly roster of Amy Ng" in str(report)
    assert "Set aside" not in str(report)
    assert report.verdict in str(report)
    assert "  patients  19         failed  <no>" in str(full)
    assert "and 10 more: to_csv() writes all of them" in str(full)
    assert "&lt;no home&gt;" in full._repr_html_()
    assert "<no" not in full._repr_html_()
    assert "<merged" not in full._repr_html_()
    assert "Set aside" not in report._repr_html_()
    assert "To enter by hand" not in attrs.evolve(report, by_hand=(), losses=())._repr_html_()
    assert "To enter by hand" not in str(attrs.evolve(report, by_hand=(), losses=()))
    assert f"<Report: {report.verdict}>" == repr(report)


# What is left to do.


def test_the_last_lines_are_what_to_do_by_hand(report: Report) -> None:
    """When all is there, rosters and the like are left to be entered, and at last the keys to be revoked."""
    roster = "Enter in the destination what is listed under 'To enter by hand' (1 line)."

    assert (roster, REVOKE) == report.to_do
    assert str(report).endswith(f"{report.verdict}\n\nTo do by hand now:\n  1. {roster}\n  2. {REVOKE}")
    assert report._repr_html_().endswith(f"{REVOKE}</li></ol>")


def test_what_was_switched_off_for_the_run_is_switched_on_again(report: Report) -> None:
    """What findings say is to be taken back stands on the list, before the keys."""
    quiet = Finding(Level.NOTE, "code", "It rings.", "Switch it off.", afterwards="Switch it on again.")

    assert ("Switch it on again.", REVOKE) == attrs.evolve(report, findings=(quiet,)).to_do[1:]


def test_a_run_that_stopped_is_to_be_run_again_first(report: Report) -> None:
    """Until then nothing else is to be done, and the keys are to be kept."""
    stopped = attrs.evolve(report, stopped="asked to stop", muted=3)

    assert (
        "Run again to go on: it stopped early (asked to stop).",
        MUTED,
        KEEP,
    ) == stopped.to_do
    assert str(stopped).endswith(KEEP)


def test_a_plan_that_was_turned_down_leaves_that_to_be_mended(report: Report) -> None:
    """Nothing was written, so nothing else is to be done by hand."""
    assert ("Mend what kept the plan from being approved, and run again.", KEEP) == (
        attrs.evolve(report, stopped="not approved").to_do
    )


def test_conflicts_and_files_are_named(report: Report) -> None:
    """Records in conflict and files that could not go are named by id; of very many the first."""
    aside = [
        SetAside("medical_alerts", "7", "conflict", "two"),
        *(SetAside("patient_attachments", str(number), "failed", "too large") for number in range(11)),
        SetAside("patient_attachments", "99", "unfinished", "not processed"),
    ]
    steps = attrs.evolve(report, set_aside=aside).to_do
    files = ", ".join(f"patient_attachments {number}" for number in range(10))

    assert (
        "Settle the conflicts (medical_alerts 7): look at what their reasons name, and do what they say.",
        "Mend what the reasons of the records that were set aside say, and run again.",
        f"Files that no run can carry, upload by hand ({files} and 1 more, in set_aside.csv of to_csv()).",
    ) == steps[:3]
    assert KEEP == steps[-1]


# What was planned.


def test_without_a_plan_nothing_is_compared(report: Report) -> None:
    """Where no plan was made on the journal, there is no such table."""
    assert "Planned and done" not in str(report)
    assert "Planned and done" not in report._repr_html_()


def test_what_differs_from_the_plan_is_shown_with_its_explanation(report: Report) -> None:
    """Both numbers stand beside each other, and why they differ; what is equal is not shown."""
    differing = attrs.evolve(
        report,
        planned=PLANNED,
        differences=(
            Difference("patients", "found", 3, 3),
            Difference("patients", "created", 3, 2, "1 could not go <why>"),
        ),
    )

    assert (
        "Planned and done:\n"
        "  kind      what     planned  done  why\n"
        "  patients  created        3     2  1 could not go <why>\n"
    ) in str(differing)
    assert "1 could not go &lt;why&gt;" in differing._repr_html_()


def test_that_nothing_differs_is_said_in_one_line(report: Report) -> None:
    """With the sums of what was done."""
    same = [Difference("patients", "created", 2, 2), Difference("recalls", "created", 1, 1)]
    as_planned = attrs.evolve(report, planned=PLANNED, differences=same)

    assert "Planned and done:\n  Nothing differs from the plan: 3 created, 0 adopted, 0 skipped, 0 losses.\n" in str(
        as_planned
    )


# Files.


def test_csv_files_hold_every_row_and_only_the_owner_reads_them(report: Report, tmp_path: Path) -> None:
    """to_csv() writes counts, ids, losses, what was left out and set aside, and what to do by hand, with mode 0600."""
    folder = tmp_path / "out"
    aside = [SetAside("patients", "3", "conflict", "two"), WAITING]
    differences = [Difference("patients", "created", 3, 2, "1 could not go"), Difference("patients", "found", 3, 3)]
    attrs.evolve(report, set_aside=aside, planned=PLANNED, differences=differences).to_csv(folder)
    rows = {file.stem: list(csv.reader(file.read_text("utf-8").splitlines())) for file in folder.iterdir()}

    assert {
        "counts",
        "identities",
        "losses",
        "left_out",
        "skipped",
        "set_aside",
        "planned_and_done",
        "by_hand",
    } == set(rows)
    assert [["kind", "source_id", "field", "reason"], ["patients", "1", "gender", "<no home>"]] == rows["losses"]
    assert [["kind", "source_id", "destination_id"], ["patients", "1", "101"]] == rows["identities"]
    assert [["kind", "source_id", "reason"], ["patients", "2", "'=merged"]] == rows["skipped"]
    assert [["kind", "reason", "records"], ["patients", "<merged>", "1"]] == rows["left_out"]
    assert [
        ["kind", "source_id", "state", "reason", *WHERE],
        ["patients", "3", "conflict", "two", *[""] * 3],
        ["recalls", "4", "blocked", "waits", "94", "95", "2031-01-06 11:00+11:00"],
    ] == rows["set_aside"]
    assert [
        ["kind", "what", "planned", "done", "why"],
        ["patients", "created", "3", "2", "1 could not go"],
        ["patients", "found", "3", "3", ""],
    ] == rows["planned_and_done"]
    assert ["Weekly roster of Amy Ng"] == rows["by_hand"][1]
    assert [KEEP] == rows["by_hand"][-1]
    assert rows["counts"][1][0] == "patients"
    assert {0o600} == {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


def test_ids_are_written_whatever_the_run_itself_did(report: Report, tmp_path: Path) -> None:
    """After a run that stopped before its first record, the ids of earlier runs are written all the same."""
    attrs.evolve(report, kinds={}, stopped="asked to stop").to_csv(tmp_path)

    assert "patients,1,101" in (tmp_path / "identities.csv").read_text("utf-8")


def test_a_report_that_knows_no_source_has_no_debtors(report: Report) -> None:
    """It says so."""
    with pytest.raises(ConfigurationError, match="no source"):
        report.debtors()
