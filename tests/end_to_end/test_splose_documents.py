"""What a clinic wrote about its patients arrives in documents, each record once, whatever happens on the way."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Report, Transfer
from clinikomigrate.sinks.splose import SploseMapper, SploseSink, reasons
from tests.comparison import splose
from tests.comparison.splose_documents import differences
from tests.end_to_end.accounts import client, created
from tests.end_to_end.splose import Move, moving
from tests.end_to_end.test_splose import trouble
from tests.transfer.memory_journal import MemoryJournal

FEW = 5
MAPPER = SploseMapper(contact_email="records@acme.example")


def check(move: Move, *, collected: bool = False) -> None:
    """Holds that all that was written stands in documents once, and all else arrived too."""
    clients = dict(move.transfer().identities("patients"))
    assert differences(client(move.source), move.workspace, clients, collected=collected) == []
    assert splose.differences(move.source, move.workspace) == []
    move.check_quiet()


def uploads(move: Move) -> int:
    """Counts the files that were sent."""
    return len([each for each in move.workspace.log if each.path.endswith("/file")])


def losses(report: Report) -> set[tuple[str, str]]:
    """Gives what was lost."""
    return {(loss.kind, loss.reason) for loss in report.losses}


@pytest.mark.parametrize("documents", ["each", "collected"])
def test_all_that_was_written_arrives_once(tmp_path: Path, documents: str) -> None:
    """As the plan says, and a second run sends nothing; what can't be read again is counted apart."""
    with moving(tmp_path, patients=FEW, documents=documents) as move:
        transfer = move.transfer()
        planned = transfer.plan()
        assert uploads(move) == 0
        report = transfer.run()
        sent = uploads(move)

        assert report.ok
        told = ("selected", "created", "skipped", "losses")
        assert [[counts[name] for name in told] for counts in planned.to_dict()["kinds"].values()] == [
            [counts[name] for name in told] for counts in report.to_dict()["kinds"].values()
        ]
        check(move, collected=documents == "collected")

        verified, again = transfer.verify(), transfer.run()

        assert verified.ok
        assert ("treatment_notes" in verified.unseen) is (documents == "each")
        assert created(again) == 0
        assert uploads(move) == sent


@pytest.mark.parametrize(("seed", "documents"), [(0, "each"), (1, "collected")])
def test_nothing_is_missing_and_nothing_is_twice(tmp_path: Path, seed: int, documents: str) -> None:
    """With about every tenth request lost or refused, and a person who looks after what is in doubt."""
    with moving(tmp_path, patients=FEW, seed=seed, documents=documents) as move:
        trouble(move.source, seed)
        trouble(move.workspace, seed)
        for number, kind in enumerate(("503", "drop_after", "429", "cut")):
            move.workspace.faults.add(
                kind,  # type: ignore[arg-type] # each is a kind of fault
                when=lambda request: request.path.endswith("/file"),
                every=5 + 2 * number + seed,
            )
        doubtful = 0
        for _ in range(9):
            report = move.transfer().run()
            doubtful += move.look_after_files()
            if report.ok:
                break

        assert report.ok
        assert doubtful
        check(move, collected=documents == "collected")


def change(move: Move, kind: str, row: dict[str, Any], **values: Any) -> None:
    """Changes a record of the source."""
    known = move.source.store.at(kind, str(row["id"]))
    move.source.store.change(kind, known, updated_at=move.source.time_text(), **values)


def test_a_later_run_tells_what_is_new_or_was_changed(tmp_path: Path) -> None:
    """In further documents, whose names say which; nothing else is sent, and what stays behind is told."""
    with moving(tmp_path, patients=FEW, documents="each") as move:
        move.transfer().run()
        before = {str(row["name"]) for row in move.workspace.rows("patient_files")}
        note = next(row for row in move.source.rows("treatment_notes") if row["archived_at"] is None)
        case = next(row for row in move.source.rows("patient_cases"))
        change(move, "treatment_notes", note, title="Changed since")
        made = move.source.time_text()
        move.source.add("medical_alerts", patient_id=case["patient_id"], name="Penicillin", created_at=made)
        change(move, "patient_cases", case, notes="Closed since")
        report = move.transfer().run()
        names = [str(row["name"]) for row in move.workspace.rows("patient_files") if row["name"] not in before]
        sent = uploads(move)

        assert report.kinds["treatment_notes"].updated == 1
        assert ("treatment_notes", reasons.EARLIER) in losses(report)
        assert sorted(name.split(" ", 1)[1] for name in names) == sorted(
            [
                f"treatment-note {note['id']} version 2.pdf",
                f"patient-record {survivor(move, case['patient_id'])} addition 1.pdf",
            ]
        )
        assert move.transfer().run().ok
        assert uploads(move) == sent


def survivor(move: Move, patient: Any) -> str:
    """Says who remains of a patient."""
    row = move.source.store.at("patients", str(patient))
    return str(patient) if row["merged_with_patient_id"] is None else survivor(move, row["merged_with_patient_id"])


def test_without_documents_all_of_it_is_lost(tmp_path: Path) -> None:
    """And kept in the archive folder as data, as ever."""
    with moving(tmp_path, patients=FEW, documents=None) as move:
        report = move.transfer().run()

        assert ("treatment_notes", reasons.NOTES) in losses(report)
        assert [
            str(row["name"]) for row in move.workspace.rows("patient_files") if "treatment-note" in row["name"]
        ] == []
        assert (move.folder / "records.sqlite").exists()


