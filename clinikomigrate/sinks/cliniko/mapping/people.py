"""Patients and the people around them, and the short records about patients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks import reasons as common
from clinikomigrate.sinks.answers import LONGEST_NUMBER, PHONE_TYPES
from clinikomigrate.sinks.cliniko import custom_fields, reasons
from clinikomigrate.sinks.cliniko.drafting import draft
from clinikomigrate.sinks.cliniko.mapping.family import Family, definitions
from clinikomigrate.sinks.cliniko.marks import Marks
from clinikomigrate.sinks.cliniko.outcome import WAYS
from clinikomigrate.sinks.field_rules import STAND_IN
from clinikomigrate.transfer.follow_ups import Change, FollowUp, Unmute
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context, Fetch, Mapped, Skip
from clinikomigrate.transfer.names import folded

MERGED: Final = "it was merged into another patient"
NO_SUBCATEGORY: Final = "the destination's type of source has no such subcategory; add it there by hand"
OTHER_REFERRER: Final = "the destination's type of source takes no referrer of this kind"

_LONGEST_PRONOUN: Final = 50
_REMINDER_TYPES: Final = frozenset({"None", "SMS", "Email", "SMS & Email"})
_CHANNELS: Final = frozenset({1, 2})
_CONTACT_TYPES: Final = {"Standard": 0, "Doctor": 1, "3rd Party Payer": 2}
_REFERRERS: Final = {"patients": "Patient", "contacts": "Contact"}
_MUTED_BY: Final = {setting: way for way, setting in WAYS.items()}
"""What has a patient written to while records are made, and which of a survey's `may_message` says that it would."""


class People(Family):
    """Maps patients and the people around them."""

    def contact(self, contact: m.Contact, context: Context, /) -> Mapped[m.ContactDraft] | Skip:
        """Maps a contact; one without a person's name gets its company's as the last name, which the API asks for."""
        phones, losses = _phones("phone_numbers", contact.phone_numbers)
        if contact.country and not contact.country_code:
            losses.append(Loss("country", reasons.COUNTRY))
        kind = _CONTACT_TYPES.get(contact.type or "") if contact.type_code is None else contact.type_code
        values: dict[str, Any] = {} if kind is None else {"type_code": kind}
        if not (contact.first_name or "").strip() and not (contact.last_name or "").strip():
            values["last_name"], reason = _instead_of_a_name(contact)
            losses.append(Loss("last_name", reason, mended=True))
        return draft(m.ContactDraft, contact, context, losses=losses, phone_numbers=phones, **values)

    def patient(self, patient: m.Patient, context: Context, /) -> Mapped[m.PatientDraft] | Skip:
        """Maps a patient.

        Consent never becomes more than it was, and whatever would write to the patient during the transfer is held
        back until its end. Who has no old reference id gets a mark there, by which a copy is known: `cm-`, the source
        account's id, `-`, the patient's id.
        """
        if patient.merged_with_patient is not None:
            return Skip(MERGED, instead=patient.merged_with_patient, lasting=True)
        phones, losses = _phones("patient_phone_numbers", patient.patient_phone_numbers)
        own = custom_fields.translate(patient.custom_fields, definitions(context.survey)[1])
        pronouns, reminders = _pronouns(patient.pronouns), _reminders(patient)
        switches, follow_ups = _switches(patient, context)
        return draft(
            m.PatientDraft,
            patient,
            context,
            losses=(*losses, *own.losses, *_unsaid(patient, pronouns, reminders)),
            follow_ups=follow_ups,
            patient_phone_numbers=phones,
            custom_fields=own.fields,
            pronouns=pronouns,
            country=UNSET if patient.country_code or not patient.country else patient.country,
            unsubscribe_sms_marketing=patient.accepted_sms_marketing is not True,
            **reminders,
            **switches,
            **_mark(patient, context),
        )

    def relationship(self, relationship: m.Relationship, context: Context, /) -> Mapped[m.RelationshipDraft] | Skip:
        """Maps a relationship between two patients."""
        return draft(m.RelationshipDraft, relationship, context)

    def referral_source(self, source: m.ReferralSource, context: Context, /) -> Mapped[m.ReferralSourceDraft] | Skip:
        """Maps how a patient came to the clinic, as far as the destination's type of source can hold it."""
        counterpart = context.matched(source.referral_source_type)
        if counterpart is None:
            return Skip(common.NO_MATCH, lost=True)
        existing = context.survey.existing.get("referral_source_types", ())
        there = next((kind for id, kind in existing if id == counterpart), m.ReferralSourceType(id=counterpart))
        losses = []
        subcategory = next((each for each in there.subcategories or () if _same(each, source.subcategory)), None)
        if source.subcategory and subcategory is None:
            losses.append(Loss("subcategory", NO_SUBCATEGORY))
        referrer: Ref[Any] | Unset = source.referrer or UNSET
        if referrer and there.referrer_type != _REFERRERS.get(referrer.kind):
            losses.append(Loss("referrer", OTHER_REFERRER))
            referrer = UNSET
        return draft(
            m.ReferralSourceDraft, source, context, losses=losses, subcategory=subcategory, referrer_id=referrer
        )

    def medical_alert(self, alert: m.MedicalAlert, context: Context, /) -> Mapped[m.MedicalAlertDraft] | Skip:
        """Maps a medical alert."""
        return draft(m.MedicalAlertDraft, alert, context)

    def patient_case(self, case: m.PatientCase, context: Context, /) -> Mapped[m.PatientCaseDraft] | Skip:
        """Maps a patient case; its files are linked, and it is closed, when everything is there."""
        files: Any = Fetch("case_attachments", (Ref(case.kind, case.id),))  # a list of refs, once it is fetched
        closed = bool(case.closed or case.closed_at)
        end = m.PatientCaseDraft(patient_attachment_ids=files, closed=closed)
        return draft(m.PatientCaseDraft, case, context, follow_ups=(Change(draft=end),))

    def recall(self, recall: m.Recall, context: Context, /) -> Mapped[m.RecallDraft] | Skip:
        """Maps a recall."""
        return draft(m.RecallDraft, recall, context)


