"""Characters, fonts and lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from hypothesis import given
from hypothesis import strategies as st

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.splose.documents import Documents
from clinikomigrate.sinks.splose.documents.blocks import Span
from clinikomigrate.sinks.splose.documents.breaking import LONGEST, broken
from clinikomigrate.sinks.splose.documents.characters import Characters
from clinikomigrate.sinks.splose.documents.filing import file_name, safe
from clinikomigrate.sinks.splose.documents.fonts import Fonts
from clinikomigrate.sinks.splose.documents.visual import in_order, runs_backwards
from tests.sinks.splose.documents.pdf import FONTS, squeezed, text_of
from tests.sinks.splose.documents.samples import nobody, paragraph_note, record


def _measure(spans: Sequence[Span]) -> float:
    return float(sum(len(span.text) for span in spans))


def _lines(width: int, *spans: Span) -> list[str]:
    return ["".join(span.text for span in line) for line in broken(spans, width, _measure)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("one two three", ["one two ", "three"]),
        ("one-two-three", ["one-two-", "three"]),
        ("abcdefghijklmnop", ["abcdefgh", "ijklmnop"]),
        ("ab cdefghijklmnop", ["ab ", "cdefghij", "klmnop"]),
        ("日本語日本語日本語", ["日本語日本語日本", "語"]),
        ("abcdefg\u0301\u0301h", ["abcdef", "g\u0301\u0301h"]),
        ("abcdefgh        ij", ["abcdefgh        ", "ij"]),
        ("ab" + " " * 12 + "c", ["ab" + " " * 8, "    c"]),
        ("\u0301" * 10, ["\u0301" * 8, "\u0301" * 2]),
    ],
)
def test_lines_end_where_readers_expect_it(text: str, expected: list[str]) -> None:
    """Behind blanks, hyphens and characters of East Asia; inside words only where it must be; marks stay in place."""
    assert expected == _lines(8, Span(text))


def test_a_word_of_several_looks_stays_together() -> None:
    """Bold letters inside a word are no place for a line to end."""
    assert _lines(8, Span("one two"), Span("three", bold=True), Span(" x")) == ["one ", "twothree ", "x"]
    assert _lines(4, Span("abc"), Span("def", bold=True)) == ["abcd", "ef"]


@given(st.lists(st.text(alphabet="ab- \u0301א日", max_size=30), max_size=6), st.integers(1, 12))
def test_no_character_is_lost_between_lines(texts: list[str], width: int) -> None:
    """And none is doubled."""
    spans = [Span(text, bold=number % 2 == 0) for number, text in enumerate(texts)]

    assert "".join(texts) == "".join(_lines(width, *spans))


def test_lines_are_never_longer_than_what_can_be_put_in_order() -> None:
    """However narrow the characters are."""
    lines = ["".join(span.text for span in line) for line in broken([Span("a b" * 500)], 9, lambda _: 0.0)]

    assert "".join(lines) == "a b" * 500
    assert max(map(len, lines)) <= LONGEST


def test_text_becomes_what_can_be_shown() -> None:
    """Tabs are blanks; control characters, halves of pairs and what no font has are numbers; direction marks stay."""
    characters = Characters(FONTS.has)

    assert characters.shown("a\tb\x00\ud800😀\u2066c\u2069\u202e日日") == (
        "a    b[U+0000][U+D800]😀\u2066c\u2069\u202e[U+65E5][U+65E5]"
    )
    assert {0: 1, 0xD800: 1, 0x65E5: 2} == characters.missing


@pytest.mark.parametrize(
    ("text", "expected"), [("abc", False), ("12 אב c", True), ("سام", True), ("123", False), ("", False)]
)
def test_a_paragraph_begins_where_its_first_letter_says(text: str, expected: bool) -> None:
    """Numbers and signs say nothing."""
    assert expected == runs_backwards(text)


def test_runs_come_in_the_order_in_which_they_are_seen() -> None:
    """From left to right; each in logical order, of one font, without marks of direction."""
    seen = list(in_order([Span("a אב "), Span("12", bold=True), Span(" b\u200e")], FONTS, backwards=False))

    assert [(run.text, run.font.style, run.backwards) for run in seen] == [
        ("a ", "", False),
        ("12", "B", False),
        ("אב ", "", True),
        (" b", "", False),
    ]
    assert list(in_order([Span("")], FONTS, backwards=True)) == []


def test_a_mark_keeps_to_the_font_of_its_letter() -> None:
    """Italic Arabic isn't there: letters are upright, and so are their marks."""
    runs = list(in_order([Span("aحّ", italic=True)], FONTS, backwards=False))

    assert [(run.text, run.font.style) for run in runs] == [("a", "I"), ("حّ", "")]


def font_of(path: Path, characters: str) -> Path:
    """Makes a font in which every character is a square."""
    names = [".notdef", *(f"c{ord(character):04X}" for character in characters)]
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(character): f"c{ord(character):04X}" for character in characters})
    from fontTools.pens.t2CharStringPen import T2CharStringPen

    pen = T2CharStringPen(600, None)
    pen.moveTo((50, 0))
    for point in ((50, 500), (550, 500), (550, 0)):
        pen.lineTo(point)
    pen.closePath()
    strings = dict.fromkeys(names, pen.getCharString())
    builder.setupCFF("Squares", {"FullName": "Squares"}, strings, {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Squares", "styleName": "Regular", "fullName": "Squares"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200, sCapHeight=700, sxHeight=500)
    builder.setupPost()
    builder.save(path)
    return path


def test_a_font_of_ones_own_shows_what_the_other_lacks(tmp_path: Path) -> None:
    """In every style; nothing is missing then."""
    font = font_of(tmp_path / "squares.otf", "日本🦵")

    (document,) = Documents(nobody, fonts=[font]).write(record(paragraph_note("<p>日<b>本</b> 🦵 語</p>")), tmp_path)

    assert {0x8A9E: 1} == document.missing
    assert "日本🦵[U+8A9E]" in squeezed(text_of(document.paths[0]))


def test_what_is_no_font_is_refused_at_once(tmp_path: Path) -> None:
    """Before the first document is made."""
    broken_file = tmp_path / "broken.ttf"
    broken_file.write_bytes(b"no font")

    with pytest.raises(ConfigurationError, match=r"broken\.ttf is no font"):
        Fonts([broken_file])
    with pytest.raises(ConfigurationError, match="no font that can be read"):
        Fonts([tmp_path / "absent.ttf"])
    with pytest.raises(ConfigurationError, match="without Unicode"):
        Fonts([font_of(tmp_path / "empty.otf", "")])


def test_names_of_files_are_safe_and_sort() -> None:
    """Whatever an id or a kind may be; parts sort as numbers do."""
    assert (
        file_name(None, "patient form", "../x", None, part=2, parts=10) == "0000-00-00 patient-form x part 02 of 10.pdf"
    )
    assert safe("...") == "file"
    assert len(safe("ab " * 100)) <= 60
