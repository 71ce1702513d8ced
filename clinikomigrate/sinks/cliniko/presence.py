"""What the destination makes by itself: the seat in an appointment, and a relationship's other side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from clinikomigrate.client.query import where
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import (
    Attendee,
    AttendeeDraft,
    ReferralSourceDraft,
    Relationship,
    RelationshipDraft,
)
from clinikomigrate.errors import NotFound
from clinikomigrate.sinks.cliniko.comparison import differences, read
from clinikomigrate.sinks.cliniko.outcome import is_archived, is_cancelled
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.rehearsal import planned_kind
from clinikomigrate.transfer.sink import Present
from clinikomigrate.transfer.source import IDS_A_REQUEST

_OTHER_SIDE: Final = {10: 20, 20: 10}
"""A parent's child and a child's parent. All other relations are the same from both sides."""


def present_attendees(client: Cliniko, drafts: Sequence[AttendeeDraft]) -> list[Present | None]:
    """Finds the attendees that stand in appointments already.

    The API makes the attendee of an individual appointment together with the appointment. An active one is taken
    before a cancelled one. In a class the same patient can have several seats: a cancelled seat that this transfer
    made earlier is found for the next draft too, and only the transfer's journal tells that it is taken.

    Args:
        client: The destination's client.
        drafts: Attendees, with the destination's ids.

    Returns:
        For each draft what stands there for it, or None. No attendee is given for two drafts.
    """
    there: dict[tuple[Any, Any], list[Attendee]] = {}
    for bookings in _batches([draft.booking_id for draft in drafts]):
        listed = client.attendees.list(booking_id=bookings, include_archived=True, include_cancelled=True)
        for attendee in sorted(listed, key=_is_hidden):
            there.setdefault((read(attendee, "booking_id"), read(attendee, "patient_id")), []).append(attendee)
    found: list[Present | None] = []
    for draft in drafts:
        seats = there.get((draft.booking_id, draft.patient_id))
        seat = seats.pop(0) if seats else None
        found.append(present_as(draft, seat) if seat else None)
    return found


def present_relationships(client: Cliniko, drafts: Sequence[RelationshipDraft]) -> list[Present | None]:
    """Finds the relationships that stand there already, from whichever side.

    Args:
        client: The destination's client.
        drafts: Relationships, with the destination's ids.

    Returns:
        For each draft the relationship between the same two patients that says the same, or None.
    """
    there: dict[tuple[Any, Any, int | None], Relationship] = {}
    for patients in _batches([id for draft in drafts for id in (draft.patient_id, draft.related_patient_id)]):
        for each in client.relationships.list(patient_id=patients):
            here, across = read(each, "patient_id"), read(each, "related_patient_id")
            there.setdefault((across, here, from_other_side(each.relation)), each)
            there[here, across, each.relation] = each
    found = [there.get((draft.patient_id, draft.related_patient_id, _relation(draft))) for draft in drafts]
    return [Present(each.id, same=True, record=each) if each else None for each in found]


def archived_relationships(
    client: Cliniko, drafts: Sequence[RelationshipDraft]
) -> list[list[tuple[Relationship, Relationship]]]:
    """Finds relationships in the archive.

    Args:
        client: The destination's client.
        drafts: Relationships, with the destination's ids.

    Returns:
        For each draft the archived relationships that say the same, each with those that say so from the other side.
    """
    there: dict[tuple[Any, Any, int | None], list[Relationship]] = {}
    for patients in _batches([id for draft in drafts for id in (draft.patient_id, draft.related_patient_id)]):
        for each in client.relationships.list(where("archived_at").not_null(), patient_id=patients):
            said = (read(each, "patient_id"), read(each, "related_patient_id"), each.relation)
            there.setdefault(said, []).append(each)
    sides = [(draft.patient_id, draft.related_patient_id, _relation(draft)) for draft in drafts]
    return [
        [
            (one, other)
            for one in there.get((here, across, relation), ())
            for other in there.get((across, here, from_other_side(relation)), ())
        ]
        for here, across, relation in sides
    ]


def present_referral_sources(client: Cliniko, drafts: Sequence[ReferralSourceDraft]) -> list[Present | None]:
    """Finds the patients who have a referral source already, at a request each.

    Args:
        client: The destination's client.
        drafts: Referral sources, with the destination's ids.

    Returns:
        For each draft what its patient has, or None.
    """
    return [_referral_source(client, draft) for draft in drafts]


def _referral_source(client: Cliniko, draft: ReferralSourceDraft) -> Present | None:
    if draft.patient_id is UNSET:
        return None
    try:
        record = client.patients.referral_source(draft.patient_id)
    except NotFound:
        return None
    return present_as(draft, record)


def present_as(draft: Any, record: Any) -> Present:
    """Says of a record that stands for a draft what it does not hold of it.

    Args:
        draft: With the destination's ids.
        record: As the client gives it.
    """
    differs = differences(draft, record)
    return Present(record.id, same=not differs, differs=differs, record=record)


def agrees(draft: RelationshipDraft, earlier: Sequence[RelationshipDraft]) -> bool:
    """Says whether a relationship says the same as others of the same two patients do from their other side.

    What says it from the same side stands there in its place: the API has one for each pair.

    Args:
        draft: The relationship.
        earlier: The others.
    """
    if any(
        (each.patient_id, each.related_patient_id) == (draft.patient_id, draft.related_patient_id) for each in earlier
    ):
        return False
    said = {(each.related_patient_id, each.patient_id, from_other_side(_relation(each))) for each in earlier}
    return (draft.patient_id, draft.related_patient_id, _relation(draft)) in said


def foreseen(
    drafts: Sequence[Any], present: Callable[[Sequence[Any]], Sequence[Present | None]]
) -> list[Present | None]:
    """Says what will be present of drafts that point at records which are only planned.

    The API will have made the attendee of an individual appointment; nothing else that is planned is there.

    Args:
        drafts: Drafts of one kind.
        present: Asks the account about drafts that point at nothing planned.
    """
    real = [draft for draft in drafts if not is_planned(draft)]
    found = dict(zip(map(id, real), present(real), strict=True))
    return [_seat(draft) if is_planned(draft) else found[id(draft)] for draft in drafts]


def looks(drafts: Sequence[Any]) -> int:
    """Returns how many requests it takes to ask about drafts once what they point at is made, beside those now.

    Args:
        drafts: Drafts of one kind.
    """
    return _requests(drafts) - _requests([draft for draft in drafts if not is_planned(draft)])


def _requests(drafts: Sequence[Any]) -> int:
    kind = drafts[0].kind if drafts else None
    if kind == "referral_sources":
        return len(drafts)
    names = {"attendees": ("booking_id",), "relationships": ("patient_id", "related_patient_id")}.get(kind or "", ())
    return sum(1 for _ in _batches([getattr(draft, name) for draft in drafts for name in names]))


def is_planned(draft: Any) -> bool:
    """Says whether a draft points at a record that is only planned."""
    pointing = (getattr(draft, name, None) for name in ("booking_id", "patient_id", "related_patient_id"))
    return any(isinstance(value, str) and planned_kind(value) is not None for value in pointing)


def _seat(draft: Any) -> Present | None:
    if draft.kind != "attendees" or planned_kind(draft.booking_id) != "individual_appointments":
        return None
    return Present(f"{draft.booking_id}:seat", same=draft.arrived in (None, UNSET) and not draft.notes)


def _relation(draft: RelationshipDraft) -> int | None:
    return draft.relation if isinstance(draft.relation, int) else None


def from_other_side(relation: int | None) -> int | None:
    """Returns what a relation is as the other patient sees it.

    Args:
        relation: The API's number; None where it isn't known.
    """
    return None if relation is None else _OTHER_SIDE.get(relation, relation)


def _is_hidden(attendee: Attendee) -> bool:
    return is_cancelled(attendee) or is_archived(attendee)


def _batches(ids: Iterable[Any]) -> Iterator[list[Any]]:
    return batched(dict.fromkeys(ids), IDS_A_REQUEST)
