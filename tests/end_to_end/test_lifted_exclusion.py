"""Where types are offered: what had to do without an excluded business gets it when the exclusion is lifted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import EXCLUDE, ClinikoMapper
from clinikomigrate.sinks.reasons import NO_MATCH
from clinikomigrate.transfer.widening import TOO_LATE
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic

WITHOUT = ClinikoMapper(businesses={"Side Street": EXCLUDE})
STAMP = "2024-06-01T00:00:00Z"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a clinic of two places; its types are offered at both, and a form was filled in at the second one."""
    clinic = Clinic(tmp_path)
    side = clinic.add("businesses", business_name="Side Street")
    places = {"business_ids": [clinic.business, side], "practitioner_ids": [clinic.practitioner]}
    clinic.add("appointment_types", name="Knee", **places)
    clinic.add("appointment_types", name="Old", archived_at=STAMP, **places)
    clinic.form(clinic.patient(), business_id=side)
    return clinic


def place(clinic: Clinic, name: str) -> str:
    """Gives the id of a business of the destination."""
    return next(str(row["id"]) for row in clinic.arrived("businesses") if row["business_name"] == name)


def offered(clinic: Clinic, name: str) -> set[str]:
    """Names the businesses of the destination at which a type is offered."""
    id = next(str(row["id"]) for row in clinic.arrived("appointment_types") if row["name"] == name)
    rows = clinic.arrived("businesses")
    return {str(row["business_name"]) for row in rows if id in (row["appointment_type_ids"] or ())}


def losses(report: Any, reason: str) -> dict[str, str]:
    """Gives the fields that were lost for a reason, by kind."""
    return {loss.kind: loss.field for loss in report.losses if loss.reason == reason}


def test_what_was_made_without_a_business_gets_it(clinic: Clinic) -> None:
    """Types and forms; the report no longer says that they lost it. What is archived takes no more, and is told."""
    first = clinic.move(mapper=WITHOUT)
    before = offered(clinic, "Knee")
    report = clinic.move()

    assert {"appointment_types": "businesses", "patient_forms": "business"} == losses(first, NO_MATCH)
    assert {"Main Street"} == before
    assert {"Main Street", "Side Street"} == offered(clinic, "Knee")
    assert place(clinic, "Side Street") == str(clinic.only("patient_forms")["business_id"])
    assert {} == losses(report, NO_MATCH)
    assert {"appointment_types": "businesses"} == losses(report, TOO_LATE)


def test_it_is_done_once(clinic: Clinic) -> None:
    """A further run changes nothing, and a comparison finds everything as it was meant."""
    clinic.move(mapper=WITHOUT)
    clinic.move()
    clinic.destination.log.clear()
    clinic.move()
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        assert pair.transfer().verify().ok

    assert [] == [each.path for each in clinic.destination.log if each.method != "GET"]


def test_where_the_clinic_offers_a_type_by_now_it_still_does(clinic: Clinic) -> None:
    """What is filled in takes away no place that the new clinic chose itself."""
    clinic.move(mapper=WITHOUT)
    knee = next(str(row["id"]) for row in clinic.arrived("appointment_types") if row["name"] == "Knee")
    clinic.destination.add("businesses", business_name="New Street", appointment_type_ids=[knee])
    clinic.move()

    assert {"Main Street", "Side Street", "New Street"} == offered(clinic, "Knee")


def test_a_changed_type_stays_where_and_with_whom_the_clinic_offers_it(clinic: Clinic) -> None:
    """What the source says of it has not changed: nothing of it is sent, and nothing is lost."""
    clinic.move()
    knee = next(row for row in clinic.arrived("appointment_types") if row["name"] == "Knee")
    id = str(knee["id"])
    clinic.destination.add("businesses", business_name="New Street", appointment_type_ids=[id])
    user = clinic.destination.add("users", first_name="Nia", last_name="New", email="nia@acme.example")
    nia = clinic.destination.add("practitioners", user_id=user, first_name="Nia", last_name="New")
    store = clinic.destination.store
    store.change(
        "appointment_types", store.at("appointment_types", id), practitioner_ids=[*knee["practitioner_ids"], nia]
    )
    source = next(row for row in clinic.source.rows("appointment_types") if row["name"] == "Knee")
    known = clinic.source.store.at("appointment_types", str(source["id"]))
    clinic.source.store.change("appointment_types", known, duration_in_minutes=50, updated_at=clinic.source.time_text())
    report = clinic.move()

    assert store.at("appointment_types", id)["duration_in_minutes"] == 50
    assert {"Main Street", "Side Street", "New Street"} == offered(clinic, "Knee")
    assert nia in store.at("appointment_types", id)["practitioner_ids"]
    assert "appointment_types" not in {loss.kind for loss in report.losses}


def test_as_long_as_it_is_excluded_nothing_changes(clinic: Clinic) -> None:
    """A run with the same settings goes on saying what is lost."""
    clinic.move(mapper=WITHOUT)
    clinic.destination.log.clear()
    report = clinic.move(mapper=WITHOUT)

    assert {"appointment_types": "businesses", "patient_forms": "business"} == losses(report, NO_MATCH)
    assert [] == [each.path for each in clinic.destination.log if each.method != "GET"]
