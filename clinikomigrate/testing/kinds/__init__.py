"""The table of record kinds that the simulated account walks: columns, filters and operations of each."""

from __future__ import annotations

from clinikomigrate.testing.columns import text
from clinikomigrate.testing.kinds.catalogue import CATALOGUE
from clinikomigrate.testing.kinds.clinical import CLINICAL
from clinikomigrate.testing.kinds.diary import DIARY
from clinikomigrate.testing.kinds.kind import Kind
from clinikomigrate.testing.kinds.people import PEOPLE
from clinikomigrate.testing.kinds.practice import PRACTICE

BOOKINGS = ("individual_appointments", "group_appointments", "unavailable_blocks")
"""The kinds that share their ids and are read together as `bookings`."""

UNREADABLE = tuple(
    Kind(name, frozenset(), (text("name", write="never"),), hidden_by=())
    for name in ("message_templates", "letters", "payments")
)
"""What other records point at though the API doesn't show it."""

KINDS = {kind.name: kind for kind in (*PEOPLE, *PRACTICE, *DIARY, *CLINICAL, *CATALOGUE, *UNREADABLE)}
"""Every kind by its name."""

__all__ = ["BOOKINGS", "KINDS", "Kind"]
