"""Models are made of JSON, and JSON of drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

import attrs
import pytest

from clinikomigrate.client.converter import register_union, structure, unstructure
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.errors import ConfigurationError, UnexpectedResponse

WHERE = "GET /things/{id}"
MOMENT = datetime(2024, 2, 29, 12, 30, 15, tzinfo=UTC)


@attrs.frozen(kw_only=True)
class Part:
    """A piece of a thing."""

    name: str | None = None
    size: int | Unset | None = UNSET


@attrs.frozen(kw_only=True)
class Thing:
    """A record with an attribute of every sort."""

    collections: ClassVar[frozenset[str]] = frozenset({"bits"})

    id: str
    name: str | None = None
    from_: str | None = None
    made_at: datetime | None = None
    day: date | None = None
    hour: time | None = None
    price: Decimal | None = None
    count: int | None = None
    done: bool | None = None
    owner: Ref[Thing] | None = None
    owners: tuple[Ref[Thing], ...] | None = None
    parts: tuple[Part, ...] = ()
    words: Sequence[str] | None = None
    maybe: str | Unset | None = UNSET
    answer: object = attrs.field(default=UNSET, metadata={"raw": True})
    rule: Part | None = attrs.field(default=None, metadata={"empty": None})
    odd: bool | None = attrs.field(default=None, metadata={"json": "odd-name"})
    free: object = None
    labels: Mapping[str, object] | None = None
    extra: Mapping[str, object] = attrs.field(factory=dict)


@attrs.frozen
class Small:
    """A record that keeps nothing it doesn't know."""

    id: str


@attrs.frozen(kw_only=True)
class Big:
    """The other one of the union."""

    weight: int


def read(**values: Any) -> Thing:
    """The thing that this JSON is."""
    return structure(Thing, {"id": "7", **values}, where=WHERE)


def link(path: str) -> dict[str, object]:
    """A link as the API writes it."""
    return {"links": {"self": f"https://api.au1.cliniko.com/v1/{path}"}}


def test_reads_every_sort_of_attribute() -> None:
    """Each attribute has the type that the model says."""
    thing = read(
        name="a",
        **{"from": "b", "odd-name": True},
        made_at="2024-02-29T12:30:15Z",
        day="2024-02-29",
        hour="09:30",
        price="1.50",
        count=3,
        done=False,
        owner=link("things/1"),
        owners=[link("things/1"), link("things/2")],
        parts=[{"name": "p", "size": 2}],
        words=["x", "y"],
        maybe="m",
        answer=[1],
        rule={"name": "r"},
        free={"a": [1]},
        labels={"b": 2},
    )

    assert (
        Thing(
            id="7",
            name="a",
            from_="b",
            made_at=MOMENT,
            day=date(2024, 2, 29),
            hour=time(9, 30),
            price=Decimal("1.50"),
            count=3,
            done=False,
            owner=Ref("things", "1"),
            owners=(Ref("things", "1"), Ref("things", "2")),
            parts=(Part(name="p", size=2),),
            words=("x", "y"),
            maybe="m",
            answer=(1,),
            rule=Part(name="r"),
            odd=True,
            free={"a": [1]},
            labels={"b": 2},
        )
        == thing
    )


def test_what_is_absent_has_its_default() -> None:
    """The API leaves out what it doesn't have; `UNSET` then differs from null."""
    thing = read()

    assert (None, (), UNSET) == (thing.name, thing.parts, thing.maybe)


def test_null_is_none_or_the_default() -> None:
    """Null is None where the model allows it, and the default where it doesn't."""
    thing = read(name=None, parts=None, maybe=None, owner=None, answer=None)

    assert (None, (), None, None, None) == (thing.name, thing.parts, thing.maybe, thing.owner, thing.answer)


def test_empty_texts_are_kept_only_where_texts_belong() -> None:
    """Older accounts have empty texts for times and the like, which are None; a blank text stays blank."""
    thing = read(name="", made_at="", day="", price="", count="", done="", owner="")

    assert "" == thing.name
    assert {None} == {thing.made_at, thing.day, thing.price, thing.count, thing.done, thing.owner}


def test_an_empty_object_can_stand_for_nothing() -> None:
    """Where the model says so, `{}` is None: a booking that doesn't repeat has such a rule."""
    assert None is read(rule={}).rule


def test_a_link_to_something_else_is_none() -> None:
    """A to-one link that leads to no record is no Ref, and no error either."""
    assert None is read(owner=link("things/1/content")).owner


def test_unknown_fields_are_kept() -> None:
    """What the API sends beyond the model is kept, but for links to collections and the record's own."""
    thing = read(
        new={"a": 1}, newer=link("others/1"), pieces=link("things/7/pieces"), bits={"x": 1}, links={"self": "…"}
    )

    assert {"new": {"a": 1}, "newer": link("others/1")} == thing.extra


