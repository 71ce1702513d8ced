"""Writes over a real connection: what may be sent again, and what is never sent again."""

from __future__ import annotations

import socket
import traceback
from collections.abc import Callable
from typing import Any, Literal

import pytest

from clinikomigrate.errors import (
    ConfigurationError,
    OutcomeUnknown,
    Redirected,
    TransportError,
    UnexpectedStatus,
    Unprocessable,
)
from clinikomigrate.wire import Session
from tests.wire.conftest import Server

NewSession = Callable[..., Session]
WRITES: tuple[Literal["POST", "PATCH", "PUT", "DELETE"], ...] = ("POST", "PATCH", "PUT", "DELETE")
NAME = "Zebedee"


def create(session: Session) -> Any:
    """Creates a patient."""
    return session.write("POST", "/patients", json={"first_name": "Zoë"}).body


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
    with pytest.raises(TransportError, match="no TLS connection") as caught:
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


def test_see_other_may_mean_that_it_was_done(
    session: Session, server: Server, new_server: Callable[[], Server]
) -> None:
    """Status 303 says where the outcome of a write can be read; nothing is sent there."""
    other = new_server()
    server.reply(303, b"", Location=f"{other.url}/v1/patients/1")
    with pytest.raises(OutcomeUnknown, match="status 303 came"):
        create(session)

    assert (1, []) == (len(server.received), other.received)


@pytest.mark.parametrize("json", [{"a": object()}, {"a": float("inf")}])
def test_body_that_json_cannot_hold(json: object, session: Session, server: Server) -> None:
    """A body that JSON has no form for is refused before anything is sent."""
    with pytest.raises(ConfigurationError, match="/patients holds something"):
        session.write("POST", "/patients", json=json)

    assert [] == server.received


def test_unexpected_status(session: Session, server: Server) -> None:
    """A status that has no meaning here is an error, and a known no."""
    server.reply(418)
    with pytest.raises(UnexpectedStatus):
        create(session)
