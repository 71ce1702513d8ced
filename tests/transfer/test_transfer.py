"""A transfer as its user holds it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ALL_KINDS, ClinikoMapper, ClinikoSink, ConfigurationError, Filter, Transfer
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.clock import VirtualClock
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import ClinikoSource, Source
from tests.end_to_end.accounts import client
from tests.transfer.dict_sink import DictMapper, DictSink
from tests.transfer.memory_journal import MemoryJournal
from tests.transfer.practice import Practice, ScriptedSink, names


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """Returns a source with two patients."""
    practice = Practice(tmp_path)
    practice.patient("Ada")
    practice.patient("Bo")
    return practice


def test_making_one_sends_and_opens_nothing(practice: Practice, tmp_path: Path) -> None:
    """A Transfer is a description: no request, no file, no thread before something is asked of it."""
    before = threading.active_count()
    transfer = practice.transfer(DictSink())

    assert [] == practice.source.log
    assert [] == list(tmp_path.iterdir())
    assert before == threading.active_count()
    assert "<Transfer of 2 kinds from <ClinikoSource <Cliniko au1 read-only>> to" in repr(transfer)


def test_between_calls_it_holds_no_file_and_no_thread(practice: Practice) -> None:
    """After a run another transfer can have the journal, and no thread is left."""
    before = threading.active_count()
    practice.run(DictSink())

    assert before == threading.active_count()
    assert practice.run(DictSink()).ok


def test_the_sink_s_own_mapper_is_the_default(practice: Practice) -> None:
    """Without a mapper the sink's is used."""
    there = FakeCliniko(subdomain="new-clinic", seed=3)
    transfer = Transfer(client(practice.source), ClinikoSink(client(there)))

    assert isinstance(transfer._mapper, ClinikoMapper)
    with pytest.raises(ConfigurationError, match="DictSink has no mapper of its own"):
        Transfer(client(practice.source), DictSink())


def test_kinds_are_those_that_are_chosen_and_that_the_sink_writes(practice: Practice) -> None:
    """By default all that the sink can write, and what stays behind is counted; unknown names are refused at once."""
    every = practice.transfer(DictSink(), include=ALL_KINDS)

    assert {*DictSink.kinds, "invoices", "invoice_items", "stock_adjustments"} == every._kinds
    with pytest.raises(ConfigurationError, match="did you mean 'patients'"):
        practice.transfer(DictSink(), include={"pateints"})


def test_a_source_of_one_s_own(practice: Practice) -> None:
    """Whatever has a source's methods can be read from, with the system's clock."""

    class Halved:
        """Gives every second patient, and otherwise what an account gives."""

        def __init__(self, source: Source) -> None:
            self._source = source

        def __getattr__(self, name: str) -> Any:
            return getattr(self._source, name)

        def stream(self, kind: str, *conditions: Any, after: str | None = None) -> Iterator[Any]:
            """Leaves every second record out."""
            for number, record in enumerate(self._source.stream(kind, *conditions, after=after)):
                if number % 2 == 0:
                    yield record

    sink = DictSink()
    halved: Any = Halved(ClinikoSource(client(practice.source)))
    with practice.source.in_process():
        transfer = Transfer(
            halved, sink, mapper=DictMapper(), include={"patients"}, journal=MemoryJournal(), clock=VirtualClock()
        )
        report = transfer.run()

    assert report.ok
    assert ["Ada"] == names(sink)
    assert halved is transfer._source


def test_a_filter_s_own_mistake_is_not_hidden_and_frees_everything(practice: Practice) -> None:
    """An exception in a filter surfaces, and the journal and the scope's file are given back."""

    class Mistaken(Filter):
        """Makes a mistake."""

        scopes: list[Scope]

        def scope(self, source: Source, scope: Scope) -> None:
            """Fails after it began."""
            self.scopes = [scope]
            raise LookupError("a mistake in the filter")

    filter, journal = Mistaken(), MemoryJournal()
    with pytest.raises(LookupError, match="a mistake in the filter"):
        practice.run(DictSink(), filter=filter, journal=journal)

    assert not journal.is_open
    with pytest.raises(Exception, match="closed"):
        filter.scopes[0].count("patients")


def test_a_filter_has_the_last_word(practice: Practice) -> None:
    """A record that the filter doesn't keep is found and not selected."""

    class NoBo(Filter):
        """Leaves Bo out."""

        def keeps(self, record: Any, scope: Scope) -> bool:
            """Keeps everybody else."""
            return bool(record.first_name != "Bo")

    sink = DictSink()
    report = practice.run(sink, filter=NoBo())

    assert ["Ada"] == names(sink)
    assert (2, 1) == (report.kinds["patients"].found, report.kinds["patients"].selected)


def test_a_stop_before_a_run_does_not_end_it(practice: Practice) -> None:
    """stop() ends the run that is under way; the next run starts anew."""
    transfer = practice.transfer(ScriptedSink())
    transfer.stop()
    with practice.source.in_process():
        assert transfer.run().ok


def test_a_journal_without_a_file_name_is_no_file(practice: Practice, tmp_path: Path) -> None:
    """A journal of one's own is used as it is; nothing is written to the disk."""
    journal = MemoryJournal()
    practice.run(DictSink(), journal=journal)

    assert [] == list(tmp_path.iterdir())
    assert (str(practice.source.settings["account"]["id"]), "memory") == journal.bound
