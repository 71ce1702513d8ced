"""What simulated accounts of all vendors have in common: a clock, a log, faults, and the ways to reach them."""

from __future__ import annotations

import abc
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from clinikomigrate.testing.clock import VirtualClock
from clinikomigrate.testing.faults import Faults
from clinikomigrate.testing.handling import take_request
from clinikomigrate.testing.in_process import Mount, mounted
from clinikomigrate.testing.limits import RateLimit, RateModel
from clinikomigrate.testing.log import LoggedRequest, Message
from clinikomigrate.testing.serve import served

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from werkzeug.wrappers import Request

    from clinikomigrate.testing.answers import Answer
    from clinikomigrate.wire.clock import Clock


class SimulatedAccount(abc.ABC):
    """An account that lives in memory: a WSGI app, safe in threads, that carries out one request at a time."""

    def __init__(
        self,
        *,
        clock: Clock | None,
        server_clock_offset: float,
        rate_limit: int | None,
        rate_model: RateModel,
        lacks: Iterable[str],
    ) -> None:
        self.clock: Clock = VirtualClock() if clock is None else clock
        self.server_clock_offset = server_clock_offset
        self.lacks = set(lacks)
        self.limit = RateLimit(rate_limit, rate_model)
        self.lock = threading.RLock()
        self.log: list[LoggedRequest] = []
        self.outbox: list[Message] = []
        self.faults = Faults()
        self.unknown_requests: list[str] = []
        self.protocol_errors: list[str] = []
        self.on_traffic: list[Callable[[LoggedRequest], None]] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers a request to the API, as a WSGI app does.

        Raises:
            Dropped: A fault ends the connection without an answer.
        """
        return take_request(self, environ, start_response)

    @property
    @abc.abstractmethod
    def base_url(self) -> str:
        """The API's address."""

    @property
    @abc.abstractmethod
    def key(self) -> str:
        """The key of a user who may do everything."""

    @abc.abstractmethod
    def knows(self, authorization: str) -> bool:
        """Tells whether a header carries a key of this account."""

    @abc.abstractmethod
    def carry_out(self, request: Request, entry: LoggedRequest) -> Answer:
        """Does what a request asks for.

        Raises:
            Refusal: It is refused.
            UnknownPath: No operation has its path.
        """

    @abc.abstractmethod
    def too_many(self, reset_at: int) -> Answer:
        """Gives the answer to a request over the limit.

        Args:
            reset_at: When the next one will be let in, in seconds since the epoch.
        """

    def mounts(self) -> tuple[Mount, ...]:
        """Says at which addresses the account answers."""
        return (Mount(self.base_url, self, lambda request: self.knows(str(request.headers.get("Authorization", "")))),)

    def beside(self, base: str) -> AbstractContextManager[None]:
        """Serves what the account has beside its API, as long as it is entered.

        Args:
            base: Where the API is served.
        """
        del base
        return nullcontext()

    def server_time(self) -> float:
        """Tells the server's time in seconds since the epoch."""
        return self.clock.now() + self.server_clock_offset

    def server_now(self) -> datetime:
        """Tells the server's time, aware, in UTC."""
        return datetime.fromtimestamp(self.server_time(), UTC)

    def send(self, occasion: str, patient_id: str, kind: str, identifier: str) -> None:
        """Records a message that a patient would get."""
        self.outbox.append(Message(occasion, patient_id, kind, identifier, self.server_time()))

    def assert_clean(self) -> None:
        """Holds that no request went to a path that isn't there and none was malformed.

        Raises:
            AssertionError: Some did; it names them.
        """
        found = [f"unknown: {request}" for request in self.unknown_requests] + self.protocol_errors
        if found:
            raise AssertionError(f"{self!r} got wrong requests:\n" + "\n".join(found))

    def in_process(self) -> AbstractContextManager[None]:
        """Answers this process's requests to the account's hosts, through `responses`, as long as it is entered.

        Several accounts can be entered at once, also at one address: the key says which is meant. Requests to this
        machine's own sockets go through; any other host is refused.
        """
        return mounted(self)

    def serve(self) -> AbstractContextManager[str]:
        """Serves the account on this machine, the API and what there is beside it each on a port of its own.

        The clock should be a real one unless the client shares the virtual one.

        Returns:
            A context manager that gives the API's address: `http://127.0.0.1:40123/v1`.
        """
        return served(self)
