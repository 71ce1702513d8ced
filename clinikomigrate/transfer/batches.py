"""Takes things some at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Gives items in lists of a size, the last one maybe shorter. What is not asked for is not read.

    Args:
        items: Any number of them.
        size: How many at a time.
    """
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch
