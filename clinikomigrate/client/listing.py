"""Lists that are read page by page as they are walked."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from typing import Final, TypeVar

import attrs

from clinikomigrate.client.stream import Stream
from clinikomigrate.errors import ApiError
from clinikomigrate.wire.tracebacks import forgetful

T = TypeVar("T")

PAGE: Final = 100
"""How many records a page has: the most that the API gives."""

_TOO_LONG: Final = frozenset({400, 413, 414, 431})
"""What servers answer to an address that is longer than they take; where that begins is not documented."""

_BEARABLE: Final = 256
"""How many characters a condition may have that no server finds too long: so many ids are not parted any more."""

_SEVERAL: Final = re.compile(r"\d+(,\d+)+", re.ASCII)


@attrs.frozen(repr=False, eq=False)
class Listing(Stream[T]):
    """The records of one list, read from the API in pages of 100 while somebody walks it.

    It keeps nothing: walking it again reads again. Where the list can be sorted by id, it is walked by id
    (`sort=id`, then `id:>last`), so that records which come, go or change meanwhile move no other record out of sight.
    A list in an order of the caller's own, and one without ids, is walked by page number.

    A list of what equals any of several ids makes a long address. Where the server takes none so long, the list is read
    in two halves, which are joined in the order of ids.

    Attributes:
        kind: What is listed: `"patients"`. Also the name of the list in the API's answers.
    """

    _by_id: bool

    def _asked_for(self) -> list[str]:
        return [value.partition(":")[0] for name, value in self._query if name == "q[]"]

    @forgetful
    def count(self) -> int:
        """Asks how many records the list has now, in one request."""
        try:
            return self._page((("per_page", "1"),)).total
        except ApiError as error:
            return sum(half.count() for half in self._halves(error))

    def _walk(self) -> Iterator[T]:
        return self._in_pages(PAGE)

    def _walk_to_first(self) -> Iterator[T]:
        return self._in_pages(1)

    def _in_pages(self, size: int) -> Iterator[T]:
        if not self._by_id:
            return self._walk_by_page(size)
        return (self._structure(row) for _, row in self._numbered(size, -1))

    def _numbered(self, size: int, last: int) -> Iterator[tuple[int, object]]:
        """Walks by id, from the first id after `last` on; gives each row with its id."""
        order = (("sort", "id"), ("per_page", str(size)))
        while True:
            after = (("q[]", f"id:>{last}"),) if last >= 0 else ()
            try:
                page = self._page((*after, *order))
            except ApiError as error:
                halves = [half._numbered(size, last) for half in self._halves(error)]
                for number, row in heapq.merge(*halves, key=lambda numbered: numbered[0]):
                    if number > last:  # who moved from one half to the other meanwhile comes once
                        yield number, row
                        last = number
                return
            for row in page.rows:
                number = self._number(row)
                if number <= last:
                    raise self._wrong("the records don't come in the order of their ids, so some would be missed")
                last = number
                yield number, row
            if not page.more and page.total == len(page.rows):
                return
            if not page.rows:
                raise self._wrong("a page is empty though the list goes on")

    def _walk_by_page(self, size: int) -> Iterator[T]:
        number, seen, before = 1, 0, None
        while True:
            page = self._page((("page", str(number)), ("per_page", str(size))))
            if page.rows and page.total <= seen - size:  # a page can have come to be or gone meanwhile
                raise self._wrong("there are more records than the list has, and no end")
            seen += len(page.rows)
            more = page.more or page.total > seen or page.total < len(page.rows)
            if more and (not page.rows or page.rows == before):
                raise self._wrong("a page is empty or comes twice though the list goes on")
            for row in page.rows:
                yield self._structure(row)
            if not more:
                return
            number, before = number + 1, page.rows

    def _halves(self, error: ApiError) -> list[Listing[T]]:
        """Parts a list of what equals any of many ids in two, where the server may not have taken so long an address.

        Raises:
            ApiError: The error itself, where the address can't be the reason.
        """
        place, (name, text) = max(enumerate(self._query), key=lambda each: len(each[1][1]), default=(0, ("", "")))
        field, _, values = text.partition(":=")
        if error.status not in _TOO_LONG or len(text) < _BEARABLE or not _SEVERAL.fullmatch(values):
            raise error
        ids = values.split(",")
        middle = len(ids) // 2
        parts = [(name, f"{field}:={','.join(some)}") for some in (ids[:middle], ids[middle:])]
        return [attrs.evolve(self, query=(*self._query[:place], part, *self._query[place + 1 :])) for part in parts]

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


def _twice(rows: list[object]) -> bool:
    ids = [row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]
    return len(set(ids)) < len(ids)


@attrs.frozen
class _Page:
    rows: list[object] = attrs.field(repr=False)
    total: int
    more: bool
