"""What the wire's tests share: a clock whose waits take no time, and a server that does as it is told."""

from __future__ import annotations

import json
import random
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs
import pytest

from clinikomigrate.wire import Session

EPOCH = 1_700_000_000.0
"""The time of day at which every test begins: Tue, 14 Nov 2023 22:13:20 GMT."""


class FakeClock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.elapsed = 0.0
        self.sleeps: list[float] = []

    def now(self) -> float:
        """Returns the time of day."""
        return EPOCH + self.elapsed

    def monotonic(self) -> float:
        """Returns seconds since some moment."""
        return 500.0 + self.elapsed

    def sleep_until(self, moment: float) -> None:
        """Lets the time pass."""
        with self.lock:
            seconds = moment - self.monotonic()
            if seconds > 0:
                self.sleeps.append(round(seconds, 6))
                self.elapsed += seconds


@attrs.frozen
class Received:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Step = Callable[["_Handler"], None]


class Server:
    """A server on a real socket that plays a script, one step for each request, and then answers `{}`."""

    def __init__(self) -> None:
        self.steps: deque[Step] = deque()
        self.received: list[Received] = []
        self.keeps_bodies = True
        self.released = threading.Event()
        self._server = _Listener(("127.0.0.1", 0), _Handler)
        self._server.script = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stops listening."""
        self.released.set()
        self._server.shutdown()
        for connection in self._server.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._server.server_close()

    @property
    def connections(self) -> int:
        """How many connections were made."""
        return len(self._server.connections)

    def reply(self, status: int = 200, body: object = None, **headers: str) -> None:
        """Answers the next request; a body other than bytes is sent as JSON. `x_y` names the header `x-y`."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.steps.append(lambda handler: handler.answer(status, content, names))

    def drop(self) -> None:
        """Closes the connection instead of answering."""
        self.steps.append(lambda handler: handler.hang_up())

    def reset(self) -> None:
        """Resets the connection instead of answering."""
        self.steps.append(lambda handler: handler.reset())

    def cut(self, status: int = 200, content: bytes = b'{"id": "1', announced: int = 100, **headers: str) -> None:
        """Answers less than it announces, and closes the connection."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.steps.append(lambda handler: handler.cut(status, content, announced, names))

    def unframed(self, content: bytes) -> None:
        """Answers with a body that only the connection's end ends."""
        self.steps.append(lambda handler: handler.unframed(content))

    def stall(self, content: bytes | None = None) -> None:
        """Never answers, or stops after the beginning of a body."""
        self.steps.append(lambda handler: handler.stall(content, self.released))


class _Listener(ThreadingHTTPServer):
    script: Server
    daemon_threads = False

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.connections: list[socket.socket] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        """Notes the connection."""
        self.connections.append(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: connections break here on purpose."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5.0
    disable_nagle_algorithm = True  # an answer is written in two parts, and waits for nobody
    server: _Listener

    def _serve(self) -> None:
        script = self.server.script
        length = int(self.headers.get("Content-Length", 0))
        body, left = b"", length
        while left and (part := self.rfile.read(min(left, 65536))):
            left -= len(part)
            body += part if script.keeps_bodies else b""
        if left:  # whoever sent it broke off
            self.close_connection = True
            return
        script.received.append(Received(self.command, self.path, dict(self.headers), body))
        step = script.steps.popleft() if script.steps else None
        if step is None:
            self.answer(200, b"{}", {})
        else:
            step(self)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815  # http.server asks for these names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's name
        """Says nothing."""

    def date_time_string(self, timestamp: float | None = None) -> str:  # http.server's argument
        """Dates every answer to the moment at which every test begins."""
        return super().date_time_string(EPOCH)

    def answer(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        if "No-Date" in headers:
            self.send_response_only(status)
        else:
            self.send_response(status)
        named = {name.lower() for name in headers}
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204 and "content-length" not in named:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def hang_up(self) -> None:
        self.close_connection = True

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def cut(self, status: int, content: bytes, announced: int, headers: Mapping[str, str]) -> None:
        self.answer(status, content, {**headers, "Content-Length": str(announced)})
        self.close_connection = True

    def unframed(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def stall(self, content: bytes | None, released: threading.Event) -> None:
        self.close_connection = True
        if content is not None:
            self.cut(200, content, len(content) + 10, {})
            self.wfile.flush()
        released.wait(10)


@pytest.fixture
def clock() -> FakeClock:
    """A clock whose waits take no time."""
    return FakeClock()


@pytest.fixture
def new_server() -> Iterator[Callable[[], Server]]:
    """Makes servers."""
    made: list[Server] = []

    def make() -> Server:
        made.append(Server())
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture
def server(new_server: Callable[[], Server]) -> Server:
    """The API's server."""
    return new_server()


@pytest.fixture
def new_session(clock: FakeClock) -> Iterator[Callable[..., Session]]:
    """Makes sessions for a base URL, each of an owner of its own unless one is given."""
    made: list[Session] = []

    def make(base_url: str, **settings: Any) -> Session:
        given: dict[str, Any] = {
            "authorization": "Basic TOP-SECRET",
            "user_agent": "Tests (tests@example.com)",
            "requests_per_minute": 200,
            "owner": object(),
            "clock": clock,
            "random": random.Random(0),
            "connect_timeout": 2.0,
            "read_timeout": 2.0,
        }
        made.append(Session(base_url, **{**given, **settings}))
        return made[-1]

    yield make
    for session in made:
        session.close()


@pytest.fixture
def session(server: Server, new_session: Callable[..., Session]) -> Session:
    """A session with the API's server."""
    return new_session(f"{server.url}/v1")
