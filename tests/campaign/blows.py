"""Where a transfer is killed: at which request of which account, or at which commit of its journal or its folder."""

from __future__ import annotations

import os
import signal
import threading
from typing import Literal, TypeAlias

import attrs

from clinikomigrate.testing import LoggedRequest
from clinikomigrate.testing.faults import FaultKind
from tests.campaign.destination import Account, faults_of

Target: TypeAlias = Literal["source", "destination", "journal", "folder"]
Moment: TypeAlias = Literal["arrived", "late", "done", "answered", "uncommitted", "committed"]

AT_REQUESTS: dict[Moment, FaultKind] = {"arrived": "drop_before", "late": "slow", "done": "drop_after"}
"""What happens to the request at which the process dies: nothing of it is carried out; it is carried out a while later,
when nobody waits for it any more; it is carried out, and nobody gets the answer."""

_IN_WORDS: dict[Moment, str] = {
    "arrived": "before it is carried out",
    "late": "which is carried out later",
    "done": "when it is carried out, before the answer",
    "answered": "at any time after the answer",
}
_AT_COMMITS: dict[Moment, str] = {"uncommitted": "just before a commit of", "committed": "just after a commit of"}
_STORES: dict[Target, str] = {"journal": "the journal", "folder": "the archive folder's records"}

LATE = 3.0
"""Seconds by the account's clock that a late request takes."""


@attrs.frozen
class Blow:
    """One kill.

    Attributes:
        target: Whose requests or commits are counted.
        at: Which one of them: 1 is the first.
        moment: When, in the life of that request or commit. `answered`: some time after the answer, see `delay`.
        writes: Whether only requests that write are counted.
        delay: How many seconds after an answer.
    """

    target: Target
    at: int
    moment: Moment
    writes: bool = False
    delay: float = 0.0

    @property
    def at_commit(self) -> bool:
        """Whether it comes at a commit, and not at a request."""
        return self.target in _STORES

    @property
    def kind(self) -> str:
        """What kind of kill it is, in words."""
        if self.at_commit:
            return f"{_AT_COMMITS[self.moment]} {_STORES[self.target]}"
        return f"at a request to the {self.target}, {_IN_WORDS[self.moment]}"

    def __str__(self) -> str:
        what = "commit" if self.at_commit else "write" if self.writes else "request"
        return f"{self.target}, {what} {self.at}, {self.moment}"


class Trap:
    """Waits in an account for the request at which a process is killed. Safe in threads.

    It is the `when` of a fault of the API and of one of the file store, whose requests count alike.

    Args:
        pid: Who is killed.
        blow: When.
    """

    def __init__(self, pid: int, blow: Blow) -> None:
        self._pid = pid
        self._blow = blow
        self._lock = threading.Lock()
        self._timer = threading.Timer(blow.delay, self._kill)
        self.counted = 0

    def __call__(self, request: LoggedRequest) -> bool:
        """Counts a request, and kills if it is the one."""
        with self._lock:
            if self._blow.writes and request.method == "GET":
                return False
            self.counted += 1
            if self.counted != self._blow.at:
                return False
            if self._blow.moment == "answered":
                self._timer.start()
                return False
            self._kill()
            return True

    def cancel(self) -> None:
        """Lets the process live."""
        self._timer.cancel()

    def _kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)


def arm(fake: Account, pid: int, blow: Blow) -> Trap:
    """Sets a trap for a process in an account.

    Args:
        fake: The account.
        pid: Who is killed.
        blow: When.
    """
    trap = Trap(pid, blow)
    for faults in faults_of(fake):
        faults.add(AT_REQUESTS.get(blow.moment, "slow"), when=trap, seconds=LATE)
    return trap
