"""By what a person finds in a workspace what was made there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.whereabouts import whereabouts
from clinikomigrate.transfer.whereabouts import Whereabouts
from tests.sinks.splose.workspace import There

AT = datetime(2031, 1, 6, tzinfo=UTC)
ADA: Ref[m.Patient] = Ref("patients", "1")
NORTHSIDE: Ref[m.Business] = Ref("businesses", "5")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive with Ada, who was merged into Bea, and what she has."""
    archive = Archive(tmp_path / "clinic.archive")
    archive.put([m.Business(id="5", time_zone_identifier="Australia/Melbourne")])
    archive.put([m.Patient(id="1", first_name="Ada", merged_with_patient=Ref("patients", "2"))])
    archive.put([m.Patient(id="2", first_name="Bea", last_name="Sample")])
    archive.put([m.IndividualAppointment(id="7", starts_at=AT, patient=ADA, business=NORTHSIDE)])
    archive.put([m.GroupAppointment(id="8", starts_at=AT)])
    archive.put(
        [
            m.Attendee(id="9", patient=ADA, booking=Ref("bookings", "8")),
            m.Attendee(id="10", patient=ADA, booking=Ref("bookings", "99")),
        ]
    )
    archive.put([m.Contact(id="11", first_name="Dr", last_name="Tor")])
    archive.put([m.TreatmentNote(id="13", patient=ADA)])
    return archive


@pytest.mark.parametrize(
    ("kind", "id", "expected"),
    [
        ("patients", "2", Whereabouts("", "2")),
        ("individual_appointments", "7", Whereabouts("", "2", "2031-01-06 11:00+11:00")),
        ("attendees", "9", Whereabouts("", "2", "2031-01-06 00:00+00:00")),
        ("attendees", "10", Whereabouts("", "2")),
        ("contacts", "11", Whereabouts()),
        ("treatment_notes", "13", Whereabouts("note.pdf", "2")),
    ],
)
def test_a_person_finds_it_by_what_the_workspace_shows(
    archive: Archive, kind: str, id: str, expected: Whereabouts
) -> None:
    """Times in the zone of the business, files' names, and of a merged patient who remains."""
    archive.note_upload("92", "note.pdf", "there", "71")
    there = {"2": "92", "13": "71#13"}.get(id, "")

    assert whereabouts(archive, kind, {id: there}) == {id: expected}


def test_without_a_folder_nothing_is_known(there: There) -> None:
    """A report is made none the less."""
    assert there.sink.whereabouts("patients", {"1": "91"}) == {}
