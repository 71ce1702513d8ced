"""What the destination may write to people by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clinikomigrate import ALL_KINDS, EXCLUDE, ByPatient, ClinikoMapper
from tests.findings.scene import TO_COME, Scene

JUST_GONE = "2025-02-20T00:00:00Z"
"""Two weeks ago, by the simulated accounts' clock."""

LONG_GONE = "2024-03-14T22:30:00Z"


def visit(scene: Scene, starts_at: str, **values: object) -> None:
    """Books an individual appointment."""
    scene.booked(starts_at=starts_at, **values)


def lesson(scene: Scene, starts_at: str, **values: object) -> None:
    """Books a class."""
    scene.clinic.seat(scene.clinic.lesson(starts_at=starts_at, **values), scene.clinic.patient())


BOOKINGS = pytest.mark.parametrize("book", [visit, lesson])


@BOOKINGS
def test_reminders_of_what_is_to_come(scene: Scene, book: Callable[..., None]) -> None:
    """One warning names the places that remind patients, with what to switch off, and when."""
    book(scene, TO_COME)
    finding = scene.finding("reminders")

    assert finding is not None
    assert "remind patients: 'Main Street'." in finding.message
    assert "Switch reminders off" in finding.remedy
    assert (scene.clinic.business,) == finding.ids


@BOOKINGS
def test_no_reminders_of_what_is_over(scene: Scene, book: Callable[..., None]) -> None:
    """Nobody is reminded of the past."""
    book(scene, LONG_GONE)

    assert None is scene.finding("reminders")


def test_no_reminders_of_what_does_not_take_place(scene: Scene) -> None:
    """Nor of what was cancelled or archived, of other patients' appointments, or at places that are left out."""
    visit(scene, TO_COME, cancelled_at=LONG_GONE)
    visit(scene, TO_COME, archived_at=LONG_GONE)
    assert None is scene.finding("reminders")

    visit(scene, TO_COME)
    scene.settings["filter"] = ByPatient(scene.clinic.patient(first_name="Bea"))
    assert None is scene.finding("reminders")

    scene.settings = {"mapper": ClinikoMapper(businesses={"Main Street": EXCLUDE})}
    assert None is scene.finding("reminders")


def test_places_that_become_one_are_named_once(scene: Scene) -> None:
    """The destination's name is told, because that is where the switch is."""
    annexe = scene.place()
    visit(scene, TO_COME)
    visit(scene, TO_COME, business_id=annexe)
    scene.settings["mapper"] = ClinikoMapper(businesses={"Annexe": "Main Street"})
    finding = scene.finding("reminders")

    assert finding is not None
    assert "remind patients: 'Main Street'." in finding.message
    assert {scene.clinic.business, annexe} == set(finding.ids)


def follow_up(scene: Scene, name: str) -> str:
    """Lets the destination have an appointment type that sends follow-up messages."""
    kind = scene.new.add("appointment_types", name=name)
    scene.template(scene.new, kind, "appointment_follow_up_template_ids")
    return kind


@BOOKINGS
@pytest.mark.parametrize(("starts_at", "told"), [(TO_COME, True), (JUST_GONE, True), (LONG_GONE, False)])
def test_follow_ups(scene: Scene, book: Callable[..., None], starts_at: str, told: bool) -> None:
    """What was just now or is to come can still be followed up."""
    book(scene, starts_at)
    follow_up(scene, "initial")
    finding = scene.finding("follow-ups")

    assert told is (finding is not None)
    assert finding is None or "'initial'" in finding.message


@pytest.mark.parametrize(
    ("mapper", "include", "told"),
    [
        (ClinikoMapper(), ALL_KINDS, False),
        (ClinikoMapper(appointment_types={"Initial": "Checked later"}), ALL_KINDS, True),
        (
            ClinikoMapper(appointment_types={"Initial": "Checked later"}),
            ALL_KINDS - {"appointment_types"},
            True,
        ),
        (ClinikoMapper(appointment_types={"Initial": "Quiet"}), ALL_KINDS, False),
    ],
)
def test_follow_ups_of_types_that_stand_for_others(
    scene: Scene, mapper: ClinikoMapper, include: frozenset[str], told: bool
) -> None:
    """It is the type that stands for the source's that counts, by name or by the mapper's settings."""
    visit(scene, TO_COME)
    follow_up(scene, "Checked later")
    scene.new.add("appointment_types", name="Quiet")
    scene.settings = {"mapper": mapper, "include": include}

    assert told is (scene.finding("follow-ups") is not None)


def test_practitioners_may_be_told_of_classes_too(scene: Scene) -> None:
    """It is a note, since nobody can see who wants to be told."""
    lesson(scene, LONG_GONE)

    assert None is not scene.finding("practitioner-alerts")
