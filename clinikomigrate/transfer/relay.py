"""What every source does that stands before another one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clinikomigrate.cliniko.models import Settings
from clinikomigrate.transfer.mapper import Fetch
from clinikomigrate.transfer.source import Source


class Relay:
    """Passes on what is asked of another source, as it is; how lists are read, who inherits says.

    Args:
        source: What is read.
    """

    def __init__(self, source: Source) -> None:
        self._source = source

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._source!r}>"

    def settings(self) -> Settings:
        """Returns the account's settings."""
        return self._source.settings()

    def check_account(self) -> None:
        """Makes sure that this is the account that was named."""
        self._source.check_account()

    def fetch(self, fetch: Fetch, entity: Any) -> object:
        """Reads what a draft asks for at the last moment; whoever asks has patience of their own."""
        return self._source.fetch(fetch, entity)

    def link(self, entity: Any) -> str | None:
        """Returns the address of a page that shows a record to people, or None where there is none."""
        return self._source.link(entity)

    def server_now(self) -> datetime | None:
        """Returns the time by the clock that sets `updated_at`; None where it isn't known."""
        return self._source.server_now()

    @property
    def region(self) -> str | None:
        """Where the account keeps its records."""
        return self._source.region

    @property
    def requests_sent(self) -> int:
        """How many requests were sent."""
        return self._source.requests_sent

    @property
    def requests_per_minute(self) -> float | None:
        """How many requests a minute the source allows; None where there is no limit."""
        return self._source.requests_per_minute
