"""Whether the diary will show the same hours."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate import ByPatient
from tests.findings.scene import Scene

CODE = "time-zones-differ"


def in_zones(scene: Scene, here: dict[str, Any], there: dict[str, Any]) -> None:
    """Books, and sets the time zones of the place and of its counterpart."""
    scene.booked()
    scene.change(scene.old, "businesses", **here)
    scene.change(scene.new, "businesses", **there)


def test_both_zones_are_named(scene: Scene) -> None:
    """The place and both zones stand in one warning, with what happens to appointments and what to do."""
    here, there = "Australia/Melbourne", "Australia/Darwin"
    in_zones(scene, {"time_zone_identifier": here}, {"time_zone_identifier": there})
    finding = scene.finding(CODE)

    assert finding is not None
    assert f"'Main Street' (source: {here}, destination: {there})" in finding.message
    assert "another hour" in finding.message
    assert ("businesses", (scene.clinic.business,)) == (finding.kind, finding.ids)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Australia/Melbourne", "australia/melbourne"),
        ("Australia/Melbourne", "Australia/Victoria"),
        ("Australia/Melbourne", "Australia/Sydney"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Etc/UTC", "Africa/Abidjan"),
    ],
)
def test_names_of_one_zone_are_one(scene: Scene, here: str, there: str) -> None:
    """Zones are what their clocks show, not what they are called."""
    in_zones(scene, {"time_zone_identifier": here}, {"time_zone_identifier": there})

    assert None is scene.finding(CODE)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Australia/Brisbane", "Australia/Sydney"),  # the same in winter only
        ("Europe/London", "Africa/Abidjan"),
        ("America/Toronto", "America/Atikokan"),
        ("Australia/Melbourne", "Mars/Olympus"),  # unknown here: nobody can say that it is the same
    ],
)
def test_zones_that_show_other_hours_are_two(scene: Scene, here: str, there: str) -> None:
    """Also those that differ for a part of the year only."""
    in_zones(scene, {"time_zone_identifier": here}, {"time_zone_identifier": there})

    assert None is not scene.finding(CODE)


@pytest.mark.parametrize(
    ("here", "there", "differ"),
    [
        ({"time_zone": "Melbourne"}, {"time_zone": "London"}, True),
        ({"time_zone": "Melbourne"}, {"time_zone": "melbourne"}, False),
        ({"time_zone": "Melbourne"}, {"time_zone_identifier": "Australia/Melbourne"}, False),
        ({"time_zone_identifier": "Europe/London"}, {}, True),  # the account's own is Melbourne's
        ({"time_zone_identifier": "Australia/Melbourne"}, {}, False),
        ({}, {}, False),
    ],
)
def test_places_that_say_it_otherwise(scene: Scene, here: dict[str, Any], there: dict[str, Any], differ: bool) -> None:
    """The product's own labels are compared with labels only; a place without a zone has the account's."""
    nothing: dict[str, Any] = {"time_zone": None, "time_zone_identifier": None}
    in_zones(scene, nothing | here, nothing | there)

    assert differ is (scene.finding(CODE) is not None)


def test_places_without_any_zone_are_not_compared(scene: Scene) -> None:
    """Where neither the place nor the account says a zone, there is nothing to compare."""
    in_zones(scene, {"time_zone_identifier": "Europe/London"}, {"time_zone": None, "time_zone_identifier": None})
    scene.new.settings["account"] |= {"time_zone": None, "time_zone_identifier": None}

    assert None is scene.finding(CODE)


def test_places_where_nothing_goes_to_are_not_told(scene: Scene) -> None:
    """A place in another zone where nobody of the chosen was is nobody's business."""
    in_zones(scene, {"time_zone_identifier": "Australia/Melbourne"}, {"time_zone_identifier": "Europe/London"})
    scene.settings["filter"] = ByPatient(scene.clinic.patient(first_name="Bea"))

    assert None is scene.finding(CODE)
