"""How far a failed request got, and what is kept out of logs and exceptions on the way."""

from __future__ import annotations

import contextlib
import logging
import pickle
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.wire.pool import PooledAdapter, sending
from clinikomigrate.wire.transport import Authorization, Failure, Transport, _failure, read
from tests.wire.conftest import Server


@pytest.fixture
def transport() -> Iterator[Transport]:
    """A transport with short patience."""
    made = Transport(connect_timeout=2.0, read_timeout=0.3)
    yield made
    made.close()


@pytest.fixture
def closed_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def failure_of(transport: Transport, url: str) -> Failure:
    """Returns the failure of a POST."""
    with pytest.raises(Failure) as caught:
        transport.send("POST", url, headers={}, body=b"a patient's record")
    assert (None, None) == (caught.value.__cause__, caught.value.__context__)
    return caught.value


def told(failure: Failure) -> tuple[str, bool, bool]:
    """Returns all that a failure says."""
    return failure.problem, failure.sent, failure.timeout


def test_refused_connection(transport: Transport, closed_port: int) -> None:
    """Where nobody listens, nothing was sent."""
    failure = failure_of(transport, f"http://127.0.0.1:{closed_port}/")

    assert ("the connection was refused", False, False) == told(failure)


def test_unknown_host(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the host's name isn't known, nothing was sent."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    failure = failure_of(transport, "http://api.localhost/")

    assert ("the host's name could not be resolved", False, False) == told(failure)


def test_tls_that_fails_before_anything_is_sent(transport: Transport, server: Server) -> None:
    """Where no TLS connection comes to stand, nothing was sent."""
    failure = failure_of(transport, f"https://127.0.0.1:{server.port}/")

    assert ("no TLS connection could be made", False, False) == told(failure)
    assert [] == server.received


@pytest.mark.parametrize("script", [Server.drop, Server.reset])
def test_connection_that_breaks_after_sending(
    script: Callable[[Server], None], transport: Transport, server: Server
) -> None:
    """Where the connection breaks instead of an answer, the request may have arrived."""
    script(server)
    failure = failure_of(transport, server.url)

    assert ("the connection broke", True, False) == told(failure)


def test_kept_connection_that_breaks(transport: Transport, server: Server) -> None:
    """A connection that was used before and breaks while in use may have carried the request."""
    server.reply()
    server.reset()
    with transport.send("GET", server.url, headers={}) as response:
        read(response)
    failure = failure_of(transport, server.url)

    assert ("the connection broke", True, False) == told(failure)


def test_no_answer_in_time(transport: Transport, server: Server) -> None:
    """Where no answer comes in time, the request may have arrived."""
    server.stall()
    failure = failure_of(transport, server.url)

    assert ("no answer came in time", True, True) == told(failure)


def test_body_that_stops(transport: Transport, server: Server) -> None:
    """A body that doesn't go on is a failure that says so."""
    server.stall(b"beginning")
    with transport.send("GET", server.url, headers={}) as response, pytest.raises(Failure) as caught:
        read(response)

    assert ("the answer's body came too slowly", True, True) == told(caught.value)


def test_body_that_is_cut_off(transport: Transport, server: Server) -> None:
    """A body that is shorter than announced is a failure that says so."""
    server.cut()
    with transport.send("GET", server.url, headers={}) as response, pytest.raises(Failure) as caught:
        read(response)

    assert ("the answer's body was cut off", True, False) == told(caught.value)
    assert caught.value.__context__ is None


def test_reading_only_the_beginning(transport: Transport, server: Server) -> None:
    """Of a body whose end nobody needs only the beginning is read."""
    server.reply(200, b"x" * 100_000)
    with transport.send("GET", server.url, headers={}) as response:
        assert b"x" * 10 == read(response, 10)


def test_url_that_cannot_be_used(transport: Transport) -> None:
    """An address that makes no sense sends nothing."""
    failure = failure_of(transport, "http:///")

    assert ("the address can't be used", False, False) == told(failure)


def test_proxy_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch, closed_port: int) -> None:
    """Where the proxy can't be reached, nothing was sent."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{closed_port}")
    with contextlib.closing(Transport(connect_timeout=2, read_timeout=2)) as transport:
        failure = failure_of(transport, "https://api.example/")

    assert ("the proxy could not be reached or used", False, False) == told(failure)


def test_proxy_is_asked_for_a_tunnel(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    """A proxy that refuses the tunnel has seen the host's name and nothing of the request."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("https_proxy", server.url)
    with contextlib.closing(Transport(connect_timeout=2, read_timeout=2)) as transport:
        failure = failure_of(transport, "https://api.example/")

    assert not failure.sent
    assert [] == server.received


