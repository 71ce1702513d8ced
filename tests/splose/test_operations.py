"""The client can do all that the API can, and nothing else."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.resource import Get
from clinikomigrate.errors import (
    BadRequest,
    ConfigurationError,
    NotFound,
    OutcomeUnknown,
    QueryError,
    UnexpectedResponse,
    Unprocessable,
)
from clinikomigrate.splose import Splose
from clinikomigrate.splose.models import (
    AppointmentCancellation,
    AppointmentDraft,
    ContactDraft,
    CustomField,
    CustomFieldOption,
    NdisInfo,
    Patient,
    PatientDraft,
    PaymentDraft,
    PaymentInvoiceDraft,
    PhoneNumber,
    SupportItemDraft,
)
from clinikomigrate.splose.resource import Create, Delete, List, Update
from tests import description
from tests.client.server import Server

Act = Callable[[Splose], Any]
NOW = datetime(2025, 3, 3, 1, tzinfo=UTC)
CANCELLATION = AppointmentCancellation(reason_id="4", note="moved")

ABILITIES = {
    "appointments": "list get create update",
    "busy_time_types": "list get",
    "busy_times": "list get",
    "cancellation_reasons": "list",
    "cases": "list get",
    "contacts": "list get create",
    "credit_notes": "list get",
    "invoices": "list get",
    "locations": "list get",
    "patient_forms": "list get",
    "patients": "list get create update",
    "payment_methods": "list get",
    "payments": "list get create delete",
    "practitioners": "list get",
    "screeners": "list get",
    "services": "list get",
    "support_activities": "list get",
    "support_items": "list get update",
    "waitlists": "list get",
}
"""What the API can do with each kind of record that has a list with pages."""

BLOCKS: dict[str, type[Any]] = {"list": List, "get": Get, "create": Create, "update": Update, "delete": Delete}

DRAFTS: dict[str, Any] = {
    "patients": PatientDraft(firstname="Ann", lastname="Invented"),
    "contacts": ContactDraft(type="Standard", name="Ann", email="ann@example.com"),
    "appointments": AppointmentDraft(
        start=NOW, end=NOW, service_id="1", location_id="2", practitioner_id="3", patient_id="4"
    ),
    "payments": PaymentDraft(
        patient_id="1",
        location_id="2",
        payment_method_id="3",
        amount=Decimal("10.50"),
        payment_date=NOW,
        payment_invoices=[PaymentInvoiceDraft(invoice_id="4", amount=Decimal("10.50"))],
    ),
}
"""The least that a new record of each kind needs."""

UPDATES: dict[str, Any] = {
    "patients": PatientDraft.replacing(Patient(id="1", firstname="Ann", lastname="Invented")),
    "appointments": AppointmentDraft(),
    "support_items": SupportItemDraft(type="Provider Travel"),
}
"""The least that an update of each kind needs."""

SINGLE: dict[str, Act] = {
    "GET /availabilities/{id}": lambda c: c.availabilities.list(
        "1", start_date=NOW.date(), end_date=NOW.date()
    ).first(),
    "GET /custom-field/": lambda c: c.custom_fields.list().first(),
    "GET /free-slots": lambda c: c.free_slots.read(since=NOW, service_id="1", location_id="2", practitioner_ids=["3"]),
    "POST /appointments/{id}/arrival": lambda c: c.appointments.mark_arrived("1"),
    "POST /appointments/{id}/cancellation": lambda c: c.appointments.cancel("1", CANCELLATION),
    "POST /appointments/{id}/patients/{id}/arrival": lambda c: c.appointments.mark_arrived("1", patient="1"),
    "POST /appointments/{id}/patients/{id}/cancellation": lambda c: c.appointments.cancel(
        "1", CANCELLATION, patient="1"
    ),
    "POST /patients/{id}/file": lambda c: c.patients.upload_file("1", "a.pdf", b"%PDF-1.7"),
    "PUT /patients/{id}/custom-field": lambda c: c.patients.set_custom_fields("1", {"2": "a"}),
}
"""What else the API can do."""


def path_of(kind: str) -> str:
    """Where a kind's list is."""
    return f"/{kind.replace('_', '-')}"


