"""No call of the client, whatever becomes of it, lets a key or a patient's text out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clinikomigrate import Cliniko
from clinikomigrate.errors import Error
from tests.secrets.calls import calls
from tests.secrets.marks import Marks, Secrets
from tests.secrets.watch import Watch
from tests.wire.conftest import FakeClock, Server

KEY = "MS1zZWNyZXQta2V5LW9mLXRoZS1vd25lcg-au1"
MARKS = Marks()
CALLS = dict(calls(MARKS))
Mishap = Callable[[Server], None]


def quoting(status: int, **headers: str) -> Mishap:
    """Answers with a status, and quotes the whole request and some marks in its body, names of fields included."""

    def step(handler: Any) -> None:  # any: the server's own handler
        request = handler.server.script.received[-1]
        said = f"{request.path} {request.body.decode()} {MARKS.next('what the API says')}"
        body = {
            "message": said,
            "errors": {"last_name": said, f"{MARKS.next('a field')} is wrong": [said]},
        }
        handler.answer(status, json.dumps(body).encode(), headers)

    return lambda server: server.steps.append(step)


def saying(content: object, status: int = 200) -> Mishap:
    """Answers with some JSON, or some bytes."""
    return lambda server: server.reply(status, content)


def unreadable_headers(server: Server) -> None:
    """Answers with headers that can't be read."""

    def step(handler: Any) -> None:  # any: the server's own handler
        broken = f"no header at all {MARKS.next('a header')}"
        handler.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{broken}\r\nX: y\r\n\r\n{{}}".encode())

    server.steps.append(step)


M = MARKS.next("an answer")
MISHAPS: dict[str, Mishap] = {
    **{str(status): quoting(status) for status in (400, 401, 402, 403, 404, 409, 413, 422, 500, 502)},
    "302": quoting(302, Location=f"http://127.0.0.1:1/{M}"),
    "429": quoting(429, X_RateLimit_Reset="1700000001"),
    "a page of HTML": saying(f"<html>{M}</html>".encode(), 503),
    "no JSON": saying(f"<html>{M}</html>".encode()),
    "a list": saying([M, {M: M}]),
    "a text": saying(M),
    "an object": saying({M: M, "id": M, "total_entries": M, "links": {"self": M}}),
    "other types": saying({"id": "1", "last_name": {M: M}, "name": {M: M}, "content": M, "created_at": M, "url": [M]}),
    "rows of other types": saying({name: [{"id": M}, M] for name in CALLS} | {"total_entries": 2}),
    "nothing": saying(b""),
    "a beginning": lambda server: server.cut(200, f'{{"id": "{M}'.encode()),
    "the end of the connection": Server.drop,
    "a reset": Server.reset,
    "headers that can't be read": unreadable_headers,
}


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Watches all that comes out."""
    watch = Watch(Secrets((KEY,)))
    with watch.watching():
        yield watch


@pytest.fixture
def client(server: Server, clock: FakeClock) -> Iterator[Cliniko]:
    """A client of the script's server."""
    with Cliniko(
        KEY,
        app_name="Acme",
        contact_email="dev@acme.example",
        base_url=f"{server.url}/v1",
        clock=clock,
        requests_per_minute=1_000_000,
        account="old-clinic",
    ) as client:
        client._check._done = True  # the account is known
        yield client


@pytest.mark.parametrize("mishap", MISHAPS.values(), ids=MISHAPS)
def test_no_answer_makes_a_call_tell(
    watch: Watch, client: Cliniko, server: Server, capfd: pytest.CaptureFixture[str], mishap: Mishap
) -> None:
    """Whatever goes wrong with a call, its exception, its traceback and the logs hold no key and no text."""
    for name, call in CALLS.items():
        server.steps.clear()
        for _ in range(10):
            mishap(server)
        try:
            made = call(client)
        except Error as error:
            watch.error(error, name)
        else:
            watch.look("repr", name, repr(made))
    for text in capfd.readouterr():
        watch.look("print", "", text)
    watch.reprs()

    assert [] == watch.found
    assert watch.looked_at["exception"] > 20
    assert watch.looked_at["log of clinikomigrate"] > 200
