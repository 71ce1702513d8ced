"""Lists that are read by the highest id seen, and such as come whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeVar
from urllib.parse import parse_qsl

import attrs

from clinikomigrate.client.stream import Stream

T = TypeVar("T")

_ID: Final = re.compile(r"\d{1,19}", re.ASCII)


@attrs.frozen(repr=False, eq=False)
class Listing(Stream[T]):
    """The records of one list, read in pages of the server's own size while somebody walks it.

    It keeps nothing: walking it again reads again. It is walked by the highest id seen (`id_gt`), so that records which
    come, go or change meanwhile move no other record out of sight, and no link of an answer is followed. The API
    doesn't say how many records a list has, so there is no way to count but to walk it.

    Attributes:
        kind: What is listed: `"patients"`.
    """

    _after: int

    def _walk(self) -> Iterator[T]:
        after = self._after
        while True:
            rows, more, announced = self._page(after)
            numbers = [self._number(row) for row in rows]
            if any(number <= after for number in numbers) or len(set(numbers)) < len(numbers):
                raise self._wrong("a record comes twice, or though records after it were asked for")
            if more and numbers != sorted(numbers):
                raise self._wrong("the records don't come in the order of their ids, so some would be missed")
            for row in rows:
                yield self._structure(row)
            highest = numbers[-1] if numbers else announced
            if not more or highest <= after:
                return
            after = highest

    def _page(self, after: int) -> tuple[list[object], bool, int]:
        """Reads the page after an id: its rows, whether there may be more, and after which id a link says there is.

        Which of the two links is the next page's is documented in contradictory ways: one of that name counts, and so
        does one that asks for higher ids. In doubt one page more is asked for, and is empty.
        """
        query = (*self._query, ("id_gt", str(after)))
        body = self._connection.get(self._template, self._parameters, query).body
        rows = rows_of(body)
        links = body.get("links") if isinstance(body, dict) else None
        if rows is None or not isinstance(links, dict):
            raise self._wrong("the answer is no page of a list")
        named = [id for link in links.values() for id in _ids_after(link)]
        return rows, bool(named or links.get("nextPage")), max(named, default=after)


@attrs.frozen(repr=False, eq=False)
class Whole(Stream[T]):
    """The records of a list that has no pages, read in one request each time somebody walks it.

    Attributes:
        kind: What is listed: `"custom_fields"`.
    """

    def _walk(self) -> Iterator[T]:
        body = self._connection.get(self._template, self._parameters, self._query).body
        rows = body if isinstance(body, list) else rows_of(body)
        if rows is None:
            raise self._wrong("the answer is no list")
        for row in rows:
            yield self._structure(row)


def rows_of(body: object) -> list[object] | None:
    """Gives the rows of an answer, `{"data": […]}`; None where it is of another shape."""
    rows = body.get("data") if isinstance(body, dict) else None
    return rows if isinstance(rows, list) else None


def _ids_after(link: object) -> list[int]:
    if not isinstance(link, str):
        return []
    given = [value for name, value in parse_qsl(link.partition("?")[2]) if name == "id_gt"]
    return [int(value) for value in given if _ID.fullmatch(value)]
