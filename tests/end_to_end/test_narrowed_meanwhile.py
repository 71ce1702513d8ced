"""A run that ended early is followed by one that takes less: what the first one made is not closed before its parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinikomigrate import ByPatient, Event, Report
from clinikomigrate.transfer.events import KindFinished
from clinikomigrate.transfer.holding import AWAITED
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic

STAMP = "2024-06-01T00:00:00Z"
VISITS = "individual_appointments"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a clinic whose transfer ended when Ada's visits were there, one cancelled and one archived."""
    clinic = Clinic(tmp_path)
    ada = clinic.patient()
    clinic.patient(first_name="Bea")
    for day, state in (("05", {"cancelled_at": STAMP, "cancellation_reason": 50}), ("06", {"archived_at": STAMP})):
        visit = clinic.visit(ada, starts_at=f"2024-03-{day}T01:00:00Z", **state)
        seat = clinic.source.store.at("attendees", clinic.attendee_of(visit))
        clinic.source.store.change("attendees", seat, notes="Mornings")
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    transfer = pair.transfer()

    def listen(event: Event) -> None:
        if isinstance(event, KindFinished) and event.kind == VISITS:
            transfer.stop()

    with clinic.source.in_process(), clinic.destination.in_process():
        assert transfer.run(on_event=listen).stopped
    assert 2 == len(clinic.arrived(VISITS))
    return clinic


def closed(clinic: Clinic) -> list[tuple[bool, bool]]:
    """Says of the destination's visits whether they are cancelled, and whether they are archived."""
    rows = clinic.arrived(VISITS)
    return sorted((row["cancelled_at"] is not None, row["archived_at"] is not None) for row in rows)


def narrow(clinic: Clinic, *, last: bool = False) -> Report:
    """Goes on with Bea alone."""
    bea = next(str(row["id"]) for row in clinic.source.rows("patients") if row["first_name"] == "Bea")
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        return pair.transfer(filter=ByPatient(bea)).run(last=last)


def test_visits_wait_for_their_attendees(clinic: Clinic) -> None:
    """The report says so, and the next run of all does the rest."""
    report = narrow(clinic)
    before = closed(clinic)
    clinic.move()

    assert [(VISITS, "unfinished", f"cancel: {AWAITED}")] == [
        (row.kind, row.state, row.reason) for row in report.set_aside
    ]
    assert 1 == report.not_archived[VISITS]
    assert [(False, False)] * 2 == before
    assert [(False, True), (True, False)] == closed(clinic)
    assert ["Mornings"] * 2 == [row["notes"] for row in clinic.arrived("attendees")]


def test_a_last_run_gives_them_up(clinic: Clinic) -> None:
    """Whoever says that nothing more comes has the visits cancelled and archived."""
    assert narrow(clinic, last=True).ok
    assert [(False, True), (True, False)] == closed(clinic)
