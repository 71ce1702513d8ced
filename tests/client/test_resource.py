"""Resources are put together from what can be done with a kind of record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from clinikomigrate.client.nested import Nested, Sublist
from clinikomigrate.client.query import FieldType, where
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.resource import (
    Archive,
    Cancel,
    Conflicts,
    Create,
    Delete,
    DeleteToArchive,
    Get,
    List,
    Resource,
    Unarchive,
    Update,
)
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.errors import ConfigurationError, OutcomeUnknown, QueryError, UnexpectedResponse
from tests.client.server import Request, Server

TIME = FieldType("date-time")
FIELDS = {
    "id": FieldType("int64", frozenset({"things"})),
    "archived_at": TIME,
    "deleted_at": TIME,
    "cancelled_at": TIME,
    "owner_id": FieldType("int64", frozenset({"owners"})),
}


@attrs.frozen
class Thing:
    """A record."""

    id: str


@attrs.frozen
class Made:
    """What making a record is answered with."""

    id: str


@attrs.frozen
class Changed:
    """What changing a record is answered with."""

    id: str


@attrs.frozen(kw_only=True)
class ThingDraft:
    """What can be written."""

    name: str | Unset = UNSET
    owner_id: str | Unset = UNSET


class Things(
    List[Thing],
    Get[Thing],
    Create[Thing, ThingDraft],
    Update[Thing, ThingDraft],
    Archive,
    Unarchive[Thing],
    Delete,
    Cancel,
    Conflicts,
):
    """Everything can be done with things."""

    kind = "things"
    model = Thing
    fields = FIELDS
    refs = frozenset({"items"})
    create_only = frozenset({"owner_id"})

    recent = Sublist[Thing](Thing, "things", "/things/recent", FIELDS)
    bits = Nested[Made](Made, "bits", "/things/{thing_id}/bits", {"id": FIELDS["id"]})


class Others(Create[Made, ThingDraft], Update[Changed, ThingDraft], DeleteToArchive, List[Thing]):
    """Writing is answered with other models than reading."""

    kind = "others"
    model = Thing
    created_model = Made
    updated_model = Changed


@pytest.fixture
def resource(server: Server) -> Things:
    """The things on the server."""
    return Things(server.session())


def sent(server: Server) -> tuple[str, str, Any]:
    """The newest request's method, path and body."""
    return server.last.method, server.last.path, server.last.body


def test_lists_with_conditions_and_keywords(server: Server, resource: Things) -> None:
    """Conditions and keywords are joined, and all are sent."""
    server.hold("things", [{"id": "1"}])

    found = list(resource.list(where("id") >= "1", owner_id=[Ref("owners", "5"), "6"]))

    assert [Thing("1")] == found
    assert ["id:>=1", "owner_id:=5,6"] == server.last.filters


def test_hides_nothing_where_asked(server: Server, resource: Things) -> None:
    """Each of the two keywords lifts its own exclusions."""
    server.hold("things", [])
    sent_filters = []
    for archived, cancelled in ((False, False), (True, False), (False, True), (True, True)):
        list(resource.list(include_archived=archived, include_cancelled=cancelled))
        sent_filters.append(server.last.filters)

    assert [
        [],
        ["archived_at:*", "deleted_at:*"],
        ["cancelled_at:*"],
        ["archived_at:*", "deleted_at:*", "cancelled_at:*"],
    ] == sent_filters


def test_a_condition_of_ones_own_takes_the_place_of_the_lift(server: Server, resource: Things) -> None:
    """Somebody who names `archived_at` gets that and no second condition on it."""
    server.hold("things", [])
    list(resource.list(where("archived_at").not_null(), include_archived=True))

    assert ["archived_at:?", "deleted_at:*"] == server.last.filters


def test_a_list_without_exclusions_accepts_the_keywords(server: Server) -> None:
    """Where nothing is hidden, the keywords change nothing."""
    server.hold("others", [])
    list(Others(server.session()).list(include_archived=True, include_cancelled=True))

    assert [] == server.last.filters


def test_an_own_order_is_sent(server: Server, resource: Things) -> None:
    """`sort` is sent as it is, and the list is then read by page number."""
    server.hold("things", [{"id": "1"}])
    list(resource.list(sort="starts_at:desc,id"))

    assert [("sort", "starts_at:desc,id"), ("page", "1"), ("per_page", "100")] == server.last.query


def test_the_order_of_ids_is_the_one_that_misses_nothing(server: Server, resource: Things) -> None:
    """`sort="id"` is what happens anyway."""
    server.hold("things", [{"id": "1"}])
    list(resource.list(sort="id"))

    assert [("sort", "id"), ("per_page", "100")] == server.last.query


