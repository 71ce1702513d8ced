"""Time, passed in: what tells it and what waits for it."""

from __future__ import annotations

import time
from typing import Final, Protocol


class Clock(Protocol):
    """Tells the time and waits. Tests bring one whose waits take no time."""

    def now(self) -> float:
        """Returns the time of day in seconds since the epoch, UTC."""
        ...

    def monotonic(self) -> float:
        """Returns seconds on a scale that never jumps, whatever happens to the time of day."""
        ...

    def sleep_until(self, moment: float) -> None:
        """Waits until a moment, and returns at once where it is past.

        Args:
            moment: On the scale of `monotonic`.
        """
        ...


class SystemClock:
    """This machine's clock."""

    longest_sleep: Final = 60.0
    """Seconds after which a long sleep looks at the clock again."""

    def now(self) -> float:
        """Returns the time of day in seconds since the epoch, UTC."""
        return time.time()

    def monotonic(self) -> float:
        """Returns seconds on a scale that never jumps."""
        return time.monotonic()

    def sleep_until(self, moment: float) -> None:
        """Waits until a moment on the scale of `monotonic`, never waking before it."""
        while (left := moment - time.monotonic()) > 0:
            time.sleep(min(left, self.longest_sleep))


SYSTEM_CLOCK: Final = SystemClock()
"""The clock of every client that isn't given another; one object, so that clients of one user find each other."""
