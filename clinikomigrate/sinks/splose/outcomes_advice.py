"""What to know before appointments are marked as attended or cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from clinikomigrate.client.query import where
from clinikomigrate.sinks.splose.cancellation_reasons import Reasons
from clinikomigrate.sinks.splose.codes import CODES
from clinikomigrate.sinks.splose.mapping.family import of
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.phrases import listed
from clinikomigrate.transfer.survey import Survey

_BOOKED: Final = ("individual_appointments", "attendees")


def outcomes_advice(survey: Survey) -> Iterator[Finding]:
    """Gives findings where the user turned outcomes on, and anybody is booked.

    Args:
        survey: What preflight read of both accounts.
    """
    reasons = of(survey).outcomes
    if reasons is None or not any(survey.goes(kind) for kind in _BOOKED):
        return
    yield CODES.finding(
        "splose-outcomes",
        "outcomes=True: attendance and cancellations are sent by calls that Splose does not document. Nobody knows "
        "whether they work, and they may write to clients and charge for cancellations. Clients are muted meanwhile, "
        "by the one setting that there is, of which nobody knows whether it holds these messages back.",
        "Switch messages about cancellations and cancellation fees off in Splose for the run, and try it with one "
        "patient first (filter=ByPatient(...)); or leave outcomes off: the appointments' notes say all of it.",
        kind="individual_appointments",
        afterwards="Switch messages about cancellations and cancellation fees on again in Splose, as they were.",
    )
    if reasons.unknown:
        yield CODES.finding(
            "splose-unknown-reason",
            f"cancellation_reasons names what the workspace does not have, or has twice: {listed(reasons.unknown)}.",
            "Name one of its cancellation reasons, by name or id; preflight needs Splose's API to list them.",
            kind="individual_appointments",
        )
    yield from _lacking(survey, reasons)


def _lacking(survey: Survey, reasons: Reasons) -> Iterator[Finding]:
    names = reasons.lacking()
    cancelled = where("cancelled_at").not_null()
    if names and any(survey.goes(kind, cancelled) for kind in _BOOKED):
        yield CODES.finding(
            "splose-cancellation-reasons",
            f"The workspace has no cancellation reason for these of the source's: {listed(names)}. What was cancelled "
            "for one of them is archived and not marked.",
            "Add reasons of these names in Splose's settings, or say which stand for them: "
            "SploseSink(client, outcomes=True, cancellation_reasons={'Feeling better': '...'}).",
            kind="individual_appointments",
        )
