"""What these tests start with: the wire's server that does as it is told."""

from __future__ import annotations

from tests.wire.conftest import clock, new_server, server

__all__ = ["clock", "new_server", "server"]
