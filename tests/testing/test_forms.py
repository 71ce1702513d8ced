"""Patient forms, their templates and signatures."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import pytest

from clinikomigrate.testing.answers import BLANK
from clinikomigrate.testing.columns import Refused
from clinikomigrate.testing.rules.signature import check_image
from tests.testing.conftest import Clinic

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="150"><path d="M0 0L9 9"/></svg>'
IMAGE = "data:image/svg+xml;base64," + base64.b64encode(SVG.encode()).decode()


def _content(*questions: dict[str, Any]) -> dict[str, Any]:
    return {"sections": [{"name": "About you", "questions": list(questions)}]}


def _form(clinic: Clinic, *questions: dict[str, Any], **more: object) -> dict[str, object]:
    return {"name": "Intake", "patient_id": clinic.patient, "content": _content(*questions), **more}


FULL = (
    {"name": "Why", "type": "text", "required": True, "answer": "Knee"},
    {"name": "More", "type": "paragraph", "answer": "<i>as written</i>"},
    {"name": "When", "type": "date", "answer": "2024-01-02"},
    {"name": "Which", "type": "radiobuttons", "required": True, "answers": [{"value": "Left", "selected": True}]},
    {"name": "Where", "type": "address", "patient_field_connection": "address", "answer": {"city": "Perth"}},
    {
        "name": "Who",
        "type": "full_name",
        "patient_field_connection": "full_name",
        "options": {"title_enabled": True},
        "answer": {"first_name": "Ann", "last_name": "Lee"},
    },
    {
        "name": "Phone",
        "type": "phone",
        "patient_field_connection": "phone",
        "answer": [{"number": "0400", "phone_type": "Mobile"}],
    },
    {"name": "Sex", "type": "select", "patient_field_connection": "sex", "options": ["Female"], "answer": "Female"},
)


def test_form_is_kept_and_completed_now(clinic: Clinic) -> None:
    """A completed form keeps its answers as they are and is stamped with the present."""
    form = clinic.desk.post("/patient_forms", _form(clinic, *FULL, completed=True))

    assert _content(*FULL) == form["content"]
    assert "2025-03-03T00:00:00Z" == form["completed_at"]
    assert form["url"].endswith(f"/patient_forms/{form['id']}")
    clinic.fake.clock.sleep_until(60)
    again = clinic.desk.patch(f"/patient_forms/{form['id']}", {"completed": True, "name": "Renamed"})
    assert "2025-03-03T00:00:00Z" == again["completed_at"]


def test_paragraphs_are_cleaned_as_in_notes(clinic: Clinic) -> None:
    """Line breaks and tags that are not allowed are taken out without a word."""
    written = {"name": "More", "type": "paragraph", "answer": "<i>one\ntwo</i><span>three</span>"}
    form = clinic.desk.post("/patient_forms", _form(clinic, written))

    assert "<i>onetwo</i>three" == form["content"]["sections"][0]["questions"][0]["answer"]


def test_empty_form_is_refused_in_the_apis_words(clinic: Clinic) -> None:
    """A form needs name, patient and content; the error for the content is null."""
    assert {"name": BLANK, "patient": BLANK, "content": None} == clinic.desk.refused("/patient_forms", {})


def test_form_takes_what_its_template_gives(clinic: Clinic) -> None:
    """A template gives name, content and settings; what the form says itself counts more."""
    content = _content({"name": "Why", "type": "text", "required": True})
    template = clinic.desk.post(
        "/patient_form_templates", {"name": "Intake", "content": content, "restricted_to_practitioner": True}
    )
    form = clinic.desk.post(
        "/patient_forms", {"patient_id": clinic.patient, "patient_form_template_id": template["id"], "name": "Mine"}
    )

    assert ("Mine", content, True) == (form["name"], form["content"], form["restricted_to_practitioner"])
    assert ["content"] == list(
        clinic.desk.refused(
            "/patient_form_templates", {"name": "T", "content": _content({"name": "Q", "type": "text", "answer": "x"})}
        )
    )


def test_template_offers_no_choices_about_the_patient(clinic: Clinic) -> None:
    """A form's question about the patient's sex has choices; its template's has none."""
    asked = {"name": "Sex", "type": "select", "patient_field_connection": "sex"}
    path = "/patient_form_templates"

    assert clinic.desk.post(path, {"name": "T", "content": _content(asked)})["id"]
    for choices in ({"options": ["Female"]}, {"other": {"enabled": True}}):
        assert ["content"] == list(clinic.desk.refused(path, {"name": "T", "content": _content({**asked, **choices})}))


