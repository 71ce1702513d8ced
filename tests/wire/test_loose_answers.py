"""An API that is less exact about its answers, and takes files itself."""

from __future__ import annotations

from collections.abc import Callable
from email.parser import BytesParser
from typing import Any

import pytest

from clinikomigrate.errors import OutcomeUnknown, ReadOnly, UnexpectedResponse
from clinikomigrate.wire import Session
from tests.wire.conftest import Server

NewSession = Callable[..., Session]


@pytest.fixture
def loose(server: Server, new_session: NewSession) -> Session:
    """A session that takes loose answers."""
    return new_session(f"{server.url}/v1", loose_answers=True, reset_header=None)


def update(session: Session) -> Any:
    """Changes a patient."""
    return session.write("PUT", "/patients/{id}", {"id": "1"}, {}).body


@pytest.mark.parametrize("declared", ["text/plain", "text/html; charset=utf-8", "Text/JSON", "application/json"])
def test_json_may_be_declared_as_text(server: Server, loose: Session, declared: str) -> None:
    """What can be read as JSON is taken as such, whatever kind of text it is called."""
    server.reply(200, b"1", Content_Type=declared)

    assert 1 == update(loose)


def test_json_as_text_is_refused_by_default(server: Server, session: Session) -> None:
    """Where an API is exact, an answer of another type isn't from the API."""
    server.reply(200, b"1", Content_Type="text/plain")

    with pytest.raises(OutcomeUnknown):
        update(session)


def test_nothing_is_a_yes_to_a_write(server: Server, loose: Session) -> None:
    """A write may be answered with an empty body."""
    server.reply(200)

    assert None is update(loose)


def test_nothing_is_no_answer_to_a_read(server: Server, loose: Session) -> None:
    """A read needs its answer."""
    server.reply(200)

    with pytest.raises(UnexpectedResponse):
        loose.get("/patients")


def test_a_page_is_no_yes(server: Server, loose: Session) -> None:
    """A page of something in between doesn't say that anything was done."""
    server.reply(200, b"<html>Please log in</html>", Content_Type="text/html")

    with pytest.raises(OutcomeUnknown):
        update(loose)


def test_a_file_is_posted_with_the_key(server: Server, session: Session) -> None:
    """A file goes to the API as a form's one part, with its name and type."""
    server.reply(200, {"id": 1})
    answer = session.post_file(
        "/patients/{id}/file", {"id": "7"}, filename="Zoë.pdf", content=b"%PDF-", file_type="application/pdf"
    )
    received = server.received[0]
    head = f"Content-Type: {received.headers['Content-Type']}\r\n\r\n".encode()
    parts: Any = BytesParser().parsebytes(head + received.body).get_payload()
    (part,) = parts

    assert {"id": 1} == answer.body
    assert ("POST", "/v1/patients/7/file") == (received.method, received.path)
    assert "Basic TOP-SECRET" == received.headers["Authorization"]
    assert ("application/pdf", b"%PDF-") == (part.get_content_type(), part.get_payload(decode=True))
    assert 'name="file"; filename="Zoë.pdf"'.encode() in received.body


def test_a_file_is_sent_again_after_the_rate_limit(server: Server, session: Session) -> None:
    """What was refused for the rate limit is sent again, whole."""
    server.reply(429)
    server.reply(200, {"id": 1})
    session.post_file("/file", filename="a.pdf", content=b"%PDF-", file_type="application/pdf")

    assert [True, True] == [b"%PDF-" in received.body for received in server.received]


def test_a_file_whose_answer_is_lost_is_not_sent_again(server: Server, session: Session) -> None:
    """A second one would stand there twice."""
    server.drop()

    with pytest.raises(OutcomeUnknown):
        session.post_file("/file", filename="a.pdf", content=b"%PDF-", file_type="application/pdf")


def test_a_view_that_only_reads_posts_no_file(session: Session) -> None:
    """A file is a write."""
    with pytest.raises(ReadOnly):
        session.read_only().post_file("/file", filename="a.pdf", content=b"%PDF-", file_type="application/pdf")
