"""What can be written, what is refused, and what it brings about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clinikomigrate.testing import FakeSplose
from clinikomigrate.wire.multipart import Form
from tests.testing_splose.conftest import Workspace
from tests.testing_splose.desk import Desk

PERSON = {"firstname": "Zoë", "lastname": "Lee"}


def test_a_patient_is_created_as_given(workspace: Workspace) -> None:
    """All that is given is kept, times of creation too; the rest has its defaults."""
    contact = int(workspace.fake.add("contacts", name="Fund"))
    body = {
        **PERSON,
        "birthdate": "1988-05-17T00:00:00.000Z",
        "phoneNumbers": [{"type": "Mobile", "code": "+61", "phoneNumber": "400000001"}],
        "ndisInfo": {"diagnosis": "invented"},
        "invoiceRecipientId": contact,
        "createdAt": "2019-01-02T03:04:05Z",
        "updatedAt": "2020-01-02",
        "privacyPolicy": "",
    }
    made = workspace.desk.post("/patients", body)

    assert {**body, "birthdate": "1988-05-17", "createdAt": "2019-01-02T03:04:05.000Z",
            "updatedAt": "2020-01-02T00:00:00.000Z"}.items() <= made.items()  # fmt: skip
    assert (None, False, "SMS_EMAIL", []) == (
        made["deletedAt"], made["archived"], made["communicationPreference"], made["patientTags"],
    )  # fmt: skip
    assert made == workspace.desk.get(f"/patients/{made['id']}")


def test_a_patient_can_be_created_archived(workspace: Workspace) -> None:
    """There is no other way to archive one."""
    made = workspace.desk.post("/patients", {**PERSON, "archived": True, "updatedAt": "2020-01-02"})

    assert "2020-01-02T00:00:00.000Z" == made["deletedAt"]
    assert made["id"] not in workspace.desk.ids("/patients")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"firstname": "A"}, {"lastname": ["Required"]}),
        ({**PERSON, "patientTags": ["a"]}, ["Unrecognized key(s) in object: 'patientTags'"]),
        ({**PERSON, "deletedAt": None}, ["Unrecognized key(s) in object: 'deletedAt'"]),
        ({**PERSON, "customFields": []}, ["Unrecognized key(s) in object: 'customFields'"]),
        ({**PERSON, "id": 5}, ["Unrecognized key(s) in object: 'id'"]),
        ({**PERSON, "firstname": None}, {"firstname": ["Expected a value, received null"]}),
        ({**PERSON, "firstname": 5}, {"firstname": ["Expected text"]}),
        ({**PERSON, "birthdate": "17/05/1988"}, {"birthdate": ["Expected date"]}),
        ({**PERSON, "birthdate": "1988-02-30"}, {"birthdate": ["Expected date"]}),
        ({**PERSON, "createdAt": "2019-01-02T03:04:05+10:00"}, {"createdAt": ["Invalid date"]}),
        ({**PERSON, "createdAt": 5}, {"createdAt": ["Expected moment"]}),
        ({**PERSON, "archived": "true"}, {"archived": ["Expected boolean"]}),
        ({**PERSON, "invoiceRecipientId": 1}, {"invoiceRecipientId": ["Not found"]}),
        ({**PERSON, "invoiceRecipientId": "1"}, {"invoiceRecipientId": ["Expected id"]}),
        ({**PERSON, "phoneNumbers": "400"}, {"phoneNumbers": ["Expected array"]}),
        ({**PERSON, "phoneNumbers": ["400"]}, {"phoneNumbers": ["Expected object"]}),
        ({**PERSON, "phoneNumbers": [{"type": "Mobile"}]}, {"phoneNumbers": ["phoneNumber is required"]}),
        (
            {**PERSON, "phoneNumbers": [{"phoneNumber": "1", "x": 1}]},
            {"phoneNumbers": ["Unrecognized key(s) in object: 'x'"]},
        ),
        (
            {**PERSON, "phoneNumbers": [{"phoneNumber": "1", "type": "Pager"}]},
            {"phoneNumbers": ["Invalid enum value. Expected Mobile | Home | Work | Fax | Other"]},
        ),
        (
            {**PERSON, "communicationPreference": None},
            {"communicationPreference": ["Expected a value, received null"]},
        ),
        ([], ["Expected object"]),
        (None, ["Expected object"]),
    ],
)
def test_what_no_patient_can_be_is_refused(workspace: Workspace, body: Any, wrong: Any) -> None:
    """Unknown properties, missing ones, and values of other types are refused, and nothing is made."""
    before = workspace.fake.rows("patients")

    assert wrong == workspace.desk.refused("POST", "/patients", body)
    assert before == workspace.fake.rows("patients")


def test_an_update_replaces_the_main_fields(workspace: Workspace) -> None:
    """All of them have to be there; what can't be given stays as it is."""
    path = f"/patients/{workspace.patient}"
    workspace.desk.put(path, workspace.update(alert="Bees", communicationPreference="NONE"))
    read = workspace.desk.get(path)

    assert ("Bees", "NONE", "1 Invented St", ["a"]) == (
        read["alert"], read["communicationPreference"], read["addressL1"], read["patientTags"],
    )  # fmt: skip
    missing = workspace.update()
    del missing["irn"]
    assert {"irn": ["Required"]} == workspace.desk.refused("PUT", path, missing)
    assert 404 == workspace.desk.ask("PUT", "/patients/1", workspace.update()).status_code


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"addressL1": "2"}, ["Unrecognized key(s) in object: 'addressL1'"]),
        ({"archived": True}, ["Unrecognized key(s) in object: 'archived'"]),
        ({"firstname": ""}, {"firstname": ["String must contain at least 1 character(s)"]}),
        ({"phoneNumbers": None}, {"phoneNumbers": ["Expected a value, received null"]}),
        ({"email": "nobody"}, {"email": ["Expected email"]}),
    ],
)
def test_what_an_update_cannot_give_is_refused(workspace: Workspace, more: dict[str, object], wrong: object) -> None:
    """An update takes less than a creation, and is stricter with names and addresses."""
    assert wrong == workspace.desk.refused("PUT", f"/patients/{workspace.patient}", workspace.update(**more))


