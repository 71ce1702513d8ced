"""Conditions of lists."""

from __future__ import annotations

import pytest

from clinikomigrate.testing import FakeCliniko
from tests.testing.conftest import Clinic
from tests.testing.desk import Desk


@pytest.fixture(scope="module")
def desk() -> Desk:
    """Gives an account with four patients, named by their last names."""
    fake = FakeCliniko(rate_limit=None)
    people = [
        ("Ann", "Lee", "1990-05-01", "ann@example.com", True),
        ("Bo", "O'Hara-Smith", "1985-05-12", "bo@example.com", False),
        ("Cy", "lee", None, None, None),
        ("Dee", "Zhang", "2001-11-30", "dee@example.org", None),
    ]
    for number, (first, last, born, email, privacy) in enumerate(people):
        fake.add(
            "patients",
            first_name=first,
            last_name=last,
            date_of_birth=born,
            email=email,
            accepted_privacy_policy=privacy,
            old_reference_id=f"old-{number}",
            created_at=f"2024-0{number + 1}-01T00:00:00Z",
        )
    return Desk(fake)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("last_name:=Lee", ["Ann"]),
        ("last_name:!=Lee", ["Bo", "Cy", "Dee"]),
        ("last_name:~lee", ["Ann", "Cy"]),
        ("last_name:~~o%smith", ["Bo"]),
        ("last_name:~~%e%", ["Ann", "Cy"]),
        ("last_name:=O'Hara-Smith", ["Bo"]),
        ("email:?", ["Ann", "Bo", "Dee"]),
        ("email:!?", ["Cy"]),
        ("email:!=ann@example.com", ["Bo", "Dee"]),
        ("old_reference_id:=old-2", ["Cy"]),
        ("date_of_birth:=1990-05-01", ["Ann"]),
        ("date_of_birth:=****-05-**", ["Ann", "Bo"]),
        ("date_of_birth:>=1990-05-01", ["Ann", "Dee"]),
        ("date_of_birth:>1990-05-01", ["Dee"]),
        ("date_of_birth:<=1990-05-01", ["Ann", "Bo"]),
        ("date_of_birth:<1990-05-01", ["Bo"]),
        ("date_of_birth:!?", ["Cy"]),
        ("created_at:>=2024-03-01T00:00:00Z", ["Cy", "Dee"]),
        ("created_at:<2024-02-01T00:00:00Z", ["Ann"]),
        ("created_at:*", ["Ann", "Bo", "Cy", "Dee"]),
        ("accepted_privacy_policy:=true", ["Ann"]),
        ("accepted_privacy_policy:!=true", ["Bo"]),
    ],
)
def test_conditions_find(desk: Desk, condition: str, found: list[str]) -> None:
    """Each operator of each type finds what it should; a missing value meets no comparison."""
    assert found == [row["first_name"] for row in desk.listed("/patients", ("q[]", condition))]
    assert [] == desk.found


def test_conditions_are_joined_by_and(desk: Desk) -> None:
    """Several conditions must all hold."""
    assert ["Cy"] == [
        row["first_name"] for row in desk.listed("/patients", ("q[]", "last_name:~lee"), ("q[]", "email:!?"))
    ]


def test_ids_take_lists(desk: Desk) -> None:
    """Equality of a number takes a list; all other comparisons, inequality too, take one number."""
    ids = desk.ids("/patients", ("sort", "id"))

    assert [ids[0], ids[2]] == desk.ids("/patients", ("q[]", f"id:={ids[2]},{ids[0]},999"))
    assert [ids[1], ids[3]] == desk.ids("/patients", ("q[]", f"id:!={ids[2]}"), ("q[]", f"id:!={ids[0]}"))
    assert ids[:2] == desk.ids("/patients", ("q[]", f"id:<={ids[1]}"))
    assert ids[:1] == desk.ids("/patients", ("q[]", f"id:<{ids[1]}"))
    assert ids[1:] == desk.ids("/patients", ("q[]", f"id:>={ids[1]}"))
    for operator in ("!=", ">", ">=", "<", "<="):
        assert 400 == desk.ask("GET", "/patients", query=[("q[]", f"id:{operator}{ids[0]},{ids[1]}")]).status_code


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("phone:=1", "This column is not searchable."),
        ("first_name", "could not be understood"),
        ("first_name:Ann", "could not be understood"),
        ("created_at:=2024-01-01T00:00:00Z", "can't be filtered"),
        ("created_at:>2024-01-01", "must be"),
        ("created_at:>2024-01-01T00:00:00+10:00", "must be"),
        ("created_at:>2024-01-01T00:00:00.000Z", "must be"),
        ("archived_at:*x", "takes no value"),
        ("archived_at:?x", "takes no value"),
        ("id:=x", "must be"),
        ("id:~1", "can't be filtered"),
        ("id:*", "can't be filtered"),
        ("first_name:>A", "can't be filtered"),
        ("date_of_birth:>****-05-**", "must be"),
        ("date_of_birth:=May", "must be"),
        ("date_of_birth:=2024-02-30", "must be"),
        ("created_at:>2024-02-30T00:00:00Z", "must be"),
        ("created_at:>2024-02-28T24:01:00Z", "must be"),
        ("accepted_privacy_policy:=yes", "must be"),
        ("accepted_privacy_policy:?", "can't be filtered"),
    ],
)
def test_wrong_conditions_are_refused(desk: Desk, condition: str, message: str) -> None:
    """Unknown columns, operators that don't fit the type, and values of another type are a 400."""
    answer = desk.ask("GET", "/patients", query=[("q[]", condition)])

    assert 400 == answer.status_code
    assert message in (answer.json or {})["message"]


def test_lists_inside_records_drop_the_filter_of_their_path(clinic: Clinic) -> None:
    """What the path says already can't be filtered on again."""
    path = f"/patients/{clinic.patient}/medical_alerts"

    assert 400 == clinic.desk.ask("GET", path, query=[("q[]", f"patient_id:={clinic.patient}")]).status_code


def test_arrays_contain(clinic: Clinic) -> None:
    """An array is filtered by one of its members only."""
    assert [clinic.business] == clinic.desk.ids("/businesses", ("q[]", f"appointment_type_ids:~{clinic.kind}"))
    assert 400 == clinic.desk.ask("GET", "/businesses", query=[("q[]", "appointment_type_ids:=1")]).status_code
    assert [] == clinic.desk.ids("/appointment_types", ("q[]", "appointment_reminder_template_ids:~1"))
