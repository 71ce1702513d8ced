"""What answers in place of the network, whatever the host: well, or as it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final, cast
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import attrs
import requests
import urllib3
from requests.adapters import HTTPAdapter

from tests.fuzz.account import Account, Query, Reply

PAGE: Final = 2
"""How many rows a page has at most, so that lists of a few rows have several."""

ROWS: Final = 5
"""How many rows a list has at most."""

Mangle = Callable[[int, Reply], Reply]
"""Gets the number of a request, from 0, and its good answer; gives the answer that is sent."""


@attrs.frozen
class Sent:
    """A request, and what it was answered.

    Attributes:
        method: The HTTP method.
        url: Where to.
        authorized: Whether it carried credentials.
        reply: The answer.
    """

    method: str
    url: str
    authorized: bool
    reply: Reply

    @property
    def path(self) -> str:
        """The URL's path."""
        return urlsplit(self.url).path

    @property
    def host(self) -> str:
        """The URL's host."""
        return urlsplit(self.url).netloc

    def rows(self, kind: str) -> int:
        """How many entries of a list the answer has; 0 where it is no answer of that list."""
        try:
            page = json.loads(self.reply.body)[kind]
        except (ValueError, LookupError, TypeError, RecursionError, ArithmeticError):
            return 0
        return len(page) if isinstance(page, list) else 0


class Network:
    """Answers requests to any host, and keeps them.

    Attributes:
        sent: All requests since `clear`.
        mangle: Spoils answers; none where it is None.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self.sent: list[Sent] = []
        self.mangle: Mangle | None = None
        self._adapter = HTTPAdapter()

    def clear(self, mangle: Mangle | None = None) -> None:
        """Forgets the requests, and spoils the answers from now on in another way."""
        self.sent.clear()
        self.mangle = mangle

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Stands where connections would be made."""
        with patch.object(HTTPAdapter, "send", lambda _, request, **__: self._answer(request)):
            yield

    def _answer(self, request: requests.PreparedRequest) -> requests.Response:
        method, url = str(request.method), str(request.url)
        if not isinstance(request.body, str | bytes | None):
            b"".join(cast("Iterable[bytes]", request.body))
        reply = self._good(method, url)
        if self.mangle is not None:
            reply = self.mangle(len(self.sent), reply)
        self.sent.append(Sent(method, url, "Authorization" in request.headers, reply))
        raw = urllib3.HTTPResponse(
            BytesIO(reply.body),
            headers=reply.headers,
            status=reply.status,
            preload_content=False,
            request_method=method,
        )
        return self._adapter.build_response(request, raw)

    def _good(self, method: str, url: str) -> Reply:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        if parts.netloc != self.account.host:
            return self.account.stored(method, parts.path, query)
        wanted = [(name, value) for name, value in query if not _pages(name, value)]
        reply = self.account.answer(method, parts.path, wanted)
        return _paged(reply, url, query) if method == "GET" else reply


def _pages(name: str, value: str) -> bool:
    return name in {"page", "per_page", "sort"} or value.startswith("id:>")


def _paged(reply: Reply, url: str, query: Query) -> Reply:
    """Gives one page of a list, as a server does whose pages are small."""
    whole: Any = json.loads(reply.body) if reply.status == 200 and reply.body[:1] == b"{" else None
    if whole is None or "total_entries" not in whole:
        return reply
    kind = next((name for name, value in whole.items() if isinstance(value, list)), None)
    if kind is None:
        return reply
    asked = dict(query)
    rows = sorted(whole[kind][:ROWS], key=lambda row: int(row.get("id", 0)))
    after = next((int(value.removeprefix("id:>")) for _, value in query if value.startswith("id:>")), -1)
    rows = [row for row in rows if int(row.get("id", 0)) > after]
    size = min(int(asked["per_page"]), PAGE)
    begin = (int(asked.get("page", 1)) - 1) * size
    page: Mapping[str, object] = {
        kind: rows[begin : begin + size],
        "total_entries": len(rows),
        "links": {"self": url} | ({"next": f"{url}&page=2"} if begin + size < len(rows) else {}),
    }
    body = json.dumps(page).encode()
    return attrs.evolve(reply, headers={**reply.headers, "Content-Length": str(len(body))}, body=body)
