"""Faults that a simulated account does to requests, drop-after-commit first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

import attrs

from clinikomigrate.testing.log import LoggedRequest

FaultKind: TypeAlias = Literal[
    "drop_after", "drop_before", "refuse", "timeout_after", "timeout_before", "slow", "cut", "not_json", "redirect",
    "401", "403", "429", "500", "500_after", "502", "503",
]  # fmt: skip
"""What can be done to a request.

`drop_after`: it is carried out, then the connection is reset without an answer. `drop_before`: the connection is reset
and nothing was carried out. `refuse`: no connection comes about at all (over a socket: as `drop_before`).
`timeout_after` and `timeout_before`: the same with a read that times out (over a socket: as a drop). `slow`: the clock
moves on first. `cut`: it is carried out, and the answer's body breaks off in the middle. `not_json`: it is carried out,
and the answer is a page of HTML with status 200. `redirect`: a 302 to another host. `401`, `403`, `429`, `500`, `502`,
`503`: that answer, nothing carried out. `500_after`: it is carried out, then answered with a 500.
"""

When: TypeAlias = Callable[[LoggedRequest], bool]


class Dropped(ConnectionResetError):  # noqa: N818 - what happened to the connection
    """The connection ended without an answer.

    Attributes:
        fault: The kind of fault that ended it.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(f"connection dropped ({fault})")
        self.fault = fault


@attrs.define
class Fault:
    """One fault and the requests that it waits for."""

    kind: FaultKind
    at: int | None
    every: int | None
    when: When | None
    left: int | None
    seconds: float
    seen: int = 0

    def strikes(self, request: LoggedRequest) -> bool:
        """Tells whether this request is the one, counting it."""
        if self.left == 0:
            return False
        if self.when is not None and not self.when(request):
            return False
        self.seen += 1
        if self.at is not None and self.seen != self.at:
            return False
        if self.every is not None and self.seen % self.every:
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Faults:
    """The faults that wait for their requests. Safe in threads."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<Faults: {len(self._faults)}>"

    def add(
        self,
        kind: FaultKind,
        *,
        at: int | None = None,
        every: int | None = None,
        when: When | None = None,
        times: int | None = None,
        seconds: float = 30.0,
    ) -> None:
        """Adds a fault.

        Args:
            kind: What to do to the request.
            at: Which request, counted from now among those that `when` lets pass: 1 is the next.
            every: Each how many requests, counted likewise.
            when: Which requests count at all, by method, path, query or body. Default: all.
            times: How often at most. Default: once, or without end where `every` is given.
            seconds: How long a `slow` request takes, and how far ahead a `429` puts its reset.

        Raises:
            ValueError: There is no such kind of fault.
        """
        if kind not in get_args(FaultKind):
            raise ValueError(f"There is no fault {kind!r}; there are {', '.join(get_args(FaultKind))}.")
        left = times if times is not None or every is not None else 1
        with self._lock:
            self._faults.append(Fault(kind, at, every, when, left, seconds))

    def clear(self) -> None:
        """Takes all faults back."""
        with self._lock:
            self._faults.clear()

    def strike(self, request: LoggedRequest) -> Fault | None:
        """Gives the fault that this request meets, if any, and counts the request for all."""
        with self._lock:
            struck = [fault for fault in self._faults if fault.strikes(request)]
        return struck[0] if struck else None