def test_a_model_without_extra_ignores_the_rest() -> None:
    """A model that keeps nothing else drops what it doesn't know."""
    assert Small("1") == structure(Small, {"id": "1", "more": 2}, where=WHERE)


def test_the_body_is_left_as_it_was() -> None:
    """Reading changes nothing in the JSON that was read."""
    body: dict[str, object] = {"id": "1", "parts": None, "rule": {}}
    structure(Thing, body, where=WHERE)

    assert {"id": "1", "parts": None, "rule": {}} == body


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"id": "7", "made_at": "Amy Ng"}, "Thing 7: made_at has another shape"),
        ({"id": "7", "parts": [{"name": ["Amy Ng"]}]}, "Thing 7: parts.name has another shape"),
        ({"id": "7", "parts": "Amy Ng"}, "Thing 7: parts has another shape"),
        ({"id": "7", "owners": [link("things")]}, "Thing 7: owners has another shape"),
        ({"id": "7", "labels": ["Amy Ng"]}, "Thing 7: labels has another shape"),
        ({"id": "Amy Ng", "made_at": 5}, "Thing: made_at has another shape"),
        ({"name": "Amy Ng"}, "Thing: id has another shape"),
        (["Amy Ng"], "Thing: the answer has another shape"),
        ("Amy Ng", "Thing: the answer has another shape"),
        (None, "Thing: the answer has another shape"),
    ],
)
def test_a_wrong_shape_is_named_without_its_content(body: object, said: str) -> None:
    """The error names model, id, attribute and request, and shows nothing of what was sent."""
    with pytest.raises(UnexpectedResponse) as caught:
        structure(Thing, body, where=WHERE)

    assert said in str(caught.value)
    assert ("GET", "/things/{id}") == (caught.value.method, caught.value.path)
    assert "Amy" not in str(caught.value)
    assert None is caught.value.__cause__
    assert None is caught.value.__context__


def test_a_union_is_read_by_its_own_rule() -> None:
    """A union's rule says which of its models a JSON object is."""
    union: Any = Small | Big
    register_union(union, lambda row: Big if "weight" in row else Small)

    assert Small("1") == structure(union, {"id": "1"}, where=WHERE)
    assert Big(weight=3) == structure(union, {"id": "1", "weight": 3}, where=WHERE)
    with pytest.raises(UnexpectedResponse, match=r"Small \| .*Big"):
        structure(union, ["1"], where=WHERE)


@attrs.frozen(kw_only=True)
class ThingDraft:
    """A draft with an attribute of every sort."""

    name: str | Unset | None = UNSET
    from_: str | Unset = UNSET
    made_at: datetime | Unset = UNSET
    day: date | Unset = UNSET
    hour: time | Unset = UNSET
    price: Decimal | Unset = UNSET
    cost: Decimal | Unset = attrs.field(default=UNSET, metadata={"number": True})
    ratio: float | Unset = UNSET
    done: bool | Unset = UNSET
    owner_id: Ref[Thing] | str | Unset = UNSET
    owner_ids: Sequence[Ref[Thing] | str] | Unset = UNSET
    tags: set[str] | frozenset[str] | Unset = UNSET
    part: Part | Unset = UNSET
    labels: Mapping[str, object] | Unset = UNSET
    file: object = attrs.field(default=UNSET, metadata={"body": False})
    odd: bool | Unset = attrs.field(default=UNSET, metadata={"json": "odd-name"})
    anything: object = UNSET
    extra: Mapping[str, object] = attrs.field(factory=dict)


def test_what_is_not_given_is_not_sent() -> None:
    """A draft of nothing is an empty body."""
    assert {} == unstructure(ThingDraft())


def test_sends_every_sort_of_attribute() -> None:
    """Each value takes the form that the API reads."""
    draft = ThingDraft(
        name=None,
        from_="b",
        made_at=datetime.fromisoformat("2024-02-29T23:30:15.999+11:00"),
        day=date(2024, 2, 29),
        hour=time(9, 30),
        price=Decimal("1E+2"),
        cost=Decimal("1.50"),
        ratio=0.5,
        done=False,
        owner_id=Ref("things", "1"),
        owner_ids=[Ref("things", "1"), "2"],
        tags={"x"},
        part=Part(size=None),
        labels={"a": Ref("things", "3"), "b": UNSET, "c": None},
        file=object(),
        odd=True,
        extra={"never": "sent"},
    )

    assert {
        "name": None,
        "from": "b",
        "made_at": "2024-02-29T12:30:15Z",
        "day": "2024-02-29",
        "hour": "09:30:00",
        "price": "100",
        "cost": 1.5,
        "ratio": 0.5,
        "done": False,
        "owner_id": "1",
        "owner_ids": ["1", "2"],
        "tags": ["x"],
        "part": {"size": None},
        "labels": {"a": "3", "c": None},
        "odd-name": True,
    } == unstructure(draft)


