"""Models made of JSON and drafts made JSON, through the converter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import attrs
import pytest

from clinikomigrate.client.converter import structure, unstructure
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko.models import (
    AttachmentPresignedPost,
    Availability,
    Content,
    CustomFields,
    DailyAvailability,
    IndividualAppointment,
    InvoiceItem,
    MemoCommunication,
    Patient,
    PatientAttachmentDraft,
    PatientDraft,
    PatientForm,
    PhoneNumber,
    PhoneNumberDraft,
    ProductDraft,
    Question,
    Service,
    Settings,
    TreatmentNoteDraft,
    UploadedPatientAttachment,
)

HOST = "https://api.au1.cliniko.com/v1"
QUESTIONS: list[dict[str, object]] = [
    {"name": "Complaint", "type": "text", "answer": "Sore knee"},
    {"name": "History", "type": "paragraph", "answer": "<p>Fell off a ladder</p>"},
    {"name": "Since", "type": "date", "answer": "2024-02-29"},
    {"name": "Where", "type": "bodycharts", "body_chart_ids": ["12", "13"]},
    {
        "name": "Side",
        "type": "checkboxes",
        "answers": [{"value": "Left", "selected": True}, {"value": "Right"}],
        "other": {"enabled": True, "selected": True, "value": "Both, now and then"},
    },
    {"name": "Pain", "type": "radiobuttons", "answers": [{"value": "None", "selected": False}], "other": {}},
    {"name": "Sign here", "type": "signature", "signature_id": "112233", "required": True},
    {"name": "Home", "type": "address", "patient_field_connection": "address", "answer": {"city": "Ballarat"}},
    {
        "name": "You are",
        "type": "full_name",
        "options": {"title_enabled": True},
        "answer": {"first_name": "Zoë", "last_name": "Ng"},
    },
    {"name": "Reach you", "type": "phone", "answer": [{"number": "03 9999 0000", "phone_type": "Home"}]},
    {
        "name": "Sex",
        "type": "select",
        "options": ["Female", "Male"],
        "other": {"enabled": True, "label": "Another"},
        "answer": "Female",
    },
    {"name": "Job", "type": "text", "custom_field_token": "7c0e", "answer": None, "required": None},
    {},
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.get("type", "nothing"))
def test_question_comes_back_as_it_was(question: dict[str, object]) -> None:
    """Whatever a question's type, reading and writing it changes nothing: what was absent stays absent, null null."""
    content = {"sections": [{"name": "First", "description": None, "questions": [question]}]}

    assert content == unstructure(structure(Content, content, where="GET /patient_forms/{id}"))


def test_unknown_question_keeps_what_it_brings() -> None:
    """A type of question that nobody has heard of loses nothing."""
    read = structure(Question, {"name": "Scan", "type": "hologram", "angles": [1, 2]}, where="GET /patient_forms/{id}")

    assert (read.type, read.extra) == ("hologram", {"angles": [1, 2]})


def test_question_made_writable() -> None:
    """Nulls, empty answers and unticked boxes disappear once they are `UNSET`."""
    read = structure(
        Content,
        {
            "sections": [
                {
                    "name": None,
                    "description": None,
                    "questions": [
                        {"name": "Complaint", "type": "text", "answer": ""},
                        {"name": "Side", "type": "checkboxes", "answers": [{"value": "Left", "selected": False}]},
                    ],
                }
            ]
        },
        where="GET /treatment_notes/{id}",
    )
    assert read.sections
    (section,) = read.sections
    assert section.questions
    text, boxes = section.questions
    assert boxes.answers
    writable = attrs.evolve(
        read,
        sections=(
            attrs.evolve(
                section,
                name=UNSET,
                description=UNSET,
                questions=(
                    attrs.evolve(text, answer=UNSET),
                    attrs.evolve(boxes, answers=tuple(attrs.evolve(box, selected=UNSET) for box in boxes.answers)),
                ),
            ),
        ),
    )

    assert unstructure(TreatmentNoteDraft(content=writable)) == {
        "content": {
            "sections": [
                {
                    "questions": [
                        {"name": "Complaint", "type": "text"},
                        {"name": "Side", "type": "checkboxes", "answers": [{"value": "Left"}]},
                    ]
                }
            ]
        }
    }


