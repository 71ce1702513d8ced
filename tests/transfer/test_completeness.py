"""Runs of only what had failed, before any run has gone through all the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Plan
from clinikomigrate.errors import Unprocessable
from clinikomigrate.transfer.completeness import REST
from tests.transfer.practice import Practice, ScriptedSink, names

REFUSED = Unprocessable(status=422, method="POST", path="/patients", fields={"email": "is invalid"})


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """Returns a source with a patient, and an archived one who has an alert."""
    practice = Practice(tmp_path)
    practice.patient("Bo")
    practice.alert(practice.patient("Ada", archived_at="2024-01-01T00:00:00Z"))
    return practice


def refuse_bo(draft: Any) -> None:
    """Refuses one patient."""
    if getattr(draft, "first_name", None) == "Bo":
        raise REFUSED


def test_nothing_is_archived_before_all_was_gone_through(practice: Practice) -> None:
    """When a run ended early, a run of only what had failed finishes nothing, says so, and the next one does."""
    sink = ScriptedSink(before=refuse_bo)
    with practice.source.in_process():
        first = practice.transfer(sink).run(max_failures=0)
    sink.before = None
    second = practice.run(sink, only_failed=True)

    assert "more than 0 records failed" == first.stopped
    assert REST == second.stopped
    assert not second.ok
    assert [] == sink.finished
    assert {} == sink.records["medical_alerts"]

    third = practice.run(sink)

    assert third.ok
    assert ["Ada", "Bo"] == names(sink)
    assert 1 == len(sink.records["medical_alerts"])
    assert ["archiving:archive"] == [name for _, _, name in sink.finished]


def test_a_new_journal_has_nothing_that_failed(practice: Practice) -> None:
    """A first run of only what had failed carries nothing, and does not say that all is there."""
    report = practice.run(ScriptedSink(), only_failed=True)

    assert REST == report.stopped
    assert report.verdict.startswith("Stopped early")


def test_once_all_was_gone_through_what_had_failed_is_finished_too(practice: Practice) -> None:
    """After a run that came to its end, one of only what had failed brings everything to its end; its plan knows."""
    sink = ScriptedSink(before=refuse_bo)
    first = practice.run(sink)
    sink.before = None
    plans: list[Plan] = []

    def approve(plan: Plan) -> bool:
        plans.append(plan)
        return True

    with practice.source.in_process():
        second = practice.transfer(sink).run(only_failed=True, approve=approve)

    assert not first.ok
    assert second.ok
    assert 1 == plans[0].kinds["patients"].created
    assert ["Ada", "Bo"] == names(sink)
