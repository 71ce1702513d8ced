"""What tests of the client start with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.client.server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    """A small API in place of the network."""
    with Server().running() as running:
        yield running
