"""A clock for measuring how long something takes with several threads, whatever the machine is busy with."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from clinikomigrate.testing import VirtualClock

_TASKS = Path("/proc/self/task")
"""What Linux tells of this process's threads. Elsewhere a moment's patience has to do."""
_LOOKS = 3
_BETWEEN = 0.0005


class FairClock(VirtualClock):
    """Moves on only when nothing is left to do at the present moment: every thread of the process waits.

    A `VirtualClock` moves on as soon as anybody waits, so that a thread which the machine lets run late finds its
    moment gone, and what takes place side by side is measured as if it came one after the other.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[float] = []
        self._moved = threading.Condition()

    def sleep_until(self, moment: float) -> None:
        """Waits until no thread has anything to do before that moment, and moves the time on to it."""
        with self._moved:
            self._waiting.append(moment)
            while self.monotonic() < moment:
                if moment > min(self._waiting):
                    self._moved.wait()
                elif self._all_wait():
                    super().sleep_until(moment)
            self._waiting.remove(moment)
            self._moved.notify_all()

    def _all_wait(self) -> bool:
        """Looks a few times whether a thread runs or could; meanwhile, others may come to wait."""
        known = len(self._waiting)
        for _ in range(_LOOKS):
            self._moved.release()
            try:
                time.sleep(_BETWEEN)
                busy = any(map(_runs, _TASKS.glob("*")))
            finally:
                self._moved.acquire()
            if busy or len(self._waiting) != known:
                return False
        return True


def _runs(task: Path) -> bool:
    """Says whether another thread runs, could if the machine let it, or reads from a disk."""
    if int(task.name) == threading.get_native_id():
        return False
    try:
        return task.joinpath("stat").read_text().rpartition(")")[2].split()[0] in "RD"
    except (FileNotFoundError, ProcessLookupError):
        return False
