"""Bringing changes over to what was made, as far as Splose's API can."""

from __future__ import annotations

from typing import Any, Final

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import Unsupported
from clinikomigrate.sinks.comparable import comparable, part
from clinikomigrate.sinks.repeating import repeated
from clinikomigrate.sinks.splose import comparison, outcomes, reasons
from clinikomigrate.sinks.splose.drafts import AnswersDraft, ClientDraft
from clinikomigrate.sinks.splose.field_names import in_words
from clinikomigrate.sinks.splose.mapping.people import NOBODY
from clinikomigrate.sinks.splose.replacing import Replacing
from clinikomigrate.sinks.splose.sending import as_sent
from clinikomigrate.splose import Splose
from clinikomigrate.splose.models import Appointment, AppointmentDraft, CustomField, Patient
from clinikomigrate.splose.models.patients import CREATED_ONLY
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.sink import Finished, Made

_NOT_SET: Final = CREATED_ONLY | {"created_at", "custom_fields", "updated_at"}
"""What an update of a client leaves as it is."""
_NOT_EMPTIED: Final = CREATED_ONLY | {"country", "custom_fields", "timezone"}
"""What an update of a client may leave otherwise than the source has it."""
_CLOSED: Final = frozenset({"deleted_at", "status"})
"""What says that an appointment is archived or cancelled."""
_NOT_LATER: Final = frozenset({"came", "created_at", "deleted_at", "note", "updated_at"})
"""What an appointment can be given when it is made, and not later."""


class Changing:
    """Changes clients and appointments.

    Args:
        client: The workspace's client.
        replacing: Changes clients.
    """

    def __init__(self, client: Splose, replacing: Replacing) -> None:
        self._client = client
        self._replacing = replacing

    def update(self, id: str, draft: Any) -> Made:
        """Sets the given attributes of a record. Safe to repeat.

        Args:
            id: The record's id.
            draft: The attributes to set (`Any`: of whatever kind).

        Returns:
            What is to be done by hand, and what the record is now.

        Raises:
            Unsupported: The API has no way to do it, or would write to the client about it.
        """
        sent = as_sent(draft)
        if isinstance(draft, ClientDraft):
            return self._change_client(id, draft, sent)
        if isinstance(sent, AppointmentDraft):
            return self._change_appointment(id, draft, sent)
        raise Unsupported(reasons.CONTACT)

    def sends(self, draft: Any, record: Any) -> bool:
        """Says whether an update would send anything to change an appointment.

        Args:
            draft: The attributes to set (`Any`: of an appointment or a seat).
            record: The appointment as it is.
        """
        sent = as_sent(draft)
        differing = set(comparison.differences(sent, record))
        if differing & _CLOSED and _closed_by_hand(record, sent, cancels=draft.cancels is True) is not None:
            return False
        return bool(differing - _CLOSED - _NOT_LATER)

    def _change_client(self, id: str, draft: ClientDraft, sent: Any) -> Made:
        given = {field.name: getattr(sent, field.name) for field in attrs.fields(type(sent))}
        changes = {name: value for name, value in given.items() if name not in _NOT_SET and value is not UNSET}

        def emptied(before: Patient) -> list[str]:
            return [name for name in comparison.left_over(draft, before) if name not in _NOT_SET]

        after = self._emptied(id, draft, self._replacing.change(id, emptied, **changes))
        differing = {*comparison.differences(draft, after), *comparison.left_over(draft, after)}
        return Made(id, record=after, by_hand=_by_hand(reasons.FIXED, differing & _NOT_EMPTIED))

    def _emptied(self, id: str, draft: ClientDraft, client: Patient) -> Patient:
        """Empties those of the workspace's own fields of which the source has nothing any more."""
        fields: dict[str | CustomField, None] = dict.fromkeys(comparison.fields_left_over(draft, client))
        if not fields:
            return client
        repeated(lambda: self._client.patients.set_custom_fields(id, fields), self._client.clock)
        return self._client.patients.get(id)

    def fill_in(self, id: str, draft: AnswersDraft) -> Finished:
        """Gives a client what the workspace's own fields have nothing of; what somebody entered there stays.

        Args:
            id: The client's id.
            draft: What is to be in the fields.

        Returns:
            The client before and after.
        """
        before = self._client.patients.get(id)
        filled = {field.name for field in before.custom_fields or () if part(field.value) is not None}
        answers: Any = draft.answers or {}
        called: Any = draft.called or {}
        missing: dict[str | CustomField, Any] = {
            field: value for field, value in answers.items() if called.get(field) not in filled
        }
        if not missing:
            return Finished(before, before)
        repeated(lambda: self._client.patients.set_custom_fields(id, missing), self._client.clock)
        return Finished(before, self._client.patients.get(id))

    def _change_appointment(self, id: str, draft: Any, sent: AppointmentDraft) -> Made:
        before = self._client.appointments.get(id)
        differing = {*comparison.differences(sent, before), *comparison.left_over(draft, before)}
        losses: tuple[Loss, ...] = ()
        if closed := differing & _CLOSED:
            differing -= closed
            if (by_hand := _closed_by_hand(before, sent, cancels=draft.cancels is True)) is not None:
                raise Unsupported(by_hand)
            losses = (Loss("archived_at", reasons.ARCHIVED_BEFORE),) if outcomes.is_archived(before) else ()
        changes = {name: getattr(sent, name) for name in sorted(differing - _NOT_LATER)}
        after = before
        if changes:
            self._refuse_if_loud(before, sent)
            change = AppointmentDraft(**changes)
            repeated(lambda: self._client.appointments.update(id, change), self._client.clock)
            after = self._client.appointments.get(id)
        fixed = _NOT_LATER.intersection(differing)
        return Made(id, losses, after, by_hand=_by_hand(reasons.FIXED_VISIT, fixed))

    def _refuse_if_loud(self, before: Appointment, sent: AppointmentDraft) -> None:
        ends = [end for end in (before.end, sent.end) if end]
        if all(end <= self._client.server_now() for end in ends):
            return
        ids = {str(sent.patient_id), *(place.patient_id or "" for place in before.appointment_patients or ())} - {""}
        patients = self._client.patients.list(ids=sorted(ids), include_archived=True)
        if any(comparable(patient.communication_preference) != NOBODY for patient in patients):
            raise Unsupported(reasons.LOUD)


def _closed_by_hand(before: Appointment, sent: AppointmentDraft, *, cancels: bool) -> str | None:
    """Says what is to be done by hand where one of source and workspace has an appointment closed; None for nothing."""
    if sent.deleted_at is UNSET:
        return reasons.BACK_SINCE.format(before.id)
    if cancels or outcomes.is_archived(before):
        return None
    return reasons.GONE_SINCE.format(before.id)


def _by_hand(reason: str, names: set[str] | frozenset[str]) -> str | None:
    """Says what is to be done by hand, if anything; it holds no record's text."""
    return reason.format(in_words(names)) if names else None
