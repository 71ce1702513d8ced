"""What the destination may write to patients and practitioners by itself, beside what a run switches off.

While records are made, patients' confirmations and cancellations are off, and no form is e-mailed. Nothing else is
known to write to a patient because a record is made. What is found here begins once the records are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from clinikomigrate.client.query import Condition, where
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import AppointmentType, Settings
from clinikomigrate.sinks.cliniko.codes import CODES
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.names import folded, shown_name
from clinikomigrate.transfer.phrases import listed
from clinikomigrate.transfer.survey import Survey

_INDIVIDUAL: Final = "individual_appointments"
_BOOKED: Final = (_INDIVIDUAL, "group_appointments")
_FOLLOWED_UP: Final = timedelta(days=30)
"""How long after an appointment a follow-up message may still be due."""


def reminders(survey: Survey, matches: Mapping[Ref[Any], str], now: datetime) -> Iterator[Finding]:
    """Finds businesses where the destination will remind patients of appointments to come.

    Patients take along whether and how they want to be reminded; the switch is the business's.

    Args:
        survey: What was read of both accounts.
        matches: For matched records the source's ref and the destination's id.
        now: The present, by the destination's clock.
    """
    there = dict(survey.existing.get("businesses", ()))
    reminding = []
    for business in survey.records.get("businesses", ()):
        counterpart = there.get(matches.get(Ref("businesses", business.id), ""))
        if counterpart is None or counterpart.appointment_reminders_enabled is False:
            continue
        if _books(survey, now, where("business_id") == business.id):
            reminding.append((business.id, repr(shown_name("businesses", counterpart))))
    if reminding:
        yield CODES.finding(
            "reminders",
            "Appointments to come go to businesses of the destination that remind patients: "
            f"{listed(list(dict.fromkeys(name for _, name in reminding)))}. Patients are reminded from there as soon "
            "as the appointments are there, and from the source too as long as it reminds them.",
            "Switch reminders off at these businesses of the destination, before the run, until the day on which you "
            "move over.",
            kind="businesses",
            ids=[id for id, _ in reminding],
            afterwards="On the day on which you move over, switch reminders on at the destination's businesses, and "
            "off in the source.",
        )


def follow_ups(survey: Survey, matches: Mapping[Ref[Any], str], now: datetime) -> Iterator[Finding]:
    """Finds appointment types of the destination that will send follow-up messages.

    Types that are made have no message templates; it is those that are there already and stand for the source's.

    Args:
        survey: What was read of both accounts.
        matches: For matched records the source's ref and the destination's id.
        now: The present, by the destination's clock.
    """
    sending = {
        id: each for id, each in survey.existing.get("appointment_types", ()) if each.appointment_follow_up_template_ids
    }
    found = []
    for kind in survey.records.get("appointment_types", ()) if sending else ():
        id = matches.get(Ref("appointment_types", kind.id))
        counterpart = sending.get(id) if id else _of_that_name(kind, sending)
        if counterpart and _books(survey, now - _FOLLOWED_UP, where("appointment_type_id") == kind.id):
            found.append((kind.id, repr(shown_name("appointment_types", counterpart))))
    if found:
        yield CODES.finding(
            "follow-ups",
            "Recent appointments or appointments to come go, of types that send follow-up messages in the destination: "
            f"{listed(list(dict.fromkeys(name for _, name in found)))}. Patients may get them from both accounts.",
            "Take the follow-up templates off these types in the destination, before the run, until the day on which "
            "you move over.",
            kind="appointment_types",
            ids=[id for id, _ in found],
            afterwards="On the day on which you move over, choose the follow-up templates again that were taken off "
            "appointment types.",
        )


def mailing_list(survey: Survey) -> Iterator[Finding]:
    """Finds that the destination passes its patients on to a mailing list.

    Args:
        survey: What was read of both accounts.
    """
    details = survey.account.details if survey.account else None
    integrations = details.integrations if isinstance(details, Settings) else None
    connected = integrations is not None and integrations.mail_chimp is not None and integrations.mail_chimp.enabled
    if connected and survey.goes("patients"):
        yield CODES.finding(
            "mailing-list",
            "The destination is connected to Mailchimp: patients who agreed to marketing may be put on its list as "
            "they are made, and be written to from there.",
            "Pause what Mailchimp sends to new people on its list, or disconnect it, until the run is over.",
            kind="patients",
            afterwards="Let Mailchimp go on with what was paused before the run.",
        )


def practitioner_alerts(survey: Survey) -> Iterator[Finding]:
    """Says that practitioners may be told of each copied appointment, which the API does not show.

    Args:
        survey: Says what goes.
    """
    if any(survey.goes(kind) for kind in _BOOKED):
        yield CODES.finding(
            "practitioner-alerts",
            "Practitioners who want to be told of new and cancelled appointments are told of each copied one; the API "
            "does not show who wants that.",
            "Let practitioners switch these alerts off in the destination until the run is over.",
            kind="practitioners",
            afterwards="Let practitioners switch their alerts on again in the destination.",
        )


def _books(survey: Survey, since: datetime, condition: Condition) -> bool:
    """Says whether any live appointment goes that begins later and meets a condition."""
    live = where("starts_at") > since, where("archived_at").is_null(), condition
    return survey.goes(_INDIVIDUAL, where("cancelled_at").is_null(), *live) or survey.goes(_BOOKED[1], *live)


def _of_that_name(kind: AppointmentType, among: Mapping[str, AppointmentType]) -> AppointmentType | None:
    """Gives what will stand for a type that goes, if the destination has one like it."""
    name = folded(kind.name or "")
    return next((each for each in among.values() if folded(each.name or "") == name), None)
