"""The form that a file is uploaded in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from email.parser import BytesParser
from typing import Any

import pytest

from clinikomigrate.errors import FileUnreadable
from clinikomigrate.wire.multipart import Content, Form


def form_of(content: Content, size: int, filename: str = "a.txt", **fields: str) -> Form:
    """Returns a form with a known boundary."""
    return Form(fields, filename=filename, content=content, size=size, boundary="BOUNDARY")


def test_fields_first_file_last() -> None:
    """The form holds all fields in their order and then the file."""
    form = form_of(lambda: io.BytesIO(b"hello"), 5, key="uploads/${filename}", policy="abc==")

    expected = (
        b'--BOUNDARY\r\nContent-Disposition: form-data; name="key"\r\n\r\nuploads/${filename}\r\n'
        b'--BOUNDARY\r\nContent-Disposition: form-data; name="policy"\r\n\r\nabc==\r\n'
        b'--BOUNDARY\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\nhello\r\n--BOUNDARY--\r\n"
    )
    assert expected == b"".join(form)
    assert "multipart/form-data; boundary=BOUNDARY" == form.content_type


def test_a_parser_reads_it_back() -> None:
    """A reader of MIME finds the same fields and the same bytes."""
    content = bytes(range(256)) * 1000
    form = form_of(lambda: io.BytesIO(content), len(content), key="Zoë")
    head = f"Content-Type: {form.content_type}\r\n\r\n".encode()
    parts: Any = BytesParser().parsebytes(head + b"".join(form)).get_payload()

    assert [b"Zo\xc3\xab", content] == [part.get_payload(decode=True) for part in parts]


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 200_000])
def test_length_is_known_before(size: int) -> None:
    """The length that is announced is the length that is sent."""
    form = form_of(lambda: io.BytesIO(b"x" * size), size, filename="ë.pdf")

    assert len(form) == len(b"".join(form))


def test_content_may_be_an_iterable() -> None:
    """Content can come in chunks of any length, empty ones too."""
    form = form_of(lambda: iter([b"he", b"", b"llo"]), 5)

    assert b"hello" in b"".join(form)


def test_no_chunk_is_the_whole_file() -> None:
    """A large file is passed on in pieces."""
    form = form_of(lambda: io.BytesIO(b"x" * 1_000_000), 1_000_000)

    assert 65536 == max(map(len, form))


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ('a"b.txt', b'filename="a%22b.txt"'),
        ("a\r\nb\x00\x7f.txt", b'filename="a%0D%0Ab%00%7F.txt"'),
        ("診断書 é.pdf", 'filename="診断書 é.pdf"'.encode()),
        ("\ud800.txt", b'filename="?.txt"'),
        ("a\\b%22.txt", b'filename="a\\b%22.txt"'),
    ],
)
def test_names_cannot_break_out(filename: str, expected: bytes) -> None:
    """No file name can end its quotes or start a header; other scripts are sent as UTF-8."""
    assert expected in b"".join(form_of(lambda: io.BytesIO(b""), 0, filename=filename))


@pytest.mark.parametrize("content", [b"hell", b"hello!"])
def test_file_of_another_length_is_refused(content: bytes) -> None:
    """A file that is shorter or longer than announced never goes out whole."""
    sent: list[bytes] = []
    with pytest.raises(FileUnreadable, match="5 bytes that were announced"):
        sent.extend(form_of(lambda: io.BytesIO(content), 5))

    assert not any(chunk.endswith(b"--\r\n") for chunk in sent)


def test_unreadable_file() -> None:
    """A file that can't be read is an error of its own kind, without the file's name, which can be a patient's."""

    def content() -> Iterator[bytes]:
        yield b"he"
        raise OSError(5, "Input/output error", "/home/ann/Ann Example.pdf")

    with pytest.raises(FileUnreadable, match=r"could not be read \(OSError\)") as caught:
        list(form_of(content, 5))

    assert "Ann" not in str(caught.value)
    assert caught.value.__context__ is None


def test_content_is_closed() -> None:
    """What was opened is closed, also when it is too long."""
    opened = io.BytesIO(b"hello!")
    with pytest.raises(FileUnreadable):
        list(form_of(lambda: opened, 5))

    assert opened.closed
