"""Journals and archive folders that can't be written to: that is said before anything leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Transfer
from clinikomigrate.errors import Blocked, JournalError, JournalNeeded
from clinikomigrate.testing import FakeSplose
from tests import closed
from tests.end_to_end.accounts import Pair
from tests.end_to_end.splose import Move, set_up
from tests.traps.clinic import Clinic

LOOKS = (Transfer.preflight, Transfer.plan, Transfer.run)
LOOKS_BACK = (Transfer.verify, Transfer.undo, lambda transfer: list(transfer.identities("patients")))
READ_ONLY, CLOSED = "is read-only, or closed to this user. See to it that you may read it", "can't be looked for"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Returns a folder that is found by everybody."""
    with closed.place() as folder:
        yield folder


@pytest.fixture
def clinic(folder: Path) -> Clinic:
    """Returns a small old clinic with a patient and a file for a person to add."""
    clinic = Clinic(folder)
    clinic.file(clinic.patient(), filename="knee.png", content_type="image/png", content=b"a picture")
    return clinic


def attempt(clinic: Clinic, call: Callable[[Transfer], object]) -> None:
    """Asks a transfer for something, as somebody without special rights; holds that nothing is written."""
    before = len(clinic.destination.log)
    with clinic.source.in_process(), clinic.destination.in_process(), closed.without_rights(clinic.journal.parent):
        try:
            call(Pair(clinic.source, clinic.destination, clinic.journal).transfer())
        finally:
            assert {"GET"} >= {each.method for each in clinic.destination.log[before:]}


@pytest.mark.parametrize("call", LOOKS)
def test_a_journal_that_can_not_be_made(clinic: Clinic, folder: Path, call: Callable[[Transfer], object]) -> None:
    """In a folder that is read-only: said by preflight and plan already, which would need none."""
    folder.chmod(0o555)
    with pytest.raises(JournalError, match=r"can't be made: .*whether you may write to it"):
        attempt(clinic, call)


@pytest.mark.parametrize("call", [*LOOKS, *LOOKS_BACK])
@pytest.mark.parametrize("what", ["the file", "its folder", "the log beside it"])
def test_a_journal_that_is_read_only(
    clinic: Clinic, folder: Path, what: str, call: Callable[[Transfer], object]
) -> None:
    """It is named, with what lies beside it, whatever is asked; where it can be written to again all goes on."""
    clinic.move()
    clinic.patient(first_name="Bea")
    log = clinic.journal.with_name(f"{clinic.journal.name}-wal")
    if what == "the log beside it":
        log.write_bytes(bytes(32))  # as a run leaves it that ended just after its beginning
    place, mode = {"the file": (clinic.journal, 0o400), "its folder": (folder, 0o500)}.get(what, (log, 0o400))
    place.chmod(mode)
    with pytest.raises(JournalError, match=f"{place} {READ_ONLY}"):
        attempt(clinic, call)
    place.chmod(0o700)
    clinic.move()

    assert 2 == len(clinic.arrived("patients"))


@pytest.mark.parametrize("call", [*LOOKS, *LOOKS_BACK])
def test_a_journal_in_a_closed_folder(clinic: Clinic, folder: Path, call: Callable[[Transfer], object]) -> None:
    """Nobody can say whether it is there, and nobody guesses."""
    clinic.journal = folder / "inner" / "clinic.journal"
    clinic.journal.parent.mkdir()
    clinic.journal.parent.chmod(0o000)
    with pytest.raises(JournalError, match=r"can't be (looked for|made)") as caught:
        attempt(clinic, call)

    assert not isinstance(caught.value, JournalNeeded)


def archived(clinic: Clinic, folder: Path) -> Move:
    """Moves the clinic into a workspace, with an archive folder of its own, and adds a patient with a file."""
    workspace = FakeSplose(clock=clinic.source.clock)
    set_up(clinic.source, workspace)
    move = Move(clinic.source, workspace, clinic.journal, {"documents": None, "archive": folder / "archive"})
    with clinic.source.in_process(), workspace.in_process():
        assert move.transfer().run().ok
    bea = clinic.patient(first_name="Bea")
    clinic.file(bea, filename="hip.png", content_type="image/png", content=b"another")
    return move


def close(archive: Path, what: str) -> None:
    """Makes an archive folder read-only, or a part of it."""
    files = [each for each in archive.rglob("*") if each.is_file()]
    closing: dict[str, list[tuple[Path, int]]] = {
        "the folder": [(archive, 0o500)],
        "all of it": [*((each, 0o400) for each in files), (archive, 0o500)],
        "its records": [(archive / "records.sqlite", 0o400)],
        "the folders in it": [(each, 0o500) for each in archive.iterdir() if each.is_dir()],
        "closed to everybody": [(archive, 0o000)],
    }
    for place, mode in closing[what]:
        place.chmod(mode)


@pytest.mark.parametrize("what", ["the folder", "all of it", "its records", "the folders in it", "closed to everybody"])
def test_an_archive_folder_that_is_read_only(clinic: Clinic, folder: Path, what: str) -> None:
    """A run is blocked before it writes, preflight says so too, and a plan that needs it; then all goes on."""
    move = archived(clinic, folder)
    archive, before = folder / "archive", len(move.workspace.log)
    close(archive, what)
    with move.source.in_process(), move.workspace.in_process(), closed.without_rights(folder):
        blockers = [each.code for each in move.transfer().preflight().blockers]
        with pytest.raises(
            Blocked, match=f"The archive folder {archive} can't be (written to|used): Permission denied"
        ):
            move.transfer().run()
        try:
            planned: Any = [each.code for each in move.transfer().plan().findings if each.code in blockers]
        except Blocked as error:
            planned = str(error)
        undone = move.transfer().undo()
    written = [each.method for each in move.workspace.log[before:] if each.method != "GET"]
    for each in (archive, *archive.rglob("*")):
        each.chmod(0o700)
    with move.source.in_process(), move.workspace.in_process():
        report = move.transfer().run()

    assert ["splose-archive"] == blockers
    assert planned == blockers or f"The archive folder {archive} can't be used" in planned
    assert [] == written
    assert undone.stopped is None or f"The archive folder {archive} can't be used" in undone.stopped
    assert report.ok
    assert 2 == len(move.workspace.rows("patients"))


def test_lists_that_are_read_only_are_replaced(clinic: Clinic, folder: Path) -> None:
    """What is written anew in each run need not be writable itself."""
    move = archived(clinic, folder)
    for each in (folder / "archive").iterdir():
        if each.suffix in {".txt", ".csv"}:
            each.chmod(0o400)
    with move.source.in_process(), move.workspace.in_process(), closed.without_rights(folder):
        report = move.transfer().run()

    assert report.ok
    assert "hip" in (folder / "archive" / "files-to-add-by-hand.csv").read_text()