def test_completed_form_answers_what_is_required(clinic: Clinic) -> None:
    """A form can't be completed while a required question has no answer."""
    questions = ({"name": "Why", "type": "text", "required": True}, {"name": "More", "type": "text"})
    form = clinic.desk.post("/patient_forms", _form(clinic, *questions, completed=False))
    path = f"/patient_forms/{form['id']}"

    assert form["completed_at"] is None
    assert ["content"] == list(clinic.desk.refused(path, {"completed": True}, "PATCH"))
    answered = _content({**questions[0], "answer": "Knee"}, questions[1])
    assert clinic.desk.patch(path, {"completed": True, "content": answered})["completed_at"]
    empty = clinic.desk.post("/patient_forms", {**_form(clinic), "content": None, "completed": True})
    assert empty["completed_at"]


@pytest.mark.parametrize("asked", [True, False])
def test_completed_form_is_mailed_where_that_is_asked_for(clinic: Clinic, asked: bool) -> None:
    """Completing a form mails it to the patient where it is set to, also by its template."""
    template = clinic.fake.add(
        "patient_form_templates",
        name="T",
        content=_content({"name": "Q", "type": "text"}),
        email_to_patient_on_completion=True,
    )
    body: dict[str, object] = {
        "patient_id": clinic.patient,
        "patient_form_template_id": template,
        "completed": True,
        **({} if asked else {"email_to_patient_on_completion": False}),
    }
    clinic.desk.post("/patient_forms", body)

    assert ["patient_form"] * asked == [message.occasion for message in clinic.fake.outbox]


@pytest.mark.parametrize(
    "question",
    [
        {"name": "Q", "type": "text", "required": None},
        {"name": "Q", "type": "text", "answer": "x" * 10_001},
        {"name": "Q", "type": "bodycharts"},
        {"name": "Q", "type": "address"},
        {"name": "Q", "type": "address", "patient_field_connection": "phone"},
        {"name": "Q", "type": "address", "patient_field_connection": "address", "answer": {"city": 5}},
        {"name": "Q", "type": "address", "patient_field_connection": "address", "answer": {"country_code": "AUS"}},
        {"name": "Q", "type": "address", "patient_field_connection": "address", "answer": {"planet": "Earth"}},
        {"name": "Q", "type": "full_name", "patient_field_connection": "full_name", "answer": {"first_name": "Ann"}},
        {"name": "Q", "type": "phone", "patient_field_connection": "phone", "answer": []},
        {
            "name": "Q",
            "type": "phone",
            "patient_field_connection": "phone",
            "answer": [{"number": "1", "phone_type": "Car"}],
        },
        {"name": "Q", "type": "select", "patient_field_connection": "sex", "options": ["F"], "answer": ""},
        {"name": "Q", "type": "checkboxes", "answers": [{"value": "A", "selected": False}]},
        {"name": "Q", "type": "signature", "signature": "data:image/png;base64,AA=="},
        {"name": "Q", "type": "signature", "signature_id": "999"},
        {"name": "Q", "type": "signature", "signature_id": "abc"},
    ],
)
def test_wrong_question_is_refused(clinic: Clinic, question: dict[str, Any]) -> None:
    """Null for required, long answers, wrong connections and signatures of another form are refused."""
    assert ["content"] == list(clinic.desk.refused("/patient_forms", _form(clinic, question)))


