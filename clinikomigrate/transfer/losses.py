"""What can't be carried."""

from __future__ import annotations

import attrs


@attrs.frozen
class Loss:
    """One field of one record, or a whole record, that can't be carried.

    Attributes:
        field: The source record's attribute, or `"record"` for all of it.
        reason: Why, in words that hold for every such record; never a record's own text.
    """

    field: str
    reason: str
