"""Makes files of blocks, each below a size, however many it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from clinikomigrate.errors import TransferError
from clinikomigrate.sinks.splose.documents.blocks import Block
from clinikomigrate.sinks.splose.documents.characters import Characters
from clinikomigrate.sinks.splose.documents.filing import saved
from clinikomigrate.sinks.splose.documents.pages import Description, Pages, Placing
from clinikomigrate.sinks.splose.documents.typesetting import Typesetter

_SHARE: Final = 0.7  # of a file is for pages at first; the rest is for fonts
_LESS: Final = 0.6  # of what was too much is tried next
_SPARE: Final = 1_000  # for which part of how many it is


@attrs.frozen
class Written:
    """Files that were written.

    Attributes:
        paths: The files, in order.
        missing: How often each character was met that no font has, by its number.
    """

    paths: tuple[Path, ...]
    missing: Mapping[int, int]


class _TooLarge(Exception):  # noqa: N818 - it says what happened
    """A part came out larger than it may be.

    Args:
        size: About how many bytes its pages take.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size


def write(
    blocks: Callable[[], Iterable[Block]],
    typesetter: Typesetter,
    description: Description,
    path: Callable[[int, int], Path],
    largest: int,
) -> Written:
    """Writes blocks into as many files as it takes.

    Args:
        blocks: Gives the blocks, the same ones as often as it is asked.
        typesetter: Lays out blocks.
        description: What stands on each page.
        path: Gives the path of a part by its number, from 1, and the number of parts.
        largest: The largest size of a file.

    Raises:
        TransferError: A single page is larger than a file may be.
    """
    budget = largest * _SHARE
    while True:
        try:
            return _Attempt(blocks, typesetter, description, path, largest).write(budget)
        except _TooLarge as error:
            budget = min(budget * _LESS, error.size / 2)


@attrs.define
class _Attempt:
    """One way to divide blocks into parts.

    The number of parts stands on each page. So what takes more than one is made twice: once to know how many pages each
    part has, and once to write it.
    """

    blocks: Callable[[], Iterable[Block]]
    typesetter: Typesetter
    description: Description
    path: Callable[[int, int], Path]
    largest: int

    def write(self, budget: float) -> Written:
        characters = Characters(self.typesetter.fonts.has)
        counts: list[int] = []
        for content, count in self._parts(
            characters, lambda _, pages: pages.size >= budget, lambda _: self.description
        ):
            only = content
            counts.append(count)
        if len(counts) == 1:
            return Written((saved(self.path(1, 1), only),), characters.missing)
        paths = []
        parts = self._parts(
            Characters(self.typesetter.fonts.has),
            lambda number, pages: pages.count == counts[number],
            lambda number: attrs.evolve(
                self.description, foot=f"{self.description.foot}, part {number + 1} of {len(counts)}"
            ),
        )
        for number, (content, _) in enumerate(parts):
            paths.append(saved(self.path(number + 1, len(counts)), content))
        return Written(tuple(paths), characters.missing)

    def _parts(
        self,
        characters: Characters,
        is_full: Callable[[int, Pages], bool],
        described: Callable[[int], Description],
    ) -> Iterator[tuple[bytes, int]]:
        """Gives each part's bytes and its number of pages."""
        number = 0
        pages = Pages(self.typesetter, characters, described(number))
        for block in self.blocks():
            placing = Placing(pages.laid(block, characters))
            pages.place(placing)
            while not placing.done:
                if is_full(number, pages):
                    yield self._finished(pages)
                    number += 1
                    pages = Pages(self.typesetter, Characters(self.typesetter.fonts.has), described(number))
                else:
                    pages.turn()
                pages.place(placing)
        yield self._finished(pages)

    def _finished(self, pages: Pages) -> tuple[bytes, int]:
        size, content = pages.size, pages.finished()
        if len(content) > self.largest - _SPARE and pages.count == 1:
            raise TransferError(
                f"One page of its document takes more than the {self.largest:,} bytes that a file may have: print the "
                "record in the source, and add it to the client's files by hand."
            )
        if len(content) > self.largest - _SPARE:
            raise _TooLarge(size)
        return content, pages.count
