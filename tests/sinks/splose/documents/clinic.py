"""A made-up clinic's records, patient by patient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose.documents import PatientRecord, Visit
from clinikomigrate.sinks.splose.documents.markup import paragraphs
from clinikomigrate.testing import FakeCliniko, make_clinic
from clinikomigrate.transfer.names import display_name
from tests.end_to_end.accounts import client


def records(patients: int, seed: int) -> tuple[list[PatientRecord], dict[tuple[str, str], str]]:
    """Reads a made-up clinic through the client.

    Returns:
        Each patient's record, and the names of what records point at.
    """
    fake = FakeCliniko(subdomain="old-clinic")
    make_clinic(fake, patients=patients, seed=seed)
    with fake.in_process():
        return read(client(fake))


def read(account: Cliniko) -> tuple[list[PatientRecord], dict[tuple[str, str], str]]:
    """Reads a clinic through its client.

    Returns:
        Each patient's record, and the names of what records point at.
    """
    about: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    lists = {
        "alerts": account.medical_alerts,
        "cases": account.patient_cases,
        "notes": account.treatment_notes,
        "forms": account.patient_forms,
        "communications": account.communications,
    }
    for name, resource in lists.items():
        for record in resource.list(include_archived=True):  # type: ignore[attr-defined]
            about[record.patient.id][name].append(record)
    bookings: dict[str, Any] = {}
    for each in account.individual_appointments.list(include_archived=True, include_cancelled=True):
        bookings[each.id] = each
    for group in account.group_appointments.list(include_archived=True):
        bookings[group.id] = group
    for attendee in account.attendees.list(include_archived=True, include_cancelled=True):
        if attendee.patient and attendee.booking and attendee.booking.id in bookings:
            about[attendee.patient.id]["visits"].append(Visit(bookings[attendee.booking.id], attendee))
    found = [PatientRecord(patient=each, **about[each.id]) for each in account.patients.list(include_archived=True)]
    return found, dict(_names(account))


def _names(account: Cliniko) -> Iterator[tuple[tuple[str, str], str]]:
    for resource in (
        account.practitioners,
        account.businesses,
        account.appointment_types,
        account.treatment_note_templates,
        account.contacts,
        account.patient_cases,
    ):
        for record in resource.list():
            yield (record.kind, record.id), display_name(record) or ""


def named(names: dict[tuple[str, str], str], ref: Ref[Any]) -> str | None:
    """Gives the name of what a record points at."""
    return names.get((ref.kind, ref.id))


def _said(questions: Sequence[m.Question]) -> Iterator[str]:
    for question in questions:
        yield question.name or ""
        if question.type == "paragraph":
            yield from (part.text for part in paragraphs(str(question.answer or "")))
        elif isinstance(question.answer, str) and question.type != "date":
            yield question.answer
        yield from (option.value or "" for option in question.answers or ())
        yield (question.other.value or "") if question.other else ""


def texts(patient: PatientRecord) -> Iterator[str]:
    """All that was written about a patient, piece by piece."""
    written: list[m.TreatmentNote | m.PatientForm] = [*patient.notes, *patient.forms]
    for each in written:
        for section in (each.content.sections if each.content else None) or ():
            yield section.name or ""
            yield section.description or ""
            yield from _said(section.questions or ())
    for note in patient.notes:
        yield from (note.title or "", note.author_name or "")
    yield from (form.name or "" for form in patient.forms)
    yield from (alert.name or "" for alert in patient.alerts)
    for case in patient.cases:
        yield from (case.name or "", case.notes or "")
    for message in patient.communications:
        yield from (message.content or "", message.from_ or "", message.to or "")
    for visit in patient.visits:
        yield from (
            (visit.booking.notes if visit.booking else "") or "",
            (visit.attendee.cancellation_note if visit.attendee else "") or "",
        )
