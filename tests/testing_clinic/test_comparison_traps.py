"""The comparison holds a copy against what the API's documented behaviour makes of a record."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from clinikomigrate.testing.empty import empty_destination
from clinikomigrate.testing.fake import FakeCliniko
from clinikomigrate.testing.log import LoggedRequest
from tests.comparison import differences, messages, source_writes
from tests.testing_clinic.altered import Altered, Shown
from tests.testing_clinic.copying import HandCopy

Pair = tuple[Shown, Shown]
Row = dict[str, Any]

WHEN = "2021-05-06T01:00:00Z"


class Scene:
    """Two accounts with one patient and all that one appointment needs, for one fact at a time."""

    def __init__(self, **patient: object) -> None:
        self.source = FakeCliniko()
        self.source.define_custom_fields({"Health": [("GP", "text"), ("Side", "radiobuttons", ["Left", "Right"])]})
        user = self.source.add("users", first_name="Amy", last_name="Ng", role="administrator")
        self.practitioner = self.source.add("practitioners", user_id=user)
        self.business = self.source.add("businesses", business_name="Northside")
        self.type = self.source.add("appointment_types", name="Standard")
        self.patient = self.source.add("patients", first_name="Ann", last_name="Other", **patient)

    def appointment(self, **more: object) -> str:
        """Adds an appointment of the patient."""
        return self.source.add(
            "individual_appointments",
            patient_id=self.patient,
            practitioner_id=self.practitioner,
            business_id=self.business,
            appointment_type_id=self.type,
            starts_at="2021-05-10T01:00:00Z",
            **more,
        )

    def note(self, questions: list[Row], **more: object) -> str:
        """Adds a note of the patient."""
        return self.source.add(
            "treatment_notes",
            patient_id=self.patient,
            practitioner_id=self.practitioner,
            author_name="Amy Ng",
            title="Note",
            draft=False,
            content={"sections": [{"name": "S", "questions": questions}]},
            created_at=WHEN,
            **more,
        )

    def copied(self) -> Altered:
        """Makes a correct copy that can be altered."""
        destination = empty_destination(self.source)
        HandCopy(self.source, destination).run()
        assert differences(self.source, destination) == []
        return Altered(Shown(destination))

    def found(self, destination: Altered) -> str:
        """Gives the differences as one text."""
        return "\n".join(differences(self.source, destination))


@pytest.mark.parametrize("accepted", [None, False])
def test_consent_is_never_widened(accepted: bool | None) -> None:
    """Who did not agree to SMS marketing must not be down as agreeing."""
    scene = Scene(accepted_sms_marketing=accepted)
    copied = scene.copied()

    assert "accepted_sms_marketing" in scene.found(
        copied.change("patients", copied.find("patients"), accepted_sms_marketing=True)
    )


@pytest.mark.parametrize("value", [None, False])
def test_no_consent_has_two_forms(value: bool | None) -> None:
    """For SMS, where only refusing can be written, no answer may become a refusal."""
    scene = Scene(accepted_sms_marketing=None)
    copied = scene.copied()

    assert scene.found(copied.change("patients", copied.find("patients"), accepted_sms_marketing=value)) == ""


def test_given_consent_is_kept() -> None:
    """Who agreed to SMS marketing must not be unsubscribed."""
    scene = Scene(accepted_sms_marketing=True)
    copied = scene.copied()

    assert "accepted_sms_marketing" in scene.found(
        copied.change("patients", copied.find("patients"), accepted_sms_marketing=False)
    )


@pytest.mark.parametrize("arrived", [True, False])
def test_nobody_is_marked(arrived: bool) -> None:
    """An appointment of which nobody said whether the patient came must stay so."""
    scene = Scene()
    scene.appointment()
    copied = scene.copied()

    assert "arrived" in scene.found(copied.change("attendees", copied.find("attendees"), arrived=arrived))


@pytest.mark.parametrize(("reason", "sent"), [(None, 50), (31, 30), (10, 10), (60, 60)])
def test_cancellation_reasons(reason: int | None, sent: int) -> None:
    """A cancellation without a reason becomes 50, one for COVID 30, any other stays."""
    scene = Scene()
    scene.appointment(cancelled_at=WHEN, cancellation_reason=reason, cancellation_note="ill")
    copied = scene.copied()
    row = copied.find("individual_appointments")

    assert sent == row["cancellation_reason"]
    assert "cancellation_reason" in scene.found(copied.change("individual_appointments", row, cancellation_reason=40))


@pytest.mark.parametrize(
    "note", ["ill", "cancelled on 2021-05-06. COVID-19", "ill, cancelled on 2021-05-06.", "ill. COVID-19 related", None]
)
def test_cancellation_notes(note: str | None) -> None:
    """The note keeps its words, and says when it was, and that it was for COVID where that can't be said otherwise."""
    scene = Scene()
    scene.appointment(cancelled_at=WHEN, cancellation_reason=31, cancellation_note="ill")
    copied = scene.copied()
    row = copied.find("individual_appointments")

    assert "cancellation_note" in scene.found(copied.change("individual_appointments", row, cancellation_note=note))


