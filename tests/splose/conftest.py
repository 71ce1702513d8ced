"""What tests of Splose's client start with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clinikomigrate.splose import Splose
from tests.client.server import FAST, Server

KEY = "invented-splose-key"
BASE = "https://api.splose.com/v1"


@pytest.fixture
def server() -> Iterator[Server]:
    """A small API in place of the network."""
    with Server(BASE).running() as running:
        yield running


@pytest.fixture
def client(server: Server) -> Splose:
    """A client of the server's workspace."""
    return Splose(KEY, requests_per_minute=FAST)
