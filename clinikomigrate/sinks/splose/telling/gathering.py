"""All that the archive folder holds about a patient, as documents take it, and which of it is to be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.documents import PatientRecord, Visit
from clinikomigrate.sinks.splose.documents.showing import version
from clinikomigrate.transfer.kinds import APPOINTMENT_KINDS

LISTS: Final[Mapping[str, str]] = {
    "medical_alerts": "alerts",
    "patient_cases": "cases",
    "communications": "communications",
    "treatment_notes": "notes",
    "patient_forms": "forms",
}
"""For each kind that stands in a client's document by itself: the attribute of `PatientRecord`."""

OWN: Final = ("treatment_notes", "patient_forms")
"""The kinds that can have documents of their own."""

CONCERNED: Final = frozenset({*LISTS, *APPOINTMENT_KINDS, "attendees"})
"""The kinds of which a client's document can tell."""

Versions = Mapping[tuple[str, str], str]
"""By kind and id of a record: what tells whether it would read otherwise."""


def gathered(archive: Archive, patient: m.Patient, *, collected: bool) -> PatientRecord:
    """Gathers what is known about a patient, and about who was merged into the patient.

    Args:
        archive: The archive.
        patient: Who remains.
        collected: Whether notes and forms stand in the same document.
    """
    kinds = [kind for kind in LISTS if collected or kind not in OWN]
    lists: dict[str, Any] = {LISTS[kind]: tuple(archive.of(patient.id, kind)) for kind in kinds}
    return PatientRecord(patient=patient, visits=tuple(_visits(archive, patient.id)), **lists)


def _visits(archive: Archive, patient: str) -> Iterator[Visit]:
    """Gives a patient's appointments: each place in one, and those without any."""
    seen = set()
    for attendee in archive.of(patient, "attendees"):
        booking = _booking(archive, attendee.booking)
        if booking is not None:
            seen.add(booking.id)
        yield Visit(booking, attendee)
    for appointment in archive.of(patient, "individual_appointments"):
        if appointment.id not in seen:
            yield Visit(appointment)


def _booking(archive: Archive, ref: Ref[Any] | None) -> Any:
    found = (archive.get(kind, ref.id) for kind in APPOINTMENT_KINDS if ref is not None)
    return next((each for each in found if each is not None), None)


def versions(record: PatientRecord) -> dict[tuple[str, str], str]:
    """Says how each record reads that a document tells of. A visit is told as the patient's place in it.

    Args:
        record: All about a patient.
    """
    alone = [each for name in LISTS.values() for each in getattr(record, name)]
    return {
        **{(each.kind, each.id): version(each) for each in alone},
        **{_key(visit): _of_visit(visit) for visit in record.visits},
    }


def _key(visit: Visit) -> tuple[str, str]:
    place = next(each for each in (visit.attendee, visit.booking) if each is not None)
    return place.kind, place.id


def _of_visit(visit: Visit) -> str:
    return version(*(each for each in (visit.booking, visit.attendee) if each is not None))


def states(record: PatientRecord) -> dict[tuple[str, str], str]:
    """Says how each record reads by itself, appointments and places in them too.

    Args:
        record: All about a patient.
    """
    alone = [each for name in LISTS.values() for each in getattr(record, name)]
    booked = [each for visit in record.visits for each in (visit.booking, visit.attendee) if each is not None]
    return {(each.kind, each.id): version(each) for each in (*alone, *booked)}


def only(record: PatientRecord, wanted: Callable[[tuple[str, str]], bool]) -> PatientRecord:
    """Leaves out what need not be told.

    Args:
        record: All about a patient.
        wanted: Says by kind and id which records are told.
    """
    lists: dict[str, Any] = {
        name: tuple(each for each in getattr(record, name) if wanted((each.kind, each.id))) for name in LISTS.values()
    }
    return attrs.evolve(record, visits=tuple(each for each in record.visits if wanted(_key(each))), **lists)
