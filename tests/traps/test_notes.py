"""Treatment notes: what the API gives can't be sent back to it as it is."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from clinikomigrate import Blocked, Cliniko, ClinikoSink, Transfer
from tests.traps.clinic import Clinic, Row, in_words, losses, questions


def content(*asked: Row, **section: Any) -> Row:
    """Makes content of one section."""
    return {"sections": [{"name": "Findings", "questions": list(asked), **section}]}


def copied(clinic: Clinic, *asked: Row, **section: Any) -> list[Row]:
    """Moves a note with some questions and gives the copy's, without the one that is added."""
    clinic.note(clinic.patient(), content=content(*asked, **section))
    clinic.move()
    return questions(clinic.only("treatment_notes"))[:-1]


def test_title_is_compulsory(clinic: Clinic) -> None:
    """A note from the time before there were titles gets its template's name, since the API refuses a blank one."""
    template = clinic.add("treatment_note_templates", name="Knee assessment", content=content())
    clinic.note(clinic.patient(), title="", treatment_note_template_id=template)
    clinic.move()

    assert "Knee assessment" == clinic.only("treatment_notes")["title"]


def test_title_without_a_template(clinic: Clinic) -> None:
    """A note without title and template gets a title of its own."""
    clinic.note(clinic.patient(), title="")
    clinic.move()

    assert "Treatment note" == clinic.only("treatment_notes")["title"]


@pytest.mark.parametrize("draft", [True, False])
def test_draft_is_compulsory(clinic: Clinic, draft: bool) -> None:
    """Whether a note is a draft is always said, and in the request that makes it: a finalised note is locked."""
    clinic.note(clinic.patient(), draft=draft)
    clinic.move()

    assert draft is clinic.only("treatment_notes")["draft"]
    assert [draft] == [body["draft"] for body in clinic.bodies("POST", "/v1/treatment_notes")]
    assert [] == [each for each in clinic.destination.log if each.method == "PATCH" and "treatment_notes" in each.path]


def test_author_is_the_keys_owner(clinic: Clinic) -> None:
    """The API makes the key's owner the author, so the note says who wrote it, and it is counted as a loss."""
    user = clinic.add("users", first_name="Theo", last_name="Therapist")
    theo = clinic.add("practitioners", user_id=user)
    clinic.note(clinic.patient(), practitioner_id=theo)
    report = clinic.move()
    copy = clinic.only("treatment_notes")

    assert "Theo Therapist" in in_words(copy)
    assert "practitioner_id" not in clinic.bodies("POST", "/v1/treatment_notes")[0]
    assert "author_name" in losses(report, "treatment_notes")


def test_author_of_whom_only_the_name_is_left(clinic: Clinic) -> None:
    """An author's name stands in the copy, whoever the practitioner is now."""
    clinic.note(clinic.patient(), author_name="Dr Past Person")
    clinic.move()

    assert "Dr Past Person" in in_words(clinic.only("treatment_notes"))


def test_dates_are_said_in_words(clinic: Clinic) -> None:
    """When a note was written and finalised is said in its account's time, and counted as a loss."""
    clinic.note(clinic.patient(), created_at="2021-07-01T23:30:00Z", finalized_at="2021-07-05T00:00:00Z")
    report = clinic.move()
    said = in_words(clinic.only("treatment_notes"))

    assert "2 July 2021, 09:30" in said
    assert "5 July 2021, 10:00" in said
    assert {"created_at", "finalized_at"} <= losses(report, "treatment_notes")


def test_pins_are_lost(clinic: Clinic) -> None:
    """The API can't pin a note; the copy says that its original was, and it is counted as a loss."""
    clinic.note(clinic.patient(), pinned_at="2024-01-01T00:00:00Z")
    report = clinic.move()

    assert "Pinned" in in_words(clinic.only("treatment_notes"))
    assert "pinned_at" in losses(report, "treatment_notes")


def test_selected_false_is_not_sent(clinic: Clinic) -> None:
    """Options that aren't ticked are read as `selected: false`, which the API refuses; ticks are kept."""
    options = [{"value": "Left", "selected": True}, {"value": "Right", "selected": False}]
    other = {"enabled": True, "selected": False, "value": ""}
    (question,) = copied(clinic, {"name": "Side", "type": "checkboxes", "answers": options, "other": other})

    assert [{"value": "Left", "selected": True}, {"value": "Right"}] == question["answers"]
    assert "selected" not in question["other"]


