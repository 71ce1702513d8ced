"""Contacts: they need a person's name, and their type decides what they can be used for."""

from __future__ import annotations

import pytest

from tests.traps.clinic import Clinic, losses


def test_company_is_no_name(clinic: Clinic) -> None:
    """A contact with only a company, which the API refuses, gets the company as the last name, and that is a loss."""
    clinic.add("contacts", company_name="Harbour Insurance", type_code=2)
    report = clinic.move()
    copy = clinic.only("contacts")

    assert (None, "Harbour Insurance", "Harbour Insurance") == (
        copy["first_name"],
        copy["last_name"],
        copy["company_name"],
    )
    assert "last_name" in losses(report, "contacts")


@pytest.mark.parametrize("name", [{"first_name": "Gia"}, {"last_name": "Doctor"}])
def test_one_name_is_enough(clinic: Clinic, name: dict[str, str]) -> None:
    """A first or a last name is enough; nothing is made up for the other."""
    clinic.add("contacts", **name)
    report = clinic.move()
    copy = clinic.only("contacts")

    assert {"first_name": None, "last_name": None, **name} == {each: copy[each] for each in ("first_name", "last_name")}
    assert "last_name" not in losses(report, "contacts")


@pytest.mark.parametrize("code", [0, 1, 2])
def test_type_is_written_as_a_code(clinic: Clinic, code: int) -> None:
    """A contact's type is read in words and written as a code."""
    clinic.add("contacts", first_name="Gia", type_code=code)
    clinic.move()

    assert code == clinic.only("contacts")["type_code"]


def test_blank_doctor_type_is_not_sent(clinic: Clinic) -> None:
    """A blank type of doctor, as captured from the API, is no value that it takes."""
    clinic.doctor(doctor_type="")
    clinic.doctor(first_name="Hal", doctor_type="specialist")
    clinic.move()

    assert {"Gia": "", "Hal": "specialist"} == {
        row["first_name"]: row["doctor_type"] or "" for row in clinic.arrived("contacts")
    }


def test_blank_e_mail_is_not_sent(clinic: Clinic) -> None:
    """A contact's blank e-mail address reads as blank text, and a patient's as null; neither is sent."""
    clinic.doctor(email="")
    clinic.patient(email=None)
    clinic.move()

    assert "email" not in clinic.bodies("POST", "/v1/contacts")[0]
    assert "email" not in clinic.bodies("POST", "/v1/patients")[0]


def test_country_is_written_by_its_code(clinic: Clinic) -> None:
    """A contact's country is read as a name and written as a code."""
    clinic.doctor(country_code="NZ")
    clinic.move()

    assert "NZ" == clinic.only("contacts")["country_code"]
    assert "country" not in clinic.bodies("POST", "/v1/contacts")[0]


def test_phone_numbers_go_without_their_normal_form(clinic: Clinic) -> None:
    """Telephone numbers are sent as a whole list, without what the API adds to them when read."""
    phones = [{"number": "03 9000 0000", "phone_type": "Work"}, {"number": "0400 000 000", "phone_type": "Mobile"}]
    clinic.doctor(phone_numbers=phones)
    clinic.patient(patient_phone_numbers=phones)
    clinic.move()

    assert phones == clinic.only("contacts")["phone_numbers"]
    assert phones == clinic.only("patients")["patient_phone_numbers"]


def test_equal_contacts_stay_two(clinic: Clinic) -> None:
    """Two contacts of one name arrive as two."""
    clinic.doctor(city="Carlton")
    clinic.doctor(city="Fitzroy")
    clinic.move()

    assert ["Carlton", "Fitzroy"] == sorted(row["city"] for row in clinic.arrived("contacts"))


def test_contacts_come_before_their_patients(clinic: Clinic) -> None:
    """A patient's referring doctor is there when the patient is made, an archived one too."""
    doctor = clinic.doctor(archived_at="2024-06-01T00:00:00Z")
    clinic.patient(referring_doctor_id=doctor)
    clinic.move()

    assert clinic.only("contacts")["id"] == clinic.only("patients")["referring_doctor_id"]
    assert None is not clinic.only("contacts")["archived_at"]
