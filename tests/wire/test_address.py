"""URLs that requests may go to."""

from __future__ import annotations

import pytest

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.wire.address import Base, is_loopback, resolve, with_query

API = Base.checked("https://api.au1.cliniko.com/v1/")


def test_base_has_no_slash_at_its_end() -> None:
    """A base URL may be given with or without a slash at its end."""
    assert "https://api.au1.cliniko.com/v1" == API.url


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/v1", "http://localhost:80/v1", "http://[::1]:8000", "https://x"]
)
def test_usable_bases(url: str) -> None:
    """Bases are https, or plain http within this machine."""
    assert url == Base.checked(url).url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.au1.cliniko.com/v1",
        "http://api.au1.cliniko.com/v1",
        "http://127.0.0.1.example.com/v1",
        "ftp://127.0.0.1/v1",
        "https:///v1",
        "https://user:secret@host/v1",
        "https://host/v1?a=b",
        "https://host/v1#a",
        "https://host:99999/v1",
        "https://host:0/v1",
        "https://ho st/v1",
        "https://host/v1\n",
        "https://hösť/v1",
        "https://[::1/v1",
    ],
)
def test_unusable_bases(url: str) -> None:
    """A base that would send the key elsewhere, or in plain text, is refused, and not quoted: it can hold a secret."""
    with pytest.raises(ConfigurationError) as caught:
        Base.checked(url)

    assert "secret" not in str(caught.value)


def test_fill_puts_parameters_into_the_template() -> None:
    """Each name in braces becomes its value, percent-encoded."""
    expected = "https://api.au1.cliniko.com/v1/patients/12%203%3F/x/%C3%A9"

    assert expected == API.fill("/patients/{id}/x/{other}", {"id": "12 3?", "other": "é"})


@pytest.mark.parametrize("value", ["", ".", "..", "1/2", "../users", "1\\2"])
def test_fill_refuses_what_leads_elsewhere(value: str) -> None:
    """A value can't lead to another path than the template's; the value isn't quoted."""
    with pytest.raises(ConfigurationError, match=r"/patients/\{id\} needs text for `id`") as caught:
        API.fill("/patients/{id}", {"id": value})

    assert not value or repr(value) not in str(caught.value)


def test_fill_refuses_a_missing_parameter() -> None:
    """Each name in braces needs a value."""
    with pytest.raises(ConfigurationError, match="`id`"):
        API.fill("/patients/{id}", {})


def test_query_is_encoded() -> None:
    """Names and values of a query are percent-encoded, and a name can stand there more than once."""
    expected = "https://x/v1?q%5B%5D=id%3A%3E1&q%5B%5D=last_name%3A%3DO%27Neill+%26+Co"

    assert expected == with_query("https://x/v1", [("q[]", "id:>1"), ("q[]", "last_name:=O'Neill & Co")])
    assert "https://x/v1" == with_query("https://x/v1", ())


@pytest.mark.parametrize(
    ("base", "url", "allowed"),
    [
        ("https://api.test/v1", "https://store.test/file?signature=1", True),
        ("https://api.test/v1", "http://store.test/file", False),
        ("https://api.test/v1", "http://127.0.0.1/file", False),
        ("https://api.test/v1", "file:///etc/passwd", False),
        ("https://api.test/v1", "", False),
        ("http://127.0.0.1:1/v1", "http://localhost:2/file", True),
        ("http://127.0.0.1:1/v1", "http://store.test/file", False),
        ("http://127.0.0.1:1/v1", "https://store.test/file", True),
    ],
)
def test_files_come_over_https(base: str, url: str, allowed: bool) -> None:
    """Files are fetched and sent over https only, but for tests within this machine."""
    assert allowed is Base.checked(base).allows(url)


@pytest.mark.parametrize(
    ("location", "expected"),
    [("https://store.test/a", "https://store.test/a"), ("/a", "https://api.test/a"), ("http://[::1", "")],
)
def test_resolve(location: str, expected: str) -> None:
    """A location can be relative; one that makes no sense leads nowhere."""
    assert expected == resolve("https://api.test/v1/b", location)


@pytest.mark.parametrize(
    ("host", "expected"), [("127.8.8.8", True), ("::1", True), ("a.localhost", True), ("x", False)]
)
def test_loopback(host: str, expected: bool) -> None:
    """This machine has several names."""
    assert expected is is_loopback(host)
