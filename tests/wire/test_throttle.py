"""The throttle against the three kinds of servers that count requests."""

from __future__ import annotations

import gc
import heapq
import random
import threading
from collections.abc import Callable
from itertools import pairwise

import pytest

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.wire import Throttle, shared_throttle
from clinikomigrate.wire.throttle import _in_use
from tests.wire.conftest import FakeClock

LIMIT = 200
"""Requests a minute."""

Verdict = Callable[[list[float]], int]


def fixed_window(arrivals: list[float], phase: float = 0.0) -> int:
    """Counts what a server refuses that starts a new count at each full minute."""
    counts: dict[int, int] = {}
    for moment in arrivals:
        window = int((moment + phase) // 60)
        counts[window] = counts.get(window, 0) + 1
    return sum(max(0, count - LIMIT) for count in counts.values())


def sliding_window(arrivals: list[float]) -> int:
    """Counts what a server refuses that looks back over the last 60 seconds at each request."""
    taken: list[float] = []
    refused = 0
    for moment in arrivals:
        taken = [earlier for earlier in taken if earlier > moment - 60]
        if len(taken) < LIMIT:
            taken.append(moment)
        else:
            refused += 1
    return refused


def leaky_bucket(arrivals: list[float], holds: int = 10) -> int:
    """Counts what a server refuses whose bucket leaks evenly and holds few requests, so that any burst spills over."""
    level, before, refused = 0.0, arrivals[0], 0
    for moment in arrivals:
        level = max(0.0, level - (moment - before) * LIMIT / 60)
        before = moment
        if level + 1 > holds:
            refused += 1
        else:
            level += 1
    return refused


def arrivals_of(threads: int, minutes: int, clock: FakeClock, chance: random.Random) -> list[float]:
    """Plays threads that send one request after the other, each on the road for 100 to 600 ms."""
    throttle = Throttle(LIMIT, clock)
    start = clock.monotonic()
    ready = [(start, thread) for thread in range(threads)]
    arrivals: list[float] = []
    while ready[0][0] < start + minutes * 60:
        moment, thread = heapq.heappop(ready)
        clock.elapsed = moment - start
        throttle.wait()
        latency = chance.uniform(0.1, 0.6)
        arrivals.append(clock.monotonic() + latency / 2)
        heapq.heappush(ready, (clock.monotonic() + latency, thread))
    return sorted(arrivals)


@pytest.mark.parametrize("threads", [1, 4, 16])
@pytest.mark.parametrize(
    "refused",
    [
        fixed_window,
        lambda arrivals: fixed_window(arrivals, phase=17.3),
        lambda arrivals: fixed_window(arrivals, phase=59.9),
        sliding_window,
        leaky_bucket,
    ],
    ids=["fixed", "fixed, other phase", "fixed, late phase", "sliding", "leaky bucket"],
)
def test_no_server_refuses_anything(refused: Verdict, threads: int) -> None:
    """However many threads send, no kind of server ever sees more than it allows."""
    arrivals = arrivals_of(threads, 10, FakeClock(), random.Random(threads))

    assert 0 == refused(arrivals)


def test_the_allowance_is_used() -> None:
    """Four threads use at least 97 % of what the server allows."""
    arrivals = arrivals_of(4, 30, FakeClock(), random.Random(1))

    assert 0.97 * LIMIT <= len(arrivals) / 30 <= LIMIT


def test_first_request_waits_for_nothing(clock: FakeClock) -> None:
    """A single request goes out at once."""
    Throttle(LIMIT, clock).wait()

    assert [] == clock.sleeps


def test_no_catching_up_after_a_rest(clock: FakeClock) -> None:
    """What was not used in a quiet minute is not sent as a burst afterwards."""
    throttle = Throttle(60, clock)
    throttle.wait()
    clock.elapsed += 600

    for _ in range(3):
        throttle.wait()

    assert [pytest.approx(60 / 58.8), pytest.approx(60 / 58.8)] == clock.sleeps


def test_threads_never_share_a_slot(clock: FakeClock) -> None:
    """Slots taken at the same time by several threads are evenly spaced."""
    throttle = Throttle(LIMIT, clock)
    threads = [threading.Thread(target=throttle.wait) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert pytest.approx(7 * 60 / 196) == clock.elapsed


def test_hold_stops_everyone(clock: FakeClock) -> None:
    """Nothing is sent before the moment that a hold names."""
    throttle = Throttle(LIMIT, clock)
    throttle.hold_until(clock.monotonic() + 30)
    throttle.wait()

    assert pytest.approx(30) == clock.elapsed


def test_hold_is_never_shortened(clock: FakeClock) -> None:
    """Of two holds the later one counts, whichever came first."""
    throttle = Throttle(LIMIT, clock)
    throttle.hold_until(clock.monotonic() + 30)
    throttle.hold_until(clock.monotonic() + 10)
    throttle.wait()

    assert pytest.approx(30) == clock.elapsed


def test_hold_reaches_who_is_asleep_already() -> None:
    """A thread whose slot falls into a hold that came while it slept takes another slot after the hold."""

    class Interrupted(FakeClock):
        def sleep_until(self, moment: float) -> None:
            super().sleep_until(moment)
            if len(self.sleeps) == 1:
                throttle.hold_until(600.0)

    clock = Interrupted()
    throttle = Throttle(60, clock)
    throttle.wait()
    throttle.wait()

    assert pytest.approx(600.0) == clock.monotonic()


def test_after_a_hold_the_pace_goes_on() -> None:
    """Threads that a hold stopped don't all send at its end."""
    clock = FakeClock()
    throttle = Throttle(60, clock)
    throttle.hold_until(clock.monotonic() + 30)
    moments = []
    for _ in range(3):
        throttle.wait()
        moments.append(clock.monotonic())

    assert [pytest.approx(60 / 58.8)] * 2 == [later - earlier for earlier, later in pairwise(moments)]


@pytest.mark.parametrize("per_minute", [0, -1, float("nan")])
def test_allowance_must_be_positive(per_minute: float, clock: FakeClock) -> None:
    """An allowance of nothing is refused."""
    with pytest.raises(ConfigurationError, match="more than 0"):
        Throttle(per_minute, clock)


def test_repr_tells_the_allowance(clock: FakeClock) -> None:
    """A throttle says how much it allows."""
    assert "<Throttle 200 a minute>" == repr(Throttle(200, clock))


def test_one_owner_has_one_throttle(clock: FakeClock) -> None:
    """All clients of an owner share its throttle, and no other owner does."""
    throttle = shared_throttle("Ann", LIMIT, clock)

    assert throttle is shared_throttle("Ann", LIMIT, clock)
    assert throttle is not shared_throttle("Ben", LIMIT, clock)
    assert throttle is not shared_throttle("Ann", LIMIT, FakeClock())


def test_lowest_allowance_counts(clock: FakeClock) -> None:
    """Of different allowances for one owner the lowest is kept."""
    throttle = shared_throttle("Ann", 200, clock)
    shared_throttle("Ann", 100, clock)
    shared_throttle("Ann", 300, clock)

    assert 100 == throttle.per_minute


def test_throttle_outlives_its_clients(clock: FakeClock) -> None:
    """Clients made and closed one after the other keep to their owner's pace together."""
    for _ in range(3):
        shared_throttle("Ann", 60, clock).wait()
        gc.collect(1)  # it is new; to look through all that is old takes seconds

    assert pytest.approx(2 * 60 / 58.8) == clock.elapsed


def test_throttle_is_forgotten_when_idle(clock: FakeClock) -> None:
    """A throttle that nobody uses and that has nothing to remember takes no memory."""
    shared_throttle("Ann", 60, clock)
    clock.elapsed += 3600
    kept = shared_throttle("Ben", 60, clock)
    gc.collect(1)

    assert ("Ann", id(clock)) not in _in_use
    assert kept is _in_use["Ben", id(clock)]


def test_follow_takes_over_hold_and_pace(clock: FakeClock) -> None:
    """Who turns out to be another owner doesn't escape a hold by it."""
    earlier = Throttle(60, clock)
    earlier.hold_until(clock.monotonic() + 30)
    later = Throttle(60, clock)
    later.follow(earlier)
    later.wait()

    assert pytest.approx(30) == clock.elapsed
