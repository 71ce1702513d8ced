"""The archive folder gives back every record as it came."""

from __future__ import annotations

import json
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import MedicalAlert, Patient
from clinikomigrate.errors import ArchiveError
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.archive.archive import RECORDS
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.clinic import make_clinic
from clinikomigrate.transfer.kinds import KINDS
from tests.end_to_end.accounts import client

ALERTS = "medical_alerts"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive that is not there yet."""
    archive = Archive(tmp_path / "clinic" / "archive")
    yield archive
    archive.close()


@pytest.fixture(scope="module")
def source() -> Iterator[Cliniko]:
    """A clinic with all the awkward records in it."""
    fake = FakeCliniko()
    make_clinic(fake, patients=40, seed=11)
    with fake.in_process():
        yield client(fake)


def alert(id: str, patient: str = "1", name: str = "Latex") -> MedicalAlert:
    """Makes an alert."""
    return MedicalAlert(id=id, name=name, patient=Ref("patients", patient))


@pytest.mark.parametrize("kind", [*KINDS, "businesses", "practitioners", "users"])
def test_every_record_comes_back(source: Cliniko, archive: Archive, kind: str) -> None:
    """Whatever its model is, a record that was kept is equal to the one that came."""
    records = list(source.resource(kind).list(include_archived=True, include_cancelled=True))
    archive.put(records)

    assert records
    assert records == [archive.get(kind, each.id) for each in records]
    assert sorted(each.id for each in records) == [each.id for each in archive.all(kind)]


def test_what_nobody_knows_yet_comes_back(archive: Archive) -> None:
    """A field that the model has no attribute for stands beside the others."""
    given = Patient(id="1", last_name="Sample", extra={"shoe_size": {"eu": [41, None, True]}})
    archive.put([given])
    (body,) = sqlite3.connect(archive.path / RECORDS).execute("SELECT body FROM record").fetchone()

    assert given == archive.get("patients", "1")
    assert {"eu": [41, None, True]} == json.loads(body)["shoe_size"]


def test_links_look_as_the_api_writes_them(archive: Archive) -> None:
    """So that whoever reads the file finds what the API's description describes."""
    archive.put([alert("5", "7")])
    kind, id, patient, body = (
        sqlite3.connect(archive.path / RECORDS).execute("SELECT kind, id, patient, body FROM record").fetchone()
    )

    assert (ALERTS, "5", "7") == (kind, id, patient)
    assert {"links": {"self": "/v1/patients/7"}} == json.loads(body)["patient"]


def test_what_comes_again_replaces_what_was_there(archive: Archive) -> None:
    """There is one of each record."""
    archive.put([alert("5"), alert("6")])
    archive.put([alert("5", name="Nuts")])

    assert ["Nuts", "Latex"] == [each.name for each in archive.all(ALERTS)]


def test_what_is_not_there(archive: Archive) -> None:
    """Is None, and an empty list; asking makes the folder, for it is asked only while a transfer runs."""
    assert archive.get(ALERTS, "5") is None
    assert [] == list(archive.all(ALERTS))
    assert [] == list(archive.of("1", ALERTS))


def test_a_patients_records(archive: Archive) -> None:
    """Are the patient's own, and those of all who were merged into the patient, in however many steps."""
    merged = [("2", "1"), ("3", "2"), ("4", "9"), ("1", "3")]
    archive.put(Patient(id=loser, merged_with_patient=Ref("patients", winner)) for loser, winner in merged)
    archive.put(alert(id, patient) for id, patient in [("10", "1"), ("11", "2"), ("12", "3"), ("13", "4")])

    assert ["10", "11", "12"] == [each.id for each in archive.of("1", ALERTS)]
    assert ["1", "2", "3"] == list(archive.people("1"))
    assert ["13"] == [each.id for each in archive.of("9", ALERTS)]


def test_more_than_a_page(archive: Archive) -> None:
    """Many records are given one after the other."""
    archive.put(alert(str(number), str(number % 2)) for number in range(1, 1002))

    assert 1001 == len(list(archive.all(ALERTS)))
    assert 501 == len({each.id for each in archive.of("1", ALERTS)})


def test_only_its_owner_can_read_it(archive: Archive) -> None:
    """The folder and the file are closed to everybody else."""
    archive.put([alert("5")])

    assert 0o700 == stat.S_IMODE(archive.path.stat().st_mode)
    assert {0o600} == {stat.S_IMODE(each.stat().st_mode) for each in archive.path.iterdir()}


def test_it_is_opened_again(archive: Archive) -> None:
    """What was kept before it was closed is there."""
    archive.put([alert("5")])
    archive.close()
    archive.close()

    assert [alert("5")] == list(archive.all(ALERTS))


def test_many_threads(archive: Archive) -> None:
    """Records come from several threads at once."""
    threads = [
        threading.Thread(target=lambda start=start: archive.put(alert(str(id)) for id in range(start, start + 50)))
        for start in range(0, 400, 50)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert 400 == len(list(archive.all(ALERTS)))


def test_all_or_nothing(archive: Archive) -> None:
    """Where one record can't be kept, none of those that came with it is."""

    def records() -> Iterator[Any]:
        yield alert("5")
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        archive.put(records())

    assert [] == list(archive.all(ALERTS))


def test_a_folder_that_can_t_be_made(tmp_path: Path) -> None:
    """Is told, with what to do."""
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match=r"file/archive can't be used: Not a directory. Put that right, and run"):
        Archive(tmp_path / "file" / "archive").put([alert("5")])


def test_a_file_that_is_no_archive(tmp_path: Path) -> None:
    """Is not overwritten."""
    (tmp_path / RECORDS).write_bytes(b"something else entirely, and long enough to be no empty database" * 20)
    with pytest.raises(ArchiveError, match="file is not a database"):
        Archive(tmp_path).put([alert("5")])


def test_a_disk_that_is_full(archive: Archive) -> None:
    """The records that could not be kept are not, and it is told."""
    archive.put([alert("5")])
    archive._opened().execute("PRAGMA max_page_count = 1")
    with pytest.raises(ArchiveError, match="full"):
        archive.put(attrs.evolve(alert(str(number)), name="x" * 4000) for number in range(100))

    assert 1 == len(list(archive.all(ALERTS)))


def test_its_repr_shows_where_it_is() -> None:
    """And no record."""
    assert "<Archive 'old-clinic.archive'>" == repr(Archive("old-clinic.archive"))
