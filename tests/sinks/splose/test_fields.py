"""The table that says what becomes of each attribute of each record in Splose."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from clinikomigrate.client.entity import Draft
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.field_rules import How
from clinikomigrate.sinks.splose.drafts import ClientDraft, FileDraft, SeatDraft, VisitDraft
from clinikomigrate.sinks.splose.fields import FIELDS
from clinikomigrate.sinks.splose.left_behind import LEFT_BEHIND
from clinikomigrate.sinks.splose.telling.drafts import DocumentDraft, FormDocument, NoteDocument
from clinikomigrate.splose.models import ContactDraft
from tests.sinks.cliniko.samples import MODELS, bare, value_for
from tests.sinks.splose.samples import documented, outcome, skipped

DRAFTS: dict[type[m.Entity], type[Draft]] = {
    m.Contact: ContactDraft,
    m.Patient: ClientDraft,
    m.IndividualAppointment: VisitDraft,
    m.Attendee: SeatDraft,
    m.TreatmentNote: NoteDocument,
    m.PatientForm: FormDocument,
    m.UploadedPatientAttachment: FileDraft,
}

SAID_ELSEWHERE: dict[type[m.Entity], set[str]] = {
    m.Patient: {"label", "latest_booking", "merged_at", "reminders_communication_channels_description"},
    m.IndividualAppointment: {
        "has_patient_appointment_notes",
        "patient_case",
        "patient_name",
        "telehealth_url",
        "treatment_note_status",
        "cancellation_reason",
        "cancellation_reason_description",
    },
    m.Attendee: {
        "cancellation_reason",
        "cancellation_reason_description",
        "cancellation_url",
        "telehealth_url",
        "treatment_note_status",
    },
    m.UploadedPatientAttachment: {"content", "content_type", "size"},
    m.TreatmentNote: {"attendee", "author_name"},
    m.PatientForm: {"attendee", "signatures"},
}
"""Attributes that, alone, change nothing: other attributes, other records or Splose itself say the same."""


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_attribute_of_every_record_has_exactly_one_rule(model: type[m.Entity]) -> None:
    """No attribute is in none of the groups; one in two of them can't be written down at all."""
    assert {field.name for field in attrs.fields(model)} == set(FIELDS[model])


@pytest.mark.parametrize("model", list(DRAFTS), ids=lambda model: model.__name__)
def test_rules_fill_attributes_that_the_draft_has(model: type[m.Entity]) -> None:
    """A rule that carries names an attribute of the draft, and none fills one that another fills."""
    targets = [rule.to for rule in FIELDS[model].values() if rule.how in (How.CARRIED, How.MATCHED)]

    assert set(targets) <= {field.name for field in attrs.fields(DRAFTS[model])}
    assert len(set(targets)) == len(targets)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_losses_derivations_and_words_are_explained(model: type[m.Entity]) -> None:
    """Whoever reads the table or the report is told why, and each line of words has a heading."""
    rules = FIELDS[model].values()

    assert all(rule.reason for rule in rules if rule.how in (How.LOST, How.DERIVED))
    assert all(rule.heading for rule in rules if rule.how is How.SAID)


@pytest.mark.parametrize(
    ("model", "name"),
    [(model, field.name) for model in DRAFTS for field in attrs.fields(model) if field.name not in ("id", "extra")],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_no_value_is_left_out_without_a_word(model: type[m.Entity], name: str) -> None:
    """A value alone shows in the draft, as a follow-up or as a loss, unless the table says where else it is said."""
    without: dict[str, Any] = {name: None}
    given = {name: value_for(model, name)}
    context = documented() if issubclass(DRAFTS[model], DocumentDraft) else {}
    unnoticed = outcome(bare(model, **given), **context) == outcome(bare(model, **without), **context)
    expected = FIELDS[model][name].how is How.META or name in SAID_ELSEWHERE.get(model, ())

    assert unnoticed is expected


@pytest.mark.parametrize("model", list(LEFT_BEHIND), ids=lambda model: model.__name__)
def test_what_stays_behind_is_a_loss_with_a_reason_of_its_kind(model: type[m.Entity]) -> None:
    """Nothing that Splose's API can't make disappears without being counted."""
    left = skipped(bare(model))

    assert left.lost
    assert left.reason == LEFT_BEHIND[model]