def test_an_update_may_clear_the_rest(workspace: Workspace) -> None:
    """Nobody knows whether what isn't listed is kept, so a workspace can clear it."""
    workspace.fake.update_clears = True
    path = f"/patients/{workspace.patient}"
    workspace.desk.put(path, workspace.update(patientTags=["b"]))
    read = workspace.desk.get(path)

    assert (None, ["b"]) == (read["addressL1"], read["patientTags"])


def test_a_contact_is_created_and_never_changed(workspace: Workspace) -> None:
    """A contact needs a type, a name and a valid address."""
    body = {"type": "Doctor", "name": "Dr Ray", "email": "r@x.example", "doctorType": "GP"}
    made = workspace.desk.post("/contacts", body)

    assert body.items() <= made.items()
    assert ("Australia", False, []) == (made["country"], made["archived"], made["phoneNumbers"])
    assert {"email": ["Required"]} == workspace.desk.refused("POST", "/contacts", {"type": "a", "name": "b"})
    assert {"email": ["Expected email"]} == workspace.desk.refused("POST", "/contacts", {**body, "email": "r"})
    assert {"email": ["Expected a value, received null"]} == (
        workspace.desk.refused("POST", "/contacts", {**body, "email": None})
    )
    assert 404 == workspace.desk.ask("PUT", f"/contacts/{made['id']}", body).status_code


