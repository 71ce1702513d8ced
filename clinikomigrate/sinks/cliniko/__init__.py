"""A Cliniko account as a destination."""

from __future__ import annotations

from clinikomigrate.sinks.cliniko.sink import ClinikoSink

__all__ = ["ClinikoSink"]
