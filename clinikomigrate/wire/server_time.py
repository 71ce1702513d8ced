"""The server's time: what its answers say of it, and how long they ask to wait."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

from clinikomigrate.wire.clock import Clock

WAIT_UNTOLD: Final = 60.0
"""Seconds to wait after status 429 where the server doesn't say how long: the length of the allowance's window."""

SHORTEST_WAIT: Final = 1.0
"""Seconds to wait at least after status 429, as the server names whole seconds."""

FURTHEST: Final = 86_400.0
"""Seconds. A moment more than a day away is a header misread, not a wait that somebody asked for."""


LATEST: Final = 7_258_118_400.0
"""Seconds since the epoch: the year 2200. A date later than that, or before the epoch, is one misread."""


class ServerTime:
    """Follows the server's clock by the `Date` headers of its answers.

    A `Date` names a whole second that has begun, and is old by the time it takes to arrive, so what is told here is
    never later than the server's own time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._ahead: float | None = None

    def heed(self, headers: Mapping[str, str]) -> None:
        """Learns the time from an answer's headers."""
        date = _date(headers)
        if date is not None:
            with self._lock:
                self._ahead = date - self._clock.monotonic()

    def seconds(self) -> float:
        """Returns the server's time in seconds since the epoch; before any answer this machine's own."""
        with self._lock:
            return self._clock.now() if self._ahead is None else self._clock.monotonic() + self._ahead

    def now(self) -> datetime:
        """Returns the server's time, aware, in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def told(self) -> datetime | None:
        """Returns the server's time as its answers told it, or None where none did."""
        with self._lock:
            return None if self._ahead is None else datetime.fromtimestamp(self._clock.monotonic() + self._ahead, UTC)

    def wait_asked(self, headers: Mapping[str, str], reset_header: str | None) -> float | None:
        """Returns for how many seconds an answer asks to be left alone; None where it doesn't say.

        Args:
            headers: The answer's headers.
            reset_header: The header that names the moment, in seconds since the epoch, when requests are taken again.
                It is compared with the same answer's `Date`, so a wrong clock here doesn't matter.
        """
        date = _date(headers)
        sent = self.seconds() if date is None else date
        for wait in (_until(headers.get(reset_header or ""), sent), _retry_after(headers.get("Retry-After"), sent)):
            if wait is not None and abs(wait) <= FURTHEST:
                return max(wait, 0.0)
        return None


def _date(headers: Mapping[str, str]) -> float | None:
    """Returns the moment at which an answer left; one from a cache says in `Age` how long ago it was made."""
    made = _http_date(headers.get("Date"))
    if made is None:
        return None
    age = _number(headers.get("Age")) or 0.0
    return made + age if age <= FURTHEST else made


@lru_cache  # many answers leave within one second
def _http_date(text: str | None) -> float | None:
    try:
        found = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):
        return None
    moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    return moment if 0 <= moment < LATEST else None


def _number(text: str | None) -> float | None:
    stripped = (text or "").strip()
    return float(stripped) if stripped.isascii() and stripped.replace(".", "", 1).isdigit() else None


def _until(text: str | None, sent: float) -> float | None:
    moment = _number(text)
    return None if moment is None else moment - sent


def _retry_after(text: str | None, sent: float) -> float | None:
    seconds = _number(text)
    if seconds is not None:
        return seconds
    moment = _http_date(text)
    return None if moment is None else moment - sent