def test_an_appointment_is_created(workspace: Workspace) -> None:
    """It has one patient, and price and unit of its service; it can be long past, and archived."""
    made = workspace.desk.post("/appointments", workspace.appointment(note="Knee", createdAt="2019-01-02"))
    (place,) = made["appointmentPatients"]

    assert ("2025-05-06T01:00:00.000Z", "Knee", 95, "ZERO", False) == (
        made["start"], made["note"], made["pricing"], made["taxType"], made["archived"],
    )  # fmt: skip
    assert (made["id"], workspace.patient, None) == (place["appointmentId"], place["patientId"], place["status"])
    assert "patientId" not in made
    hidden = workspace.desk.post("/appointments", workspace.appointment(deletedAt="2024-01-01"))
    assert hidden["archived"]
    assert [made["id"]] == workspace.desk.ids("/appointments")


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"note": None}, {"note": ["Expected a value, received null"]}),
        ({"caseId": None}, {"caseId": ["Expected a value, received null"]}),
        ({"serviceId": 1}, {"serviceId": ["Not found"]}),
        ({"patientId": 1}, {"patientId": ["Not found"]}),
        ({"start": "2025-05-06 01:00:00"}, {"start": ["Invalid date"]}),
        ({"end": "2025-05-05"}, {"end": ["End must be after start"]}),
        ({"status": "Arrived"}, ["Unrecognized key(s) in object: 'status'"]),
        ({"maxPatients": 5}, ["Unrecognized key(s) in object: 'maxPatients'"]),
    ],
)
def test_what_no_appointment_can_be_is_refused(workspace: Workspace, more: dict[str, object], wrong: object) -> None:
    """Group size, status and the like can't be written, and what it points at must be there."""
    assert wrong == workspace.desk.refused("POST", "/appointments", workspace.appointment(**more))
    assert [] == workspace.fake.rows("appointments")


def test_support_activities_cannot_be_booked(workspace: Workspace) -> None:
    """A service that isn't for appointments is refused."""
    body = workspace.appointment(serviceId=workspace.activity)

    assert {"serviceId": ["Not a service for appointments"]} == workspace.desk.refused("POST", "/appointments", body)


def test_an_appointment_is_moved(workspace: Workspace) -> None:
    """An update changes what it gives; times may have a blank in it; the note can't be changed."""
    other = int(workspace.fake.add("patients", **PERSON))
    case = int(workspace.fake.add("cases", patientId=other))
    path = f"/appointments/{workspace.desk.post('/appointments', workspace.appointment())['id']}"
    workspace.desk.put(path, {"start": "2025-05-06 01:15:00", "patientId": other, "caseId": case, "serviceId": None})
    read = workspace.desk.get(path)

    assert ("2025-05-06T01:15:00.000Z", None) == (read["start"], read["serviceId"])
    assert [(other, case)] == [(place["patientId"], place["caseId"]) for place in read["appointmentPatients"]]
    workspace.desk.put(path, {})
    assert ["Unrecognized key(s) in object: 'note'"] == workspace.desk.refused("PUT", path, {"note": "a"})
    assert {"end": ["End must be after start"]} == workspace.desk.refused("PUT", path, {"end": "2025-05-05"})
    assert {"practitionerId": ["Expected a value, received null"]} == (
        workspace.desk.refused("PUT", path, {"practitionerId": None})
    )


def test_patients_are_written_to_about_appointments_to_come(workspace: Workspace) -> None:
    """Making, moving and cancelling one writes to the patient, unless it is past or archived, or none is wanted."""
    reason = int(workspace.fake.add("cancellation_reasons", name="Moved"))
    made = workspace.desk.post("/appointments", workspace.appointment())["id"]
    workspace.desk.put(f"/appointments/{made}", {"end": "2025-05-06T02:00:00Z"})
    assert 200 == workspace.desk.ask("POST", f"/appointments/{made}/cancellation", {"reasonId": reason}).status_code
    occasions = [message.occasion for message in workspace.fake.outbox]
    workspace.desk.post("/appointments", workspace.appointment(deletedAt="2024-01-01"))
    workspace.desk.post("/appointments", workspace.appointment(start="2024-01-01", end="2024-01-02"))
    workspace.desk.put(f"/patients/{workspace.patient}", workspace.update(communicationPreference="NONE"))
    workspace.desk.post("/appointments", workspace.appointment())

    assert ["appointment_created", "appointment_changed", "appointment_cancelled"] == occasions
    assert 3 == len(workspace.fake.outbox)


