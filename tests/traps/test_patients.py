"""Patients: what is read and can't be written, or only in another form."""

from __future__ import annotations

import pytest

from tests.traps.clinic import Clinic, losses


def test_old_reference_is_kept_as_it_is(clinic: Clinic) -> None:
    """The id that a patient had in a system before stays in its field; the transfer needs no place in it."""
    clinic.patient(old_reference_id="LEGACY-0042")
    clinic.move()

    assert "LEGACY-0042" == clinic.only("patients")["old_reference_id"]


def test_namesakes_stay_apart(clinic: Clinic) -> None:
    """Two patients with one name and birthday arrive as two, each with what is theirs."""
    for name in ("Nuts", "Eggs"):
        patient = clinic.patient(date_of_birth="1980-02-29")
        clinic.add("medical_alerts", patient_id=patient, name=name)
    clinic.move()
    alerts = {row["patient_id"] for row in clinic.arrived("medical_alerts")}

    assert {row["id"] for row in clinic.arrived("patients")} == alerts
    assert 2 == len(alerts)


def test_country_is_deprecated(clinic: Clinic) -> None:
    """A patient's country is sent by its code; the name next to it, which newer accounts refuse, is not."""
    clinic.patient(country_code="NZ")
    clinic.move()

    assert "NZ" == clinic.only("patients")["country_code"]
    assert "country" not in clinic.bodies("POST", "/v1/patients")[0]


def test_country_without_a_code(clinic: Clinic) -> None:
    """A country that older accounts have by name only is sent by name."""
    clinic.patient(country="Austria")
    clinic.move()

    assert "Austria" == clinic.only("patients")["country"]


def test_time_zone_is_an_identifier(clinic: Clinic) -> None:
    """A patient's time zone is an identifier and arrives as one."""
    clinic.patient(time_zone="Australia/Perth")
    clinic.move()

    assert "Australia/Perth" == clinic.only("patients")["time_zone"]


def test_gender_is_deprecated(clinic: Clinic) -> None:
    """Sex and gender identity are sent; the older gender is a loss where neither says the same."""
    clinic.patient(first_name="Ada", sex="Female", gender_identity="Woman", gender="Female")
    clinic.patient(first_name="Bea", gender="Female")
    report = clinic.move()

    assert {"Ada": ("Female", "Woman"), "Bea": (None, None)} == {
        row["first_name"]: (row["sex"], row["gender_identity"]) for row in clinic.arrived("patients")
    }
    assert [1] == [loss.records for loss in report.losses if (loss.kind, loss.field) == ("patients", "gender")]


@pytest.mark.parametrize(("field", "value"), [("email", "ada at mail"), ("dva_card_number", "123")])
def test_values_that_the_api_refuses_are_left_out(clinic: Clinic, field: str, value: str) -> None:
    """An old value that no longer passes the API's check is a loss; the patient arrives."""
    clinic.patient(**{field: value})
    report = clinic.move()

    assert None is clinic.only("patients")[field]
    assert field in losses(report, "patients")
    assert value not in str(report)


def test_concession_types_come_first(clinic: Clinic) -> None:
    """A patient's concession type is there when the patient is made."""
    clinic.patient(concession_type_id=clinic.add("concession_types", name="Student"))
    clinic.move()

    assert clinic.only("concession_types")["id"] == clinic.only("patients")["concession_type_id"]


def test_referral_text_is_not_the_referral_source(clinic: Clinic) -> None:
    """The old text about a patient's referral stays a text, and makes no structured referral source."""
    clinic.patient(referral_source="Word of mouth")
    clinic.move()

    assert "Word of mouth" == clinic.only("patients")["referral_source"]
    assert [] == clinic.arrived("referral_sources")


def test_relations_that_are_left_out_are_nothing(clinic: Clinic) -> None:
    """Links that the API leaves out where there is nothing are no links, and no error."""
    with clinic.source.in_process():
        read = clinic.reader().patients.get(clinic.patient())

    assert (None, None, None) == (read.concession_type, read.referring_doctor, read.merged_with_patient)


def test_half_given_pronouns_are_a_loss(clinic: Clinic) -> None:
    """Pronouns are taken in all five forms or not at all; what is incomplete is a loss."""
    forms = ("nominative", "accusative", "pronominal_possessive", "predicative_possessive", "reflexive")
    clinic.patient(first_name="Ada", pronouns=dict.fromkeys(forms, "they"))
    clinic.patient(first_name="Bea", pronouns={**dict.fromkeys(forms, None), "nominative": "ze"})
    report = clinic.move()

    assert {"Ada": dict.fromkeys(forms, "they"), "Bea": None} == {
        row["first_name"]: row["pronouns"] for row in clinic.arrived("patients")
    }
    assert "pronouns" in losses(report, "patients")


def test_nothing_that_is_only_read_is_sent(clinic: Clinic) -> None:
    """Ids, stamps and links of the old account are in no request's body."""
    patient = clinic.patient()
    clinic.visit(patient)
    clinic.note(patient)
    clinic.move()
    stamps = {"id", "created_at", "updated_at", "archived_at", "deleted_at", "cancelled_at", "links"}
    sent = [each.json for each in clinic.destination.log if isinstance(each.json, dict)]

    assert [] == [body for body in sent if stamps & set(body)]
