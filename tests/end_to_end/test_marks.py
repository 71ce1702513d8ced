"""Patients are marked as copies: none is taken for another one, and none is made again by who has lost the journal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Blocked, ByPatient, ClinikoMapper, Context, Mapped, Report, Skip
from clinikomigrate.cliniko.models import Patient, PatientDraft
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.log import LoggedRequest
from clinikomigrate.transfer.carry import CHANGED_AND_EDITED
from clinikomigrate.transfer.undo import EDITED
from tests.end_to_end.accounts import Pair, created, pair_of
from tests.traps.clinic import Clinic, Row, losses

ADA: Row = {"first_name": "Ada", "last_name": "Example", "date_of_birth": "1980-02-29"}


class Unmarked(ClinikoMapper):
    """Leaves marks out."""

    def patient(self, patient: Patient, context: Context, /) -> Mapped[PatientDraft] | Skip:
        """Gives the copy the old reference id that the patient has, or none."""
        mapped = super().patient(patient, context)
        return mapped if isinstance(mapped, Skip) else mapped.evolve(old_reference_id=patient.old_reference_id)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """A clinic without patients."""
    clinic = Clinic(tmp_path)
    with clinic.source.in_process(), clinic.destination.in_process():
        yield clinic


def pair(clinic: Clinic, journal: str = "clinic.journal") -> Pair:
    """Makes the clinic's transfers with a journal."""
    return Pair(clinic.source, clinic.destination, clinic.journal.with_name(journal))


def move(clinic: Clinic, **settings: Any) -> Report:
    """Moves the clinic, and holds that all of it arrived, nobody was messaged and the source was only read."""
    report = pair(clinic).transfer(**settings).run()
    pair(clinic).check_quiet()
    assert report.ok, str(report)
    return report


def references(clinic: Clinic) -> list[str]:
    """Gives the old reference ids in the destination, shortest first."""
    return sorted((str(row["old_reference_id"] or "") for row in clinic.arrived("patients")), key=len)


def mark(clinic: Clinic, patient: str) -> str:
    """Gives a patient's mark."""
    return f"cm-{clinic.source.settings['account']['id']}-{patient}"


def is_making(request: LoggedRequest) -> bool:
    """Says whether a request makes a patient."""
    return (request.method, request.path) == ("POST", "/v1/patients")


def leave_in_doubt(clinic: Clinic, **settings: Any) -> None:
    """Runs until the answer to the first new patient is lost, and the look-up after it fails."""
    asked = len(clinic.destination.log)

    def is_look_up(request: LoggedRequest) -> bool:
        made = any(map(is_making, clinic.destination.log[asked:]))
        return made and (request.method, request.path) == ("GET", "/v1/patients")

    clinic.destination.faults.add("drop_after", when=is_making, times=1)
    clinic.destination.faults.add("401", when=is_look_up, every=1)
    assert pair(clinic).transfer(**settings).run().stopped is not None
    clinic.destination.faults.clear()


# Exactly once.


@pytest.mark.parametrize("seed", range(2))
def test_namesakes_whose_answers_are_lost(clinic: Clinic, seed: int) -> None:
    """Patients of one name and birth date go over once each, and each record belongs to the copy of its own patient."""
    namesakes = [clinic.patient(**ADA, notes=f"number {number}") for number in range(6)]
    for each in namesakes:
        clinic.add("medical_alerts", patient_id=each, name=f"of {each}")
    clinic.destination.faults.add("drop_after", when=is_making, every=2 + seed)

    move(clinic)

    copies = {row["id"]: row for row in clinic.arrived("patients")}
    assert {mark(clinic, each) for each in namesakes} == {row["old_reference_id"] for row in copies.values()}
    for alert in clinic.arrived("medical_alerts"):
        assert copies[alert["patient_id"]]["old_reference_id"] == mark(clinic, alert["name"].removeprefix("of "))
    assert pair(clinic).transfer().verify().ok


