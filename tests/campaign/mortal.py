"""A journal, and an archive folder, at one of whose commits the process dies."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import threading
from collections.abc import Iterator

from clinikomigrate.sinks.splose.archive import Archive
from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.campaign.blows import Blow


class Death:
    """Counts the commits of a file, and kills its own process just before or just after one. Safe in threads.

    Args:
        blow: At which commit, and on which side of it; never, by default.

    Attributes:
        commits: How many there were.
    """

    def __init__(self, blow: Blow | None = None) -> None:
        self._blow = blow
        self._counting = threading.Lock()
        self.commits = 0

    @contextlib.contextmanager
    def around(self, writing: contextlib.AbstractContextManager[sqlite3.Connection]) -> Iterator[sqlite3.Connection]:
        """Lives through a commit, or not.

        Args:
            writing: Commits when it is left.
        """
        with writing as connection:
            yield connection
            with self._counting:
                self.commits += 1
                number = self.commits
            self._strike(number, "uncommitted")
        self._strike(number, "committed")

    def _strike(self, number: int, moment: str) -> None:
        if self._blow is not None and (number, moment) == (self._blow.at, self._blow.moment):
            os.kill(os.getpid(), signal.SIGKILL)


class MortalJournal(SQLiteJournal):
    """A journal that tells of each commit.

    Args:
        path: The file.
        death: Is told.
    """

    def __init__(self, path: str, death: Death) -> None:
        super().__init__(path)
        self._death = death

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._death.around(super()._writing()) as connection:
            yield connection


def mortal_archive(death: Death) -> None:
    """Lets every archive folder of this process tell of each commit, for the rest of its life.

    Args:
        death: Is told.
    """
    writing = Archive._writing
    Archive._writing = lambda archive: death.around(writing(archive))  # type: ignore[assignment,method-assign] # here only
