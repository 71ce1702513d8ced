"""What stays behind as a whole: all of it is lost with the record, for the same reason."""

from __future__ import annotations

from typing import Final

import attrs

from clinikomigrate.sinks.field_rules import Table, lost, meta, together
from clinikomigrate.sinks.splose.fields.documents import DOCUMENTS
from clinikomigrate.sinks.splose.left_behind import LEFT_BEHIND as REASONS

_META: Final = ("id", "created_at", "updated_at", "extra")

LEFT_BEHIND: Final[Table] = {
    model: together(
        meta(" ".join(_META)),
        lost(reason, " ".join(field.name for field in attrs.fields(model) if field.name not in _META)),
    )
    for model, reason in REASONS.items()
    if model not in DOCUMENTS
}
"""Everything that Splose's API has no way of making, and that stands in no document."""