def test_other_is_kept_with_its_words(clinic: Clinic) -> None:
    """An answer in one's own words beside the options is kept."""
    options = [{"value": "Left", "selected": False}]
    other = {"enabled": True, "selected": True, "value": "Both"}
    (question,) = copied(clinic, {"name": "Side", "type": "radiobuttons", "answers": options, "other": other})

    assert {"enabled": True, "selected": True, "value": "Both"} == question["other"]


def test_other_that_is_no_longer_enabled_stays_selected(clinic: Clinic) -> None:
    """Own words that were chosen where they can't be any more are kept, by enabling them."""
    other = {"enabled": False, "selected": True, "value": "Both"}
    (question,) = copied(clinic, {"name": "Side", "type": "checkboxes", "answers": [{"value": "Left"}], "other": other})

    assert ("Both", True, True) == tuple(question["other"][name] for name in ("value", "selected", "enabled"))


def test_two_radio_buttons_become_checkboxes(clinic: Clinic) -> None:
    """A question whose two radio buttons are ticked, which the API refuses, keeps both as checkboxes."""
    options = [{"value": "Left", "selected": True}, {"value": "Right", "selected": True}]
    (question,) = copied(clinic, {"name": "Side", "type": "radiobuttons", "answers": options})

    assert ("checkboxes", options) == (question["type"], question["answers"])


def test_blank_answers_are_left_out(clinic: Clinic) -> None:
    """Empty answers and empty lists of options are refused; the questions stay."""
    asked = (
        {"name": "Pain", "type": "text", "answer": ""},
        {"name": "Story", "type": "paragraph", "answer": None},
        {"name": "Since", "type": "date", "answer": ""},
        {"name": "Side", "type": "checkboxes", "answers": []},
    )
    found = copied(clinic, *asked)

    assert [{"name": each["name"], "type": each["type"]} for each in asked] == found


def test_null_names_are_left_out(clinic: Clinic) -> None:
    """Null names and descriptions of sections are refused, so they are left out."""
    found = copied(clinic, {"name": "Pain", "type": "text", "answer": "Mild"}, name=None, description=None)
    section = clinic.only("treatment_notes")["content"]["sections"][0]

    assert ["Mild"] == [each["answer"] for each in found]
    assert {"questions"} == set(section)


def test_sections_without_questions_go_without_a_list(clinic: Clinic) -> None:
    """An empty list of questions is refused; a section that only says something keeps its description."""
    assert [] == copied(clinic, description="See the letter")
    section = clinic.only("treatment_notes")["content"]["sections"][0]

    assert {"name": "Findings", "description": "See the letter"} == section


@pytest.mark.parametrize("empty", [None, {"sections": []}, {"sections": None}, {}])
def test_notes_without_sections_arrive(clinic: Clinic, empty: object) -> None:
    """A note without content arrives, with nothing but what is said about its original."""
    clinic.note(clinic.patient(), content=empty)
    clinic.move()

    assert 1 == len(questions(clinic.only("treatment_notes")))


def test_long_names_are_cut(clinic: Clinic) -> None:
    """A question's name of more than 255 characters is cut, and that is a loss."""
    clinic.note(clinic.patient(), content=content({"name": "n" * 300, "type": "text", "answer": "Yes"}))
    report = clinic.move()

    assert 255 == len(questions(clinic.only("treatment_notes"))[0]["name"])
    assert "content" in losses(report, "treatment_notes")


def test_body_charts_are_named_as_missing(clinic: Clinic) -> None:
    """Body charts can't be written: the copy says that there is one in the original, and it is a loss."""
    chart = {"name": "Where", "type": "bodycharts", "body_chart_ids": ["1"]}
    clinic.note(clinic.patient(), content=content(chart, {"name": "Pain", "type": "text", "answer": "Mild"}))
    report = clinic.move()
    copy = clinic.only("treatment_notes")

    assert ["Mild"] == [question["answer"] for question in questions(copy)[:-1]]
    assert "1 body chart" in in_words(copy)
    assert "content" in losses(report, "treatment_notes")


def test_allowed_html_is_not_changed(clinic: Clinic) -> None:
    """HTML that the API keeps arrives as it was."""
    text = "<p>Pain <b>since</b> <i>May</i></p><ul><li>knee</li></ul><blockquote>“ouch”</blockquote><h1>Plan</h1>"
    (question,) = copied(clinic, {"name": "Story", "type": "paragraph", "answer": text})

    assert text == question["answer"]


def test_other_html_keeps_its_text(clinic: Clinic) -> None:
    """Tags that the API takes out in silence give way to those that it keeps; no text is lost, and it is a loss."""
    text = "<table><tr><td>Left</td><td>5/5</td></tr></table><strong>Weak</strong><h4>Plan</h4>"
    clinic.note(clinic.patient(), content=content({"name": "Story", "type": "paragraph", "answer": text}))
    report = clinic.move()
    answer = questions(clinic.only("treatment_notes"))[0]["answer"]

    assert "Left 5/5" in answer
    assert "<b>Weak</b>" in answer
    assert "Plan" in answer
    assert "content" in losses(report, "treatment_notes")


