"""What becomes of each attribute of each kind of record in Splose. No attribute is in none of the groups, or in two."""

from __future__ import annotations

from typing import Final

from clinikomigrate.sinks.field_rules import Table
from clinikomigrate.sinks.splose.fields.diary import DIARY
from clinikomigrate.sinks.splose.fields.documents import DOCUMENTS
from clinikomigrate.sinks.splose.fields.files import FILES
from clinikomigrate.sinks.splose.fields.left_behind import LEFT_BEHIND
from clinikomigrate.sinks.splose.fields.people import PEOPLE

__all__ = ["FIELDS"]

FIELDS: Final[Table] = {**PEOPLE, **DIARY, **DOCUMENTS, **FILES, **LEFT_BEHIND}
"""For each model: its attributes' rules."""
