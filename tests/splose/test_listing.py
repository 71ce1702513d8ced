"""Lists are walked by the highest id seen, and miss nothing whatever the links say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clinikomigrate.errors import UnexpectedResponse
from clinikomigrate.splose import Splose
from tests.client.server import Request, Server

Links = Callable[[int, int, bool, bool], dict[str, str]]


def plain(low: int, high: int, before: bool, after: bool) -> dict[str, str]:
    """Links as their names say."""
    return {
        **({"nextPage": f"/v1/patients?id_gt={high}"} if after else {}),
        **({"previousPage": f"/v1/patients?id_lt={low}"} if before else {}),
    }


def named_the_other_way(low: int, high: int, before: bool, after: bool) -> dict[str, str]:
    """Links whose names are swapped."""
    links = plain(low, high, before, after)
    names = {"nextPage": "previousPage", "previousPage": "nextPage"}
    return {names[name]: link for name, link in links.items()}


def leading_the_other_way(low: int, high: int, before: bool, after: bool) -> dict[str, str]:
    """Links with right names whose parameters are swapped."""
    return {
        **({"nextPage": f"/v1/patients?id_lt={low}"} if after else {}),
        **({"previousPage": f"/v1/patients?id_gt={high}"} if before else {}),
    }


WAYS: list[Links] = [plain, named_the_other_way, leading_the_other_way]


def hold(server: Server, ids: list[int], size: int = 3, links: Links = plain) -> None:
    """Lists patients in pages of a size."""

    def answer(request: Request) -> tuple[int, Any]:
        query = dict(request.query)
        above = [id for id in sorted(ids) if id > int(query.get("id_gt", "0"))]
        shown = above[:size]
        if not shown:
            return 200, {"data": [], "links": {}}
        made = links(shown[0], shown[-1], shown[0] > min(ids), len(above) > size)
        return 200, {"data": [{"id": id} for id in shown], "links": made}

    server.answers["GET", "/patients"] = answer


def ids_of(client: Splose, **asked: Any) -> list[str]:
    """The ids that a walk gives."""
    return [patient.id for patient in client.patients.list(**asked)]


@pytest.mark.parametrize("links", WAYS)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7, 10])
def test_all_records_come_once(server: Server, client: Splose, links: Links, count: int) -> None:
    """Whatever the links are called and wherever they lead, each record comes once, in the order of ids."""
    ids = [7 * number + 5 for number in range(count)]
    hold(server, ids, links=links)

    assert [str(id) for id in ids] == ids_of(client)


def test_each_page_is_asked_for_by_the_highest_id_seen(server: Server, client: Splose) -> None:
    """The next page is what comes after the highest id, and the last one costs no request more."""
    hold(server, [5, 12, 19, 26])
    ids_of(client)

    assert [[("id_gt", "0")], [("id_gt", "19")]] == [request.query for request in server.requests]


def test_a_walk_can_begin_after_an_id(server: Server, client: Splose) -> None:
    """`id_gt` is where the walk begins."""
    hold(server, [5, 12, 19, 26, 33, 40])

    assert ["19", "26", "33", "40"] == ids_of(client, id_gt="12")
    assert [("id_gt", "12")] == server.requests[0].query


def test_a_record_that_comes_meanwhile_hides_no_other(server: Server, client: Splose) -> None:
    """Records made and gone while the list is walked move nothing out of sight."""
    ids = [5, 12, 19, 26, 33]
    hold(server, ids)
    walk = iter(client.patients.list())
    seen = [next(walk).id]
    ids.remove(5)
    ids.append(100)

    assert ["5", "12", "19", "26", "33", "100"] == seen + [patient.id for patient in walk]


def test_a_list_can_be_walked_again(server: Server, client: Splose) -> None:
    """A list keeps nothing: it reads anew each time, and gives its first record in one request."""
    ids = [5]
    hold(server, ids)
    listing = client.patients.list()
    found = [[patient.id for patient in listing]]
    ids.append(12)
    found.append([patient.id for patient in listing])
    before = len(server.requests)
    first = listing.first()

    assert [["5"], ["5", "12"]] == found
    assert first
    assert ("5", 1) == (first.id, len(server.requests) - before)


def test_an_empty_list_has_no_first(server: Server, client: Splose) -> None:
    """Nothing is the first of nothing."""
    hold(server, [])

    assert None is client.patients.list().first()


def test_an_empty_page_may_lead_on(server: Server, client: Splose) -> None:
    """A page from which all was left out still says where the next one begins."""
    pages = {
        "0": {"data": [], "links": {"nextPage": "/v1/patients?id_gt=50"}},
        "50": {"data": [{"id": 51}], "links": {"previousPage": "/v1/patients?id_lt=51"}},
    }
    server.answers["GET", "/patients"] = lambda request: (200, pages[dict(request.query)["id_gt"]])

    assert ["51"] == ids_of(client)


@pytest.mark.parametrize(
    "link",
    [
        "/v1/patients?id_gt=0",
        "/v1/patients?id_gt=x",
        f"/v1/patients?id_gt={'9' * 5_000}",
        "/v1/patients",
        5,
        "https://[",
    ],
)
def test_an_empty_page_that_leads_nowhere_is_the_end(server: Server, client: Splose, link: object) -> None:
    """A link that leads to the same page again, or nowhere, ends the walk."""
    server.answer("GET", "/patients", {"data": [], "links": {"nextPage": link}})

    assert [] == ids_of(client)
    assert 1 == len(server.requests)


@pytest.mark.parametrize(
    "body",
    [
        "x",
        [],
        {"data": []},
        {"links": {}},
        {"data": {}, "links": {}},
        {"data": [], "links": []},
        {"data": [5], "links": {}},
        {"data": [{"name": "no id"}], "links": {}},
        {"data": [{"id": True}], "links": {}},
        {"data": [{"id": "x"}], "links": {}},
        {"data": [{"id": 5}, {"id": 5}], "links": {}},
        {"data": [{"id": 0}], "links": {}},
        {"data": [{"id": 5}, {"id": 4}], "links": {"nextPage": "/v1/patients?id_gt=5"}},
    ],
)
def test_an_answer_of_another_shape_is_an_error(server: Server, client: Splose, body: object) -> None:
    """What is no page, has no ids, comes twice or out of order though there is more would lose records unseen."""
    server.answer("GET", "/patients", body)

    with pytest.raises(UnexpectedResponse):
        ids_of(client)


def test_one_page_may_be_in_any_order(server: Server, client: Splose) -> None:
    """Where there is no other page, nothing can be missed."""
    server.answer("GET", "/patients", {"data": [{"id": 5}, {"id": 4}], "links": {}})

    assert ["5", "4"] == ids_of(client)


def test_a_server_that_overlooks_the_id_is_noticed(server: Server, client: Splose) -> None:
    """A page that comes again is an error, not an endless list."""
    server.answer("GET", "/patients", {"data": [{"id": 5}], "links": {"nextPage": "/v1/patients?id_gt=5"}})

    with pytest.raises(UnexpectedResponse, match="comes twice"):
        ids_of(client)


def test_lists_show_what_they_were_asked_for_and_no_value(client: Splose) -> None:
    """A list's repr has the names of its parameters only."""
    assert "<Listing patients where lastname, include_archived>" == repr(
        client.patients.list(lastname="Invented", include_archived=True)
    )
    assert "<Listing patients>" == repr(client.patients.list())


@pytest.mark.parametrize("body", [[{"id": 5, "name": "Club"}], {"data": [{"id": 5, "name": "Club"}]}])
def test_lists_without_pages_come_whole(server: Server, client: Splose, body: object) -> None:
    """A bare list and one in an envelope are both read, in one request."""
    server.answer("GET", "/custom-field/", body)
    listing = client.custom_fields.list()

    assert ["Club"] == [field.name for field in listing]
    assert [] == server.last.query
    assert "<Whole custom_fields>" == repr(listing)
    assert listing.first()


@pytest.mark.parametrize("body", ["x", 5, {}, {"data": {}}])
def test_what_is_no_list_is_an_error(server: Server, client: Splose, body: object) -> None:
    """An answer of another shape is no empty list."""
    server.answer("GET", "/custom-field/", body)

    with pytest.raises(UnexpectedResponse):
        list(client.custom_fields.list())
