"""A cancellation that says something else in the source once it was made: it is made once, so a person is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Report, Transfer, Why
from clinikomigrate.transfer.renewal import CANCELLED_OTHERWISE
from tests.end_to_end.accounts import Pair
from tests.end_to_end.test_splose_outcomes import change as change_there
from tests.end_to_end.test_splose_outcomes import marking, small
from tests.traps.clinic import Clinic

CANCELLED: dict[str, Any] = {"cancelled_at": "2024-03-13T23:00:00Z", "cancellation_reason": 40}


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


def add(clinic: Clinic, kind: str) -> str:
    """Puts a cancelled record of a kind into the source."""
    if kind == "attendees":
        return clinic.seat(clinic.lesson(), clinic.patient(), **CANCELLED)
    return clinic.visit(clinic.patient(), **CANCELLED)


def change(clinic: Clinic, kind: str, id: str, **values: Any) -> None:
    """Changes a record in the source."""
    store = clinic.source.store
    store.change(kind, store.at(kind, id), updated_at=clinic.source.time_text(), **values)


def transfer_of(clinic: Clinic) -> Transfer:
    """Makes the transfer."""
    return Pair(clinic.source, clinic.destination, clinic.journal).transfer()


def said(report: Report) -> list[str]:
    """Gives why records were set aside."""
    return [row.reason for row in report.set_aside]


@pytest.mark.parametrize("kind", ["individual_appointments", "attendees"])
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"cancellation_reason": 10}, "the reason"),
        ({"cancellation_note": "Rang from the airport"}, "the note"),
        ({"cancellation_reason": None}, "the reason and the note"),
    ],
    ids=["reason", "note", "both"],
)
def test_it_is_told_in_each_run(clinic: Clinic, kind: str, changed: dict[str, Any], told: str) -> None:
    """And by the plan; nothing is written, and it is no secret that the two accounts differ."""
    id = add(clinic, kind)
    clinic.move()
    there = clinic.only(kind)
    change(clinic, kind, id, **changed)
    with clinic.source.in_process(), clinic.destination.in_process():
        plan = transfer_of(clinic).plan()
    before = [each for each in clinic.destination.log if each.method != "GET"]
    first, second = clinic.run(), clinic.run()
    written = [each for each in clinic.destination.log if each.method != "GET"]
    with clinic.source.in_process(), clinic.destination.in_process():
        verified = transfer_of(clinic).verify()

    assert [CANCELLED_OTHERWISE.format(told)] == said(first) == said(second)
    assert [CANCELLED_OTHERWISE.format(told)] == [row.reason for row in plan.could_not_go]
    assert before == written
    assert {Why.CHANGED_HERE} == {each.why for each in verified.differences}
    assert (40, there["cancellation_note"]) == tuple(
        clinic.only(kind)[name] for name in ("cancellation_reason", "cancellation_note")
    )


@pytest.mark.parametrize("seen_to", ["there", "here"])
def test_it_is_told_until_somebody_has_seen_to_it(clinic: Clinic, seen_to: str) -> None:
    """Once the destination says the same, or the source says again what it said, all is well."""
    visit = add(clinic, "individual_appointments")
    clinic.move()
    change(clinic, "individual_appointments", visit, cancellation_reason=10)
    first = clinic.run()
    if seen_to == "here":
        change(clinic, "individual_appointments", visit, cancellation_reason=40)
    else:
        store = clinic.destination.store
        (row,) = store.all("individual_appointments")
        store.change("individual_appointments", row, cancellation_reason=10)
    clinic.move()
    with clinic.source.in_process(), clinic.destination.in_process():
        verified = transfer_of(clinic).verify()

    assert not first.ok
    assert verified.ok


def test_what_the_clinic_has_cancelled_otherwise_itself_is_its_own(clinic: Clinic) -> None:
    """Where the source's cancellation is as it was, nobody is told what the destination says by now."""
    visit = add(clinic, "individual_appointments")
    clinic.move()
    store = clinic.destination.store
    (row,) = store.all("individual_appointments")
    store.change("individual_appointments", row, cancellation_reason=60)
    change(clinic, "individual_appointments", visit, notes="Rang twice")
    report = clinic.run()

    assert ["it is cancelled in the destination, where it can't be changed any more"] == said(report)


def test_a_cancellation_that_splose_was_told_of(tmp_path: Path) -> None:
    """With outcomes the reason stands there twice, in words and as Splose's own: both are named, as the plan says."""
    with small(tmp_path) as (clinic, move):
        visit = add(clinic, "individual_appointments")
        marking(move).run()
        change_there(move, visit, cancellation_reason=10)
        plan = marking(move).plan()
        first, second = marking(move).run(), marking(move).run()
        (row,) = move.workspace.tables.all("appointments")
        before = dict(row["appointmentPatients"][0])
        row["appointmentPatients"][0]["cancellationReason"] = "Feeling Better"
        third = marking(move).run()
        row["note"] = row["note"].replace("Away", "Feeling Better")
        settled = marking(move).run()
        move.check_quiet()

    assert "Away" == before["cancellationReason"]
    assert said(first) == said(second)
    assert ["change the note of an appointment" in each for each in said(first)] == [True]
    assert [CANCELLED_OTHERWISE.format("the reason") in each for each in said(first)] == [True]
    assert CANCELLED_OTHERWISE.format("the reason") in [row.reason for row in plan.could_not_go]
    assert ["change the note of an appointment" in each for each in said(third)] == [True]
    assert CANCELLED_OTHERWISE.format("the reason") not in said(third)[0]
    assert settled.ok
