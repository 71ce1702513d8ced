"""Proxies from the environment."""

from __future__ import annotations

import os

import pytest

from clinikomigrate.wire.proxies import Proxies


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


def test_no_proxy_by_default() -> None:
    """Without variables every connection is direct."""
    assert {} == Proxies.of_environment().for_url("https://api.test/v1")


def test_proxy_of_the_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy counts for the scheme that its variable names, `ALL_PROXY` for the others."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:1")
    monkeypatch.setenv("ALL_PROXY", "http://proxy.test:2")
    proxies = Proxies.of_environment()

    assert {"https": "http://proxy.test:1"} == proxies.for_url("https://api.test/v1")
    assert {"http": "http://proxy.test:2"} == proxies.for_url("http://api.test/v1")


def test_environment_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes in the environment later changes nothing."""
    proxies = Proxies.of_environment()
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:1")

    assert {} == proxies.for_url("https://api.test/v1")


@pytest.mark.parametrize(
    ("direct", "url", "is_direct"),
    [
        ("api.test", "https://api.test/v1", True),
        (".test", "https://api.test/v1", True),
        ("api.test:443", "https://api.test:443/v1", True),
        ("api.test:444", "https://api.test:443/v1", False),
        ("pi.test", "https://api.test/v1", False),
        ("other.example , *", "https://api.test/v1", True),
        ("10.0.0.0/8", "https://10.1.2.3/v1", True),
        ("10.0.0.0/8", "https://11.1.2.3/v1", False),
        ("10.0.0.0/8", "https://api.test/v1", False),
        ("", "https://api.test/v1", False),
        ("", "https://127.0.0.1/v1", True),
    ],
)
def test_no_proxy_is_honoured(direct: str, url: str, is_direct: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """`NO_PROXY` lists names, domains, networks and `*`; this machine is always direct."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:1")
    monkeypatch.setenv("NO_PROXY", direct)

    assert is_direct is not bool(Proxies.of_environment().for_url(url))


def test_repr_hides_a_proxys_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy's address can hold a password, so no repr shows it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.test:1")

    assert "secret" not in repr(Proxies.of_environment())
