"""Lists are read page by page, by id wherever that is possible."""

from __future__ import annotations

import contextlib
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinikomigrate.client.listing import Listing
from clinikomigrate.errors import ApiError, BadRequest, Error, NotFound, UnexpectedResponse
from tests.client.server import BASE, Request, Server, page

LINK = {"next": f"{BASE}/things?page=2"}


def things(count: int) -> list[dict[str, Any]]:
    """Rows with ids of many lengths, 9 before 10."""
    return [{"id": str(number)} for number in range(1, count + 1)]


def listing(server: Server, *, by_id: bool = True, query: tuple[tuple[str, str], ...] = ()) -> Listing[Any]:
    """A list of things."""
    return Listing("things", server.session(), "/things", {}, query, lambda row: row, by_id)


def test_nothing_is_sent_before_somebody_walks(server: Server) -> None:
    """A list is made without a request."""
    iter(listing(server))

    assert [] == server.requests


def test_walks_by_id_in_pages_of_100(server: Server) -> None:
    """Each page asks for what comes after the last id, so that no record can be pushed out of sight."""
    rows = things(250)
    server.hold("things", rows)

    assert rows == list(listing(server, query=(("q[]", "draft:=true"),)))
    assert [
        [("q[]", "draft:=true"), ("sort", "id"), ("per_page", "100")],
        [("q[]", "draft:=true"), ("q[]", "id:>100"), ("sort", "id"), ("per_page", "100")],
        [("q[]", "draft:=true"), ("q[]", "id:>200"), ("sort", "id"), ("per_page", "100")],
    ] == [request.query for request in server.requests]


def test_reads_no_page_before_it_is_needed(server: Server) -> None:
    """Somebody who stops early causes one request."""
    server.hold("things", things(250))

    assert 50 == len(list(itertools.islice(listing(server), 50)))
    assert 1 == len(server.requests)


def test_can_be_walked_again(server: Server) -> None:
    """A list keeps nothing; a second walk sees what is there then."""
    rows = things(3)
    server.hold("things", rows)
    listed = listing(server)
    before = list(listed)
    rows.append({"id": "4"})

    assert (3, 4) == (len(before), len(list(listed)))


def test_rows_that_go_meanwhile_hide_no_others(server: Server) -> None:
    """Records that leave the list between two pages move no other record out of sight."""
    rows = things(250)
    server.hold("things", rows)
    walk = iter(listing(server))
    first = [next(walk) for _ in range(100)]
    del rows[:50]

    assert 250 == len([*first, *walk])


def test_walks_by_page_where_ids_give_no_order(server: Server) -> None:
    """A list in the caller's own order, or without ids, is walked by page number."""
    rows = things(250)
    server.hold("things", rows)

    assert rows == list(listing(server, by_id=False, query=(("sort", "id:desc"),)))
    assert ["1", "2", "3"] == [dict(request.query)["page"] for request in server.requests]


@pytest.mark.parametrize("by_id", [True, False])
def test_an_empty_list(server: Server, by_id: bool) -> None:
    """A list of nothing is one request."""
    server.hold("things", [])

    assert [] == list(listing(server, by_id=by_id))
    assert 1 == len(server.requests)


@pytest.mark.parametrize("by_id", [True, False])
def test_first_is_one_request_for_one_record(server: Server, by_id: bool) -> None:
    """The first record costs one request for a page of one."""
    server.hold("things", things(3))

    assert {"id": "1"} == listing(server, by_id=by_id).first()
    assert ["1"] == [dict(request.query)["per_page"] for request in server.requests]


def test_first_of_nothing_is_none(server: Server) -> None:
    """An empty list has no first record."""
    server.hold("things", [])

    assert None is listing(server).first()


def test_count_is_one_request(server: Server) -> None:
    """The API counts; nothing is read."""
    server.hold("things", things(250))

    assert 250 == listing(server).count()
    assert [[("per_page", "1")]] == [request.query for request in server.requests]


def test_goes_on_where_the_total_says_so(server: Server) -> None:
    """A page without a link to the next one, while the total is larger, is not the end."""

    def without_links(request: Request) -> tuple[int, Any]:
        return 200, {**page("things", rows, request), "links": {}}

    rows = things(150)
    server.answers["GET", "/things"] = without_links

    assert rows == list(listing(server))


