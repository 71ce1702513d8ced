"""Pictures are known by what is in them, however the API writes them."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from clinikomigrate.sinks.pictures import picture_of

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0 L9 9"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n and so on"


def data(content: bytes, kind: str = "image/svg+xml") -> str:
    """Writes a picture as a data URI."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


@pytest.mark.parametrize(
    "image",
    [
        data(SVG.encode()),
        data(SVG.encode(), "image/svg+xml;charset=utf-8"),
        f"data:image/svg+xml;utf8=,{quote(SVG)}",
        f"data:image/svg+xml,{quote(SVG)}",
        f"data:image/svg+xml;utf8,{SVG}",
        f"data:image/svg+xml;utf8;base64,{base64.b64encode(SVG.encode()).decode()}",
        f"DATA:;BASE64,{quote(base64.b64encode(SVG.encode()).decode())}",
        f"  {SVG}\n",
        base64.b64encode(SVG.encode()).decode(),
        base64.encodebytes(SVG.encode()).decode(),
    ],
)
def test_a_drawing_in_any_dress(image: str) -> None:
    """As a data URI, by itself, and as base64 with or without line breaks."""
    picture = picture_of(image)

    assert picture is not None
    assert (picture.content.decode(), picture.ending) == (SVG, ".svg")


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (PNG, ".png"),
        (b"\xff\xd8\xff\xe0 and so on", ".jpg"),
        (b"GIF87a", ".gif"),
        (b"GIF89a", ".gif"),
        (b"BM and so on", ".bmp"),
        (b"II*\x00", ".tif"),
        (b"MM\x00*", ".tif"),
        (b"RIFF\x00\x00\x00\x00WEBP", ".webp"),
        (b'<?xml version="1.0"?><!-- drawn --><svg:svg xmlns:svg="x"/>', ".svg"),
    ],
)
def test_a_picture_s_own_bytes_say_what_it_is(content: bytes, ending: str) -> None:
    """Whatever it is called."""
    picture = picture_of(data(content, "application/pdf"))

    assert picture is not None
    assert (picture.content, picture.ending) == (content, ending)


@pytest.mark.parametrize(
    "image",
    [
        None,
        "",
        "https://clinic.example/signature.svg",
        "data:image/png;base64,%%%",
        "data:image/png;base64,%FF",
        "data:image/png;base64,AAAA",
        data(b"%PDF-1.4", "image/png"),
        "<html></html>",
        "Amy Ng",
        "ä",
    ],
)
def test_what_is_no_picture(image: str | None) -> None:
    """Addresses, names, other files, and what can't be read."""
    assert picture_of(image) is None


def test_a_picture_shows_nothing_of_itself() -> None:
    """It is a patient's."""
    assert repr(picture_of(SVG)) == "Picture(ending='.svg')"
