"""Transfers that meet one fault at one request, and are continued until they are done."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import get_args

import attrs

from clinikomigrate.testing.faults import FaultKind, Faults
from tests.campaign.destination import faults_of, requests_to
from tests.campaign.figures import Figures, Wrong
from tests.campaign.pair import Pair, shortcomings

PLACES = ("source", "source's files", "destination", "destination's files")
"""What gets requests: both accounts, and the file store of each that has one."""


@attrs.frozen
class FaultCase:
    """One fault.

    Attributes:
        kind: What is done to the request.
        place: Who gets it, of `PLACES`.
        at: Which of the requests it gets: 1 is the first.
    """

    kind: FaultKind
    place: str
    at: int

    def __str__(self) -> str:
        return f"{self.kind} at request {self.at} to the {self.place}"


def all_faults(pair: Pair) -> Iterator[FaultCase]:
    """Gives every kind of fault at every request of a transfer that nobody disturbs.

    Args:
        pair: What is transferred.
    """
    pair.put_back()
    pair.run()
    counts = dict(zip(PLACES, (*requests_to(pair.source), *requests_to(pair.destination)), strict=False))
    for place, kind in product(counts, get_args(FaultKind)):
        yield from (FaultCase(kind, place, at + 1) for at in range(counts[place]))


def meet(pair: Pair, case: FaultCase, figures: Figures) -> None:
    """Lets a transfer meet a fault, continues it until it is done, and looks at what came of it.

    Args:
        pair: What is transferred.
        case: The fault.
        figures: Where it is counted.

    Raises:
        Wrong: Something is missing, twice, or otherwise wrong.
    """
    pair.put_back()
    _faults(pair, case.place).add(case.kind, at=case.at)
    ended = pair.run_until_done()
    figures.transfers += 1
    figures.runs += len(ended)
    figures.interrupted += len(ended) - 1
    figures.blows[case.kind] += 1
    _faults(pair, case.place).clear()  # a run may send fewer requests than another: whoever looks now meets none
    found = [*shortcomings(ended[-1]), *pair.problems()]
    if found:
        raise Wrong(case, found)


def _faults(pair: Pair, place: str) -> Faults:
    return dict(zip(PLACES, (*faults_of(pair.source), *faults_of(pair.destination)), strict=False))[place]