def test_patients_may_be_written_to_about_what_is_over(workspace: Workspace) -> None:
    """Nobody knows whether they are, so a workspace can do so; of archived appointments nobody is told."""
    workspace.fake.tells_of_past = True
    past = {"start": "2024-01-01", "end": "2024-01-02"}
    made = workspace.desk.post("/appointments", workspace.appointment(**past))["id"]
    workspace.desk.put(f"/appointments/{made}", {"end": "2024-01-03"})
    workspace.desk.post("/appointments", workspace.appointment(**past, deletedAt="2024-01-01"))

    assert ["appointment_created", "appointment_changed"] == [message.occasion for message in workspace.fake.outbox]


def test_parents_in_the_archive_may_be_refused(workspace: Workspace) -> None:
    """Nobody knows whether they are, so a workspace can refuse them."""
    old = int(workspace.fake.add("patients", **PERSON, archived=True))
    workspace.desk.post("/appointments", workspace.appointment(patientId=old))
    workspace.fake.refuses_archived_parents = True

    assert {"patientId": ["Archived"]} == (
        workspace.desk.refused("POST", "/appointments", workspace.appointment(patientId=old))
    )
    workspace.desk.post("/appointments", workspace.appointment())


@pytest.mark.parametrize(
    ("becomes", "answered", "there"),
    [
        ("kept", 200, ("Cancelled", True)),
        ("ignored", 200, (None, True)),
        ("hidden", 404, (None, True)),
        ("refused", 400, (None, True)),
        ("restored", 200, ("Cancelled", False)),
        ("revived", 200, (None, False)),
    ],
)
def test_what_cancelling_does_to_the_archived_can_be_set(
    workspace: Workspace, becomes: Any, answered: int, there: object
) -> None:
    """Nobody knows what the real API does."""
    workspace.fake.archived_cancellation = becomes
    reason = int(workspace.fake.add("cancellation_reasons", name="Moved"))
    made = workspace.desk.post("/appointments", workspace.appointment(deletedAt="2024-01-01"))["id"]
    answer = workspace.desk.ask("POST", f"/appointments/{made}/cancellation", {"reasonId": reason})
    row = workspace.desk.get(f"/appointments/{made}")

    assert (answer.status_code, (row["appointmentPatients"][0]["status"], row["archived"])) == (answered, there)


def test_marks_write_to_patients_and_may_charge(workspace: Workspace) -> None:
    """Also about what is over; who wants no messages gets none. Marking twice is a mistake of the client's."""
    workspace.fake.cancellation_rate = 50
    reason = int(workspace.fake.add("cancellation_reasons", name="Moved"))
    past = workspace.appointment(start="2024-01-01", end="2024-01-02")
    path = f"/appointments/{workspace.desk.post('/appointments', past)['id']}"
    workspace.desk.ask("POST", f"{path}/arrival")
    workspace.desk.ask("POST", f"{path}/cancellation", {"reasonId": reason})
    workspace.desk.put(f"/patients/{workspace.patient}", workspace.update(communicationPreference="NONE"))
    workspace.desk.ask("POST", f"{path}/cancellation", {"reasonId": reason})

    assert ["appointment_arrived", "appointment_cancelled"] == [each.occasion for each in workspace.fake.outbox]
    assert 50 == workspace.desk.get(path)["appointmentPatients"][0]["cancellationRate"]
    assert [f"POST {path}/cancellation: it was Cancelled already"] == workspace.fake.protocol_errors


