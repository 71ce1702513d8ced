"""What each kind of record asks beyond its columns, and what writing it brings about."""

from __future__ import annotations

from clinikomigrate.testing.rules.catalogue import CATALOGUE_RULES
from clinikomigrate.testing.rules.clinical import CLINICAL_RULES
from clinikomigrate.testing.rules.diary import DIARY_RULES
from clinikomigrate.testing.rules.people import PEOPLE_RULES
from clinikomigrate.testing.rules.practice import PRACTICE_RULES
from clinikomigrate.testing.writing import Rules

RULES: dict[str, Rules] = {**PEOPLE_RULES, **PRACTICE_RULES, **DIARY_RULES, **CLINICAL_RULES, **CATALOGUE_RULES}
"""The rules by kind; a kind that isn't there has none."""


def rules_of(kind: str) -> Rules:
    """Gives the rules of a kind."""
    return RULES.get(kind, _NONE)


_NONE = Rules()
