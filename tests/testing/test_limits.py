"""The rate limit."""

from __future__ import annotations

import pytest

from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.limits import LimitHeader, RateLimit
from tests.testing.desk import Desk


def test_too_many_requests_are_put_off() -> None:
    """The request over the limit is a 429 with the absolute time of its reset, and isn't carried out."""
    desk = Desk(FakeCliniko(rate_limit=3))
    statuses = [desk.ask("POST", "/taxes", {"name": "GST"}).status_code for _ in range(3)]
    desk.fake.clock.sleep_until(10)
    late = desk.ask("POST", "/taxes", {"name": "GST"})

    assert [201] * 3 == statuses
    assert (429, desk.fake.clock.now() + 50) == (late.status_code, float(late.headers["X-RateLimit-Reset"]))
    assert 3 == len(desk.fake.rows("taxes"))
    desk.fake.clock.sleep_until(60)
    assert 200 == desk.ask("GET", "/user").status_code


@pytest.mark.parametrize(
    ("header", "said"),
    [("X-RateLimit-Reset", {"x-ratelimit-reset": "1740960060"}), ("Retry-After", {"retry-after": "50"}), (None, {})],
)
def test_the_end_of_the_wait_can_be_said_otherwise(header: LimitHeader | None, said: dict[str, str]) -> None:
    """By the other header, which nobody documents, or not at all."""
    desk = Desk(FakeCliniko(rate_limit=1, limit_header=header))
    desk.get("/user")
    desk.fake.clock.sleep_until(10)
    headers = {name.lower(): value for name, value in desk.ask("GET", "/user").headers}

    assert said == {name: headers[name] for name in ("x-ratelimit-reset", "retry-after") if name in headers}


def test_limit_is_the_users() -> None:
    """Each user has an allowance of their own, and a wrong key uses up nobody's."""
    fake = FakeCliniko(rate_limit=1)
    desk = Desk(fake)
    other = Desk(fake, fake.key_for(fake.add("users", first_name="Amy", last_name="Ng")))

    assert 401 == Desk(fake, "wrong").ask("GET", "/user").status_code
    assert [200, 200, 429, 429] == [one.ask("GET", "/user").status_code for one in (desk, other, desk, other)]


def test_fixed_window_starts_anew_each_minute() -> None:
    """Fixed windows are the clock's minutes, so a burst may straddle two of them."""
    limit = RateLimit(2, "fixed")

    assert [None, None, 60, None] == [limit.take("1", now) for now in (58.0, 59.0, 59.5, 60.0)]


def test_sliding_window_looks_back_a_minute() -> None:
    """A sliding window counts the last 60 seconds, whenever they began."""
    limit = RateLimit(2, "sliding")

    assert [None, None, 118, None] == [limit.take("1", now) for now in (58.0, 59.0, 60.0, 118.0)]


def test_leaky_bucket_allows_no_burst() -> None:
    """A leaky bucket takes a sixth of a minute's requests at once and then one at a time."""
    limit = RateLimit(12, "leaky")

    assert [None, None, 105, None] == [limit.take("1", now) for now in (100.0, 100.0, 100.0, 105.0)]


@pytest.mark.parametrize("now", [0.0, 1.0])
def test_no_limit(now: float) -> None:
    """Without a limit everything is let in."""
    limit = RateLimit(None, "fixed")

    assert [None] * 5 == [limit.take("1", now) for _ in range(5)]
