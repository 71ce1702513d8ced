"""What notes and forms ask and say."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose.documents import content
from clinikomigrate.sinks.splose.documents.blocks import Paragraph, Row, Style
from tests.sinks.splose.documents.pdf import told


def _answer(**attributes: Any) -> list[str]:
    question = m.Question(name="Q", **attributes)
    return [f"{part.mark} {part.text}".strip() for part in content.answer(question)]


@pytest.mark.parametrize("empty", [None, m.Content(), m.Content(sections=())])
def test_a_record_without_content_says_so(empty: m.Content | None) -> None:
    """Nobody wonders whether something was lost."""
    assert told(content.blocks(empty)) == ["(no content)"]


def test_sections_are_headings_with_a_row_for_each_question() -> None:
    """Those without a name, a description or questions too, and what nobody knows yet."""
    questions = (m.Question(name="Pain", type="text", answer="less\nand less"), m.Question(type="text"))
    sections = (
        m.Section(name="Subjective", description="What the\npatient says", questions=questions),
        m.Section(extra={"mood": "good", "empty": ""}),
    )

    blocks = list(content.blocks(m.Content(sections=sections)))

    assert told(blocks) == [
        "Subjective",
        "What the",
        "patient says",
        "Pain | less / and less",
        " | (no answer)",
        "mood: good",
    ]


def test_a_description_is_shown_as_it_looks() -> None:
    """Whether it is HTML or plain text; all of it in italics."""
    (block,) = content.blocks(m.Content(sections=(m.Section(description="<div>We <b>promise</b>.</div>"),)))

    assert told([block]) == ["We promise."]
    assert isinstance(block, Paragraph)
    assert ["I", "BI", "I"] == [span.style for span in block.spans]


def test_ticked_and_unticked_answers_are_shown() -> None:
    """What was not ticked says as much as what was."""
    options = (
        m.AnswerOption(value="SLR", selected=True),
        m.AnswerOption(value="Slump", selected=False),
        m.AnswerOption(),
    )
    other = m.OtherAnswer(enabled=True, selected=True, value="Thessaly")

    assert _answer(type="checkboxes", answers=options, other=other) == ["☑ SLR", "☐ Slump", "☐", "☑ Other: Thessaly"]
    assert _answer(type="radiobuttons", answers=options[:2]) == ["◉ SLR", "○ Slump"]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (m.OtherAnswer(enabled=False, selected=False, value=""), ["(no answer)"]),
        (m.OtherAnswer(enabled=True), ["☐ Other"]),
        (m.OtherAnswer(enabled=False, value="left over"), ["☐ Other: left over"]),
        (m.OtherAnswer(selected=True, label="In your words"), ["☑ In your words"]),
    ],
)
def test_own_words_are_shown_where_there_may_be_some(other: m.OtherAnswer, expected: list[str]) -> None:
    """Even where the question doesn't offer them any more."""
    assert expected == _answer(type="checkboxes", other=other)


def test_a_choice_is_shown_among_what_was_offered() -> None:
    """One that isn't offered any more too."""
    assert _answer(type="select", options=("Female", "Male"), answer="Male") == ["○ Female", "◉ Male"]
    assert _answer(type="select", options={"odd": 1}, answer="Other") == ["◉ Other"]
    assert _answer(type="select", options=("Female",), answer={"a": "b"}) == ["○ Female", "◉ a: b"]
    assert _answer(type="select", options=()) == ["(no answer)"]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"type": "date", "answer": "2024-03-14"}, ["14 March 2024"]),
        ({"type": "date", "answer": "last week"}, ["last week"]),
        ({"type": "date", "answer": {"day": "1"}}, ["day: 1"]),
        ({"type": "paragraph", "answer": "<p>a</p>b"}, ["a", "b"]),
        ({"type": "paragraph", "answer": "a\nb & c <5 days>"}, ["a", "b & c <5 days>"]),
        ({"type": "paragraph", "answer": ({"a": "b"},)}, ["a: b"]),
        ({"type": "address", "answer": {"city": "Perth", "state": ""}}, ["city: Perth"]),
        ({"type": "hologram", "extra": {"depth": 3}, "answer": "x"}, ["x", "depth: 3"]),
        ({"type": "text", "answer": "x", "answers": (m.AnswerOption(value="y", selected=True),)}, ["x", "☑ y"]),
    ],
)
def test_each_type_of_answer_istold(attributes: dict[str, Any], expected: list[str]) -> None:
    """Also one that isn't of its question's type, or of a type that nobody knows yet."""
    assert expected == _answer(**attributes)


def test_what_stays_behind_is_said() -> None:
    """Body charts and drawn signatures."""
    assert _answer(type="bodycharts", body_chart_ids=("1",)) == [
        "1 body chart stays in Cliniko, whose API gives none away."
    ]
    assert _answer(type="bodycharts", body_chart_ids=("1", "2"))[0].startswith("2 body charts stay")
    assert _answer(type="signature", signature_id="77") == ["Signed. The drawn signature is number 77 in Cliniko."]


def test_titles_look_like_titles() -> None:
    """A section's name is one line, whatever somebody typed."""
    (block,) = content.blocks(m.Content(sections=(m.Section(name=" two \n lines "),)))

    assert not isinstance(block, Row)
    assert (block.text, block.style) == ("two lines", Style.SECTION)