def _walk(kind: str) -> Act:
    return lambda c: c.resource(kind).list().first()


def _do(kind: str, name: str, *arguments: Any) -> Act:
    return lambda c: getattr(c.resource(kind), name)(*arguments)


def operations() -> Iterator[tuple[str, Act]]:
    """Each operation of the API, as method and path, with what the client does for it."""
    for kind, abilities in ABILITIES.items():
        path = path_of(kind)
        acts: dict[str, tuple[str, Act]] = {
            "list": (f"GET {path}", _walk(kind)),
            "get": (f"GET {path}/{{id}}", _do(kind, "get", "1")),
            "create": (f"POST {path}", _do(kind, "create", DRAFTS.get(kind))),
            "update": (f"PUT {path}/{{id}}", _do(kind, "update", "1", UPDATES.get(kind))),
            "delete": (f"DELETE {path}/{{id}}", _do(kind, "delete", "1")),
        }
        yield from (acts[ability] for ability in abilities.split())
    yield from SINGLE.items()


OPERATIONS = dict(operations())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_has_a_method_that_sends_it(server: Server, client: Splose, operation: str) -> None:
    """The method sends exactly the one request of the operation."""
    method, _, path = operation.partition(" ")
    server.answer(method, path.replace("{id}", "1"), {})
    with contextlib.suppress(UnexpectedResponse, OutcomeUnknown):  # an empty object is no good answer
        OPERATIONS[operation](client)

    assert [(method, path.replace("{id}", "1"))] == [(request.method, request.path) for request in server.requests]


@pytest.mark.parametrize("kind", ABILITIES)
def test_what_the_api_cannot_do_is_not_there(client: Splose, kind: str) -> None:
    """A resource has the methods that the API has for its kind, and no other."""
    resource = client.resource(kind)
    has = {ability for ability, block in BLOCKS.items() if isinstance(resource, block)}

    assert set(ABILITIES[kind].split()) == has
    assert has == {ability for ability in BLOCKS if hasattr(resource, ability)}
    assert not {"count", "archive", "unarchive"} & set(dir(resource))


def test_there_are_no_other_resources(client: Splose) -> None:
    """Each kind's name is an attribute of the client, and all are in the tables of this test."""
    assert set(ABILITIES) | {"availabilities", "custom_fields", "free_slots"} == set(client._resources)
    assert all(client.resource(kind) is getattr(client, kind) for kind in client._resources)


@description.needed
def test_nothing_of_the_description_is_missing() -> None:
    """Each operation of the API description has a method, and no method has an operation that isn't there."""
    paths: dict[str, Any] = description.contract("splose").spec["paths"]
    described = {
        f"{method.upper()} {re.sub(r'{[^}]+}', '{id}', path)}" for path, methods in paths.items() for method in methods
    }

    assert described == set(OPERATIONS)


@description.needed
def test_lists_can_be_asked_for_what_the_description_says(client: Splose) -> None:
    """Each list has the parameters of the description and their values, and no other."""
    contract = description.contract("splose")
    for path, methods in contract.spec["paths"].items():
        given = [contract.resolve(parameter) for parameter in methods.get("get", {}).get("parameters", [])]
        described = {parameter["name"]: contract.resolve(parameter["schema"]) for parameter in given
                     if parameter["in"] == "query"}  # fmt: skip
        name = path.strip("/").partition("/")[0].replace("-", "_")
        if not described:
            continue
        resource = client.resource(name)
        known = {parameter.name: parameter for parameter in resource.parameters.values()}
        archived = {"include_archived"} if getattr(resource, "hides_archived", False) else set()

        assert set(described) == set(known) | archived, path
        for parameter in known.values():
            schema = described[parameter.name]
            one_of = [] if parameter.type == "boolean" else schema.get("enum", [])
            assert one_of == list(parameter.one_of), (path, parameter.name)
            assert (schema.get("type") == "array") is (parameter.type in ("ids", "texts")), (path, parameter.name)


