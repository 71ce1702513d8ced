"""Makes sure that a sink is given a client of its own destination, and no key."""

from __future__ import annotations

from typing import TypeVar

from clinikomigrate.errors import ConfigurationError

T = TypeVar("T")


def checked(client: object, of: type[T]) -> T:
    """Returns a client.

    Args:
        client: What a user gave: it may be a key, which no message and no repr may show.
        of: The class that it must be of.

    Raises:
        ConfigurationError: It is something else.
    """
    if not isinstance(client, of):
        raise ConfigurationError(
            f"A sink needs a client, cm.{of.__name__}(...), as its first argument, not {type(client).__name__}."
        )
    return client
