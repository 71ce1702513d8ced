"""The durable memory of one transfer: intents, outcomes, identities. Ids and states, never a record's text."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.follow_ups import Stage
from clinikomigrate.transfer.losses import Loss


class State(enum.Enum):
    """Where a record stands."""

    INTENT = "intent"
    """A write was about to leave, and its outcome is not known. The next run looks for it before anything is sent."""
    CREATED = "created"
    """The transfer made it."""
    ADOPTED = "adopted"
    """It was there already, and stands for the source's record."""
    SKIPPED = "skipped"
    """It does not go, and that is as it should be. The next run looks at it again: the reason may be gone."""
    FAILED = "failed"
    """It could not go; it is tried again by the next run."""
    BLOCKED = "blocked"
    """A record that it needs could not go; it is tried again by the next run."""
    CONFLICT = "conflict"
    """Two records in the destination could be it. Nothing is guessed; it is looked at again by the next run."""

    @property
    def doubtful(self) -> bool:
        """Whether the destination may hold a record that the journal has no id of."""
        return self in _DOUBTFUL

    @property
    def arrived(self) -> bool:
        """Whether the destination holds the record."""
        return self in _ARRIVED


_ARRIVED = frozenset({State.CREATED, State.ADOPTED})
_DOUBTFUL = frozenset({State.INTENT, State.CONFLICT})
SET_ASIDE = (State.FAILED, State.BLOCKED, State.CONFLICT, State.INTENT)
"""The states of records that could not go."""


@attrs.frozen
class Entry:
    """What the journal knows of one record.

    Attributes:
        state: Where it stands.
        destination_id: The destination's id, once it is there.
        reason: Why it was skipped or set aside.
        instead: The source record that others are to point at instead (after a merge).
        since: For an intent: the destination's time when the write was about to leave (aware, UTC).
    """

    state: State
    destination_id: str | None = None
    reason: str | None = None
    instead: Ref[Any] | None = None
    since: datetime | None = None


@attrs.frozen
class Owed:
    """A follow-up that is still to be done.

    Attributes:
        kind: The record's kind.
        source_id: Its id in the source.
        destination_id: Its id in the destination.
        name: The follow-up's name.
    """

    kind: str
    source_id: str
    destination_id: str
    name: str


class Journal(Protocol):
    """What a transfer asks of its journal.

    Each method that writes has made what it wrote durable when it returns. Methods are called from several threads.
    """

    def open(self) -> None:
        """Takes the journal for this process.

        Raises:
            JournalBusy: Another transfer has it.
            JournalCorrupt: It can't be read, or is no journal.
        """

    def close(self) -> None:
        """Gives the journal back."""

    def bind(self, source: str, destination: str) -> None:
        """Binds a new journal to its pair of accounts, and checks an old one.

        Raises:
            JournalForeign: It belongs to another pair.
        """

    def entry(self, ref: Ref[Any]) -> Entry | None:
        """Returns what is known of a record, or None."""

    def entries(self, kind: str, ids: Collection[str]) -> Mapping[str, Entry]:
        """Returns what is known of several records of a kind, by source id."""

    def intend(self, ref: Ref[Any], since: datetime | None) -> None:
        """Notes that a write is about to leave."""

    def settle(
        self,
        ref: Ref[Any],
        entry: Entry,
        losses: Iterable[Loss] = (),
        follow_ups: Iterable[tuple[Stage, str]] = (),
        waiting_for: Iterable[Ref[Any]] = (),
    ) -> None:
        """Notes an outcome, all or nothing.

        Args:
            ref: The source's record.
            entry: How it stands.
            losses: What was lost.
            follow_ups: What is still owed to it.
            waiting_for: For a record that could not go: what it points at. None of those is archived meanwhile.
        """

    def holds(self, kind: str, destination_id: str) -> bool:
        """Says whether a record of the destination stands for a record of the source already."""

    def owed(
        self, stage: Stage, kind: str, after: Owed | None = None, limit: int = 100, *, ready: bool = True
    ) -> Sequence[Owed]:
        """Returns follow-ups of a stage that are owed to records of a kind, in the order of source ids as text.

        A record to which an earlier stage is still owed is left out: it isn't ready. So is the archiving of a record
        at which one points that could not go yet.

        Args:
            stage: The stage.
            kind: The record kind.
            after: Only those behind this one.
            limit: At most so many.
            ready: Whether what isn't ready is left out.
        """

    def owe(self, owed: Owed, stage: Stage) -> None:
        """Notes that a follow-up is owed to a record that is there."""

    def owes(self, ref: Ref[Any], stage: Stage) -> bool:
        """Says whether any follow-up of a stage is owed to a record."""

    def follow_up_done(self, owed: Owed, losses: Iterable[Loss] = ()) -> None:
        """Notes that a follow-up was done."""

    def follow_up_failed(self, owed: Owed, reason: str) -> None:
        """Notes why a follow-up could not be done; it stays owed."""

    def withheld(self) -> Iterator[Owed]:
        """Gives what is not archived because a record that could not go points at it."""

    def ids(self, kind: str, states: Collection[State]) -> Iterator[str]:
        """Gives the source ids of a kind's records in any of some states."""

    def identities(self, kind: str) -> Iterator[tuple[str, str]]:
        """Gives pairs of source id and destination id of a kind's records that arrived."""

    def counts(self) -> Mapping[str, Mapping[State, int]]:
        """Returns how many records of each kind stand in each state."""

    def losses(self) -> Sequence[tuple[str, str, str, int]]:
        """Returns kind, field, reason and number of records of everything that could not be carried."""

    def set_aside(self) -> Iterator[tuple[Ref[Any], Entry]]:
        """Gives the records that could not go."""

    def loss_rows(self) -> Iterator[tuple[str, str, str, str]]:
        """Gives kind, source id, field and reason of each loss."""

    def follow_ups_failed(self) -> Iterator[tuple[Owed, str]]:
        """Gives the follow-ups that could not be done, each with its reason."""
