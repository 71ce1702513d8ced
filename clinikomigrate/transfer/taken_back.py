"""Remembers in the journal what was taken back from the destination, by whichever undo: nobody must take that again."""

from __future__ import annotations

from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.journal import Journal

NOTES: Final = "taken back: "
"""How the names begin under which the journal keeps this."""


def remember(journal: Journal, there: Ref[Any], id: str) -> None:
    """Notes durably that a record of the destination was taken back.

    Args:
        journal: Remembers it.
        there: The record.
        id: The id of the source's record that it stood for.
    """
    journal.note(_name(there), id)


def is_remembered(journal: Journal, there: Ref[Any]) -> bool:
    """Says whether a record of the destination was taken back, though another one may stand for the source's by now.

    Args:
        journal: Knows.
        there: The record.
    """
    return stood_for(journal, there) is not None


def stood_for(journal: Journal, there: Ref[Any]) -> str | None:
    """Returns the id of the source's record that one of the destination stood for; None if it was not taken back.

    Args:
        journal: Knows.
        there: The record.
    """
    return journal.noted(_name(there))


def _name(there: Ref[Any]) -> str:
    return f"{NOTES}{there.kind} {there.id}"
