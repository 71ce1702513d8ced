"""A transfer into Splose lets no key and no patient's text out, but into the archive folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Transfer
from clinikomigrate.sinks.splose import SploseMapper, SploseSink
from clinikomigrate.splose import Splose
from clinikomigrate.testing import FakeSplose
from tests.end_to_end.accounts import client
from tests.end_to_end.splose import set_up
from tests.secrets.marks import MARK, Secrets
from tests.secrets.move import Move


class Moving(Move):
    """A clinic full of marks, and a workspace that it moves to.

    Attributes:
        workspace: The workspace, set up and empty.
        archive: The archive folder, which holds marks: it lies where nobody looks.
    """

    def __init__(self, folder: Path, archive: Path) -> None:
        super().__init__(folder, patients=4)
        self.archive = archive
        self.workspace = FakeSplose(clock=self.source.clock)
        set_up(self.source, self.workspace)
        self.watch.secrets = Secrets((self.source.key, self.workspace.key))

    def transfer(self, **settings: Any) -> Transfer:
        """Makes the transfer."""
        sink = SploseSink(Splose(self.workspace.key, clock=self.workspace.clock), archive=self.archive)
        mapper = SploseMapper(contact_email="records@acme.example")
        return Transfer(client(self.source), sink, mapper=mapper, journal=self.folder / "clinic.journal", **settings)


@pytest.fixture
def moving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Moving]:
    """A marked clinic and a workspace, both mounted in this process, and the watch."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "looked-at").mkdir()
    moving = Moving(tmp_path / "looked-at", tmp_path / "clinic.archive")
    with moving.source.in_process(), moving.workspace.in_process(), moving.watch.watching():
        yield moving


def all_goes_well(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is in the way."""


def lost_files(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each file that is sent the answer is lost, and each second one that is read breaks off."""
    moving.workspace.faults.add("drop_after", when=lambda request: request.path.endswith("/file"), every=1)
    moving.source.store_faults.add("cut", every=2)


def refused(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are too large for the workspace."""
    monkeypatch.setattr("clinikomigrate.testing.splose.special.LARGEST_FILE", 3)


def full(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full when files come."""

    def received(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("clinikomigrate.sinks.splose.archive.files.received", received)


@pytest.mark.parametrize("prepare", [all_goes_well, lost_files, refused, full])
def test_nothing_comes_out(
    moving: Moving,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    prepare: Callable[[Moving, pytest.MonkeyPatch], None],
) -> None:
    """Whatever happens; nor does a file with a patient's text lie anywhere but in the archive folder."""
    prepare(moving, monkeypatch)
    moving.all_of_it()
    for text in capfd.readouterr():
        moving.watch.look("print", "", text)

    assert [] == moving.leaked
    assert MARK.search(repr(moving.workspace.rows("patients")))
    assert {"event", "file", "log of clinikomigrate", "repr", "result"} <= set(moving.watch.looked_at)
