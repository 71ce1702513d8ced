"""How bookings repeat."""

from __future__ import annotations

import attrs

from clinikomigrate.client.entity import Part
from clinikomigrate.client.unset import UNSET, Unset


@attrs.frozen(kw_only=True, repr=False)
class RepeatRule(Part):
    """How a series of bookings goes on after its first.

    Read and written alike, so `UNSET` stands for a key that isn't there.

    Attributes:
        number_of_repeats: How many follow the first: 0 to 51, of availability blocks 0 to 100.
        repeat_type: `Daily`, `Weekly` or `Monthly`.
        repeating_interval: Every how many days, weeks or months: 0 to 100.
    """

    number_of_repeats: int | Unset | None = UNSET
    repeat_type: str | Unset | None = UNSET
    repeating_interval: int | Unset | None = UNSET


def none_if_empty(rule: RepeatRule | None) -> RepeatRule | None:
    """Takes the empty object that the API sends for a booking that doesn't repeat as None.

    Args:
        rule: What the API sent.

    Returns:
        The rule, if it says anything.
    """
    return None if rule == RepeatRule() else rule
