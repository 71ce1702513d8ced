"""A plan on a journal whose transfer was taken back foresees what the run after it does."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Plan, Report
from clinikomigrate.cliniko import models as m
from clinikomigrate.transfer.left_out import could_not_go
from tests.end_to_end.accounts import Pair, client, pair_of
from tests.traps.clinic import Clinic, Row

BEHIND = "archive: waits for a record that could not go and points here"


def planned_and_run(pair: Pair, **settings: Any) -> tuple[Plan, Report]:
    """Plans a transfer, then runs it."""
    return pair.transfer(**settings).plan(), pair.transfer(**settings).run()


def check_alike(plan: Plan, report: Report) -> None:
    """Holds that a run did what the plan said, in all that both count."""
    assert plan.kinds == report.kinds
    assert set() == set(plan.losses) ^ set(report.losses)
    assert plan.set_aside == len(report.set_aside)
    assert plan.unfinished == sum(row.state == "unfinished" for row in report.set_aside)
    assert set(plan.could_not_go) == set(could_not_go(report.set_aside))
    assert plan.ok is report.ok
    assert tuple(plan.by_hand) == tuple(report.by_hand)
    assert tuple(plan.left_out) == tuple(report.left_out)
    assert plan.not_archived == report.not_archived


def drawn(chance: random.Random, rows: list[Row], number: int) -> list[Row]:
    """Draws some rows, or all where there are no more."""
    return chance.sample(rows, min(number, len(rows)))


def who_is_there(pair: Pair, chance: random.Random) -> None:
    """Puts some of the source's patients into the destination before anything is moved."""
    born = [row for row in pair.source.rows("patients") if row["date_of_birth"] and not row["archived_at"]]
    with_keys = ("first_name", "last_name", "date_of_birth")
    for row in drawn(chance, born, 5):
        client(pair.destination).patients.create(m.PatientDraft(**{name: row[name] for name in with_keys}))


def works_there(pair: Pair, chance: random.Random) -> None:
    """Edits some records of the destination, and adds some, so that these and their patients stay."""
    destination = client(pair.destination)
    live = [row for row in pair.destination.rows("patients") if not row["archived_at"]]
    ids = {row["id"] for row in live}
    alerts = [row for row in pair.destination.rows("medical_alerts") if not row["archived_at"]]
    alerts = [row for row in alerts if row["patient_id"] in ids]
    for row in drawn(chance, live, 3):
        destination.patients.update(row["id"], m.PatientDraft(occupation="Farmer"))
    for row in drawn(chance, live, 2):
        destination.medical_alerts.create(m.MedicalAlertDraft(name="Wasps", patient_id=row["id"]))
    for row in drawn(chance, alerts, 2):
        destination.medical_alerts.update(row["id"], m.MedicalAlertDraft(name="Bees"))


def works_here(pair: Pair, chance: random.Random) -> None:
    """Edits some records of the source, and adds some."""
    now = {name: pair.source.time_text() for name in ("created_at", "updated_at")}
    live = [row for row in pair.source.rows("patients") if not row["archived_at"]]
    for row in drawn(chance, live, 3):
        stored = pair.source.store.at("patients", str(row["id"]))
        pair.source.store.change("patients", stored, occupation="Baker", updated_at=now["updated_at"])
    for row in drawn(chance, live, 2):
        pair.source.add("medical_alerts", patient_id=row["id"], name="Latex", **now)


@pytest.mark.parametrize(("existing", "seed"), [("adopt", 1), ("adopt", 2), ("adopt", 5), ("copy", 2)])
def test_what_is_foreseen_after_an_undo_comes_to_pass(tmp_path: Path, existing: Any, seed: int) -> None:
    """Some were there before, some were edited on either side: counts, losses and what is set aside are the same."""
    chance = random.Random(seed)
    with pair_of(tmp_path, patients=8, seed=seed) as pair:
        who_is_there(pair, chance)
        pair.transfer(existing=existing).run()
        works_there(pair, chance)
        pair.transfer(existing=existing).undo()
        works_here(pair, chance)
        plan, report = planned_and_run(pair, existing=existing)

    check_alike(plan, report)


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


def both(clinic: Clinic, *, undo: bool = True, **settings: Any) -> tuple[Plan, Report]:
    """Takes back what was made, if that is wanted, and plans and runs again."""
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        if undo:
            pair.transfer().undo()
        plan, report = planned_and_run(pair, **settings)
    check_alike(plan, report)
    return plan, report


def test_what_the_api_can_not_take_back_is_nothing_that_could_not_go(clinic: Clinic) -> None:
    """A concession type stays in an undo with its reason; where a later run leaves it out, no plan counts it."""
    clinic.add("concession_types", name="Pensioner")
    clinic.patient()
    clinic.move()
    plan, report = both(clinic, include={"patients"})

    assert plan.ok
    assert report.ok
    assert () == tuple(plan.could_not_go)


def test_a_relationship_that_was_taken_back_is_no_obstacle(clinic: Clinic) -> None:
    """Two patients who stay get theirs anew: the account takes it beside one in its archive."""
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    clinic.add("relationships", patient_id=ada, related_patient_id=bea, relation=30)
    clinic.move()
    with clinic.destination.in_process():
        for row in clinic.arrived("patients"):
            client(clinic.destination).patients.update(row["id"], m.PatientDraft(occupation="Farmer"))
    plan, report = both(clinic)

    assert 2 == plan.kinds["relationships"].created == report.kinds["relationships"].created
    assert 2 == sum(row["archived_at"] is None for row in clinic.arrived("relationships"))


def test_what_waits_to_be_archived_is_foreseen(clinic: Clinic) -> None:
    """A plan counts what would be there and not done with beside what could not go, and tells them apart."""
    doctor = clinic.doctor(archived_at="2024-05-01T00:00:00Z")
    clinic.patient(referring_doctor_id=doctor, date_of_birth="1980-02-29")
    with clinic.destination.in_process():
        for _ in range(2):
            same = m.PatientDraft(first_name="Ada", last_name="Example", date_of_birth=date(1980, 2, 29))
            client(clinic.destination).patients.create(same)
    plan, report = both(clinic, undo=False, existing="adopt")

    assert (2, 1) == (plan.set_aside, plan.unfinished)
    assert ("contacts", BEHIND, 1) in {(row.kind, row.reason, row.records) for row in plan.could_not_go}
    assert "1 record could not go and 1 would be unfinished." in plan.verdict
    assert "1 could not go and 1 unfinished" in report.verdict


def test_what_any_undo_took_back_is_not_adopted(clinic: Clinic) -> None:
    """Not only what the last one took back: what is archived there and was ours stands for nothing any more."""
    ada = clinic.patient(date_of_birth="1980-02-29")
    clinic.add("medical_alerts", patient_id=ada, name="Latex", archived_at="2024-05-01T00:00:00Z")
    clinic.patient(first_name="Bea", archived_at="2024-05-01T00:00:00Z")
    clinic.destination.add("patients", first_name="Ada", last_name="Example", date_of_birth="1980-02-29")
    clinic.move(existing="adopt")
    rounds = [both(clinic, existing="adopt") for _ in range(3)]
    alerts = [report.kinds["medical_alerts"] for _, report in rounds]

    assert [(1, 0)] * 3 == [(count.created, count.adopted) for count in alerts]
    assert 4 == len(clinic.arrived("medical_alerts"))
    assert "existing-patients-archived" not in {finding.code for _, report in rounds for finding in report.findings}
