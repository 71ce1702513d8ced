"""Answers to questions of every type."""

from __future__ import annotations

import pytest

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.answers import fitting, in_words, says

PRONOUNS = dict.fromkeys(
    ("nominative", "accusative", "pronominal_possessive", "predicative_possessive", "reflexive"), "ze"
)


@pytest.mark.parametrize("answer", ["", " \n", None, UNSET, False, {}, {"a": ""}, [], [{"number": ""}], (" ",)])
def test_blanks_say_nothing(answer: object) -> None:
    """However deep they stand."""
    assert not says(answer)


@pytest.mark.parametrize("answer", ["a", {"a": {"b": "c"}}, [0], True, 5])
def test_what_is_not_blank_says_something(answer: object) -> None:
    """Numbers too."""
    assert says(answer)


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        ("text", "knee", "knee"),
        ("text", {"a": "b"}, None),
        ("paragraph", "<p>knee</p>", "<p>knee</p>"),
        ("date", "2024-03-14", "2024-03-14"),
        ("date", " 2024-03-14 ", "2024-03-14"),
        ("date", "14/03/2024", None),
        ("date", ["2024-03-14"], None),
        ("select", "Other", "Other"),
        ("select", "x" * 256, None),
        ("address", {"city": "Here", "state": ""}, {"city": "Here"}),
        ("address", {"city": "Here", "planet": "Earth"}, None),
        ("address", {"country_code": "AUS"}, None),
        ("address", "1 Street", None),
        ("full_name", {"first_name": "Ada", "last_name": "S", "title": ""}, {"first_name": "Ada", "last_name": "S"}),
        ("full_name", {"first_name": "Ada"}, None),
        ("full_name", {"first_name": "Ada", "last_name": 5}, None),
        ("phone", [{"number": "5550", "phone_type": "Fax"}], ({"number": "5550", "phone_type": "Fax"},)),
        ("phone", [{"number": "", "phone_type": "Fax"}, {"number": "1", "phone_type": "Home", "normalized": "+1"}],
         ({"number": "1", "phone_type": "Home"},)),
        ("phone", [{"number": "5550", "phone_type": "Satellite"}], None),
        ("phone", ["5550"], None),
        ("phone", "5550", None),
        ("pronouns", PRONOUNS, PRONOUNS),
        ("pronouns", {**PRONOUNS, "reflexive": ""}, None),
    ],
)  # fmt: skip
def test_an_answer_fits_its_question_or_not(kind: str, answer: object, expected: object) -> None:
    """Blanks inside of it are left out; what else is wrong makes it unfit."""
    assert expected == fitting(kind, answer)


def test_answers_can_be_said_in_words() -> None:
    """Ticked options and own words as well as texts, objects and lists."""
    ticked = m.Question(
        answers=(m.AnswerOption(value="SLR", selected=True), m.AnswerOption(value="Slump", selected=False)),
        other=m.OtherAnswer(enabled=True, selected=True, value="Thessaly"),
    )
    phones = m.Question(answer=({"phone_type": "Home", "number": "5550", "note": ""}, {"number": 7}))

    assert in_words(ticked) == "SLR; Thessaly"
    assert in_words(phones) == "phone_type: Home, number: 5550; number: 7"
    assert in_words(m.Question(answer="as it is")) == "as it is"
    assert in_words(m.Question()) == ""
