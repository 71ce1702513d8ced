"""Simulated accounts in this process: requests to their hosts are answered through `responses`."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias, cast
from urllib.parse import unquote_to_bytes, urlsplit

import attrs
import requests
import responses
import urllib3

from clinikomigrate.testing.faults import Dropped

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    from clinikomigrate.testing.account import SimulatedAccount

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE", "HEAD")
_LOCAL = re.compile(r"https?://(127\.0\.0\.1|localhost)(:\d+)?/.*")

_Answer: TypeAlias = Callable[[requests.PreparedRequest], tuple[int, list[tuple[str, str]], bytes]]

Claims: TypeAlias = Callable[[requests.PreparedRequest], bool]
"""Says whether a request to a host is meant for this app, where several share the host."""


@attrs.frozen(eq=False)
class Mount:
    """One app at one address; without `claims` it has the address to itself."""

    prefix: str
    app: WSGIApplication
    claims: Claims | None = None

    @property
    def alone(self) -> bool:
        """Whether it shares its address with no other."""
        return self.claims is None

    def is_meant(self, request: requests.PreparedRequest) -> bool:
        """Tells whether a request to its address is meant for it."""
        return self.claims is None or self.claims(request)


class _Address(responses.CallbackResponse):
    """Answers the requests of all methods to one address; it keeps none of them, nor their answers."""

    def __init__(self, prefix: str, answer: _Answer) -> None:
        super().__init__("/".join(METHODS), re.compile(re.escape(prefix)), answer, content_type=None)
        self._prefix = prefix

    @property
    def calls(self) -> responses.CallList:
        """What `responses` adds each request to."""
        return responses.CallList()

    def matches(self, request: requests.PreparedRequest) -> tuple[bool, str]:
        """Tells whether a request is for this address."""
        return request.method in METHODS and str(request.url).startswith(self._prefix), "Not this address"


class Mounts:
    """The apps that answer this process's requests. Safe in threads."""

    def __init__(self) -> None:
        self._mounts: list[Mount] = []
        self._mock = responses.RequestsMock(assert_all_requests_are_fired=False)
        self._lock = threading.Lock()

    def add(self, *mounts: Mount) -> None:
        """Begins to answer for some apps.

        Raises:
            ValueError: Another app has one of the addresses to itself.
        """
        with self._lock:
            for mount in mounts:
                if mount.alone and any(other.prefix == mount.prefix for other in self._mounts):
                    raise ValueError(f"Another account answers at {mount.prefix}; give this one another subdomain.")
            if not self._mounts:
                self._mock.start()
            self._mounts = [*self._mounts, *mounts]
            self._listen()

    def remove(self, *mounts: Mount) -> None:
        """Stops answering for some apps."""
        with self._lock:
            self._mounts = [mount for mount in self._mounts if mount not in mounts]
            self._listen()
            if not self._mounts:
                self._mock.stop(allow_assert=False)

    def _listen(self) -> None:
        self._mock.reset()
        self._mock.add_passthru(_LOCAL)
        for prefix in {mount.prefix for mount in self._mounts}:
            self._mock.add(_Address(prefix, self._answer))

    def _answer(self, request: requests.PreparedRequest) -> tuple[int, list[tuple[str, str]], bytes]:
        self._mock.calls.reset()  # it would keep every request and answer
        there = [mount for mount in self._mounts if str(request.url).startswith(mount.prefix)]
        mount = next((mount for mount in there if mount.is_meant(request)), there[0])
        try:
            return _run(mount.app, _environ(request))
        except Dropped as dropped:
            raise _lost(dropped, request) from None


_MOUNTS = Mounts()


@contextmanager
def mounted(fake: SimulatedAccount) -> Iterator[None]:
    """Answers this process's requests to an account's addresses.

    Raises:
        ValueError: An account of the same name and shard is there already.
    """
    mounts = fake.mounts()
    _MOUNTS.add(*mounts)
    try:
        yield
    finally:
        _MOUNTS.remove(*mounts)


def _environ(request: requests.PreparedRequest) -> WSGIEnvironment:
    parts = urlsplit(str(request.url))
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method or "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or 443),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": BytesIO(_body(request.body)),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = text
    return environ


def _body(body: object) -> bytes:
    """Gives a request's body whole: it may be bytes, text, or parts that are made while they are read.

    A file was read by `responses` already.
    """
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    return b"".join(cast("Iterable[bytes]", body))


def _run(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[int, list[tuple[str, str]], bytes]:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
        started.append((status, headers))
        return lambda data: data

    body = b"".join(app(environ, start_response))
    status, headers = started[0]
    return int(status.split()[0]), headers, body


def _lost(dropped: Dropped, request: requests.PreparedRequest) -> requests.RequestException:
    """Gives what `requests` raises when a connection ends in this way."""
    if dropped.fault.startswith("timeout"):
        return requests.ReadTimeout("Read timed out.", request=request)
    if dropped.fault == "refuse":
        reason = urllib3.exceptions.NewConnectionError(None, "Connection refused")  # type: ignore[arg-type]  # there is none
        refused = urllib3.exceptions.MaxRetryError(None, "", reason)  # type: ignore[arg-type]  # there is no pool
        return requests.ConnectionError(refused, request=request)
    reset = urllib3.exceptions.ProtocolError("Connection aborted.", dropped)
    return requests.ConnectionError(reset, request=request)
