"""One API and one key: how its requests are paced, sent, judged, sent again and logged."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, TypeVar

import requests

from clinikomigrate.errors import ApiError, OutcomeUnknown, UnexpectedResponse
from clinikomigrate.wire.answer import Answer, NotJson, declares_json, parse, refusal, request_id_of
from clinikomigrate.wire.clock import Clock
from clinikomigrate.wire.retry import Again, Method, repeat, verdict
from clinikomigrate.wire.server_time import SHORTEST_WAIT, WAIT_UNTOLD, ServerTime
from clinikomigrate.wire.throttle import Throttle, shared_throttle
from clinikomigrate.wire.transport import Authorization, Failure, Transport, read

T = TypeVar("T")

logger: Final = logging.getLogger("clinikomigrate.wire")

_EMPTY: Final = frozenset({204, 205})
_SEE_OTHER: Final = 303
"""To a write it means that it was done; other redirects mean that it was not, and is to be sent elsewhere."""
_NO_JSON: Final = "isn't JSON"
_OTHER_TYPE: Final = "is declared as something else than JSON"

LONGEST: Final = 256 * 2**20
"""Bytes of an answer that are read. A page of a hundred records has some hundred thousand."""


class Exchange:
    """Sends requests to the API under one key, each in its turn, until there is an answer or a verdict.

    Attributes:
        server_time: The server's clock.
        clock: This machine's.
        chance: What spreads waits.
        transport: The connections.
    """

    def __init__(
        self,
        *,
        transport: Transport,
        authorization: Authorization,
        user_agent: str,
        requests_per_minute: float,
        owner: Hashable,
        reset_header: str | None,
        loose_answers: bool,
        clock: Clock,
        chance: random.Random,
    ) -> None:
        self.transport = transport
        self.clock = clock
        self.chance = chance
        self.server_time = ServerTime(clock)
        self._authorization = authorization
        self._user_agent = user_agent
        self._requests_per_minute = requests_per_minute
        self._reset_header = reset_header
        self._loose_answers = loose_answers
        self._throttle = shared_throttle(owner, requests_per_minute, clock)
        self._lock = threading.Lock()
        self._sent = 0

    @property
    def requests_sent(self) -> int:
        """How many requests went out to the API, each attempt counted."""
        return self._sent

    @property
    def throttle(self) -> Throttle:
        """What paces the requests now."""
        return self._throttle

    def identify(self, owner: Hashable) -> None:
        """Lets the requests go through the throttle of an owner from now on."""
        throttle = shared_throttle(owner, self._requests_per_minute, self.clock)
        with self._lock:
            if throttle is not self._throttle:
                throttle.follow(self._throttle)
                self._throttle = throttle

    def call(
        self, method: Method, path: str, url: str, body: bytes | None = None, *, content_type: str = "application/json"
    ) -> Answer:
        """Sends a request, again where that does no harm, and returns the answer.

        Args:
            method: The HTTP method; GET alone may be repeated after it may have arrived.
            path: The path's template, for errors and the log.
            url: Where to.
            body: What to send.
            content_type: What that is.

        Raises:
            ApiError: The answer is no.
            TransportError: A read got no answer, or nothing could be sent.
            OutcomeUnknown: A write may have been done.
            UnexpectedResponse: The answer to a read isn't JSON.
        """
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
        if body is not None:
            headers["Content-Type"] = content_type

        def judge(response: requests.Response) -> Answer:
            with response:
                return self._judge(method, path, response)

        return self._repeat(lambda: self._send(method, path, url, headers=headers, body=body, judge=judge))

    def open(self, path: str, url: str, follow: Callable[[requests.Response], requests.Response]) -> requests.Response:
        """Sends a GET whose answer's body is left to be read; the answer is to be closed then.

        Args:
            path: The path's template, for errors and the log.
            url: Where to.
            follow: Gets an answer that redirects, and returns the one to read instead.

        Raises:
            ApiError: The answer is no.
            TransportError: There is no answer.
        """
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}

        def judge(response: requests.Response) -> requests.Response:
            if 200 <= response.status_code < 300:
                return response
            with response:
                if 300 <= response.status_code < 400:
                    return follow(response)
                raise self._judged("GET", path, response)

        return self._repeat(lambda: self._send("GET", path, url, headers=headers, body=None, judge=judge))

    def _repeat(self, attempt: Callable[[], T]) -> T:
        return repeat(attempt, clock=self.clock, chance=self.chance)

    def _wait_for_turn(self) -> None:
        while True:
            throttle = self._throttle
            throttle.wait()
            if throttle is self._throttle:
                return

    def _send(
        self,
        method: Method,
        path: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None,
        judge: Callable[[requests.Response], T],
    ) -> T:
        """Makes one attempt in its turn. What `judge` finds cut off counts as an answer that never came."""
        self._wait_for_turn()
        with self._lock:
            self._sent += 1
        begun = self.clock.monotonic()
        try:
            response = self.transport.send(
                method,
                url,
                headers={**headers, "User-Agent": self._user_agent},
                authorization=self._authorization,
                body=body,
            )
            self.server_time.heed(response.headers)
            logger.debug(
                "%s %s -> %d in %.0f ms (request id %s)",
                method,
                path,
                response.status_code,
                (self.clock.monotonic() - begun) * 1000,
                request_id_of(response.headers),
            )
            return judge(response)
        except Failure as broken:
            failure = broken
        logger.debug("%s %s: %s", method, path, failure.problem)
        raise verdict(failure, method=method, path=path, idempotent=method == "GET")

    def _judge(self, method: Method, path: str, response: requests.Response) -> Answer:
        status = response.status_code
        if not 200 <= status < 300:
            raise self._judged(method, path, response)
        content = read(response, LONGEST)
        body: object = None
        problem = None
        if status not in _EMPTY and (content or method == "GET" or not self._loose_answers):
            try:
                body = parse(content)
            except NotJson:
                problem = _NO_JSON
            if problem is None and not declares_json(response.headers, or_text=self._loose_answers):
                problem = _OTHER_TYPE
        if problem is not None:
            raise self._unusable(method, path, response, problem)
        return Answer(status, body, response.headers, request_id_of(response.headers))

    def _judged(self, method: Method, path: str, response: requests.Response) -> Exception:
        """Returns what an answer other than yes means: an error, or that another attempt may be made."""
        status = response.status_code
        if status == 429:
            return Again(self._hold(method, path, response), at_limit=True)
        maybe_done = status == 408 or status >= 500 or (status == _SEE_OTHER and method != "GET")
        if not maybe_done:
            return self._no(method, path, response)
        if method != "GET":
            return OutcomeUnknown(method=method, path=path, cause_name=f"status {status} came", status=status)
        wait = self.server_time.wait_asked(response.headers, None)
        return Again(self._no(method, path, response), wait=wait)

    def _unusable(self, method: Method, path: str, response: requests.Response, problem: str) -> Exception:
        if method != "GET":
            return OutcomeUnknown(
                method=method, path=path, cause_name=f"the answer's body {problem}", status=response.status_code
            )
        framed = "Content-Length" in response.headers or "Transfer-Encoding" in response.headers
        if not framed and problem == _NO_JSON:
            # nothing but the connection's end says where such a body ends, so it may be a beginning
            return Failure("the answer's body was cut off", sent=True)
        return UnexpectedResponse(f"its body {problem}", method=method, path=path)

    def _no(self, method: Method, path: str, response: requests.Response, reset_at: datetime | None = None) -> ApiError:
        content = b""
        with suppress(Failure):  # the status says no already; only its reasons are missing
            content = read(response)
        return refusal(
            status=response.status_code,
            method=method,
            path=path,
            headers=response.headers,
            content=content,
            reset_at=reset_at,
        )

    def _hold(self, method: Method, path: str, response: requests.Response) -> ApiError:
        """Stops all requests of the user for as long as the server asks."""
        asked = self.server_time.wait_asked(response.headers, self._reset_header)
        wait = WAIT_UNTOLD if asked is None else max(asked, SHORTEST_WAIT)
        self._throttle.hold_until(self.clock.monotonic() + wait)
        logger.warning("the rate limit is used up; requests of this user wait %.0f s", wait)
        reset_at = datetime.fromtimestamp(self.server_time.seconds() + wait, UTC)
        return self._no(method, path, response, reset_at)
