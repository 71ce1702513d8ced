"""A slice of the campaign, and what the campaign itself must do. `python -m tests.campaign` runs the whole."""

from __future__ import annotations

from hypothesis.stateful import run_state_machine_as_test

from tests.campaign.into_cliniko import IntoCliniko
from tests.campaign.shares import Share, fault, kill, machine_into, mixtures

INTO = IntoCliniko()
SEED = 1
KILLS = 30
FAULTS = 40
MIXTURES = 12


def test_transfers_that_are_killed() -> None:
    """Killed at requests and commits, once or again and again, transfers end with every record there once."""
    figures = kill(Share(INTO, KILLS, SEED))

    assert [] == figures.wrong
    assert figures.interrupted >= KILLS


def test_transfers_that_meet_a_fault() -> None:
    """With any fault at any request, transfers end with every record there once."""
    figures = fault(Share(INTO, FAULTS, SEED))

    assert [] == figures.wrong
    assert FAULTS == figures.transfers == figures.blows.total()


def test_transfers_to_which_anything_happens() -> None:
    """With kills, faults, stops and changes in any order, transfers end with every record there once."""
    run_state_machine_as_test(machine_into(INTO), settings=mixtures(MIXTURES, derandomize=True))
