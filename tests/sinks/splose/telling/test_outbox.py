"""Documents leave once, whatever interrupts them."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ArchiveError, ConnectionFailed, Forbidden, NotFound, Unauthorized, UploadInDoubt
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.documents import documents as documents_module
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


def test_a_client_who_is_archived_takes_no_file(tmp_path: Path) -> None:
    """The file is laid out for a person, which is a loss; it is not tried again."""
    with workspace(refuses_archived_parents=True) as there:
        scene = archived(there, tmp_path)
        scene.keep(NOTE, ALERT)
        for _ in range(2):
            made = scene.teller().create(scene.draft(NOTE))
            told = scene.tell()

            assert made.id == f"by-hand:{NOTE_FILE}"
            assert [(loss.field, loss.reason) for loss in made.losses] == [("record", reasons.REFUSED_FILE)]
            assert [(loss.field, loss.reason) for loss in told.losses] == [("documents", reasons.REFUSED_FILE)]
        laid_out = sorted((scene.archive.path / "documents" / scene.client).iterdir())
        scene.archive.close()

    assert [path.name for path in laid_out] == ["2024-03-13 patient-record 42.pdf", NOTE_FILE]
    assert scene.files == []
    assert len([line for line in there.writes() if line.endswith("/file")]) == 2


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
        made = scene.teller().create(scene.draft(NOTE))
        scene.archive.close()

    assert made.id == f"by-hand:{NOTE_FILE}"


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