def test_longest_answer_can_be_set(clinic: Clinic) -> None:
    """An account can be told to take short answers only, as older documentation says."""
    clinic.fake.longest_form_answer = 255
    question = {"name": "Q", "type": "paragraph", "answer": "x" * 256}

    assert ["content"] == list(clinic.desk.refused("/patient_forms", _form(clinic, question)))


def test_signature_gets_an_id(clinic: Clinic) -> None:
    """A signature is written as an image, reads as an id, and its image is read by that id."""
    question = {"name": "Sign", "type": "signature", "required": True}
    form = clinic.desk.post("/patient_forms", _form(clinic, {**question, "signature": IMAGE}, completed=True))
    kept = form["content"]["sections"][0]["questions"][0]
    path = f"/patient_forms/{form['id']}/signatures/{kept['signature_id']}"
    signature = clinic.desk.get(path)

    assert {*question, "signature_id"} == set(kept)
    assert IMAGE == signature["image"]
    assert signature["links"]["self"].endswith(path) == form["signatures"]["links"]["self"].endswith(path) is True
    clinic.desk.patch(f"/patient_forms/{form['id']}", {"content": form["content"]})
    assert 1 == len(clinic.fake.rows("signatures"))
    assert 404 == clinic.desk.ask("GET", f"/patient_forms/{form['id']}/signatures/999").status_code
    other = clinic.desk.post("/patient_forms", _form(clinic, question))
    assert "signatures" not in other
    assert ["content"] == list(
        clinic.desk.refused(f"/patient_forms/{other['id']}", {"content": form["content"]}, "PATCH")
    )
    assert ["content"] == list(
        clinic.desk.refused(f"/patient_forms/{other['id']}", {"completed": True, "name": "x"}, "PATCH")
    )


def test_form_belongs_to_its_attendees_patient(clinic: Clinic) -> None:
    """A form's attendee must be its patient's; the booking follows from the attendee."""
    other = clinic.fake.add("patients", first_name="Cy", last_name="Lee")
    clinic.fake.add("individual_appointments", **{**clinic.appointment(), "patient_id": other})
    booking = clinic.fake.add("individual_appointments", **clinic.appointment())
    attendees = {row["patient_id"]: row["id"] for row in clinic.fake.rows("attendees")}
    question = {"name": "Q", "type": "text"}

    assert ["attendee"] == list(
        clinic.desk.refused("/patient_forms", _form(clinic, question, attendee_id=attendees[other]))
    )
    form = clinic.desk.post("/patient_forms", _form(clinic, question, attendee_id=attendees[clinic.patient]))
    assert form["booking"]["links"]["self"].endswith(f"/bookings/{booking}")
    assert [form["id"]] == clinic.desk.ids(f"/attendees/{attendees[clinic.patient]}/patient_forms")


@pytest.mark.parametrize(
    "image",
    [
        IMAGE,
        "data:image/svg+xml;charset=utf-8," + quote(SVG),
        "data:image/svg+xml," + quote('<svg viewBox="0 0 500 500"></svg>'),
        "data:image/svg+xml," + quote("<svg width='10px' height='12.5px'/>"),
    ],
)
def test_good_signatures_are_taken(image: str) -> None:
    """An SVG image of at most 500 by 500 pixels is taken, in base64 or percent-encoded."""
    assert image == check_image(image)


@pytest.mark.parametrize(
    "image",
    [
        None,
        "<svg/>",
        "data:image/svg+xml;base64,???",
        "data:image/svg+xml," + quote("<p>no image</p>"),
        "data:image/svg+xml," + quote("<svg></svg>"),
        "data:image/svg+xml," + quote('<svg width="501" height="5"></svg>'),
        "data:image/svg+xml," + quote('<svg stroke-width="5" height="5"></svg>'),
    ],
)
def test_bad_signatures_are_refused(image: object) -> None:
    """What is no SVG image, has no size or a larger one is refused."""
    with pytest.raises(Refused):
        check_image(image)
