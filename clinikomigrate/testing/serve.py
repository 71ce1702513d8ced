"""Simulated accounts on real sockets, in this process or in one of their own."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs
from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import WSGIRequestHandler, make_server

from clinikomigrate.testing.handling import VERSION

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from clinikomigrate.testing.account import SimulatedAccount

T = TypeVar("T")
A = TypeVar("A", bound="SimulatedAccount")

HOST = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    """Leaves the date to the account's clock, writes no log, and really ends a connection that a fault drops."""

    def send_response(self, code: int, message: str | None = None) -> None:
        self.send_response_only(code, message)

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        del error, environ
        self.close_connection = True


@contextmanager
def listening(app: WSGIApplication) -> Iterator[str]:
    """Serves an app on a port of its own, and gives its address."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return app(environ, start_response)
        except ClientDisconnected:  # in the middle of its request: nobody is left to be answered
            raise ConnectionAbortedError from None

    server = make_server(HOST, 0, answer, threaded=True, request_handler=_Handler)
    server.daemon_threads = True  # type: ignore[attr-defined]  # what socketserver's threading servers have
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def served(fake: SimulatedAccount) -> Iterator[str]:
    """Serves an account, its API and what it has beside it each on a port of its own, and gives the API's address."""
    with listening(fake) as api:
        base = api + VERSION
        with fake.beside(base):
            yield base


@attrs.frozen(eq=False)
class RemoteFake(Generic[A]):
    """An account that is served by another process.

    Attributes:
        base_url: The API's address.
        key: The account's `key`.
    """

    base_url: str
    key: str = attrs.field(repr=False)
    _connection: Connection = attrs.field(repr=False, alias="connection")
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    def ask(self, question: Callable[[A], T]) -> T:
        """Asks the account something, in its own process.

        Args:
            question: A function of a module (so that it can be sent); what it returns must be possible to pickle.

        Raises:
            Exception: What the function raised.
        """
        with self._lock:
            self._connection.send(question)
            done, answer = self._connection.recv()
        if not done:
            raise answer
        result: T = answer
        return result


@contextmanager
def serve_in_process(build: Callable[[], A]) -> Iterator[RemoteFake[A]]:
    """Serves an account from a process of its own, as crash tests and other languages' clients need it.

        def old_clinic() -> FakeCliniko:
            return FakeCliniko(clock=SystemClock())

        with serve_in_process(old_clinic) as remote:
            client = Cliniko(remote.key, base_url=remote.base_url, ...)
            patients = remote.ask(count_patients)

    Args:
        build: Makes the account, in the new process; a function of a module. It should get a real clock.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve_and_answer, args=(build, there), daemon=True)
    process.start()
    there.close()
    with ExitStack() as stack:
        stack.callback(_stop, process, here)
        base_url, key = here.recv()
        yield RemoteFake(base_url, key, connection=here)


def _stop(process: Any, connection: Connection) -> None:  # Any: the spawn context's own process class
    connection.close()
    process.join(10)
    process.kill()  # it is over by now, unless it hangs
    process.join()


def serve_and_answer(build: Callable[[], SimulatedAccount], connection: Connection) -> None:
    """Serves an account, tells its address and key, and answers questions until the other side hangs up.

    Args:
        build: Makes the account.
        connection: Leads to the one who asks.
    """
    fake = build()
    with served(fake) as base_url:
        connection.send((base_url, fake.key))
        _answer_questions(fake, connection)


def _answer_questions(fake: SimulatedAccount, connection: Connection) -> None:
    while True:
        try:
            question = connection.recv()
        except EOFError:
            return
        try:
            connection.send((True, question(fake)))
        except Exception as error:  # noqa: BLE001 - it is raised again where it was asked for
            connection.send((False, error))
