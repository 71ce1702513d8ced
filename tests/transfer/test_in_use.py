"""Looking whether the destination's own work needs what is about to be archived."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from clinikomigrate import Archiving, Context
from clinikomigrate.testing import VirtualClock
from clinikomigrate.transfer.in_use import InUse
from clinikomigrate.transfer.journal import Owed
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.survey import Survey
from tests.transfer.dict_sink import DictSink
from tests.transfer.memory_journal import MemoryJournal


class Pointed(DictSink):
    """A destination where somebody was referred by one of two doctors.

    Attributes:
        asked: Of which kinds the whole lists were read.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def pointing_at(self, kind: str) -> Iterable[tuple[str, str, str]]:
        """Gives the one who was referred."""
        self.asked.append(kind)
        return [("d1", "patients", "d7")]


def test_a_whole_list_is_read_once() -> None:
    """However many pages there are to be archived; of kinds that nobody points at nothing is read at all."""
    sink, journal = Pointed(), MemoryJournal()
    resolver = Resolver(journal, Context(Survey(settings=None)), None)  # type: ignore[arg-type] # nothing is fetched
    patience = Patience(VirtualClock(), threading.Event(), lambda _, __: None)
    in_use = InUse(None, sink, journal, resolver, patience)  # type: ignore[arg-type] # nothing is ours
    one, other = (Owed("contacts", str(number), f"d{number}", Archiving().name) for number in (1, 2))
    found = [in_use.among("contacts", [each]) for each in (one, other)]
    nothing = [in_use.among("contacts", []), in_use.among("communications", [one])]
    in_use.close()

    assert [{one}, set()] == found
    assert [set(), set()] == nothing
    assert ["contacts"] == sink.asked
