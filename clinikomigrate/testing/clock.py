"""A clock that only moves when somebody waits for it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

START = datetime(2025, 3, 3, 0, 0, 0, tzinfo=UTC)


class VirtualClock:
    """Tells a time of its own; sleeping moves it on at once, so a day-long transfer is tested in seconds.

    It fits wherever a clock of `clinikomigrate.wire.clock` is asked for, and it is safe in threads. Give the same clock
    to the simulated account and to the client that talks to it.

    Args:
        start: What `now()` tells at first. Default: Monday 3 March 2025, 00:00 UTC.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start = start.timestamp()
        self._passed = 0.0
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<VirtualClock {datetime.fromtimestamp(self.now(), UTC).isoformat()}>"

    def now(self) -> float:
        """Tells the time in seconds since the epoch, UTC."""
        return self._start + self._passed

    def monotonic(self) -> float:
        """Tells the seconds since this clock was made."""
        return self._passed

    def sleep_until(self, moment: float) -> None:
        """Moves the time on to a moment on the `monotonic()` scale; does nothing when that is past."""
        with self._lock:
            self._passed = max(self._passed, moment)

    def advance(self, seconds: float) -> None:
        """Moves the time on by some seconds.

        Raises:
            ValueError: The seconds are negative: time doesn't run backwards.
        """
        if seconds < 0:
            raise ValueError(f"A clock can't be moved back (asked for {seconds} s); give zero or more seconds.")
        with self._lock:
            self._passed += seconds