def test_somebody_makes_the_same_patient_by_hand(clinic: Clinic) -> None:
    """Who was made by hand while a patient was in doubt is not taken for the copy."""
    ada = clinic.patient(**ADA)
    clinic.patient(first_name="Bea")
    leave_in_doubt(clinic, filter=ByPatient(ada))
    by_hand = clinic.destination.add("patients", **ADA)

    assert move(clinic).ok
    there = dict(pair(clinic).transfer().identities("patients"))
    assert there[ada] != by_hand
    assert {"", mark(clinic, ada)} < set(references(clinic))
    assert 3 == len(references(clinic))


def test_a_name_that_is_corrected_in_doubt(clinic: Clinic) -> None:
    """The copy is found all the same, and corrected too."""
    ada = clinic.patient(**ADA)
    leave_in_doubt(clinic)
    clinic.source.store.change("patients", clinic.source.store.at("patients", ada), last_name="Sample")

    move(clinic)

    assert ("Sample", mark(clinic, ada)) == (clinic.only("patients")["last_name"], references(clinic)[0])


def edit_the_copy(clinic: Clinic) -> None:
    """Edits the only patient of the destination, an hour after the copy was made."""
    there, (row,) = clinic.destination, clinic.arrived("patients")
    there.clock.sleep_until(there.clock.monotonic() + 3600)
    now = there.time_text()
    there.store.change("patients", there.store.at("patients", row["id"]), notes="Rings back.", updated_at=now)


def test_a_copy_that_is_edited_while_the_patient_changes_in_doubt(clinic: Clinic) -> None:
    """Nothing is overwritten of what was edited there: the change is to be brought over by hand, run after run."""
    ada = clinic.patient(**ADA)
    leave_in_doubt(clinic)
    edit_the_copy(clinic)
    clinic.source.store.change("patients", clinic.source.store.at("patients", ada), last_name="Sample")

    for _ in range(2):
        report = pair(clinic).transfer().run()

        assert [("patients", ada, CHANGED_AND_EDITED)] == [
            (each.kind, each.source_id, each.reason) for each in report.set_aside
        ]
        assert ("Example", "Rings back.") == tuple(clinic.only("patients")[name] for name in ("last_name", "notes"))


def test_a_copy_that_is_edited_in_doubt_is_not_taken_back(clinic: Clinic) -> None:
    """Its answer was lost, so that nobody knows what it was; it does not say what was sent, and so it stays."""
    ada = clinic.patient(**ADA)
    leave_in_doubt(clinic)
    edit_the_copy(clinic)

    assert pair(clinic).transfer().run().ok
    report = pair(clinic).transfer().undo()

    assert [(ada, EDITED)] == [(each.source_id, each.reason) for each in report.set_aside]
    assert clinic.only("patients")["archived_at"] is None


def forget_marks(fake: FakeCliniko) -> None:
    """Lets an account drop marks."""

    def forget(*_: object) -> None:
        for row in fake.rows("patients"):
            if str(row["old_reference_id"]).startswith("cm-"):
                fake.store.change("patients", fake.store.at("patients", str(row["id"])), old_reference_id=None)

    fake.on_traffic.append(forget)


@pytest.mark.parametrize("unmarked", [True, False])
def test_patients_who_bear_no_mark(clinic: Clinic, unmarked: bool) -> None:
    """Where the account drops marks, or a mapper leaves them out, names and birth dates tell, and nobody is doubled."""
    for name in ("Ada", "Ada", "Bea", "Cyn"):
        clinic.patient(**(ADA | {"first_name": name}))
    if not unmarked:
        forget_marks(clinic.destination)
    clinic.destination.faults.add("drop_after", when=is_making, every=2)

    move(clinic, mapper=Unmarked() if unmarked else None)

    assert [""] * 4 == references(clinic)


# Who has lost the journal.


@pytest.mark.parametrize("existing", ["stop", "adopt", "copy"])
def test_a_new_journal_in_a_filled_destination(tmp_path: Path, existing: Any) -> None:
    """Whatever is to become of patients who are there, nothing is written where another transfer's copies are."""
    with pair_of(tmp_path, patients=4) as first:
        assert first.transfer().run().ok
        again = attrs.evolve(first, journal=tmp_path / "new.journal")
        before, requests = first.destination.snapshot(), len(first.destination.log)
        with pytest.raises(Blocked) as blocked:
            again.transfer(existing=existing).run()

        assert "copied-before" in {finding.code for finding in blocked.value.findings}
        assert before == first.destination.snapshot()
        assert {"GET"} == {request.method for request in first.destination.log[requests:]}
        assert 0 == created(first.transfer(existing=existing).run())


