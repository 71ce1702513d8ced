"""Attendance and cancellations sent to Splose, where the user wants that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ALL_KINDS, ConfigurationError, Skip, Transfer
from clinikomigrate.sinks.splose import SploseMapper, SploseSink, reasons
from clinikomigrate.testing import FakeSplose
from clinikomigrate.transfer.findings import Level
from tests.comparison.splose import differences
from tests.end_to_end.accounts import client, created
from tests.end_to_end.splose import Move, moving, set_up
from tests.traps.clinic import Clinic

REASONS = ("Feeling Better", "Condition Worse", "Sick", "COVID-19 related", "Away", "Other", "Work")
Row = dict[str, Any]


def marking(move: Move, **settings: Any) -> Transfer:
    """Makes a transfer that marks appointments."""
    sink = SploseSink(move.client, outcomes=True, documents=None, **settings)
    mapper = SploseMapper(contact_email="records@acme.example")
    return Transfer(client(move.source), sink, mapper=mapper, journal=move.journal)


def add_reasons(workspace: FakeSplose, *names: str) -> None:
    """Puts cancellation reasons into a workspace."""
    for name in names:
        workspace.add("cancellation_reasons", name=name)


@contextmanager
def small(tmp_path: Path, **settings: Any) -> Iterator[tuple[Clinic, Move]]:
    """Makes a clinic of one place, and a workspace for it that has all reasons."""
    clinic = Clinic(tmp_path)
    workspace = FakeSplose(clock=clinic.source.clock, **settings)
    set_up(clinic.source, workspace)
    add_reasons(workspace, *REASONS)
    with clinic.source.in_process(), workspace.in_process():
        yield clinic, Move(clinic.source, workspace, clinic.journal)


def marks(workspace: FakeSplose) -> list[tuple[str | None, bool]]:
    """Gives each appointment's status, and whether it is archived."""
    rows: list[Row] = workspace.rows("appointments")
    return [(row["appointmentPatients"][0]["status"], row["archived"]) for row in rows]


def wanted(move: Move) -> list[tuple[str | None, bool]]:
    """Gives what the source says, sorted."""
    individual = {row["id"]: row for row in move.source.rows("individual_appointments")}
    groups = {row["id"]: row for row in move.source.rows("group_appointments")}
    found = []
    for seat in move.source.rows("attendees"):
        booking = individual.get(seat["booking_id"]) or groups[seat["booking_id"]]
        own = individual.get(seat["booking_id"]) or seat
        gone = any(own.get(name) for name in ("cancelled_at", "archived_at", "deleted_at")) or booking["archived_at"]
        status = "Cancelled" if own.get("cancelled_at") else "Arrived" if seat["arrived"] and not gone else None
        found.append((status, bool(gone)))
    return found


def test_a_clinic_arrives_with_its_outcomes(tmp_path: Path) -> None:
    """Each appointment is marked once as it was, nobody is written to, and a second run marks nothing."""
    with moving(tmp_path, patients=16) as move:
        add_reasons(move.workspace, *REASONS)
        transfer = marking(move)
        report = transfer.run()

        assert report.set_aside == []
        assert sorted(marks(move.workspace), key=str) == sorted(wanted(move), key=str)
        assert differences(move.source, move.workspace) == []
        assert transfer.verify().ok

        writes = [request for request in move.workspace.log if request.method != "GET"]
        again = transfer.run()

        assert created(again) == 0
        assert [request for request in move.workspace.log if request.method != "GET"] == writes
        move.check_quiet()


def test_they_are_off_by_default(tmp_path: Path) -> None:
    """Nothing is marked, and no finding speaks of it."""
    with moving(tmp_path, patients=10) as move:
        add_reasons(move.workspace, *REASONS)
        transfer = move.transfer()

        assert not {code for code in (each.code for each in transfer.preflight()) if "outcomes" in code}
        transfer.run()
        assert {status for status, _ in marks(move.workspace)} == {None}


