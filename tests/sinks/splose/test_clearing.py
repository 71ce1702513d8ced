"""What updates clear, remembered over interruptions and runs, until it is entered again."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Verification, Why
from clinikomigrate.cliniko.models import PatientDraft
from clinikomigrate.errors import Unsupported
from clinikomigrate.sinks.splose.advice import of_damaged
from clinikomigrate.sinks.splose.archive.folder import Folder
from clinikomigrate.sinks.splose.clearing import LIST, Clearing
from clinikomigrate.sinks.splose.replacing import Replacing
from clinikomigrate.testing import FakeCliniko, FakeSplose
from tests.end_to_end.accounts import client
from tests.end_to_end.splose import Move, set_up
from tests.sinks.splose.workspace import There, workspace


def clinic_of_three() -> tuple[FakeCliniko, FakeSplose]:
    """Makes a clinic with three patients who are booked, and a workspace whose updates clear what they can't give."""
    source, there = FakeCliniko(), FakeSplose(update_clears=True)
    place = {
        "business_id": source.add("businesses", business_name="Northside"),
        "practitioner_id": source.add(
            "practitioners",
            user_id=source.add("users", first_name="Amy", last_name="Ng", email="amy@acme.example"),
            first_name="Amy",
            last_name="Ng",
        ),
        "appointment_type_id": source.add("appointment_types", name="Initial", duration_in_minutes=30),
    }
    for number in range(3):
        patient: dict[str, Any] = {"first_name": f"P{number}", "last_name": "Sample", "address_1": "1 Banksia Street"}
        id = source.add("patients", **patient, date_of_birth="1980-05-01", reminders_communication_channels=[1])
        times = {"starts_at": f"2031-01-0{number + 1}T00:00:00Z", "ends_at": f"2031-01-0{number + 1}T00:30:00Z"}
        source.add("individual_appointments", patient_id=id, **times, **place)
    set_up(source, there)
    return source, there


def run_anew(there: There, folder: Path) -> tuple[Clearing, Replacing]:
    """Begins as a new process does."""
    clearing = Clearing(Folder(folder))
    return clearing, Replacing(there.client, clearing)


def listed(folder: Path) -> list[list[str]]:
    """Reads what is to be entered again."""
    with (folder / LIST).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def test_later_runs_change_nobody_either(tmp_path: Path) -> None:
    """Only the first update of all runs was sent; its client is named until what was cleared stands there again."""
    with workspace(update_clears=True) as there:
        ada, bea = there.ada(extraInfo="Notes"), there.ada(firstname="Bea")
        with pytest.raises(Unsupported, match=f"happened to client {ada}"):
            run_anew(there, tmp_path / "a")[1].change(ada, alert="Latex")
        clearing, replacing = run_anew(there, tmp_path / "a")
        left = f"of client {bea}, the birth date, the communication preference to SMS"
        with pytest.raises(Unsupported, match=left):
            replacing.change(bea, communication_preference="SMS", birthdate=None)
        with pytest.raises(Unsupported, match=f"the address, the further information.*client {ada}"):
            replacing.change(ada, alert="Nuts")

        assert there.writes() == [f"PUT /v1/patients/{ada}"]
        assert [[ada, "", "address_l1", "1 Banksia Street"], [ada, "", "extra_info", "Notes"]] == listed(tmp_path / "a")
        assert [f"client {ada}" in each.message for each in of_damaged(clearing, there.client)] == [True]


def test_what_is_entered_again_is_off_the_list(tmp_path: Path) -> None:
    """Whatever stands there then; that updates clear something stays known."""
    with workspace(update_clears=True) as there:
        ada = there.ada()
        _, replacing = run_anew(there, tmp_path / "a")
        with pytest.raises(Unsupported):
            replacing.change(ada, alert="Latex")
        there.fake.tables.at("patients", int(ada))["addressL1"] = "2 Wattle Street"
        after = replacing.change(ada, alert="Latex")
        again, _ = run_anew(there, tmp_path / "a")

        assert after.address_l1 == "2 Wattle Street"
        assert ([], [], []) == (listed(tmp_path / "a"), again.damaged(), list(of_damaged(again, there.client)))
        assert again.is_known


@pytest.mark.parametrize("clears", [True, False])
def test_an_interrupted_first_update_is_looked_at(tmp_path: Path, clears: bool) -> None:
    """What it did is learnt before anybody else is changed."""
    with workspace(update_clears=clears) as there:
        ada, bea = there.ada(), there.ada(firstname="Bea")
        clearing, _ = run_anew(there, tmp_path / "a")
        clearing.try_with(there.client.patients.get(ada))
        there.fake.tables.at("patients", int(ada)).update({"addressL1": None} if clears else {"alert": "Latex"})
        clearing, replacing = run_anew(there, tmp_path / "a")
        if clears:
            with pytest.raises(Unsupported, match=f"of client {bea}"):
                replacing.change(bea, alert="Nuts")
        else:
            replacing.change(bea, alert="Nuts")

        assert ([ada] if clears else []) == clearing.damaged()
        assert clearing.untold() == []


