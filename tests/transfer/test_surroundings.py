"""What is read of other records just before one is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import GroupAppointment
from clinikomigrate.transfer.classes import Class, Classes
from clinikomigrate.transfer.mapper import Fetch
from clinikomigrate.transfer.source import ClinikoSource
from tests.end_to_end.accounts import client
from tests.traps.clinic import Clinic

TO_COME = "2031-01-06T00:00:00Z"
GONE = "2024-01-01T00:00:00Z"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """A small clinic."""
    made = Clinic(tmp_path)
    with made.source.in_process():
        yield made


def read(clinic: Clinic, what: str, kind: str, id: str) -> object:
    """Reads what a draft asks for."""
    return ClinikoSource(client(clinic.source)).fetch(Fetch(what, (Ref(kind, id),)), None)


def test_a_class_is_read_once_for_seats_that_come_together(clinic: Clinic) -> None:
    """An id that is no class's is none; a new reading of the seats reads it anew."""
    lesson, visit = clinic.lesson(), clinic.visit(clinic.patient())
    source = ClinikoSource(client(clinic.source))
    seat = Fetch("class", (Ref("group_appointments", lesson),))
    first, second = source.fetch(seat, None), source.fetch(seat, None)

    assert isinstance(first, Class)
    assert first is second
    assert (first.business, first.archived_at) == (Ref("businesses", clinic.business), None)
    assert source.fetch(Fetch("class", (Ref("group_appointments", visit),)), None) is None

    list(source.stream("attendees"))

    assert source.fetch(seat, None) is not first


def test_classes_that_were_read_long_ago_are_forgotten() -> None:
    """Memory does not grow with the number of classes."""
    asked: list[str] = []

    def get(id: str) -> GroupAppointment:
        asked.append(id)
        return GroupAppointment(id=id)

    classes = Classes(get)
    for number in range(300):
        classes.get(str(number))
    classes.get("299")
    classes.get("0")

    assert asked[300:] == ["0"]


def test_alerts_are_those_that_hold_also_of_who_was_merged_into_the_patient(clinic: Clinic) -> None:
    """In however many steps; an archived alert is none."""
    ada = clinic.patient()
    bea = clinic.patient(archived_at=GONE, merged_at=GONE, merged_with_patient_id=ada)
    cyn = clinic.patient(archived_at=GONE, merged_at=GONE, merged_with_patient_id=bea)
    clinic.source.add("medical_alerts", patient_id=ada, name="Latex")
    clinic.source.add("medical_alerts", patient_id=cyn, name="Nuts")
    clinic.source.add("medical_alerts", patient_id=ada, name="Old", archived_at=GONE)

    assert read(clinic, "medical_alerts", "patients", ada) == ["Latex", "Nuts"]
    assert read(clinic, "medical_alerts", "patients", clinic.patient()) == []


def test_who_was_merged_since_is_read_when_patients_are_read_anew(clinic: Clinic) -> None:
    """A look at the source does not tell who is merged until a run; reading some patients by id costs no such list."""
    ada, bea = clinic.patient(), clinic.patient()
    clinic.source.add("medical_alerts", patient_id=bea, name="Nuts")
    source = ClinikoSource(client(clinic.source))
    asked = Fetch("medical_alerts", (Ref("patients", ada),))
    before = source.fetch(asked, None)
    row = clinic.source.store.at("patients", bea)
    clinic.source.store.change("patients", row, archived_at=GONE, merged_at=GONE, merged_with_patient_id=ada)
    list(source.stream("patients"))
    after = source.fetch(asked, None)
    lists = len(clinic.source.log)
    list(source.by_id("patients", [ada]))
    source.fetch(asked, None)

    assert (before, after) == ([], ["Nuts"])
    assert len(clinic.source.log) == lists + 2


def test_who_is_booked_is_told_by_what_is_to_come(clinic: Clinic) -> None:
    """Cancelled or not, alone or in a class; what is over doesn't count."""
    past, visiting, cancelled, seated = (clinic.patient() for _ in range(4))
    clinic.visit(past)
    clinic.visit(visiting, starts_at=TO_COME, ends_at=TO_COME.replace("00:00:00", "00:30:00"))
    clinic.visit(cancelled, starts_at=TO_COME, ends_at=TO_COME.replace("00:00:00", "00:30:00"), cancelled_at=GONE)
    clinic.seat(clinic.lesson(starts_at=TO_COME, ends_at=TO_COME.replace("00:00:00", "00:30:00")), seated)
    found = [read(clinic, "bookings_to_come", "patients", each) for each in (past, visiting, cancelled, seated)]

    assert found == [False, True, True, True]


