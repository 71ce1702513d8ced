"""The comparison reports every record that is missing, doubled or different, and nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from clinikomigrate.testing.clinic import make_clinic
from clinikomigrate.testing.columns import Column
from clinikomigrate.testing.empty import empty_destination
from clinikomigrate.testing.fake import FakeCliniko
from clinikomigrate.testing.kinds import KINDS
from tests.comparison import counts, differences
from tests.testing_clinic.altered import Altered, Shown
from tests.testing_clinic.copying import ORDER, HandCopy

Pair = tuple[Shown, Shown]
Row = dict[str, Any]

FREE = {
    ("taxes", "amount"): "an old name of the rate",
    ("patients", "country"): "follows from the country's code",
    ("individual_appointments", "repeat_rule"): "a rule would make a series once more",
    ("group_appointments", "repeat_rule"): "as above",
    ("unavailable_blocks", "repeat_rule"): "as above",
    ("availability_blocks", "repeat_rule"): "as above",
    ("patient_forms", "patient_form_template_id"): "can't be read",
    ("patient_cases", "attendee_ids"): "compared at the attendees",
    ("concession_types", "archived_at"): "no API archives them",
    ("product_suppliers", "archived_at"): "can't be seen",
    ("availability_blocks", "archived_at"): "no API archives them",
    ("referral_sources", "archived_at"): "no API archives them",
    ("appointment_type_billable_items", "is_monetary_discount"): "follows from the other two",
    ("appointment_type_products", "is_monetary_discount"): "as above",
}
"""Columns that a correct copy may hold otherwise, and why."""

READ_ONLY = {
    "individual_appointments": ("cancelled_at", "cancellation_reason", "cancellation_note"),
    "patient_attachments": ("content", "processing_completed"),
    "patient_forms": ("completed_at",),
    "patients": ("accepted_sms_marketing",),
}
"""Columns that requests can't write and that must be right all the same."""


def _columns(kind: str) -> list[Column]:
    return [
        column
        for column in KINDS[kind].columns
        if column.kept
        and (kind, column.name) not in FREE
        and (column.write != "never" or column.name == "archived_at" or column.name in READ_ONLY.get(kind, ()))
    ]


def _other(column: Column, value: object) -> object:
    """Gives another value of the same type."""
    if isinstance(value, bytes):
        return value + b"!"
    others: dict[str, object] = {
        "date": "1901-02-03",
        "moment": "1999-01-01T00:00:00Z" if column.name == "starts_at" else None,
        "reference": "1",
        "references": ["1"],
        "object": None if isinstance(value, dict | list) else "1901-02-03",
        "text": "something else",
    }
    if column.type == "boolean":
        return not value
    if column.type in others:
        return others[column.type]
    more = Decimal(str(value)) + 1
    return int(more) if column.type == "integer" else str(more)


CHANGES = [(kind, column.name) for kind in ORDER for column in _columns(kind)]


def test_correct(pair: Pair) -> None:
    """A correct copy has no differences."""
    assert differences(*pair) == []


def test_correct_and_large() -> None:
    """A correct copy of a clinic of 300 patients has none either."""
    source = FakeCliniko()
    make_clinic(source, patients=300, seed=2)
    destination = empty_destination(source)
    HandCopy(source, destination).run()

    assert differences(source, destination) == []


@pytest.mark.parametrize("kind", ORDER)
def test_dropped(pair: Pair, kind: str) -> None:
    """A record that is not in the destination is reported."""
    source, destination = pair
    rows = [row for row in destination.rows(kind) if kind != "product_suppliers" or not row["archived_at"]]

    found = differences(source, Altered(destination).remove(kind, rows[-1]))

    assert any(line.startswith(f"{kind} ") and "missing" in line for line in found) or kind == "relationships"
    assert found or kind == "relationships"


@pytest.mark.parametrize("kind", ORDER)
def test_doubled(pair: Pair, kind: str) -> None:
    """A record that is in the destination twice is reported."""
    source, destination = pair
    rows = destination.rows(kind)

    found = differences(source, Altered(destination).add(kind, rows[-1]))

    assert any(line.startswith(f"{kind} ") and ("doubled" in line or "no such record" in line) for line in found)


@pytest.mark.parametrize("kind", [kind for kind in ORDER if kind != "communications"])
def test_strange(pair: Pair, kind: str) -> None:
    """A record that is not in the source is reported."""
    source, destination = pair
    row = destination.rows(kind)[0]
    links = {column.name: "1" for column in KINDS[kind].columns if column.type == "reference"}
    names = {name: "Nobody's" for name in ("name", "title", "notes", "reference_number") if name in row}

    found = differences(source, Altered(destination).add(kind, row, **links, **names))

    assert any(line.startswith(f"{kind} ") and "no such record" in line for line in found)


@pytest.mark.parametrize(("kind", "column"), CHANGES)
def test_changed(pair: Pair, kind: str, column: str) -> None:
    """A record of which one field is not right is reported, whatever the field."""
    source, destination = pair
    rows = [dict(row) for row in destination.rows(kind) if _binding(row, destination, kind)]
    row = max(rows, key=lambda row: len(str(row[column] or "")))
    if row[column] in (None, "", [], {}):
        row[column] = {"boolean": False, "moment": None}.get(KINDS[kind].by_name[column].type, "1")
    value = _other(KINDS[kind].by_name[column], row[column])
    if column == "archived_at" and row[column] is None:
        value = "2020-01-01T00:00:00Z"

    found = differences(source, Altered(destination).change(kind, row, **{column: value}))

    assert any(line.startswith(f"{kind} ") for line in found), f"{column}: {row[column]!r} -> {value!r}"


def _binding(row: Row, destination: Shown, kind: str) -> bool:
    """Leaves out attendees of individual appointments, which say nothing of their own on being archived."""
    groups = {group["id"]: group for group in destination.rows("group_appointments")}
    group = groups.get(row["booking_id"]) if kind == "attendees" else {"archived_at": None}
    return group is not None and group["archived_at"] is None


def test_counts() -> None:
    """Records are counted by kind, hidden ones too."""
    fake = FakeCliniko()
    fake.add("patients", first_name="Ann", last_name="Archived", archived_at="2020-01-01T00:00:00Z")
    fake.add("taxes", name="GST", rate="10.0")

    assert counts(fake) == {"patients": 1, "taxes": 1}
