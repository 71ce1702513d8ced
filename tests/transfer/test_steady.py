"""Reading goes on through a lost connection, before records are under way too."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Blocked, Filter, Scope
from clinikomigrate.client.query import where
from clinikomigrate.errors import NotFound
from clinikomigrate.testing import FakeCliniko
from clinikomigrate.transfer.patience import Stopped
from tests.end_to_end.accounts import client
from tests.transfer.dict_sink import DictSink
from tests.transfer.practice import Practice
from tests.transfer.reading import steady


class Reading(Filter):
    """Reads all patients before any record goes, and does what a test says in between."""

    def __init__(self, meanwhile: Any = lambda number: None) -> None:
        self.meanwhile = meanwhile
        self.read: list[str] = []

    def scope(self, source: Any, scope: Scope) -> None:
        """Reads the patients."""
        for number, patient in enumerate(source.stream("patients")):
            self.read.append(patient.id)
            self.meanwhile(number)


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """Returns a source with 250 patients."""
    practice = Practice(tmp_path)
    for number in range(250):
        practice.patient(first_name=f"Patient {number}")
    return practice


def test_a_filter_s_reading_goes_on_behind_the_last_record(practice: Practice) -> None:
    """An outage while a filter reads ends nothing: each record is read once."""
    filter = Reading()
    practice.source.faults.add(
        "drop_before", when=lambda request: any(value.startswith("id:>") for _, value in request.query), times=20
    )

    report = practice.run(DictSink(), filter=filter, include={"patients"})

    assert report.ok
    assert sorted(str(row["id"]) for row in practice.source.rows("patients")) == sorted(filter.read)


def test_stop_ends_a_filter_s_reading(practice: Practice) -> None:
    """What is asked to stop while a filter reads gives a report that says so, and the next run does everything."""
    sink = DictSink()
    with practice.source.in_process():
        filter = Reading()
        transfer = practice.transfer(sink, filter=filter, include={"patients"})
        filter.meanwhile = lambda number: transfer.stop() if number == 7 else None
        report = transfer.run()

    assert "asked to stop" == report.stopped
    assert not sink.records["patients"]
    assert practice.run(sink, include={"patients"}).ok


def test_ctrl_c_before_the_first_record(practice: Practice) -> None:
    """Ctrl-C while a filter reads ends a run as stop() does."""

    def interrupt(number: int) -> None:
        raise KeyboardInterrupt

    report = practice.run(DictSink(), filter=Reading(interrupt), include={"patients"})

    assert "Stopped early (asked to stop); 0 records were carried. Run again to go on." == report.verdict


@pytest.mark.parametrize("call", ["preflight", "plan"])
def test_stop_ends_what_gives_no_report(practice: Practice, call: str) -> None:
    """A plan that was asked to stop is no plan."""
    with practice.source.in_process():
        filter = Reading()
        transfer = practice.transfer(DictSink(), filter=filter, include={"patients"})
        filter.meanwhile = lambda _: transfer.stop()
        with pytest.raises(Blocked, match="asked to stop"):
            getattr(transfer, call)()


@pytest.fixture
def account() -> FakeCliniko:
    """Returns an account with practitioners who work there and others who left."""
    fake = FakeCliniko()
    for number in range(4):
        fake.add("practitioners", first_name=f"Person {number}", active=number % 2 == 0)
    return fake


def test_two_lists_are_read_again_as_one(account: FakeCliniko) -> None:
    """An outage between the list of those who work there and of those who left doubles nobody."""
    account.faults.add("drop_before", when=lambda request: request.path.endswith("/inactive"), times=20)
    with account.in_process():
        read = [each.id for each in steady(client(account)).stream("practitioners")]

    assert sorted(str(row["id"]) for row in account.rows("practitioners")) == sorted(read)


def test_what_an_account_may_lack_is_empty(account: FakeCliniko) -> None:
    """An endpoint that is newer than the rest may not be there; one that every account has must be."""
    account.lacks.update({"/recalls", "/patients"})
    with account.in_process():
        source = steady(client(account))

        assert [] == list(source.stream("recalls"))
        assert 0 == source.count("recalls", where("id") > 0)
        with pytest.raises(NotFound):
            list(source.stream("patients"))
        with pytest.raises(NotFound):
            source.count("patients")


def test_reading_by_id_ends_when_it_is_to_end(account: FakeCliniko) -> None:
    """The batch that is under way is the last."""
    stop = threading.Event()
    ids = [account.add("contacts", first_name=f"Person {number}") for number in range(60)]
    with account.in_process():
        reading = steady(client(account), stop).by_id("contacts", ids)
        next(reading)
        stop.set()
        with pytest.raises(Stopped):
            list(reading)


def test_it_says_what_it_reads_and_what_that_took(account: FakeCliniko) -> None:
    """Requests are counted, and allowed, as the source counts and allows them."""
    with account.in_process():
        source = steady(client(account))
        source.count("contacts")

        assert (1, 200) == (source.requests_sent, source.requests_per_minute)
        assert repr(source).startswith("<SteadySource <ClinikoSource")
