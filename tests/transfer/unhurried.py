"""A source that is not an account."""

from __future__ import annotations

from clinikomigrate.transfer.source import ClinikoSource


class Unhurried(ClinikoSource):
    """A source whose requests cost nothing, such as files on a disk."""

    @property
    def requests_per_minute(self) -> float | None:  # type: ignore[override] # an account always has a limit
        """Says that there is no limit."""
        return None
