"""Requests that reach the destination after the process that sent them is gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate.testing import VirtualClock
from tests.transfer.practice import Practice, ScriptedSink, names


class Killed(BaseException):
    """The process dies: no handler of ours takes this for an error, and the journal stays as it is."""


class Alarm(VirtualClock):
    """A clock at whose next move beyond some seconds something happens.

    Args:
        seconds: How many.
        ring: What happens, once.
    """

    def __init__(self, seconds: float, ring: Callable[[], None]) -> None:
        super().__init__()
        self._seconds = seconds
        self._ring: Callable[[], None] | None = ring

    def sleep_until(self, moment: float) -> None:
        """Moves the time on."""
        super().sleep_until(moment)
        if self._ring is not None and self.monotonic() >= self._seconds:
            ring, self._ring = self._ring, None
            ring()


def test_a_run_waits_for_what_a_killed_one_had_under_way(tmp_path: Path) -> None:
    """A request whose sender was killed can be carried out seconds later: a run that goes on at once doesn't double it.

    It looks for a record in doubt only when no request of the killed process can be under way any more.
    """
    practice = Practice(tmp_path)
    practice.patient()

    def die(draft: Any) -> None:
        raise Killed

    sink = ScriptedSink(before=die)
    with pytest.raises(Killed):
        practice.run(sink)
    sink.before = None
    clock = practice.source.clock = Alarm(9.0, lambda: sink.records["patients"].update(late=sink.attempts[0]))
    report = practice.run(sink)
    clock.sleep_until(60.0)

    assert report.ok
    assert ["Ada"] == names(sink)
    assert ["late"] == [id for _, id in practice.transfer(sink).identities("patients")]