@description.needed
def test_writes_need_and_take_what_the_description_says(client: Splose) -> None:
    """What only a new record takes, only an update takes, and each needs is as the description has it."""
    contract = description.contract("splose")

    def body(path: str, method: str) -> tuple[set[str], set[str]]:
        operation = contract.spec["paths"].get(path, {}).get(method, {})
        schema = contract.resolve(
            operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        )
        return set(schema.get("properties", {})), set(schema.get("required", []))

    for kind, draft in {**UPDATES, **DRAFTS}.items():
        created, needed = body(path_of(kind), "post")
        updated, needed_to_update = body(f"{path_of(kind)}/{{id}}", "put")
        names = {field.name: str(field.metadata["json"]) for field in attrs.fields(type(draft))}
        resource = client.resource(kind)
        required = {field.metadata["json"] for field in attrs.fields(type(draft)) if field.metadata.get("required")}

        assert created | updated == set(names.values())
        if created:
            assert needed == required
            assert updated - created == {names[name] for name in resource.update_only}
        if updated and created:
            assert created - updated == {names[name] for name in resource.create_only}
        if updated:
            assert needed_to_update == {names[name] for name in resource.needed_to_update}


def test_a_patient_is_created_as_the_api_spells_it(server: Server, client: Splose) -> None:
    """Names are in camel case, ids are numbers, times are in UTC, and what isn't given isn't sent."""
    server.answer("POST", "/patients", {"id": 7, "firstname": "Ann", "deletedAt": None, "newField": 1})
    made = client.patients.create(
        PatientDraft(
            firstname="Ann",
            lastname="Invented",
            birthdate=date(1988, 5, 17),
            email=None,
            address_l1="1 Invented St",
            invoice_recipient_id="12",
            phone_numbers=[PhoneNumber(type="Mobile", code="+61", phone_number="400000001")],
            ndis_info=NdisInfo(start_date=NOW),
            created_at=datetime(2019, 1, 2, 3, 4, 5, 600_000, tzinfo=UTC) + timedelta(hours=0),
            archived=True,
        )
    )

    assert ("7", "Ann", {"newField": 1}) == (made.id, made.firstname, made.extra)
    assert {
        "firstname": "Ann",
        "lastname": "Invented",
        "birthdate": "1988-05-17",
        "email": None,
        "addressL1": "1 Invented St",
        "invoiceRecipientId": 12,
        "phoneNumbers": [{"type": "Mobile", "code": "+61", "phoneNumber": "400000001"}],
        "ndisInfo": {"startDate": "2025-03-03T01:00:00Z"},
        "createdAt": "2019-01-02T03:04:05Z",
        "archived": True,
    } == server.last.body


def test_money_is_sent_as_numbers(server: Server, client: Splose) -> None:
    """Amounts and ids are JSON numbers, within lists too."""
    server.answer("POST", "/payments", {"id": 7})
    client.payments.create(DRAFTS["payments"])

    assert {
        "patientId": 1,
        "locationId": 2,
        "paymentMethodId": 3,
        "amount": 10.5,
        "paymentDate": "2025-03-03T01:00:00Z",
        "paymentInvoices": [{"invoiceId": 4, "amount": 10.5}],
    } == server.last.body


def test_a_time_without_a_zone_is_refused(server: Server, client: Splose) -> None:
    """What time it is can't be guessed."""
    draft = attrs.evolve(DRAFTS["appointments"], start=datetime(2025, 3, 3, 9))  # noqa: DTZ001  # what is refused
    with pytest.raises(ConfigurationError, match="'start' needs a datetime with a time zone"):
        client.appointments.create(draft)

    assert [] == server.requests