def test_not_cancelled_any_more() -> None:
    """A cancelled appointment must not stand in the diary again, nor another be cancelled."""
    scene = Scene()
    scene.appointment(cancelled_at=WHEN, cancellation_reason=10)
    copied = scene.copied()
    kind = "individual_appointments"

    assert "cancelled is False" in scene.found(copied.change(kind, copied.find(kind), cancelled_at=None))


@pytest.mark.parametrize(
    "day",
    ["2021-05-06", "06/05/2021", "6 May 2021", "6 MAY  2021", "May 6, 2021", "2021-05-05", "2021-05-06 11:00"],
)
def test_days_in_words(day: str) -> None:
    """A day can be written in any usual way, and by the local calendar."""
    scene = Scene()
    scene.note([], finalized_at=WHEN)
    copied = scene.copied()
    row = copied.find("treatment_notes")
    words = {"name": "From", "questions": [{"name": "Q", "type": "paragraph", "answer": f"<p>AMY  Ng, {day}</p>"}]}

    assert scene.found(copied.change("treatment_notes", row, content={"sections": [{"name": "S"}, words]})) == ""


@pytest.mark.parametrize(("words", "lacking"), [("Amy Ng, in May", "dates"), ("Somebody, 2021-05-06", "author")])
def test_author_and_days_are_said(words: str, lacking: str) -> None:
    """A note under another's name says who wrote it, and always when."""
    scene = Scene()
    scene.source.add("practitioners", first_name="Bo", last_name="Ek")
    scene.note([], finalized_at=WHEN)
    copied = scene.copied()
    row = copied.find("treatment_notes")
    other = copied.find("practitioners", first_name="Bo")["id"]
    section = {"name": "S", "questions": [{"name": "Q", "type": "paragraph", "answer": words}]}
    content = {"sections": [{"name": "S"}, section]}

    assert lacking in scene.found(copied.change("treatment_notes", row, content=content, practitioner_id=other))


def test_own_name_needs_no_words() -> None:
    """A note that stands under its author's own name needn't repeat it."""
    scene = Scene()
    scene.note([], finalized_at=WHEN)
    copied = scene.copied()
    section = {"name": "S", "questions": [{"name": "Q", "type": "text", "answer": "2021-05-06"}]}
    content = {"sections": [{"name": "S"}, section]}

    assert scene.found(copied.change("treatment_notes", copied.find("treatment_notes"), content=content)) == ""


PARAGRAPHS = [
    ("a\nb", "a<br>b", True),
    ("a\r\n\tb", "<p>a</p><p>b</p>", True),
    ("a\nb", "ab", False),
    ("a\nb", "a b", False),
    ("a b", "ab", False),
    ("<p>a</p><p>b</p>", "a<br>b", True),
    ("<b>a</b>", "<b>a</b>", True),
    ("<b>a</b>", "a", False),
    ("<strong>a</strong>", "a", True),
    ("<strong>a</strong>", "<b>a</b>", True),
    ('<a href="https://x.example/">a</a>', '<a href="https://x.example/">a</a>', True),
    ('<a href="https://x.example/">a</a>', "<a>a</a>", False),
    ("<table><tr><td>a</td><td>b</td></tr></table>", "ab", True),
    ("<table><tr><td>a</td><td>b</td></tr></table>", "a b", True),
    ("a &lt; b &amp; c", "a &lt; b &amp; c", True),
    ("x < y", "x &lt; y", True),
    ("a", "a!", False),
    ("a", "", False),
]


