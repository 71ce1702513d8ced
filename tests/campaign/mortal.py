"""A journal at one of whose commits the process dies."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import threading
from collections.abc import Iterator

from clinikomigrate.transfer.sqlite_journal import SQLiteJournal
from tests.campaign.blows import Blow


class MortalJournal(SQLiteJournal):
    """A journal that kills its own process just before or just after a commit.

    Args:
        path: The file.
        blow: At which commit, and on which side of it; never, by default.

    Attributes:
        commits: How many there were.
    """

    def __init__(self, path: str, blow: Blow | None = None) -> None:
        super().__init__(path)
        self._blow = blow
        self._counting = threading.Lock()
        self.commits = 0

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with super()._writing() as connection:
            yield connection
            with self._counting:
                self.commits += 1
                number = self.commits
            self._strike(number, "uncommitted")
        self._strike(number, "committed")

    def _strike(self, number: int, moment: str) -> None:
        if self._blow is not None and (number, moment) == (self._blow.at, self._blow.moment):
            os.kill(os.getpid(), signal.SIGKILL)
