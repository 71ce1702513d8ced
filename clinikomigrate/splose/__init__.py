"""The typed client for Splose's API."""

from __future__ import annotations

from clinikomigrate.splose.client import Splose

__all__ = ["Splose"]
