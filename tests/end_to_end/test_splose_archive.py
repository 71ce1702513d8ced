"""With Splose and the archive folder the clinic has everything."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Blocked, ByPatient, Transfer
from clinikomigrate.sinks.splose import SploseMapper, SploseSink
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.archive.files import AT_WORK
from clinikomigrate.sinks.splose.foreseen import why_not
from clinikomigrate.testing.log import LoggedRequest
from clinikomigrate.transfer.source import SourceFile
from tests.comparison import splose_folder
from tests.comparison.splose_folder import KEPT, by_hand, file_differences, originals
from tests.end_to_end.accounts import client
from tests.end_to_end.splose import Move, moving


def held(move: Move) -> dict[str, dict[str, Any]]:
    """Gives the records in the folder, by kind and id."""
    return splose_folder.held(move.folder)


def given(move: Move) -> dict[str, dict[str, Any]]:
    """Gives the records of the source, by kind and id."""
    return splose_folder.given(client(move.source))


def uploads(move: Move) -> list[tuple[str, bytes]]:
    """Gives the clients' files in the workspace that were patients' files, by the id in their name."""
    return splose_folder.uploads(move.source, move.workspace)


def check_files(move: Move) -> None:
    """Holds that each file is in one of both places, once, as it was, and that the list lists those in the folder."""
    assert uploads(move)
    assert list(by_hand(move.folder))
    assert file_differences(move.source, move.workspace, move.folder) == []
    assert not (move.folder / AT_WORK).exists()


def test_splose_and_the_folder_have_everything(tmp_path: Path) -> None:
    """Every record of every kind lies in the folder as the source gave it, field by field, and every file in one place.

    A plan says which place, and counts the requests for files as they come.
    """
    with moving(tmp_path, patients=30) as move:
        transfer = move.transfer()
        planned = transfer.plan()
        before = len(move.workspace.log)
        report = transfer.run()
        sent = [request for request in move.workspace.log[before:] if request.path.endswith("/file")]
        source, folder = given(move), held(move)
        verification = transfer.verify()
        foreseen = [
            why_not(SourceFile(row["filename"], row["content_type"], row["size"], lambda: pytest.fail("read")))
            for row in originals(move.source).values()
        ]

        assert report.set_aside == []
        assert {kind: records for kind, records in folder.items() if records != source[kind]} == {}
        assert {kind for kind, records in folder.items() if not records} == set()
        check_files(move)
        assert report.kinds["patient_attachments"].created == foreseen.count(None)
        assert planned.kinds["patient_attachments"].created == foreseen.count(None)
        assert planned.losses == report.losses
        assert len(sent) >= foreseen.count(None)
        assert verification.ok
        assert verification.unseen == {"patient_attachments": foreseen.count(None)}
        move.check_quiet()


def test_under_a_filter_the_folder_has_what_was_chosen(tmp_path: Path) -> None:
    """And nothing of anybody else; the clinic's own setup it has as a whole."""
    with moving(tmp_path, patients=12) as move:
        chosen = str(next(row["patient_id"] for row in originals(move.source).values()))
        report = move.transfer(filter=ByPatient(chosen)).run()
        source, folder = given(move), held(move)
    wholly = SploseMapper().matched_kinds  # they are read because names and prices are told
    selected = {kind: count.selected for kind, count in report.kinds.items() if kind not in wholly}

    assert chosen in folder["patients"]
    for kind in KEPT:
        assert folder[kind].items() <= source[kind].items()
        assert (kind, len(folder[kind])) == (kind, selected.get(kind, len(source[kind])))
        expected = {id for id, each in source[kind].items() if whose(each) == chosen}
        assert expected <= set(folder[kind])


def whose(record: Any) -> str | None:
    """Gives the id of the patient whose record it is."""
    patient = getattr(record, "patient", None)
    return patient.id if patient else None


def test_a_later_run_brings_what_is_new(tmp_path: Path) -> None:
    """A new file and an archived one come, a changed record is kept as it is now, and nothing is done twice."""
    with moving(tmp_path, patients=12) as move:
        transfer = move.transfer()
        transfer.run()
        reads = len(move.source.store_log)
        again = transfer.run()

        assert len(move.source.store_log) == reads
        assert again.kinds["patient_attachments"].created == 0

        patient = str(next(row["patient_id"] for row in originals(move.source).values()))
        row: dict[str, Any] = {"patient_id": patient, "filename": "new.pdf", "content_type": "application/pdf"}
        new = move.source.add("patient_attachments", content=b"%PDF-1.4 new", **row)
        old = move.source.add(
            "patient_attachments", content=b"%PDF-1.4 old", archived_at=move.source.time_text(), **row
        )
        sent = {id for id, _ in uploads(move)}
        changed = next(id for id in originals(move.source) if id in sent)
        known = move.source.store.at("patient_attachments", changed)
        move.source.store.change(
            "patient_attachments", known, description="Another one", updated_at=move.source.time_text()
        )
        report = transfer.run()
        names = {str(each["name"]) for each in move.workspace.rows("patient_files")}

        assert report.set_aside == []
        assert report.kinds["patient_attachments"].created == 2
        assert [name for name in names if name.endswith(f"new {new}.pdf")]
        assert [name for name in names if name.endswith(f"archived new {old}.pdf")]
        assert held(move)["patient_attachments"][changed].description == "Another one"
        check_files(move)
        move.check_quiet()


