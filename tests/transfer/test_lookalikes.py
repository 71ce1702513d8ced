"""Pairs of patients, and whether anything would have to be guessed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clinikomigrate.transfer.lookalikes import Likeness, Lookalike, Lookalikes

ALIKE = Likeness()
"""The same name, and nothing known of birth dates."""
EXACT = Likeness(born_alike=True)
WRITTEN = Likeness(written_otherwise=True, born_alike=True)
BORN = Likeness(born_alike=False)


@pytest.fixture
def matches() -> Iterator[Lookalikes]:
    """Returns an empty index."""
    made = Lookalikes()
    yield made
    made.close()


def test_one_of_each_is_clear(matches: Lookalikes) -> None:
    """One candidate, whom nobody else could be, is who it is."""
    matches.add("1", "101", ALIKE)

    assert Lookalike("1", ("101",)) == matches.of("1")
    assert "101" == Lookalike("1", ("101",)).only
    assert matches.of("2") is None
    assert 1 == len(matches)
    assert "<Lookalikes of 1 patients>" == repr(matches)


def test_nothing_is_guessed(matches: Lookalikes) -> None:
    """Several candidates, several who could be one, another birth date or another writing leave it open."""
    for source, destination in (("1", "101"), ("1", "102"), ("2", "103"), ("3", "103")):
        matches.add(source, destination, ALIKE)
    matches.add("4", "104", BORN)
    matches.add("5", "105", WRITTEN)
    found = {each.source_id: each for each in matches}

    assert ("101", "102") == found["1"].destination_ids
    assert (("3",), ("2",)) == (found["2"].others, found["3"].others)
    assert (True, False) == (found["4"].born_otherwise, found["4"].written_otherwise)
    assert (False, True) == (found["5"].born_otherwise, found["5"].written_otherwise)
    assert {None} == {each.only for each in matches}


@pytest.mark.parametrize("rival", [False, True])
@pytest.mark.parametrize(("likeness", "clear"), [(EXACT, True), (ALIKE, False)])
def test_another_writing_is_no_match_for_name_and_birth_date(
    matches: Lookalikes, likeness: Likeness, *, clear: bool, rival: bool
) -> None:
    """With whom all agrees, that is who it is, whoever else has a name written differently; they are not clear."""
    matches.add("1", "101", likeness)
    (matches.add_rival if rival else matches.add)("2", "101", WRITTEN)
    first, second = matches.of("1"), matches.of("2")

    assert first is not None
    assert ("101" if clear else None) == first.only
    assert (() if clear else ("2",)) == first.others
    assert rival == (second is None)
    assert second is None or (("1",), None) == (second.others, second.only)


def test_a_rival_of_the_same_name_counts(matches: Lookalikes) -> None:
    """Whoever does not go, or went before, leaves it open too, and is nobody's match."""
    matches.add("1", "101", EXACT)
    matches.add_rival("2", "101", ALIKE)

    assert Lookalike("1", ("101",), ("2",)) == matches.of("1")
    assert matches.of("2") is None
    assert 1 == len(matches)


def test_whoever_is_spoken_for_is_no_candidate(matches: Lookalikes) -> None:
    """Whom an interrupted write may have made is nobody's match, whichever was met first."""
    matches.add("1", "101", ALIKE)
    matches.add("2", "101", ALIKE)
    matches.add("2", "102", ALIKE)
    matches.speak_for("101")

    assert matches.of("1") is None
    assert Lookalike("2", ("102",)) == matches.of("2")
    assert [Lookalike("2", ("102",))] == list(matches)
    assert 1 == len(matches)


def test_what_is_learnt_later_counts(matches: Lookalikes) -> None:
    """A pair that is added again says what was learnt last."""
    matches.add("1", "101", BORN)
    matches.add("1", "101", ALIKE)

    assert Lookalike("1", ("101",)) == matches.of("1")


def test_any_number_of_them(matches: Lookalikes) -> None:
    """More than are read at once are all given, once."""
    for number in range(2100):
        matches.add(f"{number:05}", f"1{number:05}", ALIKE)

    assert [f"{number:05}" for number in range(2100)] == [each.source_id for each in matches]


def test_closed_pairs_can_be_shown() -> None:
    """A crash report that comes across pairs that were given back can write them."""
    matches = Lookalikes()
    matches.close()

    assert "<Lookalikes, closed>" == repr(matches)
