"""Reads and spoils SQLite's write-ahead log, as a power loss can leave it."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator

HEADER = 32
"""Bytes before the first frame."""

FRAME_HEADER = 24
"""Bytes of a frame before its page."""


def ends_of_commits(log: bytes) -> list[int]:
    """Gives the offsets at which a log's commits end.

    Args:
        log: The log's bytes. What is left of an earlier round of it, behind the last frame of this one, is passed over.
    """
    found: list[int] = []
    if len(log) < HEADER:
        return found
    page, salts = struct.unpack(">I", log[8:12])[0], log[16:24]
    size = FRAME_HEADER + page
    for start in range(HEADER, len(log) - size + 1, size):
        if log[start + 8 : start + 16] != salts:
            break
        if struct.unpack(">I", log[start + 4 : start + 8])[0]:  # the pages of the database after this commit
            found.append(start + size)
    return found


def cuts(start: int, end: int) -> list[int]:
    """Gives lengths at which a log can break off between two of its commits.

    They are the ends of sectors of 512 bytes, and some that are no end of anything.

    Args:
        start: Where the last commit ends that was reported.
        end: Where the next one ends.
    """
    sectors = range(start - start % 512 + 512, end, 512)
    return sorted({start, start + 1, *sectors, (start + end) // 2, end - 1})


def torn(log: bytes, start: int, chance: random.Random) -> Iterator[bytes]:
    """Gives what a log may hold when what was written behind a place got to the disk in part, in any order.

    Args:
        log: The log's bytes.
        start: Where the last commit ends that was reported.
        chance: Says which sectors are missing.
    """
    rest = log[start:]
    for filler in (b"\x00", b"\xff", None):
        spoiled = bytearray(rest)
        for sector in range(0, len(rest), 512):
            if chance.random() < 0.5:
                length = len(rest[sector : sector + 512])
                spoiled[sector : sector + length] = chance.randbytes(length) if filler is None else filler * length
        yield log[:start] + spoiled
    yield log[:start] + chance.randbytes(len(rest))
    yield log[:start] + bytes(len(rest))
    yield log[:start] + log[HEADER : HEADER + len(rest)]  # frames of the same log, at the wrong place


def mixed(old: bytes, new: bytes, chance: random.Random) -> bytes:
    """Gives a file of which some sectors were written and others were not.

    Args:
        old: What it held.
        new: What it was to hold.
        chance: Says which sectors were written.
    """
    found = bytearray(new if chance.random() < 0.5 else old)
    for sector in range(0, max(len(old), len(new)), 512):
        part = (old if chance.random() < 0.5 else new)[sector : sector + 512]
        if part and sector <= len(found):
            found[sector : sector + len(part)] = part
    return bytes(found)
