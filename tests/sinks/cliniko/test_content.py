"""The content of notes, forms and templates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinikomigrate.client.converter import structure, unstructure
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko import content, words
from clinikomigrate.sinks.reasons import CUT
from clinikomigrate.testing.rules.content import FORM_TYPES, NOTE_TEMPLATE_TYPES, NOTE_TYPES, checked
from clinikomigrate.testing.rules.content import Grammar as Rules
from clinikomigrate.transfer.mapper import Fetch

API = {
    content.NOTE: Rules(NOTE_TYPES, answers=True, form=False),
    content.NOTE_TEMPLATE: Rules(NOTE_TEMPLATE_TYPES, answers=False, form=False),
    content.FORM: Rules(FORM_TYPES, answers=True, form=True, longest_answer=10_000),
    content.FORM_TEMPLATE: Rules(FORM_TYPES, answers=False, form=True),
}
"""What the simulated API takes, for each kind of content."""


def read(*questions: dict[str, Any], **section: Any) -> m.Content:
    """Makes content as the API gives it."""
    body = {"sections": [{"name": "Today", **section, "questions": list(questions)}]}
    return structure(m.Content, body, where="GET /somewhere")


def cleaned(question: dict[str, Any], grammar: content.Grammar = content.NOTE) -> list[dict[str, Any]]:
    """Cleans a question and gives what is sent for it."""
    return sent(content.clean(read(question), grammar))


def sent(result: content.Cleaned) -> list[dict[str, Any]]:
    """Gives the questions that are sent."""
    assert result.content is not None
    sections: Any = unstructure(result.content)["sections"]
    return [question for section in sections for question in section.get("questions", ())]


def reasons(question: dict[str, Any], grammar: content.Grammar = content.NOTE) -> list[str]:
    """Gives the reasons of what a question loses."""
    result = content.clean(read(question), grammar)
    assert {loss.field for loss in result.losses} <= {"content"}
    return [loss.reason for loss in result.losses]


def test_what_was_read_is_no_valid_input_until_selected_false_is_gone() -> None:
    """Only ticked options say so; empty own words and lists are left out."""
    ticked = {"value": "SLR", "selected": True}
    question = {
        "name": "Tests",
        "type": "checkboxes",
        "answers": [ticked, {"value": "Slump", "selected": False}],
        "other": {"enabled": False, "selected": False, "value": ""},
    }

    assert [
        {
            "name": "Tests",
            "type": "checkboxes",
            "answers": [ticked, {"value": "Slump"}],
            "other": {"enabled": False},
        }
    ] == cleaned(question)
    assert cleaned({"name": "None", "type": "checkboxes", "answers": []}) == [{"name": "None", "type": "checkboxes"}]
    assert reasons(question) == []


def test_null_names_and_empty_answers_are_left_out() -> None:
    """The API refuses null where it allows nothing at all; a question keeps a name, be it blank."""
    body = read(
        {"name": None, "type": "text", "answer": ""},
        {"name": "When", "type": "date", "answer": None},
        {"name": "Words", "type": "text", "answer": " "},
        name=None,
        description="",
    )
    result = content.clean(body, content.NOTE)

    assert sent(result) == [
        {"name": "", "type": "text"},
        {"name": "When", "type": "date"},
        {"name": "Words", "type": "text"},
    ]
    assert result.content is not None
    assert result.content.sections
    assert (UNSET, UNSET) == (result.content.sections[0].name, result.content.sections[0].description)


@pytest.mark.parametrize("body", [None, m.Content(), m.Content(sections=()), m.Content(sections=(m.Section(),))])
def test_content_without_sections_is_none(body: m.Content | None) -> None:
    """Empty lists are refused, and an empty section says nothing."""
    assert content.clean(body, content.NOTE) == content.Cleaned(None)


def test_a_section_without_questions_is_kept() -> None:
    """Its title and description say something."""
    result = content.clean(read(description="Next steps"), content.NOTE)

    assert result.content == m.Content(sections=(m.Section(name="Today", description="Next steps"),))


def test_body_charts_are_left_out_of_notes_and_counted() -> None:
    """Their drawings can't be read; in templates they are only a kind of question."""
    chart = {"name": "Body chart", "type": "bodycharts", "body_chart_ids": ["1"]}
    result = content.clean(read(chart, {"name": "How?", "type": "text", "answer": "Well"}), content.NOTE)

    assert [question["name"] for question in sent(result)] == ["How?"]
    assert result.body_charts == 1
    assert [loss.reason for loss in result.losses] == [content.BODY_CHART]
    assert cleaned(chart, content.NOTE_TEMPLATE) == [{"name": "Body chart", "type": "bodycharts"}]


