"""What tests of Cliniko's client start with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clinikomigrate.cliniko import Cliniko
from tests.client.server import FAST, Server

KEY = "MS0xLWludmVudGVkLWtleQ-au1"


@pytest.fixture
def server() -> Iterator[Server]:
    """A small API in place of the network."""
    with Server().running() as running:
        yield running


@pytest.fixture
def client(server: Server) -> Cliniko:
    """A client of the server's account."""
    return Cliniko(KEY, app_name="Acme Migrations", contact_email="dev@acme.example", requests_per_minute=FAST)
