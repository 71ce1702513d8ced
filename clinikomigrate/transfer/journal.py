"""The durable memory of one transfer: intents, outcomes, identities. Ids and states, never a record's text."""

from __future__ import annotations

import enum
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import JournalCorrupt
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
    AMBIGUOUS = "ambiguous"
    """It was never written, for it is not clear who of the destination it is. It is looked at again by the next run."""

    UNDONE = "undone"
    """The transfer had made it, and took it back. The next run makes it anew."""

    @property
    def doubtful(self) -> bool:
        """Whether the destination may hold a record that the journal has no id of."""
        return self in DOUBTFUL

    @property
    def arrived(self) -> bool:
        """Whether the destination holds the record."""
        return self in _ARRIVED


_ARRIVED = frozenset({State.CREATED, State.ADOPTED})
DOUBTFUL: Final = (State.INTENT, State.CONFLICT)
"""The states of records of which the destination may hold a copy that the journal has no id of."""
SET_ASIDE = (State.FAILED, State.BLOCKED, State.CONFLICT, State.AMBIGUOUS, State.INTENT)
"""The states of records that could not go."""


@attrs.frozen
class Imprint:
    """What tells, later, whether a record is still what it was when it was carried. Each is keyed.

    Attributes:
        seen: Of the source's record.
        meant: Of the draft that the mapper made of it, and behind that the names of what it says.
        needed: Of the follow-ups.
        written: Of what the destination answered to what was written; None where that isn't known.
        file: Of a file's content, once it was compared; None for what is no file.
    """

    seen: bytes = attrs.field(repr=False)
    meant: bytes = attrs.field(repr=False)
    needed: bytes = attrs.field(repr=False)
    written: bytes | None = attrs.field(default=None, repr=False)
    file: bytes | None = attrs.field(default=None, repr=False)


@attrs.frozen
class Entry:
    """What the journal knows of one record.

    Attributes:
        state: Where it stands.
        destination_id: The destination's id, once it is there.
        reason: Why it was skipped or set aside; of a record that arrived, why a later change did not go.
        instead: The source record that others are to point at instead (after a merge).
        since: For an intent: the destination's time when the write was about to leave (aware, UTC).
        digest: For an intent: the digest of what was about to leave, and behind it the names of what that says.
        imprint: For a record that arrived: what tells whether it is still what it was. For one that is skipped for
            what it is: only what was seen of it.
    """

    state: State
    destination_id: str | None = None
    reason: str | None = None
    instead: Ref[Any] | None = None
    since: datetime | None = None
    digest: bytes | None = None
    imprint: Imprint | None = None

    @property
    def written(self) -> bytes | None:
        """The digest of what the destination answered to what was written; None where that isn't known."""
        return None if self.imprint is None else self.imprint.written


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


