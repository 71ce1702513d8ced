"""What a list is asked for is checked before it is sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from clinikomigrate.client.query import where
from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import QueryError
from clinikomigrate.splose import Splose
from tests.client.server import Server

SINCE = datetime(2025, 3, 3, 10, 30, 15, 250_000, tzinfo=timezone(timedelta(hours=10)))


def asked(server: Server, listing: Any) -> list[tuple[str, str]]:
    """What a list asks for, but for where it begins."""
    path = f"/{listing.kind.replace('_', '-')}"
    server.answer("GET", path, {"data": [], "links": {}})
    list(listing)
    return [pair for pair in server.last.query if pair[0] != "id_gt"]


@pytest.mark.parametrize(
    ("kind", "given", "sent"),
    [
        ("patients", {"update_gt": SINCE}, [("update_gt", "2025-03-03T00:30:15Z")]),
        ("patients", {"update_lt": SINCE}, [("update_lt", "2025-03-03T00:30:16Z")]),
        ("patients", {"include_archived": True}, [("include_archived", "true")]),
        ("patients", {"include_archived": False}, []),
        ("payment_methods", {"include_archived": True}, []),
        ("patients", {"birthdate": date(1988, 5, 17)}, [("birthdate", "1988-05-17")]),
        ("patients", {"phone_number": "400000001"}, [("phoneNumber", "400000001")]),
        ("patients", {"ids": ["5", 6, Ref("patients", "7")]}, [("ids", "5"), ("ids", "6"), ("ids", "7")]),
        ("patients", {"id_lt": 9}, [("id_lt", "9")]),
        ("appointments", {"patient_id": Ref("patients", "7")}, [("patientId", "7")]),
        ("appointments", {"status": "Did not arrive"}, [("status", "Did not arrive")]),
        ("practitioners", {"is_active": False}, [("isActive", "false")]),
        ("busy_time_types", {"is_utilisation_included": True}, [("isUtilisationIncluded", "true")]),
        ("waitlists", {"date_added_gt": SINCE}, [("dateAddedGt", "2025-03-03T00:30:15Z")]),
        ("waitlists", {"preferred_days": "Monday"}, [("preferredDays", "Monday")]),
        ("waitlists", {"waitlist_tags": {"a"}}, [("waitlistTags", "a")]),
    ],
)
def test_keywords_are_the_apis_parameters(
    server: Server, client: Splose, kind: str, given: dict[str, Any], sent: list[tuple[str, str]]
) -> None:
    """Each parameter goes by its own name in snake case, and is sent as the API reads it: times in UTC."""
    assert sent == asked(server, client.resource(kind).list(**given))


def test_conditions_say_the_same(server: Server, client: Splose) -> None:
    """`where` names what a record has, and compares as the API can."""
    listing = client.appointments.list(
        where("updated_at") > SINCE, where("start") < SINCE, where("status_updated_at") > SINCE, practitioner_id="4"
    )

    assert [
        ("update_gt", "2025-03-03T00:30:15Z"),
        ("start_lt", "2025-03-03T00:30:16Z"),
        ("status_update_gt", "2025-03-03T00:30:15Z"),
        ("practitionerId", "4"),
    ] == asked(server, listing)
    assert [("ids", "5"), ("ids", "6")] == asked(server, client.patients.list(where("id") == ["5", "6"]))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"lastnme": "x"}, "Did you mean 'lastname'"),
        ({"per_page": 5}, "can't be asked for by 'per_page'"),
        ({"update_gt": datetime(2025, 3, 3)}, "time zone"),  # noqa: DTZ001  # what is refused
        ({"update_gt": date(2025, 3, 3)}, "needs a datetime.datetime with a time zone, not a date"),
        ({"update_gt": "2025-03-03"}, "not a str"),
        ({"update_gt": None}, "not a NoneType"),
        ({"birthdate": datetime(2025, 3, 3, tzinfo=UTC)}, "needs a datetime.date"),
        ({"lastname": 5}, "needs a str, not a int"),
        ({"ids": []}, "empty list"),
        ({"ids": [str(number) for number in range(101)]}, "at most 100"),
        ({"ids": Ref("contacts", "5")}, "not of contacts"),
        ({"ids": {"a": 1}}, "not a dict"),
        ({"id_gt": "x"}, "digits only"),
    ],
)
def test_what_cannot_be_asked_is_refused(server: Server, client: Splose, given: dict[str, Any], said: str) -> None:
    """A wrong name and a wrong value are refused, by name, before anything is sent."""
    with pytest.raises(QueryError, match=said):
        client.patients.list(**given)

    assert [] == server.requests


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("appointments", {"status": "Came"}, "has no such value"),
        ("appointments", {"patient_id": "Ann"}, "digits only"),
        ("practitioners", {"is_active": "true"}, "needs True or False"),
        ("waitlists", {"preferred_days": [5]}, "needs a str, or several"),
    ],
)
def test_values_of_other_types_are_refused(client: Splose, kind: str, given: dict[str, Any], said: str) -> None:
    """So are values that a parameter doesn't take."""
    with pytest.raises(QueryError, match=said):
        client.resource(kind).list(**given)


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ([where("update_at") > SINCE], "Did you mean 'updated_at'"),
        ([where("updated_at") >= SINCE], "can only be compared with >, <"),
        ([where("lastname").contains("x")], "can only be compared with =="),
        ([where("lastname") == "a", where("lastname") == "b"], "given twice"),
        (["lastname"], "takes conditions"),
    ],
)
def test_conditions_that_the_api_lacks_are_refused(client: Splose, conditions: list[Any], said: str) -> None:
    """A field, an operator or a combination that the API doesn't have is refused with what there is."""
    with pytest.raises(QueryError, match=said):
        client.patients.list(*conditions)
