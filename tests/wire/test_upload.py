"""Files on their way to the store."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterator
from email.parser import BytesParser
from typing import Any

import pytest

from clinikomigrate.errors import (
    ConfigurationError,
    ConnectionFailed,
    Error,
    FileStoreError,
    FileUnreadable,
    TransportError,
)
from clinikomigrate.wire import Session
from tests.wire.conftest import FakeClock, Received, Server

FIELDS = {"key": "uploads/1/${filename}", "policy": "abc==", "x-amz-date": "20231114T221320Z"}
CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def store(new_server: Callable[[], Server]) -> Server:
    """The file store, another server than the API's."""
    return new_server()


def put(session: Session, store: Server, content: bytes = CONTENT, filename: str = "診断書.pdf") -> bytes:
    """Uploads a file."""
    return session.upload(store.url, FIELDS, filename=filename, content=lambda: io.BytesIO(content), size=len(content))


def parts_of(received: Received) -> list[tuple[str, bytes]]:
    """Returns the names and contents of a form's parts."""
    head = f"Content-Type: {received.headers['Content-Type']}\r\n\r\n".encode()
    parts: Any = BytesParser().parsebytes(head + received.body).get_payload()
    return [(part.get_param("name", header="content-disposition"), part.get_payload(decode=True)) for part in parts]


@pytest.mark.parametrize("status", [200, 201])
def test_form_arrives(status: int, session: Session, store: Server, server: Server) -> None:
    """All fields arrive and then the file, with a length known before and without the key; the answer is returned."""
    store.reply(status, b"<PostResponse/>")

    assert b"<PostResponse/>" == put(session, store)
    received = store.received[0]
    assert [*((name, value.encode()) for name, value in FIELDS.items()), ("file", CONTENT)] == parts_of(received)
    assert {"Authorization", "Transfer-Encoding", "Cookie"}.isdisjoint(received.headers)
    assert str(len(received.body)) == received.headers["Content-Length"]
    assert ([], 0) == (server.received, session.requests_sent)


def test_answer_without_a_body(session: Session, store: Server) -> None:
    """Status 204 is a yes too."""
    store.reply(204)

    assert b"" == put(session, store)


def test_empty_file(session: Session, store: Server) -> None:
    """A file can be empty."""
    store.reply(201, b"ok")
    put(session, store, b"")

    assert ("file", b"") == parts_of(store.received[0])[-1]


def test_long_answer_is_not_read_to_its_end(session: Session, store: Server) -> None:
    """Of a long answer only the beginning is kept."""
    store.reply(201, b"x" * 100_000)

    assert 65_536 == len(put(session, store))


@pytest.mark.parametrize("script", [Server.drop, Server.cut, lambda store: store.reply(503), Server.reset])
def test_upload_is_repeated(script: Callable[[Server], None], session: Session, store: Server) -> None:
    """An upload can be repeated whatever happened, with the content opened anew: a second overwrites the first."""
    script(store)
    store.reply(201, b"ok")

    assert b"ok" == put(session, store)
    assert [CONTENT, CONTENT] == [parts_of(received)[-1][1] for received in store.received]
    assert store.received[0].headers["Content-Type"] != store.received[1].headers["Content-Type"]


def test_upload_that_keeps_failing(session: Session, store: Server, clock: FakeClock) -> None:
    """A store that can't be reached is an error after about a minute; the signed URL isn't in it."""
    for _ in range(8):
        store.drop()
    with pytest.raises(ConnectionFailed, match="the connection broke") as caught:
        put(session, store)

    assert store.url not in str(caught.value)
    assert 30 < clock.elapsed < 62


def test_refusal_of_the_store(session: Session, store: Server) -> None:
    """A no of the store carries the store's code and isn't repeated."""
    store.reply(400, b"<?xml?><Error><Code>EntityTooLarge</Code><Message>Ann Example.pdf</Message></Error>")
    with pytest.raises(FileStoreError) as caught:
        put(session, store)

    assert (400, "EntityTooLarge") == (caught.value.status, caught.value.message)
    assert 1 == len(store.received)
    assert "Ann" not in str(caught.value)


def test_upload_is_not_redirected(session: Session, store: Server, server: Server) -> None:
    """A file is sent only where the API said."""
    store.reply(307, b"", Location=server.url)
    with pytest.raises(FileStoreError):
        put(session, store)

    assert [] == server.received


@pytest.mark.parametrize("url", ["http://store.example/", "ftp://store.example/", "", "https://"])
def test_places_that_files_are_not_sent_to(url: str, session: Session) -> None:
    """A file isn't sent out of this machine without TLS."""
    with pytest.raises(ConfigurationError, match="https"):
        session.upload(url, {}, filename="a", content=lambda: [b""], size=0)


@pytest.mark.parametrize("content", [b"hell", b"hello!"])
def test_file_of_another_length(content: bytes, session: Session, store: Server) -> None:
    """A file that isn't as long as announced is an error, and isn't stored."""
    with pytest.raises(FileUnreadable):
        session.upload(store.url, FIELDS, filename="a", content=lambda: io.BytesIO(content), size=5)


def test_content_from_a_download_that_breaks(session: Session, store: Server, server: Server) -> None:
    """Content that comes straight from a download is downloaded anew where that download breaks."""
    server.cut(200, b"hel", announced=5)
    server.reply(200, b"hello")
    store.reply(201, b"ok")

    def content() -> Iterator[bytes]:
        with session.download("/patient_attachments/{id}/content", {"id": "1"}) as download:
            yield from download.chunks()

    answer = session.upload(store.url, FIELDS, filename="a", content=content, size=5)

    assert b"ok" == answer
    assert ("file", b"hello") == parts_of(store.received[-1])[-1]


def test_content_that_keeps_breaking(session: Session, store: Server) -> None:
    """Content that can never be read to its end is the error of what it is read from."""
    broken = TransportError("cut off", method="GET", path="/x", sent=True)

    def content() -> Iterator[bytes]:
        yield b"he"
        raise broken

    with pytest.raises(Error) as caught:
        session.upload(store.url, FIELDS, filename="a", content=content, size=5)

    assert broken is caught.value


def test_memory_does_not_grow_with_the_file(session: Session, store: Server) -> None:
    """A file of 30 MB is sent without ever being in memory as a whole."""
    size = 30_000_000
    chunk = bytes(65536)

    def content() -> Iterator[bytes]:
        for start in range(0, size, len(chunk)):
            yield chunk[: size - start]

    store.keeps_bodies = False
    store.reply(201, b"ok")
    tracemalloc.start()
    try:
        answer = session.upload(store.url, FIELDS, filename="a", content=content, size=size)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert b"ok" == answer
    assert peak < 3_000_000
