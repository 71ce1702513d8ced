"""What fields are called: no text for people has a name that only an API uses."""

from __future__ import annotations

import attrs
import pytest

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose.changing import _NOT_EMPTIED, _NOT_LATER
from clinikomigrate.sinks.splose.clearing import NOT_GIVEN
from clinikomigrate.sinks.splose.drafts import ClientDraft, SeatDraft, VisitDraft
from clinikomigrate.sinks.splose.field_names import in_words, of_source
from clinikomigrate.splose.models import ContactDraft


def test_what_can_t_be_changed_later_is_named_in_words() -> None:
    """Each such field, the lines of an address together."""
    for name in {*_NOT_EMPTIED, *NOT_GIVEN, *_NOT_LATER}:
        assert "_" not in in_words([name])
    assert in_words(["note", "address_l2", "address_l1"]) == "the address, the note"


@pytest.mark.parametrize(
    ("kind", "draft", "model"),
    [
        ("attendees", SeatDraft, m.Attendee),
        ("contacts", ContactDraft, m.Contact),
        ("individual_appointments", VisitDraft, m.IndividualAppointment),
        ("patients", ClientDraft, m.Patient),
    ],
)
def test_what_differs_is_named_as_the_source_names_it(kind: str, draft: type, model: type) -> None:
    """Or in words, where several of its fields come together in one."""
    ours = {
        "attendee_notes",
        "attended",
        "became",
        "blank_fields",
        "cancels",
        "in_fields",
        "medical_alerts",
        "own",
        "seat",
        "to_come",
        "zone",
    }
    theirs = {
        "case_id",
        "communication_preference",
        "invoice_recipient_id",
        "middle_name",
        "ndis_info",
        "ndis_number",
        "patient_tags",
    }
    names = {field.name for field in attrs.fields(draft)} - ours - theirs - {"updated_at"}
    known = {field.name for field in attrs.fields(model)}

    assert {name for name in of_source(kind, names) if name not in known and " " not in name} == set()
    assert of_source("recalls", ["name", "name"]) == ("name",)
