"""Made-up records of the source, and what preflight may have read."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko.mapper import ClinikoMapper
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.mapper import Context, Mapped, Skip
from clinikomigrate.transfer.sink import Account
from clinikomigrate.transfer.survey import Survey

T = TypeVar("T")

WHEN = datetime(2024, 3, 13, 22, 30, tzinfo=UTC)
"""The morning of 14 March 2024 in Melbourne."""

LATER = datetime(2024, 7, 1, 2, 0, tzinfo=UTC)
"""Noon of 1 July 2024 in Melbourne, which is in winter."""

BUSINESS: Ref[m.Business] = Ref("businesses", "10")
PRACTITIONER: Ref[m.Practitioner] = Ref("practitioners", "20")
PATIENT: Ref[m.Patient] = Ref("patients", "30")
USER: Ref[m.User] = Ref("users", "40")
SOURCE_TYPE: Ref[m.ReferralSourceType] = Ref("referral_source_types", "50")

MATCHES = {BUSINESS: "910", PRACTITIONER: "920", SOURCE_TYPE: "950"}
NAMES: dict[Ref[Any], str] = {BUSINESS: "Northside", PRACTITIONER: "Dr Amy Ng", USER: "Max Power"}

MODELS: tuple[type[m.Entity], ...] = tuple(
    model
    for model in vars(m).values()
    if isinstance(model, type) and issubclass(model, m.Entity) and getattr(model, "kind", None) in KINDS
)
"""The models of all kinds that a transfer knows."""

STAYING: frozenset[type[m.Entity]] = frozenset(
    {m.DailyAvailability, m.FullPatientExport, m.Invoice, m.InvoiceItem, m.StockAdjustment}
)
"""The models of what stays behind as a whole."""

MOVING = tuple(model for model in MODELS if model not in STAYING)
"""The models of what goes."""


def drafts_of(model: type[m.Entity]) -> type[m.Draft] | None:
    """Gives the class of draft for a model; None for what can't be written."""
    drafts = (each for each in vars(m).values() if isinstance(each, type) and issubclass(each, m.Draft))
    return next((each for each in drafts if getattr(each, "kind", None) == model.kind), None)


def survey(**changes: Any) -> Survey:
    """Makes what preflight may have read of an account in Melbourne."""
    given: dict[str, Any] = {
        "settings": m.Settings(account=m.AccountSettings(id="1", time_zone_identifier="Australia/Melbourne")),
        "account": Account("2", "New clinic", m.Settings()),
        "existing": {"referral_source_types": (("950", m.ReferralSourceType(id="950", name="Patient")),)},
        "names": NAMES,
        "included": frozenset(KINDS),
    }
    return Survey(**{**given, **changes})


def context(matches: Mapping[Ref[Any], str] = MATCHES, **changes: Any) -> Context:
    """Makes what a mapper may look at."""
    return Context(survey(**changes), matches)


def mapped(entity: m.Entity, *, using: ClinikoMapper | None = None, **changes: Any) -> Mapped[Any]:
    """Maps a record that goes."""
    result = outcome(entity, using=using, **changes)
    assert isinstance(result, Mapped)
    return result


def skipped(entity: m.Entity, *, using: ClinikoMapper | None = None, **changes: Any) -> Skip:
    """Maps a record that doesn't go."""
    result = outcome(entity, using=using, **changes)
    assert isinstance(result, Skip)
    return result


def outcome(entity: m.Entity, *, using: ClinikoMapper | None = None, **changes: Any) -> Mapped[Any] | Skip:
    """Maps a record."""
    return (using or ClinikoMapper()).map(entity.kind, entity, context(**changes))


def losses(result: Mapped[Any]) -> dict[str, str]:
    """Gives what is lost, with the reasons."""
    return {loss.field: loss.reason for loss in result.losses}


