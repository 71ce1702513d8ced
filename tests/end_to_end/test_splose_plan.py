"""What a plan of a transfer into Splose says: how long it takes, and which ways there are."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest

from clinikomigrate import Plan
from clinikomigrate.sinks.splose.documents import Arrangement
from clinikomigrate.sinks.splose.ways import ways
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.tally import Count
from tests.end_to_end.splose import Move, moving
from tests.end_to_end.test_splose_outcomes import REASONS, add_reasons, marking
from tests.fair_clock import FairClock


def lengths(move: Move) -> tuple[int, int]:
    """Counts the requests that both systems got."""
    return len(move.source.log), len(move.workspace.log)


@pytest.mark.parametrize(("patients", "outcomes"), [(40, False), (40, True)])
def test_requests_and_duration_are_foreseen(tmp_path: Path, patients: int, *, outcomes: bool) -> None:
    """At Splose's 60 requests a minute a run takes as many requests as planned, and as long, within 5 %."""
    with moving(tmp_path, patients=patients, clock=FairClock()) as move:
        add_reasons(move.workspace, *REASONS)
        transfer = marking(move) if outcomes else move.transfer()
        plan = transfer.plan()
        before, began = lengths(move), move.workspace.clock.monotonic()
        report = transfer.run()
        took, sent = move.workspace.clock.monotonic() - began, lengths(move)

        assert report.ok
        assert plan.source_requests == pytest.approx(sent[0] - before[0], rel=0.05)
        assert plan.destination_requests == pytest.approx(sent[1] - before[1], rel=0.05)
        assert plan.seconds == pytest.approx(took, rel=0.05)
        assert took >= 60 * (sent[1] - before[1] - 1) / 60
        move.check_quiet()


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The plan of a clinic of 30 patients."""
    with moving(tmp_path_factory.mktemp("plan"), patients=30) as move:
        return move.transfer().plan()


def rows(plan: Plan) -> dict[str, tuple[object, ...]]:
    """Gives the rows of the table by kind."""
    assert plan.ways is not None
    return {str(row[0]): tuple(row[1:]) for row in plan.ways.rows}


def test_each_kind_with_records_has_its_ways(plan: Plan) -> None:
    """With the numbers of this account, in the order of the kinds; what has no records has no row."""
    found = rows(plan)
    selected = {kind: count.selected for kind, count in plan.kinds.items() if count.selected}

    assert {kind: row[0] for kind, row in found.items()} == selected
    assert list(found) == [kind for kind in KINDS if kind in selected]
    assert all("" not in row for row in found.values())


def test_the_importer_is_named_where_it_is_the_better_way(plan: Plan) -> None:
    """It carries as such what the API makes none of; clients it makes as well, which only one of the two may do."""
    found = rows(plan)
    better = {kind for kind, row in found.items() if str(row[2]).startswith("better")}

    assert {"treatment_notes", "patient_forms", "patient_cases", "communications"} <= better
    assert {"daily_availabilities", "group_appointments", "treatment_note_templates"} <= better
    assert {"patients", "contacts", "patient_attachments", "invoices", "taxes"}.isdisjoint(better)
    assert plan.ways is not None
    assert "only one may bring clients" in plan.ways.title


def test_appointments_that_are_marked_are_said_to_be() -> None:
    """Where outcomes are turned on."""
    counts = {kind: Count(selected=2, created=2) for kind in ("individual_appointments", "attendees")}
    told = [
        [str(row[2]).endswith("and marked") for row in ways(counts, (), marked=marked).rows] for marked in (False, True)
    ]

    assert told == [[False, False], [True, True]]


def test_what_goes_and_what_is_left_are_counted(plan: Plan) -> None:
    """Alerts go in their clients' records."""
    found = rows(plan)
    patients, notes, alerts = (plan.kinds[kind] for kind in ("patients", "treatment_notes", "medical_alerts"))
    archived = sum(loss.records for loss in plan.losses if (loss.kind, loss.field) == ("medical_alerts", "record"))

    assert found["patients"][1:] == (f"{patients.created} as clients", "as well", "nothing")
    assert found["treatment_notes"][1] == "none"
    assert str(found["treatment_notes"][3]).startswith(f"{notes.selected}: keep the source")
    assert found["medical_alerts"][1] == f"{alerts.selected - archived} in their clients' alerts"


@pytest.mark.parametrize("documents", ["each", "collected"])
def test_what_stands_in_documents_goes(tmp_path: Path, documents: Arrangement) -> None:
    """Notes, forms, cases and messages go with them; as such the importer brings them better still."""
    with moving(tmp_path, patients=6, documents=documents) as move:
        found = rows(move.transfer().plan())

    for kind, way in (("treatment_notes", "as PDF documents in their"), ("communications", "in their")):
        selected, api, importer, by_hand = found[kind]
        assert (f"{selected} {way} clients'", "nothing") == (str(api).rpartition(" ")[0], by_hand)
        assert str(importer).startswith("better")


def test_it_is_shown_and_written(plan: Plan, tmp_path: Path) -> None:
    """In a terminal, in a notebook and as CSV; plain data has the keys of any plan."""
    plan.to_csv(tmp_path / "plan")
    with (tmp_path / "plan" / "ways.csv").open(newline="", encoding="utf-8") as file:
        written = list(csv.reader(file))

    assert written[0] == ["kind", "records", "by API", "by Splose's importer", "by hand"]
    assert [row[0] for row in written[1:]] == list(rows(plan))
    for text in (str(plan), plan._repr_html_()):
        assert "better: as progress notes" in text
    assert set(plan.to_dict()) == {"kinds", "requests", "seconds", "verdict"}
    assert stat.S_IMODE((tmp_path / "plan" / "ways.csv").stat().st_mode) == 0o600
