"""Lists of what a person has to see to in the workspace."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ArchiveError
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.archive.work_lists import SET_ASIDE, TO_DELETE, keep
from clinikomigrate.transfer.aside import SetAside
from clinikomigrate.transfer.deleting import ToDelete

NAMES = {"patients": "client", "individual_appointments": "appointment"}
BEGINS = "2031-01-06 11:00+11:00"
ASIDE = [
    SetAside("individual_appointments", "7", "unfinished", "Do it there.", "97", "91", BEGINS),
    SetAside("patients", "1", "failed", "Mend it."),
    SetAside("contacts", "11", "failed", "Mend it."),
    SetAside("contacts", "99", "failed", "Mend it."),
]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive with Ada, an appointment of hers, and a contact."""
    archive = Archive(tmp_path / "clinic.archive")
    archive.put([m.Patient(id="1", first_name="Ada", last_name="Sample"), m.Contact(id="11", company_name="Acme")])
    archive.put([m.IndividualAppointment(id="7", patient=Ref("patients", "1"))])
    return archive


def rows(archive: Archive, name: str) -> list[list[str]]:
    """Gives what stands in a list, without its head."""
    return list(csv.reader((archive.path / name).read_text("utf-8").splitlines()))[1:]


def test_what_was_set_aside_is_listed_with_the_client_s_name(archive: Archive) -> None:
    """As Splose called the client, or else as Cliniko does; once nothing is set aside, there is no list."""
    keep(archive, NAMES, ASIDE, ())

    assert [
        [
            "unfinished",
            "Do it there.",
            "appointment",
            "Ada Sample",
            "91",
            BEGINS,
            "",
            "97",
            "individual_appointments",
            "7",
        ],
        ["failed", "Mend it.", "client", "Ada Sample", "", "", "", "", "patients", "1"],
        ["failed", "Mend it.", "contact", "", "", "", "Acme", "", "contacts", "11"],
        ["failed", "Mend it.", "contact", "", "", "", "", "", "contacts", "99"],
    ] == rows(archive, SET_ASIDE)

    archive.note_client("91", "Addy S.")
    keep(archive, NAMES, ASIDE[:1], ())

    assert ["Addy S."] == [row[3] for row in rows(archive, SET_ASIDE)]
    assert 0o600 == (archive.path / SET_ASIDE).stat().st_mode & 0o777

    keep(archive, NAMES, (), ())
    keep(archive, NAMES, (), ())

    assert not (archive.path / SET_ASIDE).exists()


def test_what_is_to_be_deleted_is_a_list_of_its_own(archive: Archive) -> None:
    """In the order that it was given; files are told by their names."""
    file = ToDelete(0, "patient_attachments", "file", "5", "71", "letter.pdf", "91")
    keep(archive, NAMES, ASIDE, [file, ToDelete(1, "patients", "client", "1", "91", "", "91")])

    assert [
        ["0", "file", "", "91", "", "letter.pdf", "71", "patient_attachments", "5"],
        ["1", "client", "Ada Sample", "91", "", "", "91", "patients", "1"],
    ] == rows(archive, TO_DELETE)
    assert not (archive.path / SET_ASIDE).exists()


def test_a_folder_that_takes_no_list(archive: Archive) -> None:
    """It is said as of any other file of the folder."""
    (archive.path / f"{SET_ASIDE}.part").mkdir()

    with pytest.raises(ArchiveError, match="can't be used"):
        keep(archive, NAMES, ASIDE, ())
