"""The allowance of a user, and the server's word on it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

import pytest

from clinikomigrate.errors import (
    RateLimited,
)
from clinikomigrate.wire import Session, shared_throttle
from tests.wire.conftest import EPOCH, FakeClock, Server

NewSession = Callable[..., Session]
WRITES: tuple[Literal["POST", "PATCH", "PUT", "DELETE"], ...] = ("POST", "PATCH", "PUT", "DELETE")
SLOT = 60 / 196
"""Seconds between two requests at 98 % of 200 a minute."""


def create(session: Session) -> Any:
    """Creates a patient."""
    return session.write("POST", "/patients", json={"first_name": "Zoë"}).body


@pytest.mark.parametrize("method", ["GET", *WRITES])
def test_any_method_is_sent_again_after_429(method: Any, session: Session, server: Server, clock: FakeClock) -> None:
    """Status 429 means that nothing was done, so anything is sent again, once the moment has come that it names."""
    server.reply(429, b"", X_RateLimit_Reset=str(int(EPOCH) + 42))
    server.reply(200, {"id": "1"})
    answer = session.get("/patients/1") if method == "GET" else session.write(method, "/patients/1")

    assert {"id": "1"} == answer.body
    assert 42 <= clock.elapsed < 43


def test_reset_counts_by_the_servers_clock(new_session: NewSession, server: Server) -> None:
    """A clock here that is wrong by an hour changes nothing: the moment is compared with the answer's `Date`."""

    class Wrong(FakeClock):
        def now(self) -> float:
            return super().now() + 3600

    clock = Wrong()
    server.reply(429, b"", X_RateLimit_Reset=str(int(EPOCH) + 42))
    new_session(server.url, clock=clock).get("/settings")

    assert 42 <= clock.elapsed < 43


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry_After": "7"}, 7),
        ({}, 60),
        ({"X_RateLimit_Reset": str(int(EPOCH) - 5)}, 1),
        ({"X_RateLimit_Reset": "soon"}, 60),
        ({"X_RateLimit_Reset": str(int(EPOCH) + 20), "No_Date": "1"}, 20),
    ],
)
def test_other_ways_to_ask_for_a_wait(
    headers: dict[str, str], wait: float, session: Session, server: Server, clock: FakeClock
) -> None:
    """Without the moment `Retry-After` counts, else a minute; never less than a second."""
    server.reply(429, b"", **headers)
    session.get("/settings")

    assert wait <= clock.elapsed <= wait + 1


def test_429_stops_every_client_of_the_user(
    new_session: NewSession, server: Server, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """What one client is told, all clients of that user keep to."""
    first = new_session(server.url, owner="Ann")
    second = new_session(server.url, owner="Ann")
    stranger = new_session(server.url, owner="Ben")
    for _ in range(10):
        server.reply(429, b"", X_RateLimit_Reset=str(int(EPOCH) + 10_000))
    with pytest.raises(RateLimited), caplog.at_level(logging.WARNING):
        first.get("/settings")
    told = clock.elapsed
    held_until = first.throttle._held_until
    clock.elapsed = 0.0
    stranger.get("/settings")
    alone = clock.elapsed
    second.get("/settings")

    assert told >= 10_000
    assert 0 == alone
    assert clock.monotonic() >= held_until
    assert "requests of this user wait 10000 s" in caplog.text


def test_429_for_ever(session: Session, server: Server) -> None:
    """A server that says 429 again and again is an error that tells when it would take requests."""
    for _ in range(10):
        server.reply(429, b"", X_RateLimit_Reset=str(int(EPOCH) + 42))
    with pytest.raises(RateLimited) as caught:
        create(session)

    assert datetime.fromtimestamp(EPOCH + 42, UTC) == caught.value.reset_at
    assert 10 == len(server.received)


def test_requests_are_paced(session: Session, clock: FakeClock) -> None:
    """Requests leave evenly spaced, at 98 % of the allowance."""
    for _ in range(5):
        session.get("/settings")

    assert pytest.approx(4 * SLOT) == clock.elapsed


def test_identify_shares_the_users_allowance(new_session: NewSession, server: Server, clock: FakeClock) -> None:
    """Two keys that turn out to be of one user share one allowance from then on, holds included."""
    first, second = new_session(server.url), new_session(server.url)
    first.get("/user")
    first.throttle.hold_until(clock.monotonic() + 30)
    first.identify("user 1")
    first.identify("user 1")
    second.identify("user 1")
    second.get("/settings")

    assert first.throttle is second.throttle
    assert 30 <= clock.elapsed


def test_identified_while_waiting(new_session: NewSession, server: Server) -> None:
    """A request that waits for its turn while its user becomes known takes its turn among that user's."""

    class Identifying(FakeClock):
        def sleep_until(self, moment: float) -> None:
            super().sleep_until(moment)
            if not self.elapsed and moment:
                session.identify("user 2")

    clock = Identifying()
    session = new_session(server.url, clock=clock)
    shared_throttle("user 2", 200, clock).hold_until(clock.monotonic() + 30)
    session.get("/settings")

    assert pytest.approx(30) == clock.elapsed
