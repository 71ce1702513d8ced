"""Patient forms: like notes, but with required questions, signatures, and e-mails on completion."""

from __future__ import annotations

import base64

from clinikomigrate.sinks.cliniko.content import FORMATTING
from tests.traps.clinic import Clinic, Row, in_words, losses, questions

COMPLETED = "2024-03-10T01:00:00Z"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><path d="M0 0L9 9"/></svg>'


def image(svg: str = SVG) -> str:
    """Makes a signature's image as the API gives it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def signed(clinic: Clinic, svg: str = SVG, *, as_it_is: bool = False) -> str:
    """Puts a completed form with a signature into the source."""
    signature = clinic.add("signatures", image=svg if as_it_is else image(svg))
    asked = {"name": "Sign here", "type": "signature", "required": True, "signature_id": signature}
    form = clinic.form(clinic.patient(), asked, completed_at=COMPLETED)
    row = clinic.source.store.at("signatures", signature)
    clinic.source.store.change("signatures", row, patient_form_id=form)
    return form


def test_completed_form_is_stamped_anew(clinic: Clinic) -> None:
    """A completed form is completed in the copy too; when it really was is said in words, and is a loss."""
    clinic.form(clinic.patient(), {"name": "Pain", "type": "text", "answer": "Mild"}, completed_at=COMPLETED)
    report = clinic.move()
    copy = clinic.only("patient_forms")

    assert copy["completed_at"] not in (None, COMPLETED)
    assert "Completed on 10 March 2024, 12:00" in in_words(copy)
    assert "completed_at" in losses(report, "patient_forms")


def test_paragraphs_are_html(clinic: Clinic) -> None:
    """What the API would strip from a form's paragraph, as from a note's, is replaced by what it keeps."""
    answers = {
        "<div>Since <b>May</b> &amp; June, &lt;5 days</div>": "<div>Since <b>May</b> &amp; June, &lt;5 days</div>",
        "one\r\ntwo\nthree": "one<br>two<br>three",
        "<5 days & <strong>more</strong>": "&lt;5 days &amp; <b>more</b>",
    }
    asked = [{"name": "Story", "type": "paragraph", "answer": answer} for answer in answers]
    clinic.form(clinic.patient(), *asked, completed_at=COMPLETED)
    report = clinic.move()

    assert list(answers.values()) == [each["answer"] for each in questions(clinic.only("patient_forms"))[:-1]]
    assert 1 == sum(loss.reason == FORMATTING for loss in report.losses)


def test_what_is_said_of_a_form_stands_in_paragraphs(clinic: Clinic) -> None:
    """Line breaks that are no tags would be stripped, and glue one sentence to the other."""
    clinic.form(clinic.patient(), {"name": "Pain", "type": "text", "answer": "Mild"}, completed_at=COMPLETED)
    clinic.move()

    assert in_words(clinic.only("patient_forms")).startswith("<p>Completed on 10 March 2024, 12:00 (")
    assert ").</p><p>Made on " in in_words(clinic.only("patient_forms"))


def test_open_form_stays_open(clinic: Clinic) -> None:
    """A form that nobody filled in yet is not completed, and nothing is added to its questions."""
    clinic.form(clinic.patient(), {"name": "Pain", "type": "text", "required": True})
    clinic.move()
    copy = clinic.only("patient_forms")

    assert None is copy["completed_at"]
    assert ["Pain"] == [question["name"] for question in questions(copy)]


def test_unanswered_required_question_of_a_completed_form(clinic: Clinic) -> None:
    """A completed form with a required question that has no answer, which the API refuses, arrives open: a loss."""
    asked = {"name": "Pain", "type": "text", "required": True}
    clinic.form(clinic.patient(), asked, {"name": "Since", "type": "text", "answer": "May"}, completed_at=COMPLETED)
    report = clinic.move()
    copy = clinic.only("patient_forms")

    assert None is copy["completed_at"]
    assert "May" == questions(copy)[1]["answer"]
    assert "10 March 2024" in in_words(copy)
    assert "completed_at" in losses(report, "patient_forms")


def test_required_null_is_left_out(clinic: Clinic) -> None:
    """`required: null`, which is read and refused, is left out; true and false are kept."""
    asked = [{"name": str(value), "type": "text", "required": value} for value in (None, True, False)]
    clinic.form(clinic.patient(), *asked)
    clinic.move()

    assert [None, True, False] == [question.get("required") for question in questions(clinic.only("patient_forms"))]
    assert "required" not in questions(clinic.only("patient_forms"))[0]


def test_signatures_are_drawn_anew(clinic: Clinic) -> None:
    """A signature's id is valid in its own account only: the image is sent, and gets an id of the new account."""
    signed(clinic)
    clinic.move()
    (question, _) = questions(clinic.only("patient_forms"))
    signature = clinic.only("signatures")

    assert signature["id"] == question["signature_id"]
    assert image() == signature["image"]
    assert signature["id"] != clinic.source.rows("signatures")[0]["id"]


def test_signatures_in_another_form_are_drawn_anew(clinic: Clinic) -> None:
    """Nothing documents how an account gives a drawing: one that is no data URI is sent as one."""
    signed(clinic, as_it_is=True)
    report = clinic.move()

    assert image() == clinic.only("signatures")["image"]
    assert "signatures" not in losses(report, "patient_forms")
    assert None is not clinic.only("patient_forms")["completed_at"]