def test_ids_that_are_numbers_are_understood(server: Server) -> None:
    """Older accounts gave ids as numbers."""
    server.answer("GET", "/things", {"things": [{"id": 5}, {"id": 6}], "total_entries": 2})

    assert [{"id": 5}, {"id": 6}] == list(listing(server))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "not a JSON object"),
        ({"total_entries": 0}, "no list 'things'"),
        ({"things": {}, "total_entries": 0}, "no list 'things'"),
        ({"things": []}, "no number 'total_entries'"),
        ({"things": [], "total_entries": "0"}, "no number 'total_entries'"),
        ({"things": [], "total_entries": True}, "no number 'total_entries'"),
        ({"things": [], "total_entries": -1}, "no number 'total_entries'"),
        ({"things": [], "total_entries": 5}, "empty though the list goes on"),
        ({"things": [], "total_entries": 0, "links": 5}, "'links' are none"),
        ({"things": [], "total_entries": 0, "links": {"next": 5}}, "'links' are none"),
        ({"things": [], "total_entries": 0, "links": LINK}, "empty though the list goes on"),
        ({"things": [{"id": "2"}, {"id": "1"}], "total_entries": 2}, "order of their ids"),
        ({"things": [{"id": "2"}, {"id": "2"}], "total_entries": 2}, "comes twice on a page"),
        ({"things": [{"id": 2}, {"id": "2"}], "total_entries": 2}, "order of their ids"),
        ({"things": [{"id": "2"}], "total_entries": 5, "links": LINK}, "order of their ids"),
        ({"things": [{"name": "Amy Ng"}], "total_entries": 1}, "no id"),
        ({"things": [{"id": "Amy Ng"}], "total_entries": 1}, "no id"),
        ({"things": [{"id": True}], "total_entries": 1}, "no id"),
        ({"things": ["Amy Ng"], "total_entries": 1}, "no id"),
    ],
)
def test_a_page_that_cannot_be_trusted_ends_the_walk(server: Server, body: object, said: str) -> None:
    """A walk that would miss records, or never end, is an error that shows nothing of the answer."""
    server.answer("GET", "/things", body)

    with pytest.raises(UnexpectedResponse) as caught:
        list(listing(server))

    assert said in str(caught.value)
    assert "GET /things" in str(caught.value)
    assert "Amy" not in str(caught.value)


@pytest.mark.parametrize("rows", [[], [{"name": "a"}]])
def test_a_page_that_comes_twice_ends_the_walk(server: Server, rows: list[Any]) -> None:
    """A server that ignores the page number would be walked for ever."""
    server.answer("GET", "/things", {"things": rows, "total_entries": 9, "links": LINK})

    with pytest.raises(UnexpectedResponse, match="comes twice"):
        list(listing(server, by_id=False))


def small_pages(server: Server, rows: list[dict[str, Any]], size: int, total: int | None = None) -> None:
    """Lists rows as a server does that gives fewer than are asked for, without links, and maybe with a wrong total."""

    def answer(request: Request) -> tuple[int, Any]:
        after = next((int(value.removeprefix("id:>")) for value in request.filters), -1)
        left = [row for row in rows if int(row["id"]) > after]
        begin = (int(dict(request.query).get("page", 1)) - 1) * size
        given = left[begin : begin + size]
        return 200, {"things": given, "total_entries": (len(left) if total is None else total) if given else 0}

    server.answers["GET", "/things"] = answer


@pytest.mark.parametrize("by_id", [True, False])
@pytest.mark.parametrize("total", [None, 0, 1, 4])
def test_no_record_is_missed_where_pages_are_short(server: Server, by_id: bool, total: int | None) -> None:
    """Pages of fewer records than were asked for, and a total that is smaller than the page, are not the end."""
    small_pages(server, things(9), 5, total)

    assert things(9) == list(listing(server, by_id=by_id))


def test_a_list_that_ends_before_its_total_is_refused(server: Server) -> None:
    """Where the total says that more records are there than came, none is left out in silence."""

    def answer(request: Request) -> tuple[int, Any]:
        return 200, {"things": things(3) if ("page", "1") in request.query else [], "total_entries": 5}

    server.answers["GET", "/things"] = answer

    with pytest.raises(UnexpectedResponse, match="empty or comes twice though the list goes on"):
        list(listing(server, by_id=False))


def test_pages_without_end_are_refused(server: Server) -> None:
    """A server that has further pages for ever, whatever its total says, is not followed for ever."""
    server.answers["GET", "/things"] = lambda request: (
        200,
        {"things": [{"id": f"{dict(request.query)['page']}0{number}"} for number in range(100)]}
        | {"total_entries": 5, "links": LINK},
    )

    with pytest.raises(UnexpectedResponse, match="more records than the list has, and no end"):
        list(listing(server, by_id=False))


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["things", "total_entries", "links", "next", "id"]), inner, max_size=4)
    ),
)


