"""What a campaign did, counted, and what it found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import attrs


class Wrong(AssertionError):  # noqa: N818 - a failed assertion, with what it needs to be repeated
    """Something is missing, twice, or otherwise wrong after all that was done to a transfer.

    Args:
        case: What was done.
        found: What is wrong.
    """

    def __init__(self, case: object, found: Sequence[str]) -> None:
        super().__init__("\n".join((str(case), *found)))


@attrs.define
class Figures:
    """What was done to transfers, and what came of it.

    Attributes:
        name: What was done, in a word.
        transfers: How many transfers were begun and brought to their end.
        runs: How many runs that took.
        interrupted: How many of these did not come to their own end.
        blows: What was done to them, by kind.
        wrong: What was wrong at the end, each with what was done.
    """

    name: str
    transfers: int = 0
    runs: int = 0
    interrupted: int = 0
    blows: Counter[str] = attrs.field(factory=Counter)
    wrong: list[str] = attrs.field(factory=list)

    def __str__(self) -> str:
        head = f"{self.name}: {self.transfers} transfers, {self.runs} runs, {self.interrupted} of them interrupted"
        lines = [f"  {number:6}  {blow}" for blow, number in sorted(self.blows.items())]
        return "\n".join((head, *lines, f"  {len(self.wrong):6}  wrong at the end"))


def together(figures: Iterable[Figures]) -> list[Figures]:
    """Adds up the figures of each name.

    Args:
        figures: As the parts of a campaign gave them.
    """
    sums: dict[str, Figures] = {}
    for each in figures:
        total = sums.setdefault(each.name, Figures(each.name))
        total.transfers += each.transfers
        total.runs += each.runs
        total.interrupted += each.interrupted
        total.blows += each.blows
        total.wrong += each.wrong
    return list(sums.values())
