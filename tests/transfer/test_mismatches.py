"""What differs, however much it is, kept in a temporary file."""

from __future__ import annotations

import pytest

from clinikomigrate import Mismatch, Why
from clinikomigrate.transfer.mismatches import Mismatches

FIRST = Mismatch("patients", "1", "d1", "occupation", Why.EDITED_THERE)
SECOND = Mismatch("patients", "2", None, "record", Why.NEVER_ARRIVED)


def mismatches(number: int) -> Mismatches:
    """Returns so many of them."""
    found = Mismatches()
    for place in range(number):
        found.add(Mismatch("patients", str(place), f"d{place}", "email", Why.CHANGED_HERE))
    return found


def test_they_come_as_they_were_put_there() -> None:
    """In their order, again and again, whole and part by part."""
    found = Mismatches()
    found.add(FIRST)
    found.add(SECOND)

    assert [FIRST, SECOND] == list(found) == list(found)
    assert (2, FIRST, SECOND) == (len(found), found[0], found[-1])
    assert [FIRST] == found[:1]
    assert [SECOND] == found[1:20]
    assert "<Mismatches: 2>" == repr(found)


def test_there_is_nothing_behind_the_last() -> None:
    """As in any sequence."""
    with pytest.raises(IndexError):
        mismatches(1)[1]
    assert [] == list(mismatches(0))
    assert not mismatches(0)


def test_many_are_read_page_by_page() -> None:
    """More than a page has come all, each once."""
    assert [str(place) for place in range(2_001)] == [each.source_id for each in mismatches(2_001)]
