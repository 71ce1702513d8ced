"""What of each record its document shows, and whether a record would read otherwise than it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.transfer.imprints import digest

_MESSAGE: Final = "archived_at category content created_at direction_code direction_description from_ to type"
_BOOKED: Final = "appointment_type archived_at business deleted_at ends_at notes practitioner starts_at"
_CANCELLED: Final = "cancellation_note cancellation_reason_description cancelled_at"
_SHOWN: Final = {
    m.MedicalAlert: "archived_at created_at deleted_at name",
    m.PatientCase: (
        "archived_at closed closed_at contact created_at expiry_date include_cancelled_attendees include_dna_attendees "
        "issue_date max_invoiceable_amount max_sessions name notes referral referral_type"
    ),
    m.TreatmentNote: (
        "archived_at author_name booking content created_at deleted_at draft finalized_at pinned_at practitioner title "
        "treatment_note_template"
    ),
    m.PatientForm: (
        "archived_at booking business completed_at content created_at edited_at name restricted_to_practitioner"
    ),
    m.MemoCommunication: f"{_MESSAGE} confidential",
    m.EmailCommunication: f"{_MESSAGE} booking content_subject",
    m.SmsCommunication: f"{_MESSAGE} booking",
    m.IndividualAppointment: f"{_BOOKED} {_CANCELLED} did_not_arrive patient_arrived patient_case",
    m.GroupAppointment: _BOOKED.replace(" notes ", " "),  # they may name others who attend
    m.Attendee: f"{_CANCELLED} archived_at arrived notes patient_case",
}
SHOWN: Final[Mapping[type[m.Entity], frozenset[str]]] = {
    model: frozenset(names.split()) for model, names in _SHOWN.items()
}
"""For each model: the attributes that stand in a document, itself or by the name of what they point at."""

_PASSING: Final = frozenset({"author_name"})
"""What changes without anybody having touched the record: how its author is called now."""


def version(*records: Any) -> str:
    """Returns a text that is another one exactly when what a document shows of records is not what it was.

    It stays the same from one version of this package to the next, however documents look then. The names of what a
    record points at are not part of it, nor is the name of its author.

    Args:
        *records: A record, or several that are shown as one (`Any`: of any model in `SHOWN`).
    """
    said = [
        [
            each.kind,
            {name: getattr(each, name) for name in SHOWN[type(each)] - _PASSING if getattr(each, name) is not None},
        ]
        for each in records
    ]
    return digest(b"", said).hex()
