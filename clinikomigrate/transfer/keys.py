"""What an account's refusal to answer means for its key, on either side."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from clinikomigrate.errors import AccountMismatch, ApiError, Error, Forbidden, NotFound, TransportError, Unauthorized
from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.phrases import listed, many_of

Side: TypeAlias = Literal["source", "destination"]
"""Which of the two accounts is meant."""


def no_answer(side: Side, error: Error) -> Finding:
    """Says why an account could not be asked who its key belongs to.

    Args:
        side: Which account.
        error: What came instead of an answer.
    """
    match error:
        case AccountMismatch():
            what = "account"
            remedy = "Use a key of the account that you named, or name the other with account=."
        case Unauthorized():
            what = "key"
            remedy = (
                "Check that the key is complete and not revoked. A key of Cliniko's ends with where its account lives, "
                "such as -au1."
            )
        case Forbidden():
            what = "role"
            remedy = _ADMINISTRATOR.format(side=side)
        case TransportError() | NotFound():
            what = "unreachable"
            remedy = "Check the connection, base_url, and the ending of a Cliniko key (such as -au1); then try again."
        case ApiError():
            what, remedy = "failing", "Try again later."
        case _:
            what, remedy = "unreadable", "Check that base_url leads to the API, and to no page that stands before it."
    return CODES.finding(f"{side}-{what}", f"The {side} could not be read: {error}", remedy)


def not_an_administrator(side: Side, role: str) -> Finding:
    """Says that a key's user sees too little.

    Args:
        side: Which account.
        role: The user's role, as the API calls it.
    """
    return CODES.finding(
        f"{side}-role",
        f"The {side}'s key belongs to a user whose role is {role!r}; only an administrator sees every record.",
        _ADMINISTRATOR.format(side=side),
    )


def forbidden(side: Side, kinds: Collection[str]) -> Finding:
    """Says that a key's user may not read what every administrator may.

    Args:
        side: Which account.
        kinds: The names of the kinds that were refused.
    """
    names = listed([many_of(kind) for kind in kinds])
    return CODES.finding(
        f"{side}-role",
        f"The {side}'s key may not read what an administrator may: {names}.",
        _ADMINISTRATOR.format(side=side),
    )


_ADMINISTRATOR = "Make a key for a user who is an administrator in the {side} account, and use that one."
