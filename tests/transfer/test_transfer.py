"""A transfer as its user holds it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import ALL_KINDS, Active, ClinikoMapper, ClinikoSink, ConfigurationError, Filter, Mapper, Transfer
from clinikomigrate.errors import JournalBusy
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.testing.clock import VirtualClock
from clinikomigrate.transfer.events import Event, RecordSettled
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import ClinikoSource, Source
from tests.end_to_end.accounts import client
from tests.transfer.dict_sink import DictMapper, DictSink
from tests.transfer.memory_journal import MemoryJournal
from tests.transfer.practice import Practice, ScriptedSink, names


class Northern(DictMapper):
    """A mapper that says for which system it makes drafts."""

    drafts_for = "the North"


class Particular(DictSink):
    """A sink that says what it takes, and has no mapper of its own."""

    drafts_for = "a dict"


class Closing(ScriptedSink):
    """A sink that counts how often it let its files go."""

    closed = 0

    def let_go(self) -> None:
        """Counts."""
        self.closed += 1


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


def test_what_was_looked_at_can_be_shown_afterwards(practice: Practice) -> None:
    """A crash report or a debugger can write what a call held, when its temporary files are given back already."""
    with practice.source.in_process():
        with practice.transfer(DictSink(), existing="adopt")._looked(lambda event: None, None) as looked:
            during = repr(looked)
        afterwards = repr(looked)

    assert "<ExistingPatients: <Lookalikes of 0 patients>>" in during
    assert during.replace("<Lookalikes of 0 patients>", "<Lookalikes, closed>") == afterwards
    assert "Ada" not in during


def test_the_sink_s_own_mapper_is_the_default(practice: Practice) -> None:
    """Without a mapper the sink's is used."""
    there = FakeCliniko(subdomain="new-clinic", seed=3)
    transfer = Transfer(client(practice.source), ClinikoSink(client(there)))

    assert isinstance(transfer._mapper, ClinikoMapper)
    with pytest.raises(ConfigurationError, match="DictSink has no mapper of its own"):
        Transfer(client(practice.source), DictSink())


def test_a_mapper_for_another_destination_is_refused_at_once(practice: Practice) -> None:
    """Its drafts would fail one by one in the run: what to give instead is said before, also where a sink has none."""
    there = FakeCliniko(subdomain="new-clinic", seed=3)
    with pytest.raises(ConfigurationError) as refused:
        Transfer(client(practice.source), ClinikoSink(client(there)), mapper=Northern())
    with pytest.raises(ConfigurationError, match=r"make drafts for a dict, .* for Cliniko: give a mapper for that\.$"):
        Transfer(client(practice.source), Particular(), mapper=ClinikoMapper())

    assert str(refused.value) == (
        "mapper must make drafts for Cliniko, which is what ClinikoSink writes, and Northern makes drafts for the "
        "North: give a ClinikoMapper(...), or a subclass of it, or leave it out."
    )


@pytest.mark.parametrize("mapper", [DictMapper(), ClinikoMapper()])
def test_a_sink_and_a_mapper_of_one_s_own_go_with_everything(practice: Practice, mapper: Mapper) -> None:
    """A sink that says nothing about drafts takes any mapper, and such a mapper goes with any sink."""
    there = FakeCliniko(subdomain="new-clinic", seed=3)

    assert Transfer(client(practice.source), DictSink(), mapper=mapper)._mapper is mapper
    assert Transfer(client(practice.source), ClinikoSink(client(there)), mapper=mapper)._mapper is mapper


def test_what_is_to_become_of_patients_who_are_there_is_one_of_three(practice: Practice) -> None:
    """Anything else is refused at once, with what there is."""
    with pytest.raises(ConfigurationError, match="existing must be 'stop', 'adopt' or 'copy', not 'merge'"):
        practice.transfer(DictSink(), existing="merge")


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


@pytest.mark.parametrize("call", ["preflight", "plan", "verify", "undo"])
def test_a_call_that_a_run_keeps_out_does_not_disturb_it(practice: Practice, call: str) -> None:
    """Whoever stops a run and then can't wait does not set it going again, nor close its files."""
    for number in range(30):
        practice.patient(f"Ada{number}")
    sink = Closing()
    sink.workers = 1
    transfer = practice.transfer(sink)
    let_go: list[int] = []

    def stop(event: Event) -> None:
        if isinstance(event, RecordSettled) and not let_go:
            transfer.stop()
            with pytest.raises(JournalBusy):
                getattr(transfer, call)()
            let_go.append(sink.closed)

    with practice.source.in_process():
        report = transfer.run(on_event=stop)

    assert let_go == [0]
    assert (report.stopped, sink.closed) == ("asked to stop", 1)


def test_a_journal_without_a_file_name_is_no_file(practice: Practice, tmp_path: Path) -> None:
    """A journal of one's own is used as it is; nothing is written to the disk."""
    journal = MemoryJournal()
    practice.run(DictSink(), journal=journal)

    assert [] == list(tmp_path.iterdir())
    assert (str(practice.source.settings["account"]["id"]), "memory") == journal.bound


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"filter": "Northside"}, "filter must be a filter, such as Active(), not str."),
        ({"filter": ""}, "filter must be a filter, such as Active(), not str."),
        ({"filter": Active}, "filter must be a filter, such as Active(), not the class Active."),
        (
            {"mapper": ClinikoMapper},
            r"mapper must be a mapper, such as ClinikoMapper(...), not the class ClinikoMapper.",
        ),
        ({"mapper": {}}, r"mapper must be a mapper, such as ClinikoMapper(...), not dict."),
    ],
)
def test_what_is_no_filter_and_no_mapper_is_refused_at_once(
    practice: Practice, given: dict[str, Any], said: str
) -> None:
    """Before anything is read, with what belongs there."""
    with pytest.raises(ConfigurationError, match=f"^{re.escape(said)}$"):
        Transfer(client(practice.source), DictSink(), **given)


def test_what_is_no_source_and_no_sink_is_refused_at_once(practice: Practice) -> None:
    """A client is no sink: what writes to it is."""
    reader = client(practice.source)
    with pytest.raises(ConfigurationError, match=r"^sink must be a sink, such as ClinikoSink"):
        Transfer(reader, reader)  # type: ignore[arg-type] # that is what is refused
    with pytest.raises(ConfigurationError, match=r"^source must be a Cliniko client, or a source of your own, not str"):
        Transfer("old-clinic", DictSink())  # type: ignore[arg-type] # that is what is refused


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"approve": True}, "approve must be a function, or None, not True."),
        ({"on_event": "print"}, "on_event must be a function, or None, not 'print'."),
        ({"max_failures": -1}, "max_failures must be a number from 0 on, or None, not -1."),
        ({"max_failures": True}, "max_failures must be a number from 0 on, or None, not True."),
    ],
)
def test_a_run_s_arguments_are_checked_first(practice: Practice, given: dict[str, Any], said: str) -> None:
    """Nothing is read before it is known that the run can be led."""
    with pytest.raises(ConfigurationError, match=f"^{re.escape(said)}$"):
        practice.transfer(DictSink()).run(**given)

    assert [] == practice.source.log