@pytest.mark.parametrize("grammar", API)
def test_paragraphs_lose_only_formatting(grammar: content.Grammar) -> None:
    """HTML that the API would drop is replaced; plain line breaks become tags; in forms as in notes."""
    bold = {"name": "History", "type": "paragraph", "answer": "<strong>Back</strong>\npain"}

    assert cleaned(bold, grammar) == [{"name": "History", "type": "paragraph", "answer": "<b>Back</b><br>pain"}]
    assert reasons(bold, grammar) == [content.FORMATTING]
    assert cleaned({"name": "", "type": "paragraph", "answer": "<!-- nothing -->"}, grammar) == [
        {"name": "", "type": "paragraph"}
    ]


def test_more_than_one_ticked_radio_button_becomes_checkboxes() -> None:
    """The API takes one at most, and none of the answers is to be lost."""
    both = {
        "name": "Side",
        "type": "radiobuttons",
        "answers": [{"value": "Left", "selected": True}],
        "other": {"enabled": False, "selected": True, "value": "Right"},
    }
    (question,) = cleaned(both)

    assert question["type"] == "checkboxes"
    assert question["other"] == {"enabled": True, "selected": True, "value": "Right"}
    assert reasons(both) == [content.SEVERAL_TICKED]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"name": "Sketch", "type": "drawing", "answer": "a knee"}, content.QUESTION_TYPE),
        ({"name": "When", "type": "date", "answer": "last week"}, content.ANSWER_SHAPE),
        ({"name": "Who", "type": "full_name", "answer": {"first_name": "Ada"}}, content.QUESTION_TYPE),
    ],
)
def test_answers_that_their_question_can_not_have_become_text(question: dict[str, Any], expected: str) -> None:
    """The words stay, in a question that takes them."""
    (text,) = cleaned(question)

    assert (text["type"], text["name"]) == ("text", question["name"])
    assert text["answer"] in ("a knee", "last week", "first_name: Ada")
    assert reasons(question) == [expected]


def test_unknown_questions_without_an_answer_keep_their_name() -> None:
    """Nothing was said, so nothing is made up."""
    assert cleaned({"name": "Sketch", "type": "drawing"}) == [{"name": "Sketch", "type": "text"}]
    assert cleaned({"name": "Sketch", "type": "drawing", "answer": "x"}, content.NOTE_TEMPLATE) == [
        {"name": "Sketch", "type": "text"}
    ]


def test_templates_keep_the_answers_of_paragraphs_only() -> None:
    """That is what the API takes in templates; what else was there is counted."""
    template = content.NOTE_TEMPLATE
    text = {"name": "How?", "type": "text", "answer": "Well"}
    other = {"enabled": True, "selected": True, "value": "x"}
    boxes = {"name": "B", "type": "checkboxes", "answers": [{"value": "1", "selected": True}], "other": other}

    assert cleaned({"name": "H", "type": "paragraph", "answer": "<p>a</p>"}, template)[0]["answer"] == "<p>a</p>"
    assert cleaned(text, template) == [{"name": "How?", "type": "text"}]
    assert reasons(text, template) == [content.NOT_IN_TEMPLATES]
    assert cleaned(boxes, template) == [
        {"name": "B", "type": "checkboxes", "answers": [{"value": "1"}], "other": {"enabled": True}}
    ]


def test_an_answer_beside_the_options_of_a_question_is_counted() -> None:
    """It has no place there, in records as in templates."""
    question = {"name": "B", "type": "checkboxes", "answer": "stray", "answers": [{"value": "1"}]}

    assert reasons(question) == [content.ANSWER_SHAPE]
    assert reasons(question, content.FORM_TEMPLATE) == [content.NOT_IN_TEMPLATES]


def test_over_long_names_and_labels_are_cut_and_counted() -> None:
    """The API takes 255 characters."""
    long = "n" * 300
    question = {
        "name": long,
        "type": "checkboxes",
        "answers": [{"value": long, "selected": None}, {"selected": True}],
        "other": {"enabled": True, "selected": None, "value": long},
    }
    (kept,) = cleaned(question)

    assert {len(kept["name"]), len(kept["answers"][0]["value"]), len(kept["other"]["value"])} == {255}
    assert kept["answers"][1] == {"selected": True}
    assert reasons(question) == [CUT] * 3


