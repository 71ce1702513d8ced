"""A simulated Cliniko account to test with: a stateful stand-in for the real API, its traps included."""

from __future__ import annotations

from clinikomigrate.testing.clinic import Clinic, make_clinic
from clinikomigrate.testing.clock import VirtualClock
from clinikomigrate.testing.empty import empty_destination
from clinikomigrate.testing.fake import FakeCliniko, Snapshot
from clinikomigrate.testing.faults import Faults
from clinikomigrate.testing.log import LoggedRequest, Message
from clinikomigrate.testing.serve import RemoteFake, serve_in_process

__all__ = [
    "Clinic",
    "FakeCliniko",
    "Faults",
    "LoggedRequest",
    "Message",
    "RemoteFake",
    "Snapshot",
    "VirtualClock",
    "empty_destination",
    "make_clinic",
    "serve_in_process",
]
