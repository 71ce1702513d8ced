"""Sends one request and receives one answer, and says exactly how far a failure got. Repeats and follows nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, Protocol

import requests
import urllib3

from clinikomigrate.errors import ConfigurationError, NotPicklable
from clinikomigrate.wire.pool import PooledAdapter, sending
from clinikomigrate.wire.proxies import Proxies


class Body(Protocol):
    """A body that is made while it is sent, of a length known before."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[bytes]: ...


class Authorization:
    """Puts the `Authorization` header on a request. No repr, no traceback's locals and no pickle shows its value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value: Callable[[], str] = value.__str__  # its repr doesn't show it, and calling it makes no frame

    def __repr__(self) -> str:
        return "<Authorization>"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:  # any: object says so
        raise NotPicklable("credentials can't be pickled or copied")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Signs a request, as requests asks it to."""
        request.headers["Authorization"] = self._value()
        return request


class Failure(Exception):  # noqa: N818  # it never leaves the wire: there it becomes one of the package's errors
    """No answer, or not a whole one.

    Attributes:
        problem: What happened, in words that hold nothing of the request.
        sent: Whether anything may have reached the server.
        timeout: Whether it was waiting that failed.
        lasting: Whether another attempt would fail in the same way.
    """

    def __init__(self, problem: str, *, sent: bool, timeout: bool = False, lasting: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.sent = sent
        self.timeout = timeout
        self.lasting = lasting


def _certificates() -> str | bool:
    """Returns the bundle of certificates that the environment names, as is needed behind a company's own proxy."""
    named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if named and not Path(named).exists():
        raise ConfigurationError(
            f"the certificates {named!r} that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names don't exist"
        )
    return named or True


class Transport:
    """Pooled connections, for any number of threads at once.

    It uses requests' adapter rather than its session: a session would follow redirects, keep cookies, read `.netrc` and
    the environment at each request, and isn't made for threads.
    """

    def __init__(self, *, connect_timeout: float, read_timeout: float) -> None:
        self._timeout = (connect_timeout, read_timeout)
        self._proxies = Proxies.of_environment()
        self._verify = _certificates()
        self._adapter = PooledAdapter()

    def close(self) -> None:
        """Closes the idle connections. The transport can still be used; it then opens new ones."""
        self._adapter.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        authorization: Authorization | None = None,
        body: bytes | Body | None = None,
    ) -> requests.Response:
        """Sends one request.

        Args:
            method: The HTTP method.
            url: Where to.
            headers: All headers but `Authorization` and `Content-Length`.
            authorization: The credentials, where any are sent.
            body: The request's body.

        Returns:
            The answer, whose body is left to be read with `chunks` or `read`, and which is to be closed then.

        Raises:
            Failure: There is no answer.
        """
        with sending() as progress:
            try:
                return self._send(method, url, headers, authorization, body)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                failure = _failure(error, could_not_connect=progress.could_not_connect)
        raise failure

    def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        authorization: Authorization | None,
        body: bytes | Body | None,
    ) -> requests.Response:
        request = requests.Request(
            method,
            url,
            headers=dict(headers),
            data=body,
            params="",  # the URL has them, and a text is looked at more quickly than an empty mapping
            auth=authorization or _no_authorization,
        ).prepare()
        response = self._adapter.send(
            request, stream=True, timeout=self._timeout, verify=self._verify, proxies=self._proxies.for_url(url)
        )
        request.headers.clear()  # the answer refers to its request, and would carry the credentials about
        request.body = None
        return response


def chunks(response: requests.Response, size: int) -> Iterator[bytes]:
    """Yields an answer's body as it arrives.

    Raises:
        Failure: The body breaks off.
    """
    parts = response.iter_content(size)
    while True:
        failure: Failure | None = None
        part: bytes | None = None
        try:
            part = next(parts, None)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            failure = Failure(
                "the answer's body came too slowly" if _timed_out(error) else "the answer's body was cut off",
                sent=True,
                timeout=_timed_out(error),
            )
        if failure is not None:
            raise failure
        if part is None:
            return
        yield part


def read(response: requests.Response, at_most: int | None = None) -> bytes:
    """Returns an answer's body, all of it or its beginning.

    Raises:
        Failure: The body breaks off.
    """
    found = bytearray()
    for part in chunks(response, 65536):
        found += part
        if at_most is not None and len(found) >= at_most:
            return bytes(found[:at_most])
    return bytes(found)


def _no_authorization(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stands where credentials would: without it, requests takes a user and password out of the URL."""
    return request


def _timed_out(error: Exception) -> bool:
    reason = error.args[0] if error.args else None
    return isinstance(error, requests.Timeout) or isinstance(reason, urllib3.exceptions.ReadTimeoutError)


def _failure(error: Exception, *, could_not_connect: bool) -> Failure:
    """Says in our words what kept an answer from coming, and whether the request can have been sent."""
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", None)
    refused = isinstance(reason, urllib3.exceptions.NewConnectionError)
    unusable = isinstance(error, ValueError)  # how requests marks a URL, a header or a proxy that it can't use
    untrusted = "CERTIFICATE_VERIFY_FAILED" in str(reason)
    sent = not (could_not_connect or refused or unusable or isinstance(error, requests.ConnectTimeout))
    if unusable:
        problem = "the address can't be used"
    elif isinstance(error, requests.exceptions.SSLError) and untrusted:
        problem = "the server's TLS certificate isn't trusted (REQUESTS_CA_BUNDLE can name more that are)"
    elif isinstance(error, requests.exceptions.SSLError):
        problem = "the TLS connection broke" if sent else "no TLS connection could be made"
    elif isinstance(error, requests.exceptions.ProxyError):
        problem = "the proxy broke the connection" if sent else "the proxy could not be reached or used"
    elif isinstance(error, requests.Timeout):
        problem = "no answer came in time" if sent else "connecting took too long"
    elif isinstance(reason, urllib3.exceptions.NameResolutionError):
        problem = "the host's name could not be resolved"
    else:
        problem = "the connection broke" if sent else "the connection was refused"
    return Failure(
        problem, sent=sent, timeout=isinstance(error, requests.Timeout), lasting=not sent and (unusable or untrusted)
    )
