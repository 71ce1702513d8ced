"""HTML as it is understood, however it is written."""

from __future__ import annotations

import pytest

from clinikomigrate.sinks.cliniko.markup import understood


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a<br>b", "a<br/>b"),
        ("60&deg; &amp; more", "60\u00b0 &amp; more"),
        ("<p>open", "<p>open</p>"),
        ("<p><b>both</p>", "<p><b>both</b></p>"),
        ("<B>loud</B>", "<b>loud</b>"),
        ('<a href="https://x.example" target="_blank">x</a>', "<a href='https://x.example'>x</a>"),
        ("1 &lt; 2", "1 < 2"),
        ("stray</i>", "stray"),
    ],
)
def test_what_reads_alike_is_the_same(one: str, other: str) -> None:
    """Ways of writing a tag or a sign make no difference, nor does what nobody closed or opened."""
    assert understood(one) == understood(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a<br>b", "a b"),
        ("<b>x</b>", "<i>x</i>"),
        ("<p>a</p><p>b</p>", "<p>ab</p>"),
        ('<a href="https://x.example">x</a>', '<a href="https://y.example">x</a>'),
        ("x", "X"),
        ("<b>a</b>b", "<b>ab</b>"),
    ],
)
def test_what_reads_otherwise_is_not(one: str, other: str) -> None:
    """Text, tags, targets and where a tag ends are compared."""
    assert understood(one) != understood(other)
