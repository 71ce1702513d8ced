# ruff: noqa: RUF001 - real texts hold signs that look like others; that is what this is for
"""The written part of notes and forms, with everything that real ones hold."""

from __future__ import annotations

import base64
from html import escape
from typing import Any, Final

from clinikomigrate.testing.clinic import words
from clinikomigrate.testing.clinic.maker import Maker

SVG_SIGNATURE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="{height}" viewBox="0 0 300 {height}">'
    '<path d="M10 80 C 40 10, 65 10, 95 80 S 150 150, {x} 80" stroke="black" fill="none"/></svg>'
)
"""A drawn signature that fits into 500 by 500 pixels."""

PARAGRAPHS: Final = (
    "<p>Reports <b>less</b> pain: {complaint}</p><p>Plan: continue</p>",
    "First line\nsecond line\r\n\tthird, indented\n\nafter a gap: {complaint}",
    "<div>{complaint}</div><ul><li>squats 3×10</li><li><i>bridges</i> 2×15</li></ul><ol><li>one</li><li>two</li></ol>",
    "<strong>Objective</strong> <em>SLR</em> 60&deg; &lt; 90&deg; &amp; painful<br>{complaint}",
    '<h1>Assessment</h1><h2>Subjective</h2><blockquote>“{complaint}”</blockquote><a href="https://clinic.example/plan">plan</a>',
    '<span style="color:red">{complaint}</span><table><tr><td>ROM</td><td>120</td></tr></table>',
    "<p>日本語のメモ：{complaint}。مرحبا בדיקה</p><p>Emoji 🦵💪</p>",
    "BP 120/80, x < y and y > z; {complaint}",
    "<u>{complaint}</u><br><br/><p></p><p>end</p>",
)

STORIES: Final = (
    "<div>My story: {complaint}.<br>More of it another time.</div>",
    "My story: {complaint}.\nMore of it another time. ",
)
"""What patients write into forms: as an editor gives it, and as a plain text."""


def _choices(*values: str, selected: tuple[int, ...] = (), explicit: bool = True) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    for number, value in enumerate(values):
        if number in selected:
            answers.append({"value": value, "selected": True})
        else:
            answers.append({"value": value, "selected": False} if explicit else {"value": value})
    return answers


def note_template(number: int) -> dict[str, Any]:
    """Makes the content of a treatment note template.

    Args:
        number: Which of the templates, from 0.

    Returns:
        Sections with questions.
    """
    sections: list[dict[str, Any]] = [
        {
            "name": "Subjective",
            "description": "What the patient says",
            "questions": [
                {"name": "Presenting complaint", "type": "text"},
                {
                    "name": "History",
                    "type": "paragraph",
                    "answer": "<p>Onset:</p><p>Mechanism:</p>" if number % 2 else "",
                },
                {"name": "Date of injury", "type": "date"},
            ],
        },
        {
            "name": None if number == 1 else "Objective",
            "questions": [
                {"name": "Body chart", "type": "bodycharts"},
                {
                    "name": "Tests",
                    "type": "checkboxes",
                    "answers": [{"value": "SLR"}, {"value": "Slump"}],
                    "other": {"enabled": True},
                },
                {"name": "Side", "type": "radiobuttons", "answers": [{"value": "Left"}, {"value": "Right"}]},
            ],
        },
        {"name": f"Section {number} – 計画", "description": "", "questions": []},
    ]
    return {"sections": sections[: 3 - number % 2]} if number != 3 else {"sections": []}


def form_template(number: int) -> dict[str, Any]:
    """Makes the content of a patient form template.

    Args:
        number: Which of the templates, from 0.

    Returns:
        Sections with questions.
    """
    return {
        "sections": [
            {
                "name": "About you" if number else None,
                "description": "Please answer <all> questions" if number % 2 else None,
                "questions": [
                    {"name": "What brings you here?", "type": "text", "required": True},
                    {"name": "History", "type": "paragraph", "required": False},
                    {"name": "When did it start?", "type": "date", "required": False},
                    {
                        "name": "Have you ever had",
                        "type": "checkboxes",
                        "required": bool(number % 2),
                        "answers": [{"value": "Surgery"}, {"value": "Cancer"}],
                        "other": {"enabled": True},
                    },
                    {
                        "name": "Smoker?",
                        "type": "radiobuttons",
                        "required": False,
                        "answers": [{"value": "Yes"}, {"value": "No"}],
                        "other": {"enabled": False},
                    },
                ],
            },
            {"name": "Consent", "questions": [{"name": "Sign here", "type": "signature", "required": number == 1}]},
        ][: 1 + number % 3]
    }