@given(JSON.filter(lambda body: body is not None), st.booleans())
def test_no_page_makes_a_walk_stumble_or_go_on_for_ever(body: object, by_id: bool) -> None:
    """Whatever JSON comes as each page, the walk ends, with records or an error of this package."""
    with Server().running() as server, contextlib.suppress(Error):
        server.answer("GET", "/things", body)
        for _ in listing(server, by_id=by_id):
            pass

    assert len(server.requests) <= 3


def test_the_next_link_is_only_a_sign(server: Server) -> None:
    """Requests go where the client's own address says, whatever host a link names."""
    server.hold("things", things(250))
    list(listing(server))

    assert {"/things"} == {request.path for request in server.requests}


def test_refusals_come_as_they_are(server: Server) -> None:
    """An answer that says no is raised to who walks."""
    server.answer("GET", "/things", {"message": "no"}, 404)

    with pytest.raises(NotFound):
        next(iter(listing(server)))


def test_repr_shows_fields_and_no_values(server: Server) -> None:
    """A list can be printed without showing what it looks for."""
    assert "<Listing things>" == repr(listing(server))
    assert "<Listing things where last_name, id>" == repr(
        listing(server, query=(("q[]", "last_name:=Ng"), ("q[]", "id:>1"), ("sort", "id")))
    )


def narrow(server: Server, rows: list[dict[str, Any]], status: int, most: int) -> None:
    """Lists things as a server does that takes a condition of so many characters only."""

    def answer(request: Request) -> tuple[int, Any]:
        if any(len(text) > most for text in request.filters):
            return status, {"message": "too long"}
        return 200, page("things", rows, request)

    server.answers["GET", "/things"] = answer


def of_ids(rows: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """A condition that names the ids of things."""
    return (("q[]", "draft:=true"), ("q[]", f"id:={','.join(row['id'] for row in rows)}"))


@pytest.mark.parametrize("status", [400, 413, 414, 431])
def test_an_address_that_is_too_long_is_asked_in_halves(server: Server, status: int) -> None:
    """What is asked for by many ids comes as from one list: in the order of ids, each once, counted in all."""
    rows = [{"id": str(10**18 + number)} for number in range(100)]
    mixed = [*rows[::2], *rows[1::2]]
    narrow(server, rows, status, 1_100)
    listed = listing(server, query=of_ids(mixed))

    assert rows == list(listed)
    assert 3 == len(server.requests)
    assert 100 == listed.count()
    assert rows[0] == listed.first()
    assert ["draft:=true"] * 3 == [request.filters[0] for request in server.requests[:3]]


def test_an_address_that_is_too_long_later_is_asked_in_halves(server: Server) -> None:
    """The second page's address is longer; the walk goes on behind the last record that came."""
    owners = [str(10**18 + number) for number in range(20)]
    query = (("q[]", f"owner:={','.join(owners)}"),)
    rows = things(250)

    def answer(request: Request) -> tuple[int, Any]:
        if sum(map(len, request.filters)) > len(query[0][1]):
            return 414, None
        return 200, page("things", [row for row in rows if owners[int(row["id"]) % 20] in request.filters[0]], request)

    server.answers["GET", "/things"] = answer

    assert rows == list(listing(server, query=query))
    assert 1 + 1 + 2 == len(server.requests)


def test_who_moves_meanwhile_comes_once(server: Server) -> None:
    """A record that both halves give is given once."""
    narrow(server, things(3), 414, 300)
    owners = ",".join(str(10**18 + number) for number in range(20))

    assert things(3) == list(listing(server, query=(("q[]", f"owner:={owners}"),)))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ((), 400),
        ((("q[]", "id:=1,2,3"),), 414),
        ((("q[]", f"last_name:={'Ng, ' * 99}"),), 414),
        ((("q[]", f"last_name:={'1' * 300}"),), 414),
        (of_ids([{"id": str(10**18 + number)} for number in range(100)]), 403),
    ],
)
def test_a_refusal_that_is_not_about_the_length_stays_one(
    server: Server, query: tuple[tuple[str, str], ...], status: int
) -> None:
    """Nothing is parted that can't be too long, or that no half of says the same."""
    server.answer("GET", "/things", {}, status)

    with pytest.raises(ApiError):
        list(listing(server, query=query))
    with pytest.raises(ApiError):
        listing(server, query=query).count()
    assert 2 == len(server.requests)


def test_a_refusal_that_halves_do_not_mend_stays_one(server: Server) -> None:
    """A server that refuses for another reason is asked a few times more, not a hundred."""
    server.answer("GET", "/things", {}, 400)

    with pytest.raises(BadRequest):
        list(listing(server, query=of_ids([{"id": str(10**18 + number)} for number in range(100)])))
    assert 5 >= len(server.requests)
