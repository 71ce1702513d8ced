"""A client with no help in it, for tests of the simulated workspace itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import Client, TestResponse

from clinikomigrate.testing import FakeSplose
from tests.testing.contract_check import violations


class Desk:
    """Sends requests to a simulated workspace as one of its users."""

    def __init__(self, fake: FakeSplose, key: str | None = None) -> None:
        self.fake = fake
        self.key = key or fake.key
        self.found: list[str] = []
        fake.on_traffic.append(lambda entry: self.found.extend(violations(entry, "splose")))

    def ask(
        self, method: str, path: str, json: object = None, query: Sequence[tuple[str, str]] = (), **more: Any
    ) -> TestResponse:
        """Sends a request and gives the answer."""
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        if json is not None:
            more["json"] = json
        return Client(self.fake, use_cookies=False).open(
            f"/v1{path}",
            method=method,
            query_string=urlencode(list(query)),
            headers=headers,
            base_url=self.fake.base_url[:-3],
            **more,
        )

    def get(self, path: str, *query: tuple[str, str]) -> Any:
        """Reads, and gives the parsed answer, which must be a 200."""
        answer = self.ask("GET", path, query=query)
        assert (200, path) == (answer.status_code, path), answer.text
        return answer.json

    def ids(self, path: str, *query: tuple[str, str]) -> list[int]:
        """Reads one page of a list, and gives the ids of its records."""
        return [record["id"] for record in self.get(path, *query)["data"]]

    def post(self, path: str, json: object) -> Any:
        """Creates, and gives the parsed answer, which must be a 200."""
        answer = self.ask("POST", path, json)
        assert (200, path) == (answer.status_code, path), answer.text
        return answer.json

    def put(self, path: str, json: object) -> None:
        """Changes; the answer must be the number 1."""
        answer = self.ask("PUT", path, json)
        assert (200, "1", path) == (answer.status_code, answer.text, path)

    def refused(self, method: str, path: str, json: object = None, query: Sequence[tuple[str, str]] = ()) -> Any:
        """Sends what must be refused with a 400, and gives the errors: those of fields, or those of the whole."""
        answer = self.ask(method, path, json, query)
        assert (400, path) == (answer.status_code, path), answer.text
        assert answer.json
        return answer.json["fieldErrors"] or answer.json["formErrors"]
