"""Turns the records of a Cliniko account into drafts for Splose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.field_rules import EMAIL
from clinikomigrate.sinks.matching import AssignTo, Choices, Exclude, Named, match
from clinikomigrate.sinks.splose import extra, to_create
from clinikomigrate.sinks.splose.activities import support_activities
from clinikomigrate.sinks.splose.mapping.bookings import Bookings
from clinikomigrate.sinks.splose.mapping.files import Files
from clinikomigrate.sinks.splose.mapping.people import People
from clinikomigrate.sinks.splose.mapping.records import Records
from clinikomigrate.sinks.splose.mapping.rest import Rest
from clinikomigrate.sinks.unmatched import Settings
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.survey import Survey

_NAMES: Final = {"businesses": "locations", "appointment_types": "services"}
"""What Splose calls what is matched."""

_SKIP: Final = "skip"


class SploseMapper(People, Bookings, Files, Records, Rest):
    """Turns the records of a Cliniko account into drafts for Splose.

    Splose's API makes no locations, practitioners and services: each is matched with the workspace's by name, a
    practitioner by e-mail address first. What is in use and missing there blocks the run, and is told with what it
    takes to make it by hand.

    Args:
        locations: By the name or id of a business of the source: the workspace's location, or `EXCLUDE` to leave out
            what is booked there. Those not named are matched by name.
        practitioners: The same for practitioners.
        services: The same for the source's appointment types, and services.
        former_practitioners: What becomes of practitioners who left: `AssignTo("somebody")`, or `EXCLUDE`; None to
            match them by name like all others.
        contact_email: What becomes of contacts without an e-mail address, which Splose wants: `"skip"` leaves them
            behind, an address of the clinic's own is given to all of them.

    Raises:
        ConfigurationError: A setting is of the wrong type, or the extra `splose` isn't installed.
    """

    drafts_for = "Splose"

    def __init__(
        self,
        *,
        locations: Named | None = None,
        practitioners: Named | None = None,
        services: Named | None = None,
        former_practitioners: AssignTo | Exclude | None = None,
        contact_email: str = _SKIP,
    ) -> None:
        extra.require(extra.TELEPHONES)
        given = {"businesses": locations, "practitioners": practitioners, "appointment_types": services}
        self._choices = Choices.of(given, former_practitioners, _NAMES)
        if not isinstance(contact_email, str) or not (contact_email == _SKIP or EMAIL.fullmatch(contact_email)):
            raise ConfigurationError("contact_email must be 'skip' or an e-mail address of the clinic's own.")
        self._contact_email = contact_email

    def __repr__(self) -> str:
        more = {} if self._contact_email == _SKIP else {"contact_email": self._contact_email}
        return self._choices.shown(type(self).__name__, _NAMES, more)

    @property
    def matched_kinds(self) -> frozenset[str]:
        """The names of kinds that are matched, or read because their names and prices are told."""
        return frozenset({"appointment_types", "appointment_type_billable_items", "billable_items", "concession_types"})

    def prepare(self, survey: Survey) -> tuple[Mapping[Ref[Any], str], tuple[Finding, ...]]:
        """Matches locations, practitioners and services.

        What is in use and has no counterpart, or more than one, is a blocker: nothing is guessed.

        Args:
            survey: What preflight read of both accounts.

        Returns:
            For matched records the source's ref and the destination's id, and what was found in doing so.
        """
        settings = Settings(
            "SploseMapper",
            _NAMES,
            frozenset({"businesses", "practitioners", "appointment_types"}),
            to_create.describing(survey),
        )
        matches, findings = match(survey, self._choices, settings)
        return matches, (*findings, *support_activities(survey, self._choices, findings))
