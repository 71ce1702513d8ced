"""Turns the records of one Cliniko account into drafts for another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.sinks.cliniko.mapping.bookings import Bookings
from clinikomigrate.sinks.cliniko.mapping.catalogue import Catalogue
from clinikomigrate.sinks.cliniko.mapping.people import People
from clinikomigrate.sinks.cliniko.mapping.records import Records
from clinikomigrate.sinks.matching import EXCLUDE, AssignTo, Choices, Exclude, Named, match
from clinikomigrate.sinks.unmatched import Settings
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.survey import Survey

__all__ = ["EXCLUDE", "AssignTo", "ClinikoMapper", "Exclude"]

_SETTINGS: Final = Settings("ClinikoMapper")


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

    drafts_for = "Cliniko"

    def __init__(
        self,
        *,
        businesses: Named | None = None,
        practitioners: Named | None = None,
        appointment_types: Named | None = None,
        former_practitioners: AssignTo | Exclude | None = None,
    ) -> None:
        self._choices = Choices.of(
            {"businesses": businesses, "practitioners": practitioners, "appointment_types": appointment_types},
            former_practitioners,
        )

    def __repr__(self) -> str:
        return self._choices.shown(type(self).__name__, _SETTINGS.names)

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
        return match(survey, self._choices, _SETTINGS)