def test_a_clinic_whose_letters_no_font_has_is_told_before(tmp_path: Path) -> None:
    """With what to do; and nothing of what was written."""
    with moving(tmp_path, patients=FEW, documents="each") as move:
        patient = next(row for row in move.source.rows("patients") if row["merged_with_patient_id"] is None)
        move.source.add("treatment_notes", patient_id=patient["id"], title="膝の痛み", draft=False)
        findings = [each for each in move.transfer().preflight() if each.code == "splose-characters"]

        assert [each.kind for each in findings if each.kind == "treatment_notes"] == ["treatment_notes"]
        assert all("fonts=" in each.remedy and "膝" not in each.message for each in findings)


def test_a_plan_looks_for_letters_in_what_preflight_does_not_read(tmp_path: Path) -> None:
    """Forms, cases, messages, alerts and the history of appointments: as they pass by, without reading anything twice.

    Without documents nobody looks.
    """
    kinds = {"communications", "individual_appointments", "medical_alerts", "patient_cases", "patient_forms"}
    with moving(tmp_path, patients=FEW, documents="each") as move:
        patient = next(row for row in move.source.rows("patients") if row["merged_with_patient_id"] is None)
        about = {"patient_id": patient["id"]}
        move.source.add("communications", **about, content="明天", category_code=1)
        move.source.add("patient_cases", **about, name="膝")
        move.source.add("patient_forms", **about, name="膝", content={"sections": []})
        move.source.add("medical_alerts", **about, name="膝")
        booking = next(iter(move.source.rows("individual_appointments")))
        move.source.store.change("individual_appointments", booking, notes="膝")

        def plan(**sink: Any) -> tuple[set[str | None], Counter[str]]:
            """Gives of which kinds a plan says something beyond preflight, and how often it asked for each list."""
            given = attrs.evolve(move, sink=sink)
            before = len(move.source.log)
            plan = given.transfer().plan()
            asked = Counter(each.path.rpartition("/")[2] for each in move.source.log[before:])
            first = {each.kind for each in given.transfer().preflight() if each.code == "splose-characters"}
            every = {each.kind for each in plan.findings if each.code == "splose-characters"}
            return every - first, asked

        looking, blind = plan(documents="each"), plan(documents=None)

    assert kinds <= looking[0] <= kinds | {"attendees", "group_appointments", "contacts"}
    assert blind[0] == set()
    for kind in ("attendees", "communications", "medical_alerts", "patient_cases", "patient_forms"):
        assert looking[1][kind] == blind[1][kind]


def test_who_was_there_before_gets_a_document_too(tmp_path: Path) -> None:
    """And who came before documents were made."""
    with moving(tmp_path, patients=2, documents=None) as move:
        for row in move.source.rows("patients"):
            move.source.add("medical_alerts", patient_id=row["id"], name="Latex")
        move.transfer().run()
        told = attrs.evolve(move, sink={"documents": "each"})
        told.transfer().run()
        check(told)

        other = attrs.evolve(told, journal=tmp_path / "other.journal")
        before = uploads(move)
        report = other.transfer(existing="adopt", include={"patients", "medical_alerts"}).run()

        assert report.kinds["patients"].adopted
        assert uploads(move) - before == report.kinds["patients"].adopted


def test_a_journal_that_is_no_file_needs_a_folder(tmp_path: Path) -> None:
    """The run ends before anything is written, and says what to give."""
    with moving(tmp_path, patients=2, documents="each") as move:
        sink = SploseSink(move.client)
        transfer = Transfer(client(move.source), sink, mapper=MAPPER, journal=MemoryJournal())
        report = transfer.run()

        assert "give the sink one, SploseSink(client, archive=" in (report.stopped or "")
        assert [each for each in move.workspace.log if each.method != "GET"] == []


def test_what_an_archived_client_took_no_file_of_goes_once_the_client_is_live(tmp_path: Path) -> None:
    """Documents and files: each once, as a plan says it; what was lost is lost no more, and the folder is empty."""
    with moving(tmp_path, patients=FEW, documents="each", refuses_archived_parents=True) as move:
        for row in list(move.source.store.all("patients")):
            move.source.store.change("patients", row, archived_at=row["created_at"])
        first = move.transfer().run()
        refused = uploads(move)
        stays = move.transfer().plan()
        second = move.transfer().run()
        assert uploads(move) == refused
        for client_there in move.workspace.tables.all("patients"):
            client_there.update(archived=False, deletedAt=None)
        goes = move.transfer().plan()
        third, sent = move.transfer().run(), uploads(move)
        fourth = move.transfer().run()

        told = {kind for kind, reason in losses(first) if reason == reasons.REFUSED_FILE}
        assert told == {"patients", "treatment_notes", "patient_forms"}
        assert losses(second) == losses(first)
        assert third.ok
        assert not [each for each in losses(third) if reasons.ARCHIVED_CLIENT in each[1]]
        for kind in ("treatment_notes", "patient_forms", "patient_attachments"):
            assert stays.kinds[kind].created == 0
            assert goes.kinds[kind].created == third.kinds[kind].created > 0
        assert not (move.folder / "documents").exists()
        assert created(fourth) == 0
        assert uploads(move) == sent
        files = Counter((row["patientId"], row["name"]) for row in move.workspace.rows("patient_files"))
        assert set(files.values()) == {1}
        move.check_quiet()
