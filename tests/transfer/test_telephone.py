"""When two ways of writing a telephone number are of one number."""

from __future__ import annotations

import pytest

from clinikomigrate.transfer.telephone import same_number, significant_numbers

FULL_WIDTH = "".join(chr(ord(digit) + 0xFEE0) for digit in "0412345678")
"""A number as a Japanese keyboard may write it."""


def same(one: str, other: str) -> bool:
    """Says whether two texts are of one number."""
    return not significant_numbers(one).isdisjoint(significant_numbers(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0412 345 678", "0412345678"),
        ("(03) 9123-4567", "03 9123 4567"),
        ("0412 345 678", "+61 412 345 678"),
        ("0412 345 678", "+61 (0)412 345 678"),
        ("0412 345 678", "0061 412 345 678"),
        ("+61 412 345 678", "0011 61 412 345 678"),
        ("61412345678", "0412 345 678"),
        ("412345678", "0412 345 678"),
        ("020 7946 0018", "+44 20 7946 0018"),
        ("01 234 5678", "+353 1 234 5678"),
        ("(415) 555-0132", "+1 415 555 0132"),
        ("1 415 555 0132", "415.555.0132"),
        ("+7 495 123 45 67", "495 1234567"),
        (FULL_WIDTH, "0412 345 678"),
        (" +61412345678", "0412345678 (her mother's)"),
    ],
)
def test_one_number_written_in_two_ways(one: str, other: str) -> None:
    """Blanks, brackets, a country's code with or without its plus, and the zero before the area make no difference."""
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0412 345 678", "0412 345 679"),
        ("03 9123 4567", "02 9123 4567"),
        ("9123 4567", "03 9123 4567"),
        ("+61 412 345 678", "+61 512 345 678"),
        ("+1 415 555 0132", "+1 416 555 0132"),
    ],
)
def test_different_numbers(one: str, other: str) -> None:
    """Another digit, another area, or an area that nobody wrote, is another number."""
    assert not same(one, other)


@pytest.mark.parametrize(
    "number",
    ["", "n/a", "000", "1234", "555 0132", "ext. 1234567", "0000000000", "0400 000 000", "99999999", "+61", "+"],
)
def test_what_is_nobody_s_number_is_the_same_as_nothing(number: str) -> None:
    """Extensions, numbers without their area, and what somebody typed to fill a field are not compared."""
    assert frozenset() == significant_numbers(number)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("03 9123 4567", "+61 3 9123 4567"),
        ("(03) 9123-4567", "0061 3 9123 4567"),
        ("61391234567", "03 9123 4567"),
        ("61391234567", "+61 3 9123 4567"),
        ("61391234567", "61 3 9123 4567"),
        ("0412 345 678 (Mum)", "(mum) +61 412 345 678"),
    ],
)
def test_nothing_is_lost_with_one_of_two_ways(one: str, other: str) -> None:
    """Who has one of the two texts lacks nothing of the other."""
    assert same_number(one, other)
    assert same_number(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("03 9123 4567", "03 9123 4568"),
        ("+61 3 9123 4567", "+64 3 9123 4567"),
        ("61391234567", "+64 3 9123 4567"),
        ("0412 345 678", "0412 345 678 (her mother's)"),
        ("03 9123 4567", "03 9123 4567 ext 12"),
        ("1234", "1234"),
        ("", ""),
        ("0000 000 000", "0000000000"),
    ],
)
def test_something_would_be_lost(one: str, other: str) -> None:
    """Another number, another country, or a remark that only one has; what is nobody's number is not compared."""
    assert not same_number(one, other)
    assert not same_number(other, one)
