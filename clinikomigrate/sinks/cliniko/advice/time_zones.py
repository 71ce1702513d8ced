"""Whether the diary will show the same hours in both accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from clinikomigrate.client.query import where
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import Business, Settings
from clinikomigrate.sinks import moments
from clinikomigrate.sinks.cliniko.codes import CODES
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.names import folded, shown_name
from clinikomigrate.transfer.phrases import listed
from clinikomigrate.transfer.survey import Survey

_TIMED: Final = ("individual_appointments", "group_appointments", "unavailable_blocks", "availability_blocks")
_FIRST: Final = datetime(2011, 1, 2, tzinfo=UTC)
"""The product's first year: nothing in its diaries is older."""
_WEEKS: Final = 27 * 52
"""From the first year to the last that time zones are worked out for."""


def differ(survey: Survey, matches: Mapping[Ref[Any], str]) -> Iterator[Finding]:
    """Finds matched businesses whose clocks show different hours at the same time.

    Two names of one zone, or zones that have kept the same hours all along, are as good as one.

    Args:
        survey: What was read of both accounts.
        matches: For matched records the source's ref and the destination's id.
    """
    there = dict(survey.existing.get("businesses", ()))
    details = survey.account.details if survey.account else None
    found, ids = [], []
    for business in survey.records.get("businesses", ()):
        counterpart = there.get(matches.get(Ref("businesses", business.id), ""))
        if counterpart is None:
            continue
        zones = _zones((business, survey.settings), (counterpart, details))
        if zones is not None and any(survey.goes(kind, where("business_id") == business.id) for kind in _TIMED):
            found.append(f"{shown_name('businesses', business)!r} (source: {zones[0]}, destination: {zones[1]})")
            ids.append(business.id)
    if found:
        yield CODES.finding(
            "time-zones-differ",
            f"These businesses lie in other time zones than their counterparts: {listed(found)}. Appointments keep "
            "their moment in time, and so stand at another hour in the diary.",
            "Set the time zone of the businesses in the destination, before the run.",
            kind="businesses",
            ids=ids,
        )


def _zones(here: tuple[Business, object], there: tuple[Business, object]) -> tuple[str, str] | None:
    """Gives the names of two zones that show different hours, or None; None also where one isn't known."""
    names = _identifier(*here), _identifier(*there)
    if names[0] and names[1]:
        return (names[0], names[1]) if _show_other_hours(names[0], names[1]) else None
    labels = here[0].time_zone, there[0].time_zone
    if labels[0] and labels[1] and folded(labels[0]) != folded(labels[1]):
        return labels[0], labels[1]
    return None


def _identifier(business: Business, settings: object) -> str | None:
    """Gives a business's zone by its IANA name. One that has none of its own keeps the account's."""
    if business.time_zone_identifier or business.time_zone:
        return business.time_zone_identifier
    account = settings.account if isinstance(settings, Settings) else None
    return account.time_zone_identifier if account else None


def _show_other_hours(one: str, other: str) -> bool:
    if folded(one) == folded(other):
        return False
    here, there = moments.zone(one), moments.zone(other)
    if here is None or there is None:  # this machine doesn't know one of them
        return True
    times = (_FIRST + timedelta(weeks=number) for number in range(_WEEKS))
    return any(each.astimezone(here).utcoffset() != each.astimezone(there).utcoffset() for each in times)