@pytest.mark.parametrize(("original", "copied_as", "right"), PARAGRAPHS)
def test_paragraphs(original: str, copied_as: str, right: bool) -> None:
    """A paragraph keeps its letters, its words apart, its lines and its shapes; other tags may go."""
    scene = Scene()
    scene.note([{"name": "Q", "type": "paragraph", "answer": original}])
    copied = scene.copied()
    row = copied.find("treatment_notes")
    content = copy.deepcopy(row["content"])
    content["sections"][0]["questions"][0]["answer"] = copied_as

    assert right == (scene.found(copied.change("treatment_notes", row, content=content)) == "")


def _choices(*selected: object) -> Row:
    answers = [
        {"value": value} | ({} if one is None else {"selected": one}) for value, one in zip("ab", selected, strict=True)
    ]
    return {"name": "Q", "type": "checkboxes", "answers": answers, "other": {"enabled": True}}


@pytest.mark.parametrize(
    ("copied_as", "right"),
    [
        (_choices(True, None), True),
        (_choices(True, True), False),
        (_choices(None, None), False),
        (_choices(True, None) | {"other": {"enabled": False}}, False),
        (_choices(True, None) | {"other": {"enabled": True, "selected": True, "value": "c"}}, False),
        (_choices(True, None) | {"name": "R"}, False),
        (_choices(True, None) | {"type": "radiobuttons"}, False),
    ],
)
def test_choices(copied_as: Row, right: bool) -> None:
    """Of choices, the same ones are selected, whether or not the others say so."""
    scene = Scene()
    scene.note([_choices(True, False)])
    copied = scene.copied()
    row = copied.find("treatment_notes")
    content = copy.deepcopy(row["content"])
    content["sections"][0]["questions"] = [copied_as]

    assert right == (scene.found(copied.change("treatment_notes", row, content=content)) == "")


def test_body_charts_may_go() -> None:
    """A body chart can't be carried; every question around it must be."""
    scene = Scene()
    scene.note(
        [{"name": "C", "type": "bodycharts", "body_chart_ids": ["1"]}, {"name": "Q", "type": "text", "answer": "a"}]
    )
    copied = scene.copied()
    row = copied.find("treatment_notes")
    words = row["content"]["sections"][1]

    assert "content" in scene.found(copied.change("treatment_notes", row, content={"sections": [words]}))


def test_order_of_questions() -> None:
    """Questions stay in their order."""
    scene = Scene()
    scene.note([{"name": name, "type": "text", "answer": name} for name in ("one", "two")])
    copied = scene.copied()
    row = copied.find("treatment_notes")
    content = copy.deepcopy(row["content"])
    content["sections"][0]["questions"].reverse()

    assert "content" in scene.found(copied.change("treatment_notes", row, content=content))


def test_merged_patients() -> None:
    """A merged patient is not copied; what hangs on them goes to the end of the chain."""
    scene = Scene()
    second = scene.source.add("patients", first_name="B", last_name="B", merged_with_patient_id=scene.patient)
    third = scene.source.add("patients", first_name="C", last_name="C", merged_with_patient_id=second)
    scene.source.add("medical_alerts", patient_id=third, name="Nuts")
    copied = scene.copied()
    patient, alert = copied.find("patients"), copied.find("medical_alerts")
    copied.add("patients", patient, first_name="C", last_name="C", id="77")

    assert alert["patient_id"] == patient["id"]
    assert "patients 77 in the destination: there is no such record" in scene.found(copied)
    assert "medical_alerts" in scene.found(copied.change("medical_alerts", alert, patient_id="77"))


def test_missing_parent() -> None:
    """Without their patient, the records of a patient are missing too."""
    scene = Scene()
    scene.source.add("medical_alerts", patient_id=scene.patient, name="Nuts")
    copied = scene.copied()
    copied.remove("patients", copied.find("patients")).remove("medical_alerts", copied.find("medical_alerts"))

    found = scene.found(copied)

    assert f"patients {scene.patient}: missing in the destination" in found
    assert "medical_alerts" in found


