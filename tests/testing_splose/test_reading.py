"""Lists: strict queries, pages by id, archived records hidden, and filters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from clinikomigrate.testing import FakeSplose
from clinikomigrate.testing.splose.filters import FILTERS
from clinikomigrate.testing.splose.kinds import LISTED
from tests.testing_splose.conftest import Workspace
from tests.testing_splose.desk import Desk

ARCHIVED = ("include_archived", "true")


def filled(count: int, **settings: object) -> tuple[Desk, list[int]]:
    """A workspace with some contacts, in pages of 3."""
    fake = FakeSplose(rate_limit=None, page_size=3, **settings)  # type: ignore[arg-type]  # settings of different types
    return Desk(fake), [int(fake.add("contacts", name=f"{number}")) for number in range(count)]


def test_pages_go_on_by_id() -> None:
    """A page has as many records as the server likes; the links lead to the ids above and below."""
    desk, ids = filled(7)
    first = desk.get("/contacts")
    second = desk.get("/contacts", ("id_gt", str(ids[2])))

    assert ids[:3] == [row["id"] for row in first["data"]]
    assert {"nextPage": f"/v1/contacts?id_gt={ids[2]}"} == first["links"]
    assert {"nextPage": f"/v1/contacts?id_gt={ids[5]}", "previousPage": f"/v1/contacts?id_lt={ids[3]}"} == (
        second["links"]
    )
    assert {"previousPage": f"/v1/contacts?id_lt={ids[6]}"} == desk.get("/contacts", ("id_gt", str(ids[5])))["links"]
    assert {"data": [], "links": {}} == desk.get("/contacts", ("id_gt", str(ids[6])))


def test_pages_go_back_by_id() -> None:
    """Below an id comes the page just before it; between two ids, the first one."""
    desk, ids = filled(7)

    assert ids[2:5] == desk.ids("/contacts", ("id_lt", str(ids[5])))
    assert ids[1:4] == desk.ids("/contacts", ("id_gt", str(ids[0])), ("id_lt", str(ids[5])))


def test_links_keep_the_rest_of_the_query_and_can_be_swapped() -> None:
    """A link asks for the same; a workspace can call the two the other way round."""
    desk, ids = filled(4, swapped_links=True)

    assert {"previousPage": f"/v1/contacts?include_archived=true&id_gt={ids[2]}"} == (
        desk.get("/contacts", ARCHIVED)["links"]
    )


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        (("limit", "5"), ["Unrecognized key(s) in object: 'limit'"]),
        (("page", "2"), ["Unrecognized key(s) in object: 'page'"]),
        (("id_gt", "x"), {"id_gt": ["Expected number"]}),
        (("include_archived", "1"), {"include_archived": ["Invalid enum value. Expected 'true' | 'false'"]}),
        (("update_gt", "2025-03-03T00:00:00+10:00"), {"update_gt": ["Invalid date"]}),
        (("update_gt", "2025-13-03"), {"update_gt": ["Invalid date"]}),
        (("ids", "x"), {"ids": ["Expected id"]}),
        (("birthdate", "03/03/1988"), {"birthdate": ["Expected date"]}),
    ],
)
def test_queries_are_strict(workspace: Workspace, query: tuple[str, str], wrong: object) -> None:
    """A key that isn't there and a value of another form are refused; a key that isn't there is noted."""
    assert wrong == workspace.desk.refused("GET", "/patients", query=[query])
    assert isinstance(wrong, list) == bool(workspace.fake.protocol_errors)


def test_writes_take_no_query(workspace: Workspace) -> None:
    """Whatever their path, and nothing is written."""
    body = {"type": "Doctor", "name": "Dr Ray", "email": "r@x.example"}

    assert ["Unrecognized key(s) in object: 'include_archived'"] == (
        workspace.desk.refused("POST", "/contacts", body, query=[ARCHIVED])
    )
    assert [] == workspace.fake.rows("contacts")


def test_nothing_is_asked_for_twice(workspace: Workspace) -> None:
    """A parameter of one value takes one."""
    twice = [("lastname", "a"), ("lastname", "b")]

    assert {"lastname": ["Too many values"]} == workspace.desk.refused("GET", "/patients", query=twice)
    assert {"id_gt": ["Expected number"]} == workspace.desk.refused("GET", "/patients", query=[("id_gt", "1")] * 2)
    many = [("ids", str(number)) for number in range(1, 102)]
    assert {"ids": ["Too many values"]} == workspace.desk.refused("GET", "/patients", query=many)


def test_payment_methods_know_no_changes_and_no_archive(workspace: Workspace) -> None:
    """That list takes ids only."""
    for query in (("update_gt", "2025-03-03"), ARCHIVED):
        assert [f"Unrecognized key(s) in object: '{query[0]}'"] == (
            workspace.desk.refused("GET", "/payment-methods", query=[query])
        )


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("patients", {"firstname": "A", "lastname": "B", "archived": True}),
        ("locations", {"title": "Old", "deletedAt": "2024-01-01"}),
        ("contacts", {"name": "A", "archived": True}),
        ("invoices", {"isArchived": True}),
        ("payments", {"archivedAt": "2024-01-01T00:00:00Z"}),
    ],
)
def test_archived_records_are_hidden(workspace: Workspace, kind: str, row: dict[str, object]) -> None:
    """What is archived comes only when asked for, and by its id unless the workspace hides it there too."""
    needs: dict[str, dict[str, object]] = {
        "invoices": {"issueDate": "2024-01-01", "dueDate": "2024-01-01"},
        "payments": {"amount": 0, "paymentDate": "2024-01-01"},
    }
    if kind in needs:
        row = {**row, **needs[kind], "patientId": workspace.patient, "locationId": workspace.location}
    id = int(workspace.fake.add(kind, **row))

    assert id not in workspace.desk.ids(f"/{kind}")
    assert id in workspace.desk.ids(f"/{kind}", ARCHIVED)
    assert id == workspace.desk.get(f"/{kind}/{id}")["id"]
    workspace.fake.hides_archived_by_id = True
    assert 404 == workspace.desk.ask("GET", f"/{kind}/{id}").status_code


def test_one_record_takes_no_query(workspace: Workspace) -> None:
    """A record is read by its id alone, and is a 404 where there is none."""
    path = f"/patients/{workspace.patient}"

    assert ["Unrecognized key(s) in object: 'include_archived'"] == workspace.desk.refused(
        "GET", path, query=[ARCHIVED]
    )
    assert 404 == workspace.desk.ask("GET", "/patients/1").status_code


def test_changes_are_found(workspace: Workspace) -> None:
    """Later and earlier leave out the moment itself."""
    id = int(workspace.fake.add("patients", firstname="A", lastname="B", updatedAt=datetime(2024, 5, 1, tzinfo=UTC)))

    def found(name: str, time: str) -> bool:
        return id in workspace.desk.ids("/patients", (name, time))

    assert [False, True] == [found("update_gt", time) for time in ("2024-05-01", "2024-04-30T23:59:59.999Z")]
    assert [False, True] == [found("update_lt", time) for time in ("2024-05-01T00:00:00Z", "2024-05-02")]


def diary(workspace: Workspace) -> dict[str, int]:
    """Puts one record of each kind into the workspace, with what can be asked for, and gives their ids."""
    fake, patient = workspace.fake, workspace.patient
    times = {"start": datetime(2025, 5, 6, 1, tzinfo=UTC), "end": datetime(2025, 5, 6, 2, tzinfo=UTC)}
    where = {"locationId": workspace.location}
    whose = {"patientId": patient, "practitionerId": workspace.practitioner}
    contact = fake.add("contacts", name="Dr", firstName="Max", lastName="Ray", email="m@x.example",
                       phoneNumbers=[{"phoneNumber": "400"}])  # fmt: skip
    kind = fake.add("busy_time_types", title="Meeting", isUtilisationIncluded=True)
    place = {"patientId": patient, "status": "Arrived", "statusUpdatedAt": "2025-05-06T01:00:00Z"}
    appointment = fake.add("appointments", **times, **where, serviceId=workspace.service,
                           practitionerId=workspace.practitioner, appointmentPatients=[place])  # fmt: skip
    invoice = fake.add(
        "invoices", **where, **whose, issueDate="2025-05-06", dueDate="2025-06-06", total=Decimal("95.5")
    )
    made = {
        "contacts": contact,
        "busy_time_types": kind,
        "appointments": appointment,
        "invoices": invoice,
        "patients": fake.add("patients", firstname="Zoë", lastname="Lee", email="z@x.example", patientTags=["vip"],
                             birthdate=date(1988, 5, 17), phoneNumbers=[{"phoneNumber": "401"}]),
        "services": fake.add("services", name="Long", type="Physio", code="500", serviceTags=["vip"]),
        "locations": fake.add("locations", title="South"),
        "practitioners": fake.add("practitioners", firstname="Bo", lastname="Ray", email="b@x.example",
                                  isActive=False, roleName="admin", connections=[{"typeId": 1, "type": "Location"}]),
        "cancellation_reasons": fake.add("cancellation_reasons", name="Moved"),
        "busy_times": fake.add("busy_times", **times, **where, practitionerIds=[str(workspace.practitioner)],
                               busyTimeTypeId=kind),
        "support_activities": fake.add("support_activities", **times, **where, **whose, serviceId=workspace.activity),
        "support_items": fake.add("support_items", appointmentId=appointment),
        "payment_methods": fake.add("payment_methods", name="Cash"),
        "payments": fake.add("payments", **where, patientId=patient, amount=0, paymentDate="2025-05-06"),
        "credit_notes": fake.add("credit_notes", invoiceId=invoice, patientId=patient, sentStatus="Sent"),
        "waitlists": fake.add("waitlists", **where, **whose, userGroupId=3, serviceIds=[workspace.service],
                              preferredDays=["Monday"], preferredTime=["morning"], waitlistTags=["vip"],
                              createdAt="2025-01-05"),
        "screeners": fake.add("screeners", patientId=patient, triaging=True, formId=4, screenerTags=["vip"],
                              createdAt="2025-01-05"),
        "patient_forms": fake.add("patient_forms", patientId=patient, templateId=4),
        "cases": fake.add("cases", **whose, contactId=contact, expiryDate="2024-01-01"),
    }  # fmt: skip
    return {name: int(id) for name, id in made.items()}


def asked(workspace: Workspace, ids: dict[str, int]) -> dict[str, dict[str, tuple[str, str | None]]]:
    """What each list is asked for: a value that finds the record and one that doesn't (None: nothing to ask)."""
    starts = {"start_gt": ("2025-05-06", "2025-05-07"), "start_lt": ("2025-05-07", "2025-05-06")}
    patient = {"patientId": (str(workspace.patient), "1")}
    practitioner = {"practitionerId": (str(workspace.practitioner), "1")}
    location = {"locationId": (str(workspace.location), "1")}
    added = {"dateAddedGt": ("2025-01-04", "2025-01-05"), "dateAddedLt": ("2025-01-06", "2025-01-05")}
    created = {"create_gt": ("2025-01-04", "2025-01-05"), "create_lt": ("2025-01-06", "2025-01-05")}
    return {
        "patients": {
            "firstname": ("Zoë", "Zoe"), "lastname": ("Lee", "lee"), "email": ("z@x.example", "x@x.example"),
            "phoneNumber": ("401", "40"), "birthdate": ("1988-05-17", "1988-05-18"), "patientTag": ("vip", "v"),
            "ids": (str(ids["patients"]), "1"),
        },
        "contacts": {
            "firstname": ("Max", "M"), "lastname": ("Ray", "R"), "email": ("m@x.example", "x@x.example"),
            "phoneNumber": ("400", "4"),
        },
        "services": {"name": ("Long", "L"), "type": ("Physio", "P"), "code": ("500", "5"), "serviceTag": ("vip", "v")},
        "locations": {"title": ("South", "S")},
        "practitioners": {
            "firstname": ("Bo", "B"), "lastname": ("Ray", "R"), "email": ("b@x.example", "x@x.example"),
            "isActive": ("false", "true"), "roleName": ("admin", "a"),
        },
        "appointments": {
            **starts, **patient, **practitioner, "status": ("Arrived", "Cancelled"),
            "status_update_gt": ("2025-05-06", "2025-05-07"), "status_update_lt": ("2025-05-07", "2025-05-06"),
        },
        "cancellation_reasons": {},
        "busy_times": {**starts, **practitioner, "busyTimeTypeId": (str(ids["busy_time_types"]), "1")},
        "busy_time_types": {"title": ("Meeting", "M"), "isUtilisationIncluded": ("true", "false")},
        "support_activities": {**starts, **patient},
        "support_items": {"appointmentId": (str(ids["appointments"]), "1")},
        "invoices": {**patient, **location, **practitioner, "status": ("Awaiting Payment", "Paid")},
        "payment_methods": {},
        "payments": {**patient, **location},
        "credit_notes": {
            **patient, **practitioner, "invoiceId": (str(ids["invoices"]), "1"), "sentStatus": ("Sent", "Viewed"),
        },
        "waitlists": {
            **practitioner, **location, **patient, **added, "userGroupId": ("3", "1"), "isActive": ("true", "false"),
            "preferredDays": ("Monday", "Friday"), "preferredTime": ("morning", "noon"),
            "serviceIds": (str(workspace.service), "1"), "waitlistTags": ("vip", "v"),
        },
        "screeners": {
            **created, "isAccepted": ("true", "false"), "isTriaging": ("true", "false"), "formIds": ("4", "5"),
            "screenerTags": ("vip", "v"),
        },
        "patient_forms": {**patient, "templateId": ("4", "5")},
        "cases": {
            **patient, **practitioner, "contactId": (str(ids["contacts"]), "1"),
            "trackType": ("Appointments", "Hours"), "status": ("Expired", "Open"),
        },
    }  # fmt: skip


