"""The table of all that preflight can find where the destination is a Cliniko account."""

from __future__ import annotations

from typing import Final

from clinikomigrate.sinks.codes import CODES as MATCHING_S
from clinikomigrate.transfer.codes import Code, Codes
from clinikomigrate.transfer.findings import Level

_BLOCKER, _WARNING, _NOTE = Level.BLOCKER, Level.WARNING, Level.NOTE

CODES: Final = Codes(
    Code(
        "destination-practitioner",
        _BLOCKER,
        "Treatment notes go, and the destination's key is not that of an active practitioner.",
    ),
    Code("author-unknown", _BLOCKER, "authors names nobody of the source, or more than one."),
    Code("author-twice", _BLOCKER, "authors names one practitioner twice, or gives one user's keys for two."),
    Code("author-key", _BLOCKER, "A key in authors is not accepted."),
    Code("author-account", _BLOCKER, "A key in authors opens another account than the destination."),
    Code("author-unreachable", _BLOCKER, "A key in authors could not be tried."),
    Code("author-role", _BLOCKER, "A key in authors is that of a user whose role sees no treatment notes."),
    Code("author-practitioner", _BLOCKER, "A key in authors is that of a user who is no active practitioner."),
    Code("author-somebody-else", _BLOCKER, "A key in authors is not that of the person it is given for."),
    Code(
        "authors-in-words",
        _WARNING,
        "Treatment notes go under the destination's key that somebody else wrote; they say in words who did.",
    ),
    Code("time-zones-differ", _WARNING, "Matched businesses lie in different time zones."),
    Code("custom-fields-missing", _WARNING, "The destination lacks custom fields that the source defines."),
    Code("destination-lacks", _WARNING, "The destination's API can't take records of a kind that goes."),
    Code(
        "reminders",
        _WARNING,
        "Appointments to come go to businesses that remind patients: both accounts would remind them.",
    ),
    Code(
        "follow-ups",
        _WARNING,
        "Recent appointments or appointments to come go, of types that send follow-up messages in the destination.",
    ),
    Code("mailing-list", _WARNING, "Patients go, and the destination passes patients on to Mailchimp."),
    Code(
        "practitioner-alerts",
        _NOTE,
        "Appointments go; the API does not show whether practitioners are told of each new one.",
    ),
    Code("trial-storage", _NOTE, "Files go; the API does not show whether the destination is on a trial."),
    Code("message-templates", _NOTE, "Appointment types point at message templates, which no API gives."),
    Code("open-invoices", _NOTE, "The source has open invoices of patients who go; no invoice goes."),
    Code("not-in-the-api", _NOTE, "Patients go; the API shows nothing of letters, payments and the wait list."),
    Code("no-mobile-number", _NOTE, "Administrators have no mobile number, to which Cliniko sends codes."),
    beside=MATCHING_S,
)
"""What every transfer can find, what matching can, and what only a transfer into a Cliniko account can."""
