"""What somebody probably meant by a name that doesn't exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """Says which names there are, the most similar ones first.

    Args:
        name: The name that somebody typed.
        known: The names that exist.

    Returns:
        A sentence for the end of an error message: `Did you mean 'patient_id'? Known: id, patient_id.`
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    question = f"Did you mean {' or '.join(map(repr, close))}? " if close else ""
    return f"{question}Known: {', '.join(names) or 'none'}."
