"""Lists and single records: what hides, what lifts it, filters, order and pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from urllib.parse import urlencode

import attrs

from clinikomigrate.testing.answers import Answer, bad_request, forbidden, not_found
from clinikomigrate.testing.call import Call, kind_of
from clinikomigrate.testing.columns import Row
from clinikomigrate.testing.filters import VIRTUAL, Condition, parse
from clinikomigrate.testing.kinds import Kind
from clinikomigrate.testing.kinds.clinical import MEMO
from clinikomigrate.testing.render import render, render_booking
from clinikomigrate.testing.store import Store

LIST_PARAMETERS = frozenset({"page", "per_page", "sort", "order", "q[]"})
ALWAYS_FILTERED = ("id", "created_at", "updated_at")
_COUNT = re.compile(r"\d{1,9}")

Among = Callable[[Store, Row], bool]
"""Says whether a row belongs to a nested or special list."""


@attrs.frozen
class Listing:
    """What a list shows before any filter.

    Attributes:
        kind: The kind of record.
        among: Which of its rows; None for all.
        without: A name that the list can't be filtered on, because its path says it already.
    """

    kind: Kind
    among: Among | None = None
    without: str = ""

    @cached_property
    def allowed(self) -> tuple[str, ...]:
        """The names that the list can be filtered on."""
        return tuple(name for name in (*ALWAYS_FILTERED, *self.kind.filters) if name != self.without)

    @cached_property
    def sortable(self) -> frozenset[str]:
        """The names that the list can be sorted by: those that it can be filtered on and that have one value."""
        columns = self.kind.by_name
        several = {name for name, column in columns.items() if column.type == "references"}
        return frozenset(self.allowed) - several - (VIRTUAL.keys() - columns.keys() - {"id"})


def answer_list(call: Call, listing: Listing) -> Answer:
    """Answers a list: filtered, ordered, one page of it."""
    kind = listing.kind
    may_see(call, kind)
    check_parameters(call, LIST_PARAMETERS)
    conditions = [parse(value, kind, listing.allowed) for name, value in call.query if name == "q[]"]
    order = _order(call, listing)
    hiding = _hiding(kind, conditions)
    telling = [condition for condition in conditions if condition.operator != "*"]
    rows = [
        row
        for row in _candidates(call.store, kind, conditions)
        if all(row.get(column) is None for column in hiding)
        and all(condition.holds(call.store, row) for condition in telling)
        and (listing.among is None or listing.among(call.store, row))
        and visible(call, kind, row)
    ]
    for name, descending in reversed(order if order != [("id", False)] else []):  # they come by rising id
        rows.sort(key=partial(_sort_key, name), reverse=descending)
    return page_of(call, kind.name, rows, lambda row: rendered(call, kind, row))


def answer_one(call: Call, kind: Kind, identifier: str) -> Answer:
    """Answers one record by its id; a hidden one only where `q[]` lifts what hides it."""
    may_see(call, kind)
    check_parameters(call, frozenset({"q[]"}) if kind.get_filters else frozenset())
    conditions = [parse(value, kind, kind.get_filters) for name, value in call.query if name == "q[]"]
    row = call.store.get(kind.name, identifier)
    if row is None or hidden(kind, row, conditions) or not visible(call, kind, row):
        raise not_found()
    if not all(condition.holds(call.store, row) for condition in conditions):
        raise not_found()
    return Answer(200, rendered(call, kind, row))


def rendered(call: Call, kind: Kind, row: Row) -> dict[str, object]:
    """Gives a row as a list or a read of its kind shows it, bringing on what goes on in the background."""
    call.fake.files.look_at(call, kind, row)
    if kind.name == "bookings":
        return render_booking(call, kind_of(call, "bookings", row), row)
    return render(call, kind, row)


def check_parameters(call: Call, allowed: frozenset[str]) -> None:
    """Refuses a query's name that isn't taken here.

    The real API would overlook it, and so answer something else than was asked for: here that is a fault of protocol.
    """
    for name, _ in call.query:
        if name not in allowed:
            problem = f"{call.method} {call.path}: unknown query parameter {name!r}"
            call.fake.protocol_errors.append(problem)
            raise bad_request(problem)


def may_see(call: Call, kind: Kind) -> None:
    """Refuses, with an empty 403, a kind that the user's role may not see."""
    if (kind.secret and not call.sees_notes) or (kind.name == "users" and not call.administrates):
        raise forbidden()


