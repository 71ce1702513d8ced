"""The archive folder keeps drawn signatures: as data, and as files to look at."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import PatientForm, Signature
from clinikomigrate.errors import ArchiveError
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.archive.drawings import LATER, NEVER, UNKNOWN, Drawings
from tests.sinks.splose.documents.samples import WHEN
from tests.sinks.test_pictures import PNG, SVG, data

FORM = PatientForm(id="8", patient=Ref("patients", "42"))
SIGNATURE = Signature(id="77", image=data(SVG.encode()), created_at=WHEN, user=Ref("users", "3"))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive."""
    archive = Archive(tmp_path / "archive")
    archive.make()
    yield archive
    archive.close()


def files(archive: Archive) -> dict[str, bytes]:
    """Gives what the folder of signatures holds."""
    folder = archive.path / "signatures"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_signature_comes_back(archive: Archive) -> None:
    """With all that Cliniko says of it, and as its patient's. Its file is the drawing. Kept again, it is there once."""
    drawings = Drawings(archive)
    for _ in range(2):
        drawings.keep(FORM, SIGNATURE)

    assert drawings.of("77") == SIGNATURE
    assert list(archive.of("42", "signatures")) == [SIGNATURE]
    assert files(archive) == {"42/8 77.svg": SVG.encode()}
    assert drawings.missing("77") is None
    assert archive.rows("SELECT * FROM drawing") == [("77", "8", "42", "signatures/42/8 77.svg", None)]


def test_only_its_owner_can_read_it(archive: Archive) -> None:
    """The folders and the file are closed to everybody else; whatever was left half done is gone."""
    (archive.path / "signatures" / "42").mkdir(mode=0o700, parents=True)
    (archive.path / "signatures" / "42" / "8 77.part").write_bytes(b"half")
    Drawings(archive).keep(FORM, SIGNATURE)
    there = list((archive.path / "signatures").rglob("*"))

    assert {0o700, 0o600} == {stat.S_IMODE(each.stat().st_mode) for each in there}
    assert len(there) == 2


def test_no_text_of_the_source_s_chooses_a_folder(archive: Archive) -> None:
    """Ids are numbers; were one something else, it would lead nowhere. A form of nobody's has a place too."""
    drawings = Drawings(archive)
    drawings.keep(PatientForm(id="../8", patient=Ref("patients", "/etc")), attrs.evolve(SIGNATURE, id="../../7"))
    drawings.keep(PatientForm(id="9"), attrs.evolve(SIGNATURE, image=data(PNG, "image/png")))

    assert files(archive) == {"etc/8 7.svg": SVG.encode(), "nobody/9 77.png": PNG}


def test_what_is_no_picture_is_kept_as_it_came(archive: Archive) -> None:
    """Among the records, which say that there is no file."""
    drawings, strange = Drawings(archive), attrs.evolve(SIGNATURE, image="hologram")
    drawings.keep(FORM, strange)

    assert drawings.of("77") == strange
    assert drawings.missing("77") == UNKNOWN
    assert files(archive) == {}


def test_what_is_not_there_is_noted(archive: Archive) -> None:
    """With the reason, until it comes."""
    drawings = Drawings(archive)

    assert (drawings.of("77"), drawings.missing("77")) == (None, None)

    drawings.lacks(FORM, "77", NEVER)

    assert (drawings.of("77"), drawings.missing("77")) == (None, NEVER)

    drawings.keep(FORM, SIGNATURE)

    assert (drawings.of("77"), drawings.missing("77")) == (SIGNATURE, None)


def test_a_document_waits_once(archive: Archive) -> None:
    """For a signature that the next run tries to read again; if none does, it waits no longer."""
    drawings = Drawings(archive)
    drawings.lacks(FORM, "76", NEVER)

    assert not drawings.wait(FORM.id)

    drawings.lacks(FORM, "77", LATER)

    assert [drawings.wait("9"), drawings.wait(FORM.id), drawings.wait(FORM.id)] == [False, True, False]
    assert drawings.missing("77") is not None
    assert drawings.missing("76") == NEVER


def test_a_disk_that_refuses(archive: Archive) -> None:
    """Is told, and the signature does not count as kept."""
    (archive.path / "signatures").write_text("in the way")
    with pytest.raises(ArchiveError, match="can't be used"):
        Drawings(archive).keep(FORM, SIGNATURE)

    assert Drawings(archive).of("77") is None
