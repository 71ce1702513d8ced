"""What a killed process leaves behind, without a process: the destination and the disk as they were at one moment."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import attrs

from clinikomigrate.sinks.splose.archive.archive import RECORDS
from clinikomigrate.testing import LoggedRequest
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.campaign.pair import Pair


@attrs.frozen
class Still:
    """One moment of a run.

    Attributes:
        destination: What the destination held (`Any`: of its own class).
        files: The bytes of the journal's files and of those of the folder beside it, by path.
    """

    destination: Any
    files: dict[Path, bytes]

    def restore(self, pair: Pair) -> None:
        """Makes everything as it was then."""
        pair.destination.restore(self.destination)
        pair.remove_journal()
        for path, content in self.files.items():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_bytes(content)


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
def _held(journal: Path) -> Iterator[None]:
    """Lets nobody write into the records of the archive folder beside a journal for a while, if there is one."""
    records = journal.with_name(f"{journal.name}.archive") / RECORDS
    if not records.exists():
        yield
        return
    with contextlib.closing(sqlite3.connect(records, timeout=60, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def _contents(paths: Iterable[Path]) -> Iterator[tuple[Path, bytes]]:
    """Reads files; one that goes meanwhile is gone, and what processes share in memory is not on the disk."""
    for path in paths:
        if not path.name.endswith("-shm"):
            with contextlib.suppress(FileNotFoundError):
                yield path, path.read_bytes()


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
        with pair.destination.lock, journal.held(), _held(pair.journal):
            stills.append(Still(pair.destination.snapshot(), dict(_contents(pair.journal_files()))))

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