def _same(one: str, other: str | None) -> bool:
    return other is not None and folded(one) == folded(other)


def _instead_of_a_name(contact: m.Contact) -> tuple[str, str]:
    """Returns what stands for the name of a contact without one, and why, in words that say what it is."""
    instead = ((contact.company_name, reasons.BY_COMPANY), (contact.preferred_name, reasons.BY_PREFERRED))
    found = ((name.strip()[:255], reason) for name, reason in instead if name and name.strip())
    return next(found, (STAND_IN, common.STOOD_IN))


def _phones(name: str, numbers: Iterable[m.PhoneNumber] | None) -> tuple[list[m.PhoneNumberDraft], list[Loss]]:
    drafts, losses = [], []
    for phone in numbers or ():
        number = (phone.number or "").strip()
        if not number:
            continue
        if len(number) > LONGEST_NUMBER:
            losses.append(Loss(name, common.CUT, mended=True))
        known = phone.phone_type in PHONE_TYPES
        if not known:
            losses.append(Loss(f"{name}.phone_type", common.REFUSED, mended=True))
        kind = phone.phone_type if known and phone.phone_type else "Other"
        drafts.append(m.PhoneNumberDraft(number=number[:LONGEST_NUMBER], phone_type=kind))
    return drafts, losses


def _pronouns(pronouns: m.Pronouns | None) -> m.Pronouns | Unset:
    """All five forms, or none: the API takes nothing in between."""
    if pronouns is None:
        return UNSET
    forms = [value for value in _forms(pronouns) if value and value.strip() and len(value) <= _LONGEST_PRONOUN]
    return pronouns if len(forms) == len(_forms(pronouns)) else UNSET


def _forms(pronouns: m.Pronouns) -> list[str | Unset | None]:
    return [
        pronouns.nominative,
        pronouns.accusative,
        pronouns.pronominal_possessive,
        pronouns.predicative_possessive,
        pronouns.reflexive,
    ]


def _reminders(patient: m.Patient) -> dict[str, Any]:
    """How the patient is reminded: by the channels, or as older accounts say it. Never more than the source says."""
    channels = patient.reminders_communication_channels
    if channels is not None:
        return {"reminders_communication_channels": [each for each in channels if each in _CHANNELS]}
    return {"reminder_type": patient.reminder_type if patient.reminder_type in _REMINDER_TYPES else None}


def _mark(patient: m.Patient, context: Context) -> dict[str, Any]:
    """Marks the copy of a patient who has no old reference id."""
    marks = Marks.of_source(context.survey)
    mark = marks.of(patient.id) if marks is not None else None
    return {} if mark is None or (patient.old_reference_id or "").strip() else {"old_reference_id": mark}


def _switches(patient: m.Patient, context: Context) -> tuple[dict[str, Any], list[FollowUp]]:
    """Whether the patient is written to: held back where the transfer could set it off, and restored at its end."""
    values: dict[str, Any] = {name: getattr(patient, name) for name in _MUTED_BY}
    muted = [name for name, way in _MUTED_BY.items() if values[name] is True and way in context.survey.may_message]
    if not muted:
        return values, []
    return {**values, **dict.fromkeys(muted, False)}, [Unmute(way=_MUTED_BY[name]) for name in muted]


def _unsaid(patient: m.Patient, pronouns: m.Pronouns | Unset, reminders: dict[str, Any]) -> list[Loss]:
    losses = []
    if patient.pronouns is not None and not pronouns and any(_forms(patient.pronouns)):
        losses.append(Loss("pronouns", common.REFUSED, mended=True))
    if patient.gender and not any(_same(patient.gender, said) for said in (patient.sex, patient.gender_identity)):
        losses.append(Loss("gender", reasons.GENDER))
    if patient.reminder_type and reminders == {"reminder_type": None}:
        losses.append(Loss("reminder_type", common.REFUSED, mended=True))
    if not _CHANNELS.issuperset(patient.reminders_communication_channels or ()):
        losses.append(Loss("reminders_communication_channels", common.REFUSED, mended=True))
    return losses
