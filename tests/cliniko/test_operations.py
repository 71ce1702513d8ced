"""The client can do all that the API can, and nothing else."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from clinikomigrate.client.query import FieldType
from clinikomigrate.client.resource import (
    Archive,
    Cancel,
    Conflicts,
    Create,
    Delete,
    DeleteToArchive,
    Get,
    List,
    Unarchive,
    Update,
)
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko import models as models_module
from clinikomigrate.cliniko.models import (
    BusinessDraft,
    PatientAttachmentDraft,
    ReferralSourceDraft,
)
from clinikomigrate.errors import Error, OutcomeUnknown, UnexpectedResponse
from tests import description
from tests.client.server import Server

Act = Callable[[Cliniko], Any]

ABILITIES = {
    "appointment_types": "list get create update archive delete",
    "appointment_type_billable_items": "list get create update delete",
    "appointment_type_products": "list get create update delete",
    "attendees": "list get create update archive delete cancel",
    "availability_blocks": "list get create",
    "billable_items": "list get create update archive delete",
    "bookings": "list get",
    "businesses": "list get create update archive delete unarchive",
    "communications": "list get create update archive",
    "concession_prices": "list get create update",
    "concession_types": "list get create update",
    "contacts": "list get create update archive delete",
    "daily_availabilities": "list get",
    "group_appointments": "list get create update archive delete conflicts",
    "individual_appointments": "list get create update archive delete cancel conflicts",
    "invoices": "list get",
    "invoice_items": "list get",
    "medical_alerts": "list get create update archive delete",
    "patients": "list get create update archive delete unarchive",
    "patient_attachments": "list get create update archive delete",
    "patient_cases": "list get create update archive",
    "patient_forms": "list get create update archive",
    "patient_form_templates": "list get create update archive",
    "practitioners": "list get",
    "practitioner_reference_numbers": "list get create update delete",
    "products": "list get create update archive delete",
    "product_suppliers": "list get create update archive delete",
    "recalls": "list get create update archive",
    "recall_types": "list get create update archive",
    "referral_sources": "list",
    "referral_source_types": "list get",
    "relationships": "list get create update archive",
    "services": "list",
    "stock_adjustments": "list get create",
    "taxes": "list get create update delete",
    "treatment_notes": "list get create update archive delete unarchive",
    "treatment_note_templates": "list get create update archive delete",
    "unavailable_blocks": "list get create update archive delete conflicts",
    "unavailable_block_types": "list get create update archive",
    "users": "list get",
}
"""What the API can do with each kind of record."""

BLOCKS: dict[str, tuple[type[Any], ...]] = {
    "list": (List,),
    "get": (Get,),
    "create": (Create,),
    "update": (Update,),
    "archive": (Archive,),
    "delete": (Delete, DeleteToArchive),
    "unarchive": (Unarchive,),
    "cancel": (Cancel,),
    "conflicts": (Conflicts,),
}

DELETED_FOR_GOOD = {
    "taxes",
    "practitioner_reference_numbers",
    "appointment_type_billable_items",
    "appointment_type_products",
}
"""Where deleting deletes. Elsewhere it archives."""

NESTED: dict[str, Act] = {
    "/appointment_types/{id}/practitioners": lambda c: c.appointment_types.practitioners("1"),
    "/appointment_types/{id}/practitioners/inactive": lambda c: c.appointment_types.inactive_practitioners("1"),
    "/appointments/{id}/invoices": lambda c: c.individual_appointments.invoices("1"),
    "/attendees/{id}/invoices": lambda c: c.attendees.invoices("1"),
    "/attendees/{id}/patient_forms": lambda c: c.attendees.patient_forms("1"),
    "/businesses/{id}/daily_availabilities": lambda c: c.businesses.daily_availabilities("1"),
    "/businesses/{id}/practitioners": lambda c: c.businesses.practitioners("1"),
    "/businesses/{id}/practitioners/inactive": lambda c: c.businesses.inactive_practitioners("1"),
    "/businesses/{id}/services": lambda c: c.businesses.services("1"),
    "/group_appointments/{id}/attendees": lambda c: c.group_appointments.attendees("1"),
    "/individual_appointments/{id}/attendees": lambda c: c.individual_appointments.attendees("1"),
    "/invoices/{id}/invoice_items": lambda c: c.invoices.invoice_items("1"),
    "/patient_cases/active": lambda c: c.patient_cases.active(),
    "/patient_cases/{id}/attendees": lambda c: c.patient_cases.attendees("1"),
    "/patient_cases/{id}/bookings": lambda c: c.patient_cases.bookings("1"),
    "/patient_cases/{id}/invoices": lambda c: c.patient_cases.invoices("1"),
    "/patient_cases/{id}/patient_attachments": lambda c: c.patient_cases.patient_attachments("1"),
    "/patients/{id}/invoices": lambda c: c.patients.invoices("1"),
    "/patients/{id}/medical_alerts": lambda c: c.patients.medical_alerts("1"),
    "/patients/{id}/patient_attachments": lambda c: c.patients.patient_attachments("1"),
    "/patients/{id}/treatment_notes": lambda c: c.patients.treatment_notes("1"),
    "/practitioners/inactive": lambda c: c.practitioners.inactive(),
    "/practitioners/{id}/appointment_types": lambda c: c.practitioners.appointment_types("1"),
    "/practitioners/{id}/daily_availabilities": lambda c: c.practitioners.daily_availabilities("1"),
    "/practitioners/{id}/invoices": lambda c: c.practitioners.invoices("1"),
    "/practitioners/{id}/practitioner_reference_numbers": lambda c: c.practitioners.practitioner_reference_numbers("1"),
    "/businesses/{id}/practitioners/{id}/appointment_types/{id}/available_times": lambda c: (
        c.businesses.available_times("1", "1", "1", since=date(2024, 3, 1), until=date(2024, 3, 7))
    ),
}
"""The lists that have an address of their own."""

SINGLE: dict[str, Act] = {
    "GET /businesses/{id}/practitioners/{id}/appointment_types/{id}/next_available_time": lambda c: (
        c.businesses.next_available_time("1", "1", "1", since=date(2024, 3, 1), until=date(2024, 3, 7))
    ),
    "GET /patient_forms/{id}/signatures/{id}": lambda c: c.patient_forms.signature("1", "1"),
    "GET /patients/{id}/attachment_presigned_post": lambda c: c.patients.attachment_presigned_post("1"),
    "GET /patients/{id}/referral_source": lambda c: c.patients.referral_source("1"),
    "PATCH /patients/{id}/referral_source": lambda c: c.patients.set_referral_source("1", ReferralSourceDraft()),
    "GET /settings": lambda c: c.settings(),
    "GET /settings/public": lambda c: c.public_settings(),
    "GET /user": lambda c: c.user(),
}
"""What else the API can do."""


def draft_of(client: Cliniko, kind: str) -> Any:
    """An empty draft of a kind."""
    model = client.resource(kind).created_model or client.resource(kind).model
    name = {"patient_attachments": "PatientAttachmentDraft"}.get(kind, f"{model.__name__}Draft")
    return getattr(models_module, name)()


def _do(kind: str, name: str, *arguments: str) -> Act:
    return lambda c: getattr(c.resource(kind), name)(*arguments)


def _write(kind: str, name: str, *arguments: str) -> Act:
    return lambda c: getattr(c.resource(kind), name)(*arguments, draft_of(c, kind))


def _cancel(kind: str) -> Act:
    return lambda c: c.resource(kind).cancel("1", reason=50)


def _walk(act: Act) -> Act:
    return lambda c: act(c).first()


def operations() -> Iterator[tuple[str, Act]]:
    """Each operation of the API, as method and path, with what the client does for it."""
    for kind, abilities in ABILITIES.items():
        acts: dict[str, tuple[str, Act]] = {
            "list": (f"GET /{kind}", _walk(_do(kind, "list"))),
            "get": (f"GET /{kind}/{{id}}", _do(kind, "get", "1")),
            "create": (f"POST /{kind}", _write(kind, "create")),
            "update": (f"PATCH /{kind}/{{id}}", _write(kind, "update", "1")),
            "archive": (f"POST /{kind}/{{id}}/archive", _do(kind, "archive", "1")),
            "unarchive": (f"POST /{kind}/{{id}}/unarchive", _do(kind, "unarchive", "1")),
            "delete": (f"DELETE /{kind}/{{id}}", _do(kind, "delete", "1")),
            "cancel": (f"PATCH /{kind}/{{id}}/cancel", _cancel(kind)),
            "conflicts": (f"GET /{kind}/{{id}}/conflicts", _do(kind, "conflicts", "1")),
        }
        yield from (acts[ability] for ability in abilities.split())
    yield from ((f"GET {path}", _walk(act)) for path, act in NESTED.items())
    yield from SINGLE.items()


OPERATIONS = dict(operations())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_has_a_method_that_sends_it(server: Server, client: Cliniko, operation: str) -> None:
    """The method sends exactly the one request of the operation."""
    method, _, path = operation.partition(" ")
    server.answer(method, path.replace("{id}", "1"), {})
    with contextlib.suppress(UnexpectedResponse, OutcomeUnknown):  # an empty object is no good answer
        OPERATIONS[operation](client)

    assert [(method, path.replace("{id}", "1"))] == [(request.method, request.path) for request in server.requests]


@pytest.mark.parametrize("kind", ABILITIES)
def test_what_the_api_cannot_do_is_not_there(client: Cliniko, kind: str) -> None:
    """A resource has the methods that the API has for its kind, and no other."""
    resource = client.resource(kind)
    has = {ability for ability, blocks in BLOCKS.items() if isinstance(resource, blocks)}

    assert set(ABILITIES[kind].split()) == has
    assert has == {ability for ability in BLOCKS if hasattr(resource, ability)}
    assert (kind in DELETED_FOR_GOOD) is isinstance(resource, Delete)


def test_an_invoice_cannot_be_made(client: Cliniko) -> None:
    """Invoices can only be read, so there is no such method."""
    with pytest.raises(AttributeError):
        client.invoices.create  # type: ignore[attr-defined]  # noqa: B018  # what is tested


@pytest.mark.parametrize("kind", ABILITIES)
def test_resources_go_by_their_kinds(client: Cliniko, kind: str) -> None:
    """Each kind's name is an attribute of the client, and the kind of what it gives."""
    assert client.resource(kind) is getattr(client, kind)
    assert kind == client.resource(kind).kind


