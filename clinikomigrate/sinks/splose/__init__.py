"""A Splose account as a destination."""

from __future__ import annotations

from clinikomigrate.sinks.splose.mapper import SploseMapper
from clinikomigrate.sinks.splose.sink import SploseSink

__all__ = ["SploseMapper", "SploseSink"]
