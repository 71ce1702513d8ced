"""Running again later: changes that a record itself does not show, only lists that hang on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Cliniko
from clinikomigrate.cliniko import models as m
from tests.end_to_end.accounts import Pair, client
from tests.traps.clinic import Clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic with two businesses and two practitioners."""
    clinic = Clinic(tmp_path)
    clinic.source.add("businesses", business_name="Side Street")
    user = clinic.source.add("users", first_name="Amy", last_name="Ng", email="amy@clinic.example")
    clinic.source.add("practitioners", user_id=user, first_name="Amy", last_name="Ng")
    return clinic


@contextmanager
def old_clinic(clinic: Clinic) -> Iterator[Cliniko]:
    """Gives a client of the source, mounted. What is written through it is the clinic's own work."""
    with clinic.source.in_process():
        yield client(clinic.source)
    clinic.source.log[:] = [each for each in clinic.source.log if each.method == "GET"]


def offer(clinic: Clinic, kind: str, **who: list[str]) -> None:
    """Changes who offers an appointment type, and where."""
    with old_clinic(clinic) as source:
        source.appointment_types.update(kind, m.AppointmentTypeDraft(**who))  # type: ignore[arg-type] # lists of ids


def changes(clinic: Clinic, path: str) -> list[dict[str, Any]]:
    """Gives what was sent to change records below a path."""
    sent = [each for each in clinic.destination.log if each.method == "PATCH" and path in each.path]
    return [each.json for each in sent if isinstance(each.json, dict)]


def ids(clinic: Clinic, kind: str) -> list[str]:
    """Gives the ids of a kind in the source."""
    return [str(row["id"]) for row in clinic.source.rows(kind)]


def test_who_offers_a_type_and_where(clinic: Clinic) -> None:
    """Another practitioner, another business, and neither: each comes over once."""
    clinic.move()
    offer(clinic, clinic.type, business_ids=ids(clinic, "businesses"))
    places = clinic.run()
    offer(clinic, clinic.type, practitioner_ids=ids(clinic, "practitioners"))
    people = clinic.run()
    offer(clinic, clinic.type, practitioner_ids=[], business_ids=[])
    nobody = clinic.run()
    again = clinic.run()
    there = clinic.destination.rows("practitioners"), clinic.destination.rows("businesses")

    assert [1, 1, 1, 0] == [report.kinds["appointment_types"].updated for report in (places, people, nobody, again)]
    sent = changes(clinic, "/appointment_types/")
    assert [["business_ids"], ["practitioner_ids"], ["business_ids", "practitioner_ids"]] == list(map(sorted, sent))
    assert [2, 0] == [len(each["business_ids"]) for each in sent if "business_ids" in each]
    assert [2, 0] == [len(each["practitioner_ids"]) for each in sent if "practitioner_ids" in each]
    assert {str(row["id"]) for row in there[0]} >= set(sent[1]["practitioner_ids"])
    assert all(report.ok for report in (places, people, nobody, again))


def test_a_type_that_was_there_before_is_told(clinic: Clinic) -> None:
    """The destination's own type is not touched; that the source's is offered elsewhere now is a conflict."""
    clinic.destination.add("appointment_types", name="Initial")
    clinic.move()
    offer(clinic, clinic.type, business_ids=ids(clinic, "businesses"))
    report = clinic.run()

    assert ["appointment_types"] == [row.kind for row in report.set_aside]
    assert "not touched" in report.set_aside[0].reason
    assert [] == changes(clinic, "/appointment_types/")


def test_files_that_come_to_a_case_and_leave_it(clinic: Clinic) -> None:
    """A file that is linked with an old case later is linked in the destination, too, and taken away again."""
    ada = clinic.patient()
    case = clinic.add("patient_cases", name="Knee", patient_id=ada)
    clinic.file(ada)
    clinic.move()
    nothing = clinic.run()
    fresh = clinic.file(ada, filename="letter.pdf")
    with old_clinic(clinic) as source:
        source.patient_cases.update(case, m.PatientCaseDraft(patient_attachment_ids=[fresh]))
    linked = clinic.run()
    there = {str(row["filename"]): str(row["id"]) for row in clinic.arrived("patient_attachments")}
    sent = [list(each["patient_attachment_ids"]) for each in changes(clinic, "/patient_cases/")]
    with old_clinic(clinic) as source:
        source.patient_cases.update(case, m.PatientCaseDraft(patient_attachment_ids=[]))
    unlinked = clinic.run()

    assert nothing.ok
    assert linked.ok
    assert [[there["letter.pdf"]]] == sent
    assert unlinked.ok
    assert [] == changes(clinic, "/patient_cases/")[-1]["patient_attachment_ids"]
    assert 0 == clinic.run().kinds["patient_cases"].updated


def test_what_a_file_is_said_to_be(clinic: Clinic) -> None:
    """A description that was changed in the source comes over, and the file's content stays compared."""
    file = clinic.file(clinic.patient(), description="Knee")
    clinic.move()
    with old_clinic(clinic) as source:
        source.patient_attachments.update(file, m.PatientAttachmentDraft(description="Left knee"))
    report = clinic.run()
    with clinic.source.in_process(), clinic.destination.in_process():
        verification = Pair(clinic.source, clinic.destination, clinic.journal).transfer().verify()

    assert 1 == report.kinds["patient_attachments"].updated
    assert str(clinic.only("patient_attachments")["description"]).startswith("Left knee")
    assert verification.ok, verification


def test_a_case_that_changes_after_its_file_was_archived(clinic: Clinic) -> None:
    """Its files are not set again where none came and none went: a destination may not take one that is archived."""
    ada = clinic.patient()
    file = clinic.file(ada, archived_at="2024-06-01T00:00:00Z")
    case = clinic.add("patient_cases", patient_id=ada, name="Knee", patient_attachment_ids=[file])
    clinic.move()
    store = clinic.source.store
    store.change("patient_cases", store.at("patient_cases", case), notes="Better", updated_at="2030-01-01T00:00:00Z")
    clinic.destination.log.clear()
    clinic.move()

    assert "Better" == clinic.only("patient_cases")["notes"]
    assert [{"notes": "Better"}] == clinic.bodies("PATCH", str(clinic.only("patient_cases")["id"]))
