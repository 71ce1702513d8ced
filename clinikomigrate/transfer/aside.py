"""Records that could not go, or not wholly, as plans and reports tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from clinikomigrate.transfer.journal import Journal, State

UNFINISHED: Final = "unfinished"
"""The state of a record that is there, but to which something is still owed."""

STATES: Final[Mapping[State, str]] = {
    State.FAILED: "failed",
    State.BLOCKED: "blocked",
    State.CONFLICT: "conflict",
    State.AMBIGUOUS: "conflict",
    State.INTENT: "in doubt",
    State.CREATED: "conflict",
    State.ADOPTED: "conflict",
}
"""How the journal's states of set-aside records are called in a report."""

_UNKNOWN: Final = "it is not known whether a write came about; the next run looks for it before it writes again"
_WAITS: Final = "archive: waits for a record that could not go and points here"


@attrs.frozen
class SetAside:
    """A record that could not go, or not wholly.

    Attributes:
        kind: Its kind.
        source_id: Its id in the source.
        state: `"failed"`, `"blocked"`, `"conflict"`, `"in doubt"` (a write's fate is not known) or
            `"unfinished"` (it is there, but a follow-up is still owed).
        reason: Why, and what to do.
        destination_id: Its id in the destination; blank where it isn't there.
        patient_id: The id of its patient in the destination; blank where there is none, or the destination doesn't
            tell.
        starts_at: When it begins, with its distance from UTC: `2031-01-06 11:00+11:00`; blank likewise.
    """

    kind: str
    source_id: str
    state: str
    reason: str
    destination_id: str = ""
    patient_id: str = ""
    starts_at: str = ""


def set_aside(journal: Journal) -> list[SetAside]:
    """Says what could not go, and what is there and not done with.

    What was taken back and could not be taken away is not among it: a run finds or makes it again.

    Args:
        journal: Knows.
    """
    aside = [
        SetAside(ref.kind, ref.id, STATES[entry.state], entry.reason or _UNKNOWN)
        for ref, entry in journal.set_aside()
        if entry.state is not State.UNDONE
    ]
    for owed, reason in journal.follow_ups_failed():
        what = owed.name.partition(":")[0]
        aside.append(SetAside(owed.kind, owed.source_id, UNFINISHED, f"{what}: {reason}"))
    aside += [SetAside(owed.kind, owed.source_id, UNFINISHED, _WAITS) for owed in journal.withheld()]
    return aside
