"""What the families of kinds have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from clinikomigrate.sinks import moments
from clinikomigrate.sinks.drafting import Drafter
from clinikomigrate.sinks.matching import Choices
from clinikomigrate.sinks.splose.cancellation_reasons import Reasons
from clinikomigrate.sinks.splose.documents import Arrangement
from clinikomigrate.sinks.splose.documents.letters import Letters
from clinikomigrate.sinks.splose.fields import FIELDS
from clinikomigrate.splose.models import CustomField
from clinikomigrate.transfer.mapper import Context, Mapper
from clinikomigrate.transfer.survey import Survey

draft: Final = Drafter(FIELDS)
"""Makes a draft, or says why there is none."""


@attrs.frozen
class Workspace:
    """What the mapper wants to know of a workspace.

    Attributes:
        custom_fields: The fields of the clinic's own.
        outcomes: The cancellation reasons, where attendance and cancellations are sent; None where they are not.
        documents: How documents are arranged; None where none are made.
        letters: Knows what the documents' fonts have; None where none are made.
        activities: The names of services that are support activities: no appointment can be booked for them.
        own: The countries and time zones of the clinic's locations, which a client may have without having been given.
    """

    custom_fields: Sequence[CustomField] = ()
    outcomes: Reasons | None = None
    documents: Arrangement | None = None
    letters: Letters | None = None
    activities: Sequence[str] = ()
    own: Sequence[str] = ()


class Family(Mapper):
    """Maps some kinds of record.

    Attributes:
        _choices: What the user settled about matching.
    """

    _choices: Choices


def zone(context: Context) -> ZoneInfo | None:
    """Returns the zone in which the source's times are told; None for UTC."""
    return moments.zone(getattr(_account(context), "time_zone_identifier", None))


def countries(context: Context, entity: Any) -> Sequence[str]:
    """Returns the codes of the countries in which a record's telephone numbers may be: its own, and the account's.

    Args:
        context: What preflight read.
        entity: A patient or a contact.
    """
    codes = (entity.country_code, getattr(_account(context), "country_code", None))
    return tuple(dict.fromkeys(code for code in codes if code))


def custom_fields(context: Context) -> Sequence[CustomField]:
    """Returns the workspace's own fields."""
    return of(context.survey).custom_fields


def of(survey: Survey) -> Workspace:
    """Returns what was read of the workspace.

    Args:
        survey: What preflight read.
    """
    details = survey.account.details if survey.account else None
    return details if isinstance(details, Workspace) else Workspace()


def _account(context: Context) -> Any:
    return getattr(context.survey.settings, "account", None)
