"""What a record lost in Splose is still said after it was changed, and a plan of a change says what the run will."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from clinikomigrate import Plan, Report, Transfer
from clinikomigrate.sinks.splose import reasons
from tests.end_to_end.splose import Move
from tests.end_to_end.test_splose_outcomes import marking, small

COMING = {"starts_at": "2031-01-06T00:00:00Z", "ends_at": "2031-01-06T00:30:00Z"}
MOVED = {"starts_at": "2031-01-07T00:00:00Z", "ends_at": "2031-01-07T00:30:00Z"}
CANCELLED = {"cancelled_at": "2024-03-10T00:00:00Z", "cancellation_reason": 50}


def change(move: Move, kind: str, id: str, **values: str) -> None:
    """Changes a record of the source."""
    row = move.source.store.at(kind, id)
    move.source.store.change(kind, row, updated_at=move.source.time_text(), **values)


def lost(report: Plan | Report) -> Counter[tuple[str, str, str]]:
    """Counts what is said to be lost."""
    return Counter({(each.kind, each.field, each.reason): each.records for each in report.losses})


def planned_and_done(transfer: Transfer) -> Counter[tuple[str, str, str]]:
    """Runs, and holds that the plan says the same."""
    planned = lost(transfer.plan())
    done = lost(transfer.run())
    assert planned == done
    return done


def test_a_file_that_is_renamed_again(tmp_path: Path) -> None:
    """Each change says that Splose keeps the name, and so does a run that changes nothing."""
    with small(tmp_path) as (clinic, move):
        file = clinic.file(clinic.patient())
        move.transfer().run()
        for values in ({"filename": "b.pdf"}, {}, {"filename": "c.pdf"}, {"archived_at": "2025-01-01T00:00:00Z"}):
            change(move, "patient_attachments", file, **values)

            assert Counter({("patient_attachments", "filename", reasons.FILE_RENAMED): 1}) == planned_and_done(
                move.transfer()
            )


def test_a_note_that_is_edited_again(tmp_path: Path) -> None:
    """Each change makes a further document, and the earlier ones stay."""
    with small(tmp_path) as (clinic, move):
        move.sink["documents"] = "each"
        note = clinic.note(clinic.patient())
        move.transfer().run()
        for title in ("Second thoughts", "Third thoughts"):
            change(move, "treatment_notes", note, title=title)

            assert Counter({("treatment_notes", "record", reasons.EARLIER): 1}) == planned_and_done(move.transfer())


@pytest.mark.parametrize("what", ["charged", "refused"])
def test_a_cancelled_appointment_that_is_moved(tmp_path: Path, what: str) -> None:
    """What its cancellation came to is not forgotten: somebody is to take the fee off by hand."""
    with small(tmp_path) as (clinic, move):
        move.workspace.cancellation_rate = 50
        if what == "refused":
            move.workspace.faults.add("403", every=1, when=lambda request: request.path.endswith("/cancellation"))
        visit = clinic.visit(clinic.patient(), **COMING, **CANCELLED)
        before = lost(marking(move).run())
        change(move, "individual_appointments", visit, **MOVED)
        after = planned_and_done(marking(move))
        reason = {"charged": reasons.CHARGED, "refused": reasons.CALL_REFUSED}[what]

        assert ("individual_appointments", "cancelled_at", reason) in before
        assert before == after
