"""Running again later: what the source has emptied is emptied there too, and nothing that somebody entered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ClinikoMapper
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.transfer.carry import CHANGED_AND_EDITED
from clinikomigrate.transfer.mapper import Context, Mapped, Skip
from clinikomigrate.transfer.mismatches import Why
from clinikomigrate.transfer.renewal import BROKEN_OFF
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.end_to_end.accounts import Pair
from tests.testing.desk import Desk
from tests.traps.clinic import Clinic, losses

LATER = "2030-01-01T00:00:00Z"
_CONCESSION = "of its concession type the source says nothing any more"


class _PowerCut(BaseException):
    """Ends a process where it stands."""


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


def change(clinic: Clinic, kind: str, id: str, **values: Any) -> None:
    """Changes a record of the source."""
    store = clinic.source.store
    store.change(kind, store.at(kind, id), **{"updated_at": LATER, **values})


def edit(clinic: Clinic, kind: str, **values: Any) -> None:
    """Changes the destination's only record of a kind, as somebody in the new clinic does."""
    answer = Desk(clinic.destination).ask("PATCH", f"/{kind}/{clinic.only(kind)['id']}", values)

    assert 200 == answer.status_code
    clinic.destination.log.clear()


def reasons(clinic: Clinic) -> dict[str, str]:
    """Runs again, and gives why records are set aside, by kind."""
    return {each.kind: each.reason for each in clinic.run().set_aside}


def written(clinic: Clinic) -> list[dict[str, Any]]:
    """Gives the bodies of what was sent to change patients."""
    return clinic.bodies("PATCH", str(clinic.only("patients")["id"]))


def differences(clinic: Clinic) -> Mapping[str, Why]:
    """Compares, and gives why fields of patients differ."""
    with clinic.source.in_process(), clinic.destination.in_process():
        verified = Pair(clinic.source, clinic.destination, clinic.journal).transfer().verify()
        return {each.field: each.why for each in verified.differences if each.kind == "patients"}


def test_only_what_was_emptied_is_sent(clinic: Clinic) -> None:
    """Before the next run a comparison names it; afterwards there is nothing to say."""
    ada = clinic.patient(email="ada@mail.example", notes="Shy", occupation="Baker")
    clinic.move()
    change(clinic, "patients", ada, email=None, notes="  ")
    before = differences(clinic)
    clinic.move()

    assert {"email": Why.CHANGED_HERE, "notes": Why.CHANGED_HERE} == before
    assert [{"email": None, "notes": None}] == written(clinic)
    assert {} == differences(clinic)


def test_what_the_api_can_not_empty_is_left_to_a_person(clinic: Clinic) -> None:
    """The rest goes over; it is told until it is done, and then no more."""
    ada = clinic.patient(concession_type_id=clinic.add("concession_types", name="Student"), notes="Shy")
    clinic.move()
    change(clinic, "patients", ada, concession_type_id=None, notes="Bold", occupation="Baker")
    first, second = reasons(clinic), reasons(clinic)
    found = differences(clinic)
    there = clinic.destination.store
    there.change("patients", there.at("patients", str(clinic.only("patients")["id"])), concession_type_id=None)

    assert _CONCESSION in first["patients"]
    assert first == second
    assert [{"notes": "Bold", "occupation": "Baker"}] == written(clinic)
    assert {"concession_type_id": Why.CHANGED_HERE} == found
    assert {} == reasons(clinic)
    assert {} == differences(clinic)


def test_what_comes_back_is_emptied_no_more(clinic: Clinic) -> None:
    """A link that the source sets again is nothing to be done by hand."""
    student = clinic.add("concession_types", name="Student")
    ada = clinic.patient(concession_type_id=student)
    clinic.move()
    change(clinic, "patients", ada, concession_type_id=None)
    without = reasons(clinic)
    change(clinic, "patients", ada, concession_type_id=student)

    assert ["patients"] == list(without)
    assert {} == reasons(clinic)