def test_line_breaks_become_tags(clinic: Clinic) -> None:
    """Bare line breaks, which the API strips so that words run together, become tags."""
    (question,) = copied(clinic, {"name": "Story", "type": "paragraph", "answer": "Knee\nHip\r\nBack\tpain"})

    assert "Knee<br>Hip<br>Back pain" == question["answer"]


def test_bare_angle_brackets_are_escaped(clinic: Clinic) -> None:
    """A bare `<` that somebody wrote as a sign is kept as one, with all that follows it."""
    (question,) = copied(clinic, {"name": "Story", "type": "paragraph", "answer": "Flexion <90 and pain <b>7</b>"})

    assert "Flexion &lt;90 and pain <b>7</b>" == question["answer"]


def test_every_answer_is_taken_as_it_was_sent(clinic: Clinic) -> None:
    """The API keeps each paragraph as it was sent: nothing is taken out afterwards."""
    texts = [
        "<p>a</p>\n<p>b</p>",
        "a < b > c",
        "<script>x()</script>ok",
        "<a href='https://a.example'>l</a>",
        "&nbsp;x",
    ]
    asked = [{"name": str(number), "type": "paragraph", "answer": text} for number, text in enumerate(texts)]
    clinic.note(clinic.patient(), content=content(*asked))
    clinic.move()
    sent, kept = (
        [unescape(question["answer"]).replace("'", '"') for question in questions(note)]
        for note in (clinic.bodies("POST", "/v1/treatment_notes")[0], clinic.only("treatment_notes"))
    )

    assert sent == kept


def test_unknown_question_types_keep_their_answer(clinic: Clinic) -> None:
    """A question of a type that can't be written keeps its answer in words."""
    (question,) = copied(clinic, {"name": "Range", "type": "slider", "answer": "7"})

    assert ("text", "7") == (question["type"], question["answer"])


def test_content_is_an_object(clinic: Clinic) -> None:
    """Content is sent as an object; old documents send text, which makes the API fail."""
    clinic.note(clinic.patient(), content=content({"name": "Pain", "type": "text", "answer": "Mild"}))
    clinic.move()

    assert isinstance(clinic.bodies("POST", "/v1/treatment_notes")[0]["content"], dict)


def test_group_notes_belong_to_an_attendee(clinic: Clinic) -> None:
    """A note from a class is linked to the class and to the patient's seat in it."""
    patient = clinic.patient()
    lesson = clinic.lesson()
    seat = clinic.seat(lesson, patient)
    clinic.note(patient, booking_id=lesson, attendee_id=seat)
    clinic.move()
    copy = clinic.only("treatment_notes")

    assert clinic.only("group_appointments")["id"] == copy["booking_id"]
    assert clinic.only("attendees")["id"] == copy["attendee_id"]


def test_notes_of_a_patients_namesake_stay_apart(clinic: Clinic) -> None:
    """Two notes that are alike arrive as two."""
    patient = clinic.patient()
    clinic.note(patient)
    clinic.note(patient)
    clinic.move()

    assert 2 == len(clinic.arrived("treatment_notes"))


def test_archived_notes_arrive_archived(clinic: Clinic) -> None:
    """An archived note is written, and archived at the end."""
    clinic.note(clinic.patient(), archived_at="2024-05-01T00:00:00Z")
    clinic.move()

    assert None is not clinic.only("treatment_notes")["archived_at"]


def test_key_of_no_practitioner_is_refused_before_anything_is_written(clinic: Clinic) -> None:
    """A key whose owner is no practitioner, which gets an empty 403 for each note, blocks the run."""
    clinic.note(clinic.patient())
    clerk = clinic.destination.add("users", first_name="Cleo", last_name="Clerk", role="administrator")
    key = clinic.destination.key_for(clerk)
    theirs = Cliniko(key, app_name="Acme", contact_email="dev@acme.example", clock=clinic.source.clock)
    with clinic.source.in_process(), clinic.destination.in_process():
        sink = ClinikoSink(theirs)
        with pytest.raises(Blocked, match="no active practitioner") as raised:
            Transfer(clinic.reader(), sink, journal=clinic.journal).run()

    assert ["destination-practitioner"] == [finding.code for finding in raised.value.findings]
    assert [] == [each for each in clinic.destination.log if each.method != "GET"]
