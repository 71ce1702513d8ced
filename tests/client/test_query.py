"""Conditions know what each type of field can be asked, and refuse the rest before anything is sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinikomigrate.client.query import Condition, Field, FieldType, Value, identifier, render, where
from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ConfigurationError, Error, QueryError

FIELDS = {
    "id": FieldType("int64", frozenset({"patients"})),
    "anything_id": FieldType("int64"),
    "number": FieldType("integer"),
    "last_name": FieldType("string"),
    "draft": FieldType("boolean"),
    "date_of_birth": FieldType("date"),
    "updated_at": FieldType("date-time"),
    "patient_ids": FieldType("array", frozenset({"patients"})),
}
MOMENT = datetime(2024, 2, 29, 12, 30, 15, tzinfo=UTC)
DAY = date(2024, 2, 29)


def rendered(condition: Condition) -> list[str]:
    """What is sent for a condition."""
    return list(render(condition, FIELDS, "patients"))


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (where("id") == "12", "id:=12"),
        (where("id") == 12, "id:=12"),
        (where("id") == Ref("patients", "12"), "id:=12"),
        (where("id") != "12", "id:!=12"),
        (where("id") > "12", "id:>12"),
        (where("id") >= "12", "id:>=12"),
        (where("id") < "12", "id:<12"),
        (where("id") <= "12", "id:<=12"),
        (where("id") == ["1", Ref("patients", "2"), 3], "id:=1,2,3"),
        (where("id") == ("1",), "id:=1"),
        (where("id") == {"1"}, "id:=1"),
        (where("anything_id") == Ref("locums", "1"), "anything_id:=1"),
        (where("id").is_null(), "id:!?"),
        (where("id").not_null(), "id:?"),
        (where("number") == -5, "number:=-5"),
        (where("number") == [1, 2], "number:=1,2"),
        (where("last_name") == "Ng, Amy", "last_name:=Ng, Amy"),
        (where("last_name") != "Ng", "last_name:!=Ng"),
        (where("last_name").contains("N"), "last_name:~N"),
        (where("last_name").like("N%"), "last_name:~~N%"),
        (where("last_name") == "", "last_name:="),
        (where("draft") == True, "draft:=true"),  # noqa: E712  # a condition, not a comparison
        (where("draft") != False, "draft:!=false"),  # noqa: E712  # a condition, not a comparison
        (where("date_of_birth") == DAY, "date_of_birth:=2024-02-29"),
        (where("date_of_birth") <= DAY, "date_of_birth:<=2024-02-29"),
        (where("date_of_birth") == "****-05-**", "date_of_birth:=****-05-**"),
        (where("updated_at") >= MOMENT, "updated_at:>=2024-02-29T12:30:15Z"),
        (where("updated_at") < MOMENT, "updated_at:<2024-02-29T12:30:15Z"),
        (where("updated_at").is_null(), "updated_at:!?"),
        (where("updated_at").not_null(), "updated_at:?"),
        (Condition("updated_at", "*"), "updated_at:*"),
        (where("patient_ids").contains("7"), "patient_ids:~7"),
        (where("patient_ids").contains(Ref("patients", "7")), "patient_ids:~7"),
    ],
)
def test_spells_each_operator_as_the_api_has_it(condition: Condition, text: str) -> None:
    """Each operator of each type of field becomes the API's own spelling."""
    assert [text] == rendered(condition)


def test_none_of_several_is_several_conditions() -> None:
    """The API takes no list after `!=`, but joins conditions by and."""
    assert ["last_name:!=Ng", "last_name:!=Lee"] == rendered(where("last_name") != ["Ng", "Lee"])


def test_comparisons_can_be_turned_around() -> None:
    """`since <= where(…)` is the same as `where(…) >= since`."""
    turned: Any = MOMENT <= where("updated_at")

    assert (where("updated_at") >= MOMENT) == turned


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (where("updated_at") == MOMENT, "has no ==; it has >, >=, <, <=, .not_null(), .is_null()"),
        (where("updated_at") != MOMENT, "has no !="),
        (where("updated_at").like("%"), "has no .like()"),
        (where("last_name") > "A", "has no >; it has ==, !=, .contains(), .like(), .not_null(), .is_null()"),
        (where("draft").is_null(), "has no .is_null(); it has ==, !="),
        (where("patient_ids") == "1", "has no ==; it has .contains()"),
        (where("id").contains("1"), "has no .contains()"),
        (where("date_of_birth") != DAY, "has no !="),
        (Condition("last_name", "*"), "has no *"),
    ],
)
def test_refuses_an_operator_that_the_type_lacks(condition: Condition, said: str) -> None:
    """An operator that the API would refuse is refused here, and the right ones are named."""
    with pytest.raises(QueryError) as caught:
        rendered(condition)

    assert said in str(caught.value)
    assert condition.field in str(caught.value)


