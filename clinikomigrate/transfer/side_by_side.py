"""Does the work of several kinds at once, as far as they don't need each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from clinikomigrate.transfer.kinds import Kind


def side_by_side(kinds: Sequence[Kind], work: Callable[[Kind], None], stop: threading.Event) -> None:
    """Does the work of each kind in a thread of its own, once that of the kinds is done which it needs.

    Ctrl-C sets `stop`, and does not end the waiting, however often it is pressed: a thread that was left behind would
    still write when the next run has begun.

    Args:
        kinds: The kinds, in an order in which each comes after those that it needs.
        work: Does the work of one kind; it raises nothing.
        stop: Once it is set, no other kind begins.
    """
    names = {kind.name for kind in kinds}
    waiting = list(kinds)
    threads: dict[str, threading.Thread] = {}
    done: set[str] = set()
    changed = threading.Condition()

    def task(kind: Kind) -> None:
        try:
            work(kind)
        finally:
            with changed:
                done.add(kind.name)
                changed.notify_all()

    def begin() -> None:
        while waiting and not stop.is_set():
            with changed:
                ready = [kind for kind in waiting if names.intersection(kind.needs) <= done]
                if not ready:
                    changed.wait(0.1)
                    continue
            for kind in ready:
                waiting.remove(kind)
                thread = threading.Thread(target=task, args=(kind,), name=f"clinikomigrate {kind.name}")
                threads[kind.name] = thread
                thread.start()

    def are_done() -> bool:
        return all(name in done for name, thread in threads.items() if thread.ident is not None)

    while True:
        try:
            begin()
            with changed:  # not by joining threads: one whose joining was interrupted counts as ended
                changed.wait_for(are_done)
            for thread in threads.values():
                if thread.ident is not None:
                    thread.join()
        except KeyboardInterrupt:
            stop.set()
        else:
            return
