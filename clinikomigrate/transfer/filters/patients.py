"""Filters that choose patients."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any, Final

from clinikomigrate.client.query import where
from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.filters.bookings import take_bookings
from clinikomigrate.transfer.filters.dates import moment
from clinikomigrate.transfer.filters.filter import Filter
from clinikomigrate.transfer.filters.merged import take_merged
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import IDS_A_REQUEST, Source

_NOBODY_S: Final = (
    "unavailable_blocks",
    "availability_blocks",
    "daily_availabilities",
    "practitioner_reference_numbers",
)
"""Kinds that hang on no patient."""

_SHOWN: Final = 5
"""How many ids a repr shows; a digest of all of them tells two longer choices apart."""


class ByPatient(Filter):
    """Takes some patients, their bookings, and everything that hangs on them: a pilot.

    Args:
        *ids: The patients' ids in the source.

    Raises:
        ConfigurationError: No id is given, or one isn't a number; or, when the source is read, one isn't there.
    """

    def __init__(self, *ids: str | Ref[Any]) -> None:
        self._ids = [each.id if isinstance(each, Ref) else str(each) for each in ids]
        if not self._ids:
            raise ConfigurationError("ByPatient needs at least one patient's id.")
        if any(isinstance(each, list | tuple | set | frozenset) for each in ids):
            raise ConfigurationError("ByPatient takes ids one by one: write ByPatient(*ids).")
        for number, each in enumerate(self._ids, 1):
            if not (each.isascii() and each.isdigit()):
                raise ConfigurationError(f"Value {number} given to ByPatient is no id: ids are digits only.")

    def __repr__(self) -> str:
        ids = sorted(set(self._ids), key=int)
        shown = ", ".join(map(repr, ids[:_SHOWN]))
        if len(ids) <= _SHOWN:
            return f"ByPatient({shown})"
        digest = hashlib.sha256(",".join(ids).encode()).hexdigest()[:8]
        return f"ByPatient({shown} and {len(ids) - _SHOWN} more, digest {digest})"

    def scope(self, source: Source, scope: Scope) -> None:
        """Reads the patients' attendances to know their bookings."""
        there = {patient.id for patient in source.by_id("patients", self._ids)}
        missing = [each for each in self._ids if each not in there]
        if missing:
            raise ConfigurationError(f"The source has no patients with these ids: {', '.join(missing)}.")
        scope.only("patients", self._ids)
        take_merged(source, scope)
        scope.only("bookings", ())
        for chosen in batched(scope.ids("patients"), IDS_A_REQUEST):
            some = where("patient_id") == chosen
            scope.only("bookings", (each.booking for each in source.stream("attendees", some) if each.booking))
            scope.only("bookings", (each.id for each in source.stream("individual_appointments", some)))
        for kind in _NOBODY_S:
            scope.only(kind, ())


class SeenSince(Filter):
    """Takes patients who have a booking at a time or later, with all that they have, earlier bookings too.

    Cancelled bookings and those to come count. What doesn't hang on a patient stays.

    Args:
        start: The first time that counts; a date begins at midnight UTC.

    Raises:
        ConfigurationError: The time has no time zone.
    """

    def __init__(self, start: date | datetime) -> None:
        self._start = moment(start, type(self).__name__)

    def __repr__(self) -> str:
        return f"SeenSince({self._start.isoformat()})"

    def scope(self, source: Source, scope: Scope) -> None:
        """Reads the bookings since, at one list read per 100."""
        part = Scope()
        take_bookings(source, part, where("starts_at") >= self._start)
        scope.only("patients", part.ids("patients"))
        part.close()


class Active(Filter):
    """Takes patients who are not archived, and what hangs on those who were merged into them.

    What doesn't hang on a patient stays.
    """

    def __repr__(self) -> str:
        return "Active()"

    def scope(self, source: Source, scope: Scope) -> None:
        """Reads which patients are archived and which are not, at one list read per 100."""
        active = source.stream("patients", where("archived_at").is_null())
        scope.only("patients", (patient.id for patient in active))