def test_attendance_and_cancellation_are_marked(workspace: Workspace) -> None:
    """All patients of an appointment, or one of them; a cancelled appointment stays in the diary."""
    other = int(workspace.fake.add("patients", **PERSON))
    reason = int(workspace.fake.add("cancellation_reasons", name="Moved"))
    group = workspace.fake.add(
        "appointments",
        start="2024-05-06T01:00:00Z",
        end="2024-05-06T02:00:00Z",
        locationId=workspace.location,
        appointmentPatients=[{"patientId": workspace.patient}, {"patientId": other}],
    )
    path = f"/appointments/{group}"
    answers = [
        workspace.desk.ask("POST", f"{path}/arrival"),
        workspace.desk.ask("POST", f"{path}/patients/{other}/cancellation", {"reasonId": reason, "note": "Rain"}),
    ]
    places = workspace.desk.get(path)["appointmentPatients"]

    assert [(200, ""), (200, "")] == [(answer.status_code, answer.text) for answer in answers]
    assert [("Arrived", None, None), ("Cancelled", "Moved", "Rain")] == [
        (place["status"], place["cancellationReason"], place["cancellationNote"]) for place in places
    ]
    assert int(group) in workspace.desk.ids("/appointments", ("status", "Cancelled"))
    assert 404 == workspace.desk.ask("POST", f"{path}/patients/1/arrival").status_code
    assert {"reasonId": ["Required"]} == workspace.desk.refused("POST", f"{path}/cancellation", {"note": "a"})
    assert {"reasonId": ["Required"]} == workspace.desk.refused("POST", f"{path}/cancellation", [reason])
    assert ["Expected no body"] == workspace.desk.refused("POST", f"{path}/arrival", {"reasonId": reason})


def test_a_workspace_can_lack_operations() -> None:
    """What Splose doesn't document may not be there: a path, or one operation."""
    fake = FakeSplose(lacks=["/free-slots", "POST /appointments/{id}/arrival"])
    desk = Desk(fake)

    assert [404, 404] == [
        desk.ask(method, path).status_code
        for method, path in (("GET", "/free-slots"), ("POST", "/appointments/1/arrival"))
    ]


def invoice(workspace: Workspace, total: float) -> int:
    """Puts an invoice into the workspace."""
    return int(
        workspace.fake.add(
            "invoices", patientId=workspace.patient, locationId=workspace.location, issueDate="2025-05-06",
            dueDate="2025-06-06", total=total,
        )
    )  # fmt: skip


def test_payments_are_made_and_deleted(workspace: Workspace) -> None:
    """A payment pays its invoices, and its deletion takes that back."""
    first, second = invoice(workspace, 60.5), invoice(workspace, 100)
    body = {
        "patientId": workspace.patient,
        "locationId": workspace.location,
        "paymentMethodId": int(workspace.fake.add("payment_methods", name="Cash")),
        "amount": 80.5,
        "paymentDate": "2025-05-06",
        "paymentInvoices": [{"invoiceId": first, "amount": 60.5}, {"invoiceId": second, "amount": 20}],
    }
    made = workspace.desk.post("/payments", body)
    paid = [workspace.desk.get(f"/invoices/{one}") for one in (first, second)]
    answer = workspace.desk.ask("DELETE", f"/payments/{made['id']}")
    unpaid = workspace.desk.get(f"/invoices/{first}")

    assert [None, None] == [share["xeroId"] for share in made["paymentInvoices"]]
    assert [("Paid", 60.5, [made["id"]]), ("Awaiting Payment", 20, [made["id"]])] == [
        (one["status"], one["paidAmount"], one["paymentIds"]) for one in paid
    ]
    assert (200, "1") == (answer.status_code, answer.text)
    assert ("Awaiting Payment", 0, []) == (unpaid["status"], unpaid["paidAmount"], unpaid["paymentIds"])
    assert [] == workspace.desk.ids("/payments")
    assert 404 == workspace.desk.ask("DELETE", f"/payments/{made['id']}").status_code
    assert {"amount": ["Must equal the sum of paymentInvoices"]} == (
        workspace.desk.refused("POST", "/payments", {**body, "amount": 80})
    )
    assert {"paymentInvoices": ["Not found"]} == (
        workspace.desk.refused("POST", "/payments", {**body, "paymentInvoices": [{"invoiceId": 1, "amount": 80.5}]})
    )
    nothing = [{"invoiceId": first, "amount": 80.5, "xeroId": None}]
    assert {"paymentInvoices": ["Expected a value, received null"]} == (
        workspace.desk.refused("POST", "/payments", {**body, "paymentInvoices": nothing})
    )
    assert {"xeroId": ["Expected uuid"]} == workspace.desk.refused("POST", "/payments", {**body, "xeroId": "x"})
    assert {"xeroId": ["Expected uuid"]} == (
        workspace.desk.refused("POST", "/payments", {**body, "xeroId": "00000000000040008000000000000000"})
    )


