"""Reading a workspace's records again by their ids, in as few requests as its API allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from clinikomigrate.errors import NotFound
from clinikomigrate.splose import Splose

RESOURCES: Final = {
    "attendees": "appointments",
    "contacts": "contacts",
    "individual_appointments": "appointments",
    "patients": "patients",
}
"""The workspace's kind of record by the source's."""

_BETWEEN: Final = 4
"""How many others may lie between records that are read together, for each of them."""


def records(client: Splose, kind: str, ids: Sequence[str], *, hidden: bool) -> Iterator[tuple[str, Any]]:
    """Gives records by id. What is gone is left out.

    Only clients can be asked for by several ids. Of the others those are read from the list whose ids lie close
    together, as those that one run made do.

    Args:
        client: The workspace's client.
        kind: The source's kind.
        ids: The ids.
        hidden: Whether archived records are given too.
    """
    if kind not in RESOURCES or not ids:
        return
    if kind == "patients":
        for patient in client.patients.list(ids=list(ids), include_archived=hidden):
            yield patient.id, patient
        return
    resource = client.resource(RESOURCES[kind])
    wanted = sorted(map(int, ids))
    left = set(ids)
    room = _BETWEEN * len(wanted)
    for record in resource.list(id_gt=str(wanted[0] - 1), include_archived=hidden):
        if record.id in left:
            left.remove(record.id)
            yield record.id, record
        room -= 1
        if not left or room <= 0 or int(record.id) > wanted[-1]:
            break
    for id in sorted(left, key=int) if room <= 0 else ():
        yield from _one(resource, id, hidden=hidden)


def _one(resource: Any, id: str, *, hidden: bool) -> Iterator[tuple[str, Any]]:
    try:
        record = resource.get(id)
    except NotFound:
        return
    if hidden or not (record.archived or getattr(record, "deleted_at", None)):
        yield id, record
