"""Marking appointments as attended or cancelled, by calls that Splose doesn't document.

Nobody knows what they do to an archived appointment, what they charge, or whom they write to. So each appointment is
read before and after; the first call of a sort goes alone, and is looked at before there is another; and a call of
unknown fate is never sent again before the appointment was read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeAlias

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import ApiError, BadRequest, Forbidden, NotFound, OutcomeUnknown, Unprocessable, Unsupported
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.splose import Splose
from clinikomigrate.splose.models import Appointment, AppointmentCancellation, AppointmentPatient
from clinikomigrate.transfer.follow_ups import Cancel
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.sink import Finished

ARRIVED: Final = "Arrived"
CANCELLED: Final = "Cancelled"

_GRACE: Final = 10.0
"""Seconds that a call gets to finish after its reply was lost."""
_TRIES: Final = 3
_FIELDS: Final = {
    ("attendees", ARRIVED): "arrived",
    ("attendees", CANCELLED): "cancelled_at",
    ("individual_appointments", ARRIVED): "patient_arrived",
    ("individual_appointments", CANCELLED): "cancelled_at",
}
"""By kind and status: the source's attribute that is lost where a call comes to nothing."""

KINDS: Final = frozenset(kind for kind, _ in _FIELDS)
"""The source's kinds of records that can be marked."""
LASTING: Final = tuple(
    Loss("cancelled_at", reason)
    for reason in (
        reasons.ARCHIVED_THERE,
        reasons.CALL_IGNORED,
        reasons.CALL_REFUSED,
        reasons.CHARGED,
        reasons.MARKED_OTHERWISE,
        reasons.NO_CALL,
        reasons.REVIVES,
        reasons.SEVERAL,
    )
)
"""What a cancellation may have come to, which is sent once and not again when the appointment changes."""

_Call: TypeAlias = Callable[[str], object]
"""Sends the call for one patient, by the patient's id."""


def is_archived(appointment: Appointment) -> bool:
    """Says whether an appointment is out of the diary."""
    return bool(appointment.archived) or appointment.deleted_at is not None


def is_cancelled(appointment: Appointment) -> bool:
    """Says whether an appointment's one patient is marked as not coming."""
    return is_marked(appointment, CANCELLED)


def is_marked(appointment: Appointment, status: str) -> bool:
    """Says whether an appointment has one patient, who is marked with a status."""
    place = _only_place(appointment)
    return place is not None and place.status == status


def field(kind: str, status: str) -> str:
    """Names the attribute by which the source says what a status says.

    Args:
        kind: The source's kind of record.
        status: `ARRIVED` or `CANCELLED`.
    """
    return _FIELDS[kind, status]


@attrs.frozen
class _Sort:
    """Calls of one sort do the same things: which status they set, and whether the appointment is archived."""

    status: str
    archived: bool


@attrs.frozen
class _Work:
    """An appointment as it is, whose it is, the call that marks it, and what is lost if that comes to nothing."""

    before: Appointment
    patient: str
    sort: _Sort
    field: str
    call: _Call


