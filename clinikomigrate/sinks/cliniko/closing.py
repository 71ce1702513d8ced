"""Cancelling and archiving: what is done once to a record, and looked at when nobody knows what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import NotFound, Unsupported
from clinikomigrate.sinks.cliniko.outcome import is_archived, is_cancelled
from clinikomigrate.sinks.repeating import done_once
from clinikomigrate.transfer.follow_ups import Cancel
from clinikomigrate.transfer.kinds import OPTIONAL_KINDS

_DOING: Final = {
    "create": "making",
    "update": "changing",
    "cancel": "cancelling",
    "archive": "archiving",
    "unarchive": "bringing back",
}


def cancel(client: Cliniko, kind: str, id: str, follow_up: Cancel) -> None:
    """Cancels an appointment or an attendee; one that is cancelled already is left as it is.

    Args:
        client: The destination's client.
        kind: The record kind's name.
        id: The record's id.
        follow_up: The reason and the note.

    Raises:
        Unsupported: The API can't cancel such a record.
    """
    write = method(client, kind, "cancel")
    _bring_into(client, kind, id, is_cancelled, lambda: write(id, reason=follow_up.reason, note=follow_up.note))


def archive(client: Cliniko, kind: str, id: str) -> None:
    """Archives a record; one that is archived already is left as it is.

    Args:
        client: The destination's client.
        kind: The record kind's name.
        id: The record's id.

    Raises:
        Unsupported: The API can't archive such a record.
    """
    write = method(client, kind, "archive")
    try:
        _bring_into(client, kind, id, is_archived, lambda: write(id))
    except NotFound as error:
        if kind in OPTIONAL_KINDS:
            raise unsupported(kind, "archive") from error
        raise


def method(client: Cliniko, kind: str, name: str) -> Callable[..., Any]:
    """Gives what the client does with records of a kind.

    Args:
        client: The destination's client.
        kind: The record kind's name.
        name: The name of a resource's method: `"archive"`.

    Raises:
        Unsupported: The API can't do it, so that the resource has no such method.
    """
    found: Callable[..., Any] | None = getattr(client.resource(kind), name, None)
    if found is None:
        raise unsupported(kind, name)
    return found


def unsupported(kind: str, name: str) -> Unsupported:
    """Makes the error for what the destination can't do.

    Args:
        kind: The record kind's name.
        name: The name of a resource's method: `"create"`.
    """
    return Unsupported(f"The destination's API has no way of {_DOING[name]} {kind.replace('_', ' ')}; do it by hand.")


def _bring_into(
    client: Cliniko,
    kind: str,
    id: str,
    is_so: Callable[[Any], bool],
    write: Callable[[], object],
) -> None:
    resource: Any = client.resource(kind)

    def is_done() -> bool:
        try:
            return is_so(resource.get(id))
        except NotFound:
            return "archived_at" not in resource.fields  # of such kinds the API shows no archived record at all

    done_once(write, is_done, client.clock)