@pytest.mark.parametrize(
    ("kind", "draft", "said"),
    [
        ("patients", PatientDraft(firstname="Ann"), "lastname is needed to create"),
        ("patients", PatientDraft(firstname="A", lastname="B", patient_tags=["x"]), "patient_tags can be given only"),
        ("contacts", ContactDraft(type="Standard", name="Ann"), "email is needed"),
        ("appointments", AppointmentDraft(start=NOW, end=NOW), "location_id, patient_id, practitioner_id, service_id"),
        ("patients", {"firstname": "Ann"}, "a dict is no draft"),
    ],
)
def test_a_new_record_needs_what_the_api_needs(
    server: Server, client: Splose, kind: str, draft: Any, said: str
) -> None:
    """What would be refused anyway is refused by name before it is sent."""
    with pytest.raises(ConfigurationError, match=said):
        client.resource(kind).create(draft)

    assert [] == server.requests


@pytest.mark.parametrize(
    ("kind", "draft", "said"),
    [
        ("patients", PatientDraft(firstname="Ann", lastname="B"), "alert, birthdate, city, .* needed in each update"),
        ("patients", attrs.evolve(UPDATES["patients"], address_l1="a"), "address_l1 can be given only when"),
        ("appointments", AppointmentDraft(note="a", deleted_at=None), "deleted_at, note can be given only when"),
        ("support_items", SupportItemDraft(to_minutes=5), "type is needed in each update"),
        ("support_items", None, "NoneType is no draft"),
    ],
)
def test_an_update_needs_what_the_api_needs(server: Server, client: Splose, kind: str, draft: Any, said: str) -> None:
    """An update replaces; what it can't do without, or can't take, is refused by name before it is sent."""
    with pytest.raises(ConfigurationError, match=said):
        client.resource(kind).update("1", draft)

    assert [] == server.requests


def test_an_update_is_a_put_answered_with_the_number_1(server: Server, client: Splose) -> None:
    """Only what the draft gives is sent, and None where the API takes null."""
    server.answer("PUT", "/appointments/9", 1)
    client.appointments.update(Ref("appointments", "9"), AppointmentDraft(start=NOW, case_id=None, patient_id="4"))

    assert {"start": "2025-03-03T01:00:00Z", "caseId": None, "patientId": 4} == server.last.body


@pytest.mark.parametrize("body", [0, None, {"id": 9}, True, "one"])
def test_another_answer_leaves_the_outcome_unknown(server: Server, client: Splose, body: object) -> None:
    """What isn't the number 1 is no yes that can be trusted."""
    server.answer("PUT", "/appointments/9", body)
    server.answer("DELETE", "/payments/9", body)

    with pytest.raises(OutcomeUnknown, match="number 1"):
        client.appointments.update("9", AppointmentDraft())
    with pytest.raises(OutcomeUnknown, match="number 1"):
        client.payments.delete("9")


def test_a_created_record_without_a_record_is_in_doubt(server: Server, client: Splose) -> None:
    """A yes without the record may be one, so nobody may send it again unseen."""
    server.answer("POST", "/patients", None)

    with pytest.raises(OutcomeUnknown):
        client.patients.create(DRAFTS["patients"])


def test_a_payment_is_deleted(server: Server, client: Splose) -> None:
    """Deleting is answered with the number 1 too."""
    server.answer("DELETE", "/payments/9", 1)
    client.payments.delete("9")

    assert ("DELETE", None) == (server.last.method, server.last.body)


def test_replacing_keeps_what_is_there() -> None:
    """An update made from the record gives all that an update must give and may give, as it is."""
    patient = Patient(
        id="1",
        firstname="Ann",
        lastname="Invented",
        phone_numbers=(PhoneNumber(phone_number="1"),),
        patient_tags=("a",),
        address_l1="1 Invented St",
        created_at=NOW,
    )
    draft = PatientDraft.replacing(patient)

    assert ("Ann", (PhoneNumber(phone_number="1"),), ("a",), None) == (
        draft.firstname, draft.phone_numbers, draft.patient_tags, draft.email,
    )  # fmt: skip
    assert "<PatientDraft: firstname, lastname, email, sex, gender_identity, alert, birthdate, city, state, " in (
        repr(draft)
    )
    assert "created_at" not in repr(draft)
    assert () == PatientDraft.replacing(Patient(id="1")).phone_numbers


