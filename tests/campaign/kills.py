"""Transfers that are killed and continued until they are done."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from signal import SIGKILL

import attrs

from tests.campaign.accounts import Stand
from tests.campaign.blows import Blow
from tests.campaign.figures import Figures, Wrong
from tests.campaign.pair import remove_journal
from tests.campaign.runner import Job, Outcome, run

_WARM = ("tests.campaign.runner", "tests.campaign.into_cliniko", "tests.campaign.into_splose")
_HANGS = 120.0
_MOST_KILLS = 40


@attrs.frozen
class Case:
    """One transfer and what is done to it.

    Attributes:
        blows: The kills, one a run.
        again: Whether they begin anew after the last, until a run ends before its kill. Where each run dies before it
            gets anywhere, some dozens are enough.
    """

    blows: tuple[Blow, ...]
    again: bool = False

    def __str__(self) -> str:
        return "; ".join(map(str, self.blows)) + (", again and again" if self.again else "")

    def runs(self) -> Iterator[Blow | None]:
        """Gives the kill of each run; None for a run that is left alone."""
        yield from islice(cycle(self.blows), _MOST_KILLS) if self.again else self.blows
        yield None


class Killer:
    """Runs transfers in processes that are forked from a warm one, and kills them.

    Args:
        stand: The accounts.
        folder: Where journals lie.
    """

    def __init__(self, stand: Stand, folder: Path) -> None:
        self._stand = stand
        self._folder = folder
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload([*_WARM, *stand.into.warm])

    def case(self, case: Case, figures: Figures) -> None:
        """Kills a transfer as told, continues it until it is done, and looks at what came of it.

        Args:
            case: What is done to it.
            figures: Where it is counted.

        Raises:
            Wrong: Something is wrong.
        """
        self._stand.put_back()
        journal = self._folder / "killed.journal"
        remove_journal(journal)
        for blow in case.runs():
            outcome = self._run(journal, blow)
            figures.runs += 1
            if outcome is not None or blow is None:
                break
            figures.interrupted += 1
            figures.blows[blow.kind] += 1
        while outcome is not None and not outcome.ok:
            untold = self._stand.into.untold(outcome.set_aside, journal)
            if untold:
                raise Wrong(case, untold)
            if not self._stand.look_after(journal):
                break
            outcome = self._run(journal, None)
            figures.runs += 1
        figures.transfers += 1
        self._check(case, outcome, journal)

    def measure(self) -> dict[str, int]:
        """Counts the requests and commits of a transfer that nobody disturbs."""
        self._stand.put_back()
        journal = self._folder / "measured.journal"
        outcome = self._run(journal, None)
        assert outcome is not None
        source, destination = self._stand.look()
        writes = len(destination.writes)
        return {
            "source": source.requests,
            "destination": destination.requests,
            "writes": writes,
            "journal": outcome.commits,
            "folder": outcome.kept,
        }

    def _run(self, journal: Path, blow: Blow | None) -> Outcome | None:
        """Runs a transfer.

        Returns:
            How it ended; None where it was killed.
        """
        source, destination = (
            (remote.base_url, remote.key)
            for remote in (self._stand.remotes["source"], self._stand.remotes["destination"])
        )
        at_commit = blow is not None and blow.at_commit
        job = Job(self._stand.into, source, destination, str(journal), self._stand.clock, blow if at_commit else None)
        here, there = multiprocessing.Pipe()
        process = self._processes.Process(target=run, args=(job, there), daemon=True)
        process.start()
        there.close()
        try:
            assert process.pid is not None
            if blow is not None and not at_commit:
                self._stand.arm(process.pid, blow)
            here.send(None)
            if not here.poll(_HANGS):
                process.kill()
                raise Wrong(blow, ["the run hangs"])
            try:
                return here.recv()  # type: ignore[no-any-return] # what the other side sends
            except EOFError:
                return None
        finally:
            self._stand.disarm()
            here.close()
            process.join()
            if process.exitcode not in (0, -SIGKILL):
                raise Wrong(blow, [f"the process ended with {process.exitcode}"])
            process.close()

    def _check(self, case: Case, outcome: Outcome | None, journal: Path) -> None:
        source, destination = self._stand.look()
        wrong = [*source.wrong, *destination.wrong, *destination.messages]
        wrong += [f"the source got {write}" for write in source.writes]
        if outcome is None or not outcome.ok:
            wrong += [outcome.verdict, *outcome.set_aside] if outcome is not None else ["the last run was killed"]
        wrong += self._stand.into.problems(*self._stand.copies(source, destination), journal)
        wrong += _journal_problems(journal)
        if wrong:
            raise Wrong(case, wrong)


def _journal_problems(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        found = [row[0] for row in connection.execute("PRAGMA quick_check") if row[0] != "ok"]
        query = "SELECT kind, source_id, state FROM record WHERE state NOT IN ('created', 'adopted', 'skipped')"
        found += [f"the journal has {kind} {id} as {state}" for kind, id, state in connection.execute(query)]
    connection.close()
    return found
