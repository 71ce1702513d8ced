"""The same transfer over real sockets, the accounts in other processes, and one that is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

from clinikomigrate import Cliniko, ClinikoSink, Transfer
from clinikomigrate.testing import FakeCliniko, empty_destination, make_clinic, serve_in_process
from clinikomigrate.wire import SystemClock
from tests.comparison import differences, messages, source_writes

PATIENTS = 15


def old_clinic() -> FakeCliniko:
    """Makes the source; the same in every process."""
    fake = FakeCliniko(clock=SystemClock(), rate_limit=None)
    make_clinic(fake, patients=PATIENTS, seed=3)
    return fake


def new_clinic() -> FakeCliniko:
    """Makes the empty destination."""
    fake = empty_destination(old_clinic())
    fake.limit.per_minute = None
    fake.files.processing_seconds = 0.05
    return fake


def rows_of(fake: FakeCliniko) -> Any:
    """Takes all that an account holds, to be compared in another process."""
    return fake.snapshot(), source_writes(fake), messages(fake), fake.unknown_requests + fake.protocol_errors


def move(source: tuple[str, str], destination: tuple[str, str], journal: str) -> str:
    """Runs the transfer between two served accounts, and returns the verdict."""
    clients = [
        Cliniko(key, app_name="Acme", contact_email="dev@acme.example", base_url=address, requests_per_minute=1_000_000)
        for address, key in (source, destination)
    ]
    return Transfer(clients[0], ClinikoSink(clients[1]), journal=journal).run().verdict


def check(old: Any, new: Any) -> None:
    """Compares what two served accounts hold."""
    source, destination = old_clinic(), new_clinic()
    source.restore(old.ask(rows_of)[0])
    snapshot, _, sent, wrong = new.ask(rows_of)
    destination.restore(snapshot)

    assert differences(source, destination) == []
    assert old.ask(rows_of)[1] == []
    assert sent == []
    assert wrong == []


def test_a_transfer_over_real_sockets(tmp_path: Path) -> None:
    """Between two other processes, every record arrives as it does in one."""
    with serve_in_process(old_clinic) as old, serve_in_process(new_clinic) as new:
        journal = str(tmp_path / "a.journal")
        verdict = move((old.base_url, old.key), (new.base_url, new.key), journal)

        assert "selected records are in the destination" in verdict
        check(old, new)


def test_a_process_that_is_killed_goes_on(tmp_path: Path) -> None:
    """Killed again and again with no farewell, the transfer ends with every record there once."""
    with serve_in_process(old_clinic) as old, serve_in_process(new_clinic) as new:
        arguments = ((old.base_url, old.key), (new.base_url, new.key), str(tmp_path / "a.journal"))
        for seconds in (1.2, 1.6, 2.0):
            process = multiprocessing.get_context("spawn").Process(target=move, args=arguments)
            process.start()
            process.join(seconds)
            if process.is_alive() and process.pid is not None:
                os.kill(process.pid, signal.SIGKILL)
            process.join()
            process.close()

        assert "selected records are in the destination" in move(*arguments)
        check(old, new)
