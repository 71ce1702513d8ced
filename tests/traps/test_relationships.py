"""Relationships show from both sides, so that each would be copied twice."""

from __future__ import annotations

import pytest

from clinikomigrate import Plan, Report
from tests.comparison import differences
from tests.end_to_end.accounts import Pair, client
from tests.traps.clinic import Clinic

STAMP = "2024-06-01T00:00:00Z"


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


@pytest.mark.parametrize("archived", [True, False])
def test_pair_of_one_row_is_copied_once(clinic: Clinic, archived: bool) -> None:
    """Where accounts keep one row for a pair, and show it with one of the two, that row is in the copy."""
    for account in (clinic.source, clinic.destination):
        account.mirrors_relationships = False
    ada, bea = clinic.patient(first_name="Ada"), clinic.patient(first_name="Bea")
    when = {"archived_at": STAMP} if archived else {}
    clinic.add("relationships", patient_id=bea, related_patient_id=ada, relation=10, **when)
    first, again = clinic.move(), clinic.move()

    assert [] == differences(clinic.source, clinic.destination)
    assert archived == (clinic.only("relationships")["archived_at"] is not None)
    assert (1, 0) == tuple(report.kinds["relationships"].created for report in (first, again))


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


def archived_twice(clinic: Clinic, *relations: int) -> None:
    """Gives Ada archived relationships: with Bea, and with one who was merged into Bea."""
    ada, bea = clinic.patient(first_name="Ada"), clinic.patient(first_name="Bea")
    gone = clinic.patient(first_name="Bea", archived_at=STAMP, merged_at=STAMP, merged_with_patient_id=bea)
    for other, relation in zip((bea, gone), relations, strict=True):
        clinic.add("relationships", patient_id=ada, related_patient_id=other, relation=relation, archived_at=STAMP)


def planned_and_done(clinic: Clinic) -> tuple[int, int]:
    """Runs, and gives how many relationships were made and left behind; holds that the plan says the same."""
    with clinic.source.in_process(), clinic.destination.in_process():
        plan = Pair(clinic.source, clinic.destination, clinic.journal).transfer().plan()
    report = clinic.move()
    planned, done = plan.kinds["relationships"], report.kinds["relationships"]
    assert (planned.created, planned.skipped) == (done.created, done.skipped)
    assert set(losses(plan)) == set(losses(report))
    return done.created, done.skipped


def losses(report: Plan | Report) -> list[tuple[str, str, int]]:
    """Gives what is said of relationships that are lost as a whole."""
    return [(each.field, each.reason, each.records) for each in report.losses if each.kind == "relationships"]


def test_archived_ones_that_two_merged_patients_had(clinic: Clinic) -> None:
    """One in the archive stands for both, as the plan says, and a second run makes nothing."""
    archived_twice(clinic, 20, 20)

    assert [(4, 0), (0, 0)] == [planned_and_done(clinic) for _ in range(2)]
    assert [True, True] == [bool(row["archived_at"]) for row in clinic.arrived("relationships")]


def test_archived_ones_that_say_different_things(clinic: Clinic) -> None:
    """One goes, and the other one is a loss; no later run finds room because the transfer has archived the first."""
    archived_twice(clinic, 20, 30)

    assert [(2, 2), (0, 2), (0, 2)] == [planned_and_done(clinic) for _ in range(3)]
    assert {20, 10} == {row["relation"] for row in clinic.arrived("relationships")}


def test_room_that_somebody_made_in_the_destination(clinic: Clinic) -> None:
    """Where the clinic archives the one that went, by hand, a later run makes the other one."""
    ada, bea = clinic.patient(first_name="Ada"), clinic.patient(first_name="Bea")
    gone = clinic.patient(first_name="Bea", archived_at=STAMP, merged_at=STAMP, merged_with_patient_id=bea)
    clinic.add("relationships", patient_id=ada, related_patient_id=bea, relation=20)
    clinic.add("relationships", patient_id=ada, related_patient_id=gone, relation=30)
    first = planned_and_done(clinic)
    with clinic.destination.in_process():
        client(clinic.destination).relationships.archive(str(clinic.arrived("relationships")[0]["id"]))

    assert [(2, 2), (2, 0)] == [first, planned_and_done(clinic)]


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
