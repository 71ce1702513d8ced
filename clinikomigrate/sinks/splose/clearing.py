"""Whether updates of clients clear what they can't give, remembered in the archive folder, with what was cleared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from clinikomigrate.errors import ConfigurationError
from clinikomigrate.sinks.comparable import comparable
from clinikomigrate.sinks.splose.archive.archive import Archive
from clinikomigrate.sinks.splose.archive.folder import Folder
from clinikomigrate.splose.models import Patient
from clinikomigrate.splose.models.patients import CREATED_ONLY
from clinikomigrate.transfer.summary import write_csv

NOT_GIVEN: Final = (*sorted(CREATED_ONLY), "custom_fields", "health_fund")
"""What a client can have, and an update can't give."""

LIST: Final = "clients-to-mend.csv"
"""The name of the list, in the archive folder, of what was cleared, with its values."""

_HEAD: Final = ("client's id in Splose", "client in Splose", "field", "value")
_TRIED, _CLEARED = "tried", "cleared"


class Clearing:
    """Remembers, durably, what updates cleared. Without an archive folder it remembers for itself only.

    Before an update that could be the first to clear something, what the client has is kept in the archive folder, so
    that it is known after any interruption, and can be entered again.

    Args:
        folder: The archive folder.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._clears = False

    @property
    def is_known(self) -> bool:
        """Whether an update is known to have cleared something, of whatever client and in whatever run."""
        archive = self._read()
        rows = () if archive is None else archive.rows("SELECT 1 FROM cleared WHERE state = ? LIMIT 1", _CLEARED)
        return self._clears or bool(rows)

    def try_with(self, before: Patient) -> None:
        """Keeps what a client has, before an update.

        Args:
            before: The client as it is.

        Raises:
            ArchiveError: The archive folder can't be written to.
        """
        self._note(before.id, _TRIED, held(before))

    def went_well(self, id: str) -> None:
        """Forgets a client of whom nothing was cleared, or who has all of it again.

        Args:
            id: The client's id.
        """
        archive = self._read()
        if archive is not None:
            archive.write("UPDATE cleared SET fields = '{}' WHERE client = ? AND state = ?", id, _CLEARED)
            archive.write("DELETE FROM cleared WHERE client = ? AND state = ?", id, _TRIED)
            self._list(archive)

    def went_wrong(self, before: Patient, gone: Iterable[str]) -> None:
        """Keeps what an update cleared.

        Args:
            before: The client as it was.
            gone: The fields.
        """
        self._clears = True
        had = held(before)
        self._note(before.id, _CLEARED, {name: had[name] for name in gone})

    def untold(self) -> list[str]:
        """Gives the ids of clients whose update was interrupted before it was known what it did."""
        archive = self._read()
        rows = () if archive is None else archive.rows("SELECT client FROM cleared WHERE state = ?", _TRIED)
        return [id for (id,) in rows]

    def tell(self, client: Patient) -> None:
        """Settles what an interrupted update did.

        Args:
            client: The client as it is now.
        """
        had = self._had(client.id, _TRIED)
        gone = {name: value for name, value in had.items() if _lacks(client, name, value)}
        if gone:
            self._clears = True
            self._note(client.id, _CLEARED, gone)
        else:
            self.went_well(client.id)

    def damaged(self) -> list[str]:
        """Gives the ids of clients who may still lack what an update cleared."""
        archive = self._read()
        query = "SELECT client FROM cleared WHERE state = ? AND fields <> '{}' ORDER BY client"
        return [] if archive is None else [id for (id,) in archive.rows(query, _CLEARED)]

    def lacking(self, client: Patient) -> list[str]:
        """Names what an update cleared of a client and nobody has entered again.

        Args:
            client: The client as it is.
        """
        had = self._had(client.id, _CLEARED)
        lacks = [name for name, value in had.items() if _lacks(client, name, value)]
        if had and not lacks:
            self.went_well(client.id)
        return lacks

    def cleared(self, client: Patient) -> dict[str, Any]:
        """Gives what an update cleared of a client and nobody has entered again, also one whose end nobody has seen.

        Args:
            client: The client as it is.

        Returns:
            What the client had, in comparable form, by field.
        """
        had = self._had(client.id, _TRIED) | self._had(client.id, _CLEARED)
        return {name: value for name, value in had.items() if _lacks(client, name, value)}

    def _had(self, id: str, state: str) -> dict[str, Any]:
        archive = self._read()
        query = "SELECT fields FROM cleared WHERE client = ? AND state = ?"
        rows = () if archive is None else archive.rows(query, id, state)
        return {name: value for (fields,) in rows for name, value in json.loads(fields).items()}

    def _note(self, id: str, state: str, fields: Mapping[str, Any]) -> None:
        try:
            archive = self._folder.ready()
        except ConfigurationError:  # there is nowhere to keep it
            return
        text = json.dumps(fields, ensure_ascii=False, default=str)
        archive.write("INSERT OR REPLACE INTO cleared VALUES (?, ?, ?)", id, state, text)
        self._list(archive)

    def _list(self, archive: Archive) -> None:
        """Writes the list of what is to be entered again, whole or not at all."""
        path = archive.path / LIST
        rows = [
            (id, archive.client(id) or "", name, value if isinstance(value, str) else json.dumps(value, default=str))
            for id in self.damaged()
            for name, value in self._had(id, _CLEARED).items()
        ]
        if not rows and not path.exists():
            return
        part = path.with_suffix(".part")
        with archive.using():
            write_csv(part, _HEAD, rows)
            part.replace(path)

    def _read(self) -> Archive | None:
        return self._folder.archive if self._folder.is_there else None


def held(client: Patient) -> dict[str, Any]:
    """Gives what a client has of what an update can't give.

    Args:
        client: The client as it is.

    Returns:
        The values in comparable form; only what says something.
    """
    values = {name: comparable(getattr(client, name)) for name in NOT_GIVEN}
    return {name: value for name, value in values.items() if value}


def _lacks(client: Patient, name: str, value: Any) -> bool:
    """Says whether a field is empty that was not, or of several values has fewer."""
    now = comparable(getattr(client, name))
    if not now:
        return True
    return isinstance(value, list | tuple) and isinstance(now, tuple) and len(now) < len(value)
