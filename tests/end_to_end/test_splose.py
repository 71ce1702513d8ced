"""A clinic moved from Cliniko into Splose, end to end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate.splose.models import PatientDraft
from clinikomigrate.testing import FakeCliniko, FakeSplose
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.transfer.renewal import SWITCHED_OFF
from tests.comparison.splose import differences
from tests.end_to_end.accounts import created
from tests.end_to_end.splose import Move, moving, set_up
from tests.end_to_end.test_splose_top_up import small


def test_a_clinic_of_300_patients_arrives_client_by_client(tmp_path: Path) -> None:
    """Clients, contacts and appointments arrive once and as they were, and a second run makes nothing."""
    with moving(tmp_path, patients=300) as move:
        transfer = move.transfer()
        report = transfer.run()

        assert report.set_aside == []
        assert differences(move.source, move.workspace) == []
        assert transfer.verify().ok

        again = transfer.run()

        assert created(again) == 0
        assert differences(move.source, move.workspace) == []
        move.check_quiet()


def test_a_plan_says_what_a_run_does(tmp_path: Path) -> None:
    """A plan counts what is made and lost as the run does, and writes nothing."""
    with moving(tmp_path, patients=15) as move:
        transfer = move.transfer()
        planned = transfer.plan().to_dict()["kinds"]

        assert [request for request in move.workspace.log if request.method != "GET"] == []

        done = transfer.run().to_dict()["kinds"]
        told = ("selected", "created", "adopted", "skipped", "losses")

        assert {kind: [counts[name] for name in told] for kind, counts in planned.items()} == {
            kind: [counts[name] for name in told] for kind, counts in done.items()
        }


def trouble(fake: FakeCliniko | FakeSplose, seed: int) -> None:
    """Makes about every tenth request go wrong in one way or another."""
    for number, kind in enumerate(("drop_after", "500_after", "429", "502", "cut", "drop_before", "timeout_after")):
        fake.faults.add(kind, every=41 + 6 * number + seed)  # type: ignore[arg-type] # each is a kind of fault


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_missing_and_nothing_is_twice(tmp_path: Path, seed: int) -> None:
    """With about every tenth request lost or refused, every record arrives once; files in doubt are looked after."""
    with moving(tmp_path, patients=16, seed=seed) as move:
        trouble(move.source, seed)
        trouble(move.workspace, seed)
        report = move.transfer().run()
        if not report.ok:
            move.look_after_files()
            report = move.transfer().run(only_failed=True)

        assert report.set_aside == []
        assert differences(move.source, move.workspace) == []
        move.check_quiet()


def preferences(move: Move) -> set[str]:
    """Gives how the clients are written to."""
    return {str(row["communicationPreference"]) for row in move.workspace.rows("patients")}


def test_where_updates_clear_what_they_cannot_give_no_second_client_is_changed(tmp_path: Path) -> None:
    """The first update that loses something is the last one, and the report says of whom and what."""
    with moving(tmp_path, patients=20, update_clears=True) as move:
        report = move.transfer().run()
        updates = [request for request in move.workspace.log if request.method == "PUT"]

        assert len(updates) == 1
        assert not report.ok
        reasons = {each.reason or "" for each in report.set_aside}
        assert sum("enter these again there by hand" in reason for reason in reasons) == 1
        assert sum("set by hand, of client" in reason for reason in reasons) == len(reasons) - 1 > 0
        move.check_quiet()
        assert "NONE" in preferences(move)


def test_clients_who_were_there_before_are_not_written_to_either(tmp_path: Path) -> None:
    """Whom the workspace has already is muted before an appointment to come is made, and gets the setting back."""
    source, workspace = FakeCliniko(), FakeSplose()
    business = source.add("businesses", business_name="Northside")
    user = source.add("users", first_name="Amy", last_name="Ng", email="amy@acme.example", role="practitioner")
    amy = source.add("practitioners", user_id=user, first_name="Amy", last_name="Ng")
    kind = source.add("appointment_types", name="Initial", duration_in_minutes=30)
    ada = source.add("patients", first_name="Ada", last_name="Sample", date_of_birth="1980-05-01")
    place = {"business_id": business, "practitioner_id": amy, "appointment_type_id": kind, "patient_id": ada}
    source.add("individual_appointments", starts_at="2031-01-06T00:00:00Z", ends_at="2031-01-06T00:30:00Z", **place)
    set_up(source, workspace)
    there = {"firstname": "Ada", "lastname": "Sample", "birthdate": "1980-05-01", "addressL1": "1 Banksia Street"}
    workspace.add("patients", communicationPreference="EMAIL", **there)
    move = Move(source, workspace, tmp_path / "clinic.journal")
    with source.in_process(), workspace.in_process():
        report = move.transfer(existing="adopt").run()

    assert report.kinds["patients"].adopted == 1
    assert report.kinds["individual_appointments"].created == 1
    assert [row["communicationPreference"] for row in workspace.rows("patients")] == ["EMAIL"]
    assert len([request for request in workspace.log if request.method == "PUT"]) == 2
    move.check_quiet()


def test_seats_in_classes_that_clients_had_before_are_not_made_again(tmp_path: Path) -> None:
    """Splose has no classes: what it has of one are its clients' own appointments. Who is new gets one."""
    with small(tmp_path) as (clinic, move):
        lesson = clinic.lesson()
        ada, bea = (clinic.patient(first_name=name, date_of_birth="1990-01-01") for name in ("Ada", "Bea"))
        clinic.seat(lesson, ada)
        clinic.visit(ada)
        move.transfer().run()
        clinic.seat(lesson, bea)
        again = attrs.evolve(move, journal=tmp_path / "other.journal")
        plan = again.transfer(existing="adopt").plan()
        report = again.transfer(existing="adopt").run()

        assert (report.kinds["attendees"].adopted, report.kinds["attendees"].created) == (2, 1)
        assert (plan.kinds["attendees"].adopted, plan.kinds["attendees"].created) == (2, 1)
        assert len(move.workspace.rows("appointments")) == 3
        assert again.transfer(existing="adopt").verify().ok


