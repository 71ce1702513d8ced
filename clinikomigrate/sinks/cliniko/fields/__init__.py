"""What becomes of each attribute of each kind of record. No attribute is in none of the groups, and none in two."""

from __future__ import annotations

from typing import Final

from clinikomigrate.sinks.cliniko.fields.catalogue import CATALOGUE
from clinikomigrate.sinks.cliniko.fields.diary import DIARY
from clinikomigrate.sinks.cliniko.fields.left_behind import LEFT_BEHIND
from clinikomigrate.sinks.cliniko.fields.people import PEOPLE
from clinikomigrate.sinks.cliniko.fields.records import RECORDS
from clinikomigrate.sinks.field_rules import Table

__all__ = ["FIELDS"]

FIELDS: Final[Table] = {**CATALOGUE, **PEOPLE, **DIARY, **RECORDS, **LEFT_BEHIND}
"""For each model: its attributes' rules."""
