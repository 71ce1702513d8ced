"""How findings count and list things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clinikomigrate.transfer.kinds import KINDS

_SINGULARS: Final = {"businesses": "business"}
_SHOWN: Final = 20


def one_of(kind: str) -> str:
    """Names one record of a kind in words: `treatment note`.

    Args:
        kind: The record kind's name, in KINDS or not.
    """
    known = KINDS[kind].singular if kind in KINDS else _SINGULARS.get(kind, kind.removesuffix("s"))
    return known.replace("_", " ")


def counted(number: int, kind: str) -> str:
    """Counts records in words: `1 treatment note`, `2,500 treatment notes`.

    Args:
        number: How many.
        kind: The record kind's name.
    """
    return f"{number:,} {one_of(kind) if number == 1 else kind.replace('_', ' ')}"


def listed(names: Sequence[str], *, last: str = ", ", shown: int = _SHOWN) -> str:
    """Lists names in words; of very many the first, and how many more there are.

    Args:
        names: The names.
        last: What stands between them.
        shown: At most how many are named.
    """
    more = len(names) - shown
    return last.join(names[:shown]) + (f", and {more} more" if more > 0 else "")
