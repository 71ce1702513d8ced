"""Keys and regions are checked before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.splose.key import address_of, authorization_of, check_key


@pytest.mark.parametrize("key", ["sk_live_123", "eyJhbGciOi.J9.abc-_~+/="])
def test_keys_are_one_line_of_ascii(key: str) -> None:
    """What can be a key is taken as it is, and sent as a bearer's."""
    check_key(key)

    assert f"Bearer {key}" == authorization_of(key)


@pytest.mark.parametrize("key", ["", " a", "a b", "Bearer abc", "a\n", "schlüssel", None, 5, b"abc"])
def test_what_is_no_key_is_refused_without_being_quoted(key: Any) -> None:
    """A wrong key never stands in the message."""
    with pytest.raises(ConfigurationError, match="no Splose API key") as caught:
        check_key(key)

    assert "abc" not in str(caught.value)


def test_each_region_has_its_address() -> None:
    """Workspaces in the United Kingdom have a host of their own."""
    assert ["https://api.splose.com/v1", "https://api-uk.splose.com/v1"] == [address_of("au"), address_of("uk")]


@pytest.mark.parametrize("region", ["", "us", "AU", None, 5, ["au"]])
def test_other_regions_are_refused(region: Any) -> None:
    """A region that isn't there never becomes part of a host's name; those that are there are named."""
    with pytest.raises(ConfigurationError, match="Known: au, uk"):
        address_of(region)