@pytest.mark.parametrize("kind", [kind.name for kind in LISTED])
def test_every_filter_finds_and_leaves_out(workspace: Workspace, kind: str) -> None:
    """Each parameter of each list finds a record that fulfils it, and not with another value."""
    ids = diary(workspace)
    table = asked(workspace, ids)[kind]
    path = f"/{kind.replace('_', '-')}"

    assert {one.name for one in FILTERS[kind]} == set(table)
    assert ids[kind] in workspace.desk.ids(path)
    for name, (right, wrong) in table.items():
        assert ids[kind] in workspace.desk.ids(path, (name, right)), name
        assert ids[kind] not in workspace.desk.ids(path, (name, str(wrong))), name


def test_a_cases_state_follows_from_its_dates(workspace: Workspace) -> None:
    """A case is open until it is closed or runs out; its dates read with a blank in them."""
    case = workspace.fake.add("cases", patientId=workspace.patient, isOpen=False)
    today = workspace.fake.clock.now()
    soon, ago = (datetime.fromtimestamp(today + seconds, UTC) for seconds in (60, -60))
    other = workspace.fake.add("cases", patientId=workspace.patient, expiryDate=soon)
    expired = workspace.fake.add("cases", patientId=workspace.patient, issueDate="2024-01-31", expiryDate=ago)

    assert [int(expired)] == workspace.desk.ids("/cases", ("status", "Expired"))
    assert ("2024-01-31 00:00:00", "2025-03-02 23:59:00") == tuple(
        workspace.desk.get(f"/cases/{expired}")[name] for name in ("issueDate", "expiryDate")
    )
    assert [int(case)] == workspace.desk.ids("/cases", ("status", "Closed"))
    assert [int(other)] == workspace.desk.ids("/cases", ("status", "Open"))


def test_a_credit_notes_practitioner_is_the_invoices(workspace: Workspace) -> None:
    """Only the invoice says whose it is."""
    ids = diary(workspace)

    assert [ids["credit_notes"]] == workspace.desk.ids("/credit-notes", ("practitionerId", str(workspace.practitioner)))


def test_several_values_are_any_of_them(workspace: Workspace) -> None:
    """A parameter of several values finds what fulfils one of them."""
    other = int(workspace.fake.add("patients", firstname="A", lastname="B"))

    assert [workspace.patient, other] == (
        workspace.desk.ids("/patients", ("ids", str(workspace.patient)), ("ids", str(other)), ("ids", "1"))
    )
