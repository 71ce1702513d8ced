"""Records and drafts: what they hold, what they show, and that JSON of any shape is read or refused."""

from __future__ import annotations

import importlib.util
import inspect
import pathlib
import re
import typing
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinikomigrate.client.converter import structure, unstructure
from clinikomigrate.client.entity import Draft, Entity, Part
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.errors import Error
from clinikomigrate.splose import models
from clinikomigrate.splose.models import (
    Availability,
    Case,
    Patient,
    PatientDraft,
    Practitioner,
    Service,
)
from clinikomigrate.splose.models.fields import camel_case
from tests import description
from tests.cliniko.test_shapes import JSON, LEAVES

SECRET = "Zebedee Quux"
CLASSES: dict[str, Any] = {name: getattr(models, name) for name in models.__all__}
PARTS = {name: model for name, model in CLASSES.items() if issubclass(model, Part)}
ENTITIES = {name: model for name, model in CLASSES.items() if issubclass(model, Entity)}
DRAFTS = {name: model for name, model in CLASSES.items() if issubclass(model, Draft)}


def test_every_class_is_exported() -> None:
    """Each class that a module of the package defines can be imported from the package."""
    modules = [module for _, module in inspect.getmembers(models, inspect.ismodule)]
    defined = {
        name
        for module in modules
        for name, found in vars(module).items()
        if inspect.isclass(found) and attrs.has(found) and found.__module__ == module.__name__
    }

    assert defined == set(models.__all__) == set(PARTS) | set(DRAFTS)


@pytest.mark.parametrize("model", CLASSES.values(), ids=CLASSES)
def test_documented_attributes_exist(model: Any) -> None:
    """What stands under `Attributes:` are attributes of the class, and each class says in a sentence what it is."""
    said, _, listed = inspect.cleandoc(model.__doc__ or "").partition("Attributes:\n")
    documented = set(re.findall(r"^ {4}(\w+):", listed, re.MULTILINE))

    assert said.partition("\n")[0].endswith((".", "`."))
    assert documented <= {field.name for field in attrs.fields(model)}


@pytest.mark.parametrize("model", PARTS.values(), ids=PARTS)
def test_records_show_nothing_of_what_they_hold(model: Any) -> None:
    """A repr is the class and, where there is one, the record's id."""
    values: dict[str, Any] = {field.name: SECRET for field in attrs.fields(model)}
    values |= {"id": "123"} if issubclass(model, Entity) else {}

    assert f"<{model.__name__}{' 123' if issubclass(model, Entity) else ''}>" == repr(model(**values))


@pytest.mark.parametrize("model", ENTITIES.values(), ids=ENTITIES)
def test_entities_need_nothing_but_their_id(model: Any) -> None:
    """Whatever the API leaves out is None, and each kind has its name."""
    rest = attrs.asdict(model(id="7"), recurse=False, filter=lambda field, _: field.name not in {"id", "extra"})

    assert set(rest.values()) <= {None}
    assert re.fullmatch(r"[a-z_]+", model.kind)


@pytest.mark.parametrize("model", DRAFTS.values(), ids=DRAFTS)
def test_drafts_show_names_only(model: Any) -> None:
    """A draft's repr names what was given and shows no value."""
    names = [field.name for field in attrs.fields(model)]

    assert f"<{model.__name__}: {', '.join(names)}>" == repr(model(**dict.fromkeys(names, SECRET)))
    assert {} == unstructure(model())


@pytest.mark.parametrize("model", DRAFTS.values(), ids=DRAFTS)
def test_what_a_draft_points_at_is_known(model: Any) -> None:
    """Each attribute is `UNSET` by default, and each id is a number that says which kind of record it belongs to."""
    kinds = {entity.kind for entity in ENTITIES.values()}
    for field in attrs.fields(model):
        types = typing.get_args(field.type)
        points = any(typing.get_origin(kind) is Ref for kind in types)

        assert UNSET is field.default
        assert Unset in types
        assert points is (field.metadata.get("kind") in kinds)
        assert not points or field.metadata["number"]


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("address_l1", "addressL1"),
        ("for_", "for"),
        ("id", "id"),
        ("is_alert_utilization_sent", "isAlertUtilizationSent"),
    ],
)
def test_names_are_spelled_in_camel_case(name: str, spelled: str) -> None:
    """An attribute's name says the name in JSON."""
    assert spelled == camel_case(name)


