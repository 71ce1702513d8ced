"""Files on their way here."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import responses

from clinikomigrate.errors import (
    ConnectionFailed,
    FileStoreError,
    NotFound,
    Redirected,
    TimedOut,
    TransportError,
    UnexpectedResponse,
)
from clinikomigrate.wire import Session
from tests.wire.conftest import FakeClock, Server

TEMPLATE = "/patient_attachments/{id}/content"
CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def store(new_server: Callable[[], Server]) -> Server:
    """The file store, another server than the API's."""
    return new_server()


def fetch(session: Session, size: int = 65536) -> bytes:
    """Downloads a file whole."""
    with session.download(TEMPLATE, {"id": "1"}) as download:
        return b"".join(download.chunks(size))


def test_file_that_the_api_sends_itself(session: Session, server: Server) -> None:
    """A file in the API's own answer is read in chunks, and its size and type are known before."""
    server.reply(200, CONTENT, Content_Type="image/png; charset=binary")
    with session.download(TEMPLATE, {"id": "1"}) as download:
        chunks = list(download.chunks(1000))

    assert (len(CONTENT), "image/png") == (download.size, download.content_type)
    assert f"<Download of {len(CONTENT)} bytes>" == repr(download)
    assert (CONTENT, 1000) == (b"".join(chunks), max(map(len, chunks)))
    assert "identity" == server.received[0].headers["Accept-Encoding"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_file_in_the_store(status: int, session: Session, server: Server, store: Server) -> None:
    """A file that the API sends on for is fetched from the store, without the key and whatever else says who asks."""
    server.reply(status, b"", Location=f"{store.url}/bucket/a%20b?X-Amz-Signature=1", Set_Cookie="a=1")
    store.reply(200, CONTENT, Content_Type="application/pdf")

    assert CONTENT == fetch(session)
    received = store.received[0]
    assert "/bucket/a%20b?X-Amz-Signature=1" == received.path
    assert {"Authorization", "Cookie"}.isdisjoint(received.headers)
    assert "tests@example.com" not in received.headers["User-Agent"]
    assert ("Basic TOP-SECRET", 1) == (server.received[0].headers["Authorization"], session.requests_sent)


def test_store_on_the_apis_own_host(session: Session, server: Server) -> None:
    """A relative location is the API's own host; it too is asked without the key."""
    server.reply(302, b"", Location="/files/1")
    server.reply(200, b"hello")

    assert b"hello" == fetch(session)
    assert "Authorization" not in server.received[1].headers


@pytest.mark.parametrize("location", ["", "http://files.example/1", "ftp://127.0.0.1/1", "file:///etc/passwd"])
def test_places_that_files_are_not_fetched_from(location: str, session: Session, server: Server) -> None:
    """A redirect to nowhere, or out of this machine without TLS, is an error."""
    server.reply(302, b"", Location=location)
    with pytest.raises(Redirected):
        fetch(session)


def test_second_hop_is_refused(session: Session, server: Server, store: Server) -> None:
    """Only one hop is taken."""
    server.reply(302, b"", Location=store.url)
    store.reply(302, b"", Location=server.url)
    with pytest.raises(FileStoreError) as caught:
        fetch(session)

    assert 302 == caught.value.status
    assert (1, 1) == (len(server.received), len(store.received))


def test_refusal_of_the_store(session: Session, server: Server, store: Server) -> None:
    """A no of the store isn't taken for one of the API; its code is carried."""
    server.reply(302, b"", Location=store.url)
    store.reply(403, b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
    with pytest.raises(FileStoreError) as caught:
        fetch(session)

    assert (403, "AccessDenied", TEMPLATE) == (caught.value.status, caught.value.message, caught.value.path)


def test_failure_of_the_store_is_repeated_from_the_start(session: Session, server: Server, store: Server) -> None:
    """Where the store fails, the API is asked for a new address: the old one can have expired."""
    for _ in range(3):
        server.reply(302, b"", Location=store.url)
    store.reply(503)
    store.drop()
    store.reply(200, b"hello")

    assert b"hello" == fetch(session)
    assert (3, 3) == (len(server.received), len(store.received))


def test_refusal_with_cut_off_reasons(session: Session, server: Server, store: Server) -> None:
    """A no of the store counts, also where its code was cut off."""
    server.reply(302, b"", Location=store.url)
    store.cut(403, b"<Error><Co")
    with pytest.raises(FileStoreError) as caught:
        fetch(session)

    assert "" == caught.value.message


def test_no_such_file(session: Session, server: Server) -> None:
    """A no of the API is its own error."""
    server.reply(404, b"<html>")
    with pytest.raises(NotFound):
        fetch(session)


def test_download_is_repeated_until_it_begins(session: Session, server: Server, clock: FakeClock) -> None:
    """Until the file begins, a download is repeated like any other read."""
    server.drop()
    server.reply(500)
    server.reply(429, b"", Retry_After="5")
    server.reply(200, b"hello")

    assert b"hello" == fetch(session)
    assert clock.elapsed >= 5


def test_file_that_is_cut_off(session: Session, server: Server) -> None:
    """A file that ends early is an error, never a shorter file; what came before was passed on."""
    server.cut(200, b"x" * 10, announced=20)
    received: list[bytes] = []
    with (
        session.download(TEMPLATE, {"id": "1"}) as download,
        pytest.raises(ConnectionFailed, match="cut off") as caught,
    ):
        received.extend(download.chunks(5))

    assert b"x" * 5 == received[0]
    assert (True, "GET", TEMPLATE) == (caught.value.sent, caught.value.method, caught.value.path)
    assert caught.value.__context__ is None


def test_file_that_stops(new_session: Callable[..., Session], server: Server) -> None:
    """A file that doesn't go on is an error of its own."""
    server.stall(b"x" * 10)
    with pytest.raises(TimedOut):
        fetch(new_session(server.url, read_timeout=0.1))


def test_file_that_is_left_early(session: Session, server: Server) -> None:
    """A download that is left before its end doesn't disturb the next request."""
    server.reply(200, CONTENT * 10)
    server.reply(200, b"hello")
    with session.download(TEMPLATE, {"id": "1"}) as download:
        next(download.chunks(10))

    assert b"hello" == fetch(session)


def test_file_of_unknown_size(session: Session, server: Server) -> None:
    """A file whose length isn't announced is read to its end."""
    server.unframed(b"hello")
    with session.download(TEMPLATE, {"id": "1"}) as download:
        assert b"hello" == b"".join(download.chunks())

    assert (None, None, "<Download>") == (download.size, download.content_type, repr(download))


def test_compressed_file_has_no_known_size(session: Session, server: Server) -> None:
    """The length of a file that is compressed on the way says nothing about the file."""
    server.reply(200, b"hello", Content_Encoding="br")
    with session.download(TEMPLATE, {"id": "1"}) as download:
        assert download.size is None


@pytest.mark.parametrize(("announced", "error"), [("3", UnexpectedResponse), ("9", ConnectionFailed)])
def test_size_is_checked_both_ways(announced: str, error: type[Exception], session: Session, server: Server) -> None:
    """More or less than announced is an error, also where the connection itself doesn't check it."""
    server.reply(200, b"5\r\nhello\r\n0\r\n\r\n", Transfer_Encoding="chunked", Content_Length=announced)
    with pytest.raises(error):
        fetch(session)


@pytest.mark.parametrize("announced", ["3", "9"])
def test_size_is_checked_without_a_connection(announced: str, new_session: Callable[..., Session]) -> None:
    """More or less than announced is an error in simulated networks too."""
    with responses.RequestsMock() as network:
        network.get(
            "https://api.test/patient_attachments/1/content", body=b"hello", headers={"Content-Length": announced}
        )
        with pytest.raises(TransportError):
            fetch(new_session("https://api.test"))
