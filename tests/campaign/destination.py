"""Where a campaign moves its clinic: the account, what a transfer into it is made of, and what must come of it."""

from __future__ import annotations

import abc
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from clinikomigrate import Mapper, Sink
from clinikomigrate.testing import FakeCliniko, FakeSplose, Faults
from tests.campaign.clinic import fill

if TYPE_CHECKING:
    from tests.campaign.changes import Changes
    from tests.campaign.clock import QuickClock
    from tests.campaign.pair import Pair

Account: TypeAlias = FakeCliniko | FakeSplose


class Destination(abc.ABC):
    """A kind of destination. It holds nothing, so that each process can have its own."""

    @property
    def warm(self) -> tuple[str, ...]:
        """The modules that a run reads beside those of the campaign: so that it need not read them each time."""
        return ()

    def fill(self, source: FakeCliniko) -> None:
        """Fills the source.

        Args:
            source: An empty account.
        """
        fill(source)

    @abc.abstractmethod
    def make(self, source: FakeCliniko, clock: QuickClock | None = None) -> Account:
        """Makes the destination, as it is before the transfer.

        Args:
            source: The account that moves there.
            clock: The clock of all; the source's by default.
        """

    @abc.abstractmethod
    def sink(self, key: str, **settings: Any) -> Sink:
        """Makes a transfer's sink.

        Args:
            key: The destination's key.
            **settings: Of the client: the clock, and where the destination is served.
        """

    def mapper(self) -> Mapper | None:
        """Makes a transfer's mapper; None for the sink's own."""
        return None

    @abc.abstractmethod
    def problems(self, source: FakeCliniko, destination: Any, journal: Path) -> list[str]:
        """Says what is wrong with the copy.

        Args:
            source: The clinic, which answers this process's requests.
            destination: The account that it moved to.
            journal: The journal's file.
        """

    def untold(self, said: Collection[str], journal: Path) -> list[str]:
        """Says what waits for people, and no line of a report says so.

        Args:
            said: What a report says of what is not there.
            journal: The journal's file.
        """
        return []

    def look_after(self, destination: Any, journal: Path) -> int:
        """Does what a report asks people to do, so that the next run can go on.

        Args:
            destination: The account that is moved to.
            journal: The journal's file.

        Returns:
            How much there was to do.
        """
        return 0

    @abc.abstractmethod
    def changes(self, pair: Pair) -> Changes:
        """Makes what changes both accounts.

        Args:
            pair: The accounts.
        """


def faults_of(account: Account) -> tuple[Faults, ...]:
    """Gives what does faults to an account's requests: to its API, and to its file store where it has one.

    Args:
        account: The account.
    """
    return (account.faults, account.store_faults) if isinstance(account, FakeCliniko) else (account.faults,)


def requests_to(account: Account) -> tuple[int, ...]:
    """Counts the requests that an account got, in the order of `faults_of`.

    Args:
        account: The account.
    """
    return (len(account.log), len(account.store_log)) if isinstance(account, FakeCliniko) else (len(account.log),)


def put_back(account: Account, snapshot: Any) -> None:
    """Puts an account back to what it held, and forgets what it got.

    Args:
        account: The account.
        snapshot: What it held (`Any`: of its own class).
    """
    account.restore(snapshot)
    for faults in faults_of(account):
        faults.clear()
    logs: list[list[Any]] = [account.log, account.unknown_requests, account.protocol_errors]
    logs += [account.store_log] if isinstance(account, FakeCliniko) else []
    for kept in logs:
        kept.clear()