def test_empty_note_has_null_content() -> None:
    """A note without sections is written with null for its content."""
    assert unstructure(TreatmentNoteDraft(content=None)) == {"content": None}


def test_custom_fields_come_back_as_they_were() -> None:
    """Sections, fields and options of every type are read and written alike."""
    fields = {
        "sections": [
            {
                "name": "Sport",
                "token": "a1",
                "archived": False,
                "fields": [
                    {"name": "Club", "token": "b1", "type": "text", "value": "Harriers"},
                    {
                        "name": "Level",
                        "token": "b2",
                        "type": "radiobuttons",
                        "options": [{"token": "c1", "name": "Amateur", "selected": True}],
                        "other": {"enabled": True, "selected": False},
                    },
                ],
            }
        ]
    }

    assert fields == unstructure(structure(CustomFields, fields, where="GET /patients/{id}"))


def test_patient_of_json() -> None:
    """Dates, links, phones and empty texts become what they mean; unknown fields stay, lists of links go."""
    read = structure(
        Patient,
        {
            "id": "1234567890123456789",
            "created_at": "2024-01-31T13:00:00Z",
            "archived_at": "",
            "date_of_birth": "1980-02-29",
            "title": "",
            "referring_doctor": {"links": {"self": f"{HOST}/contacts/5"}},
            "latest_booking": {"links": {"self": f"{HOST}/bookings/6"}},
            "relationships": {"links": {"self": f"{HOST}/relationships?q%5B%5D=patient_id%3A%3D1"}},
            "patient_phone_numbers": [
                {"number": "03 9999 0000", "normalized_number": "61399990000", "phone_type": "Home"}
            ],
            "pronouns": None,
            "reminders_communication_channels": [1, 2],
            "shoe_size": 42,
            "links": {"self": f"{HOST}/patients/1234567890123456789"},
        },
        where="GET /patients/{id}",
    )

    assert (
        Patient(
            id="1234567890123456789",
            created_at=datetime(2024, 1, 31, 13, tzinfo=UTC),
            date_of_birth=date(1980, 2, 29),
            title="",
            referring_doctor=Ref("contacts", "5"),
            latest_booking=Ref("bookings", "6"),
            patient_phone_numbers=(
                PhoneNumber(number="03 9999 0000", normalized_number="61399990000", phone_type="Home"),
            ),
            reminders_communication_channels=(1, 2),
            extra={"shoe_size": 42},
        )
        == read
    )


def test_patient_to_json() -> None:
    """A phone number is written without what the API works out, and a reference as its id."""
    draft = PatientDraft(
        last_name="Ng",
        email=None,
        date_of_birth=date(1980, 2, 29),
        referring_doctor_id=Ref("contacts", "5"),
        patient_phone_numbers=[PhoneNumberDraft(number="03 9999 0000", phone_type="Home")],
    )

    assert unstructure(draft) == {
        "last_name": "Ng",
        "email": None,
        "date_of_birth": "1980-02-29",
        "referring_doctor_id": "5",
        "patient_phone_numbers": [{"number": "03 9999 0000", "phone_type": "Home"}],
    }


def test_empty_repeat_rule_of_json() -> None:
    """An appointment that doesn't repeat comes with an empty object."""
    read = structure(IndividualAppointment, {"id": "1", "repeat_rule": {}}, where="GET /individual_appointments/{id}")

    assert None is read.repeat_rule


def test_reserved_word_of_json() -> None:
    """JSON's `from` is an attribute all the same."""
    read = structure(MemoCommunication, {"id": "1", "from": "Reception"}, where="GET /communications/{id}")

    assert read.from_ == "Reception"


def test_text_of_a_communication_of_json() -> None:
    """What a communication says is a text, unlike what a note or a form holds."""
    read = structure(MemoCommunication, {"id": "1", "content": "Rang back"}, where="GET /communications/{id}")

    assert read.content == "Rang back"