@pytest.mark.parametrize("seed", range(3))
def test_lost_replies_mark_nothing_twice(tmp_path: Path, seed: int) -> None:
    """With every few calls lost or refused each appointment is marked once in the end."""
    with moving(tmp_path, patients=9, seed=seed) as move:
        add_reasons(move.workspace, *REASONS)
        for number, kind in enumerate(("timeout_after", "drop_before", "500_after", "drop_after")):
            move.workspace.faults.add(
                kind,  # type: ignore[arg-type] # each is a kind of fault
                when=lambda request: request.path.endswith(("/arrival", "/cancellation")),
                every=7 + 2 * number + seed,
            )
        report = marking(move).run()

        assert report.set_aside == []
        assert sorted(marks(move.workspace), key=str) == sorted(wanted(move), key=str)
        move.check_quiet()


def test_a_run_that_is_killed_goes_on_without_marking_twice(tmp_path: Path) -> None:
    """What was marked just before is read, and left as it is."""
    with small(tmp_path) as (clinic, move):
        for _ in range(3):
            attended(clinic, clinic.visit(clinic.patient()))
        move.workspace.faults.add("401", when=lambda request: request.path.endswith("/arrival"), at=2, times=1)
        stopped = marking(move).run()

        assert stopped.stopped is not None

        report = marking(move).run()

        assert report.ok
        assert marks(move.workspace) == [("Arrived", False)] * 3
        assert len([each for each in move.workspace.log if each.path.endswith("/arrival")]) == 4
        move.check_quiet()


def test_clients_who_were_there_before_are_muted_for_it(tmp_path: Path) -> None:
    """Also for appointments that are over; afterwards their setting is what it was."""
    with small(tmp_path) as (clinic, move):
        attended(clinic, clinic.visit(clinic.patient(date_of_birth="1980-05-01")))
        person = {"firstname": "Ada", "lastname": "Example", "birthdate": "1980-05-01"}
        move.workspace.add("patients", communicationPreference="EMAIL", **person)
        sink = SploseSink(move.client, outcomes=True, documents=None)
        report = Transfer(client(move.source), sink, existing="adopt", journal=move.journal).run()

        assert report.ok
        assert marks(move.workspace) == [("Arrived", False)]
        assert [row["communicationPreference"] for row in move.workspace.rows("patients")] == ["EMAIL"]
        assert report.muted == 0
        move.check_quiet()


def test_who_cannot_be_muted_is_not_marked(tmp_path: Path) -> None:
    """The appointment is set aside with the reason."""
    with small(tmp_path) as (clinic, move):
        attended(clinic, clinic.visit(clinic.patient(date_of_birth="1980-05-01")))
        person = {"firstname": "Ada", "lastname": "Example", "birthdate": "1980-05-01"}
        move.workspace.add("patients", communicationPreference="EMAIL", **person)
        move.workspace.faults.add("403", when=lambda request: request.method == "PUT", every=1)
        sink = SploseSink(move.client, outcomes=True, documents=None)
        report = Transfer(client(move.source), sink, existing="adopt", journal=move.journal).run()

        (aside,) = [each for each in report.set_aside if each.kind == "individual_appointments"]
        assert aside.state == "unfinished"
        assert "could not be switched off" in aside.reason
        assert marks(move.workspace) == [(None, False)]
        move.check_quiet()


@pytest.mark.parametrize("becomes", ["kept", "ignored", "hidden", "refused", "restored", "revived"])
def test_no_cancelled_appointment_stands_as_a_live_one(tmp_path: Path, becomes: Any) -> None:
    """Whatever the call does to what is archived: each is archived, or marked as cancelled, and verified."""
    with small(tmp_path, archived_cancellation=becomes) as (clinic, move):
        for day in range(1, 7):
            gone = {"cancelled_at": "2024-03-01T00:00:00Z", "cancellation_reason": 30}
            clinic.visit(clinic.patient(first_name=f"Ada{day}"), **gone)
        transfer = marking(move)
        report = transfer.run()

        assert report.ok
        assert all(status == "Cancelled" or archived for status, archived in marks(move.workspace))
        assert transfer.verify().ok
        assert transfer.run().ok
        assert all(status == "Cancelled" or archived for status, archived in marks(move.workspace))
        move.check_quiet()


