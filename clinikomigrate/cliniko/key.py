"""What an API key says: where its account lives, and how to show it to the API.

A key is used up on the spot. Nothing here keeps it, and no message quotes it.
"""

from __future__ import annotations

import base64
import re
from typing import Final

from clinikomigrate.errors import ConfigurationError

FIRST_SHARD: Final = "au1"
"""The shard of keys without a suffix, which are older than shards."""

_KEY: Final = re.compile(r"[!-9;-~]+", re.ASCII)
_SHARD: Final = re.compile(r"[a-z]{2}\d{1,2}", re.ASCII)


def check_key(key: str) -> None:
    """Refuses what can't be an API key.

    Args:
        key: The key as Cliniko shows it.

    Raises:
        ConfigurationError: It isn't one line of visible ASCII characters without a colon.
    """
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ConfigurationError(
            "This is no Cliniko API key. Copy it again from 'My info' in Cliniko, whole and without spaces around it."
        )


def shard_of(key: str) -> str:
    """Reads from a key where its account lives.

    Args:
        key: The key.

    Returns:
        The shard: what stands after the key's last `-`, in lower case (`"uk2"`); `au1` where there is no `-`.

    Raises:
        ConfigurationError: What stands there is no shard. It would become part of a host name, so nothing is guessed.
    """
    _, dash, suffix = key.rpartition("-")
    if not dash:
        return FIRST_SHARD
    shard = suffix.lower()
    if not _SHARD.fullmatch(shard):
        raise ConfigurationError(
            "The API key doesn't end in '-' and a shard (two letters and one or two digits, such as '-au1'). "
            "Copy it again from 'My info' in Cliniko, whole."
        )
    return shard


def address_of(shard: str) -> str:
    """Gives the base URL of a shard's API.

    Args:
        shard: A shard that `shard_of` gave.
    """
    return f"https://api.{shard}.cliniko.com/v1"


def authorization_of(key: str) -> str:
    """Makes the value of the Authorization header: Basic, the key as user name, an empty password.

    Args:
        key: The key.
    """
    return "Basic " + base64.b64encode(f"{key}:".encode("ascii")).decode("ascii")
