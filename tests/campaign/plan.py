"""Which kills a campaign of some size tries, in an order that a seed gives."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import count, product

from tests.campaign.blows import Blow, Moment, Target
from tests.campaign.kills import Case

_MOMENTS: tuple[tuple[Target, tuple[Moment, ...]], ...] = (
    ("source", ("arrived", "answered")),
    ("destination", ("arrived", "late", "done", "answered")),
    ("journal", ("uncommitted", "committed")),
    ("folder", ("uncommitted", "committed")),
)
"""When a process dies, by whose requests or commits are counted. Of a read it makes no difference whether it is carried
out."""

_CYCLES: tuple[tuple[Target, tuple[Moment, ...]], ...] = (
    ("destination", ("done",)),
    ("destination", ("late",)),
    ("destination", ("arrived", "done")),
    ("destination", ("answered", "arrived", "late")),
    ("journal", ("committed",)),
    ("journal", ("uncommitted", "committed")),
)
"""When a transfer dies again and again. Each gets on a little, so that it comes to an end; of the folder's commits most
are the same in each run."""

_LONGEST_DELAY = 0.03


def _delay(chance: random.Random) -> float:
    return chance.uniform(0, _LONGEST_DELAY)


def once(counts: Mapping[str, int], chance: random.Random) -> list[Case]:
    """Gives a transfer for each position and moment at which it can be killed for the first time.

    Args:
        counts: How many requests and commits a transfer has, by whose they are.
        chance: Says how long after an answer a process dies.
    """
    return [
        Case((Blow(target, at + 1, moment, delay=_delay(chance)),))
        for target, moments in _MOMENTS
        for moment, at in product(moments, range(counts[target]))
    ]


def again(counts: Mapping[str, int], chance: random.Random) -> Iterator[Case]:
    """Gives transfers that are killed in every run, at every n-th write or commit, without end.

    Args:
        counts: As for `once`.
        chance: Says in which order.
    """
    for _ in count():
        cases = [
            Case(
                tuple(
                    Blow(target, at + 1, moment, writes=target == "destination", delay=_delay(chance))
                    for moment in moments
                ),
                again=True,
            )
            for target, moments in _CYCLES
            for at in range(counts["writes" if target == "destination" else target] // 2)
        ]
        chance.shuffle(cases)
        yield from cases


def kill_cases(counts: Mapping[str, int], runs: int, seed: int) -> Iterator[Case]:
    """Gives transfers to be killed, without end; whoever takes them stops when enough runs were killed.

    At first every position comes once, unless that makes up more than half of all; then transfers that are killed again
    and again.

    Args:
        counts: As for `once`.
        runs: How many runs are to be killed.
        seed: Gives the order.
    """
    chance = random.Random(seed)
    singly = once(counts, chance)
    chance.shuffle(singly)
    yield from singly[: (runs + 1) // 2]
    yield from again(counts, chance)
