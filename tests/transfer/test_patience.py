"""Waiting out a lost connection."""

from __future__ import annotations

import threading

import pytest

from clinikomigrate.errors import ConnectionFailed, Error, ServerError
from clinikomigrate.testing.clock import VirtualClock
from clinikomigrate.transfer.patience import Patience, Stopped

BROKEN = ServerError(status=500, method="GET", path="/patients")
LOST = ConnectionFailed("no route", method="GET", path="/patients", sent=False)


def test_it_waits_longer_and_longer_and_gives_up_after_a_quarter_of_an_hour() -> None:
    """Tries go on for 15 minutes of no connection, and not for longer."""
    clock, waits = VirtualClock(), list[float]()
    patience = Patience(clock, threading.Event(), lambda seconds, reason: waits.append(seconds))
    started = clock.monotonic()

    def fails() -> None:
        raise LOST

    with pytest.raises(Stopped, match=r"no connection for 15 minutes \(ConnectionFailed\)"):
        patience.through(fails)

    assert sorted(waits) == waits
    assert waits[0] == 5.0
    assert waits[-1] == 60.0
    assert 900 < clock.monotonic() - started < 965


def test_a_connection_that_is_back_counts_anew() -> None:
    """After a success the quarter of an hour begins again."""
    clock = VirtualClock()
    patience = Patience(clock, threading.Event(), lambda seconds, reason: None)
    tries = 0

    def works_at_times() -> int:
        nonlocal tries
        tries += 1
        if tries % 8:
            raise LOST
        return tries

    for number in range(1, 30):
        assert number * 8 == patience.through(works_at_times)


def test_it_does_not_wait_when_asked_to_stop() -> None:
    """A run that is to end does not wait for a connection."""
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped, match="asked to stop"):
        Patience(VirtualClock(), stop, lambda seconds, reason: None).wait(LOST)


@pytest.mark.parametrize(("error", "rounds"), [(BROKEN, 4), (LOST, 60)])
def test_work_that_is_itself_at_fault_is_given_up(error: Error, rounds: int) -> None:
    """What fails again and again while everything else works is given up, and the run goes on."""
    clock, tries = VirtualClock(), list[int]()
    patience = Patience(clock, threading.Event(), lambda seconds, reason: None)

    def fails() -> None:
        tries.append(1)
        patience.restored()
        raise error

    with pytest.raises(type(error)):
        patience.through(fails)

    assert rounds == len(tries)


def test_a_server_that_fails_is_not_waited_for_when_asked_to_stop() -> None:
    """A run that is to end gives up at once."""
    stop = threading.Event()
    stop.set()

    def fails() -> None:
        raise BROKEN

    with pytest.raises(Stopped, match="asked to stop"):
        Patience(VirtualClock(), stop, lambda seconds, reason: None).through(fails)
