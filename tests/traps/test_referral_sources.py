"""Referral sources: set on the patient, of a type that somebody made by hand."""

from __future__ import annotations

import pytest

from clinikomigrate.errors import NotFound
from tests.traps.clinic import Clinic, losses


def test_referral_sources_are_set_by_patch(clinic: Clinic) -> None:
    """A patient's referral source is written on the patient; there is no making one."""
    web = clinic.add("referral_source_types", name="Website", subcategories=["Search", "Advert"])
    patient = clinic.patient()
    clinic.add("referral_sources", patient_id=patient, referral_source_type_id=web, subcategory="Search", notes="May")
    clinic.move()
    copy = clinic.only("referral_sources")

    assert clinic.only("patients")["id"] == copy["patient_id"]
    assert ("Search", "May") == (copy["subcategory"], copy["notes"])
    assert 1 == len(clinic.sent("PATCH", "/referral_source"))


def test_patient_without_a_referral_source(clinic: Clinic) -> None:
    """A patient who has none is a 404 there, and goes without one."""
    patient = clinic.patient()
    with clinic.source.in_process(), pytest.raises(NotFound):
        clinic.reader().patients.referral_source(patient)
    clinic.move()

    assert [] == clinic.arrived("referral_sources")


def test_type_must_be_made_by_hand(clinic: Clinic) -> None:
    """A type in use that the new account lacks, which no API makes, is told beforehand, and what needs it is a loss."""
    clinic.destination  # noqa: B018 - is made before the type is there
    web = clinic.add("referral_source_types", name="Website")
    clinic.add("referral_sources", patient_id=clinic.patient(), referral_source_type_id=web)
    report = clinic.move()

    assert ["link-unmatched"] == [finding.code for finding in report.findings if "Website" in finding.message]
    assert {"record"} == losses(report, "referral_sources")
    assert 1 == len(clinic.arrived("patients"))


def test_subcategory_must_be_there_already(clinic: Clinic) -> None:
    """A subcategory that the new account's type doesn't have is left out: a loss."""
    clinic.destination.add("referral_source_types", name="Website", subcategories=["Advert"])
    web = clinic.add("referral_source_types", name="Website", subcategories=["Search"])
    clinic.add("referral_sources", patient_id=clinic.patient(), referral_source_type_id=web, subcategory="Search")
    report = clinic.move()

    assert None is clinic.only("referral_sources")["subcategory"]
    assert "subcategory" in losses(report, "referral_sources")


@pytest.mark.parametrize("kind", ["Patient", "Contact"])
def test_referrer_is_a_patient_or_a_contact(clinic: Clinic, kind: str) -> None:
    """Whether an id of a referrer is a patient's or a contact's is the type's to say; the counterpart is linked."""
    ask = clinic.add("referral_source_types", name="Somebody", referrer_type=kind)
    referrer = clinic.patient(first_name="Bea") if kind == "Patient" else clinic.doctor()
    patient = clinic.patient()
    clinic.add("referral_sources", patient_id=patient, referral_source_type_id=ask, referrer_id=referrer)
    clinic.move()
    named = {row["id"]: row["first_name"] for row in clinic.arrived(f"{kind.lower()}s")}

    assert {"Patient": "Bea", "Contact": "Gia"}[kind] == named[clinic.only("referral_sources")["referrer_id"]]


def test_referrer_with_a_higher_id_is_there_first(clinic: Clinic) -> None:
    """A patient can be referred by one who is read later; both are there when the source is set."""
    ask = clinic.add("referral_source_types", name="Somebody", referrer_type="Patient")
    patient = clinic.patient(first_name="Ada")
    referrer = clinic.patient(first_name="Bea")
    clinic.add("referral_sources", patient_id=patient, referral_source_type_id=ask, referrer_id=referrer)
    clinic.move()

    assert None is not clinic.only("referral_sources")["referrer_id"]