def test_what_is_cancelled_later_is_marked(tmp_path: Path) -> None:
    """An appointment stands there as a live one, and is cancelled in the source: with outcomes Splose learns of it."""
    with small(tmp_path) as (clinic, move):
        ada = clinic.patient(reminders_communication_channels=[1])
        visit = clinic.visit(ada, starts_at="2031-01-06T00:00:00Z", ends_at="2031-01-06T00:30:00Z")
        marking(move).run()

        assert marks(move.workspace) == [(None, False)]

        change(move, visit, cancelled_at="2025-03-03T00:00:00Z", cancellation_reason=30)
        report = marking(move).run()

        assert marks(move.workspace) == [("Cancelled", False)]
        assert [each.source_id for each in report.set_aside] in ([], [visit])
        assert [row["communicationPreference"] for row in move.workspace.rows("patients")] == ["SMS"]
        move.check_quiet()


def test_who_comes_later_is_marked(tmp_path: Path) -> None:
    """The note can't be changed, and says so; the status can."""
    with small(tmp_path) as (clinic, move):
        visit = clinic.visit(clinic.patient())
        marking(move).run()
        attended(clinic, visit)
        marking(move).run()

        assert marks(move.workspace) == [("Arrived", False)]
        move.check_quiet()


def change(move: Move, visit: str, **values: Any) -> None:
    """Changes an appointment in the source."""
    store = move.source.store
    row = store.at("individual_appointments", visit)
    store.change("individual_appointments", row, updated_at=move.source.time_text(), **values)


def attended(clinic: Clinic, visit: str) -> None:
    """Lets the patient of an appointment have come."""
    store = clinic.source.store
    seat = next(row for row in clinic.source.rows("attendees") if str(row["booking_id"]) == visit)
    for kind, id, values in (("attendees", str(seat["id"]), {"arrived": True}), ("individual_appointments", visit, {})):
        store.change(kind, store.at(kind, id), updated_at=clinic.source.time_text(), **values)


def findings(move: Move, **settings: Any) -> dict[str, Level]:
    """Gives what preflight finds about outcomes."""
    found = marking(move, **settings).preflight()
    codes = ("splose-outcomes", "splose-cancellation-reasons", "splose-unknown-reason")
    return {each.code: each.level for each in found if each.code in codes}


def test_preflight_warns_of_calls_that_nobody_proved(tmp_path: Path) -> None:
    """Where anybody is booked; where nobody is, nothing is sent."""
    with small(tmp_path) as (clinic, move):
        patient = clinic.patient()

        assert findings(move) == {}

        clinic.visit(patient)

        assert findings(move) == {"splose-outcomes": Level.WARNING}


def test_preflight_tells_of_reasons_that_nothing_stands_for(tmp_path: Path) -> None:
    """Where anything is cancelled; what the user names must be there."""
    with small(tmp_path) as (clinic, move):
        clinic.visit(clinic.patient(), cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=30)
        row = move.workspace.rows("cancellation_reasons")[2]

        assert "splose-cancellation-reasons" not in findings(move)
        assert findings(move, cancellation_reasons={"Sick": "Moon"})["splose-unknown-reason"] is Level.BLOCKER
        assert "splose-unknown-reason" not in findings(move, cancellation_reasons={"Sick": str(row["id"])})
        move.workspace.lacks.add("/cancellation-reasons")
        assert findings(move)["splose-cancellation-reasons"] is Level.WARNING


def test_turned_on_later_it_marks_what_went_before(tmp_path: Path) -> None:
    """Once, with nobody written to, as a plan says; the report names the setting. Turned off, it takes nothing back."""
    with small(tmp_path) as (clinic, move):
        wants = {"reminders_communication_channels": [1, 2]}
        attended(clinic, clinic.visit(clinic.patient(**wants)))
        gone = {"cancelled_at": "2024-03-01T00:00:00Z", "cancellation_reason": 30}
        clinic.visit(clinic.patient(first_name="Cyn", **wants), **gone)
        lesson = clinic.lesson()
        seat = clinic.seat(lesson, clinic.patient(first_name="Dot", **wants))
        clinic.seat(lesson, clinic.patient(first_name="Eve", **wants))
        row = move.source.store.at("attendees", seat)
        move.source.store.change("attendees", row, arrived=True, updated_at=move.source.time_text())
        move.transfer().run()

        assert {status for status, _ in marks(move.workspace)} == {None}

        attended(clinic, clinic.visit(clinic.patient(first_name="Bea", **wants)))
        planned = marking(move).plan().kinds["individual_appointments"].updated
        report = marking(move).run()

        assert report.ok
        assert [str(each) for each in report.changed_settings] == ["outcomes: was none, is sent"]
        assert sorted(marks(move.workspace), key=str) == sorted(wanted(move), key=str)
        assert planned == report.kinds["individual_appointments"].updated == 2
        assert {row["communicationPreference"] for row in move.workspace.rows("patients")} == {"SMS_EMAIL"}
        assert marking(move).verify().ok

        calls = [each for each in move.workspace.log if each.method != "GET"]
        again = marking(move).run()

        assert again.kinds["individual_appointments"].updated == 0
        assert move.transfer().run().ok
        assert [each for each in move.workspace.log if each.method != "GET"] == calls
        move.check_quiet()


