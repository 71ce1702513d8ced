"""A small API at the other end of the wire, for tests of the client: it answers what it was told to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs
import requests
import responses

from clinikomigrate.wire.session import Session

BASE = "https://api.au1.cliniko.com/v1"
FAST = 60_000_000.0
"""An allowance so large that nothing waits."""

Query = list[tuple[str, str]]


@attrs.frozen
class Request:
    """One request that arrived."""

    method: str
    path: str
    query: Query
    body: Any
    headers: dict[str, str]

    @property
    def filters(self) -> list[str]:
        """The values of `q[]`."""
        return [value for name, value in self.query if name == "q[]"]


class Server:
    """Answers each path with what was given for it, and remembers what it was asked."""

    def __init__(self, base: str = BASE) -> None:
        self.base = base
        self.requests: list[Request] = []
        self.answers: dict[tuple[str, str], Callable[[Request], tuple[int, Any]]] = {}
        self.headers: dict[str, str] = {}

    def answer(self, method: str, path: str, body: Any = None, status: int = 200) -> None:
        """Answers requests to a path with this JSON; None sends an empty body."""
        self.answers[method, path] = lambda _: (status, body)

    def hold(self, kind: str, rows: list[dict[str, Any]]) -> None:
        """Lists rows at `/{kind}` as the API does: pages, `sort=id`, `id:>n`, `id:=a,b`."""
        self.answers["GET", f"/{kind}"] = lambda request: (200, page(kind, rows, request))

    @property
    def last(self) -> Request:
        """The newest request."""
        return self.requests[-1]

    def _receive(self, prepared: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        parts = urlsplit(str(prepared.url))
        body = prepared.body
        request = Request(
            str(prepared.method),
            parts.path.removeprefix("/v1"),
            parse_qsl(parts.query, keep_blank_values=True),
            _parsed(body),
            {str(name): str(value) for name, value in prepared.headers.items()},
        )
        self.requests.append(request)
        status, answer = self.answers[request.method, request.path](request)
        return status, self.headers, "" if answer is None else json.dumps(answer)

    @contextmanager
    def running(self) -> Iterator[Server]:
        """Takes the place of the network."""
        with responses.RequestsMock(assert_all_requests_are_fired=False) as network:
            for method in ("GET", "POST", "PATCH", "PUT", "DELETE"):
                address = re.compile(re.escape(self.base) + "/")
                network.add_callback(method, address, self._receive, content_type="application/json")
            yield self

    def session(self) -> Session:
        """A session with this server."""
        return Session(
            self.base, authorization="Basic a2V5Og==", user_agent="tests", requests_per_minute=FAST, owner=self
        )


def _parsed(body: Any) -> Any:
    if not isinstance(body, (str, bytes)) or not body:
        return None
    is_form = isinstance(body, bytes) and body.startswith(b"--")
    return body if is_form else json.loads(body)


def page(kind: str, rows: list[dict[str, Any]], request: Request) -> dict[str, Any]:
    """One page of a list as the API gives it."""
    query = dict(request.query)
    for text in request.filters:
        field, _, rest = text.partition(":")
        if field == "id" and rest.startswith(">") and rest[1:].isdigit():
            rows = [row for row in rows if int(row["id"]) > int(rest[1:])]
        elif field == "id" and rest.startswith("="):
            rows = [row for row in rows if row["id"] in rest[1:].split(",")]
    if query.get("sort") == "id":
        rows = sorted(rows, key=lambda row: int(row["id"]))
    size, number = int(query.get("per_page", "50")), int(query.get("page", "1"))
    links = {"self": f"{BASE}/{kind}"}
    if number * size < len(rows):
        links["next"] = f"https://elsewhere.example/v1/{kind}?page={number + 1}"
    return {kind: rows[(number - 1) * size : number * size], "total_entries": len(rows), "links": links}
