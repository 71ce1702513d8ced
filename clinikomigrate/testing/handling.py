"""How a simulated account takes a request, from the log to the answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from clinikomigrate.testing.answers import ERROR_PAGE, Answer, Refusal, not_found_page, page
from clinikomigrate.testing.call import Call
from clinikomigrate.testing.exchange import answer_of_fault, logged, parsed, respond, spoiled, too_many
from clinikomigrate.testing.faults import Dropped, Fault, Faults
from clinikomigrate.testing.log import LoggedRequest
from clinikomigrate.testing.protocol import problem_of_headers, problem_of_type
from clinikomigrate.testing.routes import UnknownPath, find

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from clinikomigrate.testing.fake import FakeCliniko

VERSION = "/v1"


def take_api_request(fake: FakeCliniko, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answers a request to the API."""
    request = Request(environ)
    entry, fault = _begin(fake, request, fake.log, fake.faults)
    with fake.lock:
        try:
            answer = answer_of_fault(fault, fake.server_time()) or _answer(fake, request, entry)
            answer = spoiled(fault, answer)
        except Dropped:
            _tell(fake, entry, None)
            raise
        _tell(fake, entry, answer)
    return respond(answer, entry, start_response, fake.server_time(), cut=_cuts(fault))


def take_store_request(fake: FakeCliniko, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answers a request to the account's file store."""
    with Request(environ) as request:
        entry, fault = _begin(fake, request, fake.store_log, fake.store_faults)
        with fake.lock:
            answer = answer_of_fault(fault, fake.server_time()) or fake.files.answer_store(request)
            answer = spoiled(fault, answer)
            entry.status = answer.status
    return respond(answer, entry, start_response, fake.server_time(), cut=_cuts(fault))


def _begin(
    fake: FakeCliniko, request: Request, log: list[LoggedRequest], faults: Faults
) -> tuple[LoggedRequest, Fault | None]:
    with fake.lock:
        entry = logged(request, len(log) + 1, fake.server_time())
        log.append(entry)
        fault = faults.strike(entry)
    if fault is not None:
        entry.fault = fault.kind
        if fault.kind == "slow":
            fake.clock.sleep_until(fake.clock.monotonic() + fault.seconds)
    return entry, fault


def _cuts(fault: Fault | None) -> bool:
    return fault is not None and fault.kind == "cut"


def _tell(fake: FakeCliniko, entry: LoggedRequest, answer: Answer | None) -> None:
    if answer is not None:
        entry.status = answer.status
        entry.answer = answer.json
    for hook in fake.on_traffic:
        hook(entry)
    entry.answer = None


def _answer(fake: FakeCliniko, request: Request, entry: LoggedRequest) -> Answer:
    try:
        return _carry_out(fake, request, entry)
    except Refusal as refusal:
        return refusal.answer
    except UnknownPath:
        fake.unknown_requests.append(f"{request.method} {request.path}")
        return page(501, f"The simulated account doesn't know {request.method} {request.path}\n", "text/plain")


def _carry_out(fake: FakeCliniko, request: Request, entry: LoggedRequest) -> Answer:
    if not request.path.startswith(f"{VERSION}/"):
        raise UnknownPath
    path = request.path.removeprefix(VERSION)
    user = fake.keys.user_of(request.headers.get("Authorization"), fake.store)
    entry.user_id = user["id"]
    reset_at = fake.limit.take(user["id"], fake.server_time())
    if reset_at is not None:
        return too_many(reset_at)
    problem = problem_of_headers(request)
    if problem is not None:
        fake.protocol_errors.append(f"{request.method} {request.path}: {problem}")
        return Answer(400, {"message": problem})
    _check_lacks(fake, path)
    route, ids = find(request.method, path)
    if f"{route.method} {route.template}" in fake.lacks:
        raise not_found_page()
    problem = problem_of_type(request)
    if problem is not None:
        fake.protocol_errors.append(f"{request.method} {request.path}: {problem}")
        return page(500, ERROR_PAGE)
    body = request.get_data()
    if body and parsed(body) is None:
        fake.protocol_errors.append(f"{request.method} {request.path}: the body is no JSON object")
        return Answer(400, {"message": "The body could not be parsed."})
    base = request.host_url.rstrip("/") + VERSION
    return route.handler(Call(fake, base, request.method, path, entry.query, entry.json, user), *ids)


def _check_lacks(fake: FakeCliniko, path: str) -> None:
    if any(path == lacking or path.startswith(f"{lacking}/") for lacking in fake.lacks):
        raise not_found_page()
