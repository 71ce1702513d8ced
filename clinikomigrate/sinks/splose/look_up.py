"""Finding what an earlier write of unknown fate has made.

Splose keeps no id of the source's. When a record was made is sent along where it can be, and comes back: it tells our
copy from somebody else's record. Where it can't be sent, or does not come back, the server's own time does. An earlier
copy of the same record has the same time: what the workspace stamped before the write began is none of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from clinikomigrate.client.unset import UNSET
from clinikomigrate.sinks.comparable import comparable
from clinikomigrate.sinks.splose.comparison import read
from clinikomigrate.sinks.splose.drafts import FileDraft, SeatDraft
from clinikomigrate.sinks.splose.sending import as_sent
from clinikomigrate.splose import Splose
from clinikomigrate.splose.models import AppointmentDraft, PatientDraft

_FOUND_BY = {
    "appointments": ("patient_id", "practitioner_id", "start"),
    "contacts": ("name", "email"),
    "patients": ("firstname", "lastname", "birthdate"),
}
_MOMENT = timedelta(seconds=1)
_APART = timedelta(minutes=1)
"""How far the clock that stamps records may be behind the one that dates answers: rather a conflict than a double."""


def look_up_key(draft: Any) -> Hashable:
    """Returns what a draft is looked up by.

    Args:
        draft: With the destination's ids (`Any`: of whatever kind).
    """
    if isinstance(draft, SeatDraft) and draft.stands:
        return ("seats", draft.seat)
    if isinstance(draft, FileDraft):
        return (draft.kind, draft.attachment)
    sent = as_sent(draft)
    return (sent.kind, *(comparable(getattr(sent, name)) for name in _FOUND_BY[sent.kind]))


def find(client: Splose, draft: Any, since: datetime | None) -> list[str]:
    """Looks for records that a draft may have made.

    Archived ones too, unless others are live and the draft is: so a person tells by archiving which is the copy.

    Args:
        client: The workspace's client.
        draft: With the destination's ids (`Any`: of whatever kind).
        since: Only records made at this time or later, by the workspace's clock; None for any age.

    Returns:
        Their ids.
    """
    sent = as_sent(draft)
    names = _FOUND_BY[sent.kind]
    found = [
        record
        for record in _candidates(client, sent)
        if all(comparable(getattr(sent, name)) == comparable(read(record, name)) for name in names)
        and _is_of_its_time(sent, record, since)
    ]
    live = [] if _is_archived(sent) else [record for record in found if not _is_archived(record)]
    return [record.id for record in live or found]


def find_changed(client: Splose, draft: Any, since: datetime | None) -> list[str]:
    """Looks for records that an earlier state of a draft may have made.

    Args:
        client: The workspace's client.
        draft: With the destination's ids (`Any`: of whatever kind).
        since: Only records made at this time or later, by the workspace's clock; None for any age.

    Returns:
        Their ids.
    """
    sent = as_sent(draft)
    if isinstance(sent, AppointmentDraft):
        records: Iterable[Any] = client.appointments.list(patient_id=str(sent.patient_id), include_archived=True)
    else:
        records = client.resource(sent.kind).list(include_archived=True)
    return [record.id for record in records if _is_of_its_time(sent, record, since)]


def _candidates(client: Splose, sent: Any) -> Iterable[Any]:
    """Lists what could be it. Nothing narrows the list that the API may have trimmed or recomposed."""
    match sent:
        case AppointmentDraft():
            start: Any = sent.start  # it is given: no appointment is without
            return client.appointments.list(
                patient_id=str(sent.patient_id),
                start_gt=start - _MOMENT,
                start_lt=start + _MOMENT,
                include_archived=True,
            )
        case PatientDraft() if sent.birthdate:
            return client.patients.list(birthdate=sent.birthdate, include_archived=True)
        case PatientDraft():
            return client.patients.list(include_archived=True)
        case _:
            return client.contacts.list(include_archived=True)


def _is_of_its_time(sent: Any, record: Any, since: datetime | None) -> bool:
    """Says whether a record was made when the draft says that it was, or since the write began."""
    if since is None:
        return True
    begun = since.astimezone(UTC)
    given = getattr(sent, "created_at", UNSET)
    if given is not UNSET and comparable(given) == comparable(record.created_at):
        return all(stamp >= begun - _APART for stamp in _stamps(sent, record))
    return record.created_at is not None and bool(record.created_at >= begun)


def _stamps(sent: Any, record: Any) -> list[datetime]:
    """Gives the times in a record that the workspace set itself, and not as it was told when the record was made."""
    times = [record.updated_at] if record.updated_at != record.created_at else []
    times += [] if _is_archived(sent) else [record.deleted_at]
    return [time for time in times if time is not None]


def _is_archived(record: Any) -> bool:
    """Says whether a record is archived, or a draft makes an archived one."""
    marks = (getattr(record, "archived", None), getattr(record, "deleted_at", None))
    return any(mark not in (None, False, UNSET) for mark in marks)
