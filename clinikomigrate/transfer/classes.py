"""Classes as those need them who make an appointment of each seat."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko.models import GroupAppointment
from clinikomigrate.errors import NotFound

_REMEMBERED: Final = 256


@attrs.frozen(repr=False)
class Class:
    """What a seat in a class has from the class.

    Attributes:
        starts_at: When it begins.
        ends_at: When it ends.
        appointment_type: What it is.
        business: Where it is.
        practitioner: Who holds it.
        notes: What the clinic noted about it.
        archived_at: None while it is active.
    """

    starts_at: datetime | None
    ends_at: datetime | None
    appointment_type: Ref[Any] | str | None
    business: Ref[Any] | str | None
    practitioner: Ref[Any] | str | None
    notes: str | None = None
    archived_at: datetime | None = None

    @classmethod
    def of(cls, group: GroupAppointment) -> Class:
        """Takes from a group appointment what its seats have from it."""
        return cls(
            group.starts_at,
            group.ends_at,
            group.appointment_type,
            group.business,
            group.practitioner,
            group.notes,
            group.archived_at or group.deleted_at,
        )


class Classes:
    """Reads classes, each once for the seats that come close to each other. Safe in threads.

    Args:
        read: Gets a group appointment by its id, or raises `NotFound`.
    """

    def __init__(self, read: Callable[[str], GroupAppointment]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Class | None] = OrderedDict()

    def forget(self) -> None:
        """Reads everything anew from now on."""
        with self._lock:
            self._known.clear()

    def get(self, id: str) -> Class | None:
        """Gives a class, or None where the id is no class's.

        Args:
            id: A booking's id.
        """
        with self._lock:
            if id not in self._known:
                self._known[id] = self._asked(id)
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
            return self._known[id]

    def _asked(self, id: str) -> Class | None:
        try:
            return Class.of(self._read(id))
        except NotFound:
            return None
