"""The HTML of paragraph answers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinikomigrate.sinks.cliniko.markup import understood
from clinikomigrate.sinks.paragraphs import KEPT, clean, parts

TAGS = "<p> </p> <br> <br/> </div> <strong> </strong> <table> <td> </td> <th> </th> <tr> </tr> </a> <script> </script>"
AWKWARD = (
    """<div class='x'>|<a href="https://clinic.example/a>b">|<span style='a>b'>|<!-- c -->|<style>x</style>|<hr>"""
)
TEXTS = ["<high>", "<", ">", "<3", "<b", "&", "&lt;", "&deg;", "\n", "\r\n", "\t", " ", "words", "日本", '"', "'"]
PIECES = st.sampled_from([*TAGS.split(), *AWKWARD.split("|"), *TEXTS])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "<p>one</p><p>two <b>b</b> <i>i</i> <u>u</u></p>",
        "<ul><li>a</li></ul><ol><li>b</li></ol><blockquote>c</blockquote><h1>d</h1><h2>e</h2>",
        '<a href="https://clinic.example">link</a><br><br/>',
        "60&deg; &lt; 90&deg; &amp; more &#62; less&nbsp;",
        "日本語 🦵",
    ],
)
def test_what_the_api_keeps_is_not_touched(text: str) -> None:
    """A paragraph that needs no change arrives letter by letter."""
    assert text == clean(text).text
    assert clean(text).whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("first\nsecond\r\nthird\rfourth", "first<br>second<br>third<br>fourth"),
        ("a\n\nb", "a<br><br>b"),
        ("a\tb", "a b"),
        ("<p>a</p>\n  <p>b</p>\n", "<p>a</p><p>b</p>"),
        ("<p>\n a\nb \n</p>", "<p>a<br>b</p>"),
        ("<b>a</b>\n<i>b</i>", "<b>a</b><br><i>b</i>"),
        ("<p\n>a</p\n>", "<p>a</p>"),
        ("<a\nhref='x'>a</a>", "<a href='x'>a</a>"),
    ],
)
def test_line_breaks_become_tags(text: str, expected: str) -> None:
    """The API takes line breaks out that are no tags; between blocks they say nothing."""
    assert expected == clean(text).text
    assert clean(text).whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ankle < 90 and x <y", "ankle &lt; 90 and x &lt;y"),
        ("Ask <first name> or </Amy>", "Ask &lt;first name&gt; or &lt;/Amy&gt;"),
        ("I <3 this <", "I &lt;3 this &lt;"),
        ("more > less & so on", "more &gt; less &amp; so on"),
        ("Ask <R&D> &amp; <&lt;>", "Ask &lt;R&amp;D&gt; &amp; &lt;&lt;&gt;"),
    ],
)
def test_angle_brackets_that_are_no_tags_are_kept_as_text(text: str, expected: str) -> None:
    """What somebody wrote between angle brackets would otherwise vanish."""
    assert expected == clean(text).text
    assert clean(text).whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<strong>a</strong> <em>b</em> <ins>c</ins>", "<b>a</b> <i>b</i> <u>c</u>"),
        ("<h3>a</h3><hr><pre>b</pre>", "<h2>a</h2><br><div>b</div>"),
        ("<table><tr><th>ROM</th><td>120</td></tr></table>", "<div>ROM 120 </div>"),
        ("<span style='color:red'>red</span>", "red"),
        ("<p class='x'>a</p>", "<p>a</p>"),
        ("<a target='_blank' href='https://clinic.example'>a</a>", "<a href='https://clinic.example'>a</a>"),
        ("<A HREF='javascript:x' x>a</A>", "<a href='javascript:x'>a</A>"),
        ("<a name='x'>a</a>", "<a>a</a>"),
        ("<img src='a>b.png'>after", "after"),
        ("<script>alert(1)</script>a<STYLE>b</STYLE>c", "ac"),
    ],
)
def test_tags_that_the_api_drops_are_replaced_and_said_to_be_lost(text: str, expected: str) -> None:
    """What looks most alike stands in, where there is something; the text always stays."""
    assert expected == clean(text).text
    assert not clean(text).whole


def test_comments_go_without_a_word() -> None:
    """Nobody ever saw them."""
    assert clean("a<!-- hidden\n -->b").text == "ab"
    assert clean("a<!-- hidden -->b").whole


@settings(deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_a_cleaned_paragraph_has_only_what_the_api_keeps(text: str) -> None:
    """No line break, no tag but the allowed ones, and no attribute but links' targets; it is clean for good."""
    cleaned = clean(text).text

    assert not set(cleaned) & set("\n\r\t")
    for bracket in re.finditer("<", cleaned):
        tag = re.match(r"""</?(?P<name>\w+)(?: href=(?:"[^"<>]*"|'[^'<>]*'))?\s*/?>""", cleaned[bracket.start() :])
        assert tag is not None
        assert tag["name"].lower() in KEPT
    assert cleaned == clean(cleaned).text


def said(html: str) -> str:
    """Gives the text that a reader sees."""
    return "".join(token[1] for token in understood(html) if token[0] == "text")


def test_a_text_that_is_short_enough_is_one_part() -> None:
    """Nothing is changed of it."""
    assert ["<p>one<br>two &lt; &deg;</p>"] == parts("<p>one<br>two &lt; &deg;</p>", 100)
    assert [""] == parts("", 100)


def test_parts_stand_by_themselves() -> None:
    """What is open goes on in the next part; no tag and no escaped sign is divided."""
    first, second = parts(f"<p>{'a' * 60}<b>{'b' * 10}&lt;{'c' * 40}</b></p>", 100)

    assert f"<p>{'a' * 60}<b>{'b' * 10}&lt;{'c' * 12}</b></p>" == first
    assert f"<p><b>{'c' * 28}</b></p>" == second


def test_a_tag_that_leaves_no_room_is_left_out() -> None:
    """What stands in it is kept."""
    link = f'<a href="https://clinic.example/{"x" * 80}">'

    assert ["<p>here</a></p>"] == parts(f"<p>{link}here</a></p>", 100)
    assert said("<blockquote>" * 50 + "deep" + "</blockquote>" * 50) == "deep"
    assert all(len(part) <= 100 for part in parts("<blockquote>" * 50 + "deep" * 50, 100))


@given(st.lists(PIECES, max_size=200).map("".join), st.integers(100, 300))
@settings(deadline=None)
def test_parts_say_all_that_the_whole_did(text: str, longest: int) -> None:
    """Each is short enough, closes what it opens, and needs no further change."""
    whole = clean(text).text
    divided = parts(whole, longest)

    assert all(len(part) <= longest for part in divided)
    assert said(whole) == "".join(map(said, divided))
    for part in divided:
        assert part == clean(part).text
