"""Two accounts in this process, and a transfer between them that is run until all is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from clinikomigrate import ClinikoSink, Error, Journal, Report, Transfer
from clinikomigrate.testing import FakeCliniko, Snapshot, empty_destination
from tests.campaign.clinic import fill
from tests.comparison import differences, messages, source_writes
from tests.end_to_end.accounts import client

_MOST_RUNS = 8


@attrs.frozen
class Pair:
    """A clinic, an empty destination, and where the journal is to lie.

    Attributes:
        source: The clinic.
        destination: The account that it moves to.
        journal: The journal's file.
    """

    source: FakeCliniko
    destination: FakeCliniko
    journal: Path
    _pristine: tuple[Snapshot, Snapshot] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_pristine", (self.source.snapshot(), self.destination.snapshot()))

    def put_back(self) -> None:
        """Puts both accounts back to what they held at first, and throws the journal away."""
        for fake, snapshot in zip((self.source, self.destination), self._pristine, strict=True):
            fake.restore(snapshot)
            for faults in (fake.faults, fake.store_faults):
                faults.clear()
            for kept in (fake.log, fake.store_log, fake.unknown_requests, fake.protocol_errors):
                kept.clear()
        self.remove_journal()

    def journal_files(self) -> list[Path]:
        """Gives the journal's files that are there."""
        return list(self.journal.parent.glob(f"{self.journal.name}*"))

    def remove_journal(self) -> None:
        """Throws the journal away."""
        for file in self.journal_files():
            file.unlink()

    def transfer(self, journal: Journal | None = None) -> Transfer:
        """Makes the transfer.

        Args:
            journal: The open journal's own class, where it is to be watched.
        """
        sink = ClinikoSink(client(self.destination))
        return Transfer(client(self.source), sink, journal=self.journal if journal is None else journal)

    def run(self) -> Report | Error:
        """Runs it once.

        Returns:
            The report, or what came instead of one.
        """
        return ended(self.transfer().run)

    def run_until_done(self) -> list[Report | Error]:
        """Runs it until a report says that all is there, or two in a row say the same of what is not.

        Returns:
            How each run ended.
        """
        found = [self.run()]
        while shortcomings(found[-1]) and len(found) < _MOST_RUNS:
            found.append(self.run())
            last, before = found[-1], found[-2]
            if isinstance(last, Report) and last.stopped is None and shortcomings(last) == shortcomings(before):
                break
        return found

    def problems(self) -> list[str]:
        """Says what is wrong with the copy, with what patients got, and with what was sent."""
        return [*differences(self.source, self.destination), *self.disorder()]

    def disorder(self) -> list[str]:
        """Says what is wrong with what patients got and with what was sent."""
        found = [*messages(self.destination)]
        found += [f"the source got {write}" for write in source_writes(self.source)]
        found += memos(self.source, self.destination)
        for fake in (self.source, self.destination):
            found += [*fake.unknown_requests, *fake.protocol_errors]
        return found


def memos(source: FakeCliniko, destination: FakeCliniko) -> list[str]:
    """Says whether some are missing or twice: in this clinic each message makes one, and nothing else makes any.

    Args:
        source: The clinic.
        destination: The account that it moved to.
    """
    there, here = len(source.rows("communications")), len(destination.rows("communications"))
    return [] if there == here else [f"{there} messages made {here} memos"]


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
def pair_in(folder: Path) -> Iterator[Pair]:
    """Makes both accounts and mounts them for a while.

    Args:
        folder: Where the journal is to lie.
    """
    source = FakeCliniko()
    fill(source)
    destination = empty_destination(source)
    with source.in_process(), destination.in_process():
        yield Pair(source, destination, folder / "campaign.journal")
