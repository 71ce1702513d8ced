"""Cliniko wants to know what sends requests, and whom to write to about it."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.cliniko.sender import user_agent
from clinikomigrate.errors import ConfigurationError


def test_names_the_application_and_the_address() -> None:
    """The name, and the address in brackets."""
    assert "Acme Migrations (dev+x@acme.example)" == user_agent(" Acme Migrations ", "dev+x@acme.example")


@pytest.mark.parametrize("name", ["", "  ", "Acme\r\nX-Evil: 1", "Acme\x00", "Acm\u00e9", None, 5])
def test_refuses_what_is_no_name(name: Any) -> None:
    """A name that is empty or would break the header is refused."""
    with pytest.raises(ConfigurationError, match="app_name"):
        user_agent(name, "dev@acme.example")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "dev",
        "dev@acme",
        "dev@@acme.example",
        "a b@acme.example",
        "dev@acme.example\n",
        "d\u00e9v@acme.example",
        "dev@.example",
        None,
    ],
)
def test_refuses_what_is_no_address(address: Any) -> None:
    """An address that nobody could write to is refused."""
    with pytest.raises(ConfigurationError, match="contact_email"):
        user_agent("Acme", address)
