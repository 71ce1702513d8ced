"""What becomes of the diary."""

from __future__ import annotations

from typing import Final

from clinikomigrate.cliniko import models as m
from clinikomigrate.sinks.cliniko import reasons
from clinikomigrate.sinks.cliniko.fields.groups import OWN_LINK, PLACE, RECORD, TIMES, WORKED_OUT
from clinikomigrate.sinks.field_rules import Rules, Table, archiving, carried, derived, linked, lost, together

_SERIES: Final[Rules] = derived("told as one loss for a booking in a series", "repeat_rule repeated_from")
_ONLINE: Final[Rules] = lost(reasons.HISTORY, "booking_ip_address online_booking_policy_accepted")
_CANCELLED: Final[Rules] = derived(
    "the copy is cancelled, with its reason and the original time in its note",
    "cancelled_at cancellation_note cancellation_reason cancellation_reason_description",
)

DIARY: Final[Table] = {
    m.IndividualAppointment: together(
        RECORD,
        archiving("archived_at deleted_at"),
        PLACE,
        TIMES,
        _SERIES,
        _ONLINE,
        _CANCELLED,
        carried("notes"),
        linked("appointment_type patient patient_case"),
        derived("the attendee says it, and goes too", "did_not_arrive patient_arrived"),
        derived(WORKED_OUT, "has_patient_appointment_notes patient_name treatment_note_status"),
        derived(OWN_LINK, "telehealth_url"),
        lost(reasons.HISTORY, "email_reminder_sent invoice_status sms_reminder_sent"),
    ),
    m.GroupAppointment: together(
        RECORD,
        archiving("archived_at deleted_at"),
        PLACE,
        TIMES,
        _SERIES,
        carried("notes"),
        linked("appointment_type"),
        derived("raised until all attendees have their seats", "max_attendees"),
        derived("the attendees say it", "patient_ids"),
        derived(OWN_LINK, "telehealth_url"),
    ),
    m.Attendee: together(
        RECORD,
        archiving("archived_at deleted_at"),
        _ONLINE,
        _CANCELLED,
        carried("arrived", null=True),
        carried("notes"),
        linked("booking patient patient_case"),
        derived(WORKED_OUT, "treatment_note_status"),
        derived(OWN_LINK, "cancellation_url telehealth_url"),
        lost(
            reasons.HISTORY, "email_reminder_sent invoice_status sent_email_follow_ups_count sent_email_reminders_count"
        ),
        lost(reasons.HISTORY, "sent_sms_follow_ups_count sent_sms_reminders_count sms_reminder_sent"),
    ),
    m.UnavailableBlock: together(
        RECORD,
        archiving("archived_at deleted_at"),
        PLACE,
        TIMES,
        _SERIES,
        carried("notes"),
        linked("unavailable_block_type"),
    ),
}
"""Appointments, classes, attendees and unavailable blocks."""
