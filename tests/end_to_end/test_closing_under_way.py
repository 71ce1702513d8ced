"""A process that is killed after a record was cancelled or archived, and before that was noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Report, Transfer
from clinikomigrate.transfer.journal import Owed
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from clinikomigrate.transfer.undo import ARCHIVED_BY_OTHERS, STAYS_ARCHIVED
from tests.comparison import differences
from tests.end_to_end.accounts import Pair, client
from tests.traps.clinic import Clinic

CLOSED = "2024-05-01T00:00:00Z"


class Died(BaseException):
    """Stands for a process that is killed."""


@contextmanager
def dying(what: str) -> Iterator[None]:
    """Kills the process when the outcome of a follow-up is to be noted whose name begins like this."""
    noting = SQLiteJournal.follow_up_done

    def die(journal: SQLiteJournal, owed: Owed, *values: Any, **named: Any) -> None:
        if owed.name.startswith(what):
            raise Died
        noting(journal, owed, *values, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLiteJournal, "follow_up_done", die)
        yield


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


def killed(clinic: Clinic, what: str) -> None:
    """Runs a transfer that is killed so."""
    with dying(what), pytest.raises(Died):
        clinic.run()


def change(clinic: Clinic, kind: str, id: str, **values: Any) -> None:
    """Changes a record in the source."""
    store = clinic.source.store
    store.change(kind, store.at(kind, id), updated_at=clinic.source.time_text(), **values)


def transfer_of(clinic: Clinic) -> Transfer:
    """Makes the transfer."""
    return Pair(clinic.source, clinic.destination, clinic.journal).transfer()


def planned(clinic: Clinic, kind: str) -> int:
    """Says how many records of a kind a plan has brought up to date."""
    with clinic.source.in_process(), clinic.destination.in_process():
        return transfer_of(clinic).plan().kinds[kind].updated


def reasons(report: Report) -> list[str]:
    """Gives why records were set aside."""
    return [row.reason for row in report.set_aside]


@pytest.mark.parametrize("archived", [CLOSED, None], ids=["archived", "taken out of the archive"])
@pytest.mark.parametrize("occupation", ["Baker", "Farmer"])
def test_a_patient_who_was_just_archived_and_changes(clinic: Clinic, archived: str | None, occupation: str) -> None:
    """The change comes over as a plan says, and the patient lies in the archive as in the source."""
    ada = clinic.patient(occupation="Baker", archived_at=CLOSED)
    killed(clinic, "archiving")
    hidden = clinic.only("patients")["archived_at"]
    change(clinic, "patients", ada, occupation=occupation, archived_at=archived)
    foreseen = planned(clinic, "patients")
    clinic.move()
    patient = clinic.only("patients")

    assert hidden is not None
    assert (occupation, archived is None) == (patient["occupation"], patient["archived_at"] is None)
    assert foreseen == int(archived is None or occupation == "Farmer")
    assert [] == differences(clinic.source, clinic.destination)


def test_a_note_that_was_just_archived_and_changes(clinic: Clinic) -> None:
    """It is taken out, changed and put back too."""
    note = clinic.note(clinic.patient(), draft=True, archived_at=CLOSED)
    killed(clinic, "archiving")
    change(clinic, "treatment_notes", note, title="Another title")
    clinic.move()

    assert [] == differences(clinic.source, clinic.destination)


def test_an_alert_that_was_just_archived_and_changes(clinic: Clinic) -> None:
    """The API brings no alert back: that is the reason, and not what somebody is said to have done."""
    alert = clinic.add("medical_alerts", patient_id=clinic.patient(), name="Latex", archived_at=CLOSED)
    killed(clinic, "archiving")
    change(clinic, "medical_alerts", alert, name="Nuts")
    report = clinic.run()

    assert ["it has changed in the source since, and the destination can't bring medical alerts back"] == reasons(
        report
    )


def test_an_appointment_that_was_just_cancelled_and_takes_place(clinic: Clinic) -> None:
    """A cancellation can't be taken back: it is known for the transfer's own, and said what to do."""
    visit = clinic.visit(clinic.patient(), cancelled_at=CLOSED, cancellation_reason=40)
    killed(clinic, "cancel")
    change(clinic, "individual_appointments", visit, cancelled_at=None, cancellation_reason=None)
    report = clinic.run()

    assert 1 == len(reasons(report))
    assert "in the source it is not any more: make it anew by hand" in reasons(report)[0]


def test_a_seat_that_was_just_cancelled_and_changes(clinic: Clinic) -> None:
    """Seats are cancelled at once; what can't be changed any more is said without blaming anybody."""
    seat = clinic.seat(clinic.lesson(), clinic.patient(), cancelled_at=CLOSED, cancellation_reason=40)
    killed(clinic, "cancel")
    change(clinic, "attendees", seat, notes="Prefers the window")
    report = clinic.run()

    assert ["it is cancelled in the destination, where it can't be changed any more"] == reasons(report)


