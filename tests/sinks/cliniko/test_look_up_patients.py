"""Finding whom a write of unknown fate has made."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko.look_up import find, find_changed
from clinikomigrate.sinks.cliniko.marks import Marks
from tests.sinks.cliniko.destination import Destination

MARKS = Marks("17")
ZOE = m.PatientDraft(first_name="Zoë", last_name="Example", date_of_birth=date(1980, 2, 29), old_reference_id="cm-17-1")


class Found:
    """What is found in an account of what was made since it was first asked."""

    def __init__(self, there: Destination) -> None:
        self.there = there
        there.wait()
        self.since = datetime.fromtimestamp(there.fake.clock.now(), UTC)

    def add(self, **values: Any) -> str:
        """Puts a namesake into the account."""
        zoe = {"first_name": "Zoë", "last_name": "Example", "date_of_birth": "1980-02-29"}
        return self.there.fake.add("patients", **(zoe | values))

    def by(self, draft: m.PatientDraft) -> set[str]:
        """Looks a patient up."""
        return set(find(self.there.client, draft, self.since, MARKS))


def test_namesakes_are_told_apart(there: Destination) -> None:
    """Of patients with one name and birth date, the mark tells whose copy each is, at one request."""
    found = Found(there)
    made = [found.add(old_reference_id=f"cm-17-{number}") for number in (1, 2)]
    found.add(old_reference_id="OLD-1")
    found.add()
    requests = there.client.requests_sent

    assert {made[0]} == found.by(ZOE)
    assert 1 == there.client.requests_sent - requests
    assert {made[1]} == found.by(attrs.evolve(ZOE, old_reference_id="cm-17-2"))


def test_whatever_else_was_changed(there: Destination) -> None:
    """A mark is enough: names and birth dates may be corrected in the meantime, or rewritten by the API."""
    found = Found(there)
    made = found.add(first_name="Zoe  Ann", last_name="Sample", date_of_birth=None, old_reference_id="cm-17-1")

    assert {made} == found.by(ZOE)


def test_older_and_archived_patients_are_no_candidates(there: Destination) -> None:
    """What an undone transfer has left, and what somebody has put away, is never taken again."""
    older = there.fake.add("patients", first_name="Zoë", last_name="Example", old_reference_id="cm-17-1")
    found = Found(there)
    there.client.patients.archive(found.add(old_reference_id="cm-17-1"))

    assert older not in found.by(ZOE)
    assert set() == found.by(ZOE)


def test_an_account_that_drops_marks(there: Destination) -> None:
    """Where nobody bears a mark, a namesake without one may be the copy."""
    found = Found(there)
    made = found.add(old_reference_id="")
    found.add(old_reference_id="OLD-1")

    assert {made} == found.by(ZOE)


def test_an_account_that_keeps_marks(there: Destination) -> None:
    """Where others bear theirs, a namesake without one was made by somebody else."""
    there.fake.add("patients", first_name="A", last_name="B", old_reference_id="cm-17-9")
    found = Found(there)
    found.add()

    assert set() == found.by(ZOE)


def test_an_account_that_takes_no_mark_twice(there: Destination) -> None:
    """Where an undone copy bears the mark, it may have been refused to the new one."""
    there.client.patients.archive(there.fake.add("patients", first_name="A", last_name="B", old_reference_id="cm-17-1"))
    found = Found(there)
    made = found.add()

    assert {made} == found.by(ZOE)


def test_an_account_that_cuts_marks(there: Destination) -> None:
    """A mark that lost its end may be anybody's, and the name tells whose."""
    there.fake.add("patients", first_name="A", last_name="B", old_reference_id="cm-17-1")
    draft = attrs.evolve(ZOE, old_reference_id="cm-17-123456")
    found = Found(there)
    made = found.add(old_reference_id="cm-17-123")
    found.add(first_name="Ann", old_reference_id="cm-17-123")

    assert {made} == found.by(draft)


@pytest.mark.parametrize(("kept", "others"), [("OLD-2", (None, "OLD-1")), (None, ("OLD-1", "cm-17-1"))])
def test_who_has_an_id_of_an_older_system(there: Destination, kept: str | None, others: tuple[str | None, ...]) -> None:
    """The name and birth date tell who it is, and the old id, where the account has kept it."""
    found = Found(there)
    made = found.add(old_reference_id=kept)
    for other in others:
        found.add(old_reference_id=other)

    assert {made} == found.by(attrs.evolve(ZOE, old_reference_id="OLD-2"))


def test_without_marks_the_name_tells(there: Destination) -> None:
    """Where a mapper leaves marks out, whoever has the same name and birth date may be the copy, blank ones first."""
    found = Found(there)
    draft = attrs.evolve(ZOE, old_reference_id=UNSET)
    other = found.add(old_reference_id="OLD-1")
    before = found.by(draft)
    made = found.add()

    assert ({other}, {made}) == (before, found.by(draft))


@pytest.mark.parametrize(
    ("reference", "expected"),
    [("cm-17-1", {"cm-17-1", "OLD-1", None}), ("OLD-1", {"cm-17-1", "cm-17-2", "OLD-1", None})],
)
def test_who_was_changed_in_doubt(there: Destination, reference: str, expected: set[str | None]) -> None:
    """Whoever bears another patient's mark is nobody's earlier state; of whom has none, nobody knows."""
    found = Found(there)
    ids = {found.add(old_reference_id=each): each for each in ("cm-17-1", "cm-17-2", "OLD-1", None)}
    draft = attrs.evolve(ZOE, first_name="Ann", old_reference_id=reference)

    assert expected == {ids[id] for id in find_changed(there.client, draft, found.since, MARKS)}
