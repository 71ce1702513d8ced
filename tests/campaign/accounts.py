"""Two accounts, each served by a process of its own, and how they are put back and looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import attrs

from clinikomigrate.testing import FakeCliniko, RemoteFake, Snapshot, empty_destination, serve_in_process
from tests.campaign.blows import Blow, Trap, arm
from tests.campaign.clinic import fill
from tests.campaign.clock import QuickClock
from tests.comparison import messages, source_writes


def old_clinic(clock: QuickClock) -> FakeCliniko:
    """Makes the source; the same in every process.

    Args:
        clock: The clock of all.
    """
    fake = FakeCliniko(clock=clock, rate_limit=None)
    fill(fake)
    return fake


def new_clinic(clock: QuickClock) -> FakeCliniko:
    """Makes the empty destination.

    Args:
        clock: The clock of all.
    """
    fake = empty_destination(old_clinic(clock))
    fake.limit.per_minute = None
    return fake


@attrs.frozen
class Held:
    """What an account holds and what it got.

    Attributes:
        snapshot: Its tables.
        requests: How many requests it got, its file store's among them.
        writes: Those of them that were no reads.
        messages: What its patients would have got.
        wrong: The requests that were not in order.
    """

    snapshot: Snapshot
    requests: int
    writes: list[str]
    messages: list[str]
    wrong: list[str]


def _look(fake: FakeCliniko) -> Held:
    requests = len(fake.log) + len(fake.store_log)
    wrong = fake.unknown_requests + fake.protocol_errors
    return Held(fake.snapshot(), requests, source_writes(fake), messages(fake), wrong)


def _put_back(snapshot: Snapshot, fake: FakeCliniko) -> None:
    _disarm(fake)
    fake.restore(snapshot)
    for kept in (fake.log, fake.store_log, fake.unknown_requests, fake.protocol_errors):
        kept.clear()


_TRAPS: list[Trap] = []
"""The traps of this process's account."""


def _arm(pid: int, blow: Blow, fake: FakeCliniko) -> None:
    _TRAPS.append(arm(fake, pid, blow))


def _disarm(fake: FakeCliniko) -> None:
    for trap in _TRAPS:
        trap.cancel()
    _TRAPS.clear()
    fake.faults.clear()
    fake.store_faults.clear()


class Stand:
    """Both accounts, as they are at the beginning of each case again.

    Attributes:
        clock: The clock of all processes.
        remotes: The accounts by their names, `"source"` and `"destination"`.
    """

    def __init__(
        self, clock: QuickClock, source: RemoteFake[FakeCliniko], destination: RemoteFake[FakeCliniko]
    ) -> None:
        self.clock = clock
        self.remotes = {"source": source, "destination": destination}
        self._pristine = {name: remote.ask(_look).snapshot for name, remote in self.remotes.items()}
        self._copies = old_clinic(clock), new_clinic(clock)

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

    def copies(self, source: Held, destination: Held) -> tuple[FakeCliniko, FakeCliniko]:
        """Gives accounts of this process that hold what the served ones held.

        Args:
            source: What the source held.
            destination: What the destination held.
        """
        for fake, held in zip(self._copies, (source, destination), strict=True):
            fake.restore(held.snapshot)
        return self._copies


@contextmanager
def stand() -> Iterator[Stand]:
    """Serves both accounts for a while."""
    clock = QuickClock()
    with (
        serve_in_process(partial(old_clinic, clock)) as source,
        serve_in_process(partial(new_clinic, clock)) as destination,
    ):
        yield Stand(clock, source, destination)
