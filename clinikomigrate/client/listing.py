"""Lists that are read page by page as they are walked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Generic, TypeVar

import attrs

from clinikomigrate.client.connection import Connection
from clinikomigrate.client.converter import unexpected
from clinikomigrate.wire.tracebacks import forgetful, forgetful_walk

T = TypeVar("T")

PAGE: Final = 100
"""How many records a page has: the most that the API gives."""


@attrs.frozen(repr=False, eq=False)
class Listing(Generic[T]):
    """The records of one list, read from the API in pages of 100 while somebody walks it.

    It keeps nothing: walking it again reads again. Where the list can be sorted by id, it is walked by id
    (`sort=id`, then `id:>last`), so that records which come, go or change meanwhile move no other record out of sight.
    A list in an order of the caller's own, and one without ids, is walked by page number.

    Attributes:
        kind: What is listed: `"patients"`. Also the name of the list in the API's answers.
    """

    kind: str
    _connection: Connection
    _template: str
    _parameters: Mapping[str, str]
    _query: tuple[tuple[str, str], ...]
    _structure: Callable[[object], T]
    _by_id: bool

    def __repr__(self) -> str:
        fields = [value.partition(":")[0] for name, value in self._query if name == "q[]"]
        return f"<Listing {self.kind}{' where ' + ', '.join(fields) if fields else ''}>"

    def __iter__(self) -> Iterator[T]:
        return forgetful_walk(self._walk(PAGE))

    @forgetful
    def first(self) -> T | None:
        """Reads the first record, in one request; None where the list is empty."""
        return next(self._walk(1), None)

    @forgetful
    def count(self) -> int:
        """Asks how many records the list has now, in one request."""
        return self._page((("per_page", "1"),)).total

    def _walk(self, size: int) -> Iterator[T]:
        return self._walk_by_id(size) if self._by_id else self._walk_by_page(size)

    def _walk_by_id(self, size: int) -> Iterator[T]:
        last = -1
        order = (("sort", "id"), ("per_page", str(size)))
        while True:
            after = (("q[]", f"id:>{last}"),) if last >= 0 else ()
            page = self._page((*after, *order))
            for row in page.rows:
                number = self._number(row)
                if number <= last:
                    raise self._wrong("the records don't come in the order of their ids, so some would be missed")
                last = number
                yield self._structure(row)
            if not page.more and page.total <= len(page.rows):
                return
            if not page.rows:
                raise self._wrong("a page is empty though the list goes on")

    def _walk_by_page(self, size: int) -> Iterator[T]:
        number, before = 1, None
        while True:
            page = self._page((("page", str(number)), ("per_page", str(size))))
            more = page.more or page.total > number * size
            if more and (not page.rows or page.rows == before):
                raise self._wrong("a page is empty or comes twice though the list goes on")
            if page.rows and page.total <= (number - 2) * size:  # one page more can have come to be meanwhile
                raise self._wrong("there are more records than the list has, and no end")
            for row in page.rows:
                yield self._structure(row)
            if not more:
                return
            number, before = number + 1, page.rows

    def _page(self, query: tuple[tuple[str, str], ...]) -> _Page:
        body = self._connection.get(self._template, self._parameters, (*self._query, *query)).body
        if not isinstance(body, dict):
            raise self._wrong("the answer is not a JSON object")
        rows, total, links = body.get(self.kind), body.get("total_entries"), body.get("links")
        if not isinstance(rows, list):
            raise self._wrong(f"the answer has no list {self.kind!r}")
        if not isinstance(total, int) or isinstance(total, bool) or total < 0:
            raise self._wrong("the answer has no number 'total_entries'")
        if not isinstance(links, dict | None) or not isinstance(links and links.get("next"), str | dict | None):
            raise self._wrong("the answer's 'links' are none")
        if _twice(rows):
            raise self._wrong("a record comes twice on a page")
        return _Page(rows, total, bool(links and links.get("next")))

    def _number(self, row: object) -> int:
        text = row.get("id") if isinstance(row, dict) else None
        if isinstance(text, int) and not isinstance(text, bool):
            text = str(text)
        if not isinstance(text, str) or not (text.isascii() and text.isdigit() and len(text) <= 19):
            raise self._wrong("a record has no id")
        return int(text)

    def _wrong(self, problem: str) -> Exception:
        return unexpected(f"GET {self._template}", problem)


def _twice(rows: list[object]) -> bool:
    ids = [row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]
    return len(set(ids)) < len(ids)


@attrs.frozen
class _Page:
    rows: list[object] = attrs.field(repr=False)
    total: int
    more: bool
