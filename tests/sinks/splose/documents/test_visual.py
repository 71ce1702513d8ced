"""The runs of a line: what is shown together, in which font."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinikomigrate.sinks.splose.documents.blocks import Span
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
