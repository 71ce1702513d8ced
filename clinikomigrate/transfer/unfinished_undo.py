"""Remembers in the journal whether an undo came to its end: until then nothing must be made anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.journal import Journal

_NAME: Final = "undo"
_BEGUN: Final = "begun"
_ENDED: Final = "ended"


def begin(journal: Journal) -> None:
    """Notes that records are taken back from now on."""
    journal.note(_NAME, _BEGUN)


def end(journal: Journal) -> None:
    """Notes that all was taken back that could be."""
    if is_unfinished(journal):
        journal.note(_NAME, _ENDED)


def is_unfinished(journal: Journal) -> bool:
    """Says whether an undo ended before all was taken back that could be."""
    return journal.noted(_NAME) == _BEGUN


def findings(journal: Journal | None) -> Iterator[Finding]:
    """Says when an undo has to be called again before a run.

    Args:
        journal: Knows; None where there is none.
    """
    if journal is not None and is_unfinished(journal):
        yield CODES.finding(
            "undo-unfinished",
            "This transfer is half taken back: undo() ended before it was through. What is left uses what is gone.",
            "Call undo() again until it is through. Then a run makes everything anew.",
        )


def take_over(journal: Journal, copy: Journal) -> None:
    """Notes in a copy of a journal what the journal says.

    Args:
        journal: What is known.
        copy: What is to know the same.
    """
    if is_unfinished(journal):
        begin(copy)