def test_there_are_no_other_resources(client: Cliniko) -> None:
    """All resources of the client are in the table of this test."""
    assert set(ABILITIES) == set(client._resources)


@description.needed
def test_nothing_of_the_description_is_missing() -> None:
    """Each operation of the API description has a method, and no method has an operation that isn't there."""
    paths: dict[str, Any] = description.contract().spec["paths"]
    described = {
        f"{method.upper()} {re.sub(r'{[^}]+}', '{id}', path)}"
        for path, methods in paths.items()
        for method in methods
        if method != "parameters"
    }

    assert described == set(OPERATIONS)


def _described_filters() -> Iterator[tuple[str, dict[str, str]]]:
    for path, methods in description.contract().spec["paths"].items():
        names = {row.get("$ref", "").rpartition("/")[2] for row in methods.get("get", {}).get("parameters", [])}
        if "Page" in names:
            yield re.sub(r"{[^}]+}", "{id}", path), methods["get"].get("x-filters", {})


@description.needed
def test_lists_can_be_filtered_by_what_the_description_says(client: Cliniko) -> None:
    """Each list, nested or not, has the filters of the description with their types, and no other."""
    described = dict(_described_filters())
    fields: dict[str, dict[str, FieldType]] = {f"/{kind}": client.resource(kind).fields for kind in ABILITIES}
    for resource in client._resources.values():
        for declared in vars(type(resource)).values():
            if hasattr(declared, "template"):
                fields[re.sub(r"{[^}]+}", "{id}", declared.template)] = declared.fields
    fields["/businesses/{id}/practitioners/{id}/appointment_types/{id}/available_times"] = {}

    assert described == {path: {name: field.name for name, field in known.items()} for path, known in fields.items()}


