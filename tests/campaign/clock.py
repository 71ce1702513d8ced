"""A clock that is faster than the machine's, the same in all processes."""

from __future__ import annotations

import time
from typing import Final

import attrs

from clinikomigrate.testing.clock import START

SPEED: Final = 50.0
"""How much faster: a request to a server on this machine takes some thousandths of a second and counts as some tenths,
as one to a distant server does."""


@attrs.frozen
class QuickClock:
    """Tells how late it would be if time had run faster from some moment on.

    Attributes:
        began: That moment, by the machine's clock.
    """

    began: float = attrs.field(factory=time.time)

    def now(self) -> float:
        """Returns the time of day in seconds since the epoch, UTC."""
        return START.timestamp() + (time.time() - self.began) * SPEED

    def monotonic(self) -> float:
        """Returns seconds on a scale that never jumps."""
        return time.monotonic() * SPEED

    def sleep_until(self, moment: float) -> None:
        """Waits until a moment on the scale of `monotonic`."""
        while (left := moment - self.monotonic()) > 0:
            time.sleep(left / SPEED)
