"""A Cliniko account as a destination."""

from __future__ import annotations

from clinikomigrate.sinks.cliniko.mapper import EXCLUDE, AssignTo, ClinikoMapper
from clinikomigrate.sinks.cliniko.sink import ClinikoSink

__all__ = ["EXCLUDE", "AssignTo", "ClinikoMapper", "ClinikoSink"]