@attrs.frozen
class FollowUpRow:
    """A follow-up, owed or done.

    Attributes:
        source_id: The record's id in the source.
        stage: When it is due.
        name: Its name.
        done: Whether it was done.
    """

    source_id: str
    stage: Stage
    name: str
    done: bool


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

    @property
    def key(self) -> bytes:
        """The secret of 32 bytes with which this journal's imprints are keyed. It never changes."""

    def bind(self, source: str, destination: str) -> None:
        """Binds a new journal to its pair of accounts, and checks an old one.

        Raises:
            JournalForeign: It belongs to another pair.
        """

    def accounts(self) -> tuple[str, str] | None:
        """Returns the pair of accounts that it is bound to, source and destination; None where it is new."""

    def note(self, name: str, text: str) -> None:
        """Keeps a text under a name; what stood there is replaced. No record's text is ever kept so."""

    def noted(self, name: str) -> str | None:
        """Returns what is kept under a name, or None."""

    def notes(self, beginning: str) -> Iterator[tuple[str, str]]:
        """Gives name and text of all that is kept under names with a beginning, in the order of the names."""

    def entry(self, ref: Ref[Any]) -> Entry | None:
        """Returns what is known of a record, or None."""

    def entries(self, kind: str, ids: Collection[str]) -> Mapping[str, Entry]:
        """Returns what is known of several records of a kind, by source id."""

    def intend(self, ref: Ref[Any], since: datetime | None, digest: bytes | None = None) -> None:
        """Notes that a write is about to leave.

        Args:
            ref: The source's record.
            since: The destination's time.
            digest: The digest of what is about to leave, by which the next run tells whether it still says the same.
        """

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
        """Says whether a record of the destination stands for a record of the source; what was taken back does not."""

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

    def renew(self, ref: Ref[Any], follow_ups: Iterable[tuple[Stage, str]]) -> None:
        """Notes that a change of a record that arrived is about to leave, all or nothing.

        What the destination held before stays known until the change is settled: whoever goes on after a run that ended
        in between finds that, or what was to be written, or what somebody edited.

        Args:
            ref: The source's record.
            follow_ups: What is owed to it again.
        """

    def remark(self, ref: Ref[Any], reason: str | None) -> None:
        """Notes why a later change of a record that arrived did not go; None forgets it."""

    def is_done(self, ref: Ref[Any], stage: Stage) -> bool:
        """Says whether a follow-up of a stage was done to a record, and is not owed again."""

    def forget(self, ref: Ref[Any], stage: Stage) -> None:
        """Forgets that follow-ups of a stage were done to a record, or are owed to it."""

    def follow_ups(self, kind: str) -> Iterator[FollowUpRow]:
        """Gives all follow-ups of a kind's records, those that are done too."""

    def finished(self, kind: str, ids: Collection[str], stage: Stage) -> Mapping[str, Collection[str]]:
        """Returns which follow-ups of a stage were done for records of a kind, by source id."""

    def follow_up_done(
        self, owed: Owed, losses: Iterable[Loss] = (), written: bytes | None = None, file: bytes | None = None
    ) -> None:
        """Notes that a follow-up was done.

        Args:
            owed: The follow-up.
            losses: What was lost.
            written: The digest of what the record is now, where the follow-up changed that.
            file: The digest of a file's content, where the follow-up compared it.
        """

    def waive(self, owed: Owed) -> None:
        """Notes that a follow-up is owed no more, though it was not done."""

    def follow_up_failed(self, owed: Owed, reason: str) -> None:
        """Notes why a follow-up could not be done; it stays owed."""

    def withheld(self) -> Iterator[Owed]:
        """Gives what is not archived because a record that could not go points at it."""

    def ids(self, kind: str, states: Collection[State]) -> Iterator[str]:
        """Gives the source ids of a kind's records in any of some states."""

    def unfinished(self, kind: str, reasons: Collection[str]) -> Iterator[str]:
        """Gives the source ids of a kind's records that the next run must look at though they didn't change.

        Those are the records that could not go, that were taken back, and that do not go for a reason that lies not in
        themselves (skipped without an imprint); and of those that arrived the ones of which a later change did not go
        (they have a reason, or are not seen in their imprint), and that lost something for any of some reasons.

        Args:
            kind: The record kind.
            reasons: Reasons of losses.
        """

    def identities(self, kind: str) -> Iterator[tuple[str, str]]:
        """Gives pairs of source id and destination id of a kind's records that arrived."""

    def counts(self) -> Mapping[str, Mapping[State, int]]:
        """Returns how many records of each kind stand in each state."""

    def losses(self) -> Sequence[tuple[str, str, str, int]]:
        """Returns kind, field, reason and number of records of everything that could not be carried."""

    def lost(self, kind: str, ids: Collection[str], reasons: Collection[str]) -> Mapping[str, Collection[str]]:
        """Returns which fields records of a kind lost for any of some reasons, by source id."""

    def regained(
        self,
        ref: Ref[Any],
        fields: Collection[str],
        reasons: Collection[str],
        instead: str | None = None,
        written: bytes | None = None,
    ) -> None:
        """Takes back what a record lost for any of some reasons, all or nothing.

        Args:
            ref: The source's record.
            fields: What it lost.
            reasons: Why it lost that.
            instead: Why it is lost for good; None where the record has those fields now.
            written: The digest of what the record is now, where that changed and nobody else had edited it.
        """

    def lost_fields(self, ref: Ref[Any]) -> Collection[str]:
        """Returns the fields that a record lost, for whatever reason."""

    def source_of(self, kind: str, destination_id: str) -> str | None:
        """Returns the source id of the record that one of the destination stands for, or None."""

    def skipped(self) -> Sequence[tuple[str, str, int]]:
        """Returns kind, reason and number of records of all that do not go, as it should be."""

    def set_aside(self) -> Iterator[tuple[Ref[Any], Entry]]:
        """Gives the records that could not go, and those that arrived and of which a later change did not go."""

    def loss_rows(self, kind: str | None = None) -> Iterator[tuple[str, str, str, str]]:
        """Gives kind, source id, field and reason of each loss, those of one record together.

        Args:
            kind: Only those of this kind's records.
        """

    def follow_ups_failed(self) -> Iterator[tuple[Owed, str]]:
        """Gives the follow-ups that could not be done, each with its reason."""


def noted_values(journal: Journal, name: str) -> Mapping[str, Any]:
    """Returns the values that are kept under a name, as JSON; none where nothing is.

    Args:
        journal: Keeps them.
        name: The name.

    Raises:
        JournalCorrupt: What is kept there is damaged.
    """
    try:
        values = json.loads(journal.noted(name) or "{}")
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise JournalCorrupt(
            f"What the journal {journal!r} holds under {name!r} can't be read: the file is damaged. Put back a copy of "
            "it, or start a new journal in an empty destination."
        )
    return values
