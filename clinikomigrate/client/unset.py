"""The value of a draft's attribute that was not given, and so is not sent."""

from __future__ import annotations

import enum
from typing import Final, Literal


class Unset(enum.Enum):
    """The type of `UNSET`."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> Literal[False]:
        return False


UNSET: Final = Unset.UNSET
"""Leaves an attribute out of a request. `None` instead is sent as JSON's null, which clears a field."""
