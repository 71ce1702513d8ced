"""Two accounts in this process, and a transfer between them that is run until all is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from clinikomigrate import Error, Journal, Report, Transfer
from clinikomigrate.testing import FakeCliniko
from tests.campaign.destination import Destination, put_back
from tests.campaign.figures import Wrong
from tests.comparison import messages, source_writes
from tests.end_to_end.accounts import client

_MOST_RUNS = 8


@attrs.frozen
class Pair:
    """A clinic, where it moves to, and where the journal is to lie.

    Attributes:
        into: The kind of destination.
        source: The clinic.
        destination: The account that it moves to (`Any`: of the destination's own class).
        journal: The journal's file.
    """

    into: Destination
    source: FakeCliniko
    destination: Any
    journal: Path
    _pristine: tuple[Any, Any] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_pristine", (self.source.snapshot(), self.destination.snapshot()))

    def put_back(self) -> None:
        """Puts both accounts back to what they held at first, and throws the journal away."""
        for account, snapshot in zip((self.source, self.destination), self._pristine, strict=True):
            put_back(account, snapshot)
        self.remove_journal()

    def journal_files(self) -> list[Path]:
        """Gives the journal's files that are there, and those of the folder beside it, whose folders come and go."""
        return [Path(folder, name) for folder, _, names in os.walk(self.journal.parent) for name in names]

    def remove_journal(self) -> None:
        """Throws the journal away, and the folder beside it."""
        remove_journal(self.journal)

    def transfer(self, journal: Journal | None = None) -> Transfer:
        """Makes the transfer.

        Args:
            journal: The open journal's own class, where it is to be watched.
        """
        return Transfer(
            client(self.source),
            self.into.sink(self.destination.key, clock=self.destination.clock),
            mapper=self.into.mapper(),
            journal=self.journal if journal is None else journal,
        )

    def run(self) -> Report | Error:
        """Runs it once.

        Returns:
            The report, or what came instead of one.
        """
        return ended(self.transfer().run)

    def run_until_done(self) -> list[Report | Error]:
        """Runs it until a report says that all is there, or two in a row say the same of what is not.

        After each run people do what they are asked to.

        Returns:
            How each run ended.

        Raises:
            Wrong: Something waits for people, and a report doesn't say so.
        """
        found = [self.run()]
        while shortcomings(found[-1]) and len(found) < _MOST_RUNS:
            untold = self.into.untold(shortcomings(found[-1]), self.journal) if isinstance(found[-1], Report) else ()
            if untold:
                raise Wrong("after a run", untold)
            done = self.into.look_after(self.destination, self.journal)
            found.append(self.run())
            last, before = found[-1], found[-2]
            if done or not isinstance(last, Report) or last.stopped is not None:
                continue
            if shortcomings(last) == shortcomings(before):
                break
        return found

    def problems(self) -> list[str]:
        """Says what is wrong with the copy, with what patients got, and with what was sent."""
        return [*self.into.problems(self.source, self.destination, self.journal), *self.disorder()]

    def disorder(self) -> list[str]:
        """Says what is wrong with what patients got and with what was sent."""
        found = [*messages(self.destination)]
        found += [f"the source got {write}" for write in source_writes(self.source)]
        for fake in (self.source, self.destination):
            found += [*fake.unknown_requests, *fake.protocol_errors]
        return found


def remove_journal(journal: Path) -> None:
    """Throws a journal away, and the folder beside it.

    Args:
        journal: The journal's file.
    """
    for path in journal.parent.glob(f"{journal.name}*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def ended(run: Callable[[], Report]) -> Report | Error:
    """Returns how a run ended: its report, or what came instead of one.

    Args:
        run: Runs.
    """
    try:
        return run()
    except Error as error:
        return error


def shortcomings(end: Report | Error) -> list[str]:
    """Says of the end of a run why not all is there; nothing where all is.

    Args:
        end: As `ended` gave it.
    """
    if not isinstance(end, Report):
        return [f"{type(end).__name__}: {end}"]
    aside = [f"{row.kind} {row.source_id}: {row.state}, {row.reason}" for row in end.set_aside]
    return [] if end.ok else [end.verdict, *aside]


@contextmanager
def pair_in(folder: Path, into: Destination) -> Iterator[Pair]:
    """Makes both accounts and mounts them for a while.

    Args:
        folder: Where the journal is to lie, and nothing else lies.
        into: The kind of destination.
    """
    source = FakeCliniko()
    into.fill(source)
    destination = into.make(source)
    with source.in_process(), destination.in_process():
        yield Pair(into, source, destination, folder / "campaign.journal")
