"""The good answers: what a simulated account, full of marks, says to each request of the client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

import attrs
from werkzeug.test import Client, TestResponse

from clinikomigrate.testing import FakeCliniko, make_clinic
from tests.secrets.marks import Marks, mark

NAME: Final = "old-clinic"

STORED: Final = b"<PostResponse><Location/><Bucket>b</Bucket><Key>temp/1/a file.pdf</Key><ETag/></PostResponse>"
"""What the file store says when it has taken a file."""

_MEMO: Final = 12

Query = Sequence[tuple[str, str]]


@attrs.frozen
class Reply:
    """An answer on its way.

    Attributes:
        status: The HTTP status.
        headers: All of its headers.
        body: Its bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Account:
    """A clinic with records of every kind; every text about a patient in it can be found again.

    What is asked for twice is answered alike, and nothing that is written changes anything: a write is answered with
    the record as it is.

    Attributes:
        fake: The simulated account.
        marks: Knows which mark stands where.
        tomorrow: A day on which patients can book.
    """

    def __init__(self) -> None:
        self.fake = FakeCliniko(rate_limit=None, subdomain=NAME)
        make_clinic(self.fake, patients=40, seed=0)
        self.marks = Marks()
        mark(self.fake, self.marks)
        self.tomorrow: date = datetime.fromtimestamp(self.fake.server_time(), UTC).date() + timedelta(days=1)
        self._api = Client(self.fake)
        self._store = Client(self.fake.file_store)
        self._known: dict[object, Reply] = {}

    @property
    def host(self) -> str:
        """The API's host."""
        return f"api.{self.fake.shard}.cliniko.com"

    def ids(self, kind: str) -> list[str]:
        """The ids of a kind's records."""
        return [str(row["id"]) for row in self.fake.store.all(kind)]

    def answer(self, method: str, path: str, query: Query) -> Reply:
        """Answers a request to the API.

        Args:
            method: The HTTP method.
            path: The whole path: `/v1/patients/1`.
            query: Names and values.
        """
        key = method, path, tuple(query)
        if key not in self._known:
            self._known[key] = self._get(path, query) if method == "GET" else self._written(method, path)
        return self._known[key]

    def stored(self, method: str, path: str, query: Query) -> Reply:
        """Answers a request to the file store."""
        if method == "POST":
            return Reply(201, {"Content-Type": "application/xml", "Content-Length": str(len(STORED))}, STORED)
        return _reply(self._store.get(path, base_url=self.fake.store_url(""), query_string=dict(query)))

    def _written(self, method: str, path: str) -> Reply:
        _, kind, *rest = path.strip("/").split("/")
        if method == "DELETE" or rest[-1:] in (["archive"], ["cancel"]):
            return Reply(204, {}, b"")
        if not rest:
            return attrs.evolve(self._get(f"{path}/{self._newest(kind)}", ()), status=201)
        return self._get(path.removesuffix("/unarchive"), ())

    def _newest(self, kind: str) -> str:
        """Whose record a new one is answered with. Of messages only memos can be made."""
        rows = [row for row in self.fake.store.all(kind) if not row.get("archived_at") and not row.get("cancelled_at")]
        return next(str(row["id"]) for row in reversed(rows) if row.get("category_code", _MEMO) == _MEMO)

    def _get(self, path: str, query: Query) -> Reply:
        response = self._api.get(
            path,
            base_url=f"https://{self.host}",
            query_string=_several(query),
            headers={"User-Agent": "Acme (dev@acme.example)", "Accept": "application/json"},
            auth=(self.fake.key, ""),
        )
        return _reply(response)


def _several(query: Query) -> dict[str, list[str]]:
    return {name: [value for other, value in query if other == name] for name, _ in query}


def _reply(response: TestResponse) -> Reply:
    return Reply(response.status_code, dict(response.headers), response.data)


@cache
def account() -> Account:
    """Gives the one account of this process."""
    return Account()
