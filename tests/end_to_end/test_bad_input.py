"""What goes wrong before and while a transfer runs, and what the user is told."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Blocked, Cliniko, ClinikoSink, ConfigurationError, Sink, Transfer
from clinikomigrate.errors import JournalBusy, JournalCorrupt, JournalForeign, JournalNeeded
from clinikomigrate.testing import FakeCliniko, empty_destination
from clinikomigrate.transfer.events import Event, RecordSettled, Waiting
from clinikomigrate.transfer.journal import State
from tests.end_to_end.accounts import Pair, client, created, pair_of


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """Returns a small clinic and an empty destination."""
    with pair_of(tmp_path, patients=6) as pair:
        yield pair


def codes(raised: pytest.ExceptionInfo[Blocked]) -> list[str]:
    """Returns the codes of what blocked a run."""
    return [finding.code for finding in raised.value.findings]


def writes(fake: FakeCliniko) -> list[str]:
    """Returns the requests that were no reads."""
    return [request.path for request in fake.log if request.method != "GET"]


def test_a_business_without_a_match_stops_the_run(pair: Pair) -> None:
    """A business that is in use and has no match blocks before the first write, and names candidates."""
    business = next(row for row in pair.source.rows("businesses") if not row["archived_at"])
    here = pair.source.store.get("businesses", str(business["id"]))
    assert here is not None
    here["business_name"] = here["display_name"] = "Nordkapp Rooms"
    with pytest.raises(Blocked, match="Nordkapp Rooms") as raised:
        pair.transfer().run()

    assert "business-unmatched" in codes(raised)
    assert writes(pair.destination) == []


def test_a_key_of_another_account_is_refused(pair: Pair) -> None:
    """A source or destination whose key opens another account than the one named blocks before the first write."""
    for side, source, destination in (
        ("source", client(pair.source, account="somewhere-else"), client(pair.destination)),
        ("destination", client(pair.source), client(pair.destination, account="somewhere-else")),
    ):
        with pytest.raises(Blocked, match="somewhere-else") as raised:
            Transfer(source, ClinikoSink(destination), journal=pair.journal).run()

        assert codes(raised) == [f"{side}-account"]
    assert writes(pair.destination) == []


def test_the_same_account_on_both_sides_is_refused(pair: Pair) -> None:
    """A transfer from an account into itself is blocked."""
    with pytest.raises(Blocked, match="same account") as raised:
        Transfer(client(pair.source), ClinikoSink(client(pair.source)), journal=pair.journal).run()

    assert "same-account" in codes(raised)
    assert writes(pair.source) == []


def test_wrong_keys_are_said(pair: Pair) -> None:
    """A key that is not accepted is a finding that says on which side, and doesn't show the key."""
    wrong = "MS0xMjM0NTY3ODkw-au1"
    settings: dict[str, Any] = {"app_name": "Acme", "contact_email": "dev@acme.example", "clock": pair.source.clock}
    with pytest.raises(Blocked) as raised:
        Transfer(Cliniko(wrong, **settings), ClinikoSink(Cliniko(wrong, **settings)), journal=pair.journal).run()

    assert codes(raised) == ["source-key", "destination-key"]
    assert wrong not in str(raised.value)


def test_a_role_that_sees_too_little_is_refused(pair: Pair) -> None:
    """Only administrators' keys read and write everything."""
    receptionist = next(row["id"] for row in pair.source.rows("users") if row["role"] != "administrator")
    source = Cliniko(
        pair.source.key_for(str(receptionist)),
        app_name="Acme",
        contact_email="dev@acme.example",
        clock=pair.source.clock,
    )
    findings = Transfer(source, ClinikoSink(client(pair.destination))).preflight()

    assert [finding.code for finding in findings.blockers] == ["source-role"]
    assert not findings.ok


def test_an_unreachable_host_is_said(pair: Pair) -> None:
    """A source that can't be reached is a finding, not a crash."""
    source = Cliniko(
        pair.source.key,
        app_name="Acme",
        contact_email="dev@acme.example",
        base_url="http://127.0.0.1:9/v1",
        clock=pair.source.clock,
    )
    findings = Transfer(source, ClinikoSink(client(pair.destination))).preflight()

    assert [finding.code for finding in findings.blockers] == ["source-unreachable"]