def test_support_items_get_other_minutes(workspace: Workspace) -> None:
    """The type has to be said each time; nothing else can be changed."""
    appointment = workspace.desk.post("/appointments", workspace.appointment())["id"]
    path = f"/support-items/{workspace.fake.add('support_items', appointmentId=str(appointment))}"
    workspace.desk.put(path, {"type": "Activity Based Transport", "toMinutes": 15, "returnMinutes": None})

    assert ("Activity Based Transport", 15) == (workspace.desk.get(path)["type"], workspace.desk.get(path)["toMinutes"])
    assert {"type": ["Required"]} == workspace.desk.refused("PUT", path, {"toMinutes": 15})
    assert {"toMinutes": ["Expected integer"]} == (
        workspace.desk.refused("PUT", path, {"type": "Provider Travel", "toMinutes": 1.5})
    )


def test_custom_fields_are_answered_by_type(workspace: Workspace) -> None:
    """Texts, numbers, dates, options by their ids; null takes an answer away. Definitions are a list called text."""
    fake = workspace.fake
    kinds = {"Short text": "Invented FC", "Numerical": 3, "Date picker": "2025-05-06"}
    fields: dict[str, int] = {kind: int(fake.add("custom_fields", name=kind, type=kind)) for kind in kinds}
    fields |= {
        kind: int(fake.add("custom_fields", name=kind, type=kind, options=["Red", "Blue"]))
        for kind in ("Single dropdown", "Multiple choice")
    }
    fake.add("custom_fields", name="Old", deletedAt="2024-01-01")
    answer = workspace.desk.ask("GET", "/custom-field/")
    defined = {field["name"]: field for field in json.loads(answer.text)}
    assert "text/plain" == answer.mimetype
    red, blue = (option["id"] for option in defined["Multiple choice"]["options"])
    only = defined["Single dropdown"]["options"][1]["id"]
    path = f"/patients/{workspace.patient}"
    answers = {**kinds, "Single dropdown": only, "Multiple choice": [red, blue]}
    data = [{"customFieldId": fields[kind], "value": value} for kind, value in answers.items()]
    workspace.desk.put(f"{path}/custom-field", {"customFieldData": data})
    read = {field["name"]: field["value"] for field in workspace.desk.get(path)["customFields"]}
    workspace.desk.put(f"{path}/custom-field", {"customFieldData": [{"customFieldId": fields["Numerical"]}]})

    assert set(fields) == set(defined)
    assert {**kinds, "Single dropdown": "Blue", "Multiple choice": "Red, Blue"} == read
    assert "Numerical" not in {field["name"] for field in workspace.desk.get(path)["customFields"]}
    for wrong in (
        {"customFieldId": fields["Numerical"], "value": "3"},
        {"customFieldId": fields["Short text"], "value": 3},
        {"customFieldId": fields["Single dropdown"], "value": 1},
        {"customFieldId": fields["Multiple choice"], "value": only},
        {"customFieldId": 1, "value": "a"},
        {"customFieldId": fields["Short text"], "x": 1},
        "a",
    ):
        assert workspace.desk.refused("PUT", f"{path}/custom-field", {"customFieldData": [wrong]})
    assert workspace.desk.refused("PUT", f"{path}/custom-field", {"customFieldData": [], "x": 1})
    assert workspace.desk.refused("PUT", f"{path}/custom-field", [])


