"""Keeps a user's requests within the allowance, over all threads and clients of that user."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Final
from weakref import WeakValueDictionary

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.wire.clock import Clock

USED_SHARE: Final = 0.98
"""How much of the allowance is used. The rest absorbs latency that differs from request to request: at all of it, a
server that counts over a sliding minute says no now and then."""


class Throttle:
    """Gives each request the next free moment, evenly spaced, so that no burst ever reaches the server.

    Attributes:
        per_minute: The allowance in requests a minute, of which 98 % is used.
    """

    def __init__(self, per_minute: float, clock: Clock) -> None:
        if not per_minute > 0:
            raise ConfigurationError(f"requests per minute must be more than 0, not {per_minute}")
        self.per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._next_slot = clock.monotonic()
        self._held_until = clock.monotonic()

    def __repr__(self) -> str:
        return f"<Throttle {self.per_minute:g} a minute>"

    def wait(self) -> None:
        """Takes the next slot and waits for it. Where a hold came in the meantime, it takes a new one after that."""
        while True:
            with self._lock:
                slot = max(self._next_slot, self._held_until, self._clock.monotonic())
                self._next_slot = slot + 60.0 / (self.per_minute * USED_SHARE)
            self._clock.sleep_until(slot)
            with self._lock:
                if slot >= self._held_until:
                    return

    def hold_until(self, moment: float) -> None:
        """Lets nobody send before a moment. A hold is never shortened, only lengthened.

        Args:
            moment: On the scale of the clock's `monotonic`.
        """
        with self._lock:
            self._held_until = max(self._held_until, moment)

    def slow_to(self, per_minute: float) -> None:
        """Lowers the allowance to `per_minute`, where that is lower than what it is."""
        with self._lock:
            self.per_minute = min(self.per_minute, per_minute)

    def follow(self, earlier: Throttle) -> None:
        """Takes over from the throttle that a user's requests went through until now: its hold and its pace."""
        with earlier._lock:
            next_slot, held_until = earlier._next_slot, earlier._held_until
        with self._lock:
            self._next_slot = max(self._next_slot, next_slot)
            self._held_until = max(self._held_until, held_until)

    @property
    def idle(self) -> bool:
        """Whether a new throttle in its place would do the same."""
        with self._lock:
            return max(self._next_slot, self._held_until) <= self._clock.monotonic()


_lock = threading.Lock()
_in_use: WeakValueDictionary[tuple[Hashable, int], Throttle] = WeakValueDictionary()
_not_idle: dict[tuple[Hashable, int], Throttle] = {}


def shared_throttle(owner: Hashable, per_minute: float, clock: Clock) -> Throttle:
    """Returns the one throttle of an owner in this process.

    A throttle outlives the clients that used it for as long as it still has something to remember.

    Args:
        owner: Whose allowance it is; by the APIs' rules a user's, whatever key was used.
        per_minute: The allowance in requests a minute. Of different ones for the same owner the lowest counts.
        clock: Only throttles on the same clock are shared.

    Returns:
        The same object for the same owner and clock.
    """
    key = (owner, id(clock))
    with _lock:
        for other in [other for other, throttle in _not_idle.items() if throttle.idle]:
            del _not_idle[other]
        throttle = _in_use.get(key)
        if throttle is None:
            throttle = _in_use[key] = Throttle(per_minute, clock)
        _not_idle[key] = throttle
    throttle.slow_to(per_minute)
    return throttle
