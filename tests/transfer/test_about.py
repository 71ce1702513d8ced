"""What somebody's own mapper or filter raises, and how it is told about which record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from clinikomigrate import ClinikoMapper, Context, Error, Everything, Filter, Mapped, Report, Scope, Skip, Transfer
from clinikomigrate.cliniko.models import GroupAppointment, Patient
from clinikomigrate.transfer.about import in_full, notes_of, tell_about
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic

STEPS: Final[dict[str, Callable[[Transfer], object]]] = {
    "preflight": Transfer.preflight,
    "plan": Transfer.plan,
    "run": Transfer.run,
    "verify": Transfer.verify,
}
UNDECIDED: Final = "this clinic has to decide first"


class Trip:
    """Trips over one record once it is told to.

    Attributes:
        over: The record's id; None to trip over none.
        error: What is raised then.
    """

    def __init__(self, error: Exception) -> None:
        self.over: str | None = None
        self.error = error

    def at(self, record: Any) -> None:
        """Trips, or doesn't."""
        if record.id == self.over:
            raise self.error


class Tripping(ClinikoMapper):
    """Maps as always, and trips over a patient or a class."""

    def __init__(self, trip: Trip) -> None:
        super().__init__()
        self._trip = trip

    def patient(self, patient: Patient, context: Context) -> Any:
        """Maps a patient."""
        self._trip.at(patient)
        return super().patient(patient, context)

    def group_appointment(self, appointment: GroupAppointment, context: Context) -> Mapped[Any] | Skip:
        """Maps a class."""
        self._trip.at(appointment)
        return super().group_appointment(appointment, context)


class Stumbling(Filter):
    """Keeps everything, and trips."""

    def __init__(self, trip: Trip) -> None:
        self._trip = trip

    def keeps(self, record: Any, scope: Scope) -> bool:
        """Keeps a record."""
        self._trip.at(record)
        return True


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


@pytest.fixture
def trip() -> Trip:
    """Returns what trips over a mistake in the program."""
    return Trip(KeyError("occupation"))


def go(clinic: Clinic, step: str = "run", **settings: Any) -> Any:
    """Makes a transfer and takes a step; with a journal that is there, which a look back needs."""
    journal = SQLiteJournal(clinic.journal)
    journal.open()
    journal.close()
    with clinic.source.in_process(), clinic.destination.in_process():
        return STEPS[step](Pair(clinic.source, clinic.destination, clinic.journal).transfer(**settings))


def aside(report: Report) -> list[tuple[str, str, str]]:
    """Gives kind, state and reason of what was set aside."""
    return [(row.kind, row.state, row.reason) for row in report.set_aside]


@pytest.mark.parametrize("step", STEPS)
def test_a_mapper_s_mistake_says_for_which_record(step: str, clinic: Clinic, trip: Trip) -> None:
    """It surfaces as it is, with the method, the kind and the id in a note; nothing is written of that record."""
    clinic.patient()
    trip.over = clinic.patient(first_name="Bea")
    with pytest.raises(KeyError, match="occupation") as raised:
        go(clinic, step, mapper=Tripping(trip))

    assert [f"Tripping.patient raised this for patients {trip.over}"] == raised.value.__notes__
    assert "Bea" not in {row["first_name"] for row in clinic.arrived("patients")}


@pytest.mark.parametrize("step", STEPS)
def test_a_filter_s_mistake_says_for_which_record(step: str, clinic: Clinic, trip: Trip) -> None:
    """The same for a filter, also when it is combined with others: one note."""
    clinic.patient()
    trip.over = clinic.patient(first_name="Bea")
    with pytest.raises(KeyError, match="occupation") as raised:
        go(clinic, step, filter=Everything() & Stumbling(trip))

    assert [f"Stumbling.keeps raised this for patients {trip.over}"] == raised.value.__notes__
    assert [] == clinic.arrived("patients")