def test_signature_that_is_too_large(clinic: Clinic) -> None:
    """A form whose signature is larger than the API takes arrives all the same; the signature is a loss."""
    signed(clinic, SVG.replace("300", "900"))
    report = clinic.move()

    assert ["Sign here"] == [question["name"] for question in questions(clinic.only("patient_forms"))[:-1]]
    assert [] == clinic.arrived("signatures")
    assert "signatures" in losses(report, "patient_forms")


def test_form_template_does_not_overwrite_the_form(clinic: Clinic) -> None:
    """A form keeps the name and content that it has, not those that its template has now."""
    content = {"sections": [{"name": "New", "questions": [{"name": "New question", "type": "text"}]}]}
    template = clinic.add("patient_form_templates", name="New intake", content=content)
    asked = {"name": "Old question", "type": "text", "answer": "Yes"}
    clinic.form(clinic.patient(), asked, name="Old intake", patient_form_template_id=template)
    clinic.move()
    copy = clinic.only("patient_forms")

    assert "Old intake" == copy["name"]
    assert ["Old question"] == [question["name"] for question in questions(copy)]


def test_form_without_content_takes_nothing_from_a_template(clinic: Clinic) -> None:
    """A completed form without questions arrives with nothing but what is said about it."""
    clinic.add("patient_forms", patient_id=clinic.patient(), name="Empty", content=None, completed_at=COMPLETED)
    clinic.move()

    assert 1 == len(questions(clinic.only("patient_forms")))


def test_forms_are_never_e_mailed(clinic: Clinic) -> None:
    """A completed form that would be e-mailed on completion is not e-mailed, on its own account or its template's."""
    clinic.add("patient_form_templates", name="Intake", email_to_patient_on_completion=True)
    asked = {"name": "Pain", "type": "text", "answer": "Mild"}
    clinic.form(
        clinic.patient(email="ada@mail.example"), asked, completed_at=COMPLETED, email_to_patient_on_completion=True
    )
    report = clinic.move()

    assert [] == clinic.destination.outbox
    assert False is clinic.only("patient_forms")["email_to_patient_on_completion"]
    assert "email_to_patient_on_completion" in losses(report, "patient_forms")


def test_long_answers_go_on_in_further_questions(clinic: Clinic) -> None:
    """An answer longer than a form's question takes goes on in the next one: no character is lost."""
    said = "".join(f"line {number}, " for number in range(2000))
    clinic.form(clinic.patient(), {"name": "Story", "type": "paragraph", "answer": said}, completed_at=COMPLETED)
    clinic.move()
    parts = [question["answer"] for question in questions(clinic.only("patient_forms"))[:-1]]

    assert 1 < len(parts)
    assert said == "".join(parts)


def test_answers_that_say_nothing_are_left_out(clinic: Clinic) -> None:
    """Objects of blanks, blank texts and options that aren't ticked are no answers."""
    asked: list[Row] = [
        {"name": "Where", "type": "address", "patient_field_connection": "address", "answer": {"address_1": ""}},
        {"name": "Phone", "type": "phone", "patient_field_connection": "phone", "answer": []},
        {"name": "Side", "type": "checkboxes", "answers": [{"value": "Left", "selected": False}]},
    ]
    clinic.form(clinic.patient(), *asked)
    clinic.move()

    assert [None, None, None] == [question.get("answer") for question in questions(clinic.only("patient_forms"))]


def test_answers_about_the_patient_keep_their_shape(clinic: Clinic) -> None:
    """Answers that fill in fields of the patient arrive in the shape that their type has."""
    address = {"address_1": "1 High St", "city": "Carlton", "country_code": "AU"}
    asked: list[Row] = [
        {"name": "Where", "type": "address", "patient_field_connection": "address", "answer": address},
        {
            "name": "Phone",
            "type": "phone",
            "patient_field_connection": "phone",
            "answer": [{"number": "0400 000 000", "phone_type": "Mobile"}],
        },
        {
            "name": "Sex",
            "type": "select",
            "patient_field_connection": "sex",
            "options": ["F", "M"],
            "other": {"enabled": False},
            "answer": "F",
        },
    ]
    clinic.form(clinic.patient(), *asked, completed_at=COMPLETED)
    clinic.move()

    assert [each["answer"] for each in asked] == [
        question["answer"] for question in questions(clinic.only("patient_forms"))[:-1]
    ]


def test_forms_are_linked_to_their_attendee(clinic: Clinic) -> None:
    """A form is linked to the attendee; that it belongs to the booking follows."""
    patient = clinic.patient()
    visit = clinic.visit(patient)
    clinic.form(patient, attendee_id=clinic.attendee_of(visit))
    clinic.move()

    assert clinic.only("attendees")["id"] == clinic.only("patient_forms")["attendee_id"]


def test_open_forms_link_is_another(clinic: Clinic) -> None:
    """An open form's link works in the old account only, which is counted as a loss."""
    clinic.form(clinic.patient(), url="https://old-clinic.au1.cliniko.com/patient_forms/1")
    report = clinic.move()

    assert "url" in losses(report, "patient_forms")


def test_archived_forms_arrive_archived(clinic: Clinic) -> None:
    """An archived form arrives and is archived."""
    clinic.form(clinic.patient(), archived_at="2024-06-01T00:00:00Z")
    clinic.move()

    assert None is not clinic.only("patient_forms")["archived_at"]
