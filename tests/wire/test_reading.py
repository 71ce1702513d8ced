"""Reads over a real connection: what is answered, and what is asked for again."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from clinikomigrate.errors import (
    ConnectionFailed,
    Forbidden,
    NotFound,
    Redirected,
    ServerError,
    TimedOut,
    Unauthorized,
    UnexpectedResponse,
    Unprocessable,
)
from clinikomigrate.wire import Session
from tests.wire.conftest import FakeClock, Server

NewSession = Callable[..., Session]


def create(session: Session) -> Any:
    """Creates a patient."""
    return session.write("POST", "/patients", json={"first_name": "Zoë"}).body


def test_get_sends_what_the_api_asks_for(session: Session, server: Server) -> None:
    """A read goes to the base URL with the key, the application's name, and what it accepts."""
    server.reply(200, {"id": "1", "price": 10.5})
    answer = session.get("/patients/{id}", {"id": "1"}, [("q[]", "archived_at:*"), ("q[]", "id:>1")])

    received = server.received[0]
    assert (200, {"id": "1", "price": Decimal("10.5")}) == (answer.status, answer.body)
    assert ("GET", "/v1/patients/1") == (received.method, urlsplit(received.path).path)
    assert [("q[]", "archived_at:*"), ("q[]", "id:>1")] == parse_qsl(urlsplit(received.path).query)
    assert {
        "Authorization": "Basic TOP-SECRET",
        "User-Agent": "Tests (tests@example.com)",
        "Accept": "application/json",
    }.items() <= received.headers.items()
    assert "Content-Type" not in received.headers


def test_answer_tells_headers_and_request_id(session: Session, server: Server) -> None:
    """Headers can be asked for in any case; the request id is the server's."""
    server.reply(200, {}, X_Request_Id="abc-1", X_Other="1")
    answer = session.get("/settings")

    assert ("abc-1", "1") == (answer.request_id, answer.headers["x-OTHER"])


@pytest.mark.parametrize("script", [Server.drop, Server.reset, Server.cut])
def test_read_is_repeated_after_a_broken_connection(
    script: Callable[[Server], None], session: Session, server: Server
) -> None:
    """A read whose answer was lost or cut off is sent again."""
    script(server)
    server.reply(200, {"id": "1"})

    assert {"id": "1"} == session.get("/patients/1").body
    assert (2, 2) == (len(server.received), session.requests_sent)


def test_read_is_repeated_after_a_timeout(new_session: NewSession, server: Server) -> None:
    """A read that wasn't answered in time is sent again."""
    server.stall()
    server.reply(200, {"id": "1"})

    assert {"id": "1"} == new_session(server.url, read_timeout=0.1).get("/patients/1").body


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_read_is_repeated_after_a_failure_of_the_server(status: int, session: Session, server: Server) -> None:
    """A read that the server failed at is sent again."""
    server.reply(status, b"<html>")
    server.reply(200, {"id": "1"})

    assert {"id": "1"} == session.get("/patients/1").body


def test_read_that_keeps_failing(session: Session, server: Server, clock: FakeClock) -> None:
    """A server that fails at each of eight tries, over about a minute, is an error that tells the last answer."""
    for number in range(8):
        server.reply(503, {"message": "down"}, X_Request_Id=f"r{number}")
    with pytest.raises(ServerError) as caught:
        session.get("/patients/{id}", {"id": "1"})

    error = caught.value
    assert (503, "GET", "/patients/{id}", "r7", "down") == (
        error.status,
        error.method,
        error.path,
        error.request_id,
        error.message,
    )
    assert 8 == len(server.received)
    assert 30 < clock.elapsed < 62


def test_wait_that_a_failing_server_asks_for(session: Session, server: Server, clock: FakeClock) -> None:
    """A server that names a wait with its failure is left alone that long."""
    server.reply(503, b"", Retry_After="90")
    session.get("/settings")

    assert 90 <= clock.elapsed < 91


def test_read_whose_answers_keep_getting_lost(session: Session, server: Server) -> None:
    """A connection that breaks at each try is an error that says so."""
    for _ in range(8):
        server.drop()
    with pytest.raises(ConnectionFailed, match=r"GET /patients/\{id\} got no answer: the connection broke") as caught:
        session.get("/patients/{id}", {"id": "1"})

    assert caught.value.sent
    assert (None, None) == (caught.value.__cause__, caught.value.__context__)


def test_read_that_keeps_timing_out(new_session: NewSession, server: Server) -> None:
    """A server that never answers in time is an error of its own."""
    for _ in range(8):
        server.stall()
    with pytest.raises(TimedOut):
        new_session(server.url, read_timeout=0.02).get("/patients")


def test_answer_that_is_not_json(session: Session, server: Server) -> None:
    """A whole answer that isn't JSON is an error that quotes nothing of it, and isn't asked for again."""
    server.reply(200, b"<html>Ann Example</html>", Content_Type="text/html")
    with pytest.raises(UnexpectedResponse, match="GET /patients can't be used: its body isn't JSON") as caught:
        session.get("/patients")

    assert 1 == len(server.received)
    assert "Ann" not in "".join(traceback.format_exception(caught.value))


def test_empty_answer_to_a_read(session: Session, server: Server) -> None:
    """An answer with status 200 and nothing in it is no answer."""
    server.reply(200)
    with pytest.raises(UnexpectedResponse):
        session.get("/patients")


def test_cut_off_body_of_unknown_length(session: Session, server: Server) -> None:
    """A body that only the connection's end ends, and that isn't JSON, counts as cut off."""
    server.unframed(b'{"id": "1')
    server.unframed(b'{"id": "1"}')

    assert {"id": "1"} == session.get("/patients/1").body


def test_read_is_not_redirected(session: Session, server: Server, new_server: Callable[[], Server]) -> None:
    """A redirect is an error, and nothing arrives where it points."""
    other = new_server()
    server.reply(302, b"", Location=f"{other.url}/v1/patients")
    with pytest.raises(Redirected):
        session.get("/patients")

    assert [] == other.received


def test_errors_of_the_api(session: Session, server: Server) -> None:
    """Plain text at 401, nothing at 403, a page at 404: each is its error at the first answer."""
    server.reply(401, b"HTTP Basic: Access denied.\n", Content_Type="text/plain")
    server.reply(403)
    server.reply(404, b"<html><title>Cliniko - 404</title></html>", Content_Type="text/html")
    for expected in (Unauthorized, Forbidden, NotFound):
        with pytest.raises(expected):
            session.get("/users/{id}", {"id": "1"})

    assert 3 == len(server.received)


def test_cut_off_reasons_of_a_refusal(session: Session, server: Server) -> None:
    """A status that says no counts, also where its reasons were cut off."""
    server.cut(422, b'{"message": "Valid')
    with pytest.raises(Unprocessable) as caught:
        create(session)

    assert {} == caught.value.fields
