"""What drafts say about their attributes."""

from __future__ import annotations

import typing

import attrs
import pytest

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.cliniko.models import Booking
from tests.cliniko.models.models import DRAFTS, ENTITIES, types_in

# ids that point at nothing that the API can read: an older system's patient, message templates
NO_REFERENCES = {
    "old_reference_id",
    "appointment_confirmation_template_ids",
    "appointment_follow_up_template_ids",
    "appointment_reminder_template_ids",
}
NEEDED = {
    "AppointmentTypeBillableItemDraft": {"appointment_type_id", "billable_item_id"},
    "AppointmentTypeProductDraft": {"appointment_type_id", "product_id"},
    "AttendeeDraft": {"booking_id", "patient_id"},
    "AvailabilityBlockDraft": {"business_id", "practitioner_id", "starts_at", "ends_at"},
    "ConcessionPriceDraft": {"billable_item_id", "concession_type_id"},
    "GroupAppointmentDraft": {"appointment_type_id", "business_id", "practitioner_id", "starts_at"},
    "IndividualAppointmentDraft": {
        "appointment_type_id",
        "business_id",
        "patient_id",
        "practitioner_id",
        "starts_at",
    },
    "MedicalAlertDraft": {"name", "patient_id"},
    "MemoCommunicationDraft": {
        "confidential",
        "content",
        "direction_code",
        "from_",
        "patient_id",
        "to",
        "type_code",
    },
    "PatientAttachmentDraft": {"patient_id"},
    "PatientCaseDraft": {"name", "patient_id"},
    "PatientDraft": {"first_name", "last_name"},
    "PatientFormDraft": {"patient_id"},
    "PractitionerReferenceNumberDraft": {"business_id", "practitioner_id"},
    "RecallDraft": {"patient_id", "recall_type_id", "recall_at"},
    "ReferralSourceDraft": {"patient_id"},
    "RelationshipDraft": {"patient_id", "related_patient_id", "relation"},
    "StockAdjustmentDraft": {"adjustment_type", "product_id", "quantity"},
    "TreatmentNoteDraft": {"patient_id", "title", "draft"},
    "UnavailableBlockDraft": {"business_id", "practitioner_id", "starts_at", "ends_at"},
}
ATTRIBUTES = {f"{name}.{field.name}": field for name, model in DRAFTS.items() for field in attrs.fields(model)}
REFERENCES = {
    name: field
    for name, field in ATTRIBUTES.items()
    if any(typing.get_origin(kind) is Ref for kind in types_in(field.type))
}
BOOKINGS = {model for model in ENTITIES.values() if issubclass(model, typing.get_args(Booking))}


def models_of(kinds: str | tuple[str, ...]) -> set[object]:
    """The classes of records of these kinds."""
    asked = {kinds} if isinstance(kinds, str) else set(kinds)
    return {model for model in ENTITIES.values() if model.kind in asked or ("bookings" in asked and model in BOOKINGS)}


@pytest.mark.parametrize("field", ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_attribute_is_left_out_unless_given(field: attrs.Attribute[object]) -> None:
    """Every attribute of a draft is `UNSET` by default, and its type says so."""
    assert UNSET is field.default
    assert Unset in typing.get_args(field.type)


def test_ids_are_references() -> None:
    """What ends in an id takes a Ref, but for ids of what the API can't read."""
    ids = {name for name in ATTRIBUTES if name.endswith(("_id", "_ids"))}

    assert {name.partition(".")[2] for name in ids - REFERENCES.keys()} == NO_REFERENCES


@pytest.mark.parametrize("field", REFERENCES.values(), ids=REFERENCES)
def test_reference_takes_an_id_or_a_ref(field: attrs.Attribute[object]) -> None:
    """A reference is a source record, a Ref, or a destination id, a text."""
    assert str in types_in(field.type)


@pytest.mark.parametrize("field", REFERENCES.values(), ids=REFERENCES)
def test_reference_says_its_kind(field: attrs.Attribute[object]) -> None:
    """The kind in a reference's metadata is that of the model in its type."""
    pointed_at = {kind for kind in types_in(field.type) if kind in ENTITIES.values()}

    assert pointed_at == models_of(field.metadata["kind"])


def test_only_references_have_a_kind() -> None:
    """No other attribute's metadata names a kind."""
    assert REFERENCES.keys() == {name for name, field in ATTRIBUTES.items() if "kind" in field.metadata}


def test_needed_attributes() -> None:
    """Exactly what the API refuses to do without is marked as required."""
    required: dict[str, set[str]] = {}
    for name, field in ATTRIBUTES.items():
        if field.metadata.get("required"):
            required.setdefault(name.partition(".")[0], set()).add(field.name)

    assert required == NEEDED


@pytest.mark.parametrize("draft", NEEDED)
def test_needed_attributes_are_documented(draft: str) -> None:
    """The docstring of a draft names each attribute that is needed to create the record."""
    sentence = (DRAFTS[draft].__doc__ or "").partition("needs ")[2].partition(".\n")[0]

    assert set() == {name for name in NEEDED[draft] if f"`{name}`" not in sentence}


def test_needed_attributes_cannot_be_null() -> None:
    """What is needed isn't null, but where the API's description allows it."""
    nullable = {
        name
        for name, field in ATTRIBUTES.items()
        if field.metadata.get("required") and type(None) in typing.get_args(field.type)
    }

    assert {"MemoCommunicationDraft"} == {name.partition(".")[0] for name in nullable}


def test_what_is_not_in_the_body() -> None:
    """A referral source's patient is in the address, and a file goes elsewhere."""
    outside = {name for name, field in ATTRIBUTES.items() if not field.metadata.get("body", True)}

    assert {"PatientAttachmentDraft.content", "ReferralSourceDraft.patient_id"} == outside


def test_what_is_sent_as_a_number() -> None:
    """Of all decimals only a product's price goes out as a number."""
    assert [name for name, field in ATTRIBUTES.items() if field.metadata.get("number")] == ["ProductDraft.price"]
