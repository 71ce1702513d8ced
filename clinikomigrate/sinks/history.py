"""What records say about themselves: when they were made, by whom, and what became of them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from clinikomigrate.cliniko.models import TreatmentNote
from clinikomigrate.sinks.moments import moment


def is_draft(note: TreatmentNote) -> bool:
    """Says whether a note can still be edited in the source.

    Args:
        note: One that may say so, or only when it was finalised.
    """
    return note.finalized_at is None if note.draft is None else note.draft


def of_note(
    author: str | None,
    written: datetime | None,
    finalised: datetime | None,
    *,
    draft: bool,
    pinned: bool,
    body_charts: int,
    where: ZoneInfo | None,
) -> list[str]:
    """Says what a copied treatment note can't say by itself.

    Args:
        author: Who wrote it; None where it isn't known.
        written: When it was written.
        finalised: When it was finalised; None for a draft.
        draft: Whether it is a draft.
        pinned: Whether it was pinned to the top of the patient's file.
        body_charts: How many body charts it has that can't be copied.
        where: The zone in which times are told; None for UTC.
    """
    by = f" by {author}" if author else ""
    sentences = [f"Written{by} on {moment(written, where)}." if written else f"Written{by or ' by an unknown author'}."]
    if finalised:
        sentences.append(f"Finalised on {moment(finalised, where)}.")
    elif draft:
        sentences.append("Not finalised: a draft.")
    if pinned:
        sentences.append("Pinned in the original.")
    if body_charts:
        charts = "1 body chart" if body_charts == 1 else f"{body_charts} body charts"
        sentences.append(f"Not copied, and to be found in the original only: {charts}.")
    return sentences


def of_form(made: datetime | None, completed: datetime, edited: datetime | None, where: ZoneInfo | None) -> list[str]:
    """Says when a copied patient form was made, completed and edited.

    Args:
        made: When it was made.
        completed: When it was completed.
        edited: When it was changed after that; None if it wasn't.
        where: The zone in which times are told; None for UTC.
    """
    sentences = [f"Completed on {moment(completed, where)}."]
    if edited:
        sentences.append(f"Edited on {moment(edited, where)}.")
    if made:
        sentences.append(f"Made on {moment(made, where)}.")
    return sentences
