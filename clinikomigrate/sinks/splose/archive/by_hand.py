"""The list of files that a person has to add to clients of the workspace."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from clinikomigrate.sinks.splose.archive.archive import Archive
from clinikomigrate.sinks.splose.archive.files import FILES, Filed, Files
from clinikomigrate.transfer.names import full_name
from clinikomigrate.transfer.summary import append_csv, write_csv

LIST: Final = "files-to-add-by-hand.csv"
"""The name of the list, in the archive."""

HEAD: Final = (
    "file",
    "why",
    "client in Splose",
    "client's id in Splose",
    "patient's id in Cliniko",
    "name in Cliniko",
    "description in Cliniko",
)


class ByHand:
    """The list, with one line for each file that lies in the archive. Safe in threads.

    Each run writes it anew before it adds to it, so that it is whole after any interruption, and what was taken out of
    the folder meanwhile is off it.

    Args:
        archive: The archive.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._files = Files(archive)
        self._lock = threading.Lock()

    def write(self) -> None:
        """Writes the list anew, whole or not at all.

        Raises:
            ArchiveError: The disk is full, or refuses.
        """
        with self._lock, self._archive.using():
            self._write()

    def add(self, filed: Filed, *, again: bool) -> None:
        """Adds a file that was laid into the archive.

        Args:
            filed: The file.
            again: Whether it may stand in the list already.

        Raises:
            ArchiveError: The disk is full, or refuses.
        """
        with self._lock, self._archive.using():
            if again or not self._path.exists():
                self._write()
            else:
                append_csv(self._path, [self._row(filed)])

    @property
    def _path(self) -> Path:
        return self._archive.path / LIST

    def _write(self) -> None:
        part = self._path.with_suffix(".part")
        write_csv(part, HEAD, self._rows())
        part.replace(self._path)

    def _rows(self) -> Iterator[tuple[str, ...]]:
        return (self._row(filed) for filed in self._files.by_hand())

    def _row(self, filed: Filed) -> tuple[str, ...]:
        record = self._archive.get("patient_attachments", filed.attachment)
        return (
            f"{FILES}/{filed.name}",
            filed.reason or "",
            self._client(filed),
            filed.client,
            filed.patient,
            (record and record.filename) or "",
            (record and record.description) or "",
        )

    def _client(self, filed: Filed) -> str:
        """Returns what the client is called in Splose; where no answer said it, what the source's patient is called."""
        known = self._archive.client(filed.client)
        return known or full_name(self._archive.get("patients", self._archive.remaining(filed.patient))) or ""
