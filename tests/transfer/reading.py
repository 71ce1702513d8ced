"""Reads a simulated account as a transfer does."""

from __future__ import annotations

import threading

from clinikomigrate import Cliniko
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.source import ClinikoSource
from clinikomigrate.transfer.steady import SteadySource


def steady(client: Cliniko, stop: threading.Event | None = None) -> SteadySource:
    """Returns a source that waits out a lost connection on the client's own clock.

    Args:
        client: The account's client.
        stop: Set when the reading is to end.
    """
    ends = stop or threading.Event()
    return SteadySource(ClinikoSource(client), Patience(client.clock, ends, lambda _, __: None), ends)
