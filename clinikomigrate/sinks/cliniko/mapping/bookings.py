"""The diary: appointments, classes, attendees, and times when nobody can be booked."""

from __future__ import annotations

from typing import Final

from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko import reasons, words
from clinikomigrate.sinks.cliniko.drafting import draft
from clinikomigrate.sinks.cliniko.mapping.family import Family, zone
from clinikomigrate.transfer.follow_ups import Cancel, Change, FollowUp, Stage
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context, Mapped, Skip

OTHER: Final = 50
SICK: Final = 30
COVID: Final = 31
"""A reason that the API gives and no longer takes."""

_REASONS: Final = frozenset({10, 20, SICK, 40, OTHER, 60})
_ROOM: Final = 99
"""How many attendees a class takes while it is filled."""


class Bookings(Family):
    """Maps the diary."""

    def individual_appointment(
        self, appointment: m.IndividualAppointment, context: Context, /
    ) -> Mapped[m.IndividualAppointmentDraft] | Skip:
        """Maps an individual appointment. Whether the patient came is the attendee's to say."""
        return draft(
            m.IndividualAppointmentDraft,
            appointment,
            context,
            losses=_series(appointment),
            follow_ups=_cancelling(appointment, context, Stage.CANCEL),
        )

    def group_appointment(
        self, appointment: m.GroupAppointment, context: Context, /
    ) -> Mapped[m.GroupAppointmentDraft] | Skip:
        """Maps a class, with room for those too whose seats were given up, until all of them are in it."""
        seats = appointment.max_attendees
        full: list[FollowUp] = []
        if seats is not None and seats < _ROOM:
            full = [Change(draft=m.GroupAppointmentDraft(max_attendees=seats))]
        return draft(
            m.GroupAppointmentDraft,
            appointment,
            context,
            losses=_series(appointment),
            follow_ups=full,
            max_attendees=UNSET if seats is None else max(seats, _ROOM),
        )

    def attendee(self, attendee: m.Attendee, context: Context, /) -> Mapped[m.AttendeeDraft] | Skip:
        """Maps an attendee of an appointment or a class.

        Which of the two it is doesn't show: of an individual appointment's attendee only the draft counts, for the
        appointment is what is cancelled and archived there. In a class a cancelled seat is given up at once, before
        others ask for it.
        """
        return draft(m.AttendeeDraft, attendee, context, follow_ups=_cancelling(attendee, context, Stage.SETTLE))

    def unavailable_block(
        self, block: m.UnavailableBlock, context: Context, /
    ) -> Mapped[m.UnavailableBlockDraft] | Skip:
        """Maps a time in which a practitioner can't be booked."""
        return draft(m.UnavailableBlockDraft, block, context, losses=_series(block))


def _series(booking: m.IndividualAppointment | m.GroupAppointment | m.UnavailableBlock) -> list[Loss]:
    """One loss for each booking of a series. A repeat rule is never sent: it makes the whole series anew."""
    rule = booking.repeat_rule
    repeats = rule is not None and any((rule.number_of_repeats, rule.repeat_type, rule.repeating_interval))
    return [Loss("repeat_rule", reasons.SERIES)] if repeats or booking.repeated_from is not None else []


def _cancelling(booking: m.IndividualAppointment | m.Attendee, context: Context, stage: Stage) -> list[FollowUp]:
    """How the copy is cancelled: with a reason that the API takes, and the original's time in the note."""
    if booking.cancelled_at is None:
        return []
    given = booking.cancellation_reason
    taken = given in _REASONS
    told = None if taken else _in_words(given, booking.cancellation_reason_description)
    note = words.of_cancellation(booking.cancellation_note, booking.cancelled_at, zone(context), reason=told)
    reason = given if given is not None and taken else SICK if given == COVID else OTHER
    return [Cancel(reason=reason, note=note, stage=stage)]


def _in_words(reason: int | None, description: str | None) -> str:
    """Says what reason was given that the API doesn't take; blank for none."""
    if reason is None:
        return (description or "").strip()
    return "COVID-19" if reason == COVID else (description or "").strip() or f"number {reason}"