def test_a_copy_of_the_journal_that_is_not_the_newest(clinic: Clinic) -> None:
    """A journal of the pilot does not know what came after it."""
    ada, bea = clinic.patient(**ADA), clinic.patient(first_name="Bea")
    assert pair(clinic).transfer(filter=ByPatient(ada)).run().ok
    shutil.copy(clinic.journal, clinic.journal.with_name("old.journal"))
    move(clinic)

    blockers = pair(clinic, "old.journal").transfer(existing="copy").preflight().blockers
    assert [("copied-before", (bea,))] == [(finding.code, finding.ids) for finding in blockers]


def test_after_undo(clinic: Clinic) -> None:
    """With the same journal everything is made anew and nothing is said; with a new one the archive is told of."""
    ada = clinic.patient(**ADA)
    move(clinic)
    assert pair(clinic).transfer().undo().ok

    assert [] == [each for each in pair(clinic).transfer().preflight() if each.code.startswith("copied-before")]
    move(clinic)
    assert [mark(clinic, ada)] * 2 == references(clinic)
    assert pair(clinic).transfer().verify().ok
    assert pair(clinic).transfer().undo().ok
    new = pair(clinic, "new.journal").transfer()
    [finding] = [each for each in new.preflight() if each.code.startswith("copied-before")]
    assert "copied-before-archived" == finding.code
    assert "2 patients" in finding.message
    assert new.run().ok


def test_whom_this_transfer_has_archived(clinic: Clinic) -> None:
    """A later preflight and a later plan know them by the journal, and ask for none of another transfer's."""
    clinic.patient(**ADA, archived_at="2024-06-01T00:00:00Z")
    move(clinic)

    assert [] == [each for each in pair(clinic).transfer().preflight() if each.code.startswith("copied-before")]
    assert [] == [each for each in pair(clinic).transfer().plan().findings if each.code.startswith("copied-before")]


def test_the_journal_of_patients_who_bear_no_mark(clinic: Clinic) -> None:
    """Nobody is known as a copy then; who is there already is still found by name."""
    clinic.patient(**ADA)
    move(clinic, mapper=Unmarked())

    blockers = pair(clinic, "new.journal").transfer(mapper=Unmarked()).preflight().blockers
    assert ["existing-patients"] == [finding.code for finding in blockers]


# Whose own ids there are.


def test_ids_of_an_older_system_go_as_they_are(clinic: Clinic) -> None:
    """And take the mark's place when they are entered later."""
    ada = clinic.patient(**ADA)
    clinic.patient(first_name="Bea", old_reference_id="PM:1,2")
    move(clinic)
    before = references(clinic)
    clinic.source.store.change("patients", clinic.source.store.at("patients", ada), old_reference_id="PM-3")
    move(clinic)

    assert (["PM:1,2", mark(clinic, ada)], ["PM-3", "PM:1,2"]) == (before, references(clinic))
    assert pair(clinic).transfer().verify().ok


def test_who_was_there_before_gets_no_mark(clinic: Clinic) -> None:
    """An adopted patient is left as they are, which is no loss and no difference."""
    clinic.patient(**ADA)
    clinic.destination.add("patients", **ADA)
    report = move(clinic, existing="adopt")

    assert set() == {"old_reference", "old_reference_id"} & losses(report, "patients")
    assert [""] == references(clinic)
    assert pair(clinic).transfer(existing="adopt").verify().ok


def test_an_own_id_that_an_adopted_patient_lacks_is_told(clinic: Clinic) -> None:
    """By the name that it has in the source."""
    clinic.patient(**ADA, old_reference_id="PM-3")
    clinic.destination.add("patients", **ADA)

    assert {"old_reference_id"} == {"old_reference", "old_reference_id"} & losses(
        move(clinic, existing="adopt"), "patients"
    )