NEEDED: dict[str, dict[str, Any]] = {
    **{
        kind: {"name": "Sample"} for kind in ("appointment_types", "patient_form_templates", "treatment_note_templates")
    },
    "individual_appointments": {
        "appointment_type": Ref("appointment_types", "1"),
        "business": BUSINESS,
        "patient": PATIENT,
        "practitioner": PRACTITIONER,
        "starts_at": WHEN,
        "ends_at": LATER,
    },
    "group_appointments": {
        "appointment_type": Ref("appointment_types", "1"),
        "business": BUSINESS,
        "practitioner": PRACTITIONER,
        "starts_at": WHEN,
        "ends_at": LATER,
    },
    "unavailable_blocks": {
        "business": BUSINESS,
        "practitioner": PRACTITIONER,
        "starts_at": WHEN,
        "ends_at": LATER,
    },
    "availability_blocks": {
        "business": BUSINESS,
        "practitioner": PRACTITIONER,
        "starts_at": WHEN,
        "ends_at": LATER,
    },
    "attendees": {"booking": Ref("bookings", "2"), "patient": PATIENT},
    "practitioner_reference_numbers": {"business": BUSINESS, "practitioner": PRACTITIONER},
    "patients": {"first_name": "Ada", "last_name": "Sample"},
    "contacts": {"last_name": "Sample"},
    "relationships": {"patient": PATIENT, "related_patient": Ref("patients", "31"), "relation": 10},
    "referral_sources": {"patient": PATIENT, "referral_source_type": SOURCE_TYPE},
    "medical_alerts": {"patient": PATIENT, "name": "Latex"},
    "patient_cases": {"patient": PATIENT, "name": "Knee"},
    "recalls": {"patient": PATIENT, "recall_type": Ref("recall_types", "3"), "recall_at": date(2025, 1, 1)},
    "concession_prices": {
        "billable_item": Ref("billable_items", "4"),
        "concession_type": Ref("concession_types", "5"),
    },
    "appointment_type_billable_items": {
        "appointment_type": Ref("appointment_types", "1"),
        "billable_item": Ref("billable_items", "4"),
    },
    "appointment_type_products": {
        "appointment_type": Ref("appointment_types", "1"),
        "product": Ref("products", "6"),
    },
    "patient_attachments": {"patient": PATIENT},
    "treatment_notes": {"patient": PATIENT, "title": "Progress"},
    "patient_forms": {"patient": PATIENT, "name": "Intake"},
    "communications": {"patient": PATIENT, "direction_code": 1, "type_code": 2, "content": "Hello"},
}
"""For each kind: what a record can't be copied without."""


def bare(model: type[T], **given: Any) -> T:
    """Makes a record with no more than it needs, and what is given."""
    needed = NEEDED.get(str(getattr(model, "kind", "")), {})
    return model(**{"id": "7", **needed, **given})


def value_for(model: type[m.Entity], name: str) -> Any:
    """Makes a value for an attribute, one that says something."""
    kind = next(field.type for field in attrs.fields(model) if field.name == name)
    if name == "content" and model.kind == "communications":
        return "words"
    return _KNOWN[name] if name in _KNOWN else _sample(kind)


_KNOWN: dict[str, Any] = {
    "cancellation_reason": 20,
    "country_code": "NZ",
    "custom_fields": m.CustomFields(
        sections=(
            m.CustomFieldSection(name="Health", fields=(m.CustomField(name="GP", type="text", value="Dr Sample"),)),
        )
    ),
    "dva_card_number": "NX12345A",
    "email": "ada@mail.example",
    "invoice_email": "bills@mail.example",
    "item_type": "Service",
    "doctor_type": "specialist",
    "draft": False,
    "referral_source_type": SOURCE_TYPE,
    "referrer": PATIENT,
    "online_payments_mode": "optional",
    "phone_numbers": (m.PhoneNumber(number="5550 0000", phone_type="Work"),),
    "patient_phone_numbers": (m.PhoneNumber(number="5550 0000", phone_type="Work"),),
    "pronouns": m.Pronouns(
        nominative="they",
        accusative="them",
        pronominal_possessive="their",
        predicative_possessive="theirs",
        reflexive="themself",
    ),
    "referral_type": "medicare",
    "relation": 30,
    "reminder_type": "SMS",
    "type": "Doctor",
    "content": m.Content(
        sections=(m.Section(name="Today", questions=(m.Question(name="How?", type="text", answer="Well"),)),)
    ),
}


def _sample(kind: Any) -> Any:
    arguments = [each for each in typing.get_args(kind) if each not in (types.NoneType, m.Content)]
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _sample(arguments[0])
    if origin is tuple:
        return (_sample(arguments[0]),)
    if origin in (Mapping, Sequence):
        return {"links": "somewhere"}
    if origin is Ref:
        return Ref(getattr(arguments[0], "kind", "bookings"), "77")
    if isinstance(kind, type) and attrs.has(kind):
        return kind(**{field.name: _sample(field.type) for field in attrs.fields(kind) if field.name != "extra"})
    plain: dict[Any, Any] = {
        str: "words",
        bool: True,
        int: 3,
        Decimal: Decimal("2.5"),
        datetime: WHEN,
        date: date(2024, 3, 14),
    }
    return plain[kind]