def test_unmatched_practitioner() -> None:
    """A practitioner of another name is no match, unless the caller says so."""
    scene = Scene()
    scene.appointment()
    copied = scene.copied()
    copied.change("practitioners", copied.find("practitioners"), first_name="Eve", last_name="Ek")
    names = {"Amy Ng": "Eve Ek"}

    assert "practitioner_id" in scene.found(copied)
    assert differences(scene.source, copied, practitioners=names) == []


def test_closed_business() -> None:
    """Businesses can be matched under another name too."""
    scene = Scene()
    scene.appointment()
    copied = scene.copied()
    copied.change("businesses", copied.find("businesses"), business_name="Southside")

    assert "business_id" in scene.found(copied)
    assert differences(scene.source, copied, businesses={"Northside": "Southside"}) == []


@pytest.mark.parametrize(("name", "right"), [("Work & Safe", True), ("Work", True), (None, True), ("Unknown", False)])
def test_contacts_without_name(name: str | None, right: bool) -> None:
    """A contact that is only a company may get a stand-in name, taken from the company's."""
    scene = Scene()
    scene.source.add("contacts", company_name="Work & Safe", type_code=2)
    copied = scene.copied()

    assert right == (scene.found(copied.change("contacts", copied.find("contacts"), last_name=name)) == "")


def test_templates_for_messages_are_dropped() -> None:
    """A type must not point at message templates, whose ids mean something else in another account."""
    scene = Scene()
    copied = scene.copied()
    row = copied.find("appointment_types")

    assert "appointment_confirmation_template_ids" in scene.found(
        copied.change("appointment_types", row, appointment_confirmation_template_ids=["5"])
    )


def test_files_byte_by_byte() -> None:
    """A file of the same size and other bytes is a difference; added words in its description are none."""
    scene = Scene()
    scene.source.add("patient_attachments", patient_id=scene.patient, filename="a", content=b"one", description="D")
    copied = scene.copied()
    row = copied.find("patient_attachments")

    assert "D Uploaded" in row["description"]
    assert "content" in scene.found(copied.change("patient_attachments", row, content=b"two"))


def test_additional_memos() -> None:
    """A memo may be added to say something in words; a memo that is there twice is doubled."""
    scene = Scene()
    memo = {"patient_id": scene.patient, "from": "a", "to": "b", "content": "c", "type_code": 4, "direction_code": 1}
    scene.source.add("communications", category_code=12, **memo)
    copied = scene.copied()
    row = copied.find("communications")

    assert scene.found(copied.add("communications", row, content="Could not be carried: …", id="1")) == ""
    assert "doubled" in scene.found(copied.add("communications", row, id="2"))


def test_only_memos() -> None:
    """Any other message in the destination is one that somebody got."""
    scene = Scene()
    copied = scene.copied()
    row = {"id": "1", "category_code": 4}

    assert "not a memo" in scene.found(copied.add("communications", row))


@pytest.mark.parametrize("kind", ["invoices", "invoice_items", "daily_availabilities"])
def test_what_no_api_writes(kind: str) -> None:
    """What can only be read can't have been copied."""
    scene = Scene()
    copied = scene.copied()

    assert f"{kind} " in scene.found(copied.add(kind, {}))


def _form(scene: Scene, *questions: Row, completed: bool = True) -> str:
    content = {"sections": [{"name": "F", "questions": list(questions)}]}
    when = WHEN if completed else None
    return scene.source.add("patient_forms", patient_id=scene.patient, name="Form", content=content, completed_at=when)


ANSWERED = {"name": "Q", "type": "text", "required": True, "answer": "a"}


def test_completed_forms() -> None:
    """A completed form stays completed and says when it was."""
    scene = Scene()
    _form(scene, ANSWERED)
    copied = scene.copied()
    row = copied.find("patient_forms")

    assert "completed is False" in scene.found(copied.change("patient_forms", row, completed_at=None))