def test_a_process_that_ends_before_it_has_noted_that_it_emptied(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it did is nobody's edit."""
    ada = clinic.patient(notes="Shy")
    clinic.move()
    change(clinic, "patients", ada, notes=None)
    cut_before(monkeypatch, clinic, "patients")
    clinic.move()

    assert [{"notes": None}] == written(clinic)


def cut_before(monkeypatch: pytest.MonkeyPatch, clinic: Clinic, kind: str) -> None:
    """Runs until a record of a kind is to be noted."""

    def cut(_: SQLiteJournal, ref: Ref[Any], *args: Any, **more: Any) -> None:
        if ref.kind == kind:
            raise _PowerCut
        settle(_, ref, *args, **more)

    settle = SQLiteJournal.settle
    with monkeypatch.context() as patch:
        patch.setattr(SQLiteJournal, "settle", cut)
        with pytest.raises(_PowerCut):
            clinic.run()


def test_what_is_emptied_while_it_is_in_doubt(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process ended before it noted that it made a patient; what the patient has no more is taken away."""
    ada = clinic.patient(notes="Shy")
    cut_before(monkeypatch, clinic, "patients")
    change(clinic, "patients", ada, notes=None)
    clinic.move()

    assert [{"notes": None}] == written(clinic)


def test_what_can_not_be_read_while_it_is_in_doubt_is_not_overwritten(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows then whether somebody has edited it: it stays in doubt, until a run can read it."""
    ada = clinic.patient(notes="Shy")
    cut_before(monkeypatch, clinic, "patients")
    clock = clinic.destination.clock
    clock.sleep_until(clock.monotonic() + 60)
    edit(clinic, "patients", notes="Bold")
    change(clinic, "patients", ada, occupation="Baker")
    by_id = ("q[]", f"id:={clinic.only('patients')['id']}")
    clinic.destination.faults.add("500", when=lambda request: by_id in request.query, every=1)
    first = reasons(clinic)
    clinic.destination.faults.clear()

    assert "in doubt whether it is there already" in first["patients"]
    assert CHANGED_AND_EDITED == reasons(clinic)["patients"]
    assert [] == written(clinic)
    assert "Bold" == clinic.only("patients")["notes"]


def test_what_can_not_be_emptied_of_what_was_in_doubt(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left to a person, and told until it is done."""
    ada = clinic.patient(concession_type_id=clinic.add("concession_types", name="Student"))
    cut_before(monkeypatch, clinic, "patients")
    change(clinic, "patients", ada, concession_type_id=None, notes="Shy")
    first, second = reasons(clinic), reasons(clinic)
    there = clinic.destination.store
    there.change("patients", there.at("patients", str(clinic.only("patients")["id"])), concession_type_id=None)

    assert _CONCESSION in first["patients"]
    assert first == second
    assert "Shy" == clinic.only("patients")["notes"]
    assert {} == reasons(clinic)


def test_what_somebody_entered_is_not_emptied_along_with_it(clinic: Clinic) -> None:
    """The source empties one field, and has nothing in the one that the new clinic filled in."""
    ada = clinic.patient(notes="Shy")
    clinic.move()
    edit(clinic, "patients", occupation="Farmer")
    change(clinic, "patients", ada, notes=None)

    assert CHANGED_AND_EDITED == reasons(clinic)["patients"]
    assert ("Shy", "Farmer") == (clinic.only("patients")["notes"], clinic.only("patients")["occupation"])

    edit(clinic, "patients", notes=None)

    assert {} == reasons(clinic)
    assert "Farmer" == clinic.only("patients")["occupation"]


def test_what_stands_in_for_nothing_overwrites_no_edit(clinic: Clinic) -> None:
    """A name that the source empties, and that the new clinic has put right, is a conflict."""
    alert = clinic.add("medical_alerts", patient_id=clinic.patient(), name="Nuts")
    clinic.move()
    edit(clinic, "medical_alerts", name="Peanuts")
    change(clinic, "medical_alerts", alert, name="")

    assert CHANGED_AND_EDITED == reasons(clinic)["medical_alerts"]
    assert "Peanuts" == clinic.only("medical_alerts")["name"]


def test_a_field_of_which_part_is_lost_is_not_overwritten(clinic: Clinic) -> None:
    """One of two numbers can't go as it is; an edit of the other is none the less an edit."""
    numbers = [{"phone_type": "Mobile", "number": "0400 111 222"}, {"phone_type": "Pager", "number": "0400 333 444"}]
    ada = clinic.patient(patient_phone_numbers=numbers)
    clinic.move()
    edit(clinic, "patients", patient_phone_numbers=[{"phone_type": "Mobile", "number": "0499 999 999"}])
    change(clinic, "patients", ada, notes="Shy")
    report = clinic.run()

    assert [CHANGED_AND_EDITED] == [each.reason for each in report.set_aside]
    assert "patient_phone_numbers.phone_type" in losses(report, "patients")
    assert ["0499 999 999"] == [each["number"] for each in clinic.only("patients")["patient_phone_numbers"]]


@pytest.mark.parametrize("setting", ["receives_confirmation_emails", "receives_cancellation_emails"])
def test_who_wants_e_mails_in_the_new_clinic_goes_on_getting_them(clinic: Clinic, setting: str) -> None:
    """Whoever did not get them by the source's word; what the source itself switches off goes off."""
    ada = clinic.patient(**{setting: False})
    clinic.move()
    edit(clinic, "patients", **{setting: True})
    told = differences(clinic)
    change(clinic, "patients", ada, notes="Shy")
    clinic.move()

    assert {setting: Why.EDITED_THERE} == told
    assert [{"notes": "Shy"}] == written(clinic)
    assert {setting: Why.EDITED_THERE} == differences(clinic)

    change(clinic, "patients", ada, **{setting: True})
    clinic.move()
    change(clinic, "patients", ada, **{setting: False})
    expected = differences(clinic)
    clinic.move()

    assert {setting: Why.CHANGED_HERE} == expected
    assert clinic.only("patients")[setting] is False


def test_a_change_of_a_patient_mutes_nobody(clinic: Clinic) -> None:
    """It tells nobody anything."""
    ada = clinic.patient(receives_cancellation_emails=True)
    clinic.move()
    clinic.destination.log.clear()
    change(clinic, "patients", ada, notes="Shy")
    clinic.move()

    assert [{"notes": "Shy"}] == written(clinic)
    assert clinic.only("patients")["receives_cancellation_emails"] is True


def test_a_class_that_got_other_seats_on_both_sides(clinic: Clinic) -> None:
    """It keeps those of the new clinic, and is a conflict until both say the same."""
    lesson = clinic.lesson(max_attendees=5)
    clinic.move()
    edit(clinic, "group_appointments", max_attendees=8)
    change(clinic, "group_appointments", lesson, max_attendees=6)

    assert CHANGED_AND_EDITED == reasons(clinic)["group_appointments"]
    assert 8 == clinic.only("group_appointments")["max_attendees"]

    edit(clinic, "group_appointments", max_attendees=6)

    assert {} == reasons(clinic)


def test_a_finalised_note_is_tried_once(clinic: Clinic) -> None:
    """An account may take the change; where it doesn't, its reason is told, and nothing is sent again."""
    note = clinic.note(clinic.patient())
    clinic.move()
    clinic.destination.log.clear()
    change(clinic, "treatment_notes", note, title="Second visit")
    first, second = reasons(clinic), reasons(clinic)

    assert "it is finalised in the destination, where it can't be changed any more" == first["treatment_notes"]
    assert first == second
    assert 1 == len(clinic.sent("PATCH", str(clinic.only("treatment_notes")["id"])))


def test_another_reason_of_a_cancellation_is_told(clinic: Clinic) -> None:
    """Neither an appointment nor a seat in a class can be cancelled again."""
    closed = {"cancelled_at": "2024-03-01T00:00:00Z", "cancellation_reason": 50}
    ada = clinic.patient()
    visit = clinic.visit(ada, **closed)
    seat = clinic.seat(clinic.lesson(), ada, **closed)
    clinic.move()
    change(clinic, "individual_appointments", visit, cancellation_reason=60)
    change(clinic, "attendees", seat, cancellation_reason=60)
    first, second = reasons(clinic), reasons(clinic)

    assert {"attendees", "individual_appointments"} == first.keys()
    assert all("its cancellation says something else in the source since" in each for each in first.values())
    assert first == second

    change(clinic, "individual_appointments", visit, cancellation_reason=50)
    change(clinic, "attendees", seat, cancellation_reason=50)

    assert {} == reasons(clinic)


def test_a_change_that_is_taken_back_after_a_process_ended(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The destination has it, and nobody noted that it does: that is not passed over."""
    ada = clinic.patient(notes="Shy")
    clinic.move()
    change(clinic, "patients", ada, notes="Bold")
    cut_before(monkeypatch, clinic, "patients")
    change(clinic, "patients", ada, notes="Shy")

    assert CHANGED_AND_EDITED == reasons(clinic)["patients"]

    edit(clinic, "patients", notes="Shy")

    assert {} == reasons(clinic)


def test_a_change_that_is_taken_back_before_it_was_sent(clinic: Clinic) -> None:
    """Where nothing of it arrived there is nothing to do."""
    ada = clinic.patient(notes="Shy")
    clinic.move()
    change(clinic, "patients", ada, notes="Bold")
    clinic.destination.faults.add("401", when=lambda request: request.method == "PATCH", every=1)
    stopped = clinic.run()
    clinic.destination.faults.clear()
    change(clinic, "patients", ada, notes="Shy")

    assert stopped.stopped
    assert [BROKEN_OFF] == [each.reason for each in stopped.set_aside]
    assert {} == reasons(clinic)
    assert "Shy" == clinic.only("patients")["notes"]


class _WithoutNotes(ClinikoMapper):
    """Leaves patients' notes out."""

    def patient(self, patient: m.Patient, context: Context, /) -> Mapped[m.PatientDraft] | Skip:
        """Maps a patient without notes."""
        mapped = super().patient(patient, context)
        return mapped if isinstance(mapped, Skip) else mapped.evolve(notes=UNSET)


def test_what_a_mapper_leaves_out_by_now_stays(clinic: Clinic) -> None:
    """The source has it still; what was made of it is not taken away for other settings."""
    ada = clinic.patient(notes="Shy")
    clinic.move()
    change(clinic, "patients", ada, occupation="Baker")
    clinic.move(mapper=_WithoutNotes())

    assert [{"occupation": "Baker"}] == written(clinic)


def test_what_can_not_be_carried_any_more_does_not_stay_as_it_was(clinic: Clinic) -> None:
    """An address that the destination refuses takes the place of the old one as far as it can: that goes."""
    ada = clinic.patient(email="ada@mail.example")
    clinic.move()
    change(clinic, "patients", ada, email="at home")
    report = clinic.move()

    assert [{"email": None}] == written(clinic)
    assert "email" in losses(report, "patients")
