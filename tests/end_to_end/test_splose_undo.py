"""Splose takes nothing back: what undo says then, and what a run does afterwards."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

from clinikomigrate.testing import FakeSplose
from clinikomigrate.transfer.deleting import BY_HAND
from clinikomigrate.transfer.kinds import KINDS
from tests.comparison.splose import differences
from tests.end_to_end.accounts import created
from tests.end_to_end.splose import Move, moving


def writes(workspace: FakeSplose) -> list[str]:
    """Lists the requests that wrote."""
    return [f"{request.method} {request.path}" for request in workspace.log if request.method != "GET"]


def test_undo_writes_nothing_and_lists_what_is_to_be_deleted_by_hand(tmp_path: Path) -> None:
    """Each record that was made stands in the report with what to do, and nothing else does."""
    with moving(tmp_path, patients=10) as move:
        transfer = move.transfer()
        made = created(transfer.run())
        before = writes(move.workspace)
        undone = transfer.undo()

        assert writes(move.workspace) == before
        assert len(undone.set_aside) == len(undone.to_delete) == made
        assert {each.reason for each in undone.set_aside} == {BY_HAND}
        assert sum(count.skipped for count in undone.kinds.values()) == made
        assert not undone.ok
        assert undone.verdict == (
            "Nothing was taken back, because this destination takes nothing back: "
            f"{made} records are to be deleted there by hand, as to_csv() lists them."
        )
        assert [line for line in undone.to_do if "to_delete.csv" in line and "journal of its own" in line]


def test_the_list_gives_the_order_in_which_records_can_be_deleted(tmp_path: Path) -> None:
    """What hangs on others goes first; each record stands there once, under Splose's own word for it."""
    with moving(tmp_path, patients=10) as move:
        transfer = move.transfer()
        transfer.run()
        transfer.undo().to_csv(tmp_path / "undone")
        with (tmp_path / "undone" / "to_delete.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))

        record = ["order", "kind", "destination_kind", "source_id", "destination_id", "name"]
        assert list(rows[0]) == [*record, "patient_id", "starts_at"]
        orders = [int(row["order"]) for row in rows]
        assert orders == sorted(orders)
        ranks = [list(KINDS).index(row["kind"]) for row in rows]
        assert ranks == sorted(ranks, reverse=True)
        assert {row["destination_kind"] for row in rows} == {"appointment", "client", "contact", "file"}
        kinds = {"appointment": "appointments", "client": "patients", "contact": "contacts", "file": "patient_files"}
        for name, kind in kinds.items():
            listed = [row["destination_id"] for row in rows if row["destination_kind"] == name]
            assert sorted(listed, key=int) == [str(row["id"]) for row in move.workspace.rows(kind)]


def test_a_run_afterwards_makes_nothing_twice(tmp_path: Path) -> None:
    """Nothing was removed, so that the journal still says of each record where it is."""
    with moving(tmp_path, patients=10) as move:
        transfer = move.transfer()
        report = transfer.run()
        known = [list(transfer.identities(kind)) for kind in KINDS]
        transfer.undo()
        again = transfer.run()

        assert created(again) == 0
        assert again.ok is report.ok is True
        assert [list(transfer.identities(kind)) for kind in KINDS] == known
        assert differences(move.source, move.workspace) == []


def test_with_another_journal_a_run_is_blocked_by_who_is_there(tmp_path: Path) -> None:
    """Whoever undoes and begins anew without deleting is told before anything is doubled."""
    with moving(tmp_path, patients=10) as move:
        transfer = move.transfer()
        transfer.run()
        transfer.undo()
        other = Move(move.source, move.workspace, tmp_path / "other.journal").transfer()

        assert "existing-patients" in {finding.code for finding in other.preflight().blockers}


def test_muted_clients_get_their_setting_back(tmp_path: Path) -> None:
    """A run that ended before it gave the settings back leaves that to undo, which writes nothing else."""
    with moving(tmp_path, patients=10) as move:
        transfer = move.transfer()
        move.workspace.faults.add("401", when=lambda request: request.method == "PUT", every=1, times=1)
        report = transfer.run()

        assert report.stopped is not None
        assert report.muted > 0

        before = len(writes(move.workspace))
        undone = transfer.undo()

        assert {each.partition("?")[0][:16] for each in writes(move.workspace)[before:]} == {"PUT /v1/patients"}
        assert undone.muted == 0
        assert report.muted >= len(writes(move.workspace)[before:]) > 0
        assert all(each.reason == BY_HAND for each in undone.set_aside)
        move.check_quiet()


def test_what_is_in_doubt_is_told_apart(tmp_path: Path) -> None:
    """Of a record that may be there or not nobody says that it is to be deleted."""
    with moving(tmp_path, patients=10) as move:
        transfer = move.transfer()
        move.workspace.faults.add(
            "timeout_before",
            when=lambda request: request.method == "POST" and request.path == "/v1/contacts",
            every=1,
        )
        transfer.run()
        undone = transfer.undo()

        doubtful = [each for each in undone.set_aside if each.state == "in doubt"]
        assert doubtful
        assert not {each.source_id for each in doubtful} & {
            each.source_id for each in undone.to_delete if each.kind == "contacts"
        }


def test_documents_are_to_be_deleted_by_their_names(tmp_path: Path) -> None:
    """All files that were sent stand in the list, those too that stand for no single record."""
    with moving(tmp_path, patients=4, documents="each") as move:
        transfer = move.transfer()
        transfer.run()
        undone = transfer.undo()
        listed = [each for each in undone.to_delete if each.destination_kind == "file"]
        files = move.workspace.rows("patient_files")

        assert sorted((each.destination_id, each.name) for each in listed) == (
            sorted((str(row["id"]), str(row["name"])) for row in files)
        )
        assert len(files) > len(move.source.rows("treatment_notes"))


def places_in(workspace: FakeSplose) -> set[tuple[str, ...]]:
    """Says by what a person finds clients, appointments and files: kind, id, client, name, and when it begins (UTC)."""
    names = {row["id"]: f"{row['firstname']} {row['lastname']}" for row in workspace.rows("patients")}
    clients = {("client", str(id), str(id), name, "") for id, name in names.items()}
    appointments = {
        ("appointment", str(row["id"]), str(place["patientId"]), names[place["patientId"]], row["start"][:16])
        for row in workspace.rows("appointments")
        for place in row["appointmentPatients"]
    }
    files = {
        ("file", str(row["id"]), str(row["patientId"]), names[row["patientId"]], "")
        for row in workspace.rows("patient_files")
    }
    return clients | appointments | files


def utc(text: str) -> str:
    """Tells a time of a list in UTC, as the workspace does."""
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if text else ""


def test_a_person_can_work_the_lists_off(tmp_path: Path) -> None:
    """Each line says whose the record is, and when an appointment begins; names stand in the archive folder only."""
    with moving(tmp_path, patients=8, documents="each", seed=1) as move:
        transfer = move.transfer()
        transfer.run()
        undone = transfer.undo()
        undone.to_csv(tmp_path / "undone")
        with_names = rows_of(move.folder / "to-delete.csv")
        without = rows_of(tmp_path / "undone" / "to_delete.csv")

        assert places_in(move.workspace) == {
            (
                row["what in Splose"],
                row["id in Splose"].partition("#")[0],
                row["client's id in Splose"],
                row["client in Splose"].removeprefix("'"),
                utc(row["begins"]),
            )
            for row in with_names
            if row["what in Splose"] != "contact"
        }
        assert all(row["name"] for row in with_names if row["what in Splose"] == "contact")
        assert [
            (row["order"], row["id in Splose"], row["client's id in Splose"], row["begins"]) for row in with_names
        ] == [(row["order"], row["destination_id"], row["patient_id"], row["starts_at"]) for row in without]
        where = ("destination_id", "patient_id", "starts_at")
        assert sorted([row[name] for name in where] for row in rows_of(tmp_path / "undone" / "set_aside.csv")) == (
            sorted([row[name] for name in where] for row in without)
        )


def rows_of(path: Path) -> list[dict[str, str]]:
    """Gives what stands in a list."""
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def test_what_was_set_aside_is_found_there(tmp_path: Path) -> None:
    """A change that Splose can't take names the appointment's client and time, in the list only."""
    with moving(tmp_path, patients=8) as move:
        transfer = move.transfer()
        transfer.run()
        store = move.source.store
        visit = next(row for row in store.all("individual_appointments") if not row["archived_at"])
        store.change("individual_appointments", visit, notes="Bring a friend", updated_at=move.source.time_text())
        report = transfer.run()
        (row,) = (each for each in report.set_aside if each.source_id == str(visit["id"]))
        (there,) = (each for each in move.workspace.rows("appointments") if str(each["id"]) == row.destination_id)
        (client,) = (each for each in move.workspace.rows("patients") if str(each["id"]) == row.patient_id)

        assert utc(row.starts_at) == there["start"][:16] == visit["starts_at"][:16]
        assert row.patient_id == str(there["appointmentPatients"][0]["patientId"])
        (line,) = (line for line in rows_of(move.folder / "set-aside.csv") if line["id in Cliniko"] == row.source_id)
        assert line["client in Splose"].removeprefix("'") == f"{client['firstname']} {client['lastname']}"
        assert (line["why"], line["begins"]) == (row.reason, row.starts_at)

        store.change("individual_appointments", visit, notes=visit["notes"], updated_at=move.source.time_text())
