"""Finalised notes that go before the appointment they point at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ALL_KINDS, ByBusiness, ByPatient, Plan, Report, Transfer
from clinikomigrate.transfer.widening import TOO_LATE
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic

CODE = "notes-before-bookings"


class TwoPlaces:
    """A clinic with two places, and a patient of both who has a note about each appointment, and one about none.

    Attributes:
        clinic: The clinic.
        ada: The patient's id.
        note: The id of the note about the appointment at the second place.
    """

    def __init__(self, folder: Path, **note: Any) -> None:
        self.clinic = Clinic(folder)
        annexe = self.clinic.add("businesses", business_name="Annexe")
        self.ada = self.clinic.patient()
        here = self.clinic.visit(self.ada)
        there = self.clinic.visit(self.ada, business_id=annexe, starts_at="2024-04-14T22:30:00Z")
        self.clinic.note(self.ada, booking_id=here)
        self.clinic.note(self.ada)
        self.note = self.clinic.note(self.ada, booking_id=there, **note)

    def transfer(self, **settings: Any) -> Transfer:
        """Makes a transfer of one place."""
        given = {"filter": ByBusiness("Main Street"), **settings}
        return Pair(self.clinic.source, self.clinic.destination, self.clinic.journal).transfer(**given)

    def look(self, **settings: Any) -> list[tuple[str, ...]]:
        """Gives the ids of the notes that are told."""
        with self.clinic.source.in_process(), self.clinic.destination.in_process():
            return told(self.transfer(**settings).preflight())

    def plan(self) -> Plan:
        """Plans it."""
        with self.clinic.source.in_process(), self.clinic.destination.in_process():
            return self.transfer().plan()

    def run(self, **run: Any) -> Report:
        """Moves one place."""
        with self.clinic.source.in_process(), self.clinic.destination.in_process():
            return self.transfer().run(**run)


def told(findings: Any) -> list[tuple[str, ...]]:
    """Gives the ids of the notes that findings tell."""
    return [each.ids for each in findings if each.code == CODE]


@pytest.fixture
def places(tmp_path: Path) -> TwoPlaces:
    """Returns a clinic with two places."""
    return TwoPlaces(tmp_path)


def test_a_note_whose_appointment_stays_behind_is_told(places: TwoPlaces) -> None:
    """Preflight, plan and report name it; it is the link that a later run of everything can't fill in."""
    told_before, plan, report = places.look(), places.plan(), places.run()
    whole = places.clinic.move()

    assert [(places.note,)] == told_before == told(plan.findings) == told(report.findings)
    assert [1] == [loss.records for loss in whole.losses if loss.reason == TOO_LATE and loss.field == "booking"]
    (step,) = [line for line in plan.before if "finalised" in line]
    assert step.startswith("1 treatment note that is finalised goes, and points at an appointment that stays behind.")
    assert "leave treatment_notes out" in step


def test_its_remedy_keeps_every_link(places: TwoPlaces) -> None:
    """Whoever leaves notes out of the pilot is not warned, and loses no link in the end."""
    kinds = ALL_KINDS - {"treatment_notes"}
    warned = places.look(include=kinds)
    places.clinic.move(filter=ByBusiness("Main Street"), include=kinds)
    report = places.clinic.move()

    assert [] == warned
    assert [] == [loss for loss in report.losses if (loss.kind, loss.field) == ("treatment_notes", "booking")]
    assert [False, False, True] == sorted(row["booking_id"] is None for row in places.clinic.arrived("treatment_notes"))


def test_several_are_counted(places: TwoPlaces) -> None:
    """All in one finding; also those whose kind of appointment was left out altogether."""
    without = ALL_KINDS - {"individual_appointments", "group_appointments"}
    with places.clinic.source.in_process(), places.clinic.destination.in_process():
        (finding,) = [each for each in places.transfer(filter=None, include=without).preflight() if each.code == CODE]

    assert 2 == len(finding.ids)
    assert finding.message.startswith("2 treatment notes that are finalised go, and point at ")


def test_nobody_is_warned_where_no_link_is_lost(places: TwoPlaces) -> None:
    """Where everything goes, or all of a patient."""
    assert [] == places.look(filter=None)
    assert [] == places.look(filter=ByPatient(places.ada))


def test_what_is_there_already_is_not_told(places: TwoPlaces) -> None:
    """A note that went before is past warning; one whose appointment went before gets its link."""
    places.clinic.move(filter=None, include=ALL_KINDS - {"treatment_notes"})
    linked = places.look()
    places.run()
    gone = places.look()

    assert [] == linked == gone
    assert [False, False, True] == sorted(row["booking_id"] is None for row in places.clinic.arrived("treatment_notes"))


def test_whoever_says_that_nothing_more_comes_is_not_warned(places: TwoPlaces) -> None:
    """In the last run the link is a loss like any other."""
    assert [] == told(places.run(last=True).findings)


def test_drafts_can_still_be_changed(tmp_path: Path) -> None:
    """A draft gets its link later."""
    places = TwoPlaces(tmp_path, draft=True)
    warned = places.look()
    places.run()
    report = places.clinic.move()

    assert [] == warned
    assert [] == [loss for loss in report.losses if loss.reason == TOO_LATE]


def test_what_the_mapper_leaves_out_is_not_told(tmp_path: Path) -> None:
    """A note that doesn't go loses no link."""
    places = TwoPlaces(tmp_path, patient_id=None)

    assert [] == places.look()