def test_custom_fields_are_set(server: Server, client: Splose) -> None:
    """Texts go as texts, numbers as numbers, options by their numbers, None as null."""
    server.answer("PUT", "/patients/7/custom-field", 1)
    option = CustomFieldOption(id="31")
    client.patients.set_custom_fields(
        "7",
        {"1": "31", CustomField(id="2"): 4, "3": Decimal("1.5"), "4": option, "5": [option, "32", 33], "6": None},
    )

    assert {
        "customFieldData": [
            {"customFieldId": 1, "value": "31"},
            {"customFieldId": 2, "value": 4},
            {"customFieldId": 3, "value": 1.5},
            {"customFieldId": 4, "value": 31},
            {"customFieldId": 5, "value": [31, 32, 33]},
            {"customFieldId": 6, "value": None},
        ]
    } == server.last.body


@pytest.mark.parametrize("values", [{"Club": "a"}, {"1": ["a"]}, {"1": 1.5}, {"1": True}, {"1": {"a": 1}}, {None: "a"}])
def test_what_is_no_answer_is_refused(server: Server, client: Splose, values: Any) -> None:
    """A field that is no id and a value of another type are refused before anything is sent."""
    with pytest.raises(ConfigurationError):
        client.patients.set_custom_fields("7", values)

    assert [] == server.requests


def test_a_file_is_uploaded(server: Server, client: Splose) -> None:
    """A PDF goes as a form's part, in any script."""
    server.answer("POST", "/patients/7/file", {"id": 5, "name": "Überweisung.pdf", "patientId": 7})
    made = client.patients.upload_file("7", "Überweisung.pdf", b"%PDF-1.7 invented")

    assert ("5", "Überweisung.pdf", "7") == (made.id, made.name, made.patient_id)
    assert b"%PDF-1.7 invented" in server.last.body
    assert 'filename="Überweisung.pdf"\r\nContent-Type: application/pdf'.encode() in server.last.body


@pytest.mark.parametrize(
    ("filename", "content", "said"),
    [
        ("a.pdf", b"hello", "takes the bytes of a PDF"),
        ("a.pdf", "%PDF-1.7", "takes the bytes of a PDF"),
        ("a.doc", b"%PDF-1.7", "ends in .pdf"),
        ("a\n.pdf", b"%PDF-1.7", "ends in .pdf"),
        (None, b"%PDF-1.7", "ends in .pdf"),
        ("a.pdf", b"%PDF-1.7".ljust(5_000_001), "5000001 bytes; Splose takes 5000000"),
    ],
)
def test_what_is_no_small_pdf_is_refused(
    server: Server, client: Splose, filename: Any, content: Any, said: str
) -> None:
    """What Splose doesn't take is refused before anything is sent."""
    with pytest.raises(ConfigurationError, match=said):
        client.patients.upload_file("7", filename, content)

    assert [] == server.requests


def test_an_appointment_is_cancelled_with_a_reason(server: Server, client: Splose) -> None:
    """The reason is a number; whatever comes back with a yes is a yes, for nobody knows what does."""
    for body in (None, 1, {"id": 9}, "OK"):
        server.answer("POST", "/appointments/9/cancellation", body)
        client.appointments.cancel("9", CANCELLATION)
        assert {"reasonId": 4, "note": "moved"} == server.last.body

    with pytest.raises(ConfigurationError, match="reason_id is needed"):
        client.appointments.cancel("9", AppointmentCancellation(note="a"))
    with pytest.raises(ConfigurationError, match="not of contacts"):
        client.appointments.mark_arrived("9", patient=Ref("contacts", "4"))


def test_what_the_account_lacks_is_not_found(server: Server, client: Splose) -> None:
    """An operation that Splose doesn't document may not be there."""
    server.answer("POST", "/appointments/9/arrival", None, 404)

    with pytest.raises(NotFound):
        client.appointments.mark_arrived("9")