@pytest.mark.parametrize("sort", ["", "starts_at:down", "a b", "a;b", ",a", "Ng"])
def test_an_order_that_cannot_be_is_refused(resource: Things, sort: str) -> None:
    """What isn't written as the API has it is refused before anything is sent."""
    with pytest.raises(QueryError, match="sort is written"):
        resource.list(sort=sort)


@pytest.mark.parametrize("condition", ["id:=1", None, True])
def test_only_conditions_are_conditions(resource: Things, condition: Any) -> None:
    """A comparison that happened too early, or a raw text, is refused."""
    with pytest.raises(QueryError, match="takes conditions"):
        resource.list(condition)


@pytest.mark.parametrize("wrong", [{"patient_id": "1"}, {"owner_id": None}, {"owner_id": Ref("things", "1")}])
def test_wrong_keywords_are_refused_before_anything_is_sent(server: Server, resource: Things, wrong: Any) -> None:
    """An unknown field, a None and a Ref of another kind never reach the API."""
    with pytest.raises(QueryError):
        resource.list(**wrong)

    assert [] == server.requests


def test_counts_in_one_request(server: Server, resource: Things) -> None:
    """Counting takes the conditions of a list and one request."""
    server.hold("things", [{"id": "1"}, {"id": "2"}])

    assert 1 == resource.count(where("id") == ["2"], include_archived=True)
    assert ["id:=2", "archived_at:*", "deleted_at:*"] == server.last.filters
    assert 1 == len(server.requests)


@pytest.mark.parametrize("record", ["7", Ref("things", "7"), Ref("items", "7")])
def test_gets_whatever_is_hidden(server: Server, resource: Things, record: Any) -> None:
    """One record is read whether it is archived, deleted or cancelled."""
    server.answer("GET", "/things/7", {"id": "7"})

    assert Thing("7") == resource.get(record)
    assert ["archived_at:*", "deleted_at:*", "cancelled_at:*"] == server.last.filters


@pytest.mark.parametrize("record", ["", "7/archive", "..", "x", Ref("owners", "7"), None])
def test_what_is_no_id_is_refused(server: Server, resource: Things, record: Any) -> None:
    """An id that could lead to another address, or a Ref of another kind, is refused before anything is sent."""
    with pytest.raises(ConfigurationError):
        resource.get(record)

    assert [] == server.requests


def test_creates(server: Server, resource: Things) -> None:
    """A draft is posted, and the answer is the record."""
    server.answer("POST", "/things", {"id": "8"}, 201)

    assert Thing("8") == resource.create(ThingDraft(name="a", owner_id="5"))
    assert ("POST", "/things", {"name": "a", "owner_id": "5"}) == sent(server)


def test_updates(server: Server, resource: Things) -> None:
    """Only what the draft gives is sent."""
    server.answer("PATCH", "/things/8", {"id": "8"})

    assert Thing("8") == resource.update("8", ThingDraft(name="a"))
    assert ("PATCH", "/things/8", {"name": "a"}) == sent(server)


def test_an_update_cannot_give_what_only_a_new_record_takes(server: Server, resource: Things) -> None:
    """What the API takes only once is refused before anything is sent."""
    with pytest.raises(ConfigurationError, match="things: owner_id can be given only when a record is made"):
        resource.update("8", ThingDraft(owner_id="5"))

    assert [] == server.requests


def test_other_models_for_writing(server: Server) -> None:
    """A resource can say which models its writes are answered with."""
    server.answer("POST", "/others", {"id": "8"}, 201)
    server.answer("PATCH", "/others/8", {"id": "8"})
    others = Others(server.session())

    assert Made("8") == others.create(ThingDraft())
    assert Changed("8") == others.update("8", ThingDraft())


@pytest.mark.parametrize(
    ("act", "request_"),
    [
        (lambda things: things.archive("7"), ("POST", "/things/7/archive", None)),
        (lambda things: things.delete("7"), ("DELETE", "/things/7", None)),
        (lambda things: things.cancel("7", reason=50), ("PATCH", "/things/7/cancel", {"cancellation_reason": 50})),
        (
            lambda things: things.cancel("7", reason=50, note="a", apply_to_repeats=False),
            (
                "PATCH",
                "/things/7/cancel",
                {"cancellation_reason": 50, "cancellation_note": "a", "apply_to_repeats": False},
            ),
        ),
    ],
)
def test_actions_without_an_answer(
    server: Server, resource: Things, act: Callable[[Things], None], request_: tuple[str, str, Any]
) -> None:
    """Archiving, deleting and cancelling are answered with nothing."""
    server.answer(request_[0], request_[1], None, 204)
    act(resource)

    assert request_ == sent(server)