def test_product_price_to_json() -> None:
    """A product's price is a JSON number, its cost a decimal text."""
    assert unstructure(ProductDraft(price=Decimal("12.50"), cost_price=Decimal("7.00"))) == {
        "price": 12.5,
        "cost_price": "7.00",
    }


def test_number_of_json_is_exact() -> None:
    """An amount that comes as a JSON number is the decimal that was written."""
    read = structure(InvoiceItem, {"id": "1", "total_including_tax": 0.1}, where="GET /invoice_items/{id}")

    assert Decimal("0.1") == read.total_including_tax


def test_file_stays_out_of_the_body() -> None:
    """The file of an attachment isn't part of what the API is told."""

    class Letter:
        name = "letter.pdf"
        size = 4
        content_type = "application/pdf"

        def open(self) -> object:
            raise AssertionError("nobody reads it here")

    draft = PatientAttachmentDraft(patient_id="1", content=Letter())  # type: ignore[arg-type]  # never opened

    assert unstructure(draft) == {"patient_id": "1"}


@pytest.mark.parametrize("path", ["patient_attachments/1", "patient_attachments/1/content"])
def test_link_to_a_file(path: str) -> None:
    """Accounts and documentation disagree where an attachment's content link leads; both can be read."""
    link = {"links": {"self": f"{HOST}/{path}"}}
    read = structure(UploadedPatientAttachment, {"id": "1", "content": link}, where="GET /patient_attachments/{id}")

    assert link == read.content


@pytest.mark.parametrize("path", ["patient_forms/1/signatures/112233", "patient_forms/1/signatures"])
def test_link_to_signatures(path: str) -> None:
    """A form's signatures may be one link or a list's; both can be read."""
    link = {"links": {"self": f"{HOST}/{path}"}}
    read = structure(PatientForm, {"id": "1", "signatures": link}, where="GET /patient_forms/{id}")

    assert link == read.signatures


def test_permission_to_upload_of_json() -> None:
    """All fields of the permission are kept by their own names, hyphens and all."""
    fields = {"key": "temp/${filename}", "x-amz-date": "20240131T000000Z"}
    read = structure(
        AttachmentPresignedPost,
        {"url": "https://store.example", "fields": fields},
        where="GET /patients/{id}/attachment_presigned_post",
    )

    assert fields == read.fields


def test_service_of_json() -> None:
    """A service has no id, and a list of links to practitioners."""
    read = structure(
        Service,
        {"practitioners": [{"links": {"self": f"{HOST}/practitioners/{number}"}} for number in (1, 2)]},
        where="GET /services",
    )

    assert Service(practitioners=(Ref("practitioners", "1"), Ref("practitioners", "2"))) == read


def test_daily_availability_of_json() -> None:
    """The hours of a day are local, and so not moments."""
    read = structure(
        DailyAvailability,
        {"id": "1", "day_of_week": 1, "availabilities": [{"starts_at": "09:00", "ends_at": "13:00"}]},
        where="GET /daily_availabilities/{id}",
    )

    assert (Availability(starts_at="09:00", ends_at="13:00"),) == read.availabilities


def test_settings_of_json() -> None:
    """Settings nest, and keep what is unknown at every depth."""
    read = structure(
        Settings,
        {"account": {"subdomain": "old-clinic", "mascot": "wombat", "compliance": {}}, "sms": None},
        where="GET /settings",
    )
    assert read.account

    assert (read.account.subdomain, read.account.extra) == ("old-clinic", {"mascot": "wombat"})


def test_settings_with_a_hyphen_of_json() -> None:
    """A key that Python can't say has an attribute all the same."""
    compliance = {"hipaa_compliance-conflict_messages": ["No agreement"]}
    read = structure(Settings, {"account": {"compliance": compliance}}, where="GET /settings")
    assert read.account
    assert read.account.compliance

    assert read.account.compliance.hyphenated_conflict_messages == ("No agreement",)
