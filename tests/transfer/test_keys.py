"""What an account's refusal to answer means for its key."""

from __future__ import annotations

import pytest

from clinikomigrate.errors import (
    AccountMismatch,
    BadRequest,
    ConfigurationError,
    Error,
    Forbidden,
    NotFound,
    ServerError,
    TransportError,
    Unauthorized,
    UnexpectedResponse,
)
from clinikomigrate.transfer.findings import Level
from clinikomigrate.transfer.keys import Side, forbidden, no_answer, not_an_administrator


def status(kind: type[Error], number: int) -> Error:
    """Makes a refusal of the API."""
    return kind(status=number, method="GET", path="/user")  # type: ignore[call-arg]  # of errors of the API


ERRORS = [
    (AccountMismatch("This key opens the account 'other'."), "account", "account="),
    (status(Unauthorized, 401), "key", "-au1"),
    (status(Forbidden, 403), "role", "an administrator in the "),
    (TransportError("no connection", method="GET", path="/user", sent=False), "unreachable", "Check the connection"),
    (status(NotFound, 404), "unreachable", "base_url"),
    (status(ServerError, 503), "failing", "later"),
    (status(BadRequest, 400), "failing", "later"),
    (UnexpectedResponse("no JSON", path="/user"), "unreadable", "leads to the API"),
    (ConfigurationError("it names no account"), "unreadable", "base_url"),
]


@pytest.mark.parametrize("side", ["source", "destination"])
@pytest.mark.parametrize(("error", "what", "remedy"), ERRORS)
def test_each_error_has_its_code_and_remedy(side: Side, error: Error, what: str, remedy: str) -> None:
    """The same on both sides: it blocks, says on which side, and what to do."""
    finding = no_answer(side, error)

    assert (Level.BLOCKER, f"{side}-{what}") == (finding.level, finding.code)
    assert f"The {side} could not be read: {error}" == finding.message
    assert remedy in finding.remedy


def test_a_role_that_sees_too_little_is_named() -> None:
    """With the account in which a better key is to be made."""
    finding = not_an_administrator("destination", "power receptionist")

    assert "destination-role" == finding.code
    assert "'power receptionist'" in finding.message
    assert "an administrator in the destination account" in finding.remedy


def test_lists_that_were_refused_are_named_together() -> None:
    """In words, as people know them."""
    finding = forbidden("source", ["users", "referral_source_types"])

    assert "source-role" == finding.code
    assert finding.message.endswith(": users, referral source types.")
