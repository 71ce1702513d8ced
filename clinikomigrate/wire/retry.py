"""Which failed request may be sent again, when, and how often. The only module that knows `backoff`.

`backoff` runs the loop and grows the waits. The waiting itself happens on the injected clock, so `backoff` is told to
wait for nothing; its jitter is off (it would undercut a wait that a server asked for), and so is its log, which prints
the arguments of calls. Only names that its maintained fork has too are used.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from typing import Final, Literal, TypeVar, cast

import backoff

from clinikomigrate.errors import ConnectionFailed, Error, OutcomeUnknown, TimedOut
from clinikomigrate.wire.clock import Clock
from clinikomigrate.wire.transport import Failure

T = TypeVar("T")

Method = Literal["GET", "POST", "PATCH", "PUT", "DELETE"]

TRIES: Final = 8
"""How often a request is sent before its failure is reported: over about a minute, besides the time it takes itself."""

TRIES_AT_LIMIT: Final = 10
"""How often a request is sent that the server each time puts off with status 429."""

FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 30.0


class Again(Exception):  # noqa: N818  # not an error: it asks the loop for another round
    """Says that an attempt failed and that another does no harm.

    Attributes:
        failure: What is raised when there has been attempt enough.
        wait: Seconds that the server asked for; None where the wait grows by itself.
        at_limit: Whether it was the rate limit that said no; then the throttle does the waiting.
    """

    def __init__(self, failure: Error, *, wait: float | None = None, at_limit: bool = False) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.wait = wait
        self.at_limit = at_limit


def verdict(failure: Failure, *, method: Method, path: str, idempotent: bool) -> Again | Error:
    """Judges an attempt that got no answer, or not a whole one.

    What reads may be repeated; so may anything of which nothing was sent. A write that may have arrived is never sent
    again: the APIs have no idempotency keys, so a second one would make a second record.

    Args:
        failure: What the transport says.
        method: The HTTP method, for the error.
        path: The path's template, for the error.
        idempotent: Whether sending it twice does the same as sending it once.

    Returns:
        What is to be raised: that it may be sent again, that it would be in vain, or that it may have been done.
    """
    if failure.sent and not idempotent:
        return OutcomeUnknown(method=method, path=path, cause_name=failure.problem)
    kind = TimedOut if failure.timeout else ConnectionFailed
    error = kind(failure.problem, method=method, path=path, sent=failure.sent)
    return error if failure.lasting else Again(error)


class _Attempts:
    """The attempts of one call: how many are left, and how long to wait before the next."""

    def __init__(self, attempt: Callable[[], object], clock: Clock, chance: random.Random) -> None:
        self._attempt = attempt
        self._clock = clock
        self._chance = chance
        self._left = TRIES
        self._left_at_limit = TRIES_AT_LIMIT
        self._growing = backoff.expo(factor=FIRST_WAIT, max_value=LONGEST_WAIT)
        self._growing.send(None)

    def next(self) -> object:
        """Makes one attempt.

        Raises:
            _Round: It failed, and another one may be made.
        """
        try:
            return self._attempt()
        except Again as again:
            asked = again
        if asked.at_limit:
            self._left_at_limit -= 1
        else:
            self._left -= 1
        if self._left and self._left_at_limit:
            raise _Round(self, asked)
        raise asked.failure

    def pause(self, again: Again) -> None:
        """Waits before the next attempt: as long as the server asked for, else longer each time, spread by chance."""
        if again.at_limit:
            return
        grown = next(self._growing)
        spread = self._chance.uniform(grown / 2, grown)
        self._clock.sleep_until(self._clock.monotonic() + max(spread, again.wait or 0.0))


class _Round(Exception):  # noqa: N818  # it asks `backoff` for another round and never leaves this module
    def __init__(self, attempts: _Attempts, again: Again) -> None:
        super().__init__("another attempt")
        self.attempts = attempts
        self.again = again


def _pause(asked: _Round) -> float:
    asked.attempts.pause(asked.again)
    return 0.0


with warnings.catch_warnings():
    # backoff asks asyncio what a coroutine is, which is deprecated from Python 3.14 on
    warnings.simplefilter("ignore", DeprecationWarning)
    _until_done = backoff.on_exception(backoff.runtime, _Round, value=_pause, jitter=None, logger=None)(_Attempts.next)


def repeat(attempt: Callable[[], T], *, clock: Clock, chance: random.Random) -> T:
    """Makes attempts until one succeeds, fails for good, or there were enough.

    Args:
        attempt: Raises `Again` where another may be made; any other exception ends it.
        clock: What waits.
        chance: What spreads the waits of threads that failed together.

    Returns:
        What the attempt that succeeded returned.

    Raises:
        Error: The last attempt's failure.
    """
    return cast("T", _until_done(_Attempts(attempt, clock, chance)))
