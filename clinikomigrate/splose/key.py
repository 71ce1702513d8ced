"""Where a workspace lives, and how its key is shown to the API.

A key is used up on the spot. Nothing here keeps it, and no message quotes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from clinikomigrate.client.suggestion import nearest
from clinikomigrate.errors import ConfigurationError

Region: TypeAlias = Literal["au", "uk"]
"""Where a workspace keeps its records."""

_ADDRESSES: Final[Mapping[str, str]] = MappingProxyType(
    {"au": "https://api.splose.com/v1", "uk": "https://api-uk.splose.com/v1"}
)
_KEY: Final = re.compile(r"[!-~]+", re.ASCII)


def check_key(key: str) -> None:
    """Refuses what can't be an API key.

    Args:
        key: The key as Splose shows it.

    Raises:
        ConfigurationError: It isn't one line of visible ASCII characters.
    """
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ConfigurationError(
            "This is no Splose API key. Copy it again from Splose's settings, whole, without 'Bearer' before it and "
            "without spaces around it."
        )


def address_of(region: str) -> str:
    """Gives the base URL of a region's API.

    Args:
        region: `au` or `uk`.

    Raises:
        ConfigurationError: There is no such region.
    """
    address = _ADDRESSES.get(region) if isinstance(region, str) else None
    if address is None:
        raise ConfigurationError(f"Splose has no such region. {nearest(str(region), _ADDRESSES)}")
    return address


def authorization_of(key: str) -> str:
    """Makes the value of the Authorization header.

    Args:
        key: The key.
    """
    return f"Bearer {key}"