@pytest.mark.parametrize(
    "condition",
    [
        where("id") == "1,2",
        where("id") == "abc",
        where("id") == "",
        where("id") == "12345678901234567890",
        where("id") == "\u0661",
        where("id") == True,  # noqa: E712  # a condition, not a comparison
        where("id") == Ref("contacts", "1"),
        where("id") == Ref("patients", "x"),
        where("id") == DAY,
        where("id") == ["1", "2,3"],
        where("id") == [],
        where("id") == ["1"] * 101,
        where("id") > ["1", "2"],  # type: ignore[operator]  # what is tested
        where("id") == None,  # noqa: E711  # type: ignore[comparison-overlap]  # what is tested
        where("id") == {"1": "2"},
        where("id") == b"1",
        where("id") == 1.5,
        where("number") == "1",
        where("number") == True,  # noqa: E712  # a condition, not a comparison
        where("last_name") == 1,
        where("last_name") == ["Ng", "Lee"],
        where("draft") == "true",
        where("draft") == [True, False],
        where("date_of_birth") == MOMENT,
        where("date_of_birth") == "yesterday",
        where("date_of_birth") > "2024-02-29",
        where("date_of_birth") == [DAY, DAY],
        where("updated_at") >= DAY,
        where("updated_at") >= MOMENT.replace(tzinfo=None),
        where("updated_at") >= "2024-02-29T12:30:15Z",
        where("updated_at") >= datetime.min.replace(tzinfo=timezone(timedelta(hours=10))),
        where("updated_at") <= datetime.max.replace(tzinfo=UTC),
        where("patient_ids").contains(Ref("contacts", "1")),
    ],
)
def test_refuses_a_value_that_the_field_cannot_have(condition: Any) -> None:
    """A value of another type, or one that would change the query's meaning, is refused before anything is sent."""
    with pytest.raises(QueryError):
        rendered(condition)


def test_an_unknown_field_is_refused_with_the_nearest_names() -> None:
    """A field that the list doesn't have is refused, and the similar ones are named."""
    with pytest.raises(QueryError, match=r"patients can't be filtered by 'lastname'\. Did you mean 'last_name'\?"):
        rendered(where("lastname") == "Ng")


def test_refusals_show_no_value() -> None:
    """A refused condition's message has the field and the type of the value, and not the value, which can be a name."""
    with pytest.raises(QueryError) as caught:
        rendered(where("id") == "Amy Ng")

    assert "Amy" not in str(caught.value)


def test_reprs_show_no_value() -> None:
    """A condition can be printed without showing whom it looks for."""
    assert "<Condition last_name =>" == repr(where("last_name") == "Ng")
    assert "Field(name='last_name')" == repr(where("last_name"))


def test_conditions_cannot_be_joined_by_and() -> None:
    """`a and b` would silently drop a condition, so a condition is neither true nor false."""
    with pytest.raises(QueryError, match="commas"):
        bool(where("id") > "1")


def test_fields_cannot_be_hashed() -> None:
    """As `==` makes a condition, a set of fields would find nothing."""
    with pytest.raises(TypeError):
        hash(Field("id"))


@pytest.mark.parametrize(("operator", "second"), [(">", "15"), (">=", "15"), ("<", "16"), ("<=", "16")])
def test_parts_of_a_second_widen_the_condition(operator: Any, second: str) -> None:
    """The API counts whole seconds; a finer time gives a row too many rather than one too few."""
    condition = Condition("updated_at", operator, MOMENT.replace(microsecond=500_000))

    assert [f"updated_at:{operator}2024-02-29T12:30:{second}Z"] == rendered(condition)


def test_times_are_sent_in_utc() -> None:
    """A time of another zone becomes UTC."""
    melbourne = MOMENT.astimezone(timezone(timedelta(hours=11)))

    assert ["updated_at:>2024-02-29T12:30:15Z"] == rendered(where("updated_at") > melbourne)


def test_early_years_have_four_digits() -> None:
    """A year before 1000 is written as the API can read it."""
    assert ["updated_at:>0001-01-01T00:00:00Z"] == rendered(where("updated_at") > datetime(1, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("value", [None, 1.5, True, object(), "", "1 ", "1/2", "-1"])
def test_identifier_refuses_what_is_no_id(value: object) -> None:
    """Only digits or a Ref are an id; anything else could lead to another address."""
    with pytest.raises(ConfigurationError):
        identifier(value, {"patients"}, "patients", ConfigurationError)


VALUES = st.recursive(
    st.none() | st.text() | st.integers() | st.booleans() | st.floats() | st.dates() | st.datetimes() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=5,
)


@given(st.sampled_from([*FIELDS, "other"]), st.sampled_from(["=", "!=", ">", "<=", "~", "~~", "?", "*"]), VALUES)
def test_whatever_is_asked_only_errors_of_our_own_come(field: str, operator: Any, value: Any) -> None:
    """A condition is either spelled or refused with an error of this package."""
    try:
        texts = rendered(Condition(field, operator, value))
    except Error:
        return

    assert all(text.startswith(f"{field}:") for text in texts)


def test_value_covers_lists() -> None:
    """The type of values allows one value, a Ref, and lists of them."""
    values: list[Value] = ["1", 1, True, DAY, MOMENT, Ref("patients", "1"), ["1", Ref("patients", "2")]]

    assert 7 == len(values)
