"""What all parts of a made-up clinic are made with: one seeded source of chance, one clock, one count."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from clinikomigrate.testing.fake import FakeCliniko

T = TypeVar("T")


def utc(moment: datetime) -> str:
    """Writes a moment as the API does.

    Args:
        moment: An aware datetime.

    Returns:
        The moment in UTC, to the second, `"2024-03-05T09:30:00Z"`.
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Maker:
    """Adds records to one simulated account.

    The same seed and the same calls make the same records. Variants go round in turns, so that a clinic of some
    size holds each of them.

    Attributes:
        fake: The account.
        random: The only source of chance.
        now: The moment that is "now" in the clinic, to the second.
        counts: How many records of each kind were added.
    """

    def __init__(self, fake: FakeCliniko, seed: int) -> None:
        self.fake = fake
        self.random = random.Random(seed)
        self.now = datetime.fromtimestamp(int(fake.clock.now()), UTC)
        self.counts: Counter[str] = Counter()
        self._turns: dict[str, list[int]] = {}
        self._numbers: Counter[str] = Counter()

    def add(self, kind: str, /, **row: Any) -> str:
        """Adds one record.

        Args:
            kind: The kind's plural.
            **row: The record's values (`Any`: whatever JSON holds).

        Returns:
            The record's id.
        """
        self.counts[kind] += 1
        return self.fake.add(kind, **row)

    def turn(self, name: str, variants: Sequence[T]) -> T:
        """Gives the next variant, each once before any comes again.

        Args:
            name: What the variants are variants of; each name has its own turns.
            variants: What to go round.

        Returns:
            One of the variants.
        """
        waiting = self._turns.get(name)
        if not waiting:
            waiting = list(range(len(variants)))
            self.random.shuffle(waiting)
            self._turns[name] = waiting
        return variants[waiting.pop()]

    def number(self, name: str) -> int:
        """Counts upwards.

        Args:
            name: What is counted.

        Returns:
            1, 2, 3 …
        """
        self._numbers[name] += 1
        return self._numbers[name]

    def chance(self, probability: float) -> bool:
        """Throws a die.

        Args:
            probability: From 0 (never) to 1 (always).

        Returns:
            Whether it happened.
        """
        return self.random.random() < probability

    def moment(self, earliest: int, latest: int) -> datetime:
        """Picks a moment in working hours.

        Args:
            earliest: Days from now, negative in the past.
            latest: Days from now.

        Returns:
            A moment on a quarter of an hour.
        """
        day = self.now.replace(hour=0, minute=0, second=0) + timedelta(days=self.random.randint(earliest, latest))
        return day + timedelta(minutes=15 * self.random.randint(0, 40))

    def day(self, earliest: int, latest: int) -> date:
        """Picks a day.

        Args:
            earliest: Days from now, negative in the past.
            latest: Days from now.

        Returns:
            The day.
        """
        return self.moment(earliest, latest).date()

    def past(self, days: int = 900) -> str:
        """Picks a moment in the past.

        Args:
            days: How far back at most.

        Returns:
            The moment as the API writes it.
        """
        return utc(self.moment(-days, -1))

    def token(self) -> str:
        """Makes up a token as custom fields have.

        Returns:
            A version 4 UUID.
        """
        digits = f"{self.random.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
