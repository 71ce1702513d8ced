"""Faults."""

from __future__ import annotations

import pytest

from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.faults import Dropped, Faults
from clinikomigrate.testing.log import LoggedRequest
from tests.testing.desk import Desk

TAX = {"name": "GST"}


def _desk() -> Desk:
    return Desk(FakeCliniko())


@pytest.mark.parametrize(
    ("kind", "committed"),
    [("drop_after", 1), ("timeout_after", 1), ("drop_before", 0), ("timeout_before", 0), ("refuse", 0)],
)
def test_connection_is_lost(kind: str, committed: int) -> None:
    """A connection is lost after the request was carried out, or before; the log says so."""
    desk = _desk()
    desk.fake.faults.add(kind)  # type: ignore[arg-type]  # one of the kinds
    with pytest.raises(Dropped) as dropped:
        desk.ask("POST", "/taxes", TAX)

    assert kind == dropped.value.fault
    assert committed == len(desk.fake.rows("taxes"))
    assert (None, kind) == (desk.fake.log[-1].status, desk.fake.log[-1].fault)
    assert 201 == desk.ask("POST", "/taxes", TAX).status_code


@pytest.mark.parametrize(
    ("kind", "status", "committed"),
    [
        ("401", 401, 0),
        ("403", 403, 0),
        ("500", 500, 0),
        ("502", 502, 0),
        ("503", 503, 0),
        ("500_after", 500, 1),
        ("not_json", 200, 1),
        ("redirect", 302, 0),
    ],
)
def test_answer_is_another(kind: str, status: int, committed: int) -> None:
    """Another answer comes than the request deserved, after it was carried out or instead of that."""
    desk = _desk()
    desk.fake.faults.add(kind)  # type: ignore[arg-type]  # one of the kinds
    answer = desk.ask("POST", "/taxes", TAX)

    assert (status, committed) == (answer.status_code, len(desk.fake.rows("taxes")))
    assert answer.json is None if answer.is_json else True


def test_429_says_until_when() -> None:
    """A 429 on demand has its reset as far ahead as asked for, by the server's clock."""
    desk = Desk(FakeCliniko(server_clock_offset=100.0))
    desk.fake.faults.add("429", seconds=20.5)
    answer = desk.ask("GET", "/user")

    assert 429 == answer.status_code
    assert desk.fake.clock.now() + 121 == float(answer.headers["X-RateLimit-Reset"])
    assert "Mon, 03 Mar 2025 00:01:40 GMT" == answer.headers["Date"]


def test_body_breaks_off() -> None:
    """A cut answer announces its whole length and ends in the middle."""
    desk = _desk()
    desk.fake.faults.add("cut")
    answer = desk.ask("GET", "/user")

    assert int(answer.headers["Content-Length"]) // 2 == len(answer.data)


def test_slow_answer_takes_its_time() -> None:
    """A slow request moves the clock on before it is carried out."""
    desk = _desk()
    desk.fake.faults.add("slow", seconds=45)

    assert 201 == desk.ask("POST", "/taxes", TAX).status_code
    assert "2025-03-03T00:00:45Z" == desk.fake.rows("taxes")[0]["created_at"]


def test_faults_choose_their_requests() -> None:
    """A fault strikes the nth request, each nth, or those that a function picks; counting begins when it is added."""
    desk = _desk()
    desk.fake.faults.add("503", at=2)
    desk.fake.faults.add("502", every=3)
    desk.fake.faults.add("500", when=lambda request: request.path == "/v1/taxes", times=2)
    paths = ["/user", "/user", "/taxes", "/taxes", "/taxes", "/taxes", "/user"]

    assert [200, 503, 502, 500, 200, 502, 200] == [desk.ask("GET", path).status_code for path in paths]
    desk.fake.faults.clear()
    assert 200 == desk.ask("GET", "/user").status_code


def test_unknown_fault_is_refused() -> None:
    """There are only the faults that there are."""
    faults = Faults()
    with pytest.raises(ValueError, match="drop_after"):
        faults.add("explode")  # type: ignore[arg-type]  # that is the point
    faults.add("500", at=5)

    assert "<Faults: 1>" == repr(faults)
    assert None is faults.strike(LoggedRequest(1, "GET", "/v1/user", [], None, 0.0))