def test_socks_proxies_keep_their_own_pools(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pools of a SOCKS proxy are left alone: they make connections of another kind."""
    manager = urllib3.PoolManager()
    monkeypatch.setattr("requests.adapters.HTTPAdapter.proxy_manager_for", lambda *_, **__: manager)
    before = manager.pool_classes_by_scheme
    adapter = PooledAdapter()

    assert before is adapter.proxy_manager_for("socks5://proxy.test").pool_classes_by_scheme
    adapter.close()


def reasons() -> Iterator[tuple[Exception, str, bool]]:
    """Yields failures as the library reports them, each with what it means."""
    refused = urllib3.exceptions.NewConnectionError(None, "refused")  # type: ignore[arg-type]  # no connection is at hand
    pool = urllib3.HTTPConnectionPool("x")
    nobody = urllib3.exceptions.MaxRetryError(pool, "/", refused)
    yield requests.ConnectTimeout(), "connecting took too long", False
    yield requests.ConnectionError(nobody), "the connection was refused", False
    yield requests.ConnectionError("a text"), "the connection broke", True
    yield requests.ConnectionError(), "the connection broke", True
    yield ConnectionResetError(104, "reset"), "the connection broke", True
    yield requests.exceptions.SSLError("bad record"), "the TLS connection broke", True
    untrusted = urllib3.exceptions.SSLError(
        ssl.SSLError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    )
    yield (
        requests.exceptions.SSLError(urllib3.exceptions.MaxRetryError(pool, "/", untrusted)),
        "the server's TLS certificate isn't trusted (REQUESTS_CA_BUNDLE can name more that are)",
        True,
    )
    yield requests.exceptions.SSLError(), "the TLS connection broke", True
    yield requests.exceptions.ProxyError("no"), "the proxy broke the connection", True
    yield requests.ReadTimeout(), "no answer came in time", True
    yield requests.exceptions.InvalidHeader(), "the address can't be used", False


@pytest.mark.parametrize(("error", "problem", "sent"), list(reasons()))
def test_only_what_is_certain_counts_as_unsent(error: Exception, problem: str, sent: bool) -> None:
    """A request counts as unsent only where that is certain."""
    failure = _failure(error, could_not_connect=False)

    assert (problem, sent) == (failure.problem, failure.sent)


@pytest.mark.parametrize("error", [requests.exceptions.InvalidURL(), "untrusted"])
def test_what_lasts(error: Any) -> None:
    """An unusable address and an untrusted certificate stay what they are, so another attempt is in vain."""
    if error == "untrusted":
        error = next(found for found, problem, _ in reasons() if "trusted" in problem)

    assert _failure(error, could_not_connect=True).lasting


def test_connections_are_kept(transport: Transport, server: Server) -> None:
    """Requests that follow each other use one connection."""
    for _ in range(3):
        with transport.send("GET", server.url, headers={}) as response:
            read(response)

    assert (3, 1) == (len(server.received), server.connections)


def test_connection_that_the_server_closed_is_replaced(transport: Transport, server: Server) -> None:
    """A kept connection that the server has closed by the time it is needed isn't used."""
    server.reply(200, {}, Connection="close")
    for _ in range(2):
        with transport.send("POST", server.url, headers={}) as response:
            read(response)

    assert (2, 2) == (len(server.received), server.connections)


def test_cookies_are_refused(transport: Transport, server: Server) -> None:
    """What a server sets is never sent back."""
    server.reply(200, {}, Set_Cookie="session=1; Path=/")
    for _ in range(2):
        with transport.send("GET", server.url, headers={}) as response:
            read(response)

    assert "Cookie" not in server.received[1].headers


def test_no_netrc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, transport: Transport, server: Server) -> None:
    """Credentials in a `.netrc` file are never sent."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with transport.send("GET", server.url, headers={}):
        pass

    assert "Authorization" not in server.received[0].headers


def test_no_credentials_out_of_a_url(transport: Transport, server: Server) -> None:
    """A user and password in a URL are not sent on."""
    with transport.send("GET", f"http://ann:secret@127.0.0.1:{server.port}/", headers={}):
        pass

    assert "Authorization" not in server.received[0].headers


def test_log_of_the_library_holds_no_url(
    transport: Transport, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """What the library under us would log, with names in queries, is kept out of the log; others' requests are not."""
    with caplog.at_level(logging.DEBUG):
        with transport.send("GET", f"{server.url}/patients?q[]=last_name:=Example", headers={}):
            pass
        ours = caplog.text
        with requests.Session() as session:
            session.trust_env = False
            session.get(f"{server.url}/others")

    assert "Example" not in ours
    assert "/others" in caplog.text


def test_sending_inside_of_sending() -> None:
    """A download that is opened while an upload is sent leaves the upload's progress as it was."""
    with sending() as outer:
        with sending() as inner:
            inner.could_not_connect = True

        assert (True, False) == (outer.sending, outer.could_not_connect)


def test_progress_is_each_threads_own() -> None:
    """Threads don't see each other's progress."""
    seen: list[bool] = []
    with sending() as progress:
        progress.could_not_connect = True
        thread = threading.Thread(target=lambda: seen.append(progress.could_not_connect))
        thread.start()
        thread.join()

    assert [False] == seen


def test_authorization_shows_nothing() -> None:
    """The credentials are in no repr and can't be pickled."""
    authorization = Authorization("Basic TOP-SECRET")

    assert "<Authorization>" == repr(authorization)
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        pickle.dumps(authorization)


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_certificates_of_the_environment(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A bundle of certificates that the environment names is used; one that doesn't exist is an error at once."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    assert Transport(connect_timeout=1, read_timeout=1)._verify is True

    bundle = tmp_path / "bundle.pem"
    monkeypatch.setenv(name, str(bundle))
    with pytest.raises(ConfigurationError, match=r"bundle\.pem"):
        Transport(connect_timeout=1, read_timeout=1)

    bundle.touch()
    assert str(bundle) == Transport(connect_timeout=1, read_timeout=1)._verify
