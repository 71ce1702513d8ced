"""An index of texts that holds none."""

from __future__ import annotations

from clinikomigrate.transfer.digests import Digests


def test_ids_are_found_by_their_keys_in_the_order_in_which_they_came() -> None:
    """One key can have several ids, one id several keys; texts that only look alike when joined are other keys."""
    index = Digests()
    for key, id in ((("a", "bc"), "2"), (("a", "bc"), "1"), (("ab", "c"), "3"), (("a", None), "1")):
        index.add(key, id)

    assert ["2", "1"] == index.ids(("a", "bc"))
    assert ["3"] == index.ids(("ab", "c"))
    assert ["1"] == index.ids(("a", None))
    assert [] == index.ids(("a", "None"))
    assert 4 == len(index)
    index.close()


def test_what_is_taken_away_is_not_found() -> None:
    """An id can be taken from under one key, and everything can be forgotten."""
    index = Digests()
    index.add(("a",), "1")
    index.add(("b",), "1")
    index.remove(("a",), "1")

    assert ([], ["1"]) == (index.ids(("a",)), index.ids(("b",)))

    index.clear()

    assert 0 == len(index)
    assert "<Digests of 0 keys>" == repr(index)
    index.close()


def test_no_text_is_kept_and_nobody_can_try_one() -> None:
    """What lies in the file is no text, and another for each index: a list of names is of no use."""
    kept = []
    for _ in range(2):
        index = Digests()
        index.add(("Ada Example", "1980-02-29"), "1")
        kept.append(index._connection.execute("SELECT digest FROM entry").fetchone()[0])
        index.close()

    assert kept[0] != kept[1]
    assert [16, 16] == [len(each) for each in kept]
    assert all(b"Ada" not in each for each in kept)


def test_letters_that_no_file_can_hold_are_keys_too() -> None:
    """Half a letter, as a broken import leaves it, is no error."""
    index = Digests()
    index.add(("\ud800",), "1")

    assert ["1"] == index.ids(("\ud800",))
    index.close()


def test_a_closed_index_can_be_shown() -> None:
    """A crash report that comes across an index that was given back can write it."""
    index = Digests()
    index.close()

    assert "<Digests, closed>" == repr(index)
