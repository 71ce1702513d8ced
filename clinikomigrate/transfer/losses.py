"""What can't be carried."""

from __future__ import annotations

from typing import Final

import attrs

NO_MATCH: Final = "what it points at is left out, or has no match in the destination"
"""The reason of a loss: a link to what a mapper only matches, such as a business."""


@attrs.frozen
class Loss:
    """One field of one record, or a whole record, that can't be carried.

    Attributes:
        field: The source record's attribute, or `"record"` for all of it.
        reason: Why, in words that hold for every such record; never a record's own text.
        mended: Whether the destination would refuse the record as it is, and takes it with this loss; or whether only
            a look at each record shows it. Preflight counts such losses. They are equal to others of the same field and
            reason, and the journal doesn't tell them apart.
    """

    field: str
    reason: str
    mended: bool = attrs.field(default=False, eq=False, repr=False)
