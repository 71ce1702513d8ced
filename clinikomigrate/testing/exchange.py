"""Requests and answers on their way: what is read of a request, what faults do to it, what goes back."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request

from clinikomigrate.testing.answers import ERROR_PAGE, Answer, page
from clinikomigrate.testing.faults import Dropped, Fault
from clinikomigrate.testing.log import LoggedRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

    from clinikomigrate.testing.account import SimulatedAccount

_LOST_BEFORE = frozenset({"refuse", "drop_before", "timeout_before"})
_STATUSES = frozenset({"401", "403", "429", "500", "502", "503"})


def logged(request: Request, number: int, time: float) -> LoggedRequest:
    """Gives what the log keeps of a request."""
    body = request.get_data(cache=True, parse_form_data=False)
    return LoggedRequest(
        number=number,
        method=request.method,
        path=request.path,
        query=parse_qsl(request.query_string.decode(), keep_blank_values=True),
        json=parsed(body) if request.mimetype == "application/json" else None,
        time=time,
        request_id=hashlib.sha256(f"{number}/{request.path}".encode()).hexdigest()[:32],
    )


def parsed(body: bytes) -> Any:  # Any: it is whatever JSON says
    """Gives a body's JSON; None where it is none."""
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None


def answer_of_fault(fake: SimulatedAccount, fault: Fault | None) -> Answer | None:
    """Gives the answer of a fault that comes instead of carrying a request out.

    Returns:
        None where the request is to be carried out.

    Raises:
        Dropped: There is no answer at all.
    """
    if fault is None:
        return None
    if fault.kind in _LOST_BEFORE:
        raise Dropped(fault.kind)
    if fault.kind == "redirect":
        return Answer(302, headers={"Location": "https://elsewhere.example/v1", "Content-Type": "text/html"})
    if fault.kind == "401":
        return page(401, "HTTP Basic: Access denied.\n", "text/plain; charset=utf-8")
    if fault.kind == "429":
        return fake.too_many(math.ceil(fake.server_time() + fault.seconds))
    if fault.kind == "403":
        return Answer(403)
    return page(int(fault.kind), ERROR_PAGE) if fault.kind in _STATUSES else None


def spoiled(fault: Fault | None, answer: Answer) -> Answer:
    """Gives what a fault makes of the answer to a request that was carried out.

    Raises:
        Dropped: The answer is lost.
    """
    match fault.kind if fault is not None else "":
        case "drop_after" | "timeout_after" as kind:
            raise Dropped(kind)
        case "500_after":
            return page(500, ERROR_PAGE)
        case "not_json":
            return page(200, "<!DOCTYPE html>\n<html><body>Please log in to this network.</body></html>\n")
    return answer


def respond(
    answer: Answer, entry: LoggedRequest, start_response: StartResponse, now: float, *, cut: bool
) -> Iterable[bytes]:
    """Sends an answer as WSGI does.

    Args:
        answer: The answer.
        entry: The request's place in the log, which says the request's id.
        start_response: WSGI's.
        now: The server's time in seconds since the epoch.
        cut: Whether the body breaks off in the middle of the length that is announced.
    """
    body = answer.body()
    headers = {
        "Date": formatdate(now, usegmt=True),
        "X-Request-Id": entry.request_id,
        "Cache-Control": "max-age=0, private, must-revalidate",
        **({"Content-Type": "application/json; charset=utf-8"} if answer.json is not None else {}),
        **answer.headers,
    }
    if answer.status != HTTPStatus.NO_CONTENT:
        headers["Content-Length"] = str(len(body))
    start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(headers.items()))
    return [body[: len(body) // 2] if cut else body]
