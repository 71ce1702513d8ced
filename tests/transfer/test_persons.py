"""When two records of patients are of one and the same person."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import attrs
import pytest

from clinikomigrate import Person
from clinikomigrate.cliniko.models import Patient, PatientDraft, PhoneNumber, PhoneNumberDraft

ADA: dict[str, Any] = {
    "first_name": "Ada",
    "last_name": "Example",
    "date_of_birth": date(1980, 2, 29),
    "emails": ("ada@mail.example",),
    "phone_numbers": ("0412 345 678",),
}
"""Somebody who prefers no other name."""


def same(**changes: Any) -> bool:
    """Says whether Ada is the same person as somebody who differs from her in something."""
    ours, theirs = Person(**ADA).found_by(), Person(**(ADA | changes)).found_by()
    return not set(ours).isdisjoint(theirs)


NOTHING: dict[str, Any] = {"date_of_birth": None, "emails": (), "phone_numbers": ()}


@pytest.mark.parametrize(
    "kept",
    [
        {"date_of_birth": date(1980, 2, 29)},
        {"emails": ("old@mail.example", " ADA@Mail.example")},
        {"phone_numbers": ("1234", "+61 412 345 678")},
    ],
)
def test_a_name_and_one_thing_more(kept: dict[str, Any]) -> None:
    """The birth date, any e-mail address or any telephone number suffices beside the name."""
    assert same(**(NOTHING | kept))
    assert not same(**(NOTHING | kept), last_name="Other")


def test_a_name_alone_is_not_enough() -> None:
    """Who has nothing in common but the name is somebody else."""
    assert not same(**NOTHING)
    assert not same(date_of_birth=date(1980, 3, 1), emails=("b@mail.example",), phone_numbers=("0412 345 679",))


@pytest.mark.parametrize(
    "name",
    [
        {"first_name": "ADA", "last_name": " example "},
        {"first_name": "\tAda ", "last_name": "Example\u00a0"},
        {"first_name": None, "last_name": "Ada  Example"},
        {"first_name": "Ada Example", "last_name": ""},
    ],
)
def test_names_are_compared_as_people_read_them(name: dict[str, Any]) -> None:
    """Case, blanks, and which of the two fields holds which part of a name make no difference."""
    assert same(**name)


def test_letters_are_compared_however_they_are_composed() -> None:
    """An accent that is stored by itself is the same accent."""
    one, other = (
        Person(first_name=name, last_name="X", date_of_birth=date(1980, 1, 1)) for name in ("Zoë", "Zoe\u0308")
    )

    assert one.found_by() == other.found_by()


def test_nobody_without_a_name_is_anybody() -> None:
    """Without a name there is nothing to compare."""
    nobody = Person(**(ADA | {"first_name": " ", "last_name": None}))

    assert () == nobody.found_by() == nobody.may_be_found_by()
    assert () == Person(**(ADA | {"first_name": "-", "last_name": None})).may_be_found_by()


def may_be(**changes: Any) -> bool:
    """Says whether Ada may be somebody who differs from her in something, without being the same."""
    ours, theirs = Person(**ADA), Person(**(ADA | changes))
    assert set(ours.found_by()).isdisjoint(theirs.found_by())
    return not set(ours.may_be_found_by()).isdisjoint(theirs.may_be_found_by())


@pytest.mark.parametrize(
    "kept",
    [{"date_of_birth": ADA["date_of_birth"]}, {"emails": ADA["emails"]}, {"phone_numbers": ADA["phone_numbers"]}],
)
def test_a_name_that_is_written_differently_may_be_the_same(kept: dict[str, Any]) -> None:
    """With any one thing more in common two may be the same; with none, or another name, they are not."""
    assert may_be(**(NOTHING | kept), first_name="\u00c0da", last_name="Ex-am ple")
    assert not may_be(**NOTHING, first_name="\u00c0da")
    assert not may_be(**(NOTHING | kept), first_name="Adam")


def test_a_preferred_name_may_be_the_same() -> None:
    """Whoever is called by the first name that another prefers may be the same, with the same birth date and family."""
    assert may_be(first_name="Augusta", preferred_first_name="ADA")
    assert not may_be(first_name="Augusta", preferred_first_name=" ")
    assert not may_be(first_name="Augusta", preferred_first_name="Ada", last_name="Other")
    assert not may_be(first_name="Augusta", preferred_first_name="Ada", date_of_birth=date(2012, 2, 29))
    assert not may_be(first_name="Augusta", preferred_first_name="Ada", date_of_birth=None)


def test_a_middle_name_may_be_left_out() -> None:
    """With the same birth date and family; an e-mail address is shared by too many."""
    assert may_be(first_name="ADA Mary")
    assert not may_be(first_name="Mary Ada")
    assert not may_be(first_name="Adamary")
    assert not may_be(first_name="Ada Mary", last_name="Other")
    assert not may_be(first_name="Ada Mary", date_of_birth=None)


def test_two_who_prefer_one_name_may_be_the_same() -> None:
    """Also where both prefer it."""
    one, other = (
        Person(first_name=name, last_name="X", preferred_first_name="Bob", date_of_birth=date(1980, 1, 1))
        for name in ("Robert", "Roberto")
    )

    assert 1 == len({*one.may_be_found_by()} & {*other.may_be_found_by()})


@pytest.mark.parametrize("name", ["Ada", "\u00d8rjan \u0141", "O\u2019Neill-Smith", "\u0958\u093e"])
def test_who_is_the_same_may_be_the_same(name: str) -> None:
    """Whatever the name is, whoever is found for sure is found loosely too."""
    person = Person(**(ADA | {"first_name": name}))
    composed, decomposed = (
        attrs.evolve(person, first_name=unicodedata.normalize(form, name.upper())) for form in ("NFC", "NFD")
    )

    assert person.found_by() == composed.found_by() == decomposed.found_by()
    assert person.may_be_found_by() == composed.may_be_found_by() == decomposed.may_be_found_by()


def test_a_patient_and_a_draft_are_read_alike() -> None:
    """Whoever has the attributes of Cliniko's patients can be read; what is not given is not known."""
    patient = Patient(
        id="1",
        first_name="Ada",
        last_name="Example",
        preferred_first_name="Lady",
        date_of_birth=date(1980, 2, 29),
        email="ada@mail.example",
        patient_phone_numbers=(PhoneNumber(number="0412 345 678"), PhoneNumber(number=None)),
    )
    draft = PatientDraft(
        first_name="Ada",
        last_name="Example",
        preferred_first_name="Lady",
        date_of_birth=date(1980, 2, 29),
        email="ada@mail.example",
        patient_phone_numbers=[PhoneNumberDraft(number="0412 345 678", phone_type="Mobile")],
    )

    assert Person(**ADA, preferred_first_name="Lady") == Person.of(patient) == Person.of(draft)
    assert Person() == Person.of(PatientDraft()) == Person.of(object())


def test_nobody_s_data_is_shown() -> None:
    """The repr says nothing of the person."""
    assert "<Person>" == repr(Person(**ADA))
