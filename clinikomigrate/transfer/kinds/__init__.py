"""The record kinds: what the pipeline must know of each, and how their records point at one another."""

from clinikomigrate.transfer.kinds.kind import (
    APPOINTMENT_KINDS,
    BOOKING_KINDS,
    MATCHED_KINDS,
    Kind,
    Link,
    possible_kinds,
)
from clinikomigrate.transfer.kinds.table import ALL_KINDS, KINDS, OPTIONAL_KINDS, check_kinds, pointing_at

__all__ = [
    "ALL_KINDS",
    "APPOINTMENT_KINDS",
    "BOOKING_KINDS",
    "KINDS",
    "MATCHED_KINDS",
    "OPTIONAL_KINDS",
    "Kind",
    "Link",
    "check_kinds",
    "pointing_at",
    "possible_kinds",
]
