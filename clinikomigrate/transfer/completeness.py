"""Remembers in the journal whether a run has come to the end of all that was chosen."""

from __future__ import annotations

from typing import Final

from clinikomigrate.transfer.journal import Journal

REST: Final = "only what had failed was tried, and no run has come to its end yet: run without only_failed"
"""Why a run of only what had failed ends before anything is finished."""

_NAME: Final = "all that was chosen"
_BEGUN: Final = "begun"
_ENDED: Final = "ended"


def begin(journal: Journal) -> None:
    """Notes that all that was chosen is gone through from now on."""
    journal.note(_NAME, _BEGUN)


def end(journal: Journal) -> None:
    """Notes that all that was chosen was gone through."""
    journal.note(_NAME, _ENDED)


def ended(journal: Journal) -> bool:
    """Says whether the last run that began to go through all that was chosen came to its end.

    Until then records may be to come that hang on others, so that nothing is archived yet.
    """
    return journal.noted(_NAME) == _ENDED


def take_over(journal: Journal, copy: Journal) -> None:
    """Notes in a copy of a journal what the journal says.

    Args:
        journal: What is known.
        copy: What is to know the same.
    """
    if ended(journal):
        end(copy)
