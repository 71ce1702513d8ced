"""What is left out when the account refuses it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.errors import NotFound, Unprocessable
from clinikomigrate.sinks.cliniko.content import continued
from clinikomigrate.sinks.cliniko.fallback import FALLBACKS, is_unsupported, lost, next_fallback, overlooked
from clinikomigrate.transfer.kinds import KINDS, OPTIONAL_KINDS
from tests.sinks.cliniko.destination import content


def refusal(*fields: str) -> Unprocessable:
    """Makes a refusal of fields."""
    return Unprocessable(status=422, method="POST", path="/x", fields=dict.fromkeys(fields, "can't be blank"))


CASES: list[tuple[Any, str, str, object]] = [
    (m.PatientDraft(old_reference_id="cm-1-7"), "old_reference_id", "old_reference_id", UNSET),
    (m.PatientDraft(custom_fields=m.CustomFields()), "custom_fields", "custom_fields", UNSET),
    (m.PatientDraft(custom_fields=m.CustomFields()), "custom_fields.sections[0].token", "custom_fields", UNSET),
    (
        m.PatientDraft(follow_ups_communication_channels=[1]),
        "follow_ups_communication_channels",
        "follow_ups_communication_channels",
        UNSET,
    ),
    (
        m.PatientDraft(reminders_communication_channels=[1]),
        "reminders_communication_channels",
        "reminders_communication_channels",
        UNSET,
    ),
    (m.PatientCaseDraft(contact_id="1"), "contact", "contact_id", UNSET),
    (m.PatientCaseDraft(contact_id="1"), "contact_id", "contact_id", UNSET),
    (m.PatientCaseDraft(max_invoiceable_amount=Decimal(0)), "max_invoiceable_amount", "max_invoiceable_amount", UNSET),
    (m.IndividualAppointmentDraft(patient_case_id="1"), "patient_case", "patient_case_id", UNSET),
    (m.AttendeeDraft(patient_case_id="1"), "patient_case", "patient_case_id", UNSET),
    (
        m.UnavailableBlockDraft(unavailable_block_type_id="1"),
        "unavailable_block_type",
        "unavailable_block_type_id",
        UNSET,
    ),
    (m.TreatmentNoteDraft(attendee_id="1"), "attendee", "attendee_id", UNSET),
    (m.TreatmentNoteDraft(booking_id="1"), "booking", "booking_id", UNSET),
    (m.PatientFormDraft(attendee_id="1"), "attendee", "attendee_id", UNSET),
    (m.MemoCommunicationDraft(from_=None), "from", "from_", "-"),
    (m.MemoCommunicationDraft(from_="Ada", to=" "), "to", "to", "-"),
    (m.RecallDraft(notes="x"), "notes", "notes", UNSET),
    (m.ReferralSourceDraft(subcategory="x"), "subcategory", "subcategory", UNSET),
    (m.PatientAttachmentDraft(filename="x"), "filename", "filename", UNSET),
    (m.PatientFormDraft(content=content("x" * 300)), "content", "content", continued(content("x" * 300), 255)),
    (m.PatientFormDraft(completed=True), "content", "completed", False),
]


@pytest.mark.parametrize(("draft", "refused", "attribute", "value"), CASES)
def test_what_is_left_out(draft: Any, refused: str, attribute: str, value: object) -> None:
    """What the account refuses is left out of the draft, and counted as a loss of the record's own field."""
    fallback = next_fallback(draft, refusal(refused), ())

    assert fallback is not None
    assert value == getattr(fallback.without(draft), attribute)
    assert fallback.loss.reason
    entity = {"patient_forms": m.PatientForm, "patient_cases": m.PatientCase, "patients": m.Patient}.get(draft.kind)
    assert entity is None or fallback.loss.field in {field.name for field in attrs.fields(entity)}


def test_every_fallback_is_shown() -> None:
    """There is no fallback that the cases above don't show."""
    shown = {(draft.kind, attribute) for draft, _, attribute, _ in CASES}

    assert shown == {(fallback.kind, fallback.attribute) for fallback in FALLBACKS}


@pytest.mark.parametrize(
    ("draft", "refused"),
    [
        (m.PatientDraft(custom_fields=m.CustomFields()), "email"),
        (m.PatientDraft(custom_fields=None), "custom_fields"),
        (m.PatientDraft(), "custom_fields"),
        (m.PatientFormDraft(completed=False), "content"),
        (m.PatientFormDraft(content=content("x" * 255)), "content"),
        (m.PatientFormDraft(content=content("x" * 300)), "name"),
        (m.MedicalAlertDraft(name="x"), "name"),
        (m.MemoCommunicationDraft(from_="Ada"), "from"),
        (m.MemoCommunicationDraft(), "to"),
    ],
)
def test_what_stands(draft: Any, refused: str) -> None:
    """A refusal of what can't be left out, or isn't there, stands."""
    assert next_fallback(draft, refusal(refused), ()) is None


