"""Makes a draft for a Cliniko account of a record as the table of fields says."""

from __future__ import annotations

from typing import Final

from clinikomigrate.sinks.cliniko.fields import FIELDS
from clinikomigrate.sinks.drafting import Drafter

draft: Final = Drafter(FIELDS)
"""Makes a draft, or says why there is none."""
