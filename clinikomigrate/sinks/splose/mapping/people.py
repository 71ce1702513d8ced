"""Patients and their contacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks import reasons as common
from clinikomigrate.sinks.field_rules import EMAIL, STAND_IN
from clinikomigrate.sinks.moments import moment
from clinikomigrate.sinks.splose import custom_fields, phones, reasons, words
from clinikomigrate.sinks.splose.drafts import ClientDraft
from clinikomigrate.sinks.splose.fields import FIELDS
from clinikomigrate.sinks.splose.mapping import family
from clinikomigrate.sinks.splose.mapping.family import Family, draft, zone
from clinikomigrate.sinks.splose.mapping.records import arranged
from clinikomigrate.sinks.splose.telling.drafts import Telling
from clinikomigrate.splose.models import ContactDraft
from clinikomigrate.transfer.follow_ups import Change, FollowUp, Unmute
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context, Fetch, Mapped, Skip
from clinikomigrate.transfer.names import folded

NOBODY: Final = "NONE"
"""The preference of a client who gets no messages."""

_CONFIRMATIONS: Final = "confirmations"
_STANDARD, _DOCTOR, _PAYER = 0, 1, 2
_TYPES: Final = {"Standard": _STANDARD, "Doctor": _DOCTOR, "3rd Party Payer": _PAYER}
_DOCTOR_TYPES: Final = {"general_practitioner": "GP", "specialist": "Specialist"}
_OLDER: Final = {"None": (), "SMS": (1,), "Email": (2,), "SMS & Email": (1, 2)}
_PREFERENCES: Final = {(): NOBODY, (1,): "SMS", (2,): "EMAIL", (1, 2): "SMS_EMAIL"}
_CONSENT: Final = {True: "Accepted", False: "Rejected", None: "No response"}


_OF_MERGED: Final = (
    "appointment_notes",
    "dva_card_number",
    "emergency_contact",
    "medicare",
    "notes",
    "occupation",
    "patient_phone_numbers",
)
"""What of a merged record somebody has to compare with the other one's."""


class People(Family):
    """Maps patients and the people around them.

    Attributes:
        _contact_email: What a contact gets that has no e-mail address, or `"skip"`.
    """

    _contact_email: str

    def contact(self, contact: m.Contact, context: Context, /) -> Mapped[ContactDraft] | Skip:
        """Maps a contact. One without an e-mail address goes as the user says, because Splose wants one."""
        losses = []
        email = (contact.email or "").strip()
        if not EMAIL.fullmatch(email):
            if self._contact_email == "skip":
                return Skip(reasons.EMAIL, lost=True, lasting=True)
            losses.append(Loss("email", common.REFUSED if email else reasons.CLINICS_EMAIL, mended=True))
            email = self._contact_email
        kind = _TYPES.get(contact.type or "") if contact.type_code is None else contact.type_code
        if kind == _PAYER:
            losses.append(Loss("type_code", reasons.PAYER))
        elif kind not in (None, _STANDARD, _DOCTOR):
            losses.append(Loss("type_code", common.REFUSED, mended=True))
        doctor_type = _DOCTOR_TYPES.get(contact.doctor_type or "", UNSET)
        if contact.doctor_type and doctor_type is UNSET:
            losses.append(Loss("doctor_type", common.REFUSED, mended=True))
        numbers, unknown = phones.split(contact.phone_numbers, family.countries(context, contact), "phone_numbers")
        person = " ".join(part.strip() for part in (contact.first_name, contact.last_name) if part and part.strip())
        name = person or (contact.company_name or "").strip() or (contact.preferred_name or "").strip()
        if not name:
            losses.append(Loss("last_name", common.STOOD_IN, mended=True))
        return draft(
            ContactDraft,
            contact,
            context,
            losses=(*losses, *unknown),
            type="Doctor" if kind == _DOCTOR else "Standard",
            name=name or STAND_IN,
            email=email,
            doctor_type=doctor_type,
            phone_numbers=numbers or UNSET,
            country=_country(contact),  # null where there is none: a contact without is put into Australia
        )

    def patient(self, patient: m.Patient, context: Context, /) -> Mapped[ClientDraft] | Skip:
        """Maps a patient.

        Who is booked gets no messages until the transfer is done. What has no field of its own stands under headings in
        the further information.
        """
        if patient.merged_with_patient is not None:
            return Skip(reasons.MERGED, instead=patient.merged_with_patient, losses=_own(patient), lasting=True)
        ref: Ref[Any] = Ref(patient.kind, patient.id)
        countries = family.countries(context, patient)
        numbers, losses = phones.split(patient.patient_phone_numbers, countries, "patient_phone_numbers")
        answered = custom_fields.answers(patient.custom_fields, family.custom_fields(context), _defined(context))
        name, relationship, number = words.emergency_contact(patient.emergency_contact, countries)
        preference = _preference(patient)
        muted = preference != NOBODY and _CONFIRMATIONS in context.survey.may_message
        follow_ups: list[FollowUp] = [Change(draft=answered.draft)] if answered.draft else []
        if arranged(context) is not None:
            follow_ups.append(Telling(patient=patient.id))
        if muted:
            follow_ups.append(Unmute(_CONFIRMATIONS, setting=preference))
        return draft(
            ClientDraft,
            patient,
            context,
            losses=(*losses, *answered.losses, *_unsaid(patient, context)),
            follow_ups=follow_ups,
            named=() if patient.concession_type is None else (patient.concession_type,),
            phone_numbers=numbers or UNSET,
            pronouns=words.pronouns(patient.pronouns) or UNSET,
            emergency_contact_name=name or UNSET,
            emergency_contact_relationship=relationship or UNSET,
            emergency_contact_number=number or UNSET,
            privacy_policy=_CONSENT[patient.accepted_privacy_policy],
            communication_preference=preference,
            country=_country(patient) or UNSET,
            archived=True if patient.archived_at or patient.deleted_at else UNSET,
            extra_info=words.about(patient, FIELDS[m.Patient], [*_said(patient, context), *answered.told]) or UNSET,
            referring_doctor=_referrer(patient),
            extra_billing_info=_billing(patient) or UNSET,
            medical_alerts=Fetch("medical_alerts", (ref,)) if "medical_alerts" in context.survey.included else UNSET,
            to_come=_booked(ref, context) if muted else UNSET,
            blank_fields=_blank(patient, context) or UNSET,
            own=tuple(family.of(context.survey).own) or UNSET,
            in_fields=tuple(words.under(*each) for each in answered.placed) or UNSET,
        )


