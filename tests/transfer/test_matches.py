"""Pairs of patients, and whether anything would have to be guessed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clinikomigrate.transfer.matches import Match, Matches


@pytest.fixture
def matches() -> Iterator[Matches]:
    """Returns an empty index."""
    made = Matches()
    yield made
    made.close()


def test_one_of_each_is_clear(matches: Matches) -> None:
    """One candidate, whom nobody else could be, is who it is."""
    matches.add("1", "101")

    assert Match("1", ("101",)) == matches.of("1")
    assert "101" == Match("1", ("101",)).only
    assert matches.of("2") is None
    assert 1 == len(matches)
    assert "<Matches of 1 patients>" == repr(matches)


def test_nothing_is_guessed(matches: Matches) -> None:
    """Several candidates, several who could be one, or another birth date leave it open."""
    for source, destination in (("1", "101"), ("1", "102"), ("2", "103"), ("3", "103")):
        matches.add(source, destination)
    matches.add("4", "104", born_otherwise=True)
    found = {each.source_id: each for each in matches}

    assert ("101", "102") == found["1"].destination_ids
    assert (("3",), ("2",)) == (found["2"].others, found["3"].others)
    assert found["4"].born_otherwise
    assert {None} == {each.only for each in matches}


def test_whoever_is_spoken_for_is_no_candidate(matches: Matches) -> None:
    """Whom an interrupted write may have made is nobody's match, whichever was met first."""
    matches.add("1", "101")
    matches.add("2", "101")
    matches.add("2", "102")
    matches.speak_for("101")

    assert matches.of("1") is None
    assert Match("2", ("102",)) == matches.of("2")
    assert [Match("2", ("102",))] == list(matches)
    assert 1 == len(matches)


def test_what_is_learnt_later_counts(matches: Matches) -> None:
    """A pair that is added again says what was learnt last."""
    matches.add("1", "101", born_otherwise=True)
    matches.add("1", "101")

    assert Match("1", ("101",)) == matches.of("1")


def test_any_number_of_them(matches: Matches) -> None:
    """More than are read at once are all given, once."""
    for number in range(2100):
        matches.add(f"{number:05}", f"1{number:05}")

    assert [f"{number:05}" for number in range(2100)] == [each.source_id for each in matches]


def test_closed_pairs_can_be_shown() -> None:
    """A crash report that comes across pairs that were given back can write them."""
    matches = Matches()
    matches.close()

    assert "<Matches, closed>" == repr(matches)