def test_refusals_have_names(server: Server, client: Splose) -> None:
    """Status 400 is a refusal where it names fields, and a bad request where it doesn't; no content is in the text."""
    server.answer("POST", "/patients", {"formErrors": [], "fieldErrors": {"email": ["Ann is no address"]}}, 400)
    with pytest.raises(Unprocessable) as caught:
        client.patients.create(DRAFTS["patients"])

    assert {"email": "Ann is no address"} == caught.value.fields
    assert "Ann" not in str(caught.value)
    server.answer("POST", "/patients", {"formErrors": ["Unrecognized key"]}, 400)
    with pytest.raises(BadRequest):
        client.patients.create(DRAFTS["patients"])


def test_availabilities_are_asked_for_by_days(server: Server, client: Splose) -> None:
    """The days go as dates, at most 100 apart."""
    row = {"date": "2025-03-03", "locationId": 2, "startTime": "09:00", "endTime": "17:00", "repeatInterval": None}
    server.answer("GET", "/availabilities/3", {"data": [row]})
    first, last = date(2025, 3, 3), date(2025, 6, 11)
    (found,) = client.availabilities.list(Ref("practitioners", "3"), start_date=first, end_date=last, location_id="2")

    assert (first, "2", 9, None) == (
        found.date, found.location_id, found.start_time and found.start_time.hour, found.repeat_interval,
    )  # fmt: skip
    assert [("startDate", "2025-03-03"), ("endDate", "2025-06-11"), ("locationId", "2")] == server.last.query
    assert "<Availability>" == repr(found)


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2025, 3, 3), date(2025, 6, 12)), (date(2025, 3, 3), date(2025, 3, 2)), (date(2025, 3, 3), NOW), ("a", "b")],
)
def test_days_that_cannot_be_asked_for_are_refused(client: Splose, first: Any, last: Any) -> None:
    """Too many days, none, and what is no day are refused before anything is sent."""
    with pytest.raises(QueryError):
        client.availabilities.list("3", start_date=first, end_date=last)


def test_free_slots_are_read(server: Server, client: Splose) -> None:
    """All that was asked for is sent, and what comes is given as it is."""
    server.answer("GET", "/free-slots", {"slots": [1]})
    found = client.free_slots.read(
        since=NOW,
        until=NOW + timedelta(days=7),
        service_id="1",
        location_id=Ref("locations", "2"),
        practitioner_ids=["3", "4"],
        interval=30,
    )

    assert {"slots": [1]} == found
    assert [
        ("from", "2025-03-03T01:00:00Z"),
        ("serviceId", "1"),
        ("locationId", "2"),
        ("practitionerIds", "3"),
        ("practitionerIds", "4"),
        ("to", "2025-03-10T01:00:00Z"),
        ("interval", "30"),
    ] == server.last.query


@pytest.mark.parametrize("wrong", [{"until": NOW + timedelta(days=8)}, {"until": NOW - timedelta(days=1)},
                                   {"interval": True}, {"practitioner_ids": []}])  # fmt: skip
def test_slots_that_cannot_be_asked_for_are_refused(client: Splose, wrong: dict[str, Any]) -> None:
    """A window of more than 7 days, one that ends before it begins, and nobody's slots are refused."""
    given: dict[str, Any] = {"since": NOW, "service_id": "1", "location_id": "2", "practitioner_ids": ["3"]}

    with pytest.raises(QueryError):
        client.free_slots.read(**{**given, **wrong})


def test_another_record_than_the_one_asked_for_is_an_error(server: Server, client: Splose) -> None:
    """One record is read by its id, and without parameters."""
    server.answer("GET", "/patients/7", {"id": 7, "lastname": "Invented"})
    server.answer("GET", "/patients/8", {"id": 7})

    assert "Invented" == client.patients.get("7").lastname
    assert [] == server.last.query
    with pytest.raises(UnexpectedResponse):
        client.patients.get("8")
