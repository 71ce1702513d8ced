"""What must hold whatever a method of the client is answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from clinikomigrate.errors import AccountMismatch, Error
from tests.fuzz.network import Sent
from tests.fuzz.trying import Came
from tests.secrets.watch import Watch

_STORE: Final = "(file store)"


def check_requests(sent: Sequence[Sent], host: str, expected: set[str]) -> None:
    """Holds that the key went to the API alone, and nothing else was asked for there than otherwise.

    Args:
        sent: All requests of a call.
        host: The API's host.
        expected: The paths that the method asks for when all is well.
    """
    for request in sent:
        assert request.url.startswith("https://"), request
        assert not request.authorized or (request.host == host and request.path in expected), request


def check_error(error: Error, sent: Sequence[Sent], watch: Watch) -> None:
    """Holds that an error says which request it is about, and nothing of what anybody's record holds."""
    watch.error(error)
    for cause in chain(error):
        watch.look("cause", type(cause).__name__, f"{cause}\n{cause!r}\n{cause.args!r}")
    if isinstance(error, AccountMismatch):  # it is about two accounts, and no answer is wrong
        return
    method, path = getattr(error, "method", None), getattr(error, "path", None)

    assert isinstance(method, str), repr(error)
    assert isinstance(path, str), repr(error)
    assert f"{method} {path}" in str(error)
    assert any(method == request.method and _is_at(path, request) for request in sent), repr(error)


def chain(error: BaseException) -> Iterator[BaseException]:
    """Gives an exception and all that came before it, also where a traceback leaves it out."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__]


def _is_at(template: str, request: Sent) -> bool:
    if template == _STORE:
        return not request.authorized
    return re.fullmatch("/v1" + re.sub(r"{\w+}", "[^/]+", template), request.path) is not None


def check_result(came: Came, sent: Sequence[Sent]) -> None:
    """Holds that what came is what was answered, whole: each entry of a list, each byte of a file."""
    if isinstance(came.value, bytes):
        reply = sent[-1].reply

        assert reply.body == came.value or "Content-Encoding" in reply.headers
    if came.kind is None:
        return
    last = {request.url: request.reply.body for request in sent}  # what was asked for again counts once
    pages = [json.loads(body) for body in last.values()]
    rows = [row for page in pages for row in page[came.kind]]
    match came.mode:
        case "count":
            assert [came.value] == [page["total_entries"] for page in pages]
        case "first":
            assert bool(rows) is (came.value is not None)
        case _:
            assert len(rows) == len(came.value)
            assert all(
                str(row["id"]) == entity.id
                for row, entity in zip(rows, came.value, strict=True)
                if hasattr(entity, "id")
            )
            assert _is_end(pages[-1], len(rows))


def _is_end(page: Any, rows: int) -> bool:
    """Tells whether a list's last page (`Any`: JSON) says nothing of further records."""
    links = page.get("links")
    return page["total_entries"] <= rows and not (links and links.get("next"))
