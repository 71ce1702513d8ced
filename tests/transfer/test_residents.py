"""Who is in the destination, by what patients are found by."""

from __future__ import annotations

from datetime import date

from clinikomigrate import Person
from clinikomigrate.transfer.lookalikes import Likeness
from clinikomigrate.transfer.residents import Residents

ADA = Person(first_name="Ada", last_name="Example", date_of_birth=date(1980, 2, 29))


def test_who_moved_in_is_found_until_all_move_out() -> None:
    """An index can be filled anew."""
    residents = Residents()
    residents.add("101", ADA)

    assert {"101": Likeness(born_alike=True)} == residents.like(ADA)
    assert "101" in residents
    residents.clear()
    assert "101" not in residents
    assert {} == residents.like(ADA)
    assert 0 == len(residents)
    residents.close()


def test_the_repr_shows_nobody() -> None:
    """It says how much is in it, also when the file was given back."""
    residents = Residents()
    residents.add("101", ADA)

    assert "<Residents: <Digests of 5 keys>>" == repr(residents)
    residents.close()
    assert "<Residents: <Digests, closed>>" == repr(residents)
