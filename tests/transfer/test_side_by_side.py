"""The work of several kinds at once."""

from __future__ import annotations

import signal
import threading
from collections import Counter

import pytest

from clinikomigrate.transfer.kinds import KINDS, Kind
from clinikomigrate.transfer.side_by_side import side_by_side

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


def test_ctrl_c_leaves_no_thread_behind() -> None:
    """However often it is pressed: a thread that went on would write beside the next run."""
    stop, begun, pressed = threading.Event(), threading.Event(), threading.Event()
    felt = threading.Event()
    ended: Counter[str] = Counter()

    def feel(*_: object) -> None:
        felt.set()
        raise KeyboardInterrupt

    def work(kind: Kind) -> None:
        begun.set()
        ended[kind.name] += pressed.wait(10)

    def press() -> None:
        begun.wait(10)
        for _ in range(3):
            felt.clear()
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            felt.wait(10)
        pressed.set()

    before = signal.signal(signal.SIGINT, feel)
    try:
        pressing = threading.Thread(target=press)
        pressing.start()
        side_by_side(CHOSEN, work, stop)
        pressing.join()
    finally:
        signal.signal(signal.SIGINT, before)

    assert stop.is_set()
    assert {"contacts": 1} == ended
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("clinikomigrate contacts")]


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
