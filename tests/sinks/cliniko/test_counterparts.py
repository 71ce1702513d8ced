"""Who is the same person in both accounts."""

from __future__ import annotations

import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.counterparts import Counterparts
from clinikomigrate.transfer.survey import Survey

People = list[tuple[str, str, str | None]]
"""Id, name and e-mail address; None for who has no login."""


def both(here: People, there: People) -> Counterparts:
    """Makes the practitioners of both accounts."""
    records = {
        "practitioners": tuple(practitioner(*each) for each in here),
        "users": tuple(user(*each) for each in here),
    }
    existing = {
        "practitioners": tuple((each[0], practitioner(*each)) for each in there),
        "users": tuple((user(*each).id, user(*each)) for each in there),
    }
    return Counterparts("practitioners", Survey(settings=m.Settings(), records=records, existing=existing))


def practitioner(id: str, name: str, email: str | None) -> m.Practitioner:
    """Makes a practitioner."""
    first, last = name.split()
    login: Ref[m.User] | None = Ref("users", f"9{id}") if email else None
    return m.Practitioner(id=id, first_name=first, last_name=last, user=login)


def user(id: str, name: str, email: str | None) -> m.User:
    """Makes a practitioner's login."""
    return m.User(id=f"9{id}", email=email)


AMY = ("1", "Amy Ng", "amy@clinic.example")


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ([AMY], [("5", "Amy Ng", None)], True),
        ([AMY], [("5", "amy  NG", "ng@elsewhere.example")], True),
        ([AMY], [("5", "Amy Ab", "Amy@Clinic.example")], True),
        ([AMY], [("5", "Amie Mary-Ng", "Amy@Clinic.example")], True),
        ([AMY], [("5", "Ada Ab", "Amy@Clinic.example")], False),
        ([AMY], [("5", "Ng Amy", "Amy@Clinic.example")], False),
        ([AMY], [("5", "Ben Ng", "amy@clinic.example"), ("6", "Amy Ng", "ben@clinic.example")], False),
        ([AMY], [("5", "Ada Ab", "ada@clinic.example")], False),
        ([AMY], [("5", "Amy Ng", None), ("6", "Ada Ab", "amy@clinic.example")], False),
        ([AMY, ("2", "Ada Ab", "x@clinic.example")], [("5", "Amy Ng", "x@clinic.example")], False),
        ([AMY, ("2", "Ada Ab", "amy@clinic.example")], [("5", "Amy Ng", "amy@clinic.example")], True),
        ([AMY], [("5", "Ada Ab", "amy@clinic.example"), ("6", "Cy Cee", "amy@clinic.example")], False),
    ],
)
def test_the_same_person(here: People, there: People, expected: bool) -> None:
    """By e-mail address where a name agrees, or by name where no address says otherwise."""
    people = both(here, there)
    (_, first), other = people.source[0], people.destination[0]

    assert expected is people.are_one(first, other)


@pytest.mark.parametrize(
    ("there", "found", "agree"),
    [
        ([("5", "Amy Ab", "amy@clinic.example")], ["5"], True),
        ([("5", "Ada Ab", "amy@clinic.example")], ["5"], False),
        ([("5", "Ada Ab", "amy@clinic.example"), ("6", "Amy Ng", None)], ["5", "6"], False),
        ([("5", "Amy Ab", "amy@clinic.example"), ("6", "Amy Ng", None)], ["5", "6"], False),
        ([("5", "Amy Ab", "amy@clinic.example"), ("6", "Amy Ng", "other@clinic.example")], ["5"], True),
        ([("5", "Ben Ng", "amy@clinic.example"), ("6", "Amy Ng", "ben@clinic.example")], ["5", "6"], False),
        ([("5", "Amy Ng", "amy@clinic.example"), ("6", "Amy Ng", None)], ["5"], True),
        ([("5", "Amy Ng", None)], ["5"], True),
    ],
)
def test_an_address_and_a_name_have_to_agree(there: People, found: list[str], agree: bool) -> None:
    """Who has the address but no part of the name, or is not the only one who could be meant, is not clear."""
    others = [("2", "Amy Ng", "other@clinic.example"), ("3", "Ben Ng", "ben@clinic.example")]
    people = both([AMY, *others], there)
    record = people.source[0][1]

    assert found == [id for id, _ in people.of(record)]
    assert agree is people.agree(record, people.destination[0])
