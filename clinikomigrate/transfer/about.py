"""Says of an exception of somebody's own mapper or filter which record it is about."""

from __future__ import annotations

from typing import Any


def tell_about(error: Exception, code: str, record: Any) -> None:
    """Adds to an exception which code raised it for which record, once: by kind and id, no text of the record.

    Args:
        error: What the code raised.
        code: The method, `"OurMapper.patient"`.
        record: The source's record (`Any`: of any kind's model).
    """
    which = f"{record.kind} {record.id}"
    if not any(note.endswith(which) for note in notes_of(error)):
        error.add_note(f"{code} raised this for {which}")


def notes_of(error: BaseException) -> tuple[str, ...]:
    """Returns what was added to an exception."""
    return tuple(getattr(error, "__notes__", ()))


def in_full(error: BaseException) -> str:
    """Returns what an exception says, and what was added to it."""
    notes = notes_of(error)
    return f"{error} ({'; '.join(notes)})" if notes else str(error)
