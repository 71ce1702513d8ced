"""The work of several kinds at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

import pytest

from clinikomigrate.transfer.kinds import KINDS, Kind
from clinikomigrate.transfer.side_by_side import side_by_side

T = TypeVar("T")
CHOSEN = [KINDS[name] for name in KINDS if name in {"contacts", "patients", "medical_alerts", "treatment_notes"}]


def test_a_kind_waits_for_what_it_needs() -> None:
    """And for nothing else: what doesn't need each other is under way together."""
    together = threading.Barrier(2, timeout=10)
    log: list[str] = []

    def work(kind: Kind) -> None:
        if "patients" in kind.needs:
            together.wait()
        log.append(kind.name)

    side_by_side(CHOSEN, work, threading.Event())

    assert ["contacts", "patients"] == log[:2]
    assert {"medical_alerts", "treatment_notes"} == set(log[2:])


def test_nothing_begins_once_the_run_is_to_stop() -> None:
    """What is under way is waited for."""
    stop = threading.Event()
    log: list[str] = []

    def work(kind: Kind) -> None:
        stop.set()
        log.append(kind.name)

    side_by_side(CHOSEN, work, stop)

    assert ["contacts"] == log


def test_ctrl_c_leaves_no_thread_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is pressed: a thread that went on would write beside the next run."""
    stop, pressed = threading.Event(), threading.Event()
    presses = iter([True, True, True])
    ended: Counter[str] = Counter()

    class Interrupted(threading.Condition):
        def wait_for(self, predicate: Callable[[], T], timeout: float | None = None) -> T:
            if next(presses, False):
                raise KeyboardInterrupt
            pressed.set()
            return super().wait_for(predicate, timeout)

    def work(kind: Kind) -> None:
        ended[kind.name] += pressed.wait(10)

    monkeypatch.setattr(threading, "Condition", Interrupted)
    side_by_side(CHOSEN[:1], work, stop)

    assert stop.is_set()
    assert {"contacts": 1} == ended
    assert not [thread for thread in threading.enumerate() if thread.name == "clinikomigrate contacts"]


def test_a_thread_that_never_began_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C may come just before it does."""
    stop = threading.Event()
    log: list[str] = []

    def start(_: threading.Thread) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", start)
    side_by_side(CHOSEN, lambda kind: log.append(kind.name), stop)

    assert stop.is_set()
    assert log == []
