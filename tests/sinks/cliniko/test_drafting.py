"""Making drafts as the table of fields says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.field_rules import STAND_IN
from clinikomigrate.sinks.reasons import CUT, NO_MATCH, REFUSED, STOOD_IN
from clinikomigrate.transfer.follow_ups import Archiving, Stage
from clinikomigrate.transfer.losses import Loss
from tests.sinks.cliniko.samples import LATER, MOVING, WHEN, bare, losses, mapped, outcome, skipped

ARCHIVABLE = {
    "appointment_types",
    "attendees",
    "billable_items",
    "communications",
    "contacts",
    "group_appointments",
    "individual_appointments",
    "medical_alerts",
    "patient_attachments",
    "patient_cases",
    "patient_form_templates",
    "patient_forms",
    "patients",
    "products",
    "recall_types",
    "recalls",
    "relationships",
    "treatment_note_templates",
    "treatment_notes",
    "unavailable_block_types",
    "unavailable_blocks",
}
"""The kinds that the API can archive."""


@pytest.mark.parametrize("model", MOVING, ids=lambda model: model.__name__)
def test_the_same_record_is_mapped_the_same_each_time(model: type[m.Entity]) -> None:
    """Mapping depends on nothing but the record, the settings and what preflight read."""
    assert outcome(bare(model)) == outcome(bare(model))


@pytest.mark.parametrize(
    "model", [each for each in MOVING if hasattr(each, "archived_at")], ids=lambda model: model.__name__
)
def test_archived_records_are_archived_last_where_the_api_can(model: type[m.Entity]) -> None:
    """Where it can't, that is a loss; records that are not archived stay so."""
    result = mapped(bare(model, archived_at=WHEN))

    assert (Archiving(stage=Stage.ARCHIVE) in result.follow_ups) is (model.kind in ARCHIVABLE)
    assert ("archived_at" in losses(result)) is (model.kind not in ARCHIVABLE)
    assert Archiving() not in mapped(bare(model)).follow_ups


def test_what_was_deleted_in_the_old_way_is_archived() -> None:
    """Older versions of the product had another word for it."""
    assert Archiving() in mapped(bare(m.MedicalAlert, deleted_at=WHEN)).follow_ups


def test_texts_are_carried_exactly() -> None:
    """Blanks, line breaks and all; texts of nothing but blanks are not sent."""
    notes = "  First line\n\tsecond  \r\n日本 <b> & 🦵\u200f "
    result = mapped(bare(m.Contact, notes=notes, title="", city=" "))

    assert result.draft.notes == notes
    assert (result.draft.title, result.draft.city) == (UNSET, UNSET)


def test_over_long_texts_are_cut_with_a_word() -> None:
    """Never silently."""
    result = mapped(bare(m.Patient, occupation="x" * 256))

    assert result.draft.occupation == "x" * 255
    assert losses(result)["occupation"] == CUT


@pytest.mark.parametrize(
    ("model", "name", "good", "bad"),
    [
        (m.Patient, "email", " ada@mail.example ", "ada at mail"),
        (m.Patient, "email", "a@mail.example", f"{'a' * 250}@mail.example"),
        (m.Patient, "invoice_email", "a@mail.example", "a@mail"),
        (m.Patient, "dva_card_number", "NX12345A", "12345"),
        (m.Contact, "doctor_type", "specialist", "wizard"),
        (m.PatientCase, "max_sessions", 200, 201),
        (m.PatientCase, "max_sessions", 1, 0),
        (m.PatientCase, "max_invoiceable_amount", Decimal(0), Decimal("-0.01")),
        (m.Relationship, "relation", 70, 80),
    ],
)
def test_values_that_the_api_would_refuse_are_left_out_with_a_word(
    model: type[m.Entity], name: str, good: Any, bad: Any
) -> None:
    """One bad value must not keep the whole record back."""
    kept: Any = outcome(bare(model, **{name: good}))
    lacking: Any = outcome(bare(model, **{name: bad}))

    assert getattr(kept.draft, name) == (good.strip() if isinstance(good, str) else good)
    assert name not in losses(kept)
    if model is m.Relationship:
        assert lacking.lost
    else:
        assert getattr(lacking.draft, name) is UNSET
        assert losses(lacking)[name] == REFUSED


def test_a_required_text_that_is_blank_gets_a_stand_in() -> None:
    """The API refuses a patient without both names; old records have one at times."""
    result = mapped(bare(m.Patient, first_name=" ", last_name="Sample"))

    assert (result.draft.first_name, result.draft.last_name) == (STAND_IN, "Sample")
    assert losses(result)["first_name"] == STOOD_IN


def test_what_is_null_where_null_says_something_is_sent() -> None:
    """Nobody asked for consent, and that is not the same as the destination's default."""
    result = mapped(bare(m.Patient))

    assert (result.draft.accepted_privacy_policy, result.draft.accepted_email_marketing) == (None, None)
    assert (result.draft.receives_confirmation_emails, result.draft.receives_cancellation_emails) == (None, None)


def test_a_record_without_what_the_api_asks_for_is_skipped_as_a_loss() -> None:
    """An e-mail to the staff, for example, is about no patient."""
    skip = skipped(bare(m.EmailCommunication, patient=None))

    assert skip.lost
    assert skip.reason == "the source does not say its patient"


def test_a_record_of_a_place_that_is_left_out_is_skipped_as_a_loss() -> None:
    """Bookings of an excluded business stay behind; that was asked for, and is counted as what it is."""
    elsewhere = bare(m.IndividualAppointment, business=Ref("businesses", "99"))

    assert skipped(elsewhere).lost
    assert skipped(elsewhere).reason == "its business is left out, or has no match in the destination"


def test_a_record_that_can_do_without_the_place_goes_without_it() -> None:
    """The forms of a patient still go, without the link."""
    result = mapped(bare(m.PatientForm, business=Ref("businesses", "99")))

    assert result.draft.business_id is UNSET
    assert Loss("business", NO_MATCH) in result.losses


def test_reasons_never_quote_a_record() -> None:
    """They are counted, so they hold for every such record; and reports hold no health data."""
    secret = "XYZZY"
    patient = bare(
        m.Patient,
        email=secret,
        gender=secret,
        occupation=secret * 99,
        reminder_type=secret,
        country=secret,
        created_at=LATER,
    )

    assert not [loss for loss in mapped(patient).losses if secret in loss.reason or secret in loss.field]
