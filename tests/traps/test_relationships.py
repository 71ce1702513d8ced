"""Relationships show from both sides, so that each would be copied twice."""

from __future__ import annotations

import pytest

from tests.traps.clinic import Clinic


@pytest.mark.parametrize(("relation", "back"), [(10, 20), (20, 10), (30, 30), (40, 40), (50, 50), (60, 60), (70, 70)])
def test_pair_is_copied_once(clinic: Clinic, relation: int, back: int) -> None:
    """A relationship and its other side, a parent's child, arrive as one pair, made by one request."""
    ada, bea = clinic.patient(first_name="Ada"), clinic.patient(first_name="Bea")
    clinic.add("relationships", patient_id=ada, related_patient_id=bea, relation=relation)
    clinic.move()
    names = {row["id"]: row["first_name"] for row in clinic.arrived("patients")}
    found = {
        (names[row["patient_id"]], names[row["related_patient_id"]]): row["relation"]
        for row in clinic.arrived("relationships")
    }

    assert {("Ada", "Bea"): relation, ("Bea", "Ada"): back} == found
    assert 1 == len(clinic.sent("POST", "/v1/relationships"))


def test_one_sided_relationships_arrive(clinic: Clinic) -> None:
    """Where the old account shows one side only, that side is in the copy."""
    ada, bea = clinic.patient(first_name="Ada"), clinic.patient(first_name="Bea")
    clinic.add("relationships", patient_id=bea, related_patient_id=ada, relation=10, mirror=False)
    clinic.move()
    names = {row["id"]: row["first_name"] for row in clinic.arrived("patients")}
    found = {names[row["patient_id"]]: row["relation"] for row in clinic.arrived("relationships")}

    assert 10 == found["Bea"]


def test_archived_relationship_is_archived(clinic: Clinic) -> None:
    """An archived relationship arrives, and both its sides are archived."""
    ada, bea = clinic.patient(first_name="Ada"), clinic.patient(first_name="Bea")
    stamp = "2024-06-01T00:00:00Z"
    clinic.add("relationships", patient_id=ada, related_patient_id=bea, relation=40, archived_at=stamp)
    clinic.move()
    rows = clinic.arrived("relationships")

    assert 2 == len(rows)
    assert all(row["archived_at"] is not None for row in rows)


def test_relationship_of_archived_patients(clinic: Clinic) -> None:
    """A relationship with a patient who is archived arrives: patients are archived last."""
    ada, bea = clinic.patient(first_name="Ada"), clinic.patient(archived_at="2024-06-01T00:00:00Z")
    clinic.add("relationships", patient_id=ada, related_patient_id=bea, relation=30)
    clinic.move()

    assert 2 == len(clinic.arrived("relationships"))
