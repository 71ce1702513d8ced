"""What people have to do or know because the API can't: files on a trial, templates, money, mobile numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from clinikomigrate.cliniko.models import Settings, User
from clinikomigrate.sinks.cliniko.codes import CODES
from clinikomigrate.transfer.census import OPEN, OPEN_CREDIT, is_in_xero, of_status
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.phrases import counted
from clinikomigrate.transfer.survey import Survey

_TEMPLATES: Final = (
    "appointment_confirmation_template_ids",
    "appointment_reminder_template_ids",
    "appointment_follow_up_template_ids",
)


def trial_storage(survey: Survey) -> Iterator[Finding]:
    """Says that an account on a trial takes few files; the API does not show whether it is one.

    Args:
        survey: Says what goes.
    """
    if survey.goes("patient_attachments"):
        yield CODES.finding(
            "trial-storage",
            "Files go. Cliniko limits how many an account on a trial can hold, and the API does not show whether the "
            "destination is on one.",
            "If it is, add billing details in the destination before the run: that lifts the limit, and the trial goes "
            "on to its end.",
            kind="patient_attachments",
        )


def message_templates(survey: Survey) -> Iterator[Finding]:
    """Counts the appointment types that point at message templates.

    Args:
        survey: What was read of the source.
    """
    types = survey.records.get("appointment_types", ()) if survey.goes("appointment_types") else ()
    pointing = [each.id for each in types if each.archived_at is None and any(getattr(each, of) for of in _TEMPLATES)]
    if pointing:
        verb = "points" if len(pointing) == 1 else "point"
        yield CODES.finding(
            "message-templates",
            f"{counted(len(pointing), 'appointment_types')} of the source {verb} at templates for confirmations, "
            "reminders or follow-ups, which the API doesn't give: types that are made have none.",
            "Make the templates in the destination by hand; choose them on appointment types only once the run is "
            "over, so that nobody is written to meanwhile.",
            kind="appointment_types",
            ids=pointing,
            afterwards="Choose the templates for confirmations, reminders and follow-ups on each appointment type.",
        )


def open_invoices(survey: Survey) -> Iterator[Finding]:
    """Says where debts stand, if patients who go have any: no invoice goes, whether invoices were chosen or not.

    Args:
        survey: What was read of both accounts.
    """
    if "patients" not in survey.included:
        return
    if not any(survey.goes("invoices", *of_status(status)) for status in (OPEN, OPEN_CREDIT)):
        return
    details = survey.account.details if survey.account else None
    if _is_in_xero(survey.settings):
        where_ = " The source is connected to Xero, so they should stand there."
        remedy = "Go on with them in Xero until they are settled."
        if _is_in_xero(details):
            remedy += " Don't make them anew in the destination: it is connected to Xero too, and would add them again."
    else:
        where_ = ""
        remedy = (
            "Settle them in the source, or give those patients an opening balance in the destination after the run."
        )
    yield CODES.finding(
        "open-invoices",
        f"The source has invoices that are not paid, or credits that are not used up. No invoice goes.{where_}",
        remedy,
        kind="patients",
    )


def not_in_the_api(survey: Survey) -> Iterator[Finding]:
    """Names what stays behind uncounted, because the API doesn't show it.

    Args:
        survey: Says what goes.
    """
    if survey.goes("patients"):
        yield CODES.finding(
            "not-in-the-api",
            "The API shows no letters and letter templates, no payments and account credit, and no wait list: they "
            "stay in the source, uncounted.",
            "Keep the source, or an export of it, as long as these records are needed.",
            afterwards="Make letter templates and the wait list in the destination by hand.",
        )


def no_mobile_number(survey: Survey) -> Iterator[Finding]:
    """Counts the administrators of both accounts who have no mobile number.

    Args:
        survey: What was read of both accounts.
    """
    sides = {
        "source": _without_mobile(survey.records.get("users", ())),
        "destination": _without_mobile(user for _, user in survey.existing.get("users", ())),
    }
    found = [f"{number} in the {side}" for side, number in sides.items() if number]
    if found:
        yield CODES.finding(
            "no-mobile-number",
            f"There are administrators without a mobile number in their profile: {' and '.join(found)}.",
            "Add one to each of them if Cliniko's support is to help: it verifies administrators by a code sent there. "
            "A transfer by yourself needs none.",
            kind="users",
        )


def _without_mobile(users: Iterable[User]) -> int:
    return sum(
        user.role == "administrator"
        and user.active is not False
        and not any(phone.phone_type == "Mobile" and phone.number for phone in user.phone_numbers or ())
        for user in users
    )


def _is_in_xero(settings: object) -> bool:
    return isinstance(settings, Settings) and is_in_xero(settings)