def test_what_was_noted_with_an_attendee_is_read_by_the_appointment(clinic: Clinic) -> None:
    """Blank notes say nothing."""
    visit = clinic.visit(clinic.patient())
    (seat,) = clinic.source.rows("attendees")
    clinic.source.store.change("attendees", clinic.source.store.at("attendees", str(seat["id"])), notes="Left knee")

    assert read(clinic, "attendee_notes", "individual_appointments", visit) == ["Left knee"]
    assert read(clinic, "attendee_notes", "individual_appointments", clinic.visit(clinic.patient())) == []


def test_nothing_else_can_be_read(clinic: Clinic) -> None:
    """A question that nobody knows is a mistake of the mapper's."""
    with pytest.raises(ValueError, match="can't fetch"):
        read(clinic, "horoscope", "patients", "1")


def test_what_a_contact_is_called(clinic: Clinic) -> None:
    """By person and company; each is read once until patients are read anew, and what is gone has no name."""
    add = clinic.source.add
    person = add("contacts", title="Dr", first_name="Jo", last_name="Lee", company_name="Lee & Co")
    known, nobody = add("contacts", first_name="", last_name="", preferred_name="Jojo"), add("contacts", first_name="")
    source = ClinikoSource(client(clinic.source))
    names = [source.fetch(Fetch("contact_name", (Ref("contacts", id),)), None) for id in (person, known, nobody, "404")]
    asked = len(clinic.source.log)
    source.fetch(Fetch("contact_name", (Ref("contacts", person),)), None)

    assert names == ["Dr Jo Lee, Lee & Co", "Jojo", None, None]
    assert len(clinic.source.log) == asked

    list(source.stream("patients"))
    source.fetch(Fetch("contact_name", (Ref("contacts", person),)), None)

    assert [each.path for each in clinic.source.log][-1].endswith(f"/contacts/{person}")


def test_what_contacts_are_called_whose_list_is_read_is_not_asked_again(clinic: Clinic) -> None:
    """Each reading of the list gives their names anew, and patients who are read meanwhile make no difference."""
    doctor = clinic.add("contacts", first_name="Jo", last_name="Lee")
    source = ClinikoSource(client(clinic.source))
    called = Fetch("contact_name", (Ref("contacts", doctor),))
    names = []
    for last_name in ("Lee", "Li"):
        clinic.source.store.change("contacts", clinic.source.store.at("contacts", doctor), last_name=last_name)
        list(source.stream("contacts"))
        list(source.stream("patients"))
        names.append(source.fetch(called, None))

    assert names == ["Jo Lee", "Jo Li"]
    assert [each.path for each in clinic.source.log if each.path.endswith(f"/contacts/{doctor}")] == []


def test_a_contact_that_is_read_by_itself_is_no_list(clinic: Clinic) -> None:
    """Others are asked for anew when patients are read anew."""
    doctor, other = (clinic.add("contacts", first_name="Jo", last_name=name) for name in ("Lee", "Li"))
    source = ClinikoSource(client(clinic.source))
    list(source.by_id("contacts", [doctor]))
    known = [source.fetch(Fetch("contact_name", (Ref("contacts", id),)), None) for id in (doctor, other)]
    asked = len(clinic.source.log)
    list(source.stream("patients"))
    source.fetch(Fetch("contact_name", (Ref("contacts", doctor),)), None)

    assert known == ["Jo Lee", "Jo Li"]
    assert len(clinic.source.log) == asked + 2


def test_contacts_that_were_read_long_ago_are_forgotten(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow with the number of contacts."""
    monkeypatch.setattr("clinikomigrate.transfer.surroundings._REMEMBERED", 1)
    ids = [clinic.source.add("contacts", first_name=name, last_name="Lee") for name in ("Jo", "Al")]
    source = ClinikoSource(client(clinic.source))
    asked = [source.fetch(Fetch("contact_name", (Ref("contacts", id),)), None) for id in (*ids, ids[0])]

    assert asked == ["Jo Lee", "Al Lee", "Jo Lee"]
