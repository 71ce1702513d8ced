"""The mark by which a patient is known as the copy of one of another account."""

from __future__ import annotations

import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko.marks import Marks
from tests.sinks.cliniko.destination import Destination
from tests.sinks.cliniko.samples import survey

MARKS = Marks("17")


def test_a_mark_says_of_which_account_and_of_whom() -> None:
    """It has no sign that means something in a condition on a list, and can be read again."""
    mark = MARKS.of("1234567890123456789")

    assert "cm-17-1234567890123456789" == mark
    assert "1234567890123456789" == MARKS.patient(f" {mark} ")


@pytest.mark.parametrize("id", ["", "1:2", "1,2", "1-2", "1 2"])
def test_an_id_that_is_not_plain_makes_no_mark(id: str) -> None:
    """No Cliniko account has such ids; a source of one's own may."""
    assert MARKS.of(id) is None
    assert Marks.of_account(id) is None


@pytest.mark.parametrize("reference", [None, "", "cm-17-", "cm-170-1", "cm-1-7", "CM-17-1", "cm-17-1-2", "PM-1", 17])
def test_what_is_no_mark_of_the_account(reference: object) -> None:
    """Ids of older systems, and the marks of other accounts, say nothing of whose copy somebody is."""
    assert MARKS.patient(reference) is None


def test_the_account_that_is_read_gives_the_marks() -> None:
    """Where nobody knows its id there are none."""
    assert Marks("1") == Marks.of_source(survey())
    assert Marks.of_source(survey(settings=None)) is None
    assert Marks.of_source(survey(settings=m.Settings())) is None


def test_marks_of_two() -> None:
    """Only two marks of the account tell two patients apart."""
    assert MARKS.are_of_two("cm-17-1", "cm-17-2")
    assert not MARKS.are_of_two("cm-17-1", "cm-17-1")
    assert not MARKS.are_of_two("cm-17-1", "PM-2")
    assert not MARKS.are_of_two(None, "cm-17-2")


def test_an_account_that_keeps_marks(there: Destination) -> None:
    """It keeps them once anybody bears one, archived or not; but whose mark somebody bears may have been refused."""
    mark = MARKS.of("1") or ""
    before = MARKS.are_kept(there.client, mark)
    other = there.fake.add("patients", first_name="A", last_name="B", old_reference_id=MARKS.of("2"))
    there.client.patients.archive(other)
    after = MARKS.are_kept(there.client, mark)
    there.client.patients.archive(there.fake.add("patients", first_name="A", last_name="B", old_reference_id=mark))

    assert (False, True, False) == (before, after, MARKS.are_kept(there.client, mark))


def test_archived_copies_are_counted(there: Destination) -> None:
    """Only the archive's, and only the account's own."""
    for reference in ("cm-17-1", "cm-17-2", "cm-170-3", "PM-4", None):
        for archived in (True, False):
            patient = there.fake.add("patients", first_name="A", last_name="B", old_reference_id=reference)
            if archived:
                there.client.patients.archive(patient)

    assert 2 == MARKS.count_archived(there.client)
