"""The loop that sends again, and the judgement of what may be sent again."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable

import pytest

from clinikomigrate.errors import ConnectionFailed, Error, OutcomeUnknown, TimedOut
from clinikomigrate.wire.retry import TRIES, TRIES_AT_LIMIT, Again, repeat, verdict
from clinikomigrate.wire.transport import Failure
from tests.wire.conftest import FakeClock


class Attempts:
    """Fails as often as it is told, then succeeds."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.made = 0

    def __call__(self) -> str:
        """Makes one attempt."""
        self.made += 1
        if self.failures:
            raise self.failures.pop(0)
        return "done"


@pytest.fixture
def run(clock: FakeClock) -> Callable[[Attempts], str]:
    """Runs attempts on the test's clock."""
    return lambda attempts: repeat(attempts, clock=clock, chance=random.Random(0))


Run = Callable[[Attempts], str]


def test_success_is_returned(run: Run, clock: FakeClock) -> None:
    """An attempt that succeeds is the only one, and nothing is waited for."""
    attempts = Attempts()

    assert "done" == run(attempts)
    assert (1, []) == (attempts.made, clock.sleeps)


def test_waits_grow(run: Run, clock: FakeClock) -> None:
    """Each wait is between half and all of a bound that doubles from half a second to half a minute."""
    failure = Error("no")
    with pytest.raises(Error, match="no"):
        run(Attempts(*[Again(failure) for _ in range(TRIES)]))

    bounds = [0.5, 1, 2, 4, 8, 16, 30]
    assert len(bounds) == len(clock.sleeps)
    assert all(bound / 2 <= slept <= bound for bound, slept in zip(bounds, clock.sleeps, strict=True))


def test_enough_is_enough(run: Run) -> None:
    """After the last try its failure is raised, with no other exception behind it."""
    failures = [Error(str(number)) for number in range(TRIES + 1)]
    attempts = Attempts(*[Again(failure) for failure in failures])
    with pytest.raises(Error) as caught:
        run(attempts)

    assert failures[TRIES - 1] is caught.value
    assert TRIES == attempts.made
    assert (None, None) == (caught.value.__cause__, caught.value.__context__)


def test_server_names_the_wait(run: Run, clock: FakeClock) -> None:
    """A wait that the server asks for is never undercut."""
    run(Attempts(Again(Error("no"), wait=45.0)))

    assert [45.0] == clock.sleeps


def test_short_wait_asked_for_is_lengthened(run: Run, clock: FakeClock) -> None:
    """A server that asks for no wait at all still isn't stormed."""
    run(Attempts(Again(Error("no"), wait=0.0)))

    assert 0.25 <= clock.elapsed <= 0.5


def test_at_the_limit_the_throttle_waits(run: Run, clock: FakeClock) -> None:
    """After status 429 the loop itself waits for nothing: the throttle holds every thread of the user."""
    attempts = Attempts(*[Again(Error("no"), at_limit=True) for _ in range(TRIES_AT_LIMIT - 1)])

    assert "done" == run(attempts)
    assert [] == clock.sleeps


def test_the_limit_has_its_own_count(run: Run) -> None:
    """Tries that the rate limit took aren't taken from those for failures, nor the other way round."""
    limited = [Again(Error("limit"), at_limit=True) for _ in range(TRIES_AT_LIMIT - 1)]
    failed = [Again(Error("broken")) for _ in range(TRIES - 1)]

    assert "done" == run(Attempts(*limited, *failed))


def test_the_limit_ends_too(run: Run) -> None:
    """A server that says 429 for ever is not asked for ever."""
    with pytest.raises(Error, match="limit"):
        run(Attempts(*[Again(Error("limit"), at_limit=True) for _ in range(TRIES_AT_LIMIT)]))


def test_other_exceptions_end_it(run: Run) -> None:
    """What doesn't ask for another attempt gets none."""
    attempts = Attempts(KeyError("x"))
    with pytest.raises(KeyError):
        run(attempts)

    assert 1 == attempts.made


def test_no_real_time_is_slept(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """All waiting is done by the injected clock; the library is told to wait for nothing."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    run(Attempts(Again(Error("no"), wait=45.0), Again(Error("no"), at_limit=True)))

    assert {0.0} == set(slept)


def test_library_logs_nothing(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """The library's own log, which would print arguments, stays empty."""
    with caplog.at_level(logging.DEBUG):
        run(Attempts(Again(Error("no"))))

    assert [] == caplog.records


@pytest.mark.parametrize(
    ("failure", "idempotent", "expected"),
    [
        (Failure("refused", sent=False), False, ConnectionFailed),
        (Failure("refused", sent=False), True, ConnectionFailed),
        (Failure("slow", sent=False, timeout=True), False, TimedOut),
        (Failure("broke", sent=True), True, ConnectionFailed),
        (Failure("slow", sent=True, timeout=True), True, TimedOut),
    ],
)
def test_what_may_be_sent_again(failure: Failure, idempotent: bool, expected: type[Error]) -> None:
    """Reads may be repeated, and anything of which nothing was sent."""
    found = verdict(failure, method="POST", path="/patients", idempotent=idempotent)

    assert isinstance(found, Again)
    assert expected is type(found.failure)


def test_what_would_be_in_vain() -> None:
    """A failure that lasts isn't tried again."""
    failure = Failure("not trusted", sent=False, lasting=True)

    assert isinstance(verdict(failure, method="GET", path="/patients", idempotent=True), ConnectionFailed)


@pytest.mark.parametrize("timeout", [True, False])
def test_write_that_was_sent_is_never_repeated(timeout: bool) -> None:
    """A write that may have arrived has an outcome that nobody knows."""
    found = verdict(Failure("broke", sent=True, timeout=timeout), method="POST", path="/patients", idempotent=False)

    assert isinstance(found, OutcomeUnknown)
    assert ("POST", "/patients", "broke", None) == (found.method, found.path, found.cause_name, found.status)