def send(workspace: Workspace, content: bytes, kind: str = "application/pdf", name: str = "file", **more: str) -> Any:
    """Sends a file as a browser would."""
    form = Form(more, filename="a.pdf", content=lambda: [content], size=len(content), boundary="B", file_type=kind)
    body = b"".join(form).replace(b'name="file"', f'name="{name}"'.encode())
    path = f"/patients/{workspace.patient}/file"
    return workspace.desk.ask("POST", path, data=body, content_type=form.content_type)


def test_pdfs_are_taken_and_nothing_else(workspace: Workspace) -> None:
    """One PDF of 5 MB at most, in the part `file`; what is taken can be looked at."""
    answer = send(workspace, b"%PDF-1.7 invented")
    (kept,) = workspace.fake.rows("patient_files")

    assert ("a.pdf", workspace.patient) == (answer.json["name"], answer.json["patientId"])
    assert (b"%PDF-1.7 invented", answer.json["id"]) == (kept["content"], kept["id"])
    assert [400] * 5 == [
        refused.status_code
        for refused in (
            send(workspace, b"hello"),
            send(workspace, b"%PDF-1.7", "text/plain"),
            send(workspace, b"%PDF-1.7", name="document"),
            send(workspace, b"%PDF-1.7", folder="Letters"),
            send(workspace, b"%PDF-1.7".ljust(5_000_001)),
        )
    ]
    assert ["a file must be sent as a form"] == (
        workspace.desk.refused("POST", f"/patients/{workspace.patient}/file", {"file": "a"})
    )


def test_hours_are_listed_by_days(workspace: Workspace) -> None:
    """A practitioner's hours of 100 days at most, at one location or all."""
    for day, location in (
        ("2025-05-06", workspace.location),
        ("2025-05-07", int(workspace.fake.add("locations", title="S"))),
    ):
        workspace.fake.add("availabilities", practitionerId=workspace.practitioner, date=day, locationId=location,
                           startTime="09:00", endTime="17:00", repeatInterval="Weekly")  # fmt: skip
    path = f"/availabilities/{workspace.practitioner}"
    days = [("startDate", "2025-05-06"), ("endDate", "2025-05-07")]
    found = workspace.desk.get(path, *days)["data"]

    assert {"date": "2025-05-06", "locationId": workspace.location, "startTime": "09:00", "endTime": "17:00",
            "repeatInterval": "Weekly"} == found[0]  # fmt: skip
    assert 2 == len(found)
    assert 1 == len(workspace.desk.get(path, *days, ("locationId", str(workspace.location)))["data"])
    assert 1 == len(workspace.desk.get(path, days[0], ("endDate", "2025-05-06"))["data"])
    assert workspace.desk.refused("GET", path, query=[days[0], ("endDate", "2025-08-15")])
    assert {"endDate": ["Invalid date"]} == workspace.desk.refused("GET", path, query=days[:1])
    assert 404 == workspace.desk.ask("GET", "/availabilities/1", query=days).status_code


def test_free_slots_are_listed(workspace: Workspace) -> None:
    """A window of 7 days at most, in some shape."""
    for day in ("2025-05-06", "2025-05-20"):
        workspace.fake.add("availabilities", practitionerId=workspace.practitioner, date=day,
                           locationId=workspace.location, startTime="09:00", endTime="17:00")  # fmt: skip
    query = [("from", "2025-05-06"), ("serviceId", str(workspace.service)), ("locationId", str(workspace.location)),
             ("practitionerIds", str(workspace.practitioner)), ("practitionerIds", "1")]  # fmt: skip
    found = workspace.desk.get("/free-slots", *query)["data"]

    assert ["2025-05-06T09:00:00.000Z"] == [slot["start"] for slot in found]
    assert [] == workspace.desk.get("/free-slots", *query, ("to", "2025-05-06T08:00:00Z"))["data"]
    assert [] == workspace.desk.get("/free-slots", *query[:2], ("locationId", "1"), *query[3:])["data"]
    assert workspace.desk.refused("GET", "/free-slots", query=[*query, ("to", "2025-05-14")])
    assert workspace.desk.refused("GET", "/free-slots", query=query[:1])
