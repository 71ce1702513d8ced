"""Calls a method of the client, and reads whatever it gives to its end."""

from __future__ import annotations

import inspect
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Final, Literal

import attrs

from clinikomigrate.client.listing import Listing
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import Error
from tests.fuzz.account import NAME, account
from tests.fuzz.methods import methods
from tests.fuzz.network import Network
from tests.wire.conftest import FakeClock

Mode = Literal["walk", "walk by page", "first", "count"]

MODES: Final[tuple[Mode, ...]] = ("walk", "walk", "walk by page", "walk by page", "first", "count")
"""What is done with a list."""

_CLOCK: Final = FakeClock()


@attrs.frozen
class Came:
    """What a method gave.

    Attributes:
        value: It (`Any`: each gives something else): of a list its records, the first of them or their number; of a
            download its bytes.
        kind: What was listed; None where it is no list.
        mode: What was done with the list.
    """

    value: Any
    kind: str | None
    mode: Mode


def connect() -> Cliniko:
    """Makes a client that has sent nothing yet."""
    return Cliniko(
        account().fake.key,
        app_name="Acme",
        contact_email="dev@acme.example",
        account=NAME,
        clock=_CLOCK,
        requests_per_minute=1_000_000,
    )


def call(name: str, arguments: tuple[Any, ...], mode: Mode = "walk") -> Came:
    """Calls a method of a new client.

    Args:
        name: The method.
        arguments: What it is called with; a pair of a text and a value goes by its name.
        mode: What is done with a list.
    """
    method = methods()[name].of(connect())
    named: dict[str, Any] = dict(each for each in arguments if isinstance(each, tuple))
    if mode == "walk by page" and "sort" in inspect.signature(method).parameters:
        named["sort"] = "created_at:desc"
    result = method(*(each for each in arguments if not isinstance(each, tuple)), **named)
    if isinstance(result, Listing):
        return Came(_listed(result, mode), result.kind, mode)
    if isinstance(result, AbstractContextManager):
        with result as download:
            return Came(b"".join(download.chunks(7)), None, mode)
    return Came(result, None, mode)


def _listed(listing: Listing[Any], mode: Mode) -> Any:
    match mode:
        case "first":
            return listing.first()
        case "count":
            return listing.count()
    return list(listing)


@cache
def good_arguments(name: str) -> tuple[Any, ...]:
    """Finds out what a method can be called with so that the account has a good answer, in lists one with records.

    Args:
        name: The method.

    Raises:
        LookupError: Nothing was found.
    """
    network = Network(account())
    last: Error | None = None
    with network.entered():
        for arguments in methods()[name].arguments(connect(), account()):
            try:
                came = call(name, arguments)
            except Error as error:
                last = error
            else:
                if came.kind is None or came.value:
                    return arguments
    raise LookupError(f"{name} has no good answer: let tests/fuzz/account.py have one ({last})")