def test_deleting_what_can_be_archived_is_the_same_request(server: Server) -> None:
    """Where deleting only archives, the request is a DELETE all the same."""
    server.answer("DELETE", "/others/7", None, 204)
    Others(server.session()).delete("7")

    assert ("DELETE", "/others/7", None) == sent(server)


def test_unarchives(server: Server, resource: Things) -> None:
    """Bringing a record back is answered with the record."""
    server.answer("POST", "/things/7/unarchive", {"id": "7"})

    assert Thing("7") == resource.unarchive("7")


def test_asks_for_conflicts(server: Server, resource: Things) -> None:
    """Whether something overlaps is one word of the answer."""
    server.answer("GET", "/things/7/conflicts", {"conflicts": {"exist": True}})

    assert resource.conflicts("7")


def test_reads_of_a_wrong_shape_are_errors(server: Server, resource: Things) -> None:
    """An answer to a read of another shape is an error that says so."""
    server.answer("GET", "/things/7", {"conflicts": {}})
    server.answer("GET", "/things/7/conflicts", {"conflicts": {}})

    with pytest.raises(UnexpectedResponse, match=r"GET /things/\{id\} can"):
        resource.get("7")
    with pytest.raises(UnexpectedResponse, match=r"GET /things/\{id\}/conflicts"):
        resource.conflicts("7")


@pytest.mark.parametrize(
    "act",
    [
        lambda things: things.create(ThingDraft()),
        lambda things: things.update("7", ThingDraft()),
        lambda things: things.unarchive("7"),
    ],
)
def test_writes_of_a_wrong_shape_leave_the_outcome_unknown(
    server: Server, resource: Things, act: Callable[[Things], object]
) -> None:
    """The API said yes, so the record may be there although its answer can't be read."""
    for method, path in (("POST", "/things"), ("PATCH", "/things/7"), ("POST", "/things/7/unarchive")):
        server.answer(method, path, {"nonsense": True})

    with pytest.raises(OutcomeUnknown) as caught:
        act(resource)

    assert 200 == caught.value.status


def test_an_answer_about_another_record_leaves_the_outcome_unknown(server: Server, resource: Things) -> None:
    """What became of the record that was to be changed isn't known then."""
    server.answer("PATCH", "/things/7", {"id": "8"})

    with pytest.raises(OutcomeUnknown):
        resource.update("7", ThingDraft(name="x"))


def test_lists_below_a_record(server: Server, resource: Things) -> None:
    """A nested list takes the record's id and has filters of its own."""
    server.answers["GET", "/things/7/bits"] = lambda _: (200, {"bits": [{"id": "1"}], "total_entries": 1})

    assert [Made("1")] == list(resource.bits(Ref("things", "7"), where("id") >= "1", include_archived=True))
    assert ["id:>=1"] == server.last.filters
    assert "<GET /things/{thing_id}/bits>" == repr(resource.bits)
    with pytest.raises(QueryError, match="bits can't be filtered by 'owner_id'"):
        resource.bits("7", owner_id="5")
    with pytest.raises(ConfigurationError):
        resource.bits(Ref("owners", "7"))


def test_lists_of_some_records(server: Server, resource: Things) -> None:
    """A sublist is a list at an address of its own."""
    server.answers["GET", "/things/recent"] = lambda _: (200, {"things": [{"id": "1"}], "total_entries": 1})

    assert [Thing("1")] == list(resource.recent(include_cancelled=True, sort="id:desc"))
    assert ["cancelled_at:*"] == server.last.filters
    assert "<GET /things/recent>" == repr(resource.recent)


def test_declarations_can_be_looked_at_on_the_class() -> None:
    """On the class, a nested list is its declaration."""
    assert "/things/{thing_id}/bits" == Things.bits.template
    assert "/things/recent" == Things.recent.template


def test_repr_is_the_name(resource: Things) -> None:
    """A resource shows its name and nothing of its connection."""
    assert "<Things>" == repr(resource)


def test_building_blocks_tell_what_a_resource_can_do(resource: Things) -> None:
    """`isinstance` answers whether a resource can do something, without a type or a kind in between."""
    assert isinstance(resource, Archive)
    assert isinstance(resource, Resource)
    assert not isinstance(resource, DeleteToArchive)


def test_requests_are_the_servers_own(server: Server, resource: Things) -> None:
    """The server of these tests sees what is sent, header by header."""
    server.answer("POST", "/things", {"id": "8"}, 201)
    resource.create(ThingDraft(name="a"))
    request: Request = server.last

    assert "application/json" == request.headers["Content-Type"]
