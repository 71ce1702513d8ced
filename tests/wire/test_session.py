"""Reads and writes over a real connection: what is answered, what is repeated, and what is never repeated."""

from __future__ import annotations

import logging
import pickle
import socket
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

import pytest

from clinikomigrate.errors import (
    ConfigurationError,
    ConnectionFailed,
    Forbidden,
    NotFound,
    NotPicklable,
    OutcomeUnknown,
    RateLimited,
    ReadOnly,
    Redirected,
    ServerError,
    TimedOut,
    TransportError,
    Unauthorized,
    UnexpectedResponse,
    UnexpectedStatus,
    Unprocessable,
)
from clinikomigrate.wire import Session, shared_throttle
from clinikomigrate.wire.clock import SYSTEM_CLOCK
from tests.wire.conftest import EPOCH, FakeClock, Server

NewSession = Callable[..., Session]
WRITES: tuple[Literal["POST", "PATCH", "PUT", "DELETE"], ...] = ("POST", "PATCH", "PUT", "DELETE")
NAME = "Zebedee"
SLOT = 60 / 196
"""Seconds between two requests at 98 % of 200 a minute."""


def create(session: Session) -> Any:
    """Creates a patient."""
    return session.write("POST", "/patients", json={"first_name": "Zoë"}).body


# Reading


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


# Writing


@pytest.mark.parametrize("method", WRITES)
def test_write_sends_json(method: Literal["POST", "PATCH", "PUT", "DELETE"], session: Session, server: Server) -> None:
    """A write sends its body as JSON."""
    server.reply(201, {"id": "1"})
    session.write(method, "/patients/{id}", {"id": "1"}, {"first_name": "Zoë"})

    received = server.received[0]
    assert (method, "/v1/patients/1", b'{"first_name": "Zo\\u00eb"}') == (
        received.method,
        received.path,
        received.body,
    )
    assert "application/json" == received.headers["Content-Type"]


def test_write_without_a_body(session: Session, server: Server) -> None:
    """Archiving sends no body and gets none: status 204 is None."""
    server.reply(204)
    answer = session.write("POST", "/patients/{id}/archive", {"id": "1"})

    assert (204, None) == (answer.status, answer.body)
    assert ("0", b"") == (server.received[0].headers["Content-Length"], server.received[0].body)


def test_write_refused(session: Session, server: Server) -> None:
    """A record that is refused is an error that carries the API's reasons, and isn't sent again."""
    server.reply(422, {"message": "Validation Failed", "errors": {"title": "can't be blank", "content": None}})
    with pytest.raises(Unprocessable, match="422 about title, content") as caught:
        session.write("POST", "/treatment_notes", json={"title": ""})

    assert {"title": "can't be blank", "content": None} == caught.value.fields
    assert 1 == len(server.received)


def lost(server: Server) -> None:
    """The server did it, and its answer got lost."""
    server.drop()


def reset(server: Server) -> None:
    """The server did it, and the connection was reset."""
    server.reset()


def cut(server: Server) -> None:
    """The server did it, and its answer was cut off."""
    server.cut(201)


def stall(server: Server) -> None:
    """The server did it too slowly."""
    server.stall()


def page(server: Server) -> None:
    """Something in between answered with a page."""
    server.reply(200, b"<html>Welcome</html>")


def nothing(server: Server) -> None:
    """The server answered yes and sent no record."""
    server.reply(201)


def failed(server: Server) -> None:
    """The server failed, perhaps after it did it."""
    server.reply(500, {"message": "oops"})


def gateway(server: Server) -> None:
    """A gateway lost the server's answer."""
    server.reply(504, b"<html>")


def late(server: Server) -> None:
    """The server gave up on a request that came too slowly."""
    server.reply(408)


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize(
    ("script", "status"),
    [
        (lost, None),
        (reset, None),
        (cut, None),
        (stall, None),
        (page, 200),
        (nothing, 201),
        (failed, 500),
        (gateway, 504),
        (late, 408),
    ],
)
def test_write_of_unknown_fate_is_never_repeated(
    method: Literal["POST", "PATCH", "PUT", "DELETE"],
    script: Callable[[Server], None],
    status: int | None,
    new_session: NewSession,
    server: Server,
) -> None:
    """A write that may have been done is sent exactly once and is an error of its own, with nothing of the record."""
    script(server)
    session = new_session(server.url, read_timeout=0.1)
    with pytest.raises(OutcomeUnknown) as caught:
        session.write(method, "/patients/{id}", {"id": "77"}, {"first_name": NAME})

    assert (method, "/patients/{id}", status) == (caught.value.method, caught.value.path, caught.value.status)
    assert (1, 1) == (len(server.received), session.requests_sent)
    assert NAME not in "".join(traceback.format_exception(caught.value))
    assert (None, None) == (caught.value.__cause__, caught.value.__context__)


def test_write_is_repeated_where_nothing_was_sent(
    session: Session, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write whose connection was refused is sent when the connection stands."""
    real = socket.socket.connect
    refusals = [ConnectionRefusedError(111, "refused"), TimeoutError("slow"), OSError(113, "no route")]

    def connect(self: socket.socket, address: Any) -> None:
        if refusals:
            raise refusals.pop()
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    server.reply(201, {"id": "1"})

    assert {"id": "1"} == create(session)
    assert (1, 4) == (len(server.received), session.requests_sent)


def test_write_that_never_gets_a_connection(new_session: NewSession, server: Server) -> None:
    """A write that could never be sent is known not to have been done."""
    session = new_session(f"https://127.0.0.1:{server.port}/v1")
    with pytest.raises(TransportError, match="no trusted TLS connection") as caught:
        create(session)

    assert not caught.value.sent
    assert [] == server.received


def test_write_is_not_redirected(session: Session, server: Server, new_server: Callable[[], Server]) -> None:
    """A redirected write is an error; its body, a patient's record, goes nowhere else."""
    other = new_server()
    server.reply(307, b"", Location=f"{other.url}/v1/patients")
    with pytest.raises(Redirected):
        create(session)

    assert (1, []) == (len(server.received), other.received)


@pytest.mark.parametrize("json", [{"a": object()}, {"a": float("inf")}])
def test_body_that_json_cannot_hold(json: object, session: Session, server: Server) -> None:
    """A body that JSON has no form for is refused before anything is sent."""
    with pytest.raises(ConfigurationError, match="/patients holds something"):
        session.write("POST", "/patients", json=json)

    assert [] == server.received


# The rate limit


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


# The server's time


def test_server_now(session: Session, server: Server, clock: FakeClock) -> None:
    """The server's time is the newest answer's `Date` and goes on from there."""
    server.reply(200, {}, No_Date="1", Date="Tue, 14 Nov 2023 10:00:00 GMT")
    session.get("/settings")
    clock.elapsed += 5

    assert datetime(2023, 11, 14, 10, 0, 5, tzinfo=UTC) == session.server_now()


# What a session is


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


def test_unexpected_status(session: Session, server: Server) -> None:
    """A status that has no meaning here is an error, and a known no."""
    server.reply(418)
    with pytest.raises(UnexpectedStatus):
        create(session)
