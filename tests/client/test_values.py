"""The single values of the API's JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinikomigrate.client import values
from clinikomigrate.client.ref import Ref

READERS = [
    values.json_object,
    values.text,
    values.flag,
    values.whole,
    values.amount,
    values.moment,
    values.day,
    values.time_of_day,
    values.ref,
    values.ref_or_none,
]


def link(url: object) -> dict[str, object]:
    """A link as the API writes it."""
    return {"links": {"self": url}}


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (values.json_object, {"a": 1}, {"a": 1}),
        (values.text, "a", "a"),
        (values.text, 12, "12"),
        (values.flag, False, False),
        (values.whole, 12, 12),
        (values.whole, "12", 12),
        (values.whole, Decimal("12.0"), 12),
        (values.amount, "10.50", Decimal("10.50")),
        (values.amount, 10, Decimal(10)),
        (values.amount, 0.1, Decimal("0.1")),
        (values.amount, Decimal("0.1"), Decimal("0.1")),
        (values.moment, "2024-02-29T12:30:15Z", datetime(2024, 2, 29, 12, 30, 15, tzinfo=UTC)),
        (values.moment, "2024-02-29T23:30:15+11:00", datetime(2024, 2, 29, 12, 30, 15, tzinfo=UTC)),
        (values.day, "2024-02-29", date(2024, 2, 29)),
        (values.time_of_day, "09:30", time(9, 30)),
        (values.ref, link("https://x.example/v1/patients/1"), Ref("patients", "1")),
        (values.ref_or_none, link("https://x.example/v1/patients/1"), Ref("patients", "1")),
        (values.ref_or_none, link("https://x.example/v1/patients"), None),
        (values.ref_or_none, {}, None),
        (values.raw, [1, [2]], (1, [2])),
        (values.raw, {"a": 1}, {"a": 1}),
        (values.as_it_is, [1], [1]),
    ],
)
def test_reads(read: Callable[[object], object], value: object, expected: object) -> None:
    """Each value is read as what it stands for."""
    assert expected == read(value)


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (values.json_object, []),
        (values.text, True),
        (values.text, 1.5),
        (values.flag, "true"),
        (values.flag, 1),
        (values.whole, True),
        (values.whole, "1.5"),
        (values.whole, "1e99"),
        (values.whole, []),
        (values.amount, True),
        (values.amount, "ten"),
        (values.amount, "NaN"),
        (values.amount, "Infinity"),
        (values.amount, "1e9999999"),
        (values.amount, []),
        (values.moment, "2024-02-29T12:30:15"),
        (values.moment, "0001-01-01T00:00:00+10:00"),
        (values.moment, "yesterday"),
        (values.moment, 5),
        (values.day, "2024-02-30"),
        (values.day, "2024-02-29T00:00:00Z"),
        (values.day, 5),
        (values.time_of_day, "25:00"),
        (values.time_of_day, 9),
        (values.ref, link("https://x.example/v1/patients")),
        (values.ref, "1"),
        (values.ref_or_none, link("https://[")),
    ],
)
def test_refuses(read: Callable[[object], object], value: object) -> None:
    """What is something else raises an error that the converter knows."""
    with pytest.raises((TypeError, ValueError)):
        read(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (link("https://x.example/v1/patients/1/invoices"), True),
        (link("https://x.example/v1/patients/1"), False),
        (link("https://["), False),
        (link(5), False),
        ({"links": {"self": "https://x.example/v1/patients"}, "name": "a"}, False),
        ({"links": 5}, False),
        ("https://x.example/v1/patients", False),
    ],
)
def test_knows_links_to_collections(value: object, expected: bool) -> None:
    """Only what is nothing but a link to a collection can be dropped without losing anything."""
    assert expected is values.leads_to_many(value)


JSON: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.text()
    | st.dates().map(str)
    | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["links", "self", "a"]), inner),
    max_leaves=6,
)


@given(st.sampled_from(READERS), JSON)
def test_only_expected_errors_come(read: Callable[[object], object], value: object) -> None:
    """Whatever JSON comes, a reader gives a value or raises TypeError or ValueError."""
    try:
        read(value)
    except (TypeError, ValueError):
        return
