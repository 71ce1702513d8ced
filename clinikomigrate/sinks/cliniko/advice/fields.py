"""Whether the destination has the custom fields that patients have something in."""

from __future__ import annotations

from collections.abc import Iterator

from clinikomigrate.cliniko.models import Settings
from clinikomigrate.sinks.cliniko import custom_fields
from clinikomigrate.sinks.cliniko.codes import CODES
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.phrases import listed
from clinikomigrate.transfer.survey import Survey


def missing(survey: Survey) -> Iterator[Finding]:
    """Finds what the source defines for its patients and the destination doesn't.

    Args:
        survey: What was read of both accounts.
    """
    details = survey.account.details if survey.account else None
    here, there = (
        each.patient_custom_fields_definition if isinstance(each, Settings) else None
        for each in (survey.settings, details)
    )
    names = custom_fields.missing(here, there)
    if names and survey.goes("patients"):
        yield CODES.finding(
            "custom-fields-missing",
            f"The destination has no custom fields, sections or choices of these names that take the source's values: "
            f"{listed(names)}.",
            "See to it in the destination's settings (custom fields for patients) that there is one of each, before "
            "the run; what patients have in them is lost otherwise.",
            kind="patients",
        )
