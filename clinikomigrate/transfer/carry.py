"""The life of one record, from the intent in the journal to its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import (
    ApiError,
    Error,
    JournalError,
    OutcomeUnknown,
    Unauthorized,
    Unprocessable,
    Unsupported,
)
from clinikomigrate.transfer.follow_ups import Change, CheckFile, FollowUp
from clinikomigrate.transfer.journal import Entry, Journal, Owed, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Mapped
from clinikomigrate.transfer.patience import Patience, Stopped
from clinikomigrate.transfer.resolve import Blocks, NeedsWhatDoesNotGo, Resolver
from clinikomigrate.transfer.sink import Made, Present, Sink
from clinikomigrate.wire.clock import Clock

_LATE = 10.0
_SECOND_THOUGHTS = timedelta(seconds=2)
_TRIES = 5
_ONESELF = "after a merge of patients it would point from a patient to the same one"


class Unsure(Exception):  # noqa: N818 - it is no error: it says that a look-up did not come about
    """A write's fate is still not known, because the look-up failed.

    Args:
        error: What went wrong.
        since: The destination's time at the first intent.
    """

    def __init__(self, error: Error, since: datetime | None) -> None:
        super().__init__(error)
        self.error = error
        self.since = since


@attrs.frozen
class Cargo:
    """A record that is ready to be written.

    Attributes:
        ref: The source's record.
        entity: The record itself.
        draft: What is to be written, with the destination's ids.
        losses: What had to be left out.
        follow_ups: What it needs afterwards.
        since: For a doubtful record: the destination's time at its first intent.
        doubtful: Whether an earlier write's fate is not known.
        present: What the destination made by itself for it.
        adopted: The id of what stands in the destination for it already.
    """

    ref: Ref[Any]
    entity: Any
    draft: Any
    losses: tuple[Loss, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    since: datetime | None = None
    doubtful: bool = False
    present: Present | None = None
    adopted: str | None = None


class Carrier:
    """Carries records over: intent, write, look-up where the fate is unknown, outcome.

    Args:
        sink: Writes.
        journal: Remembers.
        resolver: Turns refs into ids.
        clock: Tells the time.
        patience: Waits out a lost connection.
    """

    def __init__(self, sink: Sink, journal: Journal, resolver: Resolver, clock: Clock, patience: Patience) -> None:
        self._sink = sink
        self._journal = journal
        self._resolver = resolver
        self._clock = clock
        self._patience = patience

    def load(self, ref: Ref[Any], entity: Any, mapped: Mapped[Any], entry: Entry | None) -> Cargo | Entry:
        """Makes a mapped record ready.

        Returns:
            The record with ids in its draft, or the entry that was settled because it can't go.
        """
        doubt = entry if entry is not None and entry.state.doubtful else None
        try:
            draft, missing = self._patience.through(lambda: self._resolver.draft(mapped.draft, entity))
        except Blocks as blocked:
            reason = f"waits for {blocked.ref.kind} {blocked.ref.id}, which could not go"
            return self.set_aside(ref, entity, Entry(State.BLOCKED, reason=reason), doubt)
        except NeedsWhatDoesNotGo as needs:
            return self.leave(ref, entity, f"its {needs.field.removesuffix('_id')} does not go", doubt)
        except Error as error:
            _stop_if_general(error)
            return self.set_aside(ref, entity, Entry(State.FAILED, reason=explain(error)), doubt)
        if _collapsed(ref.kind, mapped.draft, draft):
            return self.leave(ref, entity, _ONESELF, doubt)
        losses = (*mapped.losses, *missing)
        since = doubt.since if doubt else None
        return Cargo(ref, entity, draft, losses, mapped.follow_ups, since, doubt is not None)

    def leave(self, ref: Ref[Any], entity: Any, reason: str, doubt: Entry | None = None) -> Entry:
        """Notes that a record does not go, and is lost as a whole."""
        entry = Entry(State.SKIPPED, reason=reason)
        if doubt is not None:
            return self.set_aside(ref, entity, entry, doubt)
        return self.settle(ref, entry, (Loss("record", reason),))

    def settle(
        self, ref: Ref[Any], entry: Entry, losses: Sequence[Loss] = (), follow_ups: Sequence[FollowUp] = ()
    ) -> Entry:
        """Notes an outcome."""
        self._journal.settle(ref, entry, losses, [(each.stage, each.name) for each in follow_ups])
        return entry

    def set_aside(self, ref: Ref[Any], entity: Any, entry: Entry, doubt: Entry | None = None) -> Entry:
        """Notes that a record could not go; what it points at is not archived until it can.

        Args:
            ref: The source's record.
            entity: The record itself.
            entry: Why it could not go.
            doubt: What was known of an earlier write whose fate is not known; it stays so until it is looked up.
        """
        if doubt is not None:
            entry = Entry(
                State.INTENT, reason=f"in doubt whether it is there already; {entry.reason}", since=doubt.since
            )
        self._journal.settle(ref, entry, waiting_for=self._resolver.pointed_at(entity))
        return entry

    def carry(self, cargo: Cargo) -> Entry:
        """Writes one record, once.

        Returns:
            Its outcome.

        Raises:
            Stopped: The run can't go on.
        """
        doubt = Entry(State.INTENT, since=cargo.since) if cargo.doubtful else None
        try:
            if cargo.present is not None and self._is_free(cargo, cargo.present.id):
                return self._take_present(cargo, cargo.present)
            if cargo.adopted is not None and self._is_free(cargo, cargo.adopted):
                losses = (*cargo.losses, *self._sink.unread(cargo.draft))
                return self.settle(cargo.ref, Entry(State.ADOPTED, cargo.adopted), losses)
            return self._make(cargo)
        except Unsupported as error:
            return self.leave(cargo.ref, cargo.entity, explain(error), doubt)
        except Unsure as unsure:
            _stop_if_general(unsure.error)
            failed = Entry(State.FAILED, reason=explain(unsure.error))
            return self.set_aside(cargo.ref, cargo.entity, failed, Entry(State.INTENT, since=unsure.since))
        except Error as error:
            _stop_if_general(error)
            return self.set_aside(cargo.ref, cargo.entity, Entry(State.FAILED, reason=explain(error)))

    def _is_free(self, cargo: Cargo, id: str) -> bool:
        """Says whether a record of the destination stands for none of the source yet."""
        return not self._journal.holds(cargo.ref.kind, id)

    def _take_present(self, cargo: Cargo, present: Present) -> Entry:
        if not present.same:
            refused = self._patience.through(lambda: tuple(self._sink.update(present.id, cargo.draft) or ()))
        else:
            refused = ()
        changes = [each for each in cargo.follow_ups if isinstance(each, Change)]
        return self.settle(cargo.ref, Entry(State.ADOPTED, present.id), (*cargo.losses, *refused), changes)

    def _make(self, cargo: Cargo) -> Entry:
        since = cargo.since if cargo.doubtful else self._since()
        if cargo.doubtful and (known := self._look(cargo, since)) is not None:
            return known
        self._journal.intend(cargo.ref, since)
        for _ in range(_TRIES):
            try:
                made = self._patience.through(lambda: self._sink.create(cargo.draft))
            except OutcomeUnknown:
                self._clock.sleep_until(self._clock.monotonic() + _LATE)
                if (known := self._look(cargo, since)) is not None:
                    return known
                continue
            if isinstance(made, str):
                made = Made(made)
            return self._made(cargo, made)
        silent = Entry(State.FAILED, reason=f"{_TRIES} times the destination gave no answer")
        return self.set_aside(cargo.ref, cargo.entity, silent, Entry(State.INTENT, since=since))

    def _made(self, cargo: Cargo, made: Made) -> Entry:
        losses = (*cargo.losses, *made.losses)
        return self.settle(cargo.ref, Entry(State.CREATED, made.id), losses, cargo.follow_ups)

    def _since(self) -> datetime | None:
        now = self._sink.server_now()
        return None if now is None else now.replace(microsecond=0) - _SECOND_THOUGHTS

    def _look(self, cargo: Cargo, since: datetime | None) -> Entry | None:
        """Looks in the destination for what a write of unknown fate may have made."""
        try:
            found = self._patience.through(lambda: self._sink.find(cargo.draft, since))
            fresh = [id for id in found if not self._journal.holds(cargo.ref.kind, id)]
            if not fresh:
                return None
            if len(fresh) == 1:
                lost = self._patience.through(lambda: tuple(self._sink.lost(cargo.draft, fresh[0])))
                return self._made(cargo, Made(fresh[0], lost))
        except JournalError:
            raise
        except Error as error:
            raise Unsure(error, since) from None
        reason = (
            f"the destination holds {len(fresh)} records that could be it: {', '.join(fresh)}. Archive there what is "
            "not the copy, and run again"
        )
        return self.set_aside(cargo.ref, cargo.entity, Entry(State.CONFLICT, reason=reason, since=since))

    def finish(self, owed: Owed, follow_up: FollowUp, entity: Any) -> bool:
        """Does one follow-up.

        Returns:
            Whether it was done.

        Raises:
            Stopped: The run can't go on.
        """
        try:
            ready, losses = self._patience.through(lambda: self._ready(follow_up, entity))
            if ready is not None:
                self._patience.through(lambda: self._sink.finish(owed.kind, owed.destination_id, ready))
        except (Blocks, NeedsWhatDoesNotGo):
            self._journal.follow_up_failed(owed, "waits for a record that could not go")
            return False
        except Error as error:
            _stop_if_general(error)
            self._journal.follow_up_failed(owed, explain(error))
            return False
        self._journal.follow_up_done(owed, losses)
        return True

    def _ready(self, follow_up: FollowUp, entity: Any) -> tuple[FollowUp | None, tuple[Loss, ...]]:
        if isinstance(follow_up, Change):
            draft, losses = self._resolver.draft(follow_up.draft, entity)
            given = any(value is not UNSET for value in attrs.asdict(draft, recurse=False).values())
            return attrs.evolve(follow_up, draft=draft) if given else None, losses
        if isinstance(follow_up, CheckFile):
            return attrs.evolve(follow_up, file=self._resolver.file(entity)), ()
        return follow_up, ()


def _collapsed(kind: str, mapped: Any, resolved: Any) -> bool:
    """Says whether a record would point from a patient to the same one, because two were merged."""
    apart = KINDS[kind].apart
    if apart is None:
        return False
    here, there = (getattr(mapped, name) for name in apart)
    if not (isinstance(here, Ref) and isinstance(there, Ref) and here.kind == there.kind):
        return False
    return bool(getattr(resolved, apart[0]) == getattr(resolved, apart[1]))


def explain(error: Error) -> str:
    """Says what went wrong, in words that hold no record's text, and what to do."""
    if isinstance(error, Unprocessable):
        fields = f": {', '.join(sorted(error.fields))}" if error.fields else ""
        return f"the destination refused it{fields}. Mend it in the source or by a mapper of your own, and run again"
    return str(error)


def _stop_if_general(error: Error) -> None:
    if isinstance(error, Unauthorized):
        raise Stopped(f"a key is no longer accepted ({error})") from None
    if isinstance(error, JournalError):
        raise Stopped(str(error)) from None
    if isinstance(error, ApiError) and error.status in (402, 507):
        raise Stopped(f"the account takes no more ({error})") from None
