"""The accounts that the documentation's examples are tried on."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from clinikomigrate.testing import FakeCliniko, FakeSplose, empty_destination, make_clinic
from clinikomigrate.wire import session
from tests.end_to_end.splose import set_up


@attrs.frozen
class Accounts:
    """A made-up clinic's account, an empty one, and a workspace of Splose that was set up for the clinic."""

    old: FakeCliniko
    new: FakeCliniko
    workspace: FakeSplose


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Accounts]:
    """Accounts that answer at Cliniko's and Splose's own addresses, with their keys where the pages look for them.

    Clients that are given no clock take the accounts' own, so that nothing waits; files are made in a folder that goes
    away. What a page sets for the whole process is taken back.
    """
    old = FakeCliniko(subdomain="old-clinic")
    make_clinic(old, patients=15, seed=3)
    new = empty_destination(old, subdomain="new-clinic")
    workspace = FakeSplose(clock=old.clock)
    set_up(old, workspace)
    monkeypatch.setattr(session, "SYSTEM_CLOCK", old.clock)
    monkeypatch.setenv("SOURCE_KEY", old.key)
    monkeypatch.setenv("DESTINATION_KEY", new.key)
    monkeypatch.setenv("SPLOSE_KEY", workspace.key)
    monkeypatch.setenv(
        "BJORNS_KEY", new.key_for(next(str(row["id"]) for row in new.rows("users") if row["first_name"] == "Björn"))
    )
    monkeypatch.chdir(tmp_path)
    terminate, log = signal.getsignal(signal.SIGTERM), logging.getLogger("clinikomigrate.wire")
    with old.in_process(), new.in_process(), workspace.in_process():
        yield Accounts(old, new, workspace)
    signal.signal(signal.SIGTERM, terminate)
    log.setLevel(logging.NOTSET)