def test_incomplete_forms() -> None:
    """A form that was not completed isn't either in the destination."""
    scene = Scene()
    _form(scene, ANSWERED, completed=False)
    copied = scene.copied()
    row = copied.find("patient_forms")

    assert "completed is True" in scene.found(copied.change("patient_forms", row, completed_at=WHEN))


@pytest.mark.parametrize(
    "question",
    [
        {"name": "Q", "type": "text", "required": True, "answer": ""},
        {"name": "Q", "type": "checkboxes", "required": True, "answers": [{"value": "a", "selected": False}]},
        {"name": "Q", "type": "phone", "required": True, "answer": []},
        {"name": "Q", "type": "full_name", "required": True},
    ],
)
def test_forms_that_cannot_be_completed(question: Row) -> None:
    """A form of which a required question was not answered may become incomplete."""
    scene = Scene()
    _form(scene, question)
    copied = scene.copied()
    row = copied.find("patient_forms")

    assert scene.found(copied.change("patient_forms", row, completed_at=None)) == ""


@pytest.mark.parametrize("image", ["data:image/svg+xml;base64,PHN2Zz4=", "data:image/png;base64,iVBORw=="])
def test_signatures(image: str) -> None:
    """A drawn signature is the same picture under an id of its own; a picture of another sort can't be carried."""
    scene = Scene()
    form = _form(scene, {"name": "Sign", "type": "signature", "required": True, "signature_id": "5"})
    scene.source.add("signatures", id="5", patient_form_id=form, image=image)
    drawn = "svg" in image
    copied = scene.copied()

    if drawn:
        signature = copied.find("signatures")
        copied.change("signatures", signature, image="data:image/svg+xml;base64,AAAA")
    assert drawn == ("content" in scene.found(copied))


def test_forms_are_not_e_mailed() -> None:
    """No form may go to the patient by e-mail when it is completed."""
    scene = Scene()
    _form(scene, ANSWERED)
    copied = scene.copied()
    row = copied.find("patient_forms")

    assert "email_to_patient" in scene.found(copied.change("patient_forms", row, email_to_patient_on_completion=True))


def _filled(scene: Scene, gp: str) -> Row:
    section = scene.source.custom_fields_definition()["sections"][0]
    field = {"name": "GP", "token": section["fields"][0]["token"], "value": gp}
    return {"sections": [{"name": "Health", "token": section["token"], "fields": [field]}]}


def test_custom_fields() -> None:
    """Custom fields are compared by name: a value that is missing, another or too many is a difference."""
    scene = Scene()
    scene.source.store.change("patients", _patient(scene), custom_fields=_filled(scene, "Dr No"))
    copied = scene.copied()
    row = copied.find("patients")
    other = copy.deepcopy(row["custom_fields"])
    other["sections"][0]["fields"][0]["value"] = "Dr Yes"
    strange = _filled(scene, "Dr No")

    assert "custom_fields" in scene.found(copied.change("patients", row, custom_fields=None))
    assert "custom_fields" in scene.found(copied.change("patients", row, custom_fields=other))
    assert "custom_fields" in scene.found(copied.change("patients", row, custom_fields=strange))
    assert scene.found(copied.change("patients", row, custom_fields=row["custom_fields"])) == ""


def test_custom_fields_from_nowhere() -> None:
    """A value that the source doesn't have is a difference."""
    scene = Scene()
    copied = scene.copied()
    section = copied.custom_fields_definition()["sections"][0]
    fields = [{"token": section["fields"][0]["token"], "value": "x"}]

    assert "custom_fields" in scene.found(
        copied.change(
            "patients",
            copied.find("patients"),
            custom_fields={"sections": [{"token": section["token"], "fields": fields}]},
        )
    )


def _patient(scene: Scene) -> Row:
    row = scene.source.store.get("patients", scene.patient)
    assert row is not None
    return row


