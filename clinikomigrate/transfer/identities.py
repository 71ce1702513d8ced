"""Which record of the destination stands for which of the source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.sqlite_journal import opened_as_left
from clinikomigrate.transfer.summary import write_csv


class Identities:
    """The pairs of source id and destination id of one kind.

    It can be walked again and again; each walk reads the journal, and nothing is kept in memory. Where the journal's
    file isn't there, a walk raises `JournalNeeded`.
    """

    def __init__(self, kind: str, journal: Journal) -> None:
        self._kind = kind
        self._journal = journal

    def __repr__(self) -> str:
        return f"<Identities of {self._kind}>"

    def __iter__(self) -> Iterator[tuple[str, str]]:
        with opened_as_left(self._journal):
            yield from self._journal.identities(self._kind)

    def to_csv(self, path: str | Path) -> None:
        """Writes the pairs as a CSV file that only its owner can read.

        Args:
            path: The file; what it held is replaced.

        Raises:
            JournalNeeded: The journal's file isn't there.
        """
        with opened_as_left(self._journal):  # before the file is touched
            write_csv(Path(path), ("source_id", "destination_id"), self._journal.identities(self._kind))
