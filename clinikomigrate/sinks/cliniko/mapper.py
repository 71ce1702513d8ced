"""Turns the records of one Cliniko account into drafts for another."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.cliniko.mapping.bookings import Bookings
from clinikomigrate.sinks.cliniko.mapping.catalogue import Catalogue
from clinikomigrate.sinks.cliniko.mapping.people import People
from clinikomigrate.sinks.cliniko.mapping.records import Records
from clinikomigrate.sinks.cliniko.matching import EXCLUDE, AssignTo, Choices, Exclude, match
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.survey import Survey

__all__ = ["EXCLUDE", "AssignTo", "ClinikoMapper", "Exclude"]

Named = Mapping[str, str | Exclude]
"""The source's names or ids, and the destination's or `EXCLUDE`."""


class ClinikoMapper(Catalogue, People, Bookings, Records):
    """Turns the records of one Cliniko account into drafts for another.

    Businesses and practitioners are not made: each is matched with the destination's by name, a practitioner by their
    user's e-mail address first. To change how a kind is mapped, make a subclass with a method of that kind's name:

        class OurMapper(ClinikoMapper):
            def patient(self, patient, context):
                mapped = super().patient(patient, context)
                return mapped if isinstance(mapped, Skip) else mapped.evolve(occupation=None)

    Args:
        businesses: By the source's name or id: the destination's name or id, or `EXCLUDE` to leave out what is booked
            there. Those not named are matched by name.
        practitioners: The same for practitioners.
        appointment_types: The same for appointment types. Those that are not named go like everything else.
        former_practitioners: What becomes of practitioners who left: `AssignTo("somebody")`, or `EXCLUDE`; None to
            match them by name like all others.

    Raises:
        ConfigurationError: A setting is of the wrong type.
    """

    def __init__(
        self,
        *,
        businesses: Named | None = None,
        practitioners: Named | None = None,
        appointment_types: Named | None = None,
        former_practitioners: AssignTo | Exclude | None = None,
    ) -> None:
        given = {"businesses": businesses, "practitioners": practitioners, "appointment_types": appointment_types}
        if not isinstance(former_practitioners, AssignTo | Exclude | None):
            raise ConfigurationError(
                "former_practitioners must be AssignTo('a name or id'), EXCLUDE or None, not "
                f"{type(former_practitioners).__name__}."
            )
        named = {setting: _checked(setting, value or {}) for setting, value in given.items()}
        self._choices = Choices(MappingProxyType(named), former_practitioners)

    def __repr__(self) -> str:
        given = [f"{setting}={dict(named)!r}" for setting, named in self._choices.named.items() if named]
        if self._choices.former_practitioners is not None:
            given.append(f"former_practitioners={self._choices.former_practitioners!r}")
        return f"<{type(self).__name__} {', '.join(given)}>" if given else f"<{type(self).__name__}>"

    @property
    def matched_kinds(self) -> frozenset[str]:
        """The names of kinds that go, but of which some records are matched by the user's settings."""
        return frozenset(kind for kind, named in self._choices.named.items() if named)

    def prepare(self, survey: Survey) -> tuple[Mapping[Ref[Any], str], tuple[Finding, ...]]:
        """Matches what is matched and not made.

        What is in use and has no counterpart, or more than one, is a blocker: nothing is guessed.

        Args:
            survey: What preflight read of both accounts.

        Returns:
            For matched records the source's ref and the destination's id, and what was found in doing so.
        """
        return match(survey, self._choices)


def _checked(setting: str, named: Named) -> Named:
    if not isinstance(named, Mapping):
        raise ConfigurationError(f"{setting} must map names or ids to names or ids, not be {type(named).__name__}.")
    for name, target in named.items():
        if not isinstance(name, str) or not isinstance(target, str | Exclude):
            raise ConfigurationError(
                f"{setting} must map names or ids (texts) to names, ids or EXCLUDE; {name!r} is mapped to "
                f"{type(target).__name__}."
            )
    return MappingProxyType(dict(named))
