"""What the families of kinds have in common."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from clinikomigrate.cliniko.models import CustomFields
from clinikomigrate.sinks import moments
from clinikomigrate.sinks.matching import Choices
from clinikomigrate.transfer.mapper import Context, Mapper
from clinikomigrate.transfer.survey import Survey


class Family(Mapper):
    """Maps some kinds of record.

    Attributes:
        _choices: What the user settled about matching.
    """

    _choices: Choices


def zone(context: Context) -> ZoneInfo | None:
    """Returns the zone in which the source's times are told; None for UTC.

    Args:
        context: What preflight read.
    """
    account = getattr(context.survey.settings, "account", None)
    return moments.zone(getattr(account, "time_zone_identifier", None))


def definitions(survey: Survey) -> tuple[CustomFields | None, CustomFields | None]:
    """Returns the custom fields that source and destination define.

    Args:
        survey: What was read of both accounts.
    """
    there = survey.account.details if survey.account else None
    name = "patient_custom_fields_definition"
    return getattr(survey.settings, name, None), getattr(there, name, None)
