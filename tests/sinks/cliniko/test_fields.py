"""The table that says what becomes of each attribute of each record."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko.fields import FIELDS
from clinikomigrate.sinks.field_rules import How, carried, meta, together
from clinikomigrate.transfer.sink import Account
from tests.sinks.cliniko.samples import (
    BUSINESS,
    MODELS,
    MOVING,
    PATIENT,
    PRACTITIONER,
    bare,
    drafts_of,
    losses,
    mapped,
    outcome,
    value_for,
)

NOT_SENT = {
    "appointment_types": {
        "appointment_confirmation_template_ids",
        "appointment_follow_up_template_ids",
        "appointment_reminder_template_ids",
        "billable_item_id",
        "product_id",
    },
    "patient_attachments": {"filename", "upload_url"},
    "patient_cases": {"attendee_ids", "closed", "patient_attachment_ids"},
    "patient_forms": {"patient_form_template_id"},
    "taxes": {"amount"},
    "availability_blocks": {"repeat_rule"},
    "group_appointments": {"repeat_rule"},
    "individual_appointments": {"repeat_rule"},
    "unavailable_blocks": {"repeat_rule"},
}
"""What a new record is never given: it comes later, by another way, or would do harm."""

ALTERNATIVES: dict[type[m.Entity], set[str]] = {
    m.AppointmentTypeBillableItem: {"discount_percentage"},
    m.AppointmentTypeProduct: {"discount_percentage"},
    m.Patient: {"country", "reminder_type"},
    m.Product: {"product_supplier_name"},
}
"""What is sent only where something else is not."""

SAID_ELSEWHERE: dict[type[m.Entity], set[str]] = {
    m.AppointmentType: {"billable_item", "online_payments_enabled", "product"},
    m.AppointmentTypeBillableItem: {"is_monetary_discount"},
    m.AppointmentTypeProduct: {"is_monetary_discount"},
    m.Attendee: {
        "cancellation_note",
        "cancellation_reason",
        "cancellation_reason_description",
        "cancellation_url",
        "telehealth_url",
        "treatment_note_status",
    },
    m.EmailCommunication: {"direction_description"},
    m.GroupAppointment: {"patient_ids", "telehealth_url"},
    m.IndividualAppointment: {
        "cancellation_note",
        "cancellation_reason",
        "cancellation_reason_description",
        "did_not_arrive",
        "has_patient_appointment_notes",
        "patient_arrived",
        "patient_name",
        "telehealth_url",
        "treatment_note_status",
    },
    m.MemoCommunication: {"category", "category_code", "direction_description", "type"},
    m.Patient: {
        "follow_ups_communication_channels_description",
        "label",
        "latest_booking",
        "merged_at",
        "reminders_communication_channels_description",
    },
    m.PatientCase: {"attendee_ids"},
    m.PatientForm: {"signatures"},
    m.ReferralSource: {"referrer_type"},
    m.Relationship: {"relation_description"},
    m.SmsCommunication: {"direction_description"},
    m.UnavailableBlockType: {"system_controlled"},
    m.UploadedPatientAttachment: {"content", "content_type", "filename", "size"},
}
"""Attributes that, alone, change nothing: other attributes, other records or the destination itself say the same."""


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_attribute_of_every_record_has_exactly_one_rule(model: type[m.Entity]) -> None:
    """No attribute is in none of the groups; one in two of them can't be written down at all."""
    assert {field.name for field in attrs.fields(model)} == set(FIELDS[model])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_rules_fill_attributes_that_the_draft_has(model: type[m.Entity]) -> None:
    """A rule that carries names an attribute of the draft, and none fills one that another fills."""
    targets = [rule.to for rule in FIELDS[model].values() if rule.how in (How.CARRIED, How.MATCHED)]
    draft = drafts_of(model)
    names = {field.name for field in attrs.fields(draft)} if draft else set()

    assert set(targets) <= names
    assert len(set(targets)) == len(targets)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_losses_and_derivations_have_reasons(model: type[m.Entity]) -> None:
    """Whoever reads the table or the report is told why."""
    explained = [rule.reason for rule in FIELDS[model].values() if rule.how in (How.LOST, How.DERIVED)]

    assert all(explained)


def test_two_rules_for_one_attribute_are_refused() -> None:
    """The table can't contradict itself."""
    with pytest.raises(ValueError, match="two rules: name"):
        together(carried("name"), meta("id name"))


@pytest.mark.parametrize(
    ("model", "name"),
    [(model, field.name) for model in MOVING for field in attrs.fields(model) if field.name not in ("id", "extra")],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_no_value_is_left_out_without_a_word(model: type[m.Entity], name: str) -> None:
    """A value alone shows in the draft, as a follow-up or as a loss, unless the tables say where else it is said."""
    without: dict[str, Any] = {name: None}
    given = {name: value_for(model, name)}
    unnoticed = outcome(bare(model, **given)) == outcome(bare(model, **without))
    expected = FIELDS[model][name].how is How.META or name in SAID_ELSEWHERE.get(model, ())

    assert unnoticed is expected


@pytest.mark.parametrize("model", MOVING, ids=lambda model: model.__name__)
def test_a_value_that_nothing_is_known_of_is_a_loss(model: type[m.Entity]) -> None:
    """What the API sends beyond the model is counted under its own name; blanks are not."""
    result = mapped(bare(model, extra={"novelty": "words", "nothing": None, "blank": ""}))

    assert [loss.field for loss in result.losses if loss.field.startswith("extra")] == ["extra.novelty"]


def test_a_value_inside_of_an_attribute_that_nothing_is_known_of_is_a_loss() -> None:
    """That the API grows inside of phone numbers or contents is counted too."""
    phone = m.PhoneNumber(number="5550 0000", phone_type="Work", extra={"carrier": "words", "blank": None})
    question = m.Question(name="How?", type="text", answer="Well", extra={"novelty": 1})
    content = m.Content(sections=(m.Section(name="Today", questions=(question,)),))

    assert "patient_phone_numbers.extra.carrier" in losses(mapped(bare(m.Patient, patient_phone_numbers=(phone,))))
    assert "content.extra.novelty" in losses(mapped(bare(m.TreatmentNote, content=content)))


@pytest.mark.parametrize("model", MOVING, ids=lambda model: model.__name__)
def test_what_a_draft_could_say_is_said(model: type[m.Entity]) -> None:
    """A record with a value in every attribute fills every attribute of its draft but those that must stay empty."""
    names = {field.name for field in attrs.fields(model)} - {"merged_with_patient", "extra", "id"}
    needed = {"business": BUSINESS, "practitioner": PRACTITIONER, "patient": PATIENT}
    full = {name: needed.get(name) or value_for(model, name) for name in names}
    result = mapped(bare(model, **full), **_destination())
    empty = {field.name for field in attrs.fields(type(result.draft)) if getattr(result.draft, field.name) is UNSET}

    assert NOT_SENT.get(model.kind, set()) | ALTERNATIVES.get(model, set()) == empty


def _destination() -> dict[str, Any]:
    field = m.CustomField(name="GP", type="text", token="f")
    section = m.CustomFieldSection(name="Health", token="s", fields=(field,))
    settings = m.Settings(patient_custom_fields_definition=m.CustomFields(sections=(section,)))
    kind = m.ReferralSourceType(id="950", referrer_type="Patient", subcategories=("words",))
    return {
        "account": Account("2", "New clinic", settings),
        "existing": {"referral_source_types": (("950", kind),)},
    }