@description.needed
def test_getting_lifts_all_exclusions_of_the_description(server: Server, client: Cliniko) -> None:
    """Reading one record asks for it whether it is archived, deleted or cancelled, where the description has that."""
    paths: dict[str, Any] = description.contract().spec["paths"]
    for kind, abilities in ABILITIES.items():
        if "get" in abilities.split():
            server.answer("GET", f"/{kind}/1", {"id": "1"})
            client.resource(kind).get("1")
            described = paths[f"/{kind}/{{id}}"]["get"].get("x-filters", {})

            assert {f"{name}:*" for name in described} == set(server.last.filters), kind


@description.needed
def test_only_new_records_take_what_the_description_says(client: Cliniko) -> None:
    """What can be written when a record is made and not later is refused in updates."""
    contract = description.contract()

    def written(path: str, method: str) -> set[str]:
        body = contract.resolve(contract.spec["paths"][path][method].get("requestBody", {}))
        schema = contract.resolve(body.get("content", {}).get("application/json", {}).get("schema", {}))
        return set(schema.get("properties", {}))

    for kind, abilities in ABILITIES.items():
        if {"create", "update"} <= set(abilities.split()):
            fixed = written(f"/{kind}", "post") - written(f"/{kind}/{{id}}", "patch")

            assert fixed == client.resource(kind).create_only, kind


