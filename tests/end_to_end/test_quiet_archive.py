"""Nobody is written to because a booking is archived, should the destination write about that."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from clinikomigrate import ClinikoMapper, Context, Event, Mapped, Report, Skip
from clinikomigrate.cliniko.models import IndividualAppointment, IndividualAppointmentDraft
from clinikomigrate.transfer.events import StageStarted
from clinikomigrate.transfer.follow_ups import Change, Stage
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic

ARCHIVED = "2024-03-14T20:00:00Z"
TO_COME = "2031-03-15T22:30:00Z"
SETTING = "receives_cancellation_emails"
VISITS = "individual_appointments"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic. Accounts write to patients whose booking is archived that was not cancelled."""
    return Clinic(tmp_path)


def settings(clinic: Clinic) -> dict[str, bool]:
    """Gives the destination's patients' setting, by first name."""
    return {str(row["first_name"]): bool(row[SETTING]) for row in clinic.arrived("patients")}


def archived(clinic: Clinic, kind: str) -> list[bool]:
    """Says of the destination's records of a kind whether they are archived."""
    return sorted(row["archived_at"] is not None for row in clinic.arrived(kind))


def order(clinic: Clinic) -> list[str]:
    """Gives what was done to a booking, and to patients, in the order of the requests."""
    done = []
    for each in clinic.destination.log:
        body = each.json if isinstance(each.json, dict) else {}
        if each.method == "PATCH" and "/patients/" in each.path and SETTING in body:
            done.append("heard" if body[SETTING] else "muted")
        elif each.path.endswith("/cancel"):
            done.append("cancelled")
        elif each.path.endswith("/archive"):
            done.append(f"archived {each.path.split('/')[-3]}")
    return done


def archive(clinic: Clinic, visit: str) -> None:
    """Archives an appointment of the source."""
    clinic.source.store.change(VISITS, clinic.source.store.at(VISITS, visit), archived_at=ARCHIVED)


def test_settings_are_given_back_when_bookings_are_archived(clinic: Clinic) -> None:
    """Cancelled, archived, only then heard of again; a patient is archived after that, for an archived one takes none.

    One appointment is cancelled, so that patients are made muted.
    """
    ada = clinic.patient(archived_at=ARCHIVED, **{SETTING: True})
    clinic.visit(ada, cancelled_at=ARCHIVED, cancellation_reason=50)
    clinic.visit(ada, archived_at=ARCHIVED, starts_at=TO_COME)
    clinic.move()

    assert ["cancelled", f"archived {VISITS}", "heard", "archived patients"] == order(clinic)
    assert {"Ada": True} == settings(clinic)
    assert [False, True] == archived(clinic, VISITS)


def test_who_is_not_muted_is_muted_first(clinic: Clinic) -> None:
    """Where nothing is cancelled patients are made with their settings; only who is concerned is muted for a while."""
    clinic.visit(clinic.patient(**{SETTING: True}), archived_at=ARCHIVED, starts_at=TO_COME)
    clinic.visit(clinic.patient(first_name="Bea", **{SETTING: True}), starts_at="2031-03-16T22:30:00Z")
    clinic.move()

    assert ["muted", f"archived {VISITS}", "heard"] == order(clinic)
    assert {"Ada": True, "Bea": True} == settings(clinic)


def test_an_appointment_archived_between_two_runs(clinic: Clinic) -> None:
    """The same when a later run archives it; who gets no e-mails is left alone."""
    loud = clinic.visit(clinic.patient(**{SETTING: True}), starts_at=TO_COME)
    silent = clinic.visit(clinic.patient(first_name="Bea", **{SETTING: False}), starts_at="2031-03-16T22:30:00Z")
    clinic.move()
    for visit in (loud, silent):
        archive(clinic, visit)
    clinic.destination.log.clear()
    clinic.move()

    assert ["archived", "archived", "heard", "muted"] == sorted(each.split()[0] for each in order(clinic))
    assert ("muted", "heard") == (order(clinic)[0], order(clinic)[-1])
    assert {"Ada": True, "Bea": False} == settings(clinic)