def test_relationships() -> None:
    """A relationship is there once from each side; its relation and whether it is archived are the same."""
    scene = Scene()
    other = scene.source.add("patients", first_name="Bo", last_name="Other")
    scene.source.add("relationships", patient_id=scene.patient, related_patient_id=other, relation=10)
    copied = scene.copied()
    one, mirror = copied.rows("relationships")

    assert "missing" in scene.found(Altered(_base(copied)).remove("relationships", one).remove("relationships", mirror))
    assert scene.found(Altered(_base(copied)).remove("relationships", mirror)) == ""
    assert "doubled" in scene.found(Altered(_base(copied)).add("relationships", one))
    assert "relationships" in scene.found(Altered(_base(copied)).change("relationships", one, relation=20))
    assert "relationships" in scene.found(Altered(_base(copied)).change("relationships", one, relation=30))
    assert "relationships" in scene.found(Altered(_base(copied)).change("relationships", one, archived_at=WHEN))
    assert "no such record" in scene.found(Altered(_base(copied)).add("relationships", one, related_patient_id="1"))


def _base(altered: Altered) -> Shown:
    return altered.account


def test_referral_sources_of_merged_patients() -> None:
    """The referral source of a merged patient yields to the own one of who is left."""
    scene = Scene()
    loser = scene.source.add("patients", first_name="B", last_name="B", merged_with_patient_id=scene.patient)
    kind = scene.source.add("referral_source_types", name="Google")
    for patient in (scene.patient, loser):
        scene.source.add("referral_sources", patient_id=patient, referral_source_type_id=kind, notes=patient)

    copied = scene.copied()

    assert [scene.patient] == [row["notes"] for row in copied.rows("referral_sources")]


def test_one_referral_source_is_left() -> None:
    """Where only merged patients have referral sources, one of them must be there."""
    scene = Scene()
    kind = scene.source.add("referral_source_types", name="Google")
    for name in ("B", "C"):
        loser = scene.source.add("patients", first_name=name, last_name="X", merged_with_patient_id=scene.patient)
        scene.source.add("referral_sources", patient_id=loser, referral_source_type_id=kind)
    copied = scene.copied()

    assert "missing" in scene.found(copied.remove("referral_sources", copied.find("referral_sources")))


def test_case_links() -> None:
    """A case has the same files and attendees."""
    scene = Scene()
    file = scene.source.add("patient_attachments", patient_id=scene.patient, filename="a", content=b"1")
    scene.appointment()
    attendee = scene.source.rows("attendees")[0]["id"]
    scene.source.add(
        "patient_cases", patient_id=scene.patient, name="Knee", patient_attachment_ids=[file], attendee_ids=[attendee]
    )
    copied = scene.copied()
    row = copied.find("patient_cases")
    other = Altered(copied.account).change("attendees", copied.find("attendees"), patient_case_id=None)

    assert "patient_case_id" in scene.found(other)
    assert "patient_attachment_ids" in scene.found(copied.change("patient_cases", row, patient_attachment_ids=[]))


def test_same_time_twice() -> None:
    """Two bookings at one time are told apart by what they hold, and both must be there."""
    scene = Scene()
    for notes in ("first", "second"):
        scene.appointment(notes=notes)
    copied = scene.copied()
    row = copied.find("individual_appointments", notes="second")

    assert "notes" in scene.found(copied.change("individual_appointments", row, notes="first"))


def test_price_of_products() -> None:
    """A product's price is the same with and without tax, whichever of the two was written."""
    scene = Scene()
    tax = scene.source.add("taxes", name="GST", rate="10.0")
    scene.source.add("products", name="Band", price=11.0, price_includes_tax=True, tax_id=tax)
    copied = scene.copied()
    row = copied.find("products")

    assert scene.found(copied.change("products", row, price="10.0", price_includes_tax=False)) == ""
    assert "price_ex_tax" in scene.found(copied.change("products", row, price="11.0", price_includes_tax=False))


def test_messages() -> None:
    """Messages that patients would have got are listed."""
    fake = FakeCliniko()
    patient = fake.add("patients", first_name="Ann", last_name="Other")
    fake.send("appointment_confirmation", patient, "individual_appointments", "5")

    assert len(messages(fake)) == 1


def test_source_writes() -> None:
    """Requests other than reads are listed."""
    fake = FakeCliniko()
    for number, method in enumerate(("GET", "PATCH"), 1):
        fake.log.append(LoggedRequest(number, method, "/v1/patients/1", [], None, 0.0))

    assert source_writes(fake) == ["PATCH /v1/patients/1"]