def test_what_comes_for_a_patient_who_was_just_archived(clinic: Clinic) -> None:
    """The patient is taken out of the archive for it, and put back."""
    ada = clinic.patient(archived_at=CLOSED)
    killed(clinic, "archiving")
    clinic.add("medical_alerts", patient_id=ada, name="Latex")
    clinic.move()

    assert [] == differences(clinic.source, clinic.destination)


def test_what_never_reached_the_destination_is_done_by_the_next_run(clinic: Clinic) -> None:
    """Killed before the request left: the patient is live, and archived with the change."""
    ada = clinic.patient(occupation="Baker", archived_at=CLOSED)
    clinic.destination.faults.add("drop_before", every=1, when=lambda request: request.path.endswith("/archive"))
    stopped = clinic.run()
    clinic.destination.faults.clear()
    change(clinic, "patients", ada, occupation="Farmer")
    clinic.move()

    assert not stopped.ok
    assert [] == differences(clinic.source, clinic.destination)


def test_a_request_that_arrives_late_is_waited_for(clinic: Clinic) -> None:
    """The killed process may have had it under way when the next run begins: it is looked for some seconds later."""
    ada = clinic.patient(occupation="Baker", archived_at=CLOSED)

    def die(*_: Any, **__: Any) -> None:
        raise Died

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clinikomigrate.sinks.cliniko.closing.archive", die)
        with pytest.raises(Died):
            clinic.run()
    change(clinic, "patients", ada, archived_at=None)
    clock, there = clinic.destination.clock, clinic.destination.store
    sleep, begun = clock.sleep_until, clock.monotonic()

    def sleep_until(moment: float) -> None:
        sleep(moment)
        row = next(iter(there.all("patients")))
        if clock.monotonic() - begun > 5 and row["archived_at"] is None and not arrived:
            arrived.append(row["id"])
            there.change("patients", row, archived_at=clinic.destination.time_text())

    arrived: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "sleep_until", sleep_until)
        clinic.move()

    assert arrived
    assert clinic.only("patients")["archived_at"] is None


def test_what_was_refused_is_nobody_s_but_the_clinic_s(clinic: Clinic) -> None:
    """What the destination refused to archive, and the clinic archived there later, stays as the clinic has it."""
    ada = clinic.patient(occupation="Baker", archived_at=CLOSED)
    clinic.destination.faults.add("403", every=1, when=lambda request: request.path.endswith("/archive"))
    clinic.run()
    clinic.destination.faults.clear()
    with clinic.source.in_process(), clinic.destination.in_process():
        client(clinic.destination).patients.archive(clinic.only("patients")["id"])
    change(clinic, "patients", ada, archived_at=None)
    report = clinic.run()

    assert 1 == len(reasons(report))
    assert "was archived in the destination" in reasons(report)[0]
    assert clinic.only("patients")["archived_at"] is not None


@pytest.mark.parametrize("by_us", [True, False])
def test_an_undo_after_it_knows_who_archived_a_patient(clinic: Clinic, by_us: bool) -> None:
    """Of a patient of whom something stays in an undo, it says whether it was this transfer that archived him."""
    ada = clinic.patient(archived_at=CLOSED if by_us else None)
    clinic.add("medical_alerts", patient_id=ada, name="Latex")
    if by_us:
        killed(clinic, "archiving")
    else:
        clinic.move()
    there = clinic.destination.store
    there.change("medical_alerts", next(iter(there.all("medical_alerts"))), name="Latex, severe")
    with clinic.source.in_process(), clinic.destination.in_process():
        if not by_us:
            client(clinic.destination).patients.archive(clinic.only("patients")["id"])
        report = transfer_of(clinic).undo()

    said = {row.kind: row.reason for row in report.set_aside}
    assert (STAYS_ARCHIVED if by_us else ARCHIVED_BY_OTHERS) == said["patients"]


@pytest.mark.parametrize("doing", ["note", "renew", "settle", "follow_up_done"])
@pytest.mark.parametrize("turn", [1, 2])
def test_what_was_taken_out_of_the_archive_for_a_change_goes_back(clinic: Clinic, doing: str, turn: int) -> None:
    """Wherever the process ends in between: the next run brings the change over, and archives the patient again."""
    ada = clinic.patient(notes="Shy", archived_at=CLOSED)
    clinic.move()
    change(clinic, "patients", ada, notes="Bold")
    calls: list[Any] = []

    def die(journal: SQLiteJournal, first: Any, *values: Any) -> None:
        calls.extend([first] * ("patients" in str(first) or getattr(first, "kind", "") == "patients"))
        if len(calls) == turn:
            raise Died
        really(journal, first, *values)

    really = getattr(SQLiteJournal, doing)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLiteJournal, doing, die)
        with suppress(Died):  # nothing is noted so often in some places
            clinic.run()
    clinic.move()
    copy = clinic.only("patients")

    assert "Bold" == copy["notes"]
    assert copy["archived_at"] is not None