def test_a_record_that_is_refused_is_named_and_the_others_go(pair: Pair) -> None:
    """A 422 sets that record aside by kind and id; what does not need it goes; mended, it goes too."""
    tax = pair.source.rows("taxes")[0]["id"]
    here = pair.source.store.get("taxes", str(tax))
    assert here is not None
    right, here["rate"] = here["rate"], "-1.0"
    transfer = pair.transfer()
    report = transfer.run()
    aside = {(row.kind, row.source_id): row for row in report.set_aside}

    assert not report.ok
    assert aside["taxes", str(tax)].state == "failed"
    assert "rate" in aside["taxes", str(tax)].reason
    assert report.kinds["patients"].created > 0
    assert {row.state for row in aside.values()} == {"failed", "blocked", "unfinished"}

    here["rate"] = right
    mended = transfer.run(only_failed=True)

    assert mended.set_aside == []
    assert mended.kinds["patients"].found == 0
    pair.check()


def test_a_file_over_the_limit_is_set_aside(pair: Pair) -> None:
    """A file that the destination doesn't take is a recorded failure; everything else goes."""
    pair.destination.files.largest = 1
    report = pair.transfer().run()

    assert {row.kind for row in report.set_aside} == {"patient_attachments"}
    assert report.kinds["treatment_notes"].failed == 0


def test_journals_that_do_not_fit_are_refused(pair: Pair, tmp_path: Path) -> None:
    """No journal, a damaged one, one in use, one of other accounts: each has its own error; nothing is written."""
    with pytest.raises(JournalNeeded, match="journal="):
        Transfer(client(pair.source), ClinikoSink(client(pair.destination))).run()
    with pytest.raises(JournalNeeded):
        Transfer(client(pair.source), ClinikoSink(client(pair.destination))).identities("patients")
    pair.journal.write_bytes(os.urandom(4096))
    with pytest.raises(JournalCorrupt):
        pair.transfer().run()
    pair.journal.unlink()

    assert writes(pair.destination) == []
    first = pair.transfer()
    first.run()
    other = empty_destination(pair.source, subdomain="third-clinic", seed=9)
    with other.in_process(), pytest.raises(JournalForeign):
        Transfer(client(pair.source), ClinikoSink(client(other)), journal=pair.journal).run()

    assert writes(other) == []
    walk = iter(first.identities("patients"))
    next(walk)
    with pytest.raises(JournalBusy):
        pair.transfer().run()
    del walk


def test_a_key_that_is_revoked_stops_the_run_cleanly(pair: Pair) -> None:
    """When a key stops working the run ends, and goes on when there is a new one."""
    pair.destination.faults.add("401", when=lambda request: request.method == "POST", at=40)
    report = pair.transfer().run()

    assert report.stopped is not None
    assert "key" in report.stopped
    assert not report.ok
    assert pair.transfer().run().ok
    pair.check()


def test_a_connection_that_is_gone_for_long_stops_the_run_cleanly(pair: Pair) -> None:
    """After a quarter of an hour without a connection the run ends, having told of its waiting; it goes on later."""
    events: list[Event] = []
    pair.destination.faults.add("refuse", when=lambda request: request.method == "POST", every=1)
    report = pair.transfer().run(on_event=events.append)

    assert report.stopped is not None
    assert "no connection for 15 minutes" in report.stopped
    assert any(isinstance(event, Waiting) for event in events)
    pair.destination.faults.clear()

    assert pair.transfer().run().ok
    pair.check()


def test_too_many_failures_stop_the_run(pair: Pair) -> None:
    """max_failures ends a run that goes wrong all over."""
    pair.destination.files.largest = 0
    report = pair.transfer().run(max_failures=1)

    assert report.stopped == "more than 1 records failed"


def test_a_sink_without_a_mapper_wants_one(pair: Pair) -> None:
    """A sink that brings no mapper needs one from the user."""

    class Bare(Sink):
        kinds = ("patients",)
        account = existing = create = find = None  # type: ignore[assignment] # it is never used

    with pytest.raises(ConfigurationError, match="Bare has no mapper"):
        Transfer(client(pair.source), Bare())


def test_events_tell_of_every_record(pair: Pair) -> None:
    """Each record's outcome is told once, from one thread at a time."""
    events: list[Event] = []
    inside = threading.Lock()

    def listen(event: Event) -> None:
        assert inside.acquire(blocking=False)
        events.append(event)
        inside.release()

    report = pair.transfer().run(on_event=listen)
    made = [event for event in events if isinstance(event, RecordSettled) and event.state is State.CREATED]

    assert len(made) == created(report)
    assert len({(event.kind, event.source_id) for event in made}) == len(made)
