"""The archive folder: all that a transfer into Splose was given, so that a clinic has everything with it and Splose."""

from __future__ import annotations

from clinikomigrate.sinks.splose.archive.archive import Archive

__all__ = ["Archive"]