class Outcomes:
    """Marks appointments. Safe in threads.

    Args:
        client: The workspace's client.
    """

    def __init__(self, client: Splose) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._proven: set[_Sort] = set()
        self._off: dict[_Sort, str] = {}

    def cancel(self, kind: str, id: str, follow_up: Cancel) -> Finished:
        """Marks an appointment as cancelled. One that is marked already is left as it is.

        Args:
            kind: The source's kind of record.
            id: The appointment's id.
            follow_up: Its reason is the id of one of the workspace's cancellation reasons.

        Returns:
            The appointment before and after, and what came of it otherwise than it should.

        Raises:
            Unsupported: The appointment stands in the diary as a live one, and can't be marked.
            OutcomeUnknown: Three calls got no answer, and the appointment isn't marked.
        """
        draft = AppointmentCancellation(reason_id=str(follow_up.reason), note=follow_up.note or UNSET)
        cancel = self._client.appointments.cancel
        return self._mark(kind, id, CANCELLED, lambda patient: cancel(id, draft, patient=patient))

    def arrive(self, kind: str, id: str) -> Finished:
        """Marks an appointment as attended. One that is marked already is left as it is.

        Args:
            kind: The source's kind of record.
            id: The appointment's id.

        Returns:
            The appointment before and after, and what came of it otherwise than it should.

        Raises:
            OutcomeUnknown: Three calls got no answer, and the appointment isn't marked.
        """
        arrive = self._client.appointments.mark_arrived
        return self._mark(kind, id, ARRIVED, lambda patient: arrive(id, patient=patient))

    def _mark(self, kind: str, id: str, status: str, call: _Call) -> Finished:
        before = self._client.appointments.get(id)
        place = _only_place(before)
        if place is None or place.patient_id is None:
            return _lost(before, before, field(kind, status), reasons.SEVERAL)
        if place.status == status:
            return Finished(before, before)
        if place.status is not None:
            return _lost(before, before, field(kind, status), reasons.MARKED_OTHERWISE)
        sort = _Sort(status, is_archived(before))
        if sort == _Sort(ARRIVED, archived=True):
            return _lost(before, before, field(kind, status), reasons.ARCHIVED_THERE)
        work = _Work(before, place.patient_id, sort, field(kind, status), call)
        if sort in self._proven:
            return self._send(work)
        with self._lock:
            return self._send(work)

    def _send(self, work: _Work) -> Finished:
        before, sort = work.before, work.sort
        if sort in self._off:
            return _nothing(work, before, self._off[sort])
        refused = self._once(work, sort)
        after = self._client.appointments.get(before.id)
        if sort.archived and not is_archived(after) and not is_marked(after, sort.status):
            self._off[sort] = reasons.REVIVES
            return self._send_to_revived(work)
        if is_marked(after, sort.status):
            self._proven.add(sort)
            return Finished(before, after, _fee(before, after))
        if isinstance(refused, NotFound):
            self._off[sort] = reasons.NO_CALL
        return _nothing(work, after, reasons.CALL_IGNORED if refused is None else reasons.CALL_REFUSED)

    def _send_to_revived(self, work: _Work) -> Finished:
        """Cancels an appointment that a call brought back as a live one, at once."""
        self._once(work, _Sort(CANCELLED, archived=False))
        after = self._client.appointments.get(work.before.id)
        if not is_marked(after, CANCELLED):
            raise Unsupported(reasons.REVIVED)
        return Finished(work.before, after, _fee(work.before, after))

    def _once(self, work: _Work, sort: _Sort) -> ApiError | None:
        """Sends a call; gives the refusal, if it was refused."""
        for tries in range(1, _TRIES + 1):
            try:
                work.call(work.patient)
            except (BadRequest, Forbidden, NotFound, Unprocessable) as refusal:
                return refusal
            except OutcomeUnknown:
                clock = self._client.clock
                clock.sleep_until(clock.monotonic() + _GRACE)
                now = self._client.appointments.get(work.before.id)
                if is_marked(now, sort.status) or is_archived(now) is not sort.archived:
                    return None
                if tries == _TRIES:
                    raise
            else:
                return None
        raise AssertionError  # pragma: no cover - each try ends it or raises


def _only_place(appointment: Appointment) -> AppointmentPatient | None:
    places = appointment.appointment_patients or ()
    return places[0] if len(places) == 1 else None


def _fee(before: Appointment, after: Appointment) -> tuple[Loss, ...]:
    """Says that something was charged, as far as the appointment shows it."""
    was, now = _only_place(before), _only_place(after)
    assert was is not None  # noqa: S101 - it was looked at before the call
    assert now is not None  # noqa: S101 - it is marked
    charged = bool(now.cancellation_rate) or now.invoice_id != was.invoice_id
    return (Loss("cancelled_at", reasons.CHARGED),) if charged else ()


def _nothing(work: _Work, after: Appointment, reason: str) -> Finished:
    """Says that a call came to nothing: a loss where words say it, and more where the diary says otherwise."""
    if work.sort == _Sort(CANCELLED, archived=False):
        raise Unsupported(f"{reason}. {reasons.STANDS_LIVE}")
    return _lost(work.before, after, work.field, reason)


def _lost(before: Appointment, after: Appointment, name: str, reason: str) -> Finished:
    return Finished(before, after, (Loss(name, reason),))
