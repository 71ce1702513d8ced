"""Treatment notes and their templates."""

from __future__ import annotations

from typing import Any

import pytest

from clinikomigrate.testing.answers import BLANK, NOT_LISTED
from tests.testing.conftest import Clinic
from tests.testing.desk import LIFTED, Desk, self_of


def _content(*questions: dict[str, Any]) -> dict[str, Any]:
    return {"sections": [{"name": "Subjective", "questions": list(questions)}]}


def _note(clinic: Clinic, **more: object) -> dict[str, object]:
    return {"title": "First visit", "draft": True, "patient_id": clinic.patient, **more}


def test_author_is_the_keys_practitioner(clinic: Clinic) -> None:
    """A note's author is the practitioner whose key was used, and can't be written."""
    user = clinic.fake.add("users", first_name="Amy", last_name="Ng", role="practitioner")
    amy = clinic.fake.add("practitioners", user_id=user)
    note = Desk(clinic.fake, clinic.fake.key_for(user)).post("/treatment_notes", _note(clinic))

    assert (amy, "Amy Ng") == (self_of(note["practitioner"]), note["author_name"])
    assert ["practitioner_id"] == list(clinic.desk.refused("/treatment_notes", _note(clinic, practitioner_id=amy)))


def test_key_of_nobody_who_practises_is_forbidden(clinic: Clinic) -> None:
    """The key of a user who is no active practitioner gets a 403 without a body."""
    user = clinic.fake.add("users", first_name="Ben", last_name="Ba", role="administrator")
    clinic.fake.add("practitioners", user_id=user, active=False)
    answer = Desk(clinic.fake, clinic.fake.key_for(user)).ask("POST", "/treatment_notes", _note(clinic))

    assert (403, "") == (answer.status_code, answer.text)
    assert [] == clinic.fake.rows("treatment_notes")


def test_note_needs_title_draft_and_patient(clinic: Clinic) -> None:
    """A note without title, draft or patient is refused in the API's words."""
    assert {"title": BLANK, "draft": NOT_LISTED, "patient": BLANK} == clinic.desk.refused("/treatment_notes", {})
    assert {"title": BLANK, "draft": NOT_LISTED} == clinic.desk.refused(
        "/treatment_notes", _note(clinic, title="", draft=None)
    )


def test_finalised_note_is_stamped_and_locked(clinic: Clinic) -> None:
    """A note is finalised now, whenever that is, and then locked unless the account leaves notes open."""
    note = clinic.desk.post("/treatment_notes", _note(clinic))
    path = f"/treatment_notes/{note['id']}"
    assert note["finalized_at"] is None
    assert "2025-03-03T00:00:00Z" == clinic.desk.patch(path, {"draft": False})["finalized_at"]

    assert ["base"] == list(clinic.desk.refused(path, {"title": "x"}, "PATCH"))
    clinic.fake.locks_finalised_notes = False
    assert "2025-03-03T00:00:00Z" == clinic.desk.patch(path, {"draft": False, "title": "x"})["finalized_at"]
    assert clinic.desk.patch(path, {"draft": True})["finalized_at"] is None
    assert ["draft"] == list(clinic.desk.refused(path, {"draft": None}, "PATCH"))
    assert ["title"] == list(clinic.desk.refused(path, {"title": ""}, "PATCH"))


def test_note_can_be_unarchived(clinic: Clinic) -> None:
    """A note comes back from the archive."""
    path = f"/treatment_notes/{clinic.desk.post('/treatment_notes', _note(clinic))['id']}"
    assert 204 == clinic.desk.ask("DELETE", path).status_code
    assert clinic.desk.get(path, *LIFTED)["archived_at"]

    clinic.desk.post(f"{path}/unarchive", status=200)
    assert 1 == len(clinic.desk.ids(f"/patients/{clinic.patient}/treatment_notes"))


def test_visit_must_be_the_patients(clinic: Clinic) -> None:
    """A note's booking and attendee must be its patient's, and the attendee the booking's."""
    other = clinic.fake.add("patients", first_name="Cy", last_name="Lee")
    theirs = clinic.fake.add("individual_appointments", **{**clinic.appointment(), "patient_id": other})
    ours = clinic.fake.add("individual_appointments", **clinic.appointment())
    group = clinic.fake.add("group_appointments", **clinic.group())
    in_group = clinic.fake.add("attendees", booking_id=group, patient_id=clinic.patient)
    attendees = {row["booking_id"]: row["id"] for row in clinic.fake.rows("attendees")}

    assert {"booking": "is invalid"} == clinic.desk.refused("/treatment_notes", _note(clinic, booking_id=theirs))
    assert ["attendee"] == list(clinic.desk.refused("/treatment_notes", _note(clinic, attendee_id=attendees[theirs])))
    assert ["attendee"] == list(
        clinic.desk.refused("/treatment_notes", _note(clinic, booking_id=ours, attendee_id=in_group))
    )
    note = clinic.desk.post("/treatment_notes", _note(clinic, booking_id=group, attendee_id=in_group))
    assert note["booking"]["links"]["self"].endswith(f"/bookings/{group}")
    clinic.desk.post("/treatment_notes", _note(clinic, booking_id=ours, attendee_id=attendees[ours]))


