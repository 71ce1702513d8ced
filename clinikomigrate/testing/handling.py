"""How a simulated account takes a request, from the log to the answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from clinikomigrate.testing.answers import Answer, Refusal, UnknownPath, page
from clinikomigrate.testing.exchange import answer_of_fault, logged, respond, spoiled
from clinikomigrate.testing.faults import Dropped, Fault, Faults
from clinikomigrate.testing.log import LoggedRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from clinikomigrate.testing.account import SimulatedAccount
    from clinikomigrate.testing.fake import FakeCliniko

VERSION = "/v1"


def take_request(fake: SimulatedAccount, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answers a request to the API."""
    with Request(environ) as request:
        entry, fault = _begin(fake, request, fake.log, fake.faults)
        with fake.lock:
            try:
                answer = answer_of_fault(fake, fault) or _answer(fake, request, entry)
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
            answer = answer_of_fault(fake, fault) or fake.files.answer_store(request)
            answer = spoiled(fault, answer)
            entry.status = answer.status
    return respond(answer, entry, start_response, fake.server_time(), cut=_cuts(fault))


def _begin(
    fake: SimulatedAccount, request: Request, log: list[LoggedRequest], faults: Faults
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


def _tell(fake: SimulatedAccount, entry: LoggedRequest, answer: Answer | None) -> None:
    if answer is not None:
        entry.status = answer.status
        entry.answer = answer.json
    for hook in fake.on_traffic:
        hook(entry)
    entry.answer = None


def _answer(fake: SimulatedAccount, request: Request, entry: LoggedRequest) -> Answer:
    try:
        return fake.carry_out(request, entry)
    except Refusal as refusal:
        return refusal.answer
    except UnknownPath:
        fake.unknown_requests.append(f"{request.method} {request.path}")
        return page(501, f"The simulated account doesn't know {request.method} {request.path}\n", "text/plain")