@description.needed
def test_nothing_of_the_description_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    """Each schema has a model, each body a draft, each property an attribute."""
    path = pathlib.Path(str(description.FOLDER)) / "coverage.py"
    spec = importlib.util.spec_from_file_location("description_coverage", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.main()

    assert [] == [line for line in capsys.readouterr().out.splitlines() if line.startswith("splose:")]


def example(contract: Any, schema: Any) -> Any:  # noqa: PLR0911  # one for each type
    """Makes a value that fits a schema."""
    schema = contract.resolve(schema)
    match schema:
        case {"enum": [first, *_]}:
            return first
        case {"anyOf": [first, *_]}:
            return example(contract, first)
        case {"type": "object"}:
            return {name: example(contract, inner) for name, inner in schema.get("properties", {}).items()}
        case {"type": "array", "items": items}:
            return [example(contract, items)]
        case {"type": "integer"} | {"type": "number"}:
            return 7
        case {"type": "boolean"}:
            return True
        case {"example": given}:
            return given
    return "text"


@description.needed
@pytest.mark.parametrize("model", PARTS.values(), ids=PARTS)
def test_models_read_what_the_description_says(model: Any) -> None:
    """A record with every property of its schema is read to the last one, with the types that the schema means."""
    contract = description.contract("splose")
    body = example(contract, contract.spec["components"]["schemas"][model.__name__])
    for name in set(body) & {"startTime", "endTime"}:
        body[name] = "09:00"
    for name in set(body) & {"startDate", "endDate"}:
        body[name] = "2025-01-01T00:00:00.000Z"
    read = structure(model, body, where="GET /x")

    assert {} == read.extra
    assert {} == {
        field.name: value for field in attrs.fields(model)
        if (value := getattr(read, field.name)) is None
    }  # fmt: skip


@pytest.mark.parametrize("model", PARTS.values(), ids=PARTS)
@settings(max_examples=25)
@given(data=st.data())
def test_mangled_json_gives_a_model_or_an_error_of_our_own(model: Any, data: st.DataObject) -> None:
    """No JSON makes reading it crash."""
    names = [str(field.metadata.get("json", field.name)) for field in attrs.fields(model)]
    body = data.draw(JSON | st.dictionaries(st.sampled_from(names), JSON, max_size=6))
    try:
        made = structure(model, body, where="GET /x")
    except Error:
        return

    assert isinstance(made, model)


@pytest.mark.parametrize("model", DRAFTS.values(), ids=DRAFTS)
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


def test_a_patient_is_read() -> None:
    """Ids are texts, times aware and in UTC, dates dates, and what is new is kept by the API's own name."""
    patient = structure(
        Patient,
        {
            "id": 12,
            "firstname": "Ann",
            "birthdate": "1988-05-17",
            "invoiceRecipientId": 5,
            "phoneNumbers": [{"type": "Mobile", "code": "+61", "phoneNumber": "400000001"}],
            "customFields": [{"name": "Club", "value": "Invented FC"}, {"name": "Level", "value": 3}],
            "ndisInfo": {"startDate": "2025-01-01T00:00:00.000Z"},
            "createdAt": "2025-03-03T23:30:00.000Z",
            "deletedAt": None,
            "bloodType": "AB",
        },
        where="GET /patients/{id}",
    )

    assert ("12", "Ann", "5", date(1988, 5, 17)) == (
        patient.id, patient.firstname, patient.invoice_recipient_id, patient.birthdate,
    )  # fmt: skip
    assert (datetime(2025, 3, 3, 23, 30, tzinfo=UTC), None) == (patient.created_at, patient.deleted_at)
    assert ["Invented FC", 3] == [field.value for field in patient.custom_fields or ()]
    assert patient.ndis_info
    assert datetime(2025, 1, 1, tzinfo=UTC) == patient.ndis_info.start_date
    assert {"bloodType": "AB"} == patient.extra


def test_a_patients_parts_are_written_as_they_are_read() -> None:
    """Phone numbers and the like can be sent back as they came."""
    body: dict[str, Any] = {
        "phoneNumbers": [{"type": "Mobile", "code": "+61", "phoneNumber": "1"}, {"phoneNumber": "2"}],
        "ndisInfo": {"diagnosis": "invented", "endDate": "2025-12-31T00:00:00Z"},
    }
    patient = structure(Patient, {"id": 1, **body}, where="GET /patients/{id}")

    assert body == unstructure(PatientDraft(phone_numbers=patient.phone_numbers, ndis_info=patient.ndis_info))


def test_a_cases_dates_are_in_utc() -> None:
    """Times that say no zone are in UTC, as all of the API's are."""
    case = structure(Case, {"id": 1, "issueDate": "2025-03-03 00:00:00", "hours": 1.5}, where="GET /cases/{id}")

    assert (datetime(2025, 3, 3, tzinfo=UTC), Decimal("1.5")) == (case.issue_date, case.hours)


def test_words_that_python_reserves() -> None:
    """What a service is for is `for_`; hours of a day are times of day."""
    service = structure(Service, {"id": 1, "for": "support activity", "duration": 60}, where="GET /services/{id}")
    hours = structure(Availability, {"date": "2025-03-03", "startTime": "09:00"}, where="GET /availabilities/{id}")

    assert ("support activity", Decimal(60)) == (service.for_, service.duration)
    assert (date(2025, 3, 3), time(9)) == (hours.date, hours.start_time)


def test_connections_point_somewhere() -> None:
    """What a practitioner is connected with is said by type and id."""
    body = {"id": 1, "connections": [{"typeId": 4, "type": "Location"}], "providerNumbers": [{"locationId": None}]}
    practitioner = structure(Practitioner, body, where="GET /practitioners/{id}")

    assert [("Location", "4")] == [(one.type, one.type_id) for one in practitioner.connections or ()]
    assert [None] == [one.location_id for one in practitioner.provider_numbers or ()]