def test_a_referral_source_is_read_also_from_the_archive(server: Server, client: Cliniko) -> None:
    """The patient's referral source is asked for whether it is archived or not."""
    server.answer("GET", "/patients/1/referral_source", {"id": "2"})

    assert "2" == client.patients.referral_source("1").id
    assert ["archived_at:*"] == server.last.filters


def test_a_referral_source_is_written_through_its_patient(server: Server, client: Cliniko) -> None:
    """The patient is the address and not part of the body."""
    server.answer("PATCH", "/patients/1/referral_source", {"id": "2"})
    draft = ReferralSourceDraft(patient_id="1", referral_source_type_id="3", subcategory=None)

    assert "2" == client.patients.set_referral_source("1", draft).id
    assert {"referral_source_type_id": "3", "subcategory": None} == server.last.body


def test_available_times_are_asked_for_by_days(server: Server, client: Cliniko) -> None:
    """The window is sent as two dates, and the times come page by page."""
    path = "/businesses/1/practitioners/2/appointment_types/3"
    times = {"available_times": [{"appointment_start": "2024-03-01T09:00:00Z"}], "total_entries": 1}
    server.answer("GET", f"{path}/available_times", times)
    server.answer("GET", f"{path}/next_available_time", {"appointment_start": "2024-03-01T09:00:00Z"})
    window = {"since": date(2024, 3, 1), "until": date(2024, 3, 7)}

    (time,) = client.businesses.available_times("1", "2", "3", **window)
    query = [("from", "2024-03-01"), ("to", "2024-03-07"), ("page", "1"), ("per_page", "100")]

    assert query == server.last.query
    assert time.appointment_start == client.businesses.next_available_time("1", "2", "3", **window)
    assert query[:2] == server.last.query


@pytest.mark.parametrize("day", ["2024-03-01", None])
def test_days_are_dates(client: Cliniko, day: Any) -> None:
    """Something else than a date is refused before anything is sent."""
    with pytest.raises(Error, match="date"):
        client.businesses.available_times("1", "2", "3", since=day, until=day)


def test_a_file_cannot_be_created_or_changed_with_its_content(client: Cliniko) -> None:
    """Only `upload` sends files; elsewhere a file in the draft would be lost without a word."""
    draft = PatientAttachmentDraft(content=object())  # type: ignore[arg-type]  # it is never opened

    with pytest.raises(Error, match=r"create\(\) sends no file"):
        client.patient_attachments.create(draft)
    with pytest.raises(Error, match=r"update\(\) sends no file"):
        client.patient_attachments.update("1", draft)


def test_businesses_come_back_from_the_archive(server: Server, client: Cliniko) -> None:
    """What is brought back is answered with the record."""
    server.answer("POST", "/businesses/1/unarchive", {"id": "1", "business_name": "Northside"})

    assert "Northside" == client.businesses.unarchive("1").business_name
    assert BusinessDraft.kind == client.businesses.kind
