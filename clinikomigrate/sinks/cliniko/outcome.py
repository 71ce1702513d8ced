"""A record as it will be once all that follows its draft is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.unset import UNSET
from clinikomigrate.sinks.cliniko.signatures import is_incomplete
from clinikomigrate.sinks.comparable import comparable
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, Change, FollowUp, Unmute
from clinikomigrate.transfer.sink import Wanted

WAYS: Final[Mapping[str, str]] = {
    "confirmations": "receives_confirmation_emails",
    "cancellations": "receives_cancellation_emails",
}
"""For each way in which the account writes to patients: the patient's setting."""


def in_the_end(wanted: Wanted) -> Any:
    """Returns a draft with what its record gets afterwards, but for being cancelled and archived.

    Args:
        wanted: The draft, as the account takes it, and what follows.
    """
    draft = wanted.draft
    for follow_up in wanted.follow_ups:
        match follow_up:
            case Unmute() if follow_up.way in WAYS:
                draft = attrs.evolve(draft, **{WAYS[follow_up.way]: True})
            case Change():
                given = attrs.asdict(follow_up.draft, recurse=False, filter=lambda _, value: value is not UNSET)
                draft = attrs.evolve(draft, **given)
            case _:
                pass
    if draft.kind == "patient_forms" and draft.completed and is_incomplete(draft):
        return attrs.evolve(draft, completed=False)  # the account takes it in no other way
    return draft


def is_archived(record: Any) -> bool:
    """Says whether a record is archived, under whichever name.

    Args:
        record: As the client gives it (`Any`: of whatever kind).
    """
    return getattr(record, "archived_at", None) is not None or getattr(record, "deleted_at", None) is not None


def is_cancelled(record: Any) -> bool:
    """Says whether a record is cancelled; of most kinds none can be.

    Args:
        record: As the client gives it (`Any`: of whatever kind).
    """
    return getattr(record, "cancelled_at", None) is not None


def is_closed_alike(wanted: Wanted, record: Any) -> bool:
    """Says whether a record is cancelled and archived exactly where the wanted one would be.

    Args:
        wanted: The draft and what follows.
        record: As the client gives it (`Any`: of the draft's kind).
    """
    if is_archived(record) != (one_of(wanted, Archiving) is not None):
        return False
    cancelling = one_of(wanted, Cancel)
    if not is_cancelled(record):
        return cancelling is None
    return isinstance(cancelling, Cancel) and not cancelled_otherwise(cancelling, record)


def cancelled_otherwise(cancelling: Cancel, record: Any) -> tuple[str, ...]:
    """Names what a cancelled record says of its cancellation otherwise than it was meant.

    Args:
        cancelling: The reason and the note.
        record: As the client gives it (`Any`: of a kind that can be cancelled).
    """
    meant = {"cancellation_reason": cancelling.reason, "cancellation_note": cancelling.note}
    return tuple(name for name, said in meant.items() if comparable(getattr(record, name)) != comparable(said))


def one_of(wanted: Wanted, follow_up: type[FollowUp]) -> FollowUp | None:
    """Returns a record's follow-up of a class, or None.

    Args:
        wanted: The draft and what follows.
        follow_up: The class.
    """
    return next((each for each in wanted.follow_ups if isinstance(each, follow_up)), None)
