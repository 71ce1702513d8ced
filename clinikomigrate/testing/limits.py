"""The limit on requests a minute and user, counted in the three ways that servers do."""

from __future__ import annotations

import math
from collections import deque
from typing import Literal, TypeAlias

RateModel: TypeAlias = Literal["fixed", "sliding", "leaky"]
LimitHeader: TypeAlias = Literal["X-RateLimit-Reset", "Retry-After"]
"""`X-RateLimit-Reset` is a moment, in seconds since the epoch; `Retry-After` a number of seconds."""

WINDOW = 60.0


class RateLimit:
    """Counts requests by user and says which are too many.

    Args:
        per_minute: The most requests a minute; None for no limit.
        model: `"fixed"`: minutes of the clock. `"sliding"`: any 60 seconds. `"leaky"`: a bucket of a sixth of the
            minute's requests that empties evenly.
    """

    def __init__(self, per_minute: int | None, model: RateModel) -> None:
        self.per_minute = per_minute
        self.model = model
        self._windows: dict[str, tuple[int, int]] = {}
        self._times: dict[str, deque[float]] = {}
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, user_id: str, now: float) -> int | None:
        """Counts a request.

        Args:
            user_id: Whose request it is.
            now: The time in seconds since the epoch.

        Returns:
            None when it is let in, else the time, in whole seconds since the epoch, when the next one will be.
        """
        if self.per_minute is None:
            return None
        match self.model:
            case "fixed":
                return self._take_fixed(user_id, now, self.per_minute)
            case "sliding":
                return self._take_sliding(user_id, now, self.per_minute)
            case _:
                return self._take_leaky(user_id, now, self.per_minute)

    def _take_fixed(self, user_id: str, now: float, limit: int) -> int | None:
        window = int(now // WINDOW)
        current, count = self._windows.get(user_id, (window, 0))
        count = count if current == window else 0
        if count >= limit:
            return int((window + 1) * WINDOW)
        self._windows[user_id] = (window, count + 1)
        return None

    def _take_sliding(self, user_id: str, now: float, limit: int) -> int | None:
        times = self._times.setdefault(user_id, deque())
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if len(times) >= limit:
            return math.ceil(times[0] + WINDOW)
        times.append(now)
        return None

    def _take_leaky(self, user_id: str, now: float, limit: int) -> int | None:
        size, drain = max(1.0, limit / 6), limit / WINDOW
        level, then = self._levels.get(user_id, (0.0, now))
        level = max(0.0, level - (now - then) * drain)
        if level + 1 > size + 1e-9:
            return math.ceil(now + (level + 1 - size) / drain)
        self._levels[user_id] = (level + 1, now)
        return None
