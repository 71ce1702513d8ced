"""What preflight reads of both accounts before anything is mapped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from clinikomigrate.client.ref import Ref

if TYPE_CHECKING:
    from clinikomigrate.transfer.sink import Account


def _never(_: Ref[Any]) -> bool:
    return False


@attrs.frozen
class Survey:
    """What is known of both accounts before anything is mapped.

    Attributes:
        settings: The source account's settings.
        records: The source's records of kinds that are matched and not made (businesses, practitioners, users,
            referral source types, and kinds that were left out), by kind.
        account: The destination's account.
        existing: What the destination holds of the same kinds: pairs of id and record, by kind.
        in_use: Says of a business, practitioner or catalogue record of the source whether anything points at it.
        may_message: The ways in which the destination could write to patients while records are made:
            `"confirmations"` (an appointment type there has confirmation templates) and `"cancellations"` (the source
            has cancelled appointments, and cancelling sends e-mails).
        names: Display names of the source's businesses, practitioners and users.
        included: The names of the kinds that go.
        region: Where the source keeps its records, as a short code (`"au"`); None where it isn't known.
    """

    settings: Any
    records: Mapping[str, tuple[Any, ...]] = attrs.field(factory=dict)
    account: Account | None = None
    existing: Mapping[str, tuple[tuple[str, Any], ...]] = attrs.field(factory=dict)
    in_use: Callable[[Ref[Any]], bool] = _never
    may_message: frozenset[str] = frozenset()
    names: Mapping[Ref[Any], str] = attrs.field(factory=dict)
    included: frozenset[str] = frozenset()
    region: str | None = None
