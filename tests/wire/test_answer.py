"""Bodies, and the errors that statuses stand for."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from clinikomigrate.errors import (
    ApiError,
    BadRequest,
    ContentTooLarge,
    Forbidden,
    NotFound,
    PaymentRequired,
    RateLimited,
    Redirected,
    ServerError,
    Unauthorized,
    UnexpectedStatus,
    Unprocessable,
)
from clinikomigrate.wire.answer import Answer, NotJson, parse, refusal, request_id_of, serialize


def refused(status: int, content: bytes = b"", **headers: str) -> ApiError:
    """Returns the error for an answer to `POST /patients`."""
    return refusal(status=status, method="POST", path="/patients", headers=headers, content=content)


def test_decimals_stay_exact() -> None:
    """Numbers with decimals become `Decimal`, whole numbers `int` of any size."""
    assert {"a": Decimal("10.10"), "b": 1234567890123456789} == parse(b'{"a": 10.10, "b": 1234567890123456789}')


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b'{"a":',
        b"NaN",
        b"[" * 100_000,
        b"\xff\xfe\xfd",
        b"1" * 10_000,
        b"1e99999999999999999999",
        b"1e400",
        b"1E-400",
    ],
)
def test_what_is_not_json(content: bytes) -> None:
    """What isn't JSON is refused without being quoted, not even by an exception behind."""
    with pytest.raises(NotJson) as caught:
        parse(content)

    assert "" == str(caught.value)
    assert caught.value.__context__ is None


def test_serialize_decimals_as_numbers() -> None:
    """A `Decimal` is sent as a number, a whole one without a point."""
    assert b'{"price": 10.5, "stock": 3, "name": "Zo\\u00eb"}' == serialize(
        {"price": Decimal("10.50"), "stock": Decimal("3.00"), "name": "Zoë"}
    )


@pytest.mark.parametrize(("body", "error"), [({"a": object()}, TypeError), (float("nan"), ValueError)])
def test_serialize_refuses_what_json_lacks(body: object, error: type[Exception]) -> None:
    """What JSON has no form for is refused."""
    with pytest.raises(error):
        serialize(body)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (302, Redirected),
        (304, Redirected),
        (400, BadRequest),
        (401, Unauthorized),
        (402, PaymentRequired),
        (403, Forbidden),
        (404, NotFound),
        (409, UnexpectedStatus),
        (413, ContentTooLarge),
        (422, Unprocessable),
        (429, RateLimited),
        (500, ServerError),
        (503, ServerError),
        (600, UnexpectedStatus),
    ],
)
def test_each_status_has_its_error(status: int, expected: type[ApiError]) -> None:
    """A status says which class of error is raised, and the error carries what is known of the request."""
    error = refused(status, b"", **{"X-Request-Id": "abc-1"})

    assert expected is type(error)
    assert (status, "POST", "/patients", "abc-1") == (error.status, error.method, error.path, error.request_id)


def test_422_carries_the_apis_field_errors() -> None:
    """Field errors are texts or null; lists are joined; none of them is in the message."""
    content = (
        b'{"message": "Validation Failed", '
        b'"errors": {"name": "can\xe2\x80\x99t be blank", "content": null, "email": ["is odd", "is long"], "n": 1}}'
    )
    error = refused(422, content)

    assert {"name": "can\u2019t be blank", "content": None, "email": "is odd, is long", "n": "1"} == error.fields
    assert "Validation Failed" == error.message
    assert "about name, content, email, n" in str(error)
    assert "blank" not in str(error)


@pytest.mark.parametrize(
    "content", [b"", b"HTTP Basic: Access denied.", b"<html>Cliniko - 404</html>", b"[1]", b'{"errors": ["a"]}']
)
def test_bodies_without_fields(content: bytes) -> None:
    """A text, a page, an empty body or another shape leaves the reasons empty."""
    error = refused(403, content)

    assert ({}, "") == (error.fields, error.message)


def test_400_to_a_write_that_names_fields_is_a_refusal() -> None:
    """Where an API says 400 for what others say with 422, the error is the same, with the status that came."""
    content = b'{"message": "No", "formErrors": ["odd", "x", 1], "fieldErrors": {"email": ["is odd"]}}'
    error = refused(400, content)

    assert (Unprocessable, 400) == (type(error), error.status)
    assert ({"email": "is odd"}, "No odd x") == (error.fields, error.message)


@pytest.mark.parametrize("content", [b'{"formErrors": ["odd"], "fieldErrors": {}}', b'{"formErrors": {}}', b"{}"])
def test_400_without_fields_is_a_bad_request(content: bytes) -> None:
    """A request whose form is wrong has no fields to name."""
    assert BadRequest is type(refused(400, content))


def test_400_to_a_read_is_a_bad_request() -> None:
    """A read has no record that could be refused, only parameters."""
    content = b'{"fieldErrors": {"limit": ["unknown"]}}'
    error = refusal(status=400, method="GET", path="/patients", headers={}, content=content)

    assert (BadRequest, {"limit": "unknown"}) == (type(error), error.fields)


def test_message_of_another_type_is_left_out() -> None:
    """A message that isn't text is no message."""
    assert "" == refused(400, b'{"message": {"a": 1}}').message


def test_rate_limited_tells_when_it_ends() -> None:
    """The error of a rate limit names the moment when requests are taken again."""
    moment = datetime(2023, 11, 14, 22, 14, tzinfo=UTC)
    error = refusal(status=429, method="GET", path="/x", headers={}, content=b"", reset_at=moment)

    assert isinstance(error, RateLimited)
    assert moment == error.reset_at


@pytest.mark.parametrize(
    ("given", "expected"),
    [("6f1c-ab", "6f1c-ab"), ("", None), ("a b", None), ("x" * 129, None), ("a\u00e9", None)],
)
def test_request_id(given: str, expected: str | None) -> None:
    """A request id is shown only if it looks like one."""
    assert expected == request_id_of({"X-Request-Id": given})


def test_repr_of_an_answer_holds_no_content() -> None:
    """An answer's repr shows neither body nor headers."""
    answer = Answer(200, {"first_name": "Ann"}, {"Location": "/patients/1"}, "abc")

    assert "Answer(status=200, request_id='abc')" == repr(answer)
