"""The names of what records point at, out of the archive folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from clinikomigrate.client.ref import Ref
from clinikomigrate.sinks.moments import moment
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.transfer.kinds import APPOINTMENT_KINDS
from clinikomigrate.transfer.names import display_name

_REMEMBERED: Final = 2_000


class Naming:
    """Gives names. Safe in threads.

    What lies in the archive does: records that are matched are put there first, and every other one before those that
    point at it. What isn't there is called as preflight read it.

    Args:
        archive: The archive.
        read: The names that preflight read.
        zone: The zone in which the times of appointments are told; None for UTC.
    """

    def __init__(self, archive: Archive, read: Mapping[Ref[Any], str], zone: ZoneInfo | None) -> None:
        self._archive = archive
        self._read = read
        self._zone = zone
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._looked_up)

    def __call__(self, ref: Ref[Any]) -> str | None:
        """Returns the name of what a record points at; None where it isn't known.

        Args:
            ref: A practitioner, business, appointment type, template, contact, case or booking.
        """
        return self._remembered(ref.kind, ref.id)

    def _looked_up(self, kind: str, id: str) -> str | None:
        if kind == "bookings" or kind in APPOINTMENT_KINDS:
            return self._booking(kind, id)
        record = self._archive.get(kind, id)
        name = None if record is None else display_name(record) or getattr(record, "company_name", None)
        return name or self._read.get(Ref(kind, id))

    def _booking(self, kind: str, id: str) -> str | None:
        """Tells an appointment: `14 March 2024, 09:30 (Australia/Melbourne, UTC+11:00), Initial consultation`."""
        for each in APPOINTMENT_KINDS if kind == "bookings" else (kind,):
            booking = self._archive.get(each, id)
            if booking is not None and booking.starts_at is not None:
                what = booking.appointment_type and self(booking.appointment_type)
                return ", ".join([moment(booking.starts_at, self._zone), *([what] if what else [])])
        return None
