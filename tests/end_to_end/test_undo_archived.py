"""An archived patient is taken out of the archive to be muted while appointments are taken back, and put back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clinikomigrate import Event, Report, Transfer
from clinikomigrate.testing.log import LoggedRequest
from clinikomigrate.transfer.events import RecordSettled
from clinikomigrate.transfer.undo import STAYS_ARCHIVED
from tests.end_to_end.accounts import Pair
from tests.end_to_end.test_undo import live, loud, reasons, undo
from tests.traps.clinic import Clinic

STAMP = "2024-06-01T00:00:00Z"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a moved clinic: its archived patients Ada and Bea had two visits each, and one of Ada's was edited."""
    clinic = Clinic(tmp_path)
    for name in ("Ada", "Bea"):
        patient = clinic.patient(first_name=name, archived_at=STAMP, receives_cancellation_emails=True)
        for day in ("02", "03"):
            clinic.visit(patient, starts_at=f"2031-01-{day}T01:00:00Z")
    clinic.move()
    store = clinic.destination.store
    visit = next(row for row in clinic.arrived("individual_appointments") if row["patient_id"] == id_of(clinic, "Ada"))
    store.change("individual_appointments", store.at("individual_appointments", str(visit["id"])), notes="Bring scans")
    return clinic


def id_of(clinic: Clinic, name: str) -> str:
    """Gives the id of a patient of the destination."""
    return next(str(row["id"]) for row in clinic.arrived("patients") if row["first_name"] == name)


def run_by(clinic: Clinic, work: Callable[[Transfer], Report]) -> Report:
    """Has something done by a transfer."""
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        return work(pair.transfer())


def test_whoever_stays_is_put_back(clinic: Clinic) -> None:
    """With the setting given back before, and for one reason each time; nobody is written to."""
    report, twice = undo(clinic), undo(clinic)

    assert STAYS_ARCHIVED == reasons(report)["patients"]
    assert report.set_aside == twice.set_aside
    assert [] == live(clinic, "patients")
    assert ["Ada"] == loud(clinic)
    assert 1 == len(live(clinic, "individual_appointments"))
    assert [] == clinic.destination.outbox


def test_after_an_interruption_too(clinic: Clinic) -> None:
    """Whether one was stopped before or after the patients were looked at."""
    for kind in ("individual_appointments", "patients"):

        def stopped(transfer: Transfer, kind: str = kind) -> Report:
            def stop(event: Event) -> None:
                if isinstance(event, RecordSettled) and event.kind == kind:
                    transfer.stop()

            return transfer.undo(on_event=stop)

        assert run_by(clinic, stopped).stopped
        assert id_of(clinic, "Ada") in live(clinic, "patients")
    report = undo(clinic)

    assert not report.stopped
    assert STAYS_ARCHIVED == reasons(report)["patients"]
    assert [] == live(clinic, "patients")
    assert ["Ada"] == loud(clinic)


@pytest.mark.parametrize(("method", "what"), [("PATCH", "unmute"), ("POST", "archiving")])
def test_where_that_is_refused(clinic: Clinic, method: str, what: str) -> None:
    """It is told; whose setting can't be given back is not put back either. The next call does both."""
    ada = id_of(clinic, "Ada")
    path = f"/v1/patients/{ada}" + ("/archive" if method == "POST" else "")

    def is_last(request: LoggedRequest) -> bool:
        muted = {"receives_cancellation_emails": False} == request.json
        return (request.method, request.path) == (method, path) and not muted

    clinic.destination.faults.add("403", when=is_last, every=1)
    refused = undo(clinic)
    out = live(clinic, "patients")
    clinic.destination.faults.clear()
    rest = undo(clinic)

    assert [what] == [row.reason.partition(":")[0] for row in refused.set_aside if row.state == "unfinished"]
    assert [ada] == out
    assert [] == live(clinic, "patients")
    assert ["Ada"] == loud(clinic)
    assert [] == [row for row in rest.set_aside if row.state == "unfinished"]
