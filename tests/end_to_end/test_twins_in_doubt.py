"""Records that one look-up would find together, while it is not known of one whether it is there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Report
from clinikomigrate.testing.log import LoggedRequest
from tests.comparison import differences
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic

PATHS = {
    "individual_appointments": "/v1/individual_appointments",
    "treatment_notes": "/v1/treatment_notes",
    "patient_attachments": "/v1/patient_attachments",
}


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """Returns a small old clinic."""
    return Clinic(tmp_path)


def twins(clinic: Clinic, kind: str, between: int = 0) -> tuple[str, str]:
    """Puts two records of the same patient into the source that differ only in what no look-up compares.

    Args:
        clinic: Has the source.
        kind: Of which kind they are.
        between: How many notes of somebody else the list has between them.
    """
    ada = clinic.patient()
    bea = clinic.patient(first_name="Bea")
    made: dict[str, Callable[[str], str]] = {
        "individual_appointments": lambda text: clinic.visit(ada, notes=text),
        "treatment_notes": lambda text: clinic.note(ada, content=said(text)),
        "patient_attachments": lambda text: clinic.file(ada, content=b"%PDF-1.7 " + text.encode()),
    }
    one = made[kind]("one")
    for _ in range(between):
        clinic.note(bea)
    return one, made[kind]("the other")


def said(text: str) -> dict[str, Any]:
    """Returns a note's content."""
    return {"sections": [{"name": "Today", "questions": [{"name": "Pain", "type": "paragraph", "answer": text}]}]}


def run(clinic: Clinic, **settings: Any) -> Report:
    """Moves the clinic as far as it goes."""
    with clinic.source.in_process(), clinic.destination.in_process():
        return Pair(clinic.source, clinic.destination, clinic.journal).transfer().run(**settings)


def lose(clinic: Clinic, kind: str, number: int, *, made: bool, saying: str = "") -> None:
    """Loses the reply to one of the writes of a kind that say something, and lets no look-up of that kind succeed."""

    def written(request: LoggedRequest) -> bool:
        return request.method == "POST" and request.path == PATHS[kind] and saying in json.dumps(request.json)

    def looked(request: LoggedRequest) -> bool:
        return request.method == "GET" and request.path == PATHS[kind]

    faults = clinic.destination.faults
    faults.add("drop_after" if made else "drop_before", at=number, when=written)
    faults.add("500", every=1, when=looked)


@pytest.mark.parametrize("kind", list(PATHS))
def test_the_second_one_is_not_sent_before_the_first_is_found_or_not(clinic: Clinic, kind: str) -> None:
    """Else the one that was made would be taken for the one that was not, whose text would be lost."""
    one, other = twins(clinic, kind)
    lose(clinic, kind, 1, made=False)
    lose(clinic, kind, 2, made=True)
    first = {row.source_id: row for row in run(clinic).set_aside if row.kind == kind}
    clinic.destination.faults.clear()
    second = run(clinic)

    assert ("in doubt", "blocked") == (first[one].state, first[other].state)
    assert f"waits for {kind} {one}, of which it is not known" in str(first[other].reason)
    assert [] == list(second.set_aside)
    assert [] == differences(clinic.source, clinic.destination)


def test_what_gives_no_answer_keeps_its_twin_waiting(clinic: Clinic) -> None:
    """After five tries that were looked up in vain as well."""
    one, other = twins(clinic, "treatment_notes")
    clinic.destination.faults.add("502", every=1, when=lambda request: request.path == PATHS["treatment_notes"])
    first = {row.source_id: row.state for row in run(clinic).set_aside if row.kind == "treatment_notes"}
    clinic.destination.faults.clear()
    second = run(clinic)

    assert {one: "in doubt", other: "blocked"} == first
    assert [] == list(second.set_aside)
    assert [] == differences(clinic.source, clinic.destination)


def test_its_twin_waits_as_long_as_it_can_not_be_looked_up(clinic: Clinic) -> None:
    """In later runs too, which try only what could not go."""
    one, other = twins(clinic, "treatment_notes")
    lose(clinic, "treatment_notes", 1, made=True)
    run(clinic)
    again = {row.source_id: row.state for row in run(clinic, only_failed=True).set_aside}
    clinic.destination.faults.clear()
    run(clinic)

    assert ("in doubt", "blocked") == (again[one], again[other])
    assert [] == differences(clinic.source, clinic.destination)


@pytest.mark.parametrize("between", [0, 101])
def test_what_is_in_doubt_goes_first(clinic: Clinic, between: int) -> None:
    """Before a twin that an earlier run could not send, and that the list has before it, however long before."""
    one, other = twins(clinic, "treatment_notes", between)
    clinic.destination.faults.add("403", at=1, when=lambda request: '"one"' in json.dumps(request.json))
    lose(clinic, "treatment_notes", 1, made=False, saying="the other")
    first = {row.source_id: row.state for row in run(clinic).set_aside}
    clinic.destination.faults.clear()
    lose(clinic, "treatment_notes", 1, made=True)
    second = {row.source_id: row.state for row in run(clinic).set_aside}
    clinic.destination.faults.clear()
    run(clinic)

    assert {one: "failed", other: "in doubt"} == first
    assert {one: "blocked", other: "in doubt"} == second
    assert [] == differences(clinic.source, clinic.destination)
