"""HTTP and nothing but HTTP: sessions that are paced, patient, and careful with what can't be taken back."""

from __future__ import annotations

from clinikomigrate.wire.answer import Answer
from clinikomigrate.wire.clock import SYSTEM_CLOCK, Clock, SystemClock
from clinikomigrate.wire.download import Download
from clinikomigrate.wire.multipart import Content
from clinikomigrate.wire.session import Session
from clinikomigrate.wire.throttle import Throttle, shared_throttle

__all__ = [
    "SYSTEM_CLOCK",
    "Answer",
    "Clock",
    "Content",
    "Download",
    "Session",
    "SystemClock",
    "Throttle",
    "shared_throttle",
]