def test_content_is_kept(clinic: Clinic) -> None:
    """All writable types of question are kept as they are written."""
    content = _content(
        {"name": "Text", "type": "text", "answer": "a < b"},
        {"name": "", "type": "paragraph", "answer": "<p>Better &amp; <b>better</b></p>"},
        {"name": "Date", "type": "date", "answer": "2024-01-02"},
        {"name": "Unanswered", "type": "text"},
        {
            "name": "Boxes",
            "type": "checkboxes",
            "answers": [{"value": "A", "selected": True}, {"value": "B", "selected": True}, {"value": None}],
        },
        {
            "name": "Radio",
            "type": "radiobuttons",
            "answers": [{"value": "A"}],
            "other": {"enabled": True, "selected": True, "value": "C"},
        },
    )
    content["sections"].append({"name": "", "description": "Nothing here"})

    assert content == clinic.desk.post("/treatment_notes", _note(clinic, content=content))["content"]
    assert clinic.desk.post("/treatment_notes", _note(clinic, content=None))["content"] is None


_CHOICE = {"name": "Q", "type": "checkboxes"}
_RADIO = {"name": "Q", "type": "radiobuttons"}


@pytest.mark.parametrize(
    "content",
    [
        '{"sections": []}',
        {"sections": []},
        {"sections": {}},
        {"sections": ["S"]},
        {"sections": [{"name": "S"}], "title": "x"},
        {"sections": [{"name": None}]},
        {"sections": [{"name": "S" * 256}]},
        {"sections": [{"description": None}]},
        {"sections": [{"description": "d" * 10_001}]},
        {"sections": [{"questions": []}]},
        {"sections": [{"questions": ["Q"]}]},
        _content({"name": "Q", "type": "bodycharts", "body_chart_ids": ["1"]}),
        _content({"name": "Q", "type": "signature"}),
        _content({"type": "text"}),
        _content({"name": None, "type": "text"}),
        _content({"name": "Q" * 256, "type": "text"}),
        _content({"name": "Q", "type": "text", "answer": ""}),
        _content({"name": "Q", "type": "text", "answer": None}),
        _content({"name": "Q", "type": "text", "required": True}),
        _content({"name": "Q", "type": "paragraph", "answer": " "}),
        _content({"name": "Q", "type": "date", "answer": "soon"}),
        _content({**_CHOICE, "answer": "A"}),
        _content({**_CHOICE, "answers": []}),
        _content({**_CHOICE, "answers": [{"value": "A", "selected": False}]}),
        _content({**_CHOICE, "answers": [{"value": "A", "selected": None}]}),
        _content({**_CHOICE, "answers": [{"value": "A" * 256}]}),
        _content({**_CHOICE, "answers": [{"value": "A", "id": 1}]}),
        _content({**_CHOICE, "other": {"enabled": True, "selected": False}}),
        _content({**_CHOICE, "other": {"enabled": False, "selected": True}}),
        _content({**_CHOICE, "other": {"enabled": "yes"}}),
        _content({**_RADIO, "answers": [{"value": "A", "selected": True}, {"value": "B", "selected": True}]}),
        _content(
            {**_RADIO, "answers": [{"value": "A", "selected": True}], "other": {"enabled": True, "selected": True}}
        ),
    ],
)
def test_wrong_content_is_refused(clinic: Clinic, content: object) -> None:
    """What reads show and writes don't take is refused: blanks, `selected: false`, body charts, text for JSON."""
    assert ["content"] == list(clinic.desk.refused("/treatment_notes", _note(clinic, content=content)))


def test_template_takes_no_answers_but_paragraphs(clinic: Clinic) -> None:
    """A template has questions without answers, body charts among them, and print settings."""
    content = _content(
        {"name": "Q", "type": "text"},
        {"name": "P", "type": "paragraph", "answer": "<script>x</script><p>Prefilled"},
        {"name": "B", "type": "bodycharts"},
        {"name": "C", "type": "checkboxes", "answers": [{"value": "A"}], "other": {"enabled": True}},
    )
    settings = {"title": "Note", "include_patient_dob": True}
    template = clinic.desk.post(
        "/treatment_note_templates", {"name": "T", "content": content, "print_settings": settings}
    )

    assert "<p>Prefilled</p>" == template["content"]["sections"][0]["questions"][1]["answer"]
    assert settings == template["print_settings"]
    path = f"/treatment_note_templates/{template['id']}"
    for wrong in (
        {"name": "Q", "type": "text", "answer": "x"},
        {"name": "B", "type": "bodycharts", "body_chart_ids": ["1"]},
    ):
        assert ["content"] == list(clinic.desk.refused(path, {"content": _content(wrong)}, "PATCH"))
    wrong_settings: tuple[object, ...] = ({"title": None}, {"include_patient_dob": "yes"}, {"colour": 1}, [])
    for setting in wrong_settings:
        assert ["print_settings"] == list(clinic.desk.refused(path, {"print_settings": setting}, "PATCH"))


@pytest.mark.parametrize("gone", ["archived_at", "deleted_at"])
def test_archived_template_cannot_be_used(clinic: Clinic, gone: str) -> None:
    """A note can't name a template that is archived or was deleted."""
    template = clinic.fake.add("treatment_note_templates", name="T", **{gone: "2024-01-01T00:00:00Z"})

    assert ["treatment_note_template"] == list(
        clinic.desk.refused("/treatment_notes", _note(clinic, treatment_note_template_id=template))
    )
