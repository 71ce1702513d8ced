"""A bounded number of threads that do tasks side by side, and those with an equal key one after the other."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor

from clinikomigrate.transfer.patience import ASKED, Stopped

Task = Callable[[], None]


class Workers:
    """Runs tasks in threads.

    Tasks with an equal key never run at once, and run in the order in which they came. At most a fixed number waits;
    whoever brings more is made to wait, so that reading never runs far ahead of writing.

    Args:
        threads: How many tasks run at once.
        on_error: Takes what a task raised.
    """

    def __init__(self, threads: int, on_error: Callable[[BaseException], None]) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="clinikomigrate")
        self._on_error = on_error
        self._room = threading.BoundedSemaphore(threads * 64)
        self._changed = threading.Condition()
        self._waiting: dict[Hashable, deque[Task]] = {}
        self._under_way = 0

    def submit(self, key: Hashable, task: Task) -> None:
        """Takes a task; waits while too many are waiting already.

        Args:
            key: Tasks with an equal key run one after the other.
            task: What to do.
        """
        self._room.acquire()
        with self._changed:
            if key in self._waiting:
                self._waiting[key].append(task)
                return
            self._waiting[key] = deque()
        self._pool.submit(self._run, key, task)

    def _run(self, key: Hashable, task: Task) -> None:
        with self._changed:
            self._under_way += 1
        while True:
            try:
                task()
            except BaseException as error:  # noqa: BLE001 - handed on: a thread has nobody above it
                self._on_error(error)
            finally:
                self._room.release()
            with self._changed:
                if not self._waiting[key]:
                    del self._waiting[key]
                    self._under_way -= 1
                    self._changed.notify_all()
                    return
                task = self._waiting[key].popleft()

    def close(self) -> None:
        """Waits for all tasks, and ends the threads.

        Ctrl-C does not end the waiting: whatever is left under way would still write when the next run has begun.
        """
        while True:
            try:
                with self._changed:  # not by joining threads: one whose joining was interrupted counts as ended
                    self._changed.wait_for(lambda: not self._under_way)
                self._pool.shutdown(wait=True)
            except KeyboardInterrupt:
                self._on_error(Stopped(ASKED))
            else:
                return


class Batch:
    """Counts tasks that are under way together, and waits for the last of them.

    Attributes:
        whole: Whether all was done so far that belongs to it.
    """

    def __init__(self) -> None:
        self.whole = True
        self._open = 0
        self._changed = threading.Condition()

    def begin(self) -> None:
        """Counts a task in."""
        with self._changed:
            self._open += 1

    def end(self, *, done: bool = True) -> None:
        """Counts a task out.

        Args:
            done: Whether it did what it was to do.
        """
        with self._changed:
            self.whole = self.whole and done
            self._open -= 1
            self._changed.notify_all()

    def wait(self) -> None:
        """Waits until no task is under way."""
        with self._changed:
            self._changed.wait_for(lambda: self._open == 0)