def test_a_clinic_that_turns_it_on_later_is_as_one_that_had_it_on(tmp_path: Path) -> None:
    """Every appointment of it, classes too, and each is asked for as often as planned."""
    with moving(tmp_path, patients=12) as move:
        add_reasons(move.workspace, *REASONS)
        move.transfer().run()
        plan = marking(move).plan()
        before = len(move.workspace.log)
        report = marking(move).run()

        assert report.set_aside == []
        assert sorted(marks(move.workspace), key=str) == sorted(wanted(move), key=str)
        assert plan.destination_requests == pytest.approx(len(move.workspace.log) - before, rel=0.1)
        assert differences(move.source, move.workspace) == []
        assert marking(move).verify().ok
        move.check_quiet()


def test_a_reason_that_comes_later_is_caught_up_with(tmp_path: Path) -> None:
    """Until there is one, the loss says why the cancellation is not marked; then that is forgotten."""
    with small(tmp_path) as (clinic, move):
        move.workspace.lacks.add("/cancellation-reasons")
        clinic.visit(clinic.patient(), cancelled_at="2024-03-01T00:00:00Z", cancellation_reason=30)

        def unreasoned(transfer: Transfer) -> int:
            """Runs, and counts what has no reason."""
            return sum(each.records for each in transfer.run().losses if each.reason == reasons.NO_REASON)

        assert (unreasoned(move.transfer()), marks(move.workspace)) == (0, [(None, True)])
        assert (unreasoned(marking(move)), marks(move.workspace)) == (1, [(None, True)])

        move.workspace.lacks.clear()

        assert unreasoned(marking(move)) == 0
        assert [status for status, _ in marks(move.workspace)] == ["Cancelled"]
        move.check_quiet()


def test_what_was_edited_in_splose_is_marked_with_care(tmp_path: Path) -> None:
    """What somebody marked otherwise, or archived, since it went is left as it is, and said."""
    with small(tmp_path) as (clinic, move):
        for name in ("Ada", "Bea"):
            attended(clinic, clinic.visit(clinic.patient(first_name=name)))
        move.transfer().run()
        first, second = move.workspace.tables.all("appointments")
        first["appointmentPatients"][0]["status"] = "Did not arrive"
        second.update(archived=True, deletedAt="2025-03-03T00:00:00.000Z")
        report = marking(move).run()

        said = {each.reason for each in report.losses}
        assert {reasons.MARKED_OTHERWISE, reasons.ARCHIVED_THERE} <= said
        assert marks(move.workspace) == [("Did not arrive", False), (None, True)]
        move.check_quiet()


def test_a_mapper_that_leaves_it_out_by_now_marks_nothing(tmp_path: Path) -> None:
    """What went stays as it is, also where the mapper fails."""

    class Choosy(SploseMapper):
        """Takes no appointment any more."""

        wrong: bool = False

        def individual_appointment(self, appointment: Any, context: Any, /) -> Any:
            """Leaves it out."""
            if self.wrong:
                raise ConfigurationError("This mapper is broken.")
            return Skip("it is not wanted")

    with small(tmp_path) as (clinic, move):
        attended(clinic, clinic.visit(clinic.patient()))
        move.transfer().run()
        for wrong in (False, True):
            mapper = Choosy()
            mapper.wrong = wrong
            sink = SploseSink(move.client, outcomes=True, documents=None)
            kinds = ALL_KINDS - {"attendees"}
            Transfer(client(move.source), sink, mapper=mapper, include=kinds, journal=move.journal).run()

        assert marks(move.workspace) == [(None, False)]


