"""What stands in words."""

from __future__ import annotations

import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, (None, None, None)),
        ("  ", (None, None, None)),
        ("Jane Citizen (mother) 0400 000 001", ("Jane Citizen", "mother", "0400 000 001")),
        ("Mum: 0400 000 001", (None, "Mum", "0400 000 001")),
        ("0400 000 001", (None, None, "0400 000 001")),
        ("Jane Citizen", ("Jane Citizen", None, None)),
        ("Jane Citizen - wife", ("Jane Citizen", "wife", None)),
        ("Jane, or Joe, whoever is in", ("Jane, or Joe, whoever is in", None, None)),
        ("Mother (aunt)", ("Mother (aunt)", None, None)),
        ("Jane 0400 000 001 or 0400 000 002", ("Jane 0400 000 001 or 0400 000 002", None, None)),
    ],
)
def test_an_emergency_contact_is_taken_apart_where_it_is_plain(
    text: str | None, expected: tuple[str | None, ...]
) -> None:
    """Name, relationship and number go apart; where two could be meant, all of it is the name."""
    assert words.emergency_contact(text, ("GB", "AU")) == expected


def test_pronouns_are_one_text_with_all_forms() -> None:
    """Each form stands once; none at all is nothing."""
    they = m.Pronouns(
        nominative="she",
        accusative="her",
        pronominal_possessive="her",
        predicative_possessive="hers",
        reflexive="herself",
    )

    assert words.pronouns(they) == "she/her/hers/herself"
    assert words.pronouns(m.Pronouns(nominative=" ")) is None
    assert words.pronouns(None) is None
