"""Which clients take files by now who took none while they were archived."""

from __future__ import annotations

import threading
from typing import Final

from clinikomigrate.errors import ApiError, NotFound
from clinikomigrate.sinks.splose import reasons
from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.sinks.splose.uploads import LAID_OUT
from clinikomigrate.splose import Splose
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.source import IDS_A_REQUEST

_REFUSALS: Final = frozenset({400, 403, 404, 409, 422})
_WAITING: Final = "SELECT client FROM upload WHERE state = ? UNION SELECT client FROM file WHERE reason = ?"


class Revived:
    """Knows the clients for whom files wait in the archive folder, and who of them is live. Safe in threads.

    All of them are asked about at once, when the first question comes; of whoever is archived later nothing is known.

    Args:
        client: The workspace's client.
        archive: Knows whose files wait.
    """

    def __init__(self, client: Splose, archive: Archive) -> None:
        self._client = client
        self._archive = archive
        self._lock = threading.Lock()
        self._live: frozenset[str] | None = None

    def has(self, client: str) -> bool:
        """Says whether a client who took no file before is live by now.

        Args:
            client: The client's id in the workspace.

        Raises:
            Error: Splose could not be asked.
        """
        with self._lock:
            if self._live is None:
                waiting = [id for (id,) in self._archive.rows(_WAITING, LAID_OUT, reasons.ARCHIVED_CLIENT)]
                self._live = frozenset(
                    patient.id
                    for some in batched(waiting, IDS_A_REQUEST)
                    for patient in self._client.patients.list(ids=list(some))
                )
            return client in self._live


def is_of_archived(client: Splose, id: str, refusal: ApiError) -> bool:
    """Says whether a file was refused because its client is archived, as far as anybody can tell.

    Args:
        client: The workspace's client.
        id: The client's id.
        refusal: What Splose answered.

    Raises:
        Error: Splose could not be asked.
    """
    if refusal.status not in _REFUSALS:
        return False
    try:
        found = client.patients.get(id)
    except NotFound:
        return False
    return found.archived is True or found.deleted_at is not None
