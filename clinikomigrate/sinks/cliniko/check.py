"""What stands in the way of writing into an account, found before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import AccountMismatch, ApiError, Error, Forbidden, NotFound, TransportError, Unauthorized
from clinikomigrate.transfer.findings import Finding, Level


def check(client: Cliniko) -> Iterator[Finding]:
    """Looks at the destination's key: whether it is valid, whose it is, and what it may do.

    Args:
        client: The destination's client.

    Returns:
        Findings, all of them blockers. The one about practitioners concerns only `treatment_notes`.
    """
    try:
        user = client.user()
        client.check_account()
    except Error as error:
        yield _no_answer(error)
        return
    if user.role is not None and user.role.casefold() != "administrator":
        yield Finding(
            Level.BLOCKER,
            "destination-role",
            f"The destination's key belongs to a user whose role is {user.role}, not administrator.",
            "Use the key of an administrator: other roles can't see or write all kinds of records.",
        )
    if client.practitioners.list(user_id=user.id).first() is None:
        yield Finding(
            Level.BLOCKER,
            "destination-practitioner",
            "The destination's key belongs to a user who is no active practitioner, so it can't write treatment notes.",
            "Make that user a practitioner in the destination, or use the key of an administrator who is one, or leave "
            "treatment_notes out.",
            kind="treatment_notes",
        )


def _no_answer(error: Error) -> Finding:
    match error:
        case AccountMismatch():
            code, remedy = "destination-account", "Use a key of the account that was meant, or correct `account`."
        case Unauthorized():
            code = "destination-key"
            remedy = "Check that the key is complete and still valid, and that its shard is the account's."
        case Forbidden():
            code, remedy = "destination-role", "Use the key of an administrator."
        case TransportError() | NotFound():
            code, remedy = "destination-unreachable", "Check the connection, the shard at the key's end and `base_url`."
        case ApiError():
            code, remedy = "destination-failing", "Try again later."
        case _:
            code, remedy = "destination-unreadable", "Check that `base_url` is the address of the Cliniko API."
    return Finding(Level.BLOCKER, code, f"The destination could not be read: {error}.", remedy)
