"""Files go to clients once, though nobody can ask which are there."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinikomigrate.errors import ConnectionFailed, NotFound, RateLimited, UploadInDoubt
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.uploads import Uploads
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.testing.log import LoggedRequest
from tests.sinks.splose.workspace import There

NAME = "2024-03-14 treatment-note 123.pdf"
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive folder."""
    archive = Archive(tmp_path / "archive")
    yield archive
    archive.close()


@pytest.fixture
def ada(there: There) -> str:
    """A client."""
    return there.ada()


def uploading(request: LoggedRequest) -> bool:
    """Says whether a request sends a file."""
    return request.path.endswith("/file")


def fail(there: There, kind: FaultKind, times: int = 1) -> None:
    """Lets uploads fail."""
    there.fake.faults.add(kind, when=uploading, every=1, times=times)


def names(there: There) -> list[str]:
    """Gives the names of the files that the workspace has."""
    return [str(row["name"]) for row in there.fake.rows("patient_files")]


def test_a_file_is_sent_once(there: There, archive: Archive, ada: str) -> None:
    """Whoever sends it again gets the same id, and nothing is sent; another client's file is another file."""
    first = Uploads(there.client, archive).send(ada, NAME, PDF)
    archive.close()
    second = Uploads(there.client, archive).send(ada, NAME, PDF)
    Uploads(there.client, archive).send(there.ada(), NAME, PDF)

    assert first == second
    assert [NAME, NAME] == names(there)


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "500_after", "503", "timeout_after", "cut", "not_json"])
def test_a_lost_answer(there: There, archive: Archive, ada: str, fault: FaultKind) -> None:
    """Nothing is sent again: a person looks, and says by taking the file out of the folder that all is well."""
    fail(there, fault, times=9)
    uploads = Uploads(there.client, archive)
    arrived = 0 if fault in ("drop_before", "503") else 1
    told = f"{NAME} is among the files of client {ada}. If it is not, drag it there from {archive.path}/in-doubt/{ada}."
    for _ in range(2):
        with pytest.raises(UploadInDoubt, match=re.escape(told)):
            uploads.send(ada, NAME, PDF)
    folder = archive.path / "in-doubt" / ada

    assert PDF == (folder / NAME).read_bytes()
    assert 0o600 == stat.S_IMODE((folder / NAME).stat().st_mode)
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)

    (folder / NAME).unlink()
    assert f"by-hand:{NAME}" == uploads.send(ada, NAME, PDF) == uploads.send(ada, NAME, PDF)
    assert [NAME] * arrived == names(there)


@pytest.mark.parametrize("fault", ["429", "refuse"])
def test_what_was_surely_not_sent_is_sent_later(there: There, archive: Archive, ada: str, fault: FaultKind) -> None:
    """An error that says that nothing was done leaves nothing in doubt."""
    fail(there, fault, times=99)
    with pytest.raises((RateLimited, ConnectionFailed)):
        Uploads(there.client, archive).send(ada, NAME, PDF)
    there.fake.faults.clear()
    Uploads(there.client, archive).send(ada, NAME, PDF)

    assert [NAME] == names(there)
    assert not (archive.path / "in-doubt").exists()


def test_a_client_who_is_gone(there: There, archive: Archive) -> None:
    """Splose says no, and nothing is remembered."""
    with pytest.raises(NotFound):
        Uploads(there.client, archive).send("99", NAME, PDF)

    assert archive.upload("99", NAME) is None


def test_a_process_that_died_in_between(there: There, archive: Archive, ada: str) -> None:
    """Whether the file had left isn't known then, so a person looks; a file that was half laid out is laid out anew."""
    archive.note_upload(ada, NAME, "sent")
    folder = archive.path / "in-doubt" / ada
    folder.mkdir(parents=True)
    (folder / NAME).with_suffix(".part").write_bytes(b"%PD")
    with pytest.raises(UploadInDoubt):
        Uploads(there.client, archive).send(ada, NAME, PDF)

    assert [NAME] == [each.name for each in folder.iterdir()]
    assert PDF == (folder / NAME).read_bytes()
