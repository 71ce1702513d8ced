"""Relationships show from both sides, so that each would be copied twice."""

from __future__ import annotations

import pytest

from tests.comparison import differences
from tests.end_to_end.accounts import Pair
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


@pytest.mark.parametrize("archived", [True, False])
def test_what_two_merged_patients_had_with_the_same_one(clinic: Clinic, archived: bool) -> None:
    """The copy has one for the pair, and it is not archived with the other one, which is lost aloud."""
    ada, bea = clinic.patient(first_name="Ada"), clinic.patient(first_name="Bea")
    stamp = "2024-06-01T00:00:00Z"
    gone = clinic.patient(first_name="Bea", archived_at=stamp, merged_at=stamp, merged_with_patient_id=bea)
    clinic.add("relationships", patient_id=ada, related_patient_id=bea, relation=20)
    also = {"archived_at": stamp} if archived else {}
    clinic.add("relationships", patient_id=ada, related_patient_id=gone, relation=20, **also)
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        plan = pair.transfer().plan()
        report = pair.transfer().run()
        verification = pair.transfer().verify()
        again = pair.transfer().run()
    taken = report.kinds["relationships"]

    assert [None, None] == [row["archived_at"] for row in clinic.arrived("relationships")]
    assert (2, 2) == (taken.created, taken.skipped)
    assert (2, 2) == (plan.kinds["relationships"].created, plan.kinds["relationships"].skipped)
    assert [2] == [loss.records for loss in report.losses if (loss.kind, loss.field) == ("relationships", "record")]
    assert verification.ok
    assert again.ok
    assert [] == differences(clinic.source, clinic.destination)


def test_archived_ones_that_two_merged_patients_had(clinic: Clinic) -> None:
    """One in the archive stands for both, and a second run makes nothing."""
    ada, bea = clinic.patient(first_name="Ada"), clinic.patient(first_name="Bea")
    stamp = "2024-06-01T00:00:00Z"
    gone = clinic.patient(first_name="Bea", archived_at=stamp, merged_at=stamp, merged_with_patient_id=bea)
    for other in (bea, gone):
        clinic.add("relationships", patient_id=ada, related_patient_id=other, relation=20, archived_at=stamp)
    first, second = clinic.move(), clinic.move()

    assert [True, True] == [bool(row["archived_at"]) for row in clinic.arrived("relationships")]
    assert (0, 0) == (first.kinds["relationships"].skipped, second.kinds["relationships"].created)


def test_an_account_that_shows_a_pair_from_one_side_only(clinic: Clinic) -> None:
    """Then what is there stands for both sides of the old account's, and none is lost."""
    ada, bea = clinic.patient(first_name="Ada"), clinic.patient(first_name="Bea")
    clinic.add("relationships", patient_id=ada, related_patient_id=bea, relation=20)
    store = clinic.destination.store

    def hide_the_other_side(*_: object) -> None:
        for row in list(store.all("relationships"))[1:]:
            store.remove("relationships", row)

    clinic.destination.on_traffic.append(hide_the_other_side)
    report = clinic.move()

    assert 1 == len(clinic.arrived("relationships"))
    assert (2, 0) == (report.kinds["relationships"].created, report.kinds["relationships"].skipped)
