"""The tree of errors: what each tells, and what none tells."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from clinikomigrate import errors
from clinikomigrate.errors import (
    ApiError,
    Blocked,
    ConfigurationError,
    ConnectionFailed,
    Error,
    JournalError,
    NotPicklable,
    OutcomeUnknown,
    QueryError,
    RateLimited,
    TransferError,
    TransportError,
    UnexpectedResponse,
    Unprocessable,
)

ALL = [found for _, found in inspect.getmembers(errors, inspect.isclass) if issubclass(found, Exception)]


def examples() -> Iterator[Error]:
    """Yields an error of each class."""
    for kind in ALL:
        if issubclass(kind, ApiError):
            yield kind(
                status=422,
                method="POST",
                path="/patients",
                request_id="abc",
                fields={"email": "ann@example.com is odd"},
                message="ann@example.com is odd",
            )
        elif issubclass(kind, TransportError):
            yield kind("the connection broke", method="GET", path="/patients/{id}", sent=True)
        elif issubclass(kind, OutcomeUnknown):
            yield kind(method="POST", path="/patients", cause_name="the connection broke", status=500)
        elif issubclass(kind, UnexpectedResponse):
            yield kind("no list", method="GET", path="/patients")
        elif issubclass(kind, Blocked):
            yield kind("2 blockers", ["a", "b"])
        elif issubclass(kind, Error):
            yield kind("something happened")


@pytest.mark.parametrize("kind", ALL)
def test_one_tree(kind: type[Exception]) -> None:
    """Every error descends from `Error` and says in its docstring what it means."""
    assert issubclass(kind, Error)
    assert kind.__doc__


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (ConfigurationError, ValueError),
        (QueryError, ConfigurationError),
        (NotPicklable, TypeError),
        (Unprocessable, ApiError),
        (ConnectionFailed, TransportError),
        (JournalError, TransferError),
    ],
)
def test_catchable_at_every_height(kind: type[Exception], parent: type[Exception]) -> None:
    """An error can be caught as what Python, the API or the transfer calls it."""
    assert issubclass(kind, parent)


@pytest.mark.parametrize("error", list(examples()), ids=lambda error: type(error).__name__)
def test_errors_travel(error: Error) -> None:
    """An error can be pickled and copied, as pools of processes do, and stays what it was."""
    for travelled in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301  # our own bytes
        assert type(error) is type(travelled)
        assert str(error) == str(travelled)
        assert vars(error) == vars(travelled)


@pytest.mark.parametrize(
    "error", [error for error in examples() if isinstance(error, ApiError)], ids=lambda error: type(error).__name__
)
def test_what_the_api_said_is_in_no_text(error: ApiError) -> None:
    """An API error's text and repr name fields, path, status and what to do, and quote nothing that the API said."""
    for text in (str(error), repr(error)):
        assert "POST /patients was answered with status 422 about email (request id abc): " in text
        assert "ann" not in text
    assert error.advice in str(error)


def test_field_errors_can_be_asked_for() -> None:
    """What the API said of each field is on the exception, read-only."""
    error = Unprocessable(status=422, method="POST", path="/x", fields={"a": "is odd", "b": None})

    assert {"a": "is odd", "b": None} == dict(error.fields)
    with pytest.raises(TypeError):
        error.fields["a"] = "fine"  # type: ignore[index]  # that it can't be set is what is tested


def test_unusual_field_names_are_not_shown() -> None:
    """A field's name is shown only if it looks like one."""
    error = Unprocessable(status=422, method="POST", path="/x", fields={"Ann Example, 1 Main St": "is odd"})

    assert "about (a field of an unusual name): " in str(error)


def test_nothing_known_of_fields_or_request() -> None:
    """Without fields and request id the text has neither."""
    assert "GET /x was answered with status 404: " in str(errors.NotFound(status=404, method="GET", path="/x"))


def test_rate_limited_names_the_moment_in_utc() -> None:
    """The moment when requests are taken again is aware, in UTC."""
    moment = datetime(2024, 1, 1, 10, tzinfo=timezone(timedelta(hours=10)))

    assert datetime(2024, 1, 1, tzinfo=UTC) == RateLimited(method="GET", path="/x", reset_at=moment).reset_at
    assert RateLimited(method="GET", path="/x").reset_at is None


@pytest.mark.parametrize(
    ("sent", "expected"), [(True, "GET /x got no answer: slow"), (False, "GET /x could not be sent")]
)
def test_transport_error_says_how_far_it_got(sent: bool, expected: str) -> None:
    """A request that got no answer is told from one that never left."""
    assert str(TransportError("slow", method="GET", path="/x", sent=sent)).startswith(expected)


def test_outcome_unknown_says_what_to_do() -> None:
    """A write of unknown fate says that it is to be looked up."""
    error = OutcomeUnknown(method="POST", path="/patients", cause_name="the connection broke")

    assert str(error).startswith("POST /patients may or may not have been done: the connection broke; look the record")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (UnexpectedResponse("no list"), "no list"),
        (UnexpectedResponse("no list", path="/x"), "the answer to /x can't be used: no list"),
        (UnexpectedResponse("no list", method="GET", path="/x"), "the answer to GET /x can't be used: no list"),
    ],
)
def test_unexpected_response_names_the_request_if_it_knows_it(error: UnexpectedResponse, expected: str) -> None:
    """A wrong shape is named with the request, or alone."""
    assert expected == str(error)


def test_blocked_carries_its_findings() -> None:
    """What stops a transfer can be looked through."""
    assert ("a", "b") == Blocked("2 blockers", ["a", "b"]).findings
