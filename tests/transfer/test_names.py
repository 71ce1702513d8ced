"""Names as they are compared."""

from __future__ import annotations

import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.transfer.names import folded, full_name, names_of, nearest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Northside", " NORTHSIDE "),
        ("Old  rooms", "old rooms"),
        ("Zoë", "Zoe\u0308"),
        ("Straße", "STRASSE"),
        ("Amy\u00a0Ng", "Amy Ng"),
    ],
)
def test_names_that_people_would_call_the_same_are_the_same(one: str, other: str) -> None:
    """Case, blanks, and how a computer stores accents make no difference."""
    assert folded(one) == folded(other)


def test_different_names_stay_different() -> None:
    """Nothing is taken away but case and blanks."""
    assert folded("Zoë") != folded("Zoe")


def test_a_record_goes_by_all_its_names_once() -> None:
    """People by first and last name before anything with a title; companies with their contacts."""
    practitioner = m.Practitioner(id="1", first_name="Amy", last_name="Ng", label="Dr Amy Ng", display_name="Amy  Ng")
    business = m.Business(id="2", business_name="Northside", display_name="Northside Physio", label="Northside Physio")
    contact = m.Contact(id="3", last_name="Doc", company_name="Spine Centre")

    assert names_of(practitioner) == ("amy ng", "dr amy ng")
    assert names_of(business) == ("northside", "northside physio")
    assert names_of(contact)[0] == "doc spine centre"
    assert names_of(m.Tax(id="4", name=" ")) == ()
    assert full_name(m.User(id="5", first_name="Max")) == "Max"
    assert full_name(m.User(id="6")) is None


def test_the_nearest_names_come_first() -> None:
    """In their own spelling; what is nothing like it is left out."""
    assert nearest("northsid", ["Southside", "Northside", "Elsewhere"]) == ["Northside", "Southside"]
    assert nearest("x", ["Northside"]) == []