def test_over_long_answers_on_forms_are_continued_in_further_questions() -> None:
    """No answer is cut: the API takes 10,000 characters of each."""
    story = "s" * 10_000 + "t" * 10_000 + "u"
    first, second, third = cleaned(
        {"name": "Story", "type": "paragraph", "required": True, "answer": story}, content.FORM
    )

    assert story == first["answer"] + second["answer"] + third["answer"]
    assert (first["name"], second["name"]) == ("Story", "Story (continued)")
    assert (first.get("required"), second.get("required")) == (True, None)
    assert cleaned({"name": "Story", "type": "paragraph", "answer": story})[0]["answer"] == story


def test_over_long_paragraphs_are_divided_between_their_tags() -> None:
    """Each question's answer is whole HTML."""
    answer = f"<p>{'a' * 9990}<b>bold</b></p>"
    first, second = cleaned({"name": "Story", "type": "paragraph", "answer": answer}, content.FORM)

    assert (first["answer"], second["answer"]) == (f"<p>{'a' * 9990}</p>", "<p><b>bold</b></p>")


def test_content_can_be_continued_for_accounts_that_take_less() -> None:
    """Older accounts take 255 characters of an answer; only words can be continued."""
    date = {"name": "When", "type": "date", "answer": "2024-03-14"}
    body = content.clean(read({"name": "Story", "type": "text", "answer": "s" * 600}, date), content.FORM).content
    empty = m.Content(sections=(m.Section(name="Empty"),))
    assert body is not None

    assert [len(each["answer"]) for each in sent(content.Cleaned(content.continued(body, 255)))] == [255, 255, 90, 10]
    assert [len(each["answer"]) for each in sent(content.Cleaned(content.continued(body, 5)))] == [5] * 120 + [10]
    assert content.continued(empty, 255) == empty
    assert content.continued(m.Content(), 255) == m.Content(sections=())


def test_null_required_is_left_out() -> None:
    """The API refuses it; in notes there is no such thing."""
    question = {"name": "How?", "type": "text", "required": None}

    assert cleaned(question, content.FORM) == [{"name": "How?", "type": "text"}]
    assert cleaned({**question, "required": True}, content.FORM)[0]["required"] is True
    assert "required" not in cleaned({**question, "required": True})[0]


def test_a_signature_is_sent_as_an_image_not_by_its_id() -> None:
    """The id means nothing in another account."""
    question = {"name": "Sign", "type": "signature", "required": True, "signature_id": "5"}
    fetch = Fetch("signature", (Ref("patient_forms", "1"), Ref("signatures", "5")))
    result = content.clean(read(question), content.FORM, signature=lambda _: fetch)
    assert result.content is not None
    assert result.content.sections
    assert result.content.sections[0].questions

    assert result.content.sections[0].questions[0] == m.Question(
        name="Sign",
        type="signature",
        required=True,
        signature=fetch,  # type: ignore[arg-type]  # the image is fetched when the form is sent
    )
    assert cleaned(question, content.FORM_TEMPLATE) == [{"name": "Sign", "type": "signature", "required": True}]


def test_questions_about_the_patient_keep_their_field() -> None:
    """The API refuses them without; it follows from the type where it is missing."""
    address = {"name": "Home", "type": "address", "answer": {"city": "Here", "state": ""}}
    sex = {
        "name": "Sex",
        "type": "select",
        "patient_field_connection": "sex",
        "options": ["Female", "Other"],
        "other": {"enabled": True, "label": "In your words"},
        "answer": "Other",
    }
    name = {
        "name": "Name",
        "type": "full_name",
        "options": {"title_enabled": True},
        "answer": {"first_name": "Ada", "last_name": "S"},
    }

    assert cleaned(address, content.FORM) == [
        {**address, "answer": {"city": "Here"}, "patient_field_connection": "address"}
    ]
    assert cleaned(sex, content.FORM) == [sex]
    assert cleaned(name, content.FORM) == [{**name, "patient_field_connection": "full_name"}]
    assert cleaned({"name": "Sex", "type": "select", "patient_field_connection": None}, content.FORM) == [
        {"name": "Sex", "type": "text"}
    ]
    assert cleaned({**sex, "other": None, "options": None}, content.FORM)[0]["options"] == []


def test_a_template_says_nothing_of_the_choices_about_a_patient() -> None:
    """The API takes none there; where the source has some, they are lost."""
    asked = {"name": "Sex", "type": "select", "required": True, "patient_field_connection": "sex"}
    choices: list[dict[str, Any]] = [{"options": ["Female"]}, {"other": {"enabled": True, "label": "In your words"}}]

    assert cleaned(asked, content.FORM_TEMPLATE) == [asked]
    assert reasons(asked, content.FORM_TEMPLATE) == []
    for offered in choices:
        assert cleaned({**asked, **offered}, content.FORM_TEMPLATE) == [asked]
        assert reasons({**asked, **offered}, content.FORM_TEMPLATE) == [content.NO_CHOICES]