def test_a_file_that_is_gone_goes_with_a_later_run(tmp_path: Path) -> None:
    """It is set aside by its id; all others go."""
    with moving(tmp_path, patients=12) as move:
        gone = next(iter(originals(move.source)))

        def reading(request: LoggedRequest) -> bool:
            return request.path.endswith(f"/patient_attachments/{gone}/content")

        row = move.source.store.at("patient_attachments", gone)
        content = row["content"]
        move.source.store.change("patient_attachments", row, content=None)
        report = move.transfer().run()

        assert [(each.kind, each.source_id, each.state) for each in report.set_aside] == [
            ("patient_attachments", gone, "failed")
        ]

        move.source.store.change("patient_attachments", row, content=content)

        assert move.transfer().run(only_failed=True).set_aside == []
        check_files(move)


def test_a_folder_of_another_transfer_is_refused(tmp_path: Path) -> None:
    """Before anything is written."""
    with moving(tmp_path, patients=2) as move:
        archive = Archive(move.folder)
        archive.bind("another", "one")
        archive.close()
        with pytest.raises(Blocked, match="belongs to a transfer between other accounts"):
            move.transfer().run()

    assert [request for request in move.workspace.log if request.method != "GET"] == []


def test_a_file_in_the_folder_s_place_is_told_by_preflight(tmp_path: Path) -> None:
    """Beside the journal or where the user wants it: by preflight and plan too, and before anything is written."""
    with moving(tmp_path, patients=2) as move:
        move.folder.write_text("a list of somebody's own")
        (finding,) = move.transfer().preflight().blockers
        with pytest.raises(Blocked, match="is to be the archive folder, and is a file"):
            move.transfer().run()
        move.sink["archive"] = tmp_path / "years" / "records"
        chosen = move.transfer().preflight().blockers

    assert (finding.code, str(move.folder) in finding.message) == ("splose-archive", True)
    assert [each.message for each in chosen] == [
        f"The archive folder {tmp_path / 'years' / 'records'} can't be made: there is no folder {tmp_path / 'years'}."
    ]
    assert [request for request in move.workspace.log if request.method != "GET"] == []


@pytest.mark.parametrize("documents", ["each", None])
@pytest.mark.parametrize("is_made", [False, True])
def test_a_folder_that_is_not_the_earlier_runs_blocks(tmp_path: Path, documents: str | None, is_made: bool) -> None:
    """It knows of no document and no file: all would go twice. With the right one the transfer goes on."""
    with moving(tmp_path, patients=3) as move:
        first = attrs.evolve(move, sink={"documents": documents})
        other = attrs.evolve(move, sink={"documents": documents, "archive": tmp_path / "other"})
        first.transfer().run()
        files = move.workspace.rows("patient_files")
        if is_made:
            Archive(tmp_path / "other").make()
        (blocker,) = other.transfer().preflight().blockers

        assert blocker.code == "splose-archive"
        assert "An earlier run had another archive folder" in blocker.message
        with pytest.raises(Blocked):
            other.transfer().run()
        assert first.transfer().run().ok
        assert move.workspace.rows("patient_files") == files


def test_a_journal_that_went_on_without_a_folder_is_told_by_preflight_only_where_patients_went(tmp_path: Path) -> None:
    """Without patients there is nothing that could go twice, and the folder is made anew."""
    with moving(tmp_path, patients=2) as move:
        transfer = Transfer(
            client(move.source), SploseSink(move.client), include={"contacts"}, journal=move.journal,
            mapper=SploseMapper(contact_email="records@acme.example"),
        )  # fmt: skip
        transfer.run()
        shutil.rmtree(move.folder)

        assert transfer.preflight().ok


def test_a_folder_whose_database_is_damaged_is_told_by_preflight(tmp_path: Path) -> None:
    """And not by an error in the midst of it."""
    with moving(tmp_path, patients=2) as move:
        move.transfer().run()
        for file in move.folder.glob("records.sqlite*"):
            file.write_bytes(b"no database" * 99)
        (blocker,) = move.transfer().preflight().blockers

        assert blocker.code == "splose-archive"
        assert "file is not a database" in blocker.message


def test_a_disk_that_is_full_ends_the_run_and_the_next_one_goes_on(tmp_path: Path) -> None:
    """Nothing is lost, and nothing comes twice."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with moving(tmp_path, patients=12) as move:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("clinikomigrate.sinks.splose.archive.files.received", full)
            stopped = move.transfer().run()

        assert "can't be used: No space left on device" in stopped.verdict
        assert uploads(move) == []
        assert move.transfer().run().set_aside == []
        check_files(move)


def test_a_transfer_that_begins_anew_beside_the_folder_of_an_earlier_one(tmp_path: Path) -> None:
    """After a trial whose clients were deleted by hand, each file reaches the new client, or lies in the folder."""
    with moving(tmp_path, patients=6, documents="each") as move:
        assert move.transfer().run().ok
        first, earlier = files(move), {int(row["id"]) for row in move.workspace.rows("patients")}
        now = move.workspace.time_text()
        for id in earlier:
            row = move.workspace.tables.at("patients", id)
            row.update(archived=True, deletedAt=now, updatedAt=now)
        for part in move.journal.parent.glob("clinic.journal*"):
            if part.is_file():
                part.unlink()

        assert move.transfer().run().ok
        assert files(move) == sorted([*first, *first])
        assert not earlier & {int(row["patientId"]) for row in move.workspace.rows("patient_files")[len(first) :]}


def files(move: Move) -> list[str]:
    """Gives the names of all files in the workspace."""
    return sorted(str(row["name"]) for row in move.workspace.rows("patient_files"))
