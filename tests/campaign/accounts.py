"""Two accounts, each served by a process of its own, and how they are put back and looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from clinikomigrate.testing import FakeCliniko, RemoteFake, serve_in_process
from tests.campaign.blows import Blow, Trap, arm
from tests.campaign.clock import QuickClock
from tests.campaign.destination import Account, Destination, faults_of, put_back, requests_to
from tests.comparison import messages, source_writes


def old_clinic(clock: QuickClock, into: Destination) -> FakeCliniko:
    """Makes the source; the same in every process.

    Args:
        clock: The clock of all.
        into: Where it will move.
    """
    fake = FakeCliniko(clock=clock, rate_limit=None)
    into.fill(fake)
    return fake


def new_clinic(clock: QuickClock, into: Destination) -> Account:
    """Makes the destination.

    Args:
        clock: The clock of all.
        into: The kind of it.
    """
    fake = into.make(old_clinic(clock, into))
    fake.limit.per_minute = None
    return fake


@attrs.frozen
class Held:
    """What an account holds and what it got.

    Attributes:
        snapshot: Its tables (`Any`: of the account's own class).
        requests: How many requests it got, its file store's among them.
        writes: Those of them that were no reads.
        messages: What its patients would have got.
        wrong: The requests that were not in order.
    """

    snapshot: Any
    requests: int
    writes: list[str]
    messages: list[str]
    wrong: list[str]


def _look(fake: Account) -> Held:
    requests = sum(requests_to(fake))
    wrong = fake.unknown_requests + fake.protocol_errors
    return Held(fake.snapshot(), requests, source_writes(fake), messages(fake), wrong)


def _put_back(snapshot: Any, fake: Account) -> None:
    _disarm(fake)
    put_back(fake, snapshot)


def _look_after(into: Destination, journal: Path, fake: Account) -> int:
    return into.look_after(fake, journal)


_TRAPS: list[Trap] = []
"""The traps of this process's account."""


def _arm(pid: int, blow: Blow, fake: Account) -> None:
    _TRAPS.append(arm(fake, pid, blow))


def _disarm(fake: Account) -> None:
    for trap in _TRAPS:
        trap.cancel()
    _TRAPS.clear()
    for faults in faults_of(fake):
        faults.clear()


class Stand:
    """Both accounts, as they are at the beginning of each case again.

    Attributes:
        into: The kind of destination.
        clock: The clock of all processes.
        remotes: The accounts by their names, `"source"` and `"destination"`.
    """

    def __init__(
        self,
        into: Destination,
        clock: QuickClock,
        source: RemoteFake[FakeCliniko],
        destination: RemoteFake[Account],
        copies: tuple[FakeCliniko, Account],
    ) -> None:
        self.into = into
        self.clock = clock
        self.remotes: dict[str, RemoteFake[Any]] = {"source": source, "destination": destination}
        self._pristine = {name: remote.ask(_look).snapshot for name, remote in self.remotes.items()}
        self._copies = copies

    def put_back(self) -> None:
        """Puts both accounts back to what they held at first."""
        for name, remote in self.remotes.items():
            remote.ask(partial(_put_back, self._pristine[name]))

    def arm(self, pid: int, blow: Blow) -> None:
        """Sets a trap for a process.

        Args:
            pid: Who is killed.
            blow: When: at a request of one of the accounts.
        """
        self.remotes[blow.target].ask(partial(_arm, pid, blow))

    def disarm(self) -> None:
        """Takes all traps back."""
        for remote in self.remotes.values():
            remote.ask(_disarm)

    def look(self) -> tuple[Held, Held]:
        """Looks at both accounts."""
        return self.remotes["source"].ask(_look), self.remotes["destination"].ask(_look)

    def look_after(self, journal: Path) -> int:
        """Does what a report asks people to do.

        Args:
            journal: The journal's file.

        Returns:
            How much there was to do.
        """
        return self.remotes["destination"].ask(partial(_look_after, self.into, journal))

    def copies(self, source: Held, destination: Held) -> tuple[FakeCliniko, Account]:
        """Gives accounts of this process that hold what the served ones held; the source's answers its requests.

        Args:
            source: What the source held.
            destination: What the destination held.
        """
        for fake, held in zip(self._copies, (source, destination), strict=True):
            fake.restore(held.snapshot)
        return self._copies


@contextmanager
def stand(into: Destination) -> Iterator[Stand]:
    """Serves both accounts for a while.

    Args:
        into: The kind of destination.
    """
    clock = QuickClock()
    copies = old_clinic(clock, into), new_clinic(clock, into)
    with (
        serve_in_process(partial(old_clinic, clock, into)) as source,
        serve_in_process(partial(new_clinic, clock, into)) as destination,
        copies[0].in_process(),
    ):
        yield Stand(into, clock, source, destination, copies)
