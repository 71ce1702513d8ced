"""By what a person finds in the workspace what was made there: no screen of Splose's shows ids of appointments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.sinks import moments
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.telling.deleting import file_names
from clinikomigrate.transfer.whereabouts import Whereabouts

_VISITS: Final = frozenset({"individual_appointments", "attendees"})


def whereabouts(archive: Archive, kind: str, ids: Mapping[str, str]) -> Mapping[str, Whereabouts]:
    """Says whose records are, when they begin, and what files are called, as far as the archive knows.

    Args:
        archive: Has the source's records, and what files are called.
        kind: The record kind's name.
        ids: By the source's id: the workspace's, blank where the record isn't there.
    """
    files = file_names(archive, list(ids.values()))
    found = {}
    for id, there in ids.items():
        record = archive.get(kind, id)
        patient = getattr(record, "patient", None)
        whose = archive.remaining(patient.id) if isinstance(patient, Ref) else None
        whose = id if kind == "patients" else whose
        found[id] = Whereabouts(files.get(there, ""), whose, _starts_at(archive, record) if kind in _VISITS else "")
    return found


def _starts_at(archive: Archive, record: Any) -> str:
    """Tells when an appointment begins, or that of a place, in the zone of its business."""
    booking = getattr(record, "booking", None)
    if isinstance(booking, Ref):
        kinds = ("individual_appointments", "group_appointments")
        record = next((found for kind in kinds if (found := archive.get(kind, booking.id)) is not None), None)
    starts_at = getattr(record, "starts_at", None)
    if starts_at is None:
        return ""
    business = getattr(record, "business", None)
    at = archive.get("businesses", business.id) if isinstance(business, Ref) else None
    zone = moments.zone(getattr(at, "time_zone_identifier", None))
    return str(starts_at.astimezone(zone or UTC).isoformat(sep=" ", timespec="minutes"))
