"""What a record lost when it was made is still said after it was changed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Report
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic

LATER = "2030-01-01T00:00:00Z"

CHANGES: dict[str, dict[str, Any]] = {
    "archived": {"archived_at": LATER},
    "edited": {"title": "Second thoughts", "name": "Second thoughts", "description": "Second thoughts"},
    "both": {"archived_at": LATER, "title": "Second thoughts", "name": "Second thoughts"},
}


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic, with a note of somebody who has no key, and a form that can't be completed again."""
    clinic = Clinic(tmp_path)
    user = clinic.add("users", first_name="Amy", last_name="Ng", role="practitioner")
    ada = clinic.patient()
    clinic.note(ada, practitioner_id=clinic.add("practitioners", user_id=user))
    clinic.form(ada, {"name": "Smoker", "type": "text", "required": True}, completed_at="2024-01-01T00:00:00Z")
    clinic.file(ada)
    clinic.destination.locks_finalised_notes = False
    return clinic


def change(clinic: Clinic, kind: str, values: dict[str, Any]) -> None:
    """Changes the source's only record of a kind."""
    row = clinic.source.rows(kind)[0]
    given = {name: value for name, value in values.items() if name in row}
    with clinic.source.lock:
        clinic.source.store.change(kind, clinic.source.store.at(kind, str(row["id"])), updated_at=LATER, **given)


def lost(report: Report) -> Counter[tuple[str, str, str]]:
    """Counts what a report says is lost."""
    return Counter({(each.kind, each.field, each.reason): each.records for each in report.losses})


@pytest.mark.parametrize("what", list(CHANGES))
def test_a_change_makes_no_loss_good(clinic: Clinic, what: str) -> None:
    """Nor does archiving, for which nothing of the record is sent; a plan says the same."""
    before = lost(clinic.move())
    for kind in ("treatment_notes", "patient_forms", "patient_attachments"):
        change(clinic, kind, CHANGES[what])
    with clinic.source.in_process(), clinic.destination.in_process():
        plan = Pair(clinic.source, clinic.destination, clinic.journal).transfer().plan()
    after = lost(clinic.move())

    assert {("treatment_notes", "author_name"), ("patient_forms", "completed_at")} <= {each[:2] for each in before}
    assert before == after
    assert before == Counter({(each.kind, each.field, each.reason): each.records for each in plan.losses})


def test_a_change_that_makes_a_loss_good(clinic: Clinic) -> None:
    """A form that can be completed by now is: nothing is said to be lost that is there."""
    clinic.move()
    answered = [{"name": "Smoker", "type": "text", "required": True, "answer": "No"}]
    change(clinic, "patient_forms", {"content": {"sections": [{"name": "About you", "questions": answered}]}})
    reasons = {each.reason for each in clinic.move().losses if each.kind == "patient_forms"}

    assert clinic.only("patient_forms")["completed_at"]
    assert not any("as a completed one" in reason for reason in reasons)