def visible(call: Call, kind: Kind, row: Row) -> bool:
    """Tells whether the user's role may see this very row."""
    if kind.name == "patient_forms" and not call.sees_notes:
        return row["completed_at"] is None
    if kind.name == "communications" and row["category_code"] == MEMO and row["confidential"]:
        return call.administrates
    return True


def hidden(kind: Kind, row: Row, conditions: Iterable[Condition] = ()) -> bool:
    """Tells whether a row is archived, deleted or cancelled and no condition names the column that says so."""
    return any(row.get(column) is not None for column in _hiding(kind, conditions))


def _hiding(kind: Kind, conditions: Iterable[Condition]) -> list[str]:
    lifted = {condition.field for condition in conditions}
    return [column for column in kind.hiding if column not in lifted]


def page_of(call: Call, envelope: str, rows: list[Row], show: Callable[[Row], object]) -> Answer:
    """Answers one page of rows with its links; those to pages that don't exist are left out."""
    number, size = _count(call, "page", 1, 10**9 - 1), _count(call, "per_page", 50, 100)
    start = (number - 1) * size
    links = {"self": _page_link(call, None)}
    if start + size < len(rows):
        links["next"] = _page_link(call, number + 1)
    if number > 1:
        links["previous"] = _page_link(call, number - 1)
    shown = [show(row) for row in rows[start : start + size]]
    return Answer(200, {envelope: shown, "total_entries": len(rows), "links": links})


def _page_link(call: Call, number: int | None) -> str:
    query = call.query
    if number is not None:
        query = [*((name, value) for name, value in query if name != "page"), ("page", str(number))]
    return call.base + call.path + (f"?{urlencode(query)}" if query else "")


def _count(call: Call, name: str, default: int, highest: int) -> int:
    given = next((value for key, value in call.query if key == name), None)
    if given is None:
        return default
    if not _COUNT.fullmatch(given) or not 1 <= int(given) <= highest:
        raise bad_request(f"{name} must be a number from 1 to {highest}")
    return int(given)


def _candidates(store: Store, kind: Kind, conditions: list[Condition]) -> Iterator[Row]:
    """Gives, by rising id, the rows that may meet the conditions: by an index where one of them asks for ids."""
    for condition in conditions:
        if condition.ids is not None and condition.field == "id":
            found = (store.get(kind.name, one) for one in set(condition.ids))
            return iter(sorted((row for row in found if row is not None), key=_number))
        column = kind.by_name.get(condition.field)
        if condition.ids is not None and column is not None and column.type == "reference":
            pointing = (row for one in set(condition.ids) for row in store.pointing(kind.name, condition.field, one))
            return iter(sorted(pointing, key=_number))
    after = next((one.value for one in conditions if (one.field, one.operator) == ("id", ">")), None)
    if after is not None and kind.name != "bookings":
        return store.after(kind.name, int(after))
    return store.all(kind.name)


def _number(row: Row) -> int:
    return int(row["id"])


def _order(call: Call, listing: Listing) -> list[tuple[str, bool]]:
    given = next((value for name, value in call.query if name == "sort"), "")
    descending = next((value for name, value in call.query if name == "order"), "asc")
    if descending not in ("asc", "desc"):
        raise bad_request("order must be asc or desc")
    order = []
    for part in (given or "created_at").split(","):
        name, _, direction = part.partition(":")
        if name not in listing.sortable:
            raise bad_request(f"{name} is not sortable")
        if direction not in ("", "asc", "desc"):
            raise bad_request("sort takes field:asc or field:desc")
        order.append((name, (direction or descending) == "desc"))
    return order if order[-1][0] == "id" else [*order, ("id", order[0][1])]


def _sort_key(name: str, row: Row) -> tuple[bool, object]:
    value = row.get(name)
    if value is not None and (name == "id" or name.endswith("_id")):
        value = int(value)
    return (value is None, "" if value is None else value)
