"""The diary: appointments, classes and attendees."""

from __future__ import annotations

from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.splose import reasons, words
from clinikomigrate.sinks.splose.drafts import SeatDraft, VisitDraft
from clinikomigrate.sinks.splose.mapping.family import Family, draft, zone
from clinikomigrate.sinks.splose.mapping.marking import attended, cancels, marks
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Context, Fetch, Mapped, Skip

NO_BOOKING: Final = "the source does not say its booking"


class Bookings(Family):
    """Maps the diary. What was cancelled or archived is made archived, so that it never stands there as a live one."""

    def individual_appointment(
        self, appointment: m.IndividualAppointment, context: Context, /
    ) -> Mapped[VisitDraft] | Skip:
        """Maps an individual appointment; what became of it stands in its note."""
        came = True if appointment.patient_arrived else False if appointment.did_not_arrive else None
        follow_ups, losses = marks(appointment, came, context)
        return draft(
            VisitDraft,
            appointment,
            context,
            losses=(*_series(appointment), *losses),
            follow_ups=follow_ups,
            cancels=cancels(follow_ups),
            came=attended(came, context),
            note=(appointment.notes or "").strip() or UNSET,
            attendee_notes=Fetch("attendee_notes", (Ref(appointment.kind, appointment.id),)),
            became=words.note(*words.of_visit(appointment, came, zone(context))) or UNSET,
            deleted_at=appointment.cancelled_at or appointment.archived_at or appointment.deleted_at or UNSET,
        )

    def group_appointment(self, appointment: m.GroupAppointment, context: Context, /) -> Skip:  # noqa: ARG002 - as all
        """Leaves a class out: each seat in it becomes an appointment of its own.

        What was noted about the class as a whole goes to nobody, because it may name others who attend.
        """
        notes = (Loss("notes", reasons.CLASS_NOTES),) if (appointment.notes or "").strip() else ()
        return Skip(reasons.CLASS, lost=True, losses=notes, told_by="attendees", lasting=True)

    def attendee(self, attendee: m.Attendee, context: Context, /) -> Mapped[SeatDraft] | Skip:
        """Maps an attendee: of a class to an appointment, of an individual appointment to that one.

        Which of the two it is doesn't show. What the class is, is read when the seat is about to be written. A seat in
        a class stays behind where classes do.
        """
        if attendee.booking is None:
            return Skip(NO_BOOKING, lost=True, lasting=True)
        id = attendee.booking.id
        seat: Any = Ref("individual_appointments", id)
        if "group_appointments" in context.survey.included:
            seat = Fetch("class", (Ref("group_appointments", id),), unless=seat)
        follow_ups, losses = marks(attendee, attendee.arrived, context)
        return draft(
            SeatDraft,
            attendee,
            context,
            losses=losses,
            follow_ups=follow_ups,
            cancels=cancels(follow_ups),
            came=attended(attendee.arrived, context),
            seat=seat,
            zone=str(zone(context) or "") or UNSET,
            attended=words.note(*words.of_visit(attendee, attendee.arrived, zone(context))) or UNSET,
            note=(attendee.notes or "").strip() or UNSET,
            deleted_at=attendee.cancelled_at or attendee.archived_at or attendee.deleted_at or UNSET,
        )


def _series(booking: m.IndividualAppointment) -> list[Loss]:
    """One loss for each booking of a series."""
    rule = booking.repeat_rule
    repeats = rule is not None and any((rule.number_of_repeats, rule.repeat_type, rule.repeating_interval))
    return [Loss("repeat_rule", reasons.SERIES)] if repeats or booking.repeated_from is not None else []
