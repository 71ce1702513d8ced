"""A client with no help in it, for tests of the simulated account itself."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from werkzeug.test import Client, TestResponse

from clinikomigrate.testing import FakeCliniko
from tests.testing.contract_check import violations

HEADERS = {"User-Agent": "Acme Migrations (dev@acme.example)", "Accept": "application/json"}
LIFTED = [("q[]", "archived_at:*")]
BOTH = [("q[]", "archived_at:*"), ("q[]", "cancelled_at:*")]


class Desk:
    """Sends requests to a simulated account as one of its users."""

    def __init__(self, fake: FakeCliniko, key: str | None = None) -> None:
        self.fake = fake
        self.key = key or fake.key
        self.found: list[str] = []
        fake.on_traffic.append(lambda entry: self.found.extend(violations(entry)))

    def ask(
        self, method: str, path: str, json: object = None, query: Sequence[tuple[str, str]] = (), **more: Any
    ) -> TestResponse:
        """Sends a request and gives the answer."""
        headers = {**HEADERS, "Authorization": authorization(self.key), **more.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        if json is not None:
            more["json"] = json
        client = Client(self.fake, use_cookies=False)
        return client.open(
            f"/v1{path}",
            method=method,
            query_string=list_of(query),
            headers=headers,
            base_url=self.fake.base_url[:-3],
            **more,
        )

    def get(self, path: str, *query: tuple[str, str]) -> Any:
        """Reads, and gives the parsed answer, which must be a 200."""
        answer = self.ask("GET", path, query=query)
        assert (200, path) == (answer.status_code, path), answer.text
        return answer.json

    def listed(self, path: str, *query: tuple[str, str]) -> list[Any]:
        """Reads a list, and gives its records."""
        answer = self.get(path, *query)
        key = next(key for key in answer if key not in ("total_entries", "links"))
        records: list[Any] = answer[key]
        return records

    def ids(self, path: str, *query: tuple[str, str]) -> list[str]:
        """Reads a list, and gives the ids of its records."""
        return [record["id"] for record in self.listed(path, *query)]

    def post(self, path: str, json: object = None, status: int = 201) -> Any:
        """Creates, and gives the parsed answer."""
        return self.write("POST", path, json, status)

    def patch(self, path: str, json: object = None, status: int = 200) -> Any:
        """Changes, and gives the parsed answer."""
        return self.write("PATCH", path, json, status)

    def write(self, method: str, path: str, json: object, status: int) -> Any:
        """Writes, and gives the parsed answer, which must have the status."""
        answer = self.ask(method, path, json)
        assert (status, path) == (answer.status_code, path), answer.text
        return answer.json if answer.content_type == "application/json; charset=utf-8" else answer.text

    def refused(self, path: str, json: object, method: str = "POST") -> dict[str, str | None]:
        """Writes what must be refused with a 422, and gives the errors by field."""
        errors: dict[str, str | None] = self.write(method, path, json, 422)["errors"]
        return errors


def list_of(query: Sequence[tuple[str, str]]) -> str:
    """Gives a query as it stands in a URL."""
    from urllib.parse import urlencode

    return urlencode(list(query))


def authorization(key: str) -> str:
    """Gives the header that carries a key."""
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def self_of(link: Any) -> str:
    """Gives the id that a link object points at."""
    return str(link["links"]["self"].rsplit("/", 1)[-1])