def test_a_client_who_is_gone_lacks_nothing(tmp_path: Path) -> None:
    """An interrupted update of somebody whom Splose doesn't have any more settles nothing."""
    with workspace() as there:
        ada = there.ada()
        clearing, replacing = run_anew(there, tmp_path / "a")
        clearing.try_with(attrs.evolve(there.client.patients.get(ada), id="1"))
        replacing.change(there.ada(firstname="Bea"), alert="Nuts")

        assert clearing.untold() == []


def test_of_several_values_fewer_are_a_loss(tmp_path: Path) -> None:
    """One of two custom fields that is gone is entered again too."""
    with workspace() as there:
        both = [{"name": "GP", "value": "Dr Lee"}, {"name": "Plan", "value": "A"}]
        ada = there.ada(customFields=both, addressL1=None)
        clearing, _ = run_anew(there, tmp_path / "a")
        clearing.try_with(there.client.patients.get(ada))
        there.fake.tables.at("patients", int(ada))["customFields"] = both[:1]
        now = there.client.patients.get(ada)
        clearing.tell(now)

        assert clearing.lacking(now) == ["custom_fields"]
        assert listed(tmp_path / "a")[0][:3] == [ada, "", "custom_fields"]


def test_five_runs_clear_the_address_of_one_client(tmp_path: Path) -> None:
    """Each report names that client, among what is to be done by hand too, and what to set of the others."""
    source, there = clinic_of_three()
    with source.in_process(), there.in_process():
        move = Move(source, there, tmp_path / "clinic.journal")
        reports = [move.transfer().run() for _ in range(3)]
        lost = [row for row in there.rows("patients") if row["addressL1"] is None]
        for row in there.tables.all("patients"):
            row.update(addressL1="1 Banksia Street", extraInfo="Notes", communicationPreference="SMS")
        last = move.transfer().run()

    assert len(lost) == 1
    assert [len(report.set_aside) for report in reports] == [3, 3, 3]
    assert [sum("Enter again" in step for step in report.to_do) for report in reports] == [0, 1, 1]
    assert sum("the communication preference to SMS" in row.reason for row in reports[2].set_aside) == 2
    assert (last.ok, [step for step in last.to_do if "Enter again" in step]) == (True, [])


def test_what_an_update_cleared_was_edited_by_nobody(tmp_path: Path) -> None:
    """A comparison says so, of what the source doesn't know too; what somebody edits is told apart from it."""
    source, there = clinic_of_three()
    with source.in_process(), there.in_process():
        move = Move(source, there, tmp_path / "clinic.journal")
        there.on_traffic.append(lambda request, *_: give_pronouns(there) if "appointments" in request.path else None)
        move.transfer().run()
        there.on_traffic.clear()
        lacking = next(row for row in there.tables.all("patients") if row["addressL1"] is None)
        alone = move.transfer().verify()
        lacking["email"] = "ada@mail.example"
        edited = move.transfer().verify()
        lacking["addressL1"] = "1 Banksia Street"
        mended = move.transfer().verify()

        cleared = {"address_1": Why.CLEARED, "further information": Why.CLEARED, "pronouns": Why.CLEARED}
        theirs = {"email": Why.EDITED_THERE}
        assert of_client(alone, lacking) == cleared
        assert "Enter again by hand what was cleared: preflight() names" in alone.verdict
        assert of_client(edited, lacking) == cleared | theirs
        del cleared["address_1"]
        assert of_client(mended, lacking) == cleared | theirs


def test_a_change_of_who_lacks_what_an_update_cleared(tmp_path: Path) -> None:
    """The reason says what to enter again, and not that somebody edited the client."""
    source, there = clinic_of_three()
    with source.in_process(), there.in_process():
        move = Move(source, there, tmp_path / "clinic.journal")
        move.transfer().run()
        (lacking,) = [row["firstname"] for row in there.rows("patients") if row["addressL1"] is None]
        (patient,) = [row["id"] for row in source.rows("patients") if row["first_name"] == lacking]
        client(source).patients.update(str(patient), PatientDraft(email="ada@mail.example"))
        report = move.transfer().run()

        assert {"enter these again" in row.reason for row in report.set_aside if row.source_id == str(patient)} == {
            True
        }


def give_pronouns(there: FakeSplose) -> None:
    """Enters something of clients that the source doesn't have."""
    for row in there.tables.all("patients"):
        row.update(pronouns="she/her")


def of_client(verified: Verification, row: dict[str, Any]) -> dict[str, Why]:
    """Gives why a client's fields are otherwise."""
    return {each.field: each.why for each in verified.differences if each.destination_id == str(row["id"])}
