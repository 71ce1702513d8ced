"""The server's clock, and the waits that it asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from clinikomigrate.wire.server_time import ServerTime
from tests.wire.conftest import EPOCH, FakeClock

DATE = "Tue, 14 Nov 2023 22:00:00 GMT"
THEN = datetime(2023, 11, 14, 22, 0, 0, tzinfo=UTC)


@pytest.fixture
def server_time(clock: FakeClock) -> ServerTime:
    """The server's time before any answer."""
    return ServerTime(clock)


def test_own_time_before_any_answer(server_time: ServerTime) -> None:
    """As long as no answer came, this machine's time is the best guess."""
    assert datetime.fromtimestamp(EPOCH, UTC) == server_time.now()


def test_date_header_counts(server_time: ServerTime, clock: FakeClock) -> None:
    """After an answer its `Date` counts, however wrong this machine's clock is, and time goes on from there."""
    server_time.heed({"Date": DATE})
    clock.elapsed += 5

    assert THEN + timedelta(seconds=5) == server_time.now()


def test_what_was_told_is_never_this_machine_s(server_time: ServerTime, clock: FakeClock) -> None:
    """Before any answer nothing was told; after one the server's time goes on."""
    before = server_time.told()
    server_time.heed({"Date": DATE})
    clock.elapsed += 5

    assert before is None
    assert THEN + timedelta(seconds=5) == server_time.told()


def test_newest_answer_counts(server_time: ServerTime) -> None:
    """A later answer replaces what an earlier one said."""
    server_time.heed({"Date": "Tue, 14 Nov 2023 23:00:00 GMT"})
    server_time.heed({"Date": DATE})

    assert THEN == server_time.now()


def test_cached_answers_are_old(server_time: ServerTime) -> None:
    """The `Age` of an answer from a cache is added to its `Date`."""
    server_time.heed({"Date": DATE, "Age": "90"})

    assert THEN + timedelta(seconds=90) == server_time.now()


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 99 Nov 2023 22:00:00 GMT", "Tue, 14 Nov 99999 22:00:00 GMT"])
def test_senseless_date_is_ignored(date: str, server_time: ServerTime) -> None:
    """A `Date` that isn't one changes nothing."""
    server_time.heed({"Date": date})

    assert datetime.fromtimestamp(EPOCH, UTC) == server_time.now()


def test_date_without_a_zone_is_utc(server_time: ServerTime) -> None:
    """A date that names its zone as -0000 is UTC."""
    server_time.heed({"Date": "Tue, 14 Nov 2023 22:00:00 -0000"})

    assert THEN == server_time.now()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Reset": str(int(THEN.timestamp()) + 42)}, 42.0),
        ({"Reset": f"{int(THEN.timestamp()) + 42}.5"}, 42.5),
        ({"Reset": str(int(THEN.timestamp()) - 42)}, 0.0),
        ({"Reset": str(int(THEN.timestamp()) + 42), "Retry-After": "7"}, 42.0),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "Tue, 14 Nov 2023 22:01:00 GMT"}, 60.0),
        ({"Reset": "soon", "Retry-After": "7"}, 7.0),
        ({"Reset": "30", "Retry-After": "7"}, 7.0),
        ({"Reset": "1700000000000", "Retry-After": "7"}, 7.0),
        ({"Reset": "٣", "Retry-After": "."}, None),
        ({"Retry-After": "later"}, None),
        ({}, None),
    ],
)
def test_wait_asked_for(headers: dict[str, str], expected: float | None, server_time: ServerTime) -> None:
    """The absolute moment counts first, against the same answer's `Date`; then `Retry-After`; senseless ones never."""
    assert expected == server_time.wait_asked({**headers, "Date": DATE}, "Reset")


def test_wait_without_a_date(server_time: ServerTime, clock: FakeClock) -> None:
    """Without a `Date` the moment is compared with the server's time as it was last known."""
    server_time.heed({"Date": DATE})
    clock.elapsed += 10

    assert 30.0 == server_time.wait_asked({"Reset": str(int(THEN.timestamp()) + 40)}, "Reset")


def test_no_reset_header(server_time: ServerTime) -> None:
    """Where an API has no header for the moment, `Retry-After` alone counts."""
    assert 7.0 == server_time.wait_asked({"Date": DATE, "X-RateLimit-Reset": "1", "Retry-After": "7"}, None)
