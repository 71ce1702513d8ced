"""Losses that a later change of a record does not make good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from clinikomigrate.sinks.splose import outcomes, reasons
from clinikomigrate.sinks.splose.drafts import FileDraft
from clinikomigrate.sinks.splose.telling.drafts import DocumentDraft
from clinikomigrate.transfer.follow_ups import Arrive, FollowUp
from clinikomigrate.transfer.losses import Loss

_CLOSED: Final = (Loss("archived_at", reasons.ARCHIVED_BEFORE),)
_EARLIER: Final = (Loss("record", reasons.EARLIER),)
_SAID_AGAIN: Final[Mapping[str, tuple[Loss, ...]]] = {
    "attendees": _CLOSED,
    "individual_appointments": _CLOSED,
    "patient_attachments": (Loss("filename", reasons.FILE_RENAMED),),
    "patient_forms": _EARLIER,
    "treatment_notes": _EARLIER,
}
"""By kind: what a change may come to, and each further one says itself."""


def of(kind: str, *, changed: bool) -> tuple[Loss, ...]:
    """Gives the losses that a record may have and keeps.

    Args:
        kind: The record kind's name.
        changed: Whether the record is changed by `update`.
    """
    marked = outcomes.LASTING if kind in outcomes.KINDS else ()
    return marked if changed else (*marked, *_SAID_AGAIN.get(kind, ()))


def of_follow_up(kind: str, follow_up: FollowUp) -> tuple[Loss, ...]:
    """Gives the losses that a follow-up may come to which is done again with each change of its record.

    Args:
        kind: The record kind's name.
        follow_up: What is done.
    """
    return outcomes.of_arrival(kind) if isinstance(follow_up, Arrive) else ()


def of_change(draft: Any) -> tuple[Loss, ...]:
    """Gives what is lost by each change: a file stays as it is, and a document too, beside the one that tells more.

    Args:
        draft: What the record is to be (`Any`: of whatever kind).
    """
    return _SAID_AGAIN[draft.kind] if isinstance(draft, FileDraft | DocumentDraft) else ()