def change_email(move: Move, patient: dict[str, Any]) -> None:
    """Gives a patient of the source another e-mail address."""
    known = move.source.store.at("patients", str(patient["id"]))
    move.source.store.change("patients", known, email="new@mail.example", updated_at=move.source.time_text())


def test_messages_that_were_switched_off_in_splose_stay_off(tmp_path: Path) -> None:
    """A change of the patient in the source is brought over, and doesn't switch them on again."""
    with moving(tmp_path, patients=30) as move:
        move.transfer().run()
        ada = next(row for row in move.workspace.rows("patients") if row["communicationPreference"] == "SMS_EMAIL")
        quiet = attrs.evolve(
            PatientDraft.replacing(move.client.patients.get(str(ada["id"]))), communication_preference="NONE"
        )
        move.client.patients.update(str(ada["id"]), quiet)
        patient = next(
            row
            for row in move.source.rows("patients")
            if (row["first_name"], row["last_name"], row["date_of_birth"])
            == (ada["firstname"], ada["lastname"], ada["birthdate"])
        )
        change_email(move, patient)
        report = move.transfer().run()
        row = next(each for each in move.workspace.rows("patients") if each["id"] == ada["id"])

        assert (row["email"], row["communicationPreference"]) == ("new@mail.example", "NONE")
        assert ("communication_preference", SWITCHED_OFF) in {(loss.field, loss.reason) for loss in report.losses}
        move.check_quiet()


def test_a_change_in_the_source_is_brought_over_as_far_as_it_can_be(tmp_path: Path) -> None:
    """A client's main fields follow; what Splose can't change is listed."""
    with moving(tmp_path, patients=10) as move:
        transfer = move.transfer()
        transfer.run()
        patient = next(row for row in move.source.rows("patients") if not row["archived_at"])
        move.source.store.change(
            "patients",
            move.source.store.at("patients", str(patient["id"])),
            email="new@mail.example",
            address_1="2 Quay Road",
            updated_at=move.source.time_text(),
        )
        report = transfer.run()

        assert [(each.kind, each.source_id) for each in report.set_aside] == [("patients", str(patient["id"]))]
        assert "the address" in report.set_aside[0].reason
        assert "new@mail.example" in {row["email"] for row in move.workspace.rows("patients")}
        assert "2 Quay Road" not in {row["addressL1"] for row in move.workspace.rows("patients")}
        move.check_quiet()


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "500_after"])
def test_an_earlier_client_who_was_deleted_is_not_taken_for_the_new_one(tmp_path: Path, fault: FaultKind) -> None:
    """Somebody tried the transfer and deleted its clients by hand, which Splose keeps; then an answer gets lost."""
    source, workspace = FakeCliniko(), FakeSplose()
    source.add("businesses", business_name="Northside")
    who = {"first_name": "Ada", "last_name": "Sample", "date_of_birth": "1980-05-01"}
    source.add("patients", **who, created_at="2015-01-01T00:00:00Z", address_1="1 Banksia Street")
    set_up(source, workspace)
    there = {"firstname": "Ada", "lastname": "Sample", "birthdate": "1980-05-01", "createdAt": "2015-01-01T00:00:00Z"}
    workspace.add("patients", **there, deletedAt="2025-01-01T00:00:00Z", updatedAt="2025-01-01T00:00:00Z")
    move = Move(source, workspace, tmp_path / "clinic.journal")
    workspace.faults.add(fault, when=lambda request: (request.method, request.path) == ("POST", "/v1/patients"), at=1)
    with source.in_process(), workspace.in_process():
        report = move.transfer().run()

    assert report.ok
    assert report.kinds["patients"].created == 1
    assert [(row["archived"], row["addressL1"]) for row in workspace.rows("patients")] == [
        (True, None),
        (False, "1 Banksia Street"),
    ]
