"""A relationship that one run made from one side and archived is not made again from the other side by a later one."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinikomigrate import ByPatient
from clinikomigrate.testing.faults import FaultKind
from clinikomigrate.testing.log import LoggedRequest
from tests.end_to_end.accounts import Pair
from tests.end_to_end.test_undo import undo
from tests.traps.clinic import Clinic

STAMP = "2024-06-01T00:00:00Z"
KIND = "relationships"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a clinic whose patients Ada and Bea are related, which lies in the archive: one side of it has gone."""
    clinic = Clinic(tmp_path)
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    clinic.add(KIND, patient_id=ada, related_patient_id=bea, relation=10, archived_at=STAMP)
    clinic.run(filter=ByPatient(bea))
    clinic.run(filter=ByPatient(ada))
    return clinic


def there(clinic: Clinic) -> list[tuple[int, bool]]:
    """Gives what the destination's relationships are, and whether they are archived."""
    return sorted((row["relation"], row["archived_at"] is not None) for row in clinic.arrived(KIND))


def test_the_other_side_is_there_already(clinic: Clinic) -> None:
    """It is adopted as it is, a plan says so, and no further run makes it."""
    pair = Pair(clinic.source, clinic.destination, clinic.journal)
    with clinic.source.in_process(), clinic.destination.in_process():
        plan = pair.transfer().plan()
    before = there(clinic)
    report, again = clinic.move(), clinic.move()

    assert [(10, True), (20, True)] == before == there(clinic)
    assert (1, 0) == (report.kinds[KIND].adopted, report.kinds[KIND].created)
    assert (1, 0) == (plan.kinds[KIND].adopted, plan.kinds[KIND].created)
    assert 0 == again.kinds[KIND].adopted == again.kinds[KIND].created
    pair.check()


def test_where_patients_are_adopted_too(clinic: Clinic) -> None:
    """Whatever becomes of patients who are there already."""
    clinic.move(existing="adopt")

    assert [(10, True), (20, True)] == there(clinic)


def test_what_the_clinic_archived_of_its_own_is_no_other_side(clinic: Clinic) -> None:
    """It came along with nothing of the old clinic's, so that is made beside it."""
    for row in clinic.arrived(KIND):
        clinic.destination.store.remove(KIND, row)
    ada, bea = (str(row["id"]) for row in sorted(clinic.arrived("patients"), key=lambda row: str(row["first_name"])))
    clinic.destination.add(KIND, patient_id=ada, related_patient_id=bea, relation=10, archived_at=STAMP)
    clinic.move()

    assert [(10, True)] * 2 + [(20, True)] * 2 == there(clinic)


def test_a_further_one_that_says_the_same_is_made(clinic: Clinic) -> None:
    """What stands for something already stands for nothing else."""
    clinic.move()
    source = {str(row["first_name"]): str(row["id"]) for row in clinic.source.rows("patients")}
    both = {"patient_id": source["Ada"], "related_patient_id": source["Bea"]}
    clinic.add(KIND, **both, relation=10, archived_at=STAMP)
    clinic.move()

    assert [(10, True)] * 2 + [(20, True)] * 2 == there(clinic)


def test_an_account_without_relationships(tmp_path: Path) -> None:
    """There is nothing to look for, and each is counted as lost."""
    clinic = Clinic(tmp_path)
    ada, bea = clinic.patient(), clinic.patient(first_name="Bea")
    clinic.add(KIND, patient_id=ada, related_patient_id=bea, relation=10, archived_at=STAMP)
    clinic.destination.lacks.add("/relationships")
    report = clinic.move()

    assert [] == clinic.arrived(KIND)
    assert 2 == sum(loss.records for loss in report.losses if (loss.kind, loss.field) == (KIND, "record"))


def test_after_an_undo_both_sides_are_made_anew(clinic: Clinic) -> None:
    """What was taken back is no other side of anything."""
    clinic.move()
    undo(clinic)
    clinic.move()

    assert [(10, True)] * 2 + [(20, True)] * 2 == there(clinic)


def asks_for_archived(request: LoggedRequest) -> bool:
    """Says whether a request reads the relationships that lie in the archive, and no others."""
    return request.path.endswith(f"/{KIND}") and "archived_at:?" in {value for _, value in request.query}


@pytest.mark.parametrize("fault", ["403", "503"])
def test_an_archive_that_can_not_be_read(clinic: Clinic, fault: FaultKind) -> None:
    """A run ends with the reason, and makes nothing twice for that; the next one goes on."""
    clinic.destination.faults.add(fault, when=asks_for_archived, every=1)
    assert clinic.run().stopped
    clinic.destination.faults.clear()
    clinic.move()

    assert [(10, True), (20, True)] == there(clinic)
