"""Records that are not made, and that others say in their place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Context, Made, Mapped, Ref, Skip
from clinikomigrate.cliniko.models import MedicalAlert, Patient, PatientDraft
from clinikomigrate.transfer.mapper import Fetch
from tests.transfer.dict_sink import DictMapper, DictSink
from tests.transfer.practice import Practice, aside


class InNotes(DictMapper):
    """Lets a patient's notes say the alerts; patients of some names don't go."""

    def __init__(self, *left_out: str) -> None:
        self._left_out = left_out

    def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
        """Maps a patient."""
        if patient.first_name in self._left_out:
            return Skip("left out")
        mapped = super().patient(patient, context)
        assert isinstance(mapped, Mapped)
        return mapped.evolve(notes=Fetch("medical_alerts", (Ref("patients", patient.id),)))

    def medical_alert(self, alert: MedicalAlert, context: Context) -> Skip:
        """Leaves an alert to its patient."""
        return Skip("its patient says it", told_by="patients")


class Changing(DictSink):
    """A dictionary of which nothing can be read again, and that takes changes."""

    def __init__(self) -> None:
        super().__init__()
        self.updates: list[str] = []

    def update(self, id: str, draft: Any, record: Any = None) -> Made:
        """Takes a change."""
        self.updates.append(id)
        self.records[draft.kind][id] = draft
        return Made(id)


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """A source with a patient who has an alert."""
    practice = Practice(tmp_path)
    practice.source.add("medical_alerts", patient_id=practice.patient("Ada"), name="Nuts")
    an_hour_passes(practice)
    return practice


def an_hour_passes(practice: Practice) -> None:
    """Lets time pass, so that nothing is so new that it may be newer than a run."""
    clock = practice.source.clock
    clock.sleep_until(clock.monotonic() + 3600)


def said(sink: DictSink) -> list[object]:
    """Gives what the patients' notes say."""
    return [record.notes for record in sink.records["patients"].values()]


def rename(practice: Practice, name: str) -> None:
    """Gives the first alert another name."""
    row = practice.source.store.at("medical_alerts", str(practice.source.rows("medical_alerts")[0]["id"]))
    practice.source.store.change("medical_alerts", row, name=name, updated_at=practice.source.time_text())


def test_a_destination_that_cannot_be_read_is_changed_all_the_same(practice: Practice) -> None:
    """Once for each change in the source."""
    sink = Changing()
    for name, updates in (("Nuts", 0), ("Peanuts", 1), ("Peanuts", 1)):
        rename(practice, name)
        an_hour_passes(practice)

        assert practice.run(sink, mapper=InNotes()).ok
        assert said(sink) == [[name]]
        assert len(sink.updates) == updates


def test_what_is_new_while_the_first_run_is_at_work_is_said(practice: Practice) -> None:
    """By the patient who was made before; without it an alert would be lost for good."""

    class Busy(Changing):
        def create(self, draft: Any) -> str:
            made = super().create(draft)
            if draft.kind == "patients":
                patient = practice.source.rows("patients")[0]["id"]
                practice.source.add("medical_alerts", patient_id=patient, name="Latex")
            return made

    sink = Busy()
    practice.run(sink, mapper=InNotes())

    assert said(sink) == [["Nuts", "Latex"]]

    practice.run(sink, mapper=InNotes())

    assert said(sink) == [["Nuts", "Latex"]]


def test_what_a_destination_cannot_change_is_set_aside_until_it_can(practice: Practice) -> None:
    """A dictionary without `update` refuses it; the next run tries again."""
    sink = DictSink()
    practice.run(sink, mapper=InNotes())
    rename(practice, "Peanuts")
    for _ in range(2):
        reasons = {each.reason for each in aside(practice.run(sink, mapper=InNotes())).values()}

        assert reasons == {"This destination has no way of changing patients; do it by hand."}


def test_who_does_not_go_any_more_says_nothing(practice: Practice) -> None:
    """The alert is looked at again by each run, for the patient may come back."""
    sink = Changing()
    practice.run(sink, mapper=InNotes())
    rename(practice, "Peanuts")
    practice.run(sink, mapper=InNotes("Ada"))

    assert said(sink) == [["Nuts"]]

    practice.run(sink, mapper=InNotes())

    assert said(sink) == [["Peanuts"]]


def test_a_patient_who_is_not_there_says_nothing(practice: Practice) -> None:
    """Whoever comes later brings the alerts along."""
    sink = Changing()
    practice.run(sink, mapper=InNotes())
    practice.source.add("medical_alerts", patient_id=practice.patient("Bea"), name="Latex")
    practice.run(sink, mapper=InNotes("Bea"))

    assert said(sink) == [["Nuts"]]

    practice.run(sink, mapper=InNotes())

    assert said(sink) == [["Nuts"], ["Latex"]]
    assert sink.updates == []


def test_a_list_that_is_empty_now_is_said(practice: Practice) -> None:
    """Otherwise the old one would stay."""
    sink = Changing()
    practice.run(sink, mapper=InNotes())
    row = practice.source.store.at("medical_alerts", str(practice.source.rows("medical_alerts")[0]["id"]))
    practice.source.store.change("medical_alerts", row, archived_at="2025-03-03T00:00:00Z")
    practice.run(sink, mapper=InNotes())

    assert said(sink) == [[]]