def test_one_after_the_other() -> None:
    """Nothing is left out twice, and a link goes before a form is left open."""
    draft = m.PatientFormDraft(attendee_id="1", completed=True, content=content("Yes"))
    error = refusal("attendee")
    first = next_fallback(draft, error, ())
    assert first is not None
    second = next_fallback(draft, error, (first,))
    assert second is not None

    assert ["attendee", "completed_at"] == [first.loss.field, second.loss.field]
    assert next_fallback(draft, error, (first, second)) is None


@pytest.mark.parametrize(
    ("channels", "older"),
    [([], "None"), ([1], "SMS"), ([2], "Email"), ([2, 1], "SMS & Email"), ([1, 7], "SMS"), ([7], "None")],
)
def test_reminders_in_the_older_way(channels: list[int], older: str) -> None:
    """Refused channels are said as a type of reminder: the account's default would remind whoever wants none."""
    draft = m.PatientDraft(reminders_communication_channels=channels)
    fallback = next_fallback(draft, refusal("reminders_communication_channels"), ())
    assert fallback is not None
    changed = fallback.without(draft)

    assert (UNSET, older) == (changed.reminders_communication_channels, changed.reminder_type)


@pytest.mark.parametrize(
    ("draft", "record", "ignored"),
    [
        (m.PatientDraft(reminders_communication_channels=[]), {"reminders_communication_channels": [1, 2]}, True),
        (m.PatientDraft(reminders_communication_channels=[2, 1]), {"reminders_communication_channels": [1, 2]}, False),
        (m.PatientDraft(reminders_communication_channels=[]), {}, False),
        (m.PatientDraft(follow_ups_communication_channels=[1]), {}, True),
        (m.PatientDraft(first_name="Ada", custom_fields=m.CustomFields()), {"first_name": "Bea"}, False),
        (m.PatientDraft(), {"reminders_communication_channels": [1]}, False),
    ],
)
def test_what_was_overlooked(draft: Any, record: dict[str, Any], ignored: bool) -> None:
    """An answer shows what an account took no notice of, of what nobody documents that it can be written."""
    assert ignored == bool(overlooked(draft, m.Patient(id="1", **record)))


def test_what_was_overlooked_may_be_said_otherwise() -> None:
    """The channels for reminders can be said in the older way; the notes of a recall can't."""
    draft = m.PatientDraft(first_name="Ada", reminders_communication_channels=[])
    (reminders,) = overlooked(draft, m.Patient(id="1", reminders_communication_channels=(1,)))
    recall = m.RecallDraft(patient_id="1", notes="x")
    (notes,) = overlooked(recall, m.Recall(id="1"))

    assert m.PatientDraft(reminder_type="None") == reminders.otherwise(draft)
    assert notes.otherwise(recall) is None


@pytest.mark.parametrize(("required", "first"), [(False, "content"), (True, "completed")], ids=["whole", "incomplete"])
def test_long_answers_of_a_form(required: bool, first: str) -> None:
    """A form that lacks a required answer is left open before its answers are blamed; any other one stays complete."""
    long = m.Question(name="How is it?", type="text", answer="x" * 300)
    missing = m.Question(name="And now?", type="text", required=required)
    written = m.Content(sections=(m.Section(name="Empty"), m.Section(name="Today", questions=(long, missing))))
    draft = m.PatientFormDraft(content=written, completed=True)
    error = refusal("content")
    fallback = next_fallback(draft, error, ())
    assert fallback is not None
    second = next_fallback(fallback.without(draft), error, (fallback,))
    assert second is not None

    assert first == fallback.attribute
    assert {"completed", "content"} == {first, second.attribute}


def test_what_an_answer_shows() -> None:
    """A form was made with longer answers as long as it has no more questions than its draft."""
    draft = m.PatientFormDraft(content=content("x" * 300))

    assert () == lost(draft, m.PatientForm(id="1", content=content("x" * 300)))
    assert () == lost(draft, m.PatientForm(id="1"))
    found = lost(draft, m.PatientForm(id="1", content=continued(content("x" * 300), 255)))
    assert ["content"] == [loss.field for loss in found]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_missing_endpoints(kind: str) -> None:
    """Only a newer kind's endpoint may be missing; a 404 elsewhere is an error."""
    missing = NotFound(status=404, method="POST", path="/x")

    assert (kind in OPTIONAL_KINDS) == is_unsupported(kind, missing)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_undocumented_writes(kind: str) -> None:
    """Where nobody documents that a kind can be made, a refusal says nothing about the record."""
    assert (kind in {"concession_prices", "recall_types"}) == is_unsupported(kind, refusal("name"))
