"""What keeps records from being taken back."""

from __future__ import annotations

import threading
import tracemalloc

from clinikomigrate.testing import VirtualClock
from clinikomigrate.transfer.keeping import Keeping
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.patience import Patience
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal


def test_what_nothing_keeps_takes_no_memory() -> None:
    """However many records are taken back."""
    patience = Patience(VirtualClock(), threading.Event(), lambda _, __: None)
    keeping = Keeping(DictSink(), MemoryJournal(), patience)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(0, 10_000, 100):
            ids = [str(each) for each in range(number, number + 100)]
            assert keeping.reasons(KINDS["patients"], ids) == {}
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert after - before < 100_000
