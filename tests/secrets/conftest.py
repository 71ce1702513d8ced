"""What these tests start with: the wire's server that does as it is told, and a clinic that moves."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.secrets.move import Move
from tests.wire.conftest import clock, new_server, server

__all__ = ["clock", "move", "new_server", "server"]


@pytest.fixture
def move(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Move]:
    """A small clinic full of marks, about to move, and everything that comes out of it watched."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    move = Move(tmp_path, patients=8)
    with move.source.in_process(), move.destination.in_process(), move.watch.watching():
        yield move
