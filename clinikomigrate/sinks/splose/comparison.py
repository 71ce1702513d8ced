"""Whether a record of a workspace holds what a draft says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.sinks.comparable import comparable, part
from clinikomigrate.sinks.splose import outcomes, words
from clinikomigrate.sinks.splose.custom_fields import shown
from clinikomigrate.sinks.splose.drafts import AnswersDraft, ClientDraft, SeatDraft, VisitDraft
from clinikomigrate.sinks.splose.sending import as_sent
from clinikomigrate.splose.models import Appointment, AppointmentDraft, ContactDraft, Patient, PatientDraft
from clinikomigrate.transfer.follow_ups import Arrive, Cancel, Change, FollowUp
from clinikomigrate.transfer.sink import Wanted

_STATUS: Final[Mapping[type[FollowUp], str]] = {Arrive: outcomes.ARRIVED, Cancel: outcomes.CANCELLED}
_STAMPS: Final = frozenset({"updated_at"})
_MOVED: Final = frozenset({"communication_preference"})
"""What a transfer itself changes and gives back."""

_EMPTIED: Final = {
    "appointments": ("note",),
    "contacts": (
        "address_l1", "address_l2", "address_l3", "company_name", "doctor_type", "first_name", "last_name",
        "occupation", "phone_numbers", "postal_code", "preferred_name", "provider_number", "state", "suburb", "title",
    ),
    "patients": (
        "address_l1", "address_l2", "address_l3", "archived", "birthdate", "city", "country", "email",
        "emergency_contact_name", "emergency_contact_number", "emergency_contact_relationship", "extra_billing_info",
        "extra_info", "gender_identity", "irn", "medicare_num", "phone_numbers", "postal_code", "preferred_name",
        "pronouns", "sex", "state", "timezone", "title", "veterans_file_number",
    ),
}  # fmt: skip
"""What only a transfer or a person fills in: what a draft doesn't give of it, the source doesn't say."""

_DEFAULTS: Final[Mapping[str, tuple[str, ...]]] = {"country": ("Australia",), "timezone": ()}
"""What a workspace fills in where nothing is given; clients may get more of that from its locations."""

_DRAFTS: Final[Mapping[str, type[Any]]] = {
    "appointments": AppointmentDraft,
    "contacts": ContactDraft,
    "patients": PatientDraft,
}


def read(record: Any, name: str) -> Any:
    """Reads what a record has for a draft's attribute.

    Args:
        record: As the client gives it (`Any`: of whatever kind).
        name: The draft's attribute.
    """
    if isinstance(record, Appointment) and name in ("patient_id", "case_id"):
        places = record.appointment_patients or ()
        return getattr(places[0], name) if places else None
    return getattr(record, name, None)


def differences(draft: Any, record: Any) -> tuple[str, ...]:
    """Names the attributes of a draft that a record holds otherwise.

    Texts are compared without the blanks around them, an empty text is as good as none, and no as good as nothing. An
    appointment that is marked as cancelled need not be archived as well: it stands there as no live one. One that is so
    and live in the source has another `status`.

    Args:
        draft: With the destination's ids (`Any`: of whatever kind).
        record: As the client gives it.
    """
    if _stands(draft):  # all the rest of it is the appointment's
        return () if read(record, "patient_id") == draft.patient_id else ("patient_id",)
    sent = _of_live_class(draft, record) or as_sent(draft)
    names = (field.name for field in attrs.fields(type(sent)))
    given = [name for name in names if getattr(sent, name) is not UNSET and name not in _STAMPS]
    if isinstance(record, Appointment) and outcomes.is_cancelled(record):
        given = [name for name in given if name != "deleted_at"]
    elif isinstance(record, Appointment) and sent.deleted_at is UNSET and outcomes.is_archived(record):
        given.append("deleted_at")
    found = tuple(name for name in given if part(getattr(sent, name)) != _held(draft, record, name, sent))
    live_here_only = isinstance(record, Appointment) and sent.deleted_at is UNSET and outcomes.is_cancelled(record)
    return (*found, "status") if live_here_only else found


def _held(draft: Any, record: Any, name: str, sent: Any) -> Any:
    """Gives what a record has for an attribute, in comparable form.

    Of whoever came before the workspace had a field of its own for something, that stands in words as well.
    """
    there = part(read(record, name))
    told = () if name != "extra_info" or not isinstance(draft, ClientDraft) else draft.in_fields or ()
    if not told or there is None or there == part(getattr(sent, name)):
        return there
    return part(words.without(there, map(comparable, told)))


def closed_there(draft: Any, record: Any) -> bool | None:
    """Says whether an appointment is archived or cancelled in the workspace only, and not in the source as well.

    Args:
        draft: With the destination's ids (`Any`: of whatever kind).
        record: As the client gives it.

    Returns:
        None where it is live there, or is no appointment of its own.
    """
    if not isinstance(record, Appointment) or _stands(draft):
        return None
    if not (outcomes.is_archived(record) or outcomes.is_cancelled(record)):
        return None
    sent = _of_live_class(draft, record) or as_sent(draft)
    return bool(sent.deleted_at is UNSET)


def _of_live_class(draft: Any, record: Any) -> AppointmentDraft | None:
    """Gives what a seat would be whose class was archived only later, if the record's note is that one's.

    The words for it come with the making of an appointment; nobody need add them by hand.
    """
    if not isinstance(draft, SeatDraft) or draft.seat.archived_at is None or draft.deleted_at is not UNSET:
        return None
    sent: AppointmentDraft = as_sent(attrs.evolve(draft, deleted_at=draft.seat.archived_at))
    return sent if part(sent.note) == part(record.note) else None


def left_over(draft: Any, record: Any) -> tuple[str, ...]:
    """Names what a client, contact or appointment that a transfer made has of what the source has no more.

    What a workspace fills in by itself is not among it. The workspace's own fields are told as `custom_fields`.

    Args:
        draft: With the destination's ids (`Any`: of whatever kind).
        record: As the client gives it.
    """
    if _stands(draft):
        return ()
    sent = _of_live_class(draft, record) or as_sent(draft)
    found = tuple(
        name
        for name in _EMPTIED.get(sent.kind, ())
        if getattr(sent, name) is UNSET and _is_over(draft, name, _held(draft, record, name, sent))
    )
    if isinstance(draft, VisitDraft | SeatDraft):
        arrived = draft.came is False and outcomes.is_marked(record, outcomes.ARRIVED)
        return (*found, "came") if arrived else found
    return (*found, "custom_fields") if fields_left_over(draft, record) else found


def _is_over(draft: Any, name: str, there: Any) -> bool:
    """Says whether a record has something that a workspace did not fill in by itself."""
    if there is None or name not in _DEFAULTS:
        return there is not None
    own: Any = getattr(draft, "own", UNSET)
    return own is not UNSET and there not in (*_DEFAULTS[name], *own)


def fields_left_over(draft: Any, record: Any) -> tuple[str, ...]:
    """Gives the ids of the workspace's own fields that hold something of a client of which the source has nothing.

    Args:
        draft: With the destination's ids (`Any`: of whatever kind).
        record: As the client gives it.
    """
    if not isinstance(draft, ClientDraft) or not draft.blank_fields:
        return ()
    filled = {field.name for field in record.custom_fields or () if part(field.value) is not None}
    return tuple(id for id, name in draft.blank_fields.items() if name in filled)


def in_the_end(wanted: Wanted, record: Any, *, ours: bool) -> tuple[str, ...]:
    """Names what a record holds otherwise than it was meant, once all that follows is done.

    Args:
        wanted: What the record was to be.
        record: As the client gives it (`Any`: of whatever kind).
        ours: Whether a transfer made the record, so that it holds nothing that the source doesn't.
    """
    found = differences(wanted.draft, record)
    found += left_over(wanted.draft, record) if ours else ()
    for follow_up in wanted.follow_ups:
        if isinstance(follow_up, Change) and isinstance(follow_up.draft, AnswersDraft):
            there = {field.name or "": field.value for field in record.custom_fields or ()}
            found += () if shown(follow_up.draft, there) else ("custom_fields",)
        status = _STATUS.get(type(follow_up))
        if status is not None and not _stands(wanted.draft) and not outcomes.is_marked(record, status):
            found += (outcomes.field(wanted.draft.kind, status),)
    return found


def _stands(draft: Any) -> bool:
    return isinstance(draft, SeatDraft) and draft.stands


def state(record: Any, cleared: Mapping[str, Any]) -> Mapping[str, object]:
    """Returns what a record says of what can be written of its kind.

    Args:
        record: As the client gives it (`Any`: of whatever kind).
        cleared: What a client had before an update of a transfer's own cleared it; it counts as still there.
    """
    names = {field.name for field in attrs.fields(_DRAFTS[record.kind])} - _STAMPS - _MOVED
    said = {name: cleared.get(name, comparable(read(record, name))) for name in sorted(names)}
    if isinstance(record, Patient):
        had = {field.get("name", ""): str(field.get("value")) for field in cleared.get("custom_fields", ())}
        filled = [field for field in record.custom_fields or () if part(field.value) is not None]
        said["custom_fields"] = had | {field.name or "": str(field.value) for field in filled}
    if isinstance(record, Appointment):
        said["status"] = [place.status for place in record.appointment_patients or ()]
    return said