def _booked(patient: Ref[Any], context: Context) -> bool | Fetch:
    """Says who is made with no messages: who is booked, or all where past appointments are marked as well."""
    return Fetch("bookings_to_come", (patient,)) if family.of(context.survey).outcomes is None else True


def _own(merged: m.Patient) -> tuple[Loss, ...]:
    """Says what a merged record has of its own: nothing documents whether the other one was given it."""
    return tuple(Loss(name, reasons.MERGED_OWN) for name in _OF_MERGED if getattr(merged, name))


def _referrer(patient: m.Patient) -> Fetch | Unset:
    return UNSET if patient.referring_doctor is None else Fetch("contact_name", (patient.referring_doctor,))


def _blank(patient: m.Patient, context: Context) -> Mapping[str, str]:
    return custom_fields.blank(patient.custom_fields, _defined(context), family.custom_fields(context))


def _defined(context: Context) -> m.CustomFields | None:
    settings = context.survey.settings
    return settings.patient_custom_fields_definition if isinstance(settings, m.Settings) else None


def _country(record: m.Patient | m.Contact) -> str | None:
    return (record.country or "").strip() or record.country_code or None


def _preference(patient: m.Patient) -> str:
    """How the patient is written to: never more than the source says."""
    channels = patient.reminders_communication_channels
    if channels is None:
        channels = _OLDER.get(patient.reminder_type or "None", ())
    return _PREFERENCES[tuple(sorted({each for each in channels if each in (1, 2)}))]


def _said(patient: m.Patient, context: Context) -> list[tuple[str, str]]:
    """What stands in words beyond what the table says."""
    told = []
    gender = (patient.gender or "").strip()
    if gender and not any(folded(gender) == folded(each or "") for each in (patient.sex, patient.gender_identity)):
        told.append(("Gender", gender))
    if concession := context.name(patient.concession_type):
        told.append(("Concession", concession))
    if archived := (patient.archived_at or patient.deleted_at):
        told.append(("Archived in the earlier system", moment(archived, zone(context))))
    return told


def _billing(patient: m.Patient) -> str:
    parts = (
        ("Invoices to", patient.invoice_default_to),
        ("Invoices by e-mail to", patient.invoice_email),
        ("", patient.invoice_extra_information),
    )
    return words.note(*(f"{heading}: {value}" if heading else value for heading, value in parts if value))


def _unsaid(patient: m.Patient, context: Context) -> list[Loss]:
    losses = []
    if any(each not in (1, 2) for each in patient.reminders_communication_channels or ()):
        losses.append(Loss("reminders_communication_channels", common.REFUSED, mended=True))
    if patient.follow_ups_communication_channels and not patient.follow_ups_communication_channels_description:
        losses.append(Loss("follow_ups_communication_channels", reasons.CHANNELS))
    if patient.concession_type is not None and context.name(patient.concession_type) is None:
        losses.append(Loss("concession_type", common.NO_MATCH))
    return losses
