"""Simulated accounts to test with: stateful stand-ins for the real APIs of Cliniko and Splose, their traps included."""

from __future__ import annotations

from clinikomigrate.testing.clinic import Clinic, make_clinic
from clinikomigrate.testing.clock import VirtualClock
from clinikomigrate.testing.empty import empty_destination
from clinikomigrate.testing.fake import FakeCliniko, Snapshot
from clinikomigrate.testing.faults import Faults
from clinikomigrate.testing.log import LoggedRequest, Message
from clinikomigrate.testing.serve import RemoteFake, serve_in_process
from clinikomigrate.testing.splose.fake import FakeSplose, SploseSnapshot

__all__ = [
    "Clinic",
    "FakeCliniko",
    "FakeSplose",
    "Faults",
    "LoggedRequest",
    "Message",
    "RemoteFake",
    "Snapshot",
    "SploseSnapshot",
    "VirtualClock",
    "empty_destination",
    "make_clinic",
    "serve_in_process",
]
