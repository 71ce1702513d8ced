"""Taking records back, and whether somebody built on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from clinikomigrate.client.query import Condition, where
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import FullPatientExport
from clinikomigrate.errors import NotFound
from clinikomigrate.sinks.cliniko import closing
from clinikomigrate.sinks.cliniko.comparison import read
from clinikomigrate.sinks.cliniko.repeating import repeated
from clinikomigrate.transfer.kinds import KINDS

_DELETED: Final = frozenset(
    {
        "appointment_type_billable_items",
        "appointment_type_products",
        "practitioner_reference_numbers",
        "taxes",
    }
)
"""Kinds whose records the API deletes for good; of all others deletion only archives."""

_GOES_WITH_ITS_PATIENT: Final = frozenset({"referral_sources"})
"""Kinds of which a patient has one at most, that the API only sets."""

_MEMOS: Final[Mapping[str, tuple[Condition, ...]]] = {"communications": (where("category_code") == 12,)}
"""Of all communications a clinic writes memos; the others the product writes by itself."""

_BUILT_ON: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "group_appointments": (("attendees", "booking_id"),),
    "patients": (
        ("medical_alerts", "patient_id"),
        ("patient_cases", "patient_id"),
        ("individual_appointments", "patient_id"),
        ("attendees", "patient_id"),
        ("patient_attachments", "patient_id"),
        ("treatment_notes", "patient_id"),
        ("patient_forms", "patient_id"),
        ("communications", "patient_id"),
        ("recalls", "patient_id"),
        ("relationships", "patient_id"),
        ("invoices", "patient_id"),
    ),
}
"""For each kind: the kinds that a clinic adds to its records, and the filter that finds them."""


def remove(client: Cliniko, kind: str, id: str) -> None:
    """Takes a record back: deletes it where the API really deletes, and archives it elsewhere.

    Args:
        client: The destination's client.
        kind: The record kind's name.
        id: The record's id.

    Raises:
        Unsupported: The API can do neither.
    """
    if kind in _GOES_WITH_ITS_PATIENT:
        return
    if kind in _DELETED:
        delete = closing.method(client, kind, "delete")
        try:
            repeated(lambda: delete(id), client.clock)
        except NotFound:  # an earlier try has done it
            return
    else:
        closing.archive(client, kind, id)


def hanging_on(client: Cliniko, kind: str, ids: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Gives what hangs on records and is not archived.

    Args:
        client: The destination's client.
        kind: The record kind's name.
        ids: The records' ids, at most 50.

    Returns:
        The id of the record; kind and id of what hangs on it. It takes a request for each kind that can.
    """
    for of, name in _BUILT_ON.get(kind, ()) if ids else ():
        resource: Any = client.resource(of)
        try:
            for record in resource.list(where(name) == list(ids), *_MEMOS.get(of, ())):
                if not isinstance(record, FullPatientExport):
                    yield read(record, name), of, record.id
        except NotFound:  # an account that lacks the endpoint holds none
            if of in KINDS and not KINDS[of].optional:
                raise