def note_content(maker: Maker, variant: str) -> dict[str, Any] | None:
    """Makes the content of a treatment note.

    Args:
        maker: The clinic's maker.
        variant: `"null"`, `"empty"`, `"charts"`, `"unanswered"`, `"short"` or `"full"`.

    Returns:
        Sections with questions and answers as the API returns them, `selected: false` included, or None.
    """
    if variant == "null":
        return None
    if variant == "empty":
        return {"sections": []}
    complaint = maker.turn("complaints", words.COMPLAINTS)
    paragraph = maker.turn("paragraphs", PARAGRAPHS).format(complaint=escape(complaint, quote=False))
    subjective: dict[str, Any] = {
        "name": "Subjective",
        "description": maker.turn("descriptions", (None, "", "What the patient says", "Ask <first>")),
        "questions": [
            {"name": "Presenting complaint", "type": "text", "answer": complaint},
            {"name": "History", "type": "paragraph", "answer": paragraph},
        ],
    }
    if variant == "short":
        return {"sections": [subjective]}
    chart = {"name": "Body chart", "type": "bodycharts", "body_chart_ids": [str(maker.random.getrandbits(60))]}
    if variant == "charts":
        return {"sections": [{"name": "Chart", "questions": [chart]}, subjective]}
    answered = variant == "full"
    return {
        "sections": [
            subjective,
            {
                "name": maker.turn("section names", (None, "Objective", "Objektiv – 客観", "")),
                "questions": [
                    chart,
                    {"name": "Date of injury", "type": "date", "answer": str(maker.day(-400, -1)) if answered else ""},
                    {
                        "name": "Free words",
                        "type": "text",
                        "answer": maker.turn("words", words.COMPLAINTS) if answered else None,
                    },
                    {
                        "name": "Tests",
                        "type": "checkboxes",
                        "answers": _choices("SLR", "Slump", "<Faber> & co", selected=(0, 2) if answered else ()),
                        "other": {"enabled": True, "selected": answered, "value": "Thessaly 20°" if answered else ""},
                    },
                    {
                        "name": "Side",
                        "type": "radiobuttons",
                        "answers": _choices("Left", "Right", selected=(1,) if answered else (), explicit=not answered),
                        "other": {"enabled": False, "selected": False, "value": ""},
                    },
                    {"name": "Nothing offered", "type": "checkboxes", "answers": []},
                ],
            },
            {"name": "Plan", "description": "d" * 300, "questions": []},
        ]
    }


def form_content(
    maker: Maker,
    *,
    answered: bool,
    long: bool = False,
    connected: bool = False,
    required_left: bool = False,
    signature_id: str | None = None,
) -> dict[str, Any]:
    """Makes the content of a patient form.

    Args:
        maker: The clinic's maker.
        answered: Whether the patient filled it in.
        long: Whether an answer has some thousand characters.
        connected: Whether questions that fill in the patient's own fields are among them.
        required_left: Whether a required question was left without an answer.
        signature_id: The signature under it.

    Returns:
        Sections with questions and answers as the API returns them.
    """
    complaint = maker.turn("complaints", words.COMPLAINTS)
    story = STORIES[maker.number("stories") % len(STORIES)].format(complaint=escape(complaint, quote=False))
    history = story * (60 if long else 1)
    questions: list[dict[str, Any]] = [
        {"name": "What brings you here?", "type": "text", "required": True, "answer": complaint if answered else ""},
        {"name": "History", "type": "paragraph", "required": False, "answer": history if answered else None},
        {
            "name": "When did it start?",
            "type": "date",
            "required": False,
            "answer": str(maker.day(-900, -1)) if answered else "",
        },
        {
            "name": "Have you ever had",
            "type": "checkboxes",
            "required": False,
            "answers": _choices("Surgery", "Cancer", "Herz-OP", selected=(0,) if answered else ()),
            "other": {"enabled": True, "selected": answered, "value": "Gout 🦶" if answered else ""},
        },
        {
            "name": "Smoker?",
            "type": "radiobuttons",
            "required": answered,
            "answers": _choices("Yes", "No", selected=(1,) if answered else ()),
        },
    ]
    if connected:
        questions += _connected_questions(maker)
    if required_left:
        questions.append({"name": "Added later, required", "type": "text", "required": True, "answer": ""})
    sections: list[dict[str, Any]] = [
        {"name": "About you", "description": "Tell us <everything>", "questions": questions}
    ]
    if signature_id is not None:
        sections.append(
            {
                "name": maker.turn("consent section", (None, "Consent")),
                "questions": [
                    {"name": "Sign here", "type": "signature", "required": True, "signature_id": signature_id}
                ],
            }
        )
    return {"sections": sections}


def _connected_questions(maker: Maker) -> list[dict[str, Any]]:
    place = maker.turn("form addresses", words.CITIES)
    return [
        {
            "name": "Your name",
            "type": "full_name",
            "required": True,
            "patient_field_connection": "full_name",
            "options": {"title_enabled": True, "preferred_first_name_enabled": False},
            "answer": {"title": "Mx", "first_name": "Żaba", "last_name": "O'Form", "preferred_first_name": ""},
        },
        {
            "name": "Your address",
            "type": "address",
            "required": False,
            "patient_field_connection": "address",
            "answer": {"address_1": "1 Form Street", "city": place[0], "state": place[1], "country_code": place[3]},
        },
        {
            "name": "Your phones",
            "type": "phone",
            "required": False,
            "patient_field_connection": "phone",
            "answer": [{"phone_type": "Mobile", "number": "0400 111 222"}, {"phone_type": "Fax", "number": "5550 1"}],
        },
        {
            "name": "Your pronouns",
            "type": "pronouns",
            "required": False,
            "patient_field_connection": "pronouns",
            "answer": {
                "nominative": "they",
                "accusative": "them",
                "pronominal_possessive": "their",
                "predicative_possessive": "theirs",
                "reflexive": "themself",
            },
        },
        {
            "name": "Sex",
            "type": "select",
            "required": False,
            "patient_field_connection": "sex",
            "options": ["Female", "Male", "Other"],
            "other": {"enabled": True, "label": "In your words"},
            "answer": "Other",
        },
    ]


def signature_image(maker: Maker, *, drawn: bool) -> str:
    """Makes the image of a signature.

    Args:
        maker: The clinic's maker.
        drawn: True for an SVG drawing within 500 by 500 pixels, False for a PNG picture, which no API takes.

    Returns:
        A data URI.
    """
    if drawn:
        svg = SVG_SIGNATURE.format(height=maker.random.randint(100, 400), x=maker.random.randint(150, 290))
        return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + maker.random.randbytes(64)).decode()
