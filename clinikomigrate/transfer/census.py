"""How many records the source holds, where a run reads only some of them, or none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import attrs

from clinikomigrate.client.query import Condition, where
from clinikomigrate.cliniko.models import Settings
from clinikomigrate.errors import Forbidden, NotFound
from clinikomigrate.transfer.filters import Filter
from clinikomigrate.transfer.filters.filter import has_last_word
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.scope import Scope
from clinikomigrate.transfer.source import Source
from clinikomigrate.transfer.tally import Count

OPEN: Final = 10
"""The status of an invoice that was not paid in full."""
OPEN_CREDIT: Final = 40
"""The status of a credit that was not used up."""


_KINDS: Final = ("bookings", *KINDS)


def of_status(status: int) -> tuple[Condition, ...]:
    """Returns the conditions on invoices of a status; those that were archived are owed by nobody any more.

    Each status is asked for by itself: only of ids it is known that the API takes several at once.
    """
    return where("status") == status, where("archived_at").is_null(), where("deleted_at").is_null()


@attrs.frozen
class Census:
    """How many records the source holds beside those that are read.

    Attributes:
        held: Where the filter narrows anything: by the kind's name how many records there are in all.
        open_invoices: How many invoices are open, credits among them.
        in_xero: Whether the source hands its invoices to Xero.
    """

    held: Mapping[str, int]
    open_invoices: int
    in_xero: bool = False

    def complete(self, kinds: Mapping[str, Count]) -> dict[str, Count]:
        """Returns counts by kind with `found` saying what the source holds, not only what was read."""
        return {
            kind: attrs.evolve(count, found=max(count.found, self.held.get(kind, 0))) for kind, count in kinds.items()
        }


def census(source: Source, scope: Scope, filter: Filter, kinds: Collection[str], settings: Settings) -> Census:
    """Counts what a run does not read, at one request for each kind where the filter narrows anything.

    Args:
        source: Is asked.
        scope: What the filter asked for.
        filter: Has the last word on each record.
        kinds: The names of the kinds that go.
        settings: The source account's.
    """
    narrows = has_last_word(filter) or any(scope.limited(kind) or scope.conditions(kind) for kind in _KINDS)
    statuses = (OPEN, OPEN_CREDIT) if "patients" in kinds else ()
    return Census(
        {kind: _counted(source, kind) for kind in KINDS if narrows and kind in kinds},
        sum(_counted(source, "invoices", *of_status(status)) for status in statuses),
        is_in_xero(settings),
    )


def is_in_xero(settings: Settings) -> bool:
    """Says whether an account hands its invoices to Xero; where it says only that Xero is connected, it does.

    Args:
        settings: The account's.
    """
    xero = None if settings.integrations is None else settings.integrations.xero
    return xero is not None and bool(xero.enabled) and xero.integrated_for_invoices is not False


def _counted(source: Source, kind: str, *conditions: Condition) -> int:
    try:
        return source.count(kind, *conditions)
    except (Forbidden, NotFound):  # whoever reads the list says so
        return 0
