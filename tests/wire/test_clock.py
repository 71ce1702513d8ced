"""The system's clock."""

from __future__ import annotations

import time

from clinikomigrate.wire import SystemClock


def test_now_is_the_time_of_day() -> None:
    """`now` is seconds since the epoch."""
    before = time.time()

    assert before <= SystemClock().now() <= time.time()


def test_sleep_never_wakes_early() -> None:
    """A sleep ends at its moment or after it."""
    clock = SystemClock()
    moment = clock.monotonic() + 0.02

    clock.sleep_until(moment)

    assert clock.monotonic() >= moment


def test_past_moments_are_not_waited_for() -> None:
    """A moment that is past takes no time."""
    clock = SystemClock()
    before = clock.monotonic()

    clock.sleep_until(before - 1000)

    assert clock.monotonic() - before < 1
