"""Filters that choose by what is in the diary: a business or a practitioner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from clinikomigrate.client.query import Condition, where
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import GroupAppointment
from clinikomigrate.errors import ConfigurationError
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.filters.filter import Filter
from clinikomigrate.transfer.filters.names import find
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import IDS_A_REQUEST, Source

_OF_BOTH: Final = (
    "individual_appointments",
    "group_appointments",
    "unavailable_blocks",
    "availability_blocks",
    "daily_availabilities",
    "practitioner_reference_numbers",
)
"""The kinds that say at which business and by whom."""


class _ByPlace(Filter):
    """Chooses bookings by one of their links, and the patients of those bookings."""

    _kind: str
    _field: str
    _also: tuple[str, ...] = ()

    def __init__(self, *names_or_ids: str | Ref[Any]) -> None:
        if not names_or_ids:
            raise ConfigurationError(f"{type(self).__name__} needs at least one name or id.")
        for each in names_or_ids:
            if not isinstance(each, str | Ref) or not each:
                raise ConfigurationError(
                    f"{type(self).__name__} takes names and ids as texts, one after the other, not {each!r}."
                )
        self._wanted = names_or_ids

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._wanted))})"

    def scope(self, source: Source, scope: Scope) -> None:
        """Reads the bookings, at one list read per 100, to know the patients; of a practitioner also the notes."""
        ids = find(source, self._kind, self._wanted)
        chosen = where(self._field) == ids
        for kind in (*_OF_BOTH, *self._also):
            scope.where(kind, chosen)
        take_bookings(source, scope, chosen)
        for kind in self._also:
            scope.only("patients", _patients(source.stream(kind, chosen)))


class ByBusiness(_ByPlace):
    """Takes what happened at some businesses.

    That is their appointments, classes and blocks, and the patients who have any booking there, live, cancelled or
    archived. With a patient goes everything that hangs on the patient, whatever the business.

    Args:
        *names_or_ids: The businesses, as they are called in the source.

    Raises:
        ConfigurationError: No name is given; or, when the source is read, a name fits none or several.
    """

    _kind = "businesses"
    _field = "business_id"


class ByPractitioner(_ByPlace):
    """Takes what some practitioners did.

    That is their appointments, classes, blocks and treatment notes, and the patients who have any booking with them, or
    a treatment note by them. With a patient goes everything that hangs on the patient, but for other practitioners'
    treatment notes.

    Args:
        *names_or_ids: The practitioners, as they are called in the source.

    Raises:
        ConfigurationError: No name is given; or, when the source is read, a name fits none or several.
    """

    _kind = "practitioners"
    _field = "practitioner_id"
    _also = ("treatment_notes",)


def take_bookings(source: Source, scope: Scope, *conditions: Condition) -> None:
    """Chooses bookings under conditions, and the patients of those.

    Args:
        source: Is read.
        scope: Takes the ids.
        *conditions: Which bookings; none for all.
    """
    scope.only("bookings", ())
    scope.only("patients", ())
    for classes in batched(_classes(source, scope, conditions), IDS_A_REQUEST):
        scope.only("patients", _patients(source.stream("attendees", where("booking_id") == classes)))


def _classes(source: Source, scope: Scope, conditions: Iterable[Condition]) -> Iterator[str]:
    """Chooses bookings and the patients whom they name, and gives the ids of those that name none: classes."""
    for booking in source.stream("bookings", *conditions):
        scope.only("bookings", [booking.id])
        if isinstance(booking, GroupAppointment):
            yield booking.id
        else:
            scope.only("patients", _patients([booking]))


def _patients(records: Iterable[Any]) -> Iterator[Ref[Any]]:
    return (record.patient for record in records if getattr(record, "patient", None) is not None)
