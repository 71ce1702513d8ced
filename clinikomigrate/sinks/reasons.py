"""Why something could not be carried, whatever the destination is. Each sentence quotes no record."""

from __future__ import annotations

from typing import Final

from clinikomigrate.sinks.field_rules import STAND_IN
from clinikomigrate.transfer import losses

CUT: Final = "longer than the API takes: cut at its limit"
NO_MATCH: Final = losses.NO_MATCH
REFUSED: Final = "not of a form that the API takes; enter it by hand"
STOOD_IN: Final = f"the API wants something here, and the source has nothing: {STAND_IN!r} is sent"
UNKNOWN: Final = "the API sends it, but nothing is known of it and no field takes it"