def test_custom_fields_of_templates_are_those_of_the_destination() -> None:
    """Tokens differ from account to account; where there is no such field, the link is lost."""
    question = {"name": "GP", "type": "text", "custom_field_token": "here", "patient_field_connection": None}
    template = content.FORM_TEMPLATE
    found = content.clean(read(question), template, token={"here": "there"}.get)

    assert sent(found) == [{"name": "GP", "type": "text", "custom_field_token": "there"}]
    assert found.losses == ()
    assert cleaned(question, template) == [{"name": "GP", "type": "text"}]
    assert reasons(question, template) == [content.CONNECTION]


def test_a_filled_in_form_changes_nothing_of_the_patient() -> None:
    """Its answers went into the patient's fields long ago, and the patient's fields go by themselves."""
    question = {"name": "GP", "type": "text", "custom_field_token": "here", "patient_field_connection": "sex"}

    assert cleaned(question, content.FORM) == [{"name": "GP", "type": "text"}]
    assert reasons(question, content.FORM) == []
    assert cleaned(question, content.FORM_TEMPLATE)[0]["patient_field_connection"] == "sex"


@pytest.mark.parametrize("grammar", [content.NOTE, content.FORM])
def test_the_closing_section_comes_last_and_is_valid(grammar: content.Grammar) -> None:
    """In HTML; without other sections it stands alone."""
    body = content.clean(read({"name": "How?", "type": "text", "answer": "Well"}), grammar).content
    closed = content.closed_by(body, ["Written by <Amy>.", "Finalised."])
    alone = content.closed_by(None, ["Finalised."])
    assert closed.sections
    assert closed.sections[-1].questions

    assert closed.sections[-1].name == words.HEADING
    assert closed.sections[-1].questions[0].answer == "<p>Written by &lt;Amy&gt;.</p><p>Finalised.</p>"
    assert checked(unstructure(closed), API[grammar])
    assert checked(unstructure(alone), API[grammar])


BLANKS = st.sampled_from([None, "", " "])
TEXT = BLANKS | st.text(max_size=30) | st.sampled_from(["<b>x</b>", "<em>a</em>\nb", "x" * 300, "2024-03-14"])
OPTION = st.fixed_dictionaries({}, optional={"value": TEXT, "selected": st.sampled_from([None, True, False])})
OTHER = st.fixed_dictionaries(
    {},
    optional={
        "enabled": st.sampled_from([None, True, False]),
        "selected": st.sampled_from([None, True, False]),
        "value": TEXT,
        "label": TEXT.map(lambda text: text and text[:50]),
    },
)
ANSWER = (
    TEXT
    | st.just("y" * 10_001)
    | st.dictionaries(st.sampled_from(["first_name", "last_name", "city", "country_code", "nominative"]), TEXT)
    | st.lists(
        st.fixed_dictionaries({"number": TEXT, "phone_type": st.sampled_from(["Fax", "Home", None])}), max_size=2
    )
)
QUESTION = st.fixed_dictionaries(
    {"type": st.sampled_from([*FORM_TYPES, "bodycharts", "something new"])},
    optional={
        "name": TEXT,
        "required": st.sampled_from([None, True, False]),
        "answer": ANSWER,
        "answers": st.none() | st.lists(OPTION, max_size=3),
        "other": st.none() | OTHER,
        "options": st.none() | st.lists(st.text(max_size=5), max_size=2),
        "body_chart_ids": st.just(["1"]),
        "signature_id": st.none() | st.just("5"),
        "custom_field_token": st.none() | st.just("token"),
        "patient_field_connection": st.sampled_from([None, "sex", "address", "nonsense"]),
        "novelty": st.just("unheard of"),
    },
)
SECTION = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXT,
        "description": TEXT | st.just("d" * 12_000),
        "questions": st.none() | st.lists(QUESTION, max_size=4),
    },
)
CONTENT = st.fixed_dictionaries({}, optional={"sections": st.none() | st.lists(SECTION, max_size=3)})


@pytest.mark.parametrize("grammar", API, ids=["note", "note template", "form", "form template"])
@settings(max_examples=60, deadline=None)
@given(body=CONTENT)
def test_cleaned_content_is_taken_by_the_api(grammar: content.Grammar, body: dict[str, Any]) -> None:
    """Whatever was read: what is sent keeps every rule that is known, and cleaning it again changes nothing."""
    result = content.clean(structure(m.Content, body, where="GET /somewhere"), grammar)

    if result.content is not None:
        checked(unstructure(result.content), API[grammar])
        assert content.clean(result.content, grammar).content == result.content
