"""Lists and single records: strict queries, archived records hidden, pages by id."""

from __future__ import annotations

from urllib.parse import urlencode

from clinikomigrate.testing.answers import Answer
from clinikomigrate.testing.splose.answers import not_found, refused
from clinikomigrate.testing.splose.call import Call, shown
from clinikomigrate.testing.splose.filters import FILTERS, Filter, after, before
from clinikomigrate.testing.splose.kinds import Kind
from clinikomigrate.testing.splose.properties import Row, Wrong

_CHANGES = (after("update_gt", "updatedAt"), before("update_lt", "updatedAt"))
_WITHOUT_CHANGES = frozenset({"payment_methods"})


def answer_list(call: Call, kind: Kind) -> Answer:
    """Answers a list: a page of the rows that fulfil all that is asked for."""
    filters = {one.name: one for one in FILTERS[kind.name]}
    shared = {"id_gt", "id_lt"}
    if kind.name not in _WITHOUT_CHANGES:
        filters |= {one.name: one for one in _CHANGES}
        shared.add("include_archived")
    refuse_query(call, frozenset({*shared, *filters}))
    asked = _read(call)
    above, below = (_bound(asked, name) for name in ("id_gt", "id_lt"))
    archived = _archived(asked) or kind.name in _WITHOUT_CHANGES
    wanted = _values(filters, asked)
    rows = [
        row
        for row in call.fake.tables.all(kind.name)
        if (archived or not kind.is_archived(row))
        and all(any(one.holds(call.fake, row, value) for value in values) for one, values in wanted)
    ]
    return _page(call, kind, rows, above, below)


def answer_one(call: Call, kind: Kind, id: str) -> Answer:
    """Answers one record, archived or not, unless the workspace hides archived ones here too."""
    refuse_query(call, frozenset())
    row = call.row(kind, id)
    if call.fake.hides_archived_by_id and kind.is_archived(row):
        raise not_found()
    return Answer(200, shown(kind, row))


def refuse_query(call: Call, allowed: frozenset[str]) -> None:
    """Refuses a query with a key that isn't known here."""
    unknown = sorted({name for name, _ in call.query} - allowed)
    if unknown:
        call.fake.protocol_errors.append(f"{call.path}: unknown query parameters {', '.join(unknown)}")
        raise refused([f"Unrecognized key(s) in object: '{name}'" for name in unknown])


def _read(call: Call) -> dict[str, list[str]]:
    asked: dict[str, list[str]] = {}
    for name, value in call.query:
        asked.setdefault(name, []).append(value)
    return asked


def _bound(asked: dict[str, list[str]], name: str) -> int | None:
    given = asked.pop(name, None)
    if given is None:
        return None
    if len(given) > 1 or not (given[0].isascii() and given[0].isdigit()):
        raise refused(fields={name: ["Expected number"]})
    return int(given[0])


def _archived(asked: dict[str, list[str]]) -> bool:
    given = asked.pop("include_archived", ["false"])
    if given not in (["true"], ["false"]):
        raise refused(fields={"include_archived": ["Invalid enum value. Expected 'true' | 'false'"]})
    return given == ["true"]


def _values(filters: dict[str, Filter], asked: dict[str, list[str]]) -> list[tuple[Filter, list[object]]]:
    found = []
    for name, given in asked.items():
        try:
            found.append((filters[name], filters[name].read(given)))
        except Wrong as wrong:
            raise refused(fields={name: [str(wrong)]}) from None
    return found


def _page(call: Call, kind: Kind, rows: list[Row], above: int | None, below: int | None) -> Answer:
    size = call.fake.page_size
    inside = [row for row in rows if (above is None or row["id"] > above) and (below is None or row["id"] < below)]
    page = inside[-size:] if above is None and below is not None else inside[:size]
    links = {}
    if page and page[-1]["id"] < rows[-1]["id"]:
        links["nextPage"] = _link(call, kind, "id_gt", page[-1]["id"])
    if page and page[0]["id"] > rows[0]["id"]:
        links["previousPage"] = _link(call, kind, "id_lt", page[0]["id"])
    if call.fake.swapped_links:
        other = {"nextPage": "previousPage", "previousPage": "nextPage"}
        links = {other[name]: link for name, link in links.items()}
    return Answer(200, {"data": [shown(kind, row) for row in page], "links": links})


def _link(call: Call, kind: Kind, name: str, id: int) -> str:
    rest = [(key, value) for key, value in call.query if key not in ("id_gt", "id_lt")]
    return f"/v1{kind.path}?{urlencode([*rest, (name, str(id))])}"
