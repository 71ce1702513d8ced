"""Each kind of a patient's records as blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks import history, moments
from clinikomigrate.sinks.answers import says
from clinikomigrate.sinks.pictures import picture_of
from clinikomigrate.sinks.splose.documents import content, markup
from clinikomigrate.sinks.splose.documents.blocks import (
    Block,
    Paragraph,
    Row,
    Span,
    Style,
    lines,
    one_line,
    sentences,
    title,
)
from clinikomigrate.sinks.splose.documents.drawing import drawing_of

Names = Callable[[Ref[Any]], str | None]
"""Gives the name of a practitioner, business, appointment type, template, contact, case or booking; None if unknown."""

Signatures = Callable[[str], m.Signature | None]
"""Gives a signature of a form by its id; None where the source did not give it away."""

NOTE: Final = "Treatment note"
FORM: Final = "Patient form"

_NOT_SHOWN: Final = "The drawing can't be shown here: it lies in the transfer's archive folder."
_NOT_GIVEN: Final = "and could not be had from there"
_RECEIVED: Final = 2
_DIARY: Final = (5, 4, 5, 5)
_UNKNOWN: Final = "A place in an appointment that did not go with the transfer"


def none_kept(_: str) -> None:
    """Gives no signature."""


@attrs.frozen
class Visit:
    """One patient's place in an appointment.

    Attributes:
        booking: The appointment; None where it isn't known.
        attendee: The patient's place in it; a class's has what is about this patient only.
    """

    booking: m.IndividualAppointment | m.GroupAppointment | None
    attendee: m.Attendee | None = None


class Records:
    """Makes blocks of records.

    Args:
        names: Gives the names of what records point at.
        zone: The zone in which times are told; None for UTC.
        signatures: Gives the signatures of forms, with their drawings.
    """

    def __init__(self, names: Names, zone: ZoneInfo | None, signatures: Signatures = none_kept) -> None:
        self._names = names
        self._zone = zone
        self._signatures = signatures

    def note(self, note: m.TreatmentNote) -> Iterator[Block]:
        """Gives a treatment note.

        Args:
            note: The note.
        """
        name = self._name(note.treatment_note_template)
        heading = note.title if says(note.title) else name
        yield self._title(heading or NOTE, note.created_at)
        said = history.of_note(
            note.author_name or self._name(note.practitioner),
            note.created_at,
            note.finalized_at,
            draft=history.is_draft(note),
            pinned=note.pinned_at is not None,
            body_charts=0,
            where=self._zone,
        )
        template = [_said("Template", name)] if name and name != heading else []
        yield sentences([*said, *template, *self._about(note.booking), *self._archived(note)])
        yield from content.blocks(note.content)

    def form(self, form: m.PatientForm) -> Iterator[Block]:
        """Gives a patient form.

        Args:
            form: The form.
        """
        yield self._title(form.name or FORM, form.created_at)
        if form.completed_at:
            said = history.of_form(form.created_at, form.completed_at, form.edited_at, self._zone)
        else:
            made = [f"Made on {self._moment(form.created_at)}."] if form.created_at else []
            said = ["Not completed.", *made]
        business = self._name(form.business)
        where = [_said("Business", business)] if business else []
        restricted = ["For practitioners only."] if form.restricted_to_practitioner else []
        yield sentences([*said, *where, *restricted, *self._about(form.booking), *self._archived(form)])
        yield from content.blocks(form.content, signing=self._signed)

    def _signed(self, id: str) -> tuple[Paragraph, ...]:
        """Gives a signature: what Cliniko says of it, and the drawing, or that there is none."""
        signature = self._signatures(id)
        if signature is None:
            return lines(f"{content.SIGNED.format(id)}, {_NOT_GIVEN}.", italic=True)
        made = f", made on {self._moment(signature.created_at)}" if signature.created_at else ""
        name = self._name(signature.user)
        user = f", under the user {one_line(name).removesuffix('.')}" if name else ""
        said = f"{content.SIGNED.format(id)}{made}{user}."
        picture = picture_of(signature.image)
        drawing = None if picture is None else drawing_of(picture)
        if drawing is None:
            return lines(f"{said} {_NOT_SHOWN}", italic=True)
        return (*lines(said, italic=True), Paragraph(drawing=drawing))

    def communication(self, message: m.Communication) -> Iterator[Block]:
        """Gives a communication: a memo, an e-mail or a text message.

        Args:
            message: The communication.
        """
        memo = isinstance(message, m.MemoCommunication)
        means = message.type or "Message"
        yield self._title(f"Memo ({means})" if memo else means, message.created_at, Style.HEADING)
        direction = message.direction_description or ("Received" if message.direction_code == _RECEIVED else "Sent")
        when = [f"on {self._moment(message.created_at)}"] if message.created_at else []
        said = [" ".join([direction, *when]) + "."]
        if isinstance(message, m.MemoCommunication):
            said += ["Confidential."] if message.confidential else []
        else:
            said += [*self._about(message.booking)]
        yield sentences([*said, *self._archived(message)])
        subject = message.content_subject if isinstance(message, m.EmailCommunication) else None
        yield from _table(
            ("Category", message.category), ("From", message.from_), ("To", message.to), ("Subject", subject)
        )
        yield from markup.or_plain(message.content or "")

    def case(self, case: m.PatientCase) -> Iterator[Block]:
        """Gives a case.

        Args:
            case: The case.
        """
        yield self._title(case.name or "Case", case.created_at, Style.HEADING)
        made = [f"Made on {self._moment(case.created_at)}."] if case.created_at else []
        closed = [f"Closed on {self._moment(case.closed_at)}."] if case.closed_at else []
        yield sentences([*made, *(closed or ["Closed."] if case.closed or closed else []), *self._archived(case)])
        yield from _table(
            ("Referred by", self._name(case.contact)),
            ("Referral", _yes(case.referral)),
            ("Type of referral", case.referral_type),
            ("Issued", _day(case.issue_date)),
            ("Expires", _day(case.expiry_date)),
            ("Sessions at most", case.max_sessions),
            ("Amount at most", case.max_invoiceable_amount),
            ("Cancelled bookings count", _yes(case.include_cancelled_attendees)),
            ("Missed bookings count", _yes(case.include_dna_attendees)),
            ("Notes", case.notes),
        )

    def alert(self, alert: m.MedicalAlert) -> Iterator[Block]:
        """Gives a medical alert.

        Args:
            alert: The alert.
        """
        made = [f"Made on {self._moment(alert.created_at)}."] if alert.created_at else []
        first, *others = lines(alert.name or "", bold=True)
        yield attrs.evolve(first, mark="•")
        yield from others
        said = [*made, *self._archived(alert)]
        if said:
            yield attrs.evolve(sentences(said), indent=1)

    def visits(self, visits: Iterable[Visit]) -> Iterator[Block]:
        """Gives the history of appointments as a table.

        Args:
            visits: The appointments, in the order in which they are shown.
        """
        heads = ("When", "What", "Who and where", "What became of it")
        yield Row(tuple((Paragraph((Span(head, bold=True),)),) for head in heads), _DIARY)
        for visit in visits:
            yield Row(tuple(tuple(cell) for cell in self._visit(visit)), _DIARY)

    def _visit(self, visit: Visit) -> tuple[list[Paragraph], ...]:
        booking, attendee = visit.booking, visit.attendee
        if booking is None:
            own = attendee.notes if attendee else None
            return _cells(["(not known)"], [_UNKNOWN], [], [*self._outcome(None, attendee), own])
        when = self._moment(booking.starts_at).split(", ", 1) if booking.starts_at else ["(no date)"]
        if booking.starts_at and booking.ends_at:
            when.append(f"{(booking.ends_at - booking.starts_at).total_seconds() / 60:g} minutes")
        group = isinstance(booking, m.GroupAppointment)
        case = booking.patient_case if isinstance(booking, m.IndividualAppointment) else None
        case_name = self._name(case or (attendee.patient_case if attendee else None))
        what = [self._name(booking.appointment_type), group and "Group appointment", case_name and f"Case: {case_name}"]
        who = [self._name(booking.practitioner), self._name(booking.business)]
        notes = [
            None if group else booking.notes,
            attendee.notes if attendee and attendee.notes != booking.notes else None,
        ]
        return _cells(when, what, who, [*self._outcome(booking, attendee), *notes])

    def _outcome(
        self, booking: m.IndividualAppointment | m.GroupAppointment | None, attendee: m.Attendee | None
    ) -> Iterator[str]:
        single = booking if isinstance(booking, m.IndividualAppointment) else None
        came = (attendee is not None and attendee.arrived is True) or (single is not None and single.patient_arrived)
        missed = (attendee is not None and attendee.arrived is False) or (single is not None and single.did_not_arrive)
        if came or missed:
            yield "Arrived." if came else "Did not arrive."
        cancelled = next((each for each in (single, attendee) if each is not None and each.cancelled_at), None)
        if cancelled is not None and cancelled.cancelled_at:
            yield f"Cancelled on {self._moment(cancelled.cancelled_at)}."
            if cancelled.cancellation_reason_description:
                yield _said("Reason", cancelled.cancellation_reason_description)
            if cancelled.cancellation_note:
                yield cancelled.cancellation_note
        if booking is not None:
            yield from self._archived(booking)
        if attendee is not None and attendee.archived_at and not (booking and booking.archived_at):
            yield from self._archived(attendee)

    def _title(self, words: str, made: datetime | None, style: Style = Style.TITLE) -> Paragraph:
        on = f"{moments.day(made, self._zone)}: " if made else ""
        return title(f"{on}{one_line(words)}", style, outline=1)

    def _name(self, ref: Ref[Any] | None) -> str | None:
        return self._names(ref) if ref else None

    def _about(self, booking: Ref[Any] | None) -> list[str]:
        name = self._name(booking)
        return [_said("Appointment", name)] if name else []

    def _archived(self, record: Any) -> list[str]:
        when = record.archived_at or getattr(record, "deleted_at", None)
        return [f"Archived on {self._moment(when)}."] if when else []

    def _moment(self, when: datetime) -> str:
        return moments.moment(when, self._zone)


def _cells(*cells: Iterable[str | bool | None]) -> tuple[list[Paragraph], ...]:
    return tuple([each for part in cell if isinstance(part, str) and part for each in lines(part)] for cell in cells)


def _table(*rows: tuple[str, object]) -> Iterator[Row]:
    for name, value in rows:
        if says(value):
            yield Row((lines(name, bold=True), lines(str(value))), content.WIDTHS)


def _said(what: str, name: str) -> str:
    return f"{what}: {name.removesuffix('.')}."


def _yes(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _day(value: date | None) -> str | None:
    return moments.calendar_day(value) if value else None
