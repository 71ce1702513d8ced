"""Waits out a lost connection, and says when a run must end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from clinikomigrate.errors import ArchiveError, Error, JournalError, RateLimited, ServerError, TransportError
from clinikomigrate.wire.clock import Clock

T = TypeVar("T")

ASKED: Final = "asked to stop"
"""Why a run ends when its user wants it to."""

_PATIENCE = 15 * 60.0
_PAUSE = 5.0
_ROUNDS = 4
_MOST_ROUNDS = 60


class Stopped(Exception):  # noqa: N818 - it is no error: it ends a run cleanly
    """The run ends here, ready to go on.

    Args:
        reason: Why, for the report.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def ending(error: BaseException) -> BaseException:
    """Returns what a thread ended with; as the clean end of a run where it is the machine that failed, as a full disk.

    Args:
        error: What it raised.
    """
    return Stopped(str(error)) if isinstance(error, JournalError | ArchiveError) else error


class Patience:
    """Waits out a lost connection, for a quarter of an hour at most.

    Args:
        clock: Tells the time, and sleeps.
        stop: Set when the run is to end.
        tell: Is told of each wait: seconds and reason.
    """

    def __init__(self, clock: Clock, stop: threading.Event, tell: Callable[[float, str], None]) -> None:
        self._clock = clock
        self._stop = stop
        self._tell = tell
        self._lock = threading.Lock()
        self._lost_at: float | None = None

    def restored(self) -> None:
        """Notes that the connection works."""
        self._lost_at = None

    def wait(self, error: Error) -> None:
        """Waits a while before the next try.

        Args:
            error: What went wrong.

        Raises:
            Stopped: The connection has been gone for too long, or the run is to end.
        """
        with self._lock:
            now = self._clock.monotonic()
            if self._lost_at is None:
                self._lost_at = now
            gone = now - self._lost_at
        if gone > _PATIENCE:
            raise Stopped(f"no connection for {_PATIENCE / 60:.0f} minutes ({type(error).__name__})")
        self._sleep(min(60.0, max(_PAUSE, gone / 4)), error)

    def _sleep(self, seconds: float, error: Error) -> None:
        if self._stop.is_set():
            raise Stopped(ASKED)
        self._tell(seconds, type(error).__name__)
        self._clock.sleep_until(self._clock.monotonic() + seconds)

    def through(self, work: Callable[[], T]) -> T:
        """Does what may find no connection, again and again until there is one.

        Args:
            work: What to do. It must be safe to repeat when it raised `TransportError`, `ServerError` or `RateLimited`.

        Returns:
            What it returned.

        Raises:
            Stopped: As `wait` does.
            Error: What the work raised, after some rounds: it is then this work that is at fault.
        """
        rounds = 0
        while True:
            try:
                result = work()
            except (ServerError, RateLimited) as error:
                rounds += 1
                if rounds >= _ROUNDS:
                    raise
                self._sleep(_PAUSE * rounds, error)
            except TransportError as error:
                rounds += 1
                if rounds >= _MOST_ROUNDS:
                    raise
                self.wait(error)
            else:
                self.restored()
                return result
