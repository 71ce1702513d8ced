"""Marking appointments as attended or cancelled, by calls that Splose doesn't document.

Nobody knows what they do to an archived appointment, what they charge, or whom they write to. So each appointment is
read before and after; the first call of a sort goes alone, and is looked at before there is another; and a call of
unknown fate is never sent again before the appointment was read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import ApiError, BadRequest, Forbidden, NotFound, OutcomeUnknown, Unprocessable, Unsupported
from clinikomigrate.sinks.comparable import comparable
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.splose import Splose
from clinikomigrate.splose.models import Appointment, AppointmentCancellation, AppointmentPatient
from clinikomigrate.transfer.follow_ups import Cancel
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.names import folded
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
LASTING: Final = (
    *(
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
    ),
    *(Loss(name, reasons.INVOICED) for (_, status), name in _FIELDS.items() if status == ARRIVED),
)
"""What a cancellation may have come to, which is sent once and not again when the appointment changes; and what was
charged for an arrival."""
_ARRIVALS: Final = (
    reasons.ARCHIVED_THERE,
    reasons.CALL_IGNORED,
    reasons.CALL_REFUSED,
    reasons.MARKED_OTHERWISE,
    reasons.NO_CALL,
    reasons.SEVERAL,
)
"""What an arrival may come to, which is sent again with each change of the appointment."""

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


def cancelled_otherwise(cancelling: Cancel, appointment: Appointment, called: Mapping[str, str]) -> tuple[str, ...]:
    """Names what an appointment says of its cancellation otherwise than it was meant.

    Args:
        cancelling: The reason's id and the note.
        appointment: One that may be marked as cancelled.
        called: What the workspace calls its reasons, by their ids.
    """
    place = _only_place(appointment)
    if place is None or place.status != CANCELLED:
        return ()
    reason, note = called.get(str(cancelling.reason)), comparable(place.cancellation_note)
    is_known = reason is not None and comparable(place.cancellation_reason) is not None
    differs = {
        "cancellation_reason": is_known and folded(place.cancellation_reason or "") != reason,
        "cancellation_note": note is not None and note != comparable(cancelling.note),
    }
    return tuple(name for name, does in differs.items() if does)


def field(kind: str, status: str) -> str:
    """Names the attribute by which the source says what a status says.

    Args:
        kind: The source's kind of record.
        status: `ARRIVED` or `CANCELLED`.
    """
    return _FIELDS[kind, status]


def of_arrival(kind: str) -> tuple[Loss, ...]:
    """Gives the losses that an arrival may come to.

    Args:
        kind: The source's kind of record.
    """
    return tuple(Loss(field(kind, ARRIVED), reason) for reason in _ARRIVALS)


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

    def marked(self, after: Appointment, status: str) -> Finished:
        """Says that the appointment is marked by now, and what was charged for it."""
        now, was = _only_place(after), _only_place(self.before)
        assert now is not None  # noqa: S101 - it is marked
        return Finished(self.before, after, _charged(self.field, status, now, was))

    def nothing(self, after: Appointment, reason: str) -> Finished:
        """Says that the call came to nothing."""
        return _nothing(self.sort, self.before, after, self.field, reason)


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
            The appointment before and after, what came of it otherwise than it should, and what an earlier call may
            have come to.

        Raises:
            OutcomeUnknown: Three calls got no answer, and the appointment isn't marked.
        """
        arrive = self._client.appointments.mark_arrived
        marked = self._mark(kind, id, ARRIVED, lambda patient: arrive(id, patient=patient))
        return attrs.evolve(marked, regained=of_arrival(kind))

    def _mark(self, kind: str, id: str, status: str, call: _Call) -> Finished:
        before = self._client.appointments.get(id)
        place = _only_place(before)
        sort = _Sort(status, is_archived(before))
        name = field(kind, status)
        if place is None or place.patient_id is None:
            return _nothing(sort, before, before, name, reasons.SEVERAL)
        if place.status == status:  # by a run that was interrupted just then, or by somebody
            return Finished(before, before, _charged(name, status, place, None))
        if place.status is not None:
            return _nothing(sort, before, before, name, reasons.MARKED_OTHERWISE)
        if sort == _Sort(ARRIVED, archived=True):
            return _nothing(sort, before, before, name, reasons.ARCHIVED_THERE)
        work = _Work(before, place.patient_id, sort, name, call)
        if sort in self._proven:
            return self._send(work)
        with self._lock:
            return self._send(work)

    def _send(self, work: _Work) -> Finished:
        before, sort = work.before, work.sort
        if sort in self._off:
            return work.nothing(before, self._off[sort])
        refused = self._once(work, sort)
        after = self._client.appointments.get(before.id)
        if sort.archived and not is_archived(after) and not is_marked(after, sort.status):
            self._off[sort] = reasons.REVIVES
            return self._send_to_revived(work)
        if is_marked(after, sort.status):
            self._proven.add(sort)
            return work.marked(after, sort.status)
        if isinstance(refused, NotFound):
            self._off[sort] = reasons.NO_CALL
        return work.nothing(after, reasons.CALL_IGNORED if refused is None else reasons.CALL_REFUSED)

    def _send_to_revived(self, work: _Work) -> Finished:
        """Cancels an appointment that a call brought back as a live one, at once."""
        self._once(work, _Sort(CANCELLED, archived=False))
        after = self._client.appointments.get(work.before.id)
        if not is_marked(after, CANCELLED):
            raise Unsupported(reasons.REVIVED)
        return work.marked(after, CANCELLED)

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


def _charged(name: str, status: str, now: AppointmentPatient, was: AppointmentPatient | None) -> tuple[Loss, ...]:
    """Says that something was charged, as far as the appointment shows it.

    Args:
        name: The source's attribute.
        status: How the appointment is marked by now.
        now: The patient's place in it.
        was: The same before the call; None where that isn't known any more.
    """
    is_new = now.invoice_id is not None if was is None else now.invoice_id != was.invoice_id
    if status == CANCELLED:
        return (Loss(name, reasons.CHARGED),) if is_new or now.cancellation_rate else ()
    return (Loss(name, reasons.INVOICED),) if is_new and was is not None else ()


def _nothing(sort: _Sort, before: Appointment, after: Appointment, name: str, reason: str) -> Finished:
    """Says that a mark comes to nothing: a loss where words say it, and more where the diary says otherwise."""
    if sort == _Sort(CANCELLED, archived=False):
        raise Unsupported(f"{reason}. {reasons.STANDS_LIVE}")
    return Finished(before, after, (Loss(name, reason),))
