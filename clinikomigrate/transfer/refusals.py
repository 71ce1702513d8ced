"""Why a destination refused a record, where this transfer has given it the reason."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error, Unprocessable
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.kinds import APPOINTMENT_KINDS, KINDS

_ARCHIVED: Final = (
    "the destination refused it: the {what} that it needs is archived there by now, and what is archived takes no "
    "more. Bring {id} back there by hand, run again, and archive it there again"
)

_FULL: Final = (
    "the destination refused it: its class may have no seat left there. Run again, which opens the class for it, or "
    "give class {id} more seats there by hand first"
)
_KEPT_FULL: Final = (
    "the destination refused it: its class may have no seat left there, and was not opened for it, because {why}. Give "
    "class {id} more seats there by hand, and run again"
)


def archived_meanwhile(error: Error, entity: Any, journal: Journal) -> str | None:
    """Says of a record that was refused that what it points at was archived before it came; None where it wasn't.

    Args:
        error: Why it could not go.
        entity: The source's record (`Any`: of whatever kind).
        journal: Knows what was archived.
    """
    if not isinstance(error, Unprocessable):
        return None
    for link in KINDS[entity.kind].links:
        ref = getattr(entity, link.attribute)
        if ref is None or not _names(link.attribute, error.field_names):
            continue
        for kind in APPOINTMENT_KINDS if ref.kind == "bookings" else (ref.kind,):
            there = journal.entry(Ref(kind, ref.id))
            if there is not None and journal.is_done(Ref(kind, ref.id), Stage.ARCHIVE):
                return _ARCHIVED.format(what=link.attribute.replace("_", " "), id=there.destination_id)
    return None


def no_seat(error: Error, entity: Any, journal: Journal, why: str | None) -> str | None:
    """Says of a seat in a class that was refused what to do about the class; None where it was refused for itself.

    Args:
        error: Why it could not go.
        entity: The source's record (`Any`: of whatever kind).
        journal: Knows which classes went.
        why: Why the class was not opened, where that is known.
    """
    classes = KINDS[entity.kind].seats_in
    if classes is None or entity.booking is None or not isinstance(error, Unprocessable):
        return None
    there = journal.entry(Ref(classes, entity.booking.id))
    itself = {name for field in attrs.fields(type(entity)) for name in (field.name, f"{field.name}_id")}
    if there is None or there.destination_id is None or (itself - {"booking", "booking_id"}) & set(error.field_names):
        return None
    return (_FULL if why is None else _KEPT_FULL).format(id=there.destination_id, why=why)


def _names(attribute: str, fields: Collection[str]) -> bool:
    return bool({attribute, f"{attribute}_id"}.intersection(fields))