def test_a_booking_that_comes_during_the_run_writes_to_nobody(tmp_path: Path) -> None:
    """Whoever was not booked when the client was made is muted before the appointment is."""
    with small(tmp_path) as (clinic, move):
        ada = clinic.patient(reminders_communication_channels=[1, 2])
        coming = {"starts_at": "2031-01-06T00:00:00Z", "ends_at": "2031-01-06T00:30:00Z"}

        def book(request: Any) -> None:
            if (request.method, request.path) == ("POST", "/v1/patients"):
                clinic.visit(ada, **coming)

        move.workspace.on_traffic.append(book)
        report = move.transfer().run()

        assert report.kinds["individual_appointments"].created == 1
        assert [row["communicationPreference"] for row in move.workspace.rows("patients")] == ["SMS_EMAIL"]
        move.check_quiet()


def test_a_marked_appointment_still_follows_the_source(tmp_path: Path) -> None:
    """The mark is the transfer's own, and is no edit of somebody's."""
    with small(tmp_path) as (clinic, move):
        visit = clinic.visit(clinic.patient())
        attended(clinic, visit)
        marking(move).run()
        change(move, visit, ends_at="2024-03-14T23:30:00Z")
        report = marking(move).run()
        (row,) = move.workspace.rows("appointments")

        assert report.ok
        assert row["end"] == "2024-03-14T23:30:00.000Z"
        assert marks(move.workspace) == [("Arrived", False)]
        move.check_quiet()


@pytest.mark.parametrize("comes", [False, True])
def test_a_plan_of_a_change_foresees_what_its_arrival_came_to(tmp_path: Path, comes: bool) -> None:
    """The call is sent again with the change: the loss stays in between, and goes where Splose takes it by now."""
    with small(tmp_path) as (clinic, move):
        arrivals = {f"POST /appointments/{{id}}{whose}/arrival" for whose in ("", "/patients/{patientId}")}
        move.workspace.lacks.update(arrivals)
        visit = clinic.visit(clinic.patient())
        attended(clinic, visit)
        first = marking(move).run()
        change(move, visit, ends_at="2024-03-14T23:30:00Z")
        plan = marking(move).plan()
        if comes:
            move.workspace.lacks.clear()
        report = marking(move).run()

        assert [loss.field for loss in first.losses] == ["patient_arrived"]
        assert plan.losses == first.losses
        assert report.losses == ([] if comes else plan.losses)
        assert marks(move.workspace) == [("Arrived" if comes else None, False)]
        move.check_quiet()


def test_what_was_marked_as_attended_and_is_cancelled_by_now_is_set_aside(tmp_path: Path) -> None:
    """It stands in the diary as a live one, which the reason says, and that the mark may be the transfer's own."""
    with small(tmp_path) as (clinic, move):
        visit = clinic.visit(clinic.patient())
        attended(clinic, visit)
        marking(move).run()
        change(move, visit, cancelled_at="2024-03-16T00:00:00Z", cancellation_reason=30)
        report = marking(move).run()
        said = [each.reason for each in report.set_aside if each.kind == "individual_appointments"]

        assert f"cancel: {reasons.MARKED_OTHERWISE}. {reasons.STANDS_LIVE}" in said
        assert marks(move.workspace) == [("Arrived", False)]
        move.check_quiet()


def test_an_edit_before_the_mark_is_still_seen_afterwards(tmp_path: Path) -> None:
    """Somebody moved the appointment in Splose while the run was interrupted: it is marked, and not moved back."""
    with small(tmp_path) as (clinic, move):
        visit = clinic.visit(clinic.patient())
        attended(clinic, visit)
        move.workspace.faults.add("401", when=lambda request: request.path.endswith("/arrival"), at=1, times=1)
        marking(move).run()
        next(move.workspace.tables.all("appointments"))["end"] = "2024-03-15T00:00:00.000Z"
        marking(move).run()
        change(move, visit, ends_at="2024-03-14T23:30:00Z")
        report = marking(move).run()
        (row,) = move.workspace.rows("appointments")

        assert marks(move.workspace) == [("Arrived", False)]
        assert row["end"] == "2024-03-15T00:00:00.000Z"
        assert "edited in the destination too" in {each.source_id: each.reason for each in report.set_aside}[visit]
