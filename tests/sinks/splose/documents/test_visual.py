"""The runs of a line: what is shown together, in which font."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

from clinikomigrate.sinks.splose.documents.blocks import Span
from clinikomigrate.sinks.splose.documents.characters import DIRECTIONS
from clinikomigrate.sinks.splose.documents.fonts import Fonts
from clinikomigrate.sinks.splose.documents.visual import in_order
from tests.sinks.splose.documents.test_lines import font_of

FONTS = Fonts()


@pytest.mark.parametrize("backwards", [True, False])
def test_nothing_to_show_has_no_runs(backwards: bool) -> None:
    """Whatever it would look like."""
    assert list(in_order([Span(""), Span("", bold=True)], FONTS, backwards=backwards)) == []


def test_words_that_look_the_same_are_one_run() -> None:
    """As long as one font shows them; an underline begins another one."""
    spans = [Span("Left "), Span("knee "), Span("hurts", bold=True), Span(" a lot", bold=True, underline=True)]
    runs = [(run.text, run.font.key, run.underline) for run in in_order(spans, FONTS, backwards=False)]

    assert runs == [
        ("Left knee ", FONTS.of("a", "").key, False),
        ("hurts", FONTS.of("a", "B").key, False),
        (" a lot", FONTS.of("a", "B").key, True),
    ]


def test_a_character_that_a_font_lacks_is_shown_by_another_one(tmp_path: Path) -> None:
    """In one run with what stands next to it in that font, whatever it was to look like."""
    fonts = Fonts([font_of(tmp_path / "own.ttf", "日")])
    spans = [Span("so 日", italic=True), Span("日"), Span("日so", italic=True)]
    runs = [(run.text, run.font.key) for run in in_order(spans, fonts, backwards=False)]

    assert runs == [("so ", "dejavuI"), ("日日日", "user0"), ("so", "dejavuI")]


LETTERS = "אבגשםابتثسلمنوי"
MARKS = "\u05b0\u05b7\u064e\u0651\u0300"
NEUTRAL = " .,:;()[]«»-+%/!?"
OTHERS = "a7٣\u200f\u200e\u061c\u202b\u2067é"


@pytest.mark.parametrize("backwards", [True, False])
@pytest.mark.parametrize("pool", [LETTERS + MARKS, LETTERS + MARKS + NEUTRAL, LETTERS + MARKS + NEUTRAL + OTHERS])
def test_a_line_that_runs_backwards_as_a_whole_is_as_the_rules_of_unicode_have_it(pool: str, backwards: bool) -> None:
    """Though they are not gone through one by one for most of such lines."""
    chance = random.Random(7)
    direction = TextDirection.RTL if backwards else TextDirection.LTR
    for _ in range(300):
        text = "".join(chance.choice(pool) for _ in range(chance.randint(1, 12)))
        seen = BidiParagraph(text=text, base_direction=direction, preserve_bn_chars=True).reorder_resolved_levels()
        order = [(each.character_index, each.embedding_level % 2 == 1) for each in seen]
        expected = [(text[index], odd) for index, odd in order if text[index] not in DIRECTIONS]
        runs = in_order([Span(text)], FONTS, backwards=backwards)
        found = [
            (character, run.backwards)
            for run in runs
            for character in (reversed(run.text) if run.backwards else run.text)
        ]

        assert found == expected, text.encode("unicode_escape")


def test_a_line_that_runs_backwards_in_several_looks_has_a_run_for_each(tmp_path: Path) -> None:
    """From left to right; and one for each font."""
    fonts = Fonts([font_of(tmp_path / "own.ttf", "\u0870")])
    looks = [Span("שלום "), Span("שלום", underline=True)]
    two = [(run.text, run.underline) for run in in_order(looks, FONTS, backwards=True)]
    mixed = [run.text for run in in_order([Span("ب\u0870")], fonts, backwards=True)]

    assert two == [("שלום", True), ("שלום ", False)]
    assert mixed == ["\u0870", "ب"]