def test_whole_amounts_are_whole_numbers() -> None:
    """An amount that goes out as a number has no needless decimals."""
    assert {"cost": 10} == unstructure(ThingDraft(cost=Decimal("10.0")))


@pytest.mark.parametrize(
    ("draft", "name"),
    [
        (ThingDraft(made_at=MOMENT.replace(tzinfo=None)), "made_at"),
        (ThingDraft(price=Decimal("NaN")), "price"),
        (ThingDraft(price=Decimal("1E+999999999")), "price"),
        (ThingDraft(cost=Decimal("Infinity")), "cost"),
        (ThingDraft(anything=object()), "anything"),
        (ThingDraft(anything=[b"x"]), "anything"),
        (
            ThingDraft(made_at=datetime.min.replace(tzinfo=datetime.fromisoformat("2024-01-01T00:00+10:00").tzinfo)),
            "made_at",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(draft: ThingDraft, name: str) -> None:
    """A value that JSON or the API has no form for is refused before anything is sent."""
    with pytest.raises(ConfigurationError, match=name):
        unstructure(draft)


def test_what_is_nested_without_end_is_refused() -> None:
    """A dict that holds itself ends in an error that names the draft."""
    labels: dict[str, object] = {}
    labels["again"] = labels
    with pytest.raises(ConfigurationError, match="a ThingDraft holds something that is nested without end"):
        unstructure(ThingDraft(labels=labels))


def test_only_attrs_instances_are_drafts() -> None:
    """Something else in a draft's place is refused with an error of this package."""
    with pytest.raises(ConfigurationError, match="dict"):
        unstructure({"first_name": "Amy"})
    with pytest.raises(ConfigurationError, match="type"):
        unstructure(ThingDraft)


UTC_TOO = {"utc": True}


@attrs.frozen(kw_only=True)
class Case:
    """A record of an API whose times are in UTC without saying so."""

    born: date = attrs.field(metadata=UTC_TOO)
    made: datetime = attrs.field(metadata=UTC_TOO)
    issued: datetime | None = attrs.field(default=None, metadata=UTC_TOO)
    left: date | None = attrs.field(default=None, metadata=UTC_TOO)
    name: str | None = attrs.field(default=None, metadata=UTC_TOO)


def test_times_without_a_zone_are_in_utc_where_the_model_says_so() -> None:
    """Each form that such an API writes is read, and the rest as ever."""
    body = {"born": "1988-05-17", "made": "2025-03-03 23:30:00", "issued": "2025-03-03T10:00:00.250+10:00",
            "left": "2025-03-03T00:00:00.000Z", "name": "a"}  # fmt: skip

    assert Case(
        born=date(1988, 5, 17),
        made=datetime(2025, 3, 3, 23, 30, tzinfo=UTC),
        issued=datetime(2025, 3, 3, 0, 0, 0, 250_000, tzinfo=UTC),
        left=date(2025, 3, 3),
        name="a",
    ) == structure(Case, body, where="GET /cases/{id}")


def test_nothing_is_none_in_such_a_model() -> None:
    """Null, and an empty text where a time belongs, are None; a date is that day's first moment."""
    body = {"born": "1988-05-17", "made": "2025-03-03", "issued": "", "left": None}
    case = structure(Case, body, where="GET /cases/{id}")

    assert (None, None, datetime(2025, 3, 3, tzinfo=UTC)) == (case.issued, case.left, case.made)


@pytest.mark.parametrize("born", ["1988-05-16T14:00:00.000Z", "1988", 5, None])
def test_a_moment_within_a_day_is_no_date(born: object) -> None:
    """A date is never guessed from a time of day."""
    with pytest.raises(UnexpectedResponse, match="born"):
        structure(Case, {"born": born, "made": "2025-03-03"}, where="GET /cases/{id}")


@pytest.mark.parametrize("made", [None, 1, "soon"])
def test_what_is_no_time_is_refused_there_too(made: object) -> None:
    """What can't be read as a time is no time."""
    with pytest.raises(UnexpectedResponse, match="made"):
        structure(Case, {"born": "1988-05-17", "made": made}, where="GET /cases/{id}")


@attrs.frozen(kw_only=True)
class Numbered:
    """A draft for an API whose ids are numbers."""

    owner_id: Ref[Any] | str = attrs.field(metadata={"number": True})
    friend_ids: Sequence[Ref[Any] | str] = attrs.field(default=(), metadata={"number": True})


def test_ids_are_sent_as_numbers_where_the_draft_says_so() -> None:
    """An id's digits, or those of a Ref, become a number; those in a list too."""
    sent = unstructure(Numbered(owner_id="12", friend_ids=["3", Ref("patients", "4")]))

    assert {"owner_id": 12, "friend_ids": [3, 4]} == sent


def test_what_is_no_id_is_not_sent_as_a_number() -> None:
    """A text that is no id is refused by the attribute's name."""
    with pytest.raises(ConfigurationError, match="'owner_id' needs an id"):
        unstructure(Numbered(owner_id="Ann"))
