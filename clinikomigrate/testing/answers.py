"""Answers of the simulated API, the refusals among them as exceptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

import attrs

BLANK = "can\u2019t be blank"
"""What the API says of a field that is missing; its apostrophe is a typographic one."""
INVALID = "is invalid"
NOT_LISTED = "is not included in the list"

NOT_FOUND_PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><title>Cliniko - 404</title></head>'
    "<body><h1>The page you were looking for doesn't exist.</h1></body></html>\n"
)
ERROR_PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><title>Cliniko - 500</title></head>'
    "<body><h1>We're sorry, but something went wrong.</h1></body></html>\n"
)


@attrs.frozen
class Answer:
    """One answer: its status, its JSON or else its bytes, and what headers it has besides the usual ones."""

    status: int
    json: object = None
    content: bytes = b""
    headers: Mapping[str, str] = attrs.field(factory=dict)

    def body(self) -> bytes:
        """Gives the bytes to send."""
        return self.content if self.json is None else json.dumps(self.json, ensure_ascii=False).encode()


class Refusal(Exception):  # noqa: N818 - it is an answer, not a mishap
    """An answer that ends the handling of a request."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"answered {answer.status}")
        self.answer = answer


class UnknownPath(LookupError):  # noqa: N818 - what was asked for
    """No operation has this path."""


def page(
    status: int,
    text: str,
    content_type: str = "text/html; charset=utf-8",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Answer:
    """Gives an answer of text that is not JSON."""
    return Answer(status, content=text.encode(), headers={"Content-Type": content_type, **headers})


def not_found() -> Refusal:
    """Says that no such record is there, or that it is hidden."""
    return Refusal(Answer(404, {"message": "Resource not found"}))


def not_found_page() -> Refusal:
    """Says in HTML that the path does not exist: the answer to a method that a path doesn't take."""
    return Refusal(page(404, NOT_FOUND_PAGE))


def too_long() -> Refusal:
    """Says in HTML, as whatever stands before the API does, that an address is longer than it takes."""
    return Refusal(page(414, "<html><head><title>414 Request-URI Too Large</title></head></html>\n"))


def forbidden() -> Refusal:
    """Says that the key's user may not do this: a 403 without a body."""
    return Refusal(Answer(403))


def unauthorized() -> Refusal:
    """Says, in text, that the key is wrong."""
    return Refusal(page(401, "HTTP Basic: Access denied.\n", "text/plain; charset=utf-8"))


def bad_request(message: str) -> Refusal:
    """Says that a list can't be asked for in this way."""
    return Refusal(Answer(400, {"message": message}))


def invalid(errors: Mapping[str, str | None]) -> Refusal:
    """Says which fields of a record are wrong; values may be None."""
    return Refusal(Answer(422, {"message": "Validation Failed", "errors": dict(errors)}))
