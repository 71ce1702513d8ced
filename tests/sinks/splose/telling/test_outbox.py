"""Documents leave once, whatever interrupts them."""

from __future__ import annotations

import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import (
    ArchiveError,
    ConnectionFailed,
    Forbidden,
    NotFound,
    Unauthorized,
    Unsupported,
    UploadInDoubt,
)
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.documents import documents as documents_module
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.testing.log import LoggedRequest
from tests.sinks.splose.documents.samples import LATER, PATIENT, paragraph_note
from tests.sinks.splose.telling.scene import ALERT, NOTE, OWNER, Scene
from tests.sinks.splose.workspace import There, workspace

NOTE_FILE = "2024-03-13 treatment-note 7.pdf"


class Killed(BaseException):
    """The process ended."""


def killing(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    """Ends the process at the how manieth call of a method of the archive, before or after it did its work."""
    method: Callable[..., Any] = getattr(Archive, name)
    left = iter(range(number, -1, -1))

    def called(*arguments: Any, **named: Any) -> Any:
        turn = next(left)
        if turn == 1:
            raise Killed
        result = method(*arguments, **named)
        if turn == 0:
            raise Killed
        return result

    monkeypatch.setattr(Archive, name, called)


def look_after(scene: Scene) -> None:
    """Does what a person is asked to do: drags what is missing, and takes it out of the folder."""
    for path in (scene.archive.path / "in-doubt").glob("*/*"):
        if path.name not in scene.files:
            scene.there.fake.add("patient_files", name=path.name, patientId=scene.client, content=path.read_bytes())
        path.unlink()


def until_done(scene: Scene, work: Callable[[], Any]) -> Any:
    """Runs again as long as a person has to look."""
    for _ in range(9):
        try:
            return work()
        except UploadInDoubt:
            look_after(scene)
    raise AssertionError


@pytest.fixture
def parted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets files be small, so that a note takes several."""
    method = documents_module.Documents.__init__

    def small(self: Any, *arguments: Any, **named: Any) -> None:
        method(self, *arguments, **{**named, "largest": 30_000})

    monkeypatch.setattr(documents_module.Documents, "__init__", small)


LONG = paragraph_note("".join(f"<p>Line {number} of it, and no other one</p>" for number in range(260)), id="7")
LONG_NOTE = attrs.evolve(LONG, patient=OWNER)


@pytest.mark.parametrize("method", ["write", "note_upload"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_a_process_that_dies(scene: Scene, monkeypatch: pytest.MonkeyPatch, method: str, turn: int) -> None:
    """At any moment: the next run ends what was begun, and each record stands in one document."""
    scene.keep(NOTE, ALERT)
    with monkeypatch.context() as patched:
        killing(patched, method, turn)
        try:
            scene.teller().create(scene.draft(NOTE))
            scene.tell()
        except Killed:
            pass
    scene.keep(attrs.evolve(ALERT, id="11", name="Nuts"))
    until_done(scene, lambda: scene.teller().create(scene.draft(NOTE)))
    until_done(scene, scene.tell)
    texts = "".join(scene.texts())

    assert [texts.count(word) for word in ("Initial consult", "Latex", "Nuts")] == [1, 1, 1]
    assert len(set(scene.files)) == len(scene.files)
    assert scene.on_their_way == []


@pytest.mark.usefixtures("parted")
@pytest.mark.parametrize("lost", [1, 2])
def test_what_is_in_doubt_goes_on_with_the_same_files(scene: Scene, lost: int) -> None:
    """Though the note says something else by now: that is told in a further document."""
    scene.keep(LONG_NOTE)
    seen = iter(range(1, 99))
    scene.there.fake.faults.add("drop_after", when=lambda each: uploading(each) and next(seen) == lost, every=1)
    with pytest.raises(UploadInDoubt):
        scene.teller().create(scene.draft(LONG_NOTE))
    changed = attrs.evolve(LONG_NOTE, title="Review", content=None)
    scene.keep(changed)
    until_done(scene, lambda: scene.teller().create(scene.draft(changed)))
    parts = [name for name in scene.files if "part" in name]

    assert [
        f"2024-03-13 treatment-note 7 part {number} of {len(parts)}.pdf" for number in range(1, len(parts) + 1)
    ] == (sorted(parts))
    assert len(parts) > 1
    assert scene.files[-1] == "2024-03-13 treatment-note 7 version 2.pdf"


def uploading(request: LoggedRequest) -> bool:
    """Says whether a request sends a file."""
    return request.path.endswith("/file")


def test_what_was_not_begun_is_made_anew(scene: Scene) -> None:
    """As the record is by now: nothing of it had left."""
    scene.keep(NOTE)
    scene.there.fake.faults.add("refuse", when=uploading, every=1)
    with pytest.raises(ConnectionFailed):
        scene.teller().create(scene.draft(NOTE))
    assert [path.name for path in scene.on_their_way] == [NOTE_FILE]
    assert 0o600 == stat.S_IMODE(scene.on_their_way[0].stat().st_mode)
    assert 0o700 == stat.S_IMODE(scene.on_their_way[0].parent.stat().st_mode)

    scene.there.fake.faults.clear()
    scene.keep(attrs.evolve(NOTE, title="Review"))
    scene.teller().create(scene.draft(NOTE))

    assert scene.files == [NOTE_FILE]
    assert "Review" in next(scene.texts())
    assert scene.on_their_way == []


def test_files_on_their_way_that_somebody_took_away(scene: Scene) -> None:
    """The document is made anew: what is in doubt of it lies in the folder for a person already."""
    scene.keep(NOTE)
    scene.there.fake.faults.add("drop_before", when=uploading, every=1, times=1)
    with pytest.raises(UploadInDoubt):
        scene.teller().create(scene.draft(NOTE))
    scene.on_their_way[0].unlink()
    made = until_done(scene, lambda: scene.teller().create(scene.draft(NOTE)))

    assert scene.files == [NOTE_FILE]
    assert made.id == f"by-hand:{NOTE_FILE}"


def archived(there: There, tmp_path: Path) -> Scene:
    """Makes a workspace that takes no files for clients who are archived."""
    archive = Archive(tmp_path / "refused")
    archive.make()
    archive.put([PATIENT])
    return Scene(there, archive, there.ada(archived=True))


def refused(scene: Scene) -> None:
    """Tells a note of which Splose takes no file."""
    with pytest.raises(Unsupported) as caught:
        scene.teller().create(scene.draft(NOTE))

    assert str(caught.value) == reasons.REFUSED_FILE


def revive(scene: Scene) -> None:
    """Takes the client out of the archive, as a person does."""
    scene.there.fake.tables.at("patients", int(scene.client)).update(archived=False, deletedAt=None)


def laid_out(scene: Scene) -> list[str]:
    """Names what lies where a person finds it."""
    return sorted(path.name for path in (scene.archive.path / "documents").glob("*/*"))


RECORD_FILE = "2024-03-13 patient-record 42.pdf"


def test_a_client_who_is_archived_takes_no_file(tmp_path: Path) -> None:
    """The file is laid out for a person, which is a loss; it is not tried again as long as the client is archived."""
    with workspace(refuses_archived_parents=True) as there:
        scene = archived(there, tmp_path)
        scene.keep(NOTE, ALERT)
        for _ in range(2):
            refused(scene)
            told = scene.tell()

            assert [(loss.field, loss.reason) for loss in told.losses] == [("documents", reasons.REFUSED_FILE)]
        owed, left = scene.owed(PATIENT), scene.teller().left(scene.draft(NOTE))
        scene.archive.close()

    assert laid_out(scene) == [RECORD_FILE, NOTE_FILE]
    assert (owed, left) == ([PATIENT.id], reasons.REFUSED_FILE)
    assert scene.files == []
    assert len([line for line in there.writes() if line.endswith("/file")]) == 2


def test_what_was_laid_out_is_sent_once_the_client_is_live(tmp_path: Path) -> None:
    """Once, and the folder has it no more; nobody is asked about before."""
    with workspace(refuses_archived_parents=True) as there:
        scene = archived(there, tmp_path)
        scene.keep(NOTE, ALERT)
        refused(scene)
        scene.tell()
        revive(scene)
        left = scene.teller().left(scene.draft(NOTE))
        made = [scene.teller().create(scene.draft(NOTE)) for _ in range(2)]
        told = [scene.tell() for _ in range(2)]
        owed = scene.owed(PATIENT)

    ids = [str(row["id"]) for row in there.fake.rows("patient_files")]
    assert scene.files == [NOTE_FILE, RECORD_FILE]
    assert [each.id for each in made] == [ids[0]] * 2
    assert [(each.losses, [loss.field for loss in each.regained]) for each in told] == [((), ["documents"])] * 2
    assert (owed, left, laid_out(scene)) == ([], None, [])
    assert not (scene.archive.path / "documents").exists()


def test_what_was_taken_out_counts_as_added(tmp_path: Path) -> None:
    """It is not sent, whether the client is live by then or not."""
    with workspace(refuses_archived_parents=True) as there:
        scene = archived(there, tmp_path)
        scene.keep(NOTE, ALERT)
        refused(scene)
        scene.tell()
        for path in (scene.archive.path / "documents").glob("*/*"):
            path.unlink()
        left = scene.teller().left(scene.draft(NOTE))
        made = scene.teller().create(scene.draft(NOTE))
        revive(scene)
        told = scene.tell()

    assert (left, made.id, told.losses) == (None, f"by-hand:{NOTE_FILE}", ())
    assert scene.files == []


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_second_try_whose_answer_was_lost(tmp_path: Path, fault: FaultKind) -> None:
    """A person looks, as after a first one; it lies in one place only."""
    with workspace(refuses_archived_parents=True) as there:
        scene = archived(there, tmp_path)
        scene.keep(NOTE)
        refused(scene)
        revive(scene)
        there.fake.faults.add(fault, when=uploading, every=1, times=1)
        for _ in range(2):
            with pytest.raises(UploadInDoubt):
                scene.teller().create(scene.draft(NOTE))
        waiting = [path.name for path in (scene.archive.path / "in-doubt").glob("*/*")]
        made = until_done(scene, lambda: scene.teller().create(scene.draft(NOTE)))

    assert (waiting, laid_out(scene)) == ([NOTE_FILE], [])
    assert made.id == f"by-hand:{NOTE_FILE}"
    assert scene.files == [NOTE_FILE]


def test_a_second_try_that_fails(tmp_path: Path) -> None:
    """It stays where it is: the client was archived again meanwhile, or Splose says no to everybody."""
    with workspace(refuses_archived_parents=True) as there:
        scene = archived(there, tmp_path)
        scene.keep(NOTE)
        refused(scene)
        revive(scene)
        there.fake.faults.add("403", when=uploading, every=1, times=1)
        with pytest.raises(Forbidden):
            scene.teller().create(scene.draft(NOTE))
        row = there.fake.tables.at("patients", int(scene.client))
        lists = lambda request, *_: row.update(archived=True) if request.path.endswith("/patients") else None  # noqa: E731
        there.fake.on_traffic.append(lists)
        refused(scene)
        there.fake.on_traffic.clear()
        revive(scene)
        scene.teller().create(scene.draft(NOTE))

    assert (scene.files, laid_out(scene)) == ([NOTE_FILE], [])


def test_a_process_that_dies_between_laying_out_and_noting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is laid out again in its place; that it was noted is enough for the next part."""
    with workspace(refuses_archived_parents=True) as there:
        scene = archived(there, tmp_path)
        scene.keep(NOTE)
        for method, turn in (("note_upload", 3), ("write", 7)):
            with monkeypatch.context() as patched:
                killing(patched, method, turn)
                with pytest.raises(Killed):
                    scene.teller().create(scene.draft(NOTE))
        refused(scene)
        scene.archive.close()


def test_a_process_that_dies_before_it_notes_that_it_laid_something_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies there is taken away when it is sent at last."""
    with workspace(refuses_archived_parents=True) as there:
        scene = archived(there, tmp_path)
        scene.keep(NOTE)
        with monkeypatch.context() as patched:
            killing(patched, "note_upload", 3)
            with pytest.raises(Killed):
                scene.teller().create(scene.draft(NOTE))
        left = laid_out(scene)
        revive(scene)
        scene.teller().create(scene.draft(NOTE))

    assert (left, laid_out(scene), scene.files) == ([NOTE_FILE], [], [NOTE_FILE])


def test_what_was_taken_out_after_a_process_died_counts_as_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the file was about to leave: nobody is asked to look after an empty one."""
    with workspace(refuses_archived_parents=True) as there:
        scene = archived(there, tmp_path)
        scene.keep(NOTE)
        refused(scene)
        revive(scene)
        with monkeypatch.context() as patched:
            killing(patched, "note_upload", 2)
            with pytest.raises(Killed):
                scene.teller().create(scene.draft(NOTE))
        (scene.archive.path / "documents" / scene.client / NOTE_FILE).unlink()
        made = scene.teller().create(scene.draft(NOTE))

    assert made.id == f"by-hand:{NOTE_FILE}"
    assert not (scene.archive.path / "in-doubt").exists()


@pytest.mark.parametrize("method", ["note_upload", "write"])
def test_a_process_that_dies_during_the_second_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Wherever it dies, the file is there once in the end, and lies nowhere."""
    for turn in range(1, 4):
        with workspace(refuses_archived_parents=True) as there:
            scene = archived(there, tmp_path / f"{turn}")
            scene.keep(NOTE)
            refused(scene)
            revive(scene)
            with monkeypatch.context() as patched:
                killing(patched, method, turn)
                with suppress(Killed):
                    scene.teller().create(scene.draft(NOTE))
            until_done(scene, lambda: scene.teller().create(scene.draft(NOTE)))  # noqa: B023 - called at once

            assert (scene.files, laid_out(scene)) == ([NOTE_FILE], [])


def test_another_refusal_is_told(scene: Scene) -> None:
    """Of a client who is not archived, or gone; and a refusal that says nothing of the file."""
    scene.keep(NOTE)
    with pytest.raises(NotFound):
        scene.teller().create(scene.draft(NOTE, "99"))
    scene.there.fake.faults.add("403", when=uploading, every=1, times=1)
    with pytest.raises(Forbidden):
        scene.teller().create(scene.draft(NOTE))
    scene.there.fake.faults.add("401", when=uploading, every=1, times=1)
    with pytest.raises(Unauthorized):
        scene.teller().create(scene.draft(NOTE))

    assert not (scene.archive.path / "documents").exists()


def test_a_folder_that_can_t_be_written_to(scene: Scene) -> None:
    """It is said, and nothing is sent."""
    scene.keep(NOTE)
    (scene.archive.path / "outgoing").touch()
    with pytest.raises(ArchiveError, match="can't be used"):
        scene.teller().create(scene.draft(NOTE))

    assert scene.files == []


def test_names_in_a_document_come_from_the_archive(scene: Scene) -> None:
    """Nothing is asked of anybody for them."""
    scene.keep(
        m.Practitioner(id="3", first_name="Amy", last_name="Ng"),
        attrs.evolve(NOTE, practitioner=Ref("practitioners", "3"), finalized_at=LATER),
    )
    before = len(scene.there.fake.log)
    scene.teller().create(scene.draft(NOTE))

    assert "Written by Amy Ng on" in next(scene.texts())
    assert [request.path.rpartition("/")[2] for request in scene.there.fake.log[before:]] == ["file"]
