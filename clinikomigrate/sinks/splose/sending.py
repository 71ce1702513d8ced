"""Drafts as Splose's client takes them."""

from __future__ import annotations

from typing import Any

import attrs

from clinikomigrate.client.entity import Draft
from clinikomigrate.client.unset import UNSET
from clinikomigrate.sinks import moments
from clinikomigrate.sinks.splose import words
from clinikomigrate.sinks.splose.drafts import ClientDraft, SeatDraft, VisitDraft
from clinikomigrate.splose.models import AppointmentDraft, PatientDraft


def as_sent(draft: Any) -> Any:
    """Returns a draft of the client's own class, with what was read of the source in its place.

    Args:
        draft: With the destination's ids (`Any`: of whatever kind); of a seat the class it is in.
    """
    match draft:
        case ClientDraft():
            alerts: Any = draft.medical_alerts or ()  # texts, once they are fetched
            alert: Any = words.note(draft.alert, *alerts)
            nothing = UNSET if draft.medical_alerts is UNSET else None  # of a client who had alerts, and has none now
            doctor = f"Referring doctor:\n{draft.referring_doctor}" if isinstance(draft.referring_doctor, str) else None
            about = words.note(draft.extra_info, doctor) or UNSET
            return attrs.evolve(_as(PatientDraft, draft), alert=alert or nothing, extra_info=about)
        case VisitDraft():
            noted: Any = draft.attendee_notes or ()
            note = words.note(draft.note, *(each for each in noted if each.strip() != draft.note), draft.became)
            return attrs.evolve(_as(AppointmentDraft, draft), note=note or UNSET)
        case SeatDraft():
            return _of_class(draft)
        case _:
            return draft


def _as(kind: type[Draft], draft: Draft) -> Any:
    """Returns what a draft says of what another class has."""
    return kind(**{field.name: getattr(draft, field.name) for field in attrs.fields(kind)})


def _of_class(draft: SeatDraft) -> AppointmentDraft:
    held = draft.seat
    deleted_at, archived = draft.deleted_at, None
    if deleted_at is UNSET and held.archived_at is not None:
        deleted_at = held.archived_at
        where = moments.zone(draft.zone if isinstance(draft.zone, str) else None)
        archived = f"The class was archived on {moments.moment(held.archived_at, where)}."
    return AppointmentDraft(
        start=held.starts_at or UNSET,
        end=held.ends_at or UNSET,
        service_id=held.appointment_type or UNSET,
        location_id=held.business or UNSET,
        practitioner_id=held.practitioner or UNSET,
        patient_id=draft.patient_id,
        note=words.note(draft.note, draft.attended, archived) or UNSET,
        created_at=draft.created_at,
        deleted_at=deleted_at,
    )
