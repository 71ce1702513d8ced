"""Whatever JSON comes, a model is made of it or an error of our own is raised."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinikomigrate.client.converter import structure, unstructure
from clinikomigrate.cliniko import models
from clinikomigrate.cliniko.models import UNIONS, Patient
from clinikomigrate.errors import Error

MODELS: list[Any] = [
    model
    for name, model in sorted(vars(models).items())
    if isinstance(model, type) and attrs.has(model) and not name.endswith("Draft")
]
DRAFTS: list[Any] = [
    model
    for name, model in sorted(vars(models).items())
    if isinstance(model, type) and attrs.has(model) and name.endswith("Draft") and name != "Draft"
]
WORDS = st.sampled_from(
    [
        "",
        "1",
        "2024-02-29",
        "2024-02-29T12:30:15Z",
        "10.50",
        "https://api.au1.cliniko.com/v1/patients/1",
        "https://[",
        "NaN",
        "\x00",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.text(max_size=5) | WORDS
JSON: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["links", "self", "sections", "questions", "fields", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def keys_of(model: Any) -> list[str]:
    """The names that a model knows, and some that it doesn't."""
    members = [model] if isinstance(model, type) else list(model.__args__)
    names = [field.name.rstrip("_") for member in members for field in attrs.fields(member)]
    return [*names, "category", "unheard_of", "links"]


@pytest.mark.parametrize("model", [*MODELS, *UNIONS], ids=lambda model: getattr(model, "__name__", "union"))
@settings(max_examples=25)
@given(data=st.data())
def test_mangled_json_gives_a_model_or_an_error_of_our_own(model: Any, data: st.DataObject) -> None:
    """No JSON makes reading it crash."""
    body = data.draw(JSON | st.dictionaries(st.sampled_from(keys_of(model)), JSON, max_size=6))
    before = copy.deepcopy(body)
    try:
        made = structure(model, body, where="GET /x")
    except Error:
        made = None

    assert before == body
    assert made is None or isinstance(made, model)


@pytest.mark.parametrize("model", DRAFTS, ids=lambda model: model.__name__)
@settings(max_examples=25)
@given(data=st.data())
def test_odd_values_are_sent_or_refused(model: Any, data: st.DataObject) -> None:
    """No value of a draft makes sending it crash."""
    odd = LEAVES | st.datetimes() | st.dates() | st.times() | st.floats() | st.decimals() | st.binary() | JSON
    names = [field.name for field in attrs.fields(model)]
    draft = model(**data.draw(st.dictionaries(st.sampled_from(names), odd, max_size=4)))
    try:
        body = unstructure(draft)
    except Error:
        return

    assert isinstance(body, dict)


def test_a_new_field_of_the_api_is_kept() -> None:
    """The API grows without notice: what it adds is kept and not an error."""
    patient = structure(Patient, {"id": "1", "blood_type": "AB"}, where="GET /patients/{id}")

    assert {"blood_type": "AB"} == patient.extra


def test_a_hundred_patients_are_read_at_once() -> None:
    """Reading a page makes each of its patients, with the right types."""
    row = {
        "id": "1234567890123456789",
        "created_at": "2024-02-29T12:30:15Z",
        "archived_at": "",
        "patient_phone_numbers": [{"number": "1", "phone_type": "Mobile"}],
        "referring_doctor": {"links": {"self": "https://api.au1.cliniko.com/v1/contacts/5"}},
    }
    patients = [structure(Patient, row, where="GET /patients") for _ in range(100)]

    assert {datetime(2024, 2, 29, 12, 30, 15, tzinfo=UTC)} == {patient.created_at for patient in patients}
    assert {None} == {patient.archived_at for patient in patients}
    assert Decimal(1) == Decimal(len({patient.id for patient in patients}))
