"""Telephone numbers, taken apart."""

from __future__ import annotations

import sys

import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.splose import SploseMapper, phones


@pytest.mark.parametrize(
    ("number", "countries", "code", "national"),
    [
        ("0400 000 001", ["AU"], "+61", "400000001"),
        ("+61 (0)400 000 001", ["GB"], "+61", "400000001"),
        ("+61 400 000 001", [], "+61", "400000001"),
        ("020 7946 0000", ["GB", "AU"], "+44", "2079460000"),
        ("06 1234 5678", ["IT"], "+39", "0612345678"),
        ("0011 44 20 7946 0958", ["AU"], "+44", "2079460958"),
        ("0061 412 345 678", ["AU"], "+61", "412345678"),
        ("0039 06 1234567", ["GB", "AU"], "+39", "061234567"),
        ("0412 345 678", ["GB", "AU"], "+61", "412345678"),
        ("(03) 9555 1234", ["GB", "AU"], "+61", "395551234"),
        ("1800 123 456", ["US", "AU"], "+61", "1800123456"),
    ],
)
def test_a_number_is_taken_apart_where_nothing_is_lost_by_it(
    number: str, countries: list[str], code: str, national: str
) -> None:
    """The country's code goes apart; a number without one is of the country in which there can be such a number."""
    assert phones.parted(number, countries) == (code, national)


@pytest.mark.parametrize(
    ("number", "countries"),
    [
        ("0400 000 001", []),
        ("0400 000 001 (her mother's)", ["AU"]),
        ("12", ["AU"]),
        ("+61 9", ["AU"]),
        ("00 9", ["AU"]),
        ("9555 1234", ["AU"]),
        ("04 12 34 56 78", ["FR", "AU"]),
        ("0412-345-678#12", ["AU"]),
        ("+61 412 345 678 # 12", ["AU"]),
        ("0412 345 678, 0433 111 222", ["AU"]),
    ],
)
def test_what_may_be_another_number_stays_as_it_was_typed(number: str, countries: list[str]) -> None:
    """With an extension or a remark, without an area, of two countries, or of none."""
    assert phones.parted(number, countries) == (None, number)


def test_types_that_splose_does_not_know_become_other_as_a_loss() -> None:
    """A number of an unknown type arrives; a blank one is none."""
    given = (m.PhoneNumber(number="0400 000 001", phone_type="Pager"), m.PhoneNumber(number=" ", phone_type="Home"))
    found, losses = phones.split(given, ["AU"], "phone_numbers")

    assert [(each.type, each.code, each.phone_number) for each in found] == [("Other", "+61", "400000001")]
    assert [loss.field for loss in losses] == ["phone_numbers.phone_type"]


def test_without_the_extra_a_mapper_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lacks the library is told when the mapper is made, not in the middle of a run."""
    monkeypatch.setitem(sys.modules, "phonenumbers", None)

    with pytest.raises(ConfigurationError, match=r"clinikomigrate\[splose\]"):
        SploseMapper()
