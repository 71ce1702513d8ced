"""HTML as paragraphs."""

from __future__ import annotations

import pytest

from clinikomigrate.sinks.splose.documents.blocks import Style
from clinikomigrate.sinks.splose.documents.markup import paragraphs


def _told(html: str) -> list[str]:
    """Each paragraph with its indent and mark, and with signs for how its text looks."""
    told = []
    for paragraph in paragraphs(html):
        text = "".join(
            f"{'*' * span.bold}{'/' * span.italic}{'_' * span.underline}{span.text}" for span in paragraph.spans
        )
        told.append(f"{'>' * paragraph.indent}{paragraph.mark}{text}")
    return told


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", []),
        ("plain", ["plain"]),
        ("<p>one</p><p>two</p>", ["one", "two"]),
        ("<p>a <b>b</b> <i>c</i> <u>d</u></p>", ["a *b /c _d"]),
        ("<b>a<i>b</b>c</i>", ["*a*/bc"]),
        ("a<br>b<br/><br>c", ["a", "b", "", "c"]),
        ("a\nb", ["a", "b"]),
        ("x < y and y > z &amp; <Faber>", ["x < y and y > z & <Faber>"]),
        ("<ul><li>a</li><li>b</li></ul>c", [">•a", ">•b", "c"]),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", [">1.a", ">>•b", ">2.c"]),
        ("<li>stray</li>", ["•stray"]),
        ("<ul><li></li></ul>", [">•"]),
        ("<blockquote>said</blockquote>", [">/said"]),
        ("<h1>H</h1>t", ["*H", "t"]),
        ('<a href="https://a.example">link</a>', ["_link_ (https://a.example)"]),
        ('<a href="https://a.example">https://a.example</a>', ["_https://a.example"]),
        ("<a>nowhere</a>", ["_nowhere"]),
        ("<table><tr><td>a</td> <td>b</td></tr><tr><td>c</td></tr></table>", ["a |  b ", "c "]),
        ("</p>a</i>", ["a"]),
        ("<p>a</p>  <p>b</p>", ["a", "b"]),
    ],
)
def test_html_is_told_as_it_looks(html: str, expected: list[str]) -> None:
    """Bold, italic, underlined, lists, quotes, links, tables, line breaks; and what is no HTML is text."""
    assert expected == _told(html)


def test_headings_are_headings() -> None:
    """Between paragraphs."""
    assert [part.style for part in paragraphs("<h2>a</h2>b")] == [Style.HEADING, Style.BODY]
    assert [part.style for part in paragraphs("<h1>a</h1>b")] == [Style.HEADING, Style.BODY]
