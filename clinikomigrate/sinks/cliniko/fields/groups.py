"""Rules that several kinds of record share."""

from __future__ import annotations

from typing import Final

from clinikomigrate.sinks.cliniko import reasons
from clinikomigrate.sinks.field_rules import Rules, carried, lost, matched, meta, together

WORKED_OUT: Final = "the destination works it out"
TOLD_BY_CODE: Final = "the code next to it says it"
OWN_LINK: Final = "the destination has a link of its own"

SETUP: Final[Rules] = meta("id created_at updated_at extra")
"""Of what the clinic set up; when it was made says nothing about anybody."""

COPIED: Final[Rules] = meta("id updated_at extra")
"""Of records whose time of creation has a rule of its own."""

RECORD: Final[Rules] = together(COPIED, lost(reasons.STAMPED, "created_at"))
"""Of records about people."""

PLACE: Final[Rules] = matched("business practitioner")
"""Of what happens somewhere, with somebody."""

TIMES: Final[Rules] = carried("starts_at ends_at")
"""Of what has a time."""
