"""The report of a run, out of what the run counted and what the journal holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Level, Skip
from clinikomigrate.testing.log import LoggedRequest
from tests.end_to_end.accounts import Pair
from tests.transfer.dict_sink import DictMapper, DictSink
from tests.transfer.practice import Practice, ScriptedSink
from tests.traps.clinic import Clinic


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """Returns a source with two patients."""
    practice = Practice(tmp_path)
    practice.patient("Ada")
    practice.patient("Bo")
    return practice


class Losing(DictMapper):
    """Leaves Bo behind, as a loss."""

    def patient(self, patient: Any, context: Any) -> Any:
        """Leaves Bo behind."""
        return Skip("not Bo", lost=True) if patient.first_name == "Bo" else super().patient(patient, context)


def test_a_run_that_stopped_before_its_first_record_tells_what_earlier_runs_lost(practice: Practice) -> None:
    """Losses and what was left out are those of all runs so far."""
    sink = DictSink()
    practice.run(sink, mapper=Losing())
    transfer = practice.transfer(sink, mapper=Losing())

    def stop(request: LoggedRequest) -> bool:
        transfer.stop()
        return False

    practice.source.faults.add("429", when=stop, every=1)
    with practice.source.in_process():
        report = transfer.run()

    assert "asked to stop" == report.stopped
    assert {} == dict(report.kinds)
    assert [("patients", "record", "not Bo", 1)] == [
        (loss.kind, loss.field, loss.reason, loss.records) for loss in report.losses
    ]
    assert [("patients", "not Bo", 1)] == [(row.kind, row.reason, row.records) for row in report.left_out]


def test_a_run_that_stopped_keeps_what_preflight_found(tmp_path: Path) -> None:
    """What was found before it stopped is in its report."""
    clinic = Clinic(tmp_path)
    clinic.visit(clinic.patient())
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        report = pair.transfer().run(approve=lambda plan: False)

    assert [] != [finding for finding in report.findings if finding.level is Level.NOTE]


def test_a_stopped_run_says_what_was_left_out_so_far_only(practice: Practice) -> None:
    """What it did not look at is not said to be unchosen."""
    sink = ScriptedSink(after=lambda draft: transfer.stop())
    sink.workers = 1
    transfer = practice.transfer(sink)
    with practice.source.in_process():
        report = transfer.run()

    assert () == tuple(report.left_out)
    assert 1 == report.kinds["patients"].created


def test_patients_who_are_muted_are_counted(tmp_path: Path) -> None:
    """When a run can't come to its end, it says of how many patients the e-mails are switched off still."""
    clinic = Clinic(tmp_path)
    patient = clinic.patient(receives_cancellation_emails=True)
    clinic.visit(patient, cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=50)
    clinic.destination.faults.add("401", when=is_cancelling, every=1)
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        report = pair.transfer().run()
        clinic.destination.faults.clear()
        again = pair.transfer().run()

    assert (1, 0) == (report.muted, again.muted)
    assert "1 patient is not written to in the destination for now" in str(report)
    assert again.ok


def is_cancelling(request: LoggedRequest) -> bool:
    """Says whether a request cancels an appointment."""
    return request.path.endswith("/cancel")
