"""Threads that do tasks side by side."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest

from clinikomigrate.transfer.workers import Batch, Workers


def test_tasks_with_one_key_run_in_turn() -> None:
    """Tasks with an equal key never overlap and keep their order; others run side by side."""
    order: list[int] = []
    inside: Counter[str] = Counter()
    overlaps: list[str] = []
    together = threading.Barrier(2, timeout=10)
    workers = Workers(4, overlaps.append)  # type: ignore[arg-type] # what it takes is only counted

    def keyed(number: int) -> None:
        inside["a"] += 1
        if inside["a"] > 1:
            overlaps.append("a")
        order.append(number)
        inside["a"] -= 1

    for number in range(40):
        workers.submit("a", lambda number=number: keyed(number))  # type: ignore[misc] # mypy can't infer it
    workers.submit("b", lambda: print(together.wait()))
    workers.submit("c", lambda: print(together.wait()))
    workers.close()

    assert list(range(40)) == order
    assert overlaps == []


def test_ctrl_c_does_not_leave_a_task_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for the last tasks is told, and goes on waiting."""
    errors: list[BaseException] = []
    ended: list[bool] = []
    workers = Workers(1, errors.append)
    told = threading.Event()
    waits = workers._changed.wait_for
    presses = iter([True, True])

    def interrupted(predicate: Callable[[], bool]) -> bool:
        if next(presses, False):
            raise KeyboardInterrupt
        told.set()
        return waits(predicate)

    monkeypatch.setattr(workers._changed, "wait_for", interrupted)
    begun = threading.Event()

    def task() -> None:
        begun.set()
        ended.append(told.wait(10))

    workers.submit("a", task)
    begun.wait(10)
    workers.close()

    assert ["asked to stop"] * 2 == [str(error) for error in errors]
    assert [True] == ended


def test_what_a_task_raises_is_handed_on() -> None:
    """An error in one task reaches the handler, and the next task with its key still runs."""
    errors: list[BaseException] = []
    ran: list[bool] = []
    workers = Workers(1, errors.append)

    def fails() -> None:
        raise ValueError("no")

    workers.submit("a", fails)
    workers.submit("a", lambda: ran.append(True))
    workers.close()

    assert [str(error) for error in errors] == ["no"]
    assert ran == [True]


def test_whoever_brings_too_much_waits() -> None:
    """No more than a fixed number of tasks waits: reading does not run ahead of writing."""
    gate = threading.Event()
    brought: list[int] = []
    workers = Workers(1, lambda error: None)

    def bring() -> None:
        for number in range(100):
            workers.submit(number, lambda: print(gate.wait(10)))
            brought.append(number)

    thread = threading.Thread(target=bring)
    thread.start()
    thread.join(0.2)
    held = len(brought)
    gate.set()
    thread.join(10)
    workers.close()

    assert held == 64
    assert len(brought) == 100


def test_a_batch_waits_for_its_last_task() -> None:
    """wait() returns only when every task that began has ended."""
    batch = Batch()
    batch.begin()
    ended: list[bool] = []

    def end() -> None:
        ended.append(True)
        batch.end()

    threading.Timer(0.05, end).start()
    batch.wait()

    assert ended == [True]


def test_a_batch_knows_whether_all_was_done() -> None:
    """One task that didn't do what it was to do is enough."""
    batch = Batch()
    for _ in range(3):
        batch.begin()
    batch.end()
    so_far = batch.whole
    batch.end(done=False)
    batch.end()

    assert so_far
    assert not batch.whole
