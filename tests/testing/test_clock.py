"""The clock that doesn't wait."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from clinikomigrate.testing import VirtualClock


def test_sleeping_moves_the_time_on() -> None:
    """Sleeping until a moment takes no time and moves both scales on; a past moment moves nothing."""
    clock = VirtualClock(datetime(2025, 1, 1, tzinfo=UTC))
    clock.sleep_until(90)
    clock.sleep_until(30)

    assert 90 == clock.monotonic()
    assert datetime(2025, 1, 1, 0, 1, 30, tzinfo=UTC).timestamp() == clock.now()
    assert "<VirtualClock 2025-01-01T00:01:30+00:00>" == repr(clock)


def test_time_does_not_run_backwards() -> None:
    """A clock can be advanced but not moved back."""
    clock = VirtualClock()
    clock.advance(5)

    assert 5 == clock.monotonic()
    with pytest.raises(ValueError, match="can't be moved back"):
        clock.advance(-1)


def test_threads_lose_no_time() -> None:
    """Seconds that many threads add at once all count."""
    clock = VirtualClock()

    def work() -> None:
        for _ in range(100):
            clock.advance(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 800 == clock.monotonic()
