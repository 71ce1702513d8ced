"""What the server said: a body that can be used, or which error its status means."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

import attrs

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

_BY_STATUS: Final[Mapping[int, type[ApiError]]] = {
    400: BadRequest,
    401: Unauthorized,
    402: PaymentRequired,
    403: Forbidden,
    404: NotFound,
    413: ContentTooLarge,
    422: Unprocessable,
}

_JSON_TYPE = re.compile(r"(application|text)/([\w.-]+\+)?json", re.ASCII | re.IGNORECASE)
_FURTHEST: Final = 308
"""The exponents that a number with decimals can have, as everywhere: beyond, working with it fails or never ends."""

_REQUEST_ID = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)


@attrs.frozen
class Answer:
    """A yes.

    Attributes:
        status: The HTTP status, 200 to 299.
        body: The parsed JSON; numbers with decimals are `Decimal`. None where the server sends none (status 204).
        headers: The answer's headers; names in any case.
        request_id: What the server calls this request.
    """

    status: int
    body: object = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)
    request_id: str | None


class NotJson(ValueError):  # noqa: N818  # it never leaves the wire
    """A body isn't JSON. It has no text of its own, as the parser's would quote the body."""


def parse(content: bytes) -> object:
    """Returns what a JSON body holds.

    Raises:
        NotJson: It isn't JSON, or doesn't say one thing only: an object has a name twice, it is nested without end, or
            a number is larger or smaller than computers' numbers get.
    """
    try:
        return json.loads(content, parse_float=_number, parse_constant=_refuse, object_pairs_hook=_object)
    except (ValueError, ArithmeticError, RecursionError):  # arithmetic: not even Decimal takes every exponent
        pass
    raise NotJson


def declares_json(headers: Mapping[str, str], *, or_text: bool = False) -> bool:
    """Tells whether an answer says that its body is JSON, or says nothing of it; `or_text`: or some kind of text."""
    declared = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if or_text and declared.startswith("text/"):
        return True
    return not declared or _JSON_TYPE.fullmatch(declared) is not None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise NotJson
    return made


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > _FURTHEST:
        raise NotJson
    return number


def _refuse(_constant: str) -> object:
    raise NotJson


def serialize(body: object) -> bytes:
    """Returns a body as JSON, in ASCII.

    Raises:
        TypeError: It holds something that JSON has no form for.
        ValueError: It holds a number that JSON has no form for.
    """
    return json.dumps(body, allow_nan=False, default=_plain).encode("ascii")


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def request_id_of(headers: Mapping[str, str]) -> str | None:
    """Returns what the server calls the request, where that is fit to be shown."""
    found = headers.get("X-Request-Id", "")
    return found if _REQUEST_ID.fullmatch(found) else None


def refusal(
    *,
    status: int,
    method: str,
    path: str,
    headers: Mapping[str, str],
    content: bytes,
    reset_at: datetime | None = None,
) -> ApiError:
    """Returns the error that an answer other than 2xx stands for.

    Args:
        status: The HTTP status.
        method: The HTTP method.
        path: The path's template.
        headers: The answer's headers.
        content: The answer's body: `{"message": …, "errors": {field: text, texts or null}}`, or `{"formErrors": texts,
            "fieldErrors": {field: texts}}`, or a text, or an HTML page, or nothing.
        reset_at: For status 429, when the server takes requests again.
    """
    message, fields = _said(content)
    request_id = request_id_of(headers)
    if status == 429:
        return RateLimited(
            method=method, path=path, request_id=request_id, fields=fields, message=message, reset_at=reset_at
        )
    return _error_of(status, names_fields=bool(fields) and method != "GET")(
        status=status, method=method, path=path, request_id=request_id, fields=fields, message=message
    )


def _error_of(status: int, *, names_fields: bool) -> type[ApiError]:
    """Gives the error for a status; 400 to a write that names fields is what other APIs say with 422."""
    if status == 400 and names_fields:
        return Unprocessable
    if 300 <= status < 400:
        return Redirected
    if 500 <= status < 600:
        return ServerError
    return _BY_STATUS.get(status, UnexpectedStatus)


def _said(content: bytes) -> tuple[str, dict[str, str | None]]:
    try:
        body = parse(content)
    except NotJson:
        return "", {}
    if not isinstance(body, dict):
        return "", {}
    said = [body.get("message"), *_texts(body.get("formErrors"))]
    fields: dict[str, str | None] = {}
    for errors in (body.get("errors"), body.get("fieldErrors")):
        if isinstance(errors, dict):
            fields |= {name: _text(text) for name, text in errors.items()}
    return " ".join(text for text in said if isinstance(text, str)), fields


def _texts(said: object) -> list[object]:
    return said if isinstance(said, list) else []


def _text(said: object) -> str | None:
    if said is None:
        return None
    if isinstance(said, list):
        return ", ".join(str(part) for part in said)
    return str(said)
