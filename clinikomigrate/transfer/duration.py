"""How long a transfer takes at the rate limits of both accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.tally import Count
from clinikomigrate.wire.throttle import USED_SHARE

_PAGE: Final = 100
"""How many records a list read gives."""
_WAITED_FOR: Final = 0.05
"""The share of the faster account's requests in the pass beside which nothing goes on, as the finishing pass's reads.
Measured on simulated accounts of 15 to 120 patients, whole and filtered."""


def reads_alone(kinds: Mapping[str, Count]) -> int:
    """Returns how many requests it takes to read what comes before the first kind that goes: nothing is written beside.

    Where a destination takes few kinds, that is most lists.

    Args:
        kinds: What a run would do with each kind's records.
    """
    reads = 0
    for kind in KINDS:
        count = kinds.get(kind, Count())
        if count.created or count.adopted or count.already:
            break
        reads += 1 + -(-count.found // _PAGE) if count.found else 0
    return reads


def expected_seconds(
    alone: int,
    reads: int,
    limit: float | None,
    phases: Iterable[Mapping[str, int]],
    allowances: Mapping[str, float | None],
) -> float:
    """Returns how long both accounts take at their rate limits.

    First comes what is read before there is anything to write; then the slower account counts wholly, the other where
    it is waited for.

    Args:
        alone: How many requests the source gets before anything is written.
        reads: How many it gets from then on.
        limit: How many it allows a minute.
        phases: How many requests the destination gets, by allowance. A phase takes as long as its slowest allowance.
        allowances: How many requests a minute each allowance has.
    """
    writing = sum(max(_seconds(each, allowances[name]) for name, each in phase.items()) for phase in phases)
    faster, slower = sorted((_seconds(reads, limit), writing))
    return _seconds(alone, limit) + slower + faster * _WAITED_FOR


def _seconds(requests: int, limit: float | None) -> float:
    return 60 * requests / (limit * USED_SHARE) if limit else 0.0


def in_words(seconds: float) -> str:
    """Writes a length of time for people."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
