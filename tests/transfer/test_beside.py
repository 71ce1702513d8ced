"""What a sink says beside a record: what of it is lost in a follow-up, or though something else says the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from clinikomigrate import Context, Finding, FollowUp, Loss, Mapped, Report, Skip
from clinikomigrate.cliniko.models import MedicalAlert, Patient, PatientDraft
from clinikomigrate.transfer.findings import Level
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.sink import Finished
from tests.transfer.dict_sink import DictMapper
from tests.transfer.practice import Practice, ScriptedSink
from tests.transfer.test_reunion import ADA, Inhabited

CUT = Loss("name", "it was cut")


@attrs.frozen
class Telling(FollowUp):
    """Tells somebody about a patient, and leaves the patient as it is."""

    beside = True
    stage: Stage = Stage.CHECK


class TellingMapper(DictMapper):
    """Has each patient told about; leaves alerts to that.

    Attributes:
        lost: What of an alert is lost by it.
    """

    lost: tuple[Loss, ...] = (CUT,)

    def patient(self, patient: Patient, context: Context) -> Mapped[PatientDraft] | Skip:
        """Maps a patient."""
        mapped = super().patient(patient, context)
        return mapped if isinstance(mapped, Skip) else attrs.evolve(mapped, follow_ups=(Telling(),))

    def medical_alert(self, alert: MedicalAlert, context: Context) -> Skip:
        """Leaves an alert out."""
        return Skip("it is told", losses=self.lost)


class Cutting(ScriptedSink):
    """Can't tell all of it."""

    def finish(self, kind: str, id: str, follow_up: FollowUp) -> Any:
        """Says what could not be told."""
        super().finish(kind, id, follow_up)
        return Finished(None, None, (Loss("documents", "it is too long"),))


class Counter:
    """Counts the patients who go."""

    def __init__(self) -> None:
        self._met = 0

    @property
    def kinds(self) -> Collection[str]:
        """Looks at patients."""
        return ("patients",)

    def take(self, entity: Any, mapped: Mapped[Any] | Skip) -> None:
        """Counts one."""
        self._met += 1

    def findings(self) -> Iterator[Finding]:
        """Says how many there are."""
        yield Finding(Level.NOTE, "patients-met", f"{self._met} patients", "Nothing.")


class Curious(ScriptedSink):
    """Looks along."""

    def looks(self) -> Iterator[Counter]:
        """Counts patients."""
        yield Counter()


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """Returns a source with Ada, who has an alert."""
    practice = Practice(tmp_path)
    practice.alert(practice.patient(email="ada@mail.example"))
    return practice


def lost(report: Report) -> list[tuple[str, str, str]]:
    """Gives what was lost."""
    return [(loss.kind, loss.field, loss.reason) for loss in report.losses]


def test_what_is_lost_of_a_record_that_something_else_says(practice: Practice) -> None:
    """It is counted, and counted anew when it becomes something else, though the record stays as it is."""
    mapper = TellingMapper()
    report = practice.run(ScriptedSink(), mapper=mapper)
    assert lost(report) == [("medical_alerts", "name", "it was cut")]
    assert report.kinds["medical_alerts"].skipped == 1

    mapper.lost = ()
    assert lost(practice.run(ScriptedSink(), mapper=mapper)) == []


def test_what_a_follow_up_could_not_do_is_a_loss(practice: Practice) -> None:
    """All is well otherwise."""
    sink = Cutting()
    report = practice.run(sink, mapper=TellingMapper())

    assert ("patients", "documents", "it is too long") in lost(report)
    assert sink.finished == [("patients", "1", "telling:check")]
    assert report.ok


def test_who_was_there_before_is_owed_what_leaves_them_as_they_are(practice: Practice) -> None:
    """Nothing is changed of them by it."""
    sink = Inhabited(attrs.evolve(ADA, first_name="ADA"))
    report = practice.run(sink, existing="adopt", mapper=TellingMapper())

    assert report.kinds["patients"].adopted == 1
    assert sink.finished == [("patients", "900", "telling:check")]


def test_a_sink_looks_along(practice: Practice) -> None:
    """What it finds is among the findings."""
    with practice.source.in_process():
        findings = practice.transfer(Curious()).preflight()

    assert [each.message for each in findings if each.code == "patients-met"] == ["1 patients"]
