"""What a killed process leaves behind, without a process: the destination and the disk as they were at one moment."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import attrs

from clinikomigrate.testing import LoggedRequest, Snapshot
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.campaign.pair import Pair


@attrs.frozen
class Still:
    """One moment of a run.

    Attributes:
        destination: What the destination held.
        files: The bytes of the journal's files, by name.
    """

    destination: Snapshot
    files: dict[str, bytes]

    def restore(self, pair: Pair) -> None:
        """Makes everything as it was then."""
        pair.destination.restore(self.destination)
        pair.remove_journal()
        for name, content in self.files.items():
            (pair.journal.parent / name).write_bytes(content)


class WatchedJournal(SQLiteJournal):
    """A journal that tells of each commit.

    Args:
        path: The file.

    Attributes:
        committed: Is called after each commit.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.committed: Callable[[], None] | None = None

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with super()._writing() as connection:
            yield connection
        if self.committed is not None:
            self.committed()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Lets nobody write for a while."""
        with self._lock:
            yield


@contextlib.contextmanager
def dying(pair: Pair, *, at_request: int | None = None, at_commit: int | None = None) -> Iterator[WatchedJournal]:
    """Lets a run go on, and afterwards makes everything as it was at one of its moments, as if it had died then.

    A run that does not come so far lives.

    Args:
        pair: What is transferred.
        at_request: At which request to the destination, once it is carried out.
        at_commit: After which commit of the journal.
    """
    journal = WatchedJournal(pair.journal)
    requests, commits = count(1), count(1)
    stills: list[Still] = []

    def take() -> None:
        with pair.destination.lock, journal.held():
            files = {file.name: file.read_bytes() for file in pair.journal_files()}
            stills.append(Still(pair.destination.snapshot(), files))

    def on_request(_: LoggedRequest) -> None:
        if next(requests) == at_request:
            take()

    def on_commit() -> None:
        if next(commits) == at_commit:
            take()

    journal.committed = on_commit
    pair.destination.on_traffic.append(on_request)
    try:
        yield journal
    finally:
        pair.destination.on_traffic.remove(on_request)
        if stills:
            stills[0].restore(pair)