def test_one_of_this_package_s_errors_sets_the_record_aside(clinic: Clinic, trip: Trip) -> None:
    """A mapper that raises cm.Error speaks of a record: preflight goes on, plan and run set it aside with its words."""
    clinic.patient()
    trip.over, trip.error = clinic.patient(first_name="Bea"), Error(UNDECIDED)
    mapper = Tripping(trip)
    found, plan, report = (go(clinic, step, mapper=mapper) for step in ("preflight", "plan", "run"))

    assert found.ok
    assert [("patients", UNDECIDED, 1)] == [(row.kind, row.reason, row.records) for row in plan.could_not_go]
    assert [("patients", "failed", UNDECIDED)] == aside(report)
    assert ["Ada"] == [row["first_name"] for row in clinic.arrived("patients")]
    assert [(trip.over, "record")] == [
        (row.source_id, row.field) for row in go(clinic, "verify", mapper=mapper).differences
    ]


def test_an_error_of_a_filter_says_for_which_record(clinic: Clinic) -> None:
    """Whether a record goes can't be left open: such an error surfaces too, where the record is of a kind that goes."""
    trip = Trip(Error(UNDECIDED))
    trip.over = clinic.lesson()
    report = go(clinic, filter=Stumbling(trip), include={"patients", "unavailable_blocks"})
    assert report.ok
    with pytest.raises(Error, match=UNDECIDED) as raised:
        go(clinic, filter=Stumbling(trip))

    assert [f"Stumbling.keeps raised this for group_appointments {trip.over}"] == list(notes_of(raised.value))


def test_an_error_about_a_record_that_changed(clinic: Clinic) -> None:
    """What arrived and is not to be mapped any more stays as it is, and is a conflict until the mapper is content."""
    ada = clinic.patient(occupation="Baker")
    trip = Trip(Error(UNDECIDED))
    go(clinic, mapper=Tripping(trip))
    clinic.source.store.change("patients", clinic.source.store.at("patients", ada), occupation="Beekeeper")
    trip.over = ada
    report = go(clinic, mapper=Tripping(trip))
    there = go(clinic, "verify", mapper=Tripping(trip))

    assert report.stopped is None
    assert [("patients", "conflict", UNDECIDED)] == aside(report)
    assert "Baker" == clinic.only("patients")["occupation"]
    assert [(ada, "record")] == [(row.source_id, row.field) for row in there.differences]

    trip.over = None
    assert go(clinic, mapper=Tripping(trip)).ok
    assert "Beekeeper" == clinic.only("patients")["occupation"]


def test_an_error_about_a_class_that_others_come_to(clinic: Clinic) -> None:
    """A class that is full and can't be mapped again stays so; whoever finds no seat says so, and the run goes on."""
    trip = Trip(Error(UNDECIDED))
    lesson = clinic.lesson(max_attendees=2)
    for name in ("Ada", "Bea"):
        clinic.seat(lesson, clinic.patient(first_name=name))
    go(clinic, mapper=Tripping(trip))
    row = clinic.source.store.at("group_appointments", lesson)
    clinic.source.store.change("group_appointments", row, max_attendees=3)
    clinic.seat(lesson, clinic.patient(first_name="Cyn"))
    trip.over = lesson
    report = go(clinic, mapper=Tripping(trip))

    assert report.stopped is None
    assert {("group_appointments", "conflict"), ("attendees", "failed")} == {row[:2] for row in aside(report)}

    go(clinic)
    assert go(clinic).ok
    assert 3 == len(clinic.arrived("attendees"))


def test_an_error_about_what_a_record_still_needs(clinic: Clinic) -> None:
    """A follow-up whose record the mapper refuses by then is owed still, with the mapper's words."""
    trip = Trip(Error(UNDECIDED))
    lesson = clinic.lesson()

    class Late(Tripping):
        """Trips over the class the second time."""

        def group_appointment(self, appointment: GroupAppointment, context: Context) -> Mapped[Any] | Skip:
            """Maps a class, once."""
            mapped = super().group_appointment(appointment, context)
            trip.over = lesson
            return mapped

    report = go(clinic, mapper=Late(trip))

    assert report.stopped is None
    assert [("group_appointments", "unfinished", f"change: {UNDECIDED}")] == aside(report)


def test_what_is_told() -> None:
    """A note is added once for a record, and shown behind what the exception says."""
    error, patient = ValueError("no"), Patient(id="7")
    plain = in_full(error)
    tell_about(error, "OurMapper.patient", patient)
    tell_about(error, "OurFilter.keeps", patient)

    assert "no" == plain
    assert ("OurMapper.patient raised this for patients 7",) == notes_of(error)
    assert "no (OurMapper.patient raised this for patients 7)" == in_full(error)
