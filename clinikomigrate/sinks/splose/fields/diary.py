"""What becomes of the diary."""

from __future__ import annotations

from typing import Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.field_rules import Rules, Table, carried, counterpart, derived, lost, meta, renamed, together
from clinikomigrate.sinks.splose import reasons

_RECORD: Final[Rules] = meta("id updated_at extra")
_SERIES: Final[Rules] = derived("told as one loss for a booking in a series", "repeat_rule repeated_from")
_ONLINE: Final[Rules] = lost(reasons.HISTORY, "booking_ip_address online_booking_policy_accepted")
_CANCELLED: Final[Rules] = derived(
    "the copy is made archived, and its note says it",
    "cancelled_at cancellation_note cancellation_reason cancellation_reason_description archived_at deleted_at",
)
_LINK: Final[Rules] = derived("it works in the source only", "telehealth_url")

DIARY: Final[Table] = {
    m.IndividualAppointment: together(
        _RECORD,
        _SERIES,
        _ONLINE,
        _CANCELLED,
        _LINK,
        carried("created_at"),
        renamed(starts_at="start", ends_at="end", patient="patient_id"),
        counterpart(appointment_type="service_id", business="location_id", practitioner="practitioner_id"),
        derived("stands in the note", "notes did_not_arrive patient_arrived"),
        derived("its attendee says it, where it is counted as lost", "patient_case"),
        derived("works itself out", "has_patient_appointment_notes patient_name treatment_note_status"),
        lost(reasons.HISTORY, "email_reminder_sent invoice_status sms_reminder_sent"),
    ),
    m.GroupAppointment: together(
        _RECORD,
        lost(reasons.CLASS, "appointment_type archived_at business created_at deleted_at ends_at max_attendees"),
        lost(reasons.CLASS_NOTES, "notes"),
        lost(reasons.CLASS, "patient_ids practitioner repeat_rule repeated_from starts_at telehealth_url"),
    ),
    m.Attendee: together(
        _RECORD,
        _ONLINE,
        _CANCELLED,
        carried("created_at"),
        renamed(patient="patient_id"),
        derived("of a class, an appointment of its own; else it is that appointment's", "booking"),
        derived("stands in the note", "arrived"),
        derived("stands in the note", "notes"),
        derived("it works in the source only", "cancellation_url telehealth_url"),
        derived("works itself out", "treatment_note_status"),
        lost(reasons.NO_CASE, "patient_case"),
        lost(
            reasons.HISTORY, "email_reminder_sent invoice_status sent_email_follow_ups_count sent_email_reminders_count"
        ),
        lost(reasons.HISTORY, "sent_sms_follow_ups_count sent_sms_reminders_count sms_reminder_sent"),
    ),
}
"""Appointments, classes and attendees."""
