"""What preflight reads of both accounts before anything is mapped."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from clinikomigrate.client.query import Condition
from clinikomigrate.client.ref import Ref

if TYPE_CHECKING:
    from clinikomigrate.transfer.sink import Account


class InUse(Protocol):
    """Says of a record of the source whether any record that goes needs it."""

    def __call__(self, ref: Ref[Any], excluded: Collection[Ref[Any]] = ()) -> bool:
        """Asks.

        Args:
            ref: A business, a practitioner, or a record of a kind that was left out.
            excluded: What a mapper leaves out: a record that points at one of these does not go.
        """


class Goes(Protocol):
    """Says whether any record of the source goes that meets conditions."""

    def __call__(self, kind: str, *conditions: Condition) -> bool:
        """Asks.

        Args:
            kind: The record kind's name.
            *conditions: Made with `where`.
        """


def _none_in_use(ref: Ref[Any], excluded: Collection[Ref[Any]] = ()) -> bool:  # noqa: ARG001 - as InUse is called
    return False


def _none_goes(kind: str, *conditions: Condition) -> bool:  # noqa: ARG001 - as Goes is called
    return False


@attrs.frozen
class Survey:
    """What is known of both accounts before anything is mapped.

    Attributes:
        settings: The source account's settings.
        records: The source's records of kinds that are matched and not made (businesses, practitioners, users,
            referral source types, and kinds that were left out), by kind; and its appointment types where appointments
            go, because they say by which templates patients are written to.
        account: The destination's account.
        existing: What the destination holds of the same kinds: pairs of id and record, by kind.
        in_use: Says of a business, practitioner or catalogue record of the source whether anything that goes points at
            it.
        goes: Says whether any record of a kind goes that meets conditions; of a kind that no destination takes, whether
            any hangs on what goes.
        may_message: The ways in which the destination could write to patients while records are made:
            `"confirmations"` (an appointment type there has confirmation templates, or is given some by the mapper) and
            `"cancellations"` (the source has cancelled appointments, and cancelling sends e-mails). Patients who are
            made are muted from the start.
        could_message: All ways that the destination has, those too for which nothing was seen that calls for them: an
            appointment can be cancelled while the run goes on. Patients are muted then, just before it is done.
        names: Display names of the source's businesses, practitioners and users.
        included: The names of the kinds that go.
        region: Where the source keeps its records, as a short code (`"au"`); None where it isn't known.
        goes_on: Whether the journal knows of patients who went with an earlier run between these accounts.
    """

    settings: Any
    records: Mapping[str, tuple[Any, ...]] = attrs.field(factory=dict)
    account: Account | None = None
    existing: Mapping[str, tuple[tuple[str, Any], ...]] = attrs.field(factory=dict)
    in_use: InUse = _none_in_use
    goes: Goes = _none_goes
    may_message: frozenset[str] = frozenset()
    could_message: frozenset[str] = frozenset()
    names: Mapping[Ref[Any], str] = attrs.field(factory=dict)
    included: frozenset[str] = frozenset()
    region: str | None = None
    goes_on: bool = False