def test_a_class_that_is_archived_with_its_seats(clinic: Clinic) -> None:
    """Whoever sits in it is muted before, also who is archived with the seat alone."""
    lesson = clinic.lesson(archived_at=ARCHIVED, starts_at=TO_COME)
    clinic.seat(lesson, clinic.patient(**{SETTING: True}))
    clinic.seat(lesson, clinic.patient(first_name="Bea", **{SETTING: True}), archived_at=ARCHIVED)
    clinic.move()

    assert [True] == archived(clinic, "group_appointments")
    assert {"Ada": True, "Bea": True} == settings(clinic)


def test_a_cancelled_appointment_that_is_archived_later_concerns_nobody(clinic: Clinic) -> None:
    """Whoever was told of the cancellation is told nothing more, so nobody is asked about or changed."""
    visit = clinic.visit(clinic.patient(**{SETTING: True}), cancelled_at=ARCHIVED, cancellation_reason=50)
    clinic.move()
    archive(clinic, visit)
    clinic.destination.log.clear()
    clinic.move()

    assert [f"archived {VISITS}"] == order(clinic)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_run_that_ends_between_the_stages(clinic: Clinic, at: int) -> None:
    """Whichever stage it ended before: the next run does the rest in the same order."""
    ada = clinic.patient(archived_at=ARCHIVED, **{SETTING: True})
    clinic.visit(ada, archived_at=ARCHIVED, starts_at=TO_COME)
    clinic.visit(ada, cancelled_at=ARCHIVED, cancellation_reason=50)
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    stages: list[Event] = []

    def run() -> Report:
        transfer = pair.transfer()

        def listen(event: Event) -> None:
            if isinstance(event, StageStarted):
                stages.append(event)
                if at == len(stages):
                    transfer.stop()

        with clinic.source.in_process(), clinic.destination.in_process():
            return transfer.run(on_event=listen)

    assert "asked to stop" == run().stopped
    assert run().ok
    pair.check_quiet()
    assert ["cancelled", f"archived {VISITS}", "heard", "archived patients"] == order(clinic)


def test_a_patient_who_can_not_be_muted(clinic: Clinic) -> None:
    """The appointment is not archived, with the reason, until the patient can be muted."""
    visit = clinic.visit(clinic.patient(**{SETTING: True}), starts_at=TO_COME)
    clinic.move()
    archive(clinic, visit)
    clinic.destination.faults.add("403", when=lambda each: each.method == "PATCH", every=1)
    report = clinic.run()
    clinic.destination.faults.clear()

    assert "could not be switched off" in {row.kind: row.reason for row in report.set_aside}[VISITS]
    assert [False] == archived(clinic, VISITS)
    assert clinic.run().ok
    assert [True] == archived(clinic, VISITS)


class Later(ClinikoMapper):
    """Gives appointments a note when everybody has the settings back."""

    def individual_appointment(
        self, appointment: IndividualAppointment, context: Context, /
    ) -> Mapped[IndividualAppointmentDraft] | Skip:
        """Maps an appointment."""
        mapped = super().individual_appointment(appointment, context)
        assert isinstance(mapped, Mapped)
        change = Change(IndividualAppointmentDraft(notes="seen"), Stage.RESTORE)
        return attrs.evolve(mapped, follow_ups=(*mapped.follow_ups, change))


def test_what_a_mapper_changes_last_is_changed_before_it_is_archived(clinic: Clinic) -> None:
    """An archived appointment takes no more, so such a one is archived after that, in the same run."""
    clinic.visit(clinic.patient(**{SETTING: False}), archived_at=ARCHIVED, starts_at=TO_COME)
    clinic.move(mapper=Later())
    there = clinic.only(VISITS)

    assert ("seen", True) == (there["notes"], there["archived_at"] is not None)
