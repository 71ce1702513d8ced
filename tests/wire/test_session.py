"""What a session is: safe in threads, silent about its key, and nothing before it is used."""

from __future__ import annotations

import logging
import pickle
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

import pytest

from clinikomigrate.errors import (
    ConfigurationError,
    NotPicklable,
    ReadOnly,
    ServerError,
    TransportError,
    UnexpectedResponse,
)
from clinikomigrate.wire import Session
from clinikomigrate.wire.clock import SYSTEM_CLOCK
from tests.wire.conftest import FakeClock, Server

NewSession = Callable[..., Session]
WRITES: tuple[Literal["POST", "PATCH", "PUT", "DELETE"], ...] = ("POST", "PATCH", "PUT", "DELETE")


def failed(server: Server) -> None:
    """The server failed, perhaps after it did it."""
    server.reply(500, {"message": "oops"})


def test_server_now(session: Session, server: Server, clock: FakeClock) -> None:
    """The server's time is the newest answer's `Date` and goes on from there."""
    server.reply(200, {}, No_Date="1", Date="Tue, 14 Nov 2023 10:00:00 GMT")
    session.get("/settings")
    clock.elapsed += 5

    assert datetime(2023, 11, 14, 10, 0, 5, tzinfo=UTC) == session.server_now()


def test_making_a_session_sends_nothing(session: Session, server: Server) -> None:
    """A session that is only made sends nothing."""
    session.close()

    assert (0, []) == (session.requests_sent, server.received)


def test_key_is_in_no_repr(session: Session, server: Server) -> None:
    """No repr shows the key."""
    assert f"<Session {server.url}/v1>" == repr(session)
    assert f"<Session {server.url}/v1 read-only>" == repr(session.read_only())
    assert f"{server.url}/v1" == session.base_url


def test_session_cannot_be_pickled(session: Session) -> None:
    """A session holds a key, so it refuses to be pickled."""
    with pytest.raises(NotPicklable):
        pickle.dumps(session)


def test_system_clock_by_default(new_session: NewSession) -> None:
    """Without another clock the machine's counts, the same for all sessions."""
    session = new_session("https://api.au1.cliniko.com/v1", clock=None, random=None)

    assert SYSTEM_CLOCK is session.clock


@pytest.mark.parametrize("name", ["authorization", "user_agent"])
@pytest.mark.parametrize("text", ["", " a", "a\r\nX-Evil: 1", "é", "a\x00"])
def test_headers_are_checked(name: str, text: str, new_session: NewSession) -> None:
    """What becomes a header must be plain text in one line, and isn't quoted where it isn't."""
    with pytest.raises(ConfigurationError, match=r"^the (authorization|user agent) must be plain ASCII text"):
        new_session("https://api.au1.cliniko.com/v1", **{name: text})


def test_read_only_view(session: Session, server: Server) -> None:
    """A read-only view reads over the same connections and allowance, and refuses every write before it is sent."""
    view = session.read_only()
    view.get("/settings")
    for method in WRITES:
        with pytest.raises(ReadOnly, match=rf"{method} /patients was refused"):
            view.write(method, "/patients", json={})
    with pytest.raises(ReadOnly):
        view.upload("https://store.test", {}, filename="a", content=lambda: [b""], size=0)
    view.identify("user 3")

    assert (1, 1) == (len(server.received), session.requests_sent)
    assert view.throttle is session.throttle


def test_a_view_of_a_view_is_read_only(session: Session) -> None:
    """There is no way back from a read-only view."""
    with pytest.raises(ReadOnly):
        session.read_only().read_only().write("DELETE", "/taxes/{id}", {"id": "1"})


def test_parameters_cannot_lead_elsewhere(session: Session, server: Server) -> None:
    """An id that would lead to another path is refused before anything is sent."""
    with pytest.raises(ConfigurationError):
        session.write("POST", "/patients/{id}/archive", {"id": "../users"})

    assert [] == server.received


def test_many_threads_share_a_session(session: Session, server: Server) -> None:
    """Requests from many threads each get their own answer."""
    found: dict[int, object] = {}
    for _ in range(24):
        server.steps.append(lambda handler: handler.answer(200, f'"{handler.path}"'.encode(), {}))

    def ask(number: int) -> None:
        found[number] = session.get("/patients/{id}", {"id": str(number)}).body

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {number: f"/v1/patients/{number}" for number in range(24)} == found
    assert 24 == session.requests_sent


def test_log_holds_templates_and_nothing_of_a_record(
    session: Session, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """The log tells method, template, status and request id; no id, no query, no body, no key."""
    server.drop()
    server.reply(200, {"first_name": "Zebedee"}, X_Request_Id="abc-1")
    with caplog.at_level(logging.DEBUG):
        session.get("/patients/{id}", {"id": "777888999"}, [("q[]", "email:=zebedee@example.com")])

    assert [
        "GET /patients/{id}: the connection broke",
        "GET /patients/{id} -> 200 in 0 ms (request id abc-1)",
    ] == [record.getMessage() for record in caplog.records]
    assert {"clinikomigrate.wire"} == {record.name for record in caplog.records}


@pytest.mark.parametrize("script", [Server.drop, Server.reply, failed])
def test_key_is_in_no_traceback(script: Callable[[Server], None], session: Session, server: Server) -> None:
    """A traceback printed with its local variables doesn't show the key."""
    for _ in range(8):
        script(server)
    with pytest.raises((TransportError, UnexpectedResponse, ServerError)) as caught:
        session.get("/patients")

    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "TOP-SECRET" not in shown
