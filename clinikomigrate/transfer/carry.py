"""The life of one record, from the intent in the journal to its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

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
from clinikomigrate.transfer.imprints import digest, of_entity, of_follow_ups, of_state
from clinikomigrate.transfer.journal import Entry, Imprint, Journal, Owed, State
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
LEFT: Final = "the destination's record was there before, does not say the same, and was left as it is"
"""The reason of a loss: nothing is overwritten of what was in the destination before."""
_ONESELF = "after a merge of patients it would point from a patient to the same one"


CHANGED: Final = (
    "it was changed in the source, or is mapped in another way, while it was in doubt, and of these records in the "
    "destination any could be the copy of how it was: {}. Archive there the one that is, or take the change back; then "
    "run again"
)
"""The reason of a conflict, with ids."""


_OUTDATED: Final = Imprint(b"", b"", b"")
"""The imprint of a record of which only this is known: it is not what the source says now."""


class Unsure(Exception):  # noqa: N818 - it is no error: it says that a look-up did not come about
    """A write's fate is still not known, because the look-up failed.

    Args:
        error: What went wrong.
        doubt: The intent that is still open.
    """

    def __init__(self, error: Error, doubt: Entry) -> None:
        super().__init__(error)
        self.error = error
        self.doubt = doubt


@attrs.frozen
class Cargo:
    """A record that is ready to be written.

    Attributes:
        ref: The source's record.
        entity: The record itself.
        draft: What is to be written, with the destination's ids.
        losses: What had to be left out.
        follow_ups: What it needs afterwards.
        doubt: The intent of an earlier write whose fate is not known, if there was one.
        present: What the destination made by itself for it.
        adopted: The id of what stands in the destination for it already.
        imprint: What tells, later, whether it is still what it is now.
        again: Whether an earlier run left it behind.
        untouched: Whether what is present was there before the transfer, and so is left as it is.
        looked_for: Whether it was looked for among what was there before, and is not there.
    """

    ref: Ref[Any]
    entity: Any
    draft: Any
    losses: tuple[Loss, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    doubt: Entry | None = None
    present: Present | None = None
    adopted: str | None = None
    imprint: Imprint | None = None
    again: bool = False
    untouched: bool = False
    looked_for: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether an earlier write's fate is not known."""
        return self.doubt is not None


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
        self._key = journal.key
        self._begun = clock.monotonic()

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
            stop_if_general(error)
            return self.set_aside(ref, entity, Entry(State.FAILED, reason=explain(error)), doubt)
        if _collapsed(ref.kind, mapped.draft, draft):
            return self.leave(ref, entity, _ONESELF, doubt)
        losses = (*mapped.losses, *missing)
        return Cargo(
            ref,
            entity,
            draft,
            losses,
            mapped.follow_ups,
            doubt,
            imprint=imprint_of(self._key, entity, mapped),
            again=entry is not None and entry.state is State.SKIPPED,
        )

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
            reason = f"in doubt whether it is there already; {entry.reason}"
            entry = attrs.evolve(doubt, state=State.INTENT, reason=reason)
        self._journal.settle(ref, entry, waiting_for=self._resolver.pointed_at(entity))
        return entry

    def carry(self, cargo: Cargo) -> Entry:
        """Writes one record, once.

        Returns:
            Its outcome.

        Raises:
            Stopped: The run can't go on.
        """
        try:
            if cargo.present is not None and self._is_free(cargo, cargo.present.id):
                return self._take_present(cargo, cargo.present)
            if cargo.adopted is not None and self._is_free(cargo, cargo.adopted):
                losses = (*cargo.losses, *self._sink.unread(cargo.draft))
                return self.settle(cargo.ref, self._arrived(cargo, State.ADOPTED, Made(cargo.adopted)), losses)
            return self._make(cargo)
        except Unsupported as error:
            return self.leave(cargo.ref, cargo.entity, explain(error), cargo.doubt)
        except Unsure as unsure:
            stop_if_general(unsure.error)
            failed = Entry(State.FAILED, reason=explain(unsure.error))
            return self.set_aside(cargo.ref, cargo.entity, failed, unsure.doubt)
        except Error as error:
            stop_if_general(error)
            return self.set_aside(cargo.ref, cargo.entity, Entry(State.FAILED, reason=explain(error)))

    def _is_free(self, cargo: Cargo, id: str) -> bool:
        """Says whether a record of the destination stands for none of the source yet."""
        return not self._journal.holds(cargo.ref.kind, id)

    def _take_present(self, cargo: Cargo, present: Present) -> Entry:
        if cargo.untouched:
            there = self._arrived(cargo, State.ADOPTED, Made(present.id))
            return self.settle(cargo.ref, there, (*cargo.losses, *left(present.differs)))
        made = None
        if not present.same:
            made = self._patience.through(lambda: self._sink.update(present.id, cargo.draft))
        made = made or Made(present.id)
        needs = of_adopted(cargo.follow_ups)
        return self.settle(cargo.ref, self._arrived(cargo, State.ADOPTED, made), (*cargo.losses, *made.losses), needs)

    def _arrived(self, cargo: Cargo, state: State, made: Made) -> Entry:
        assert cargo.imprint is not None  # noqa: S101 - load() makes them
        return Entry(state, made.id, imprint=attrs.evolve(cargo.imprint, written=self._written(made.record)))

    def _written(self, record: Any) -> bytes | None:
        """Returns the digest of a record as the destination answered it."""
        return None if record is None else of_state(self._key, self._sink.state(record))

    def _make(self, cargo: Cargo) -> Entry:
        if cargo.doubt is not None:
            self._clock.sleep_until(self._begun + _LATE)  # a process that was killed may have a request under way still
            known = self._look(cargo, cargo.doubt) or self._look_for_what_it_was(cargo, cargo.doubt)
            if known is not None:
                return known
        since = self._since() if cargo.doubt is None else cargo.doubt.since
        doubt = Entry(State.INTENT, since=since, digest=digest(self._key, cargo.draft))
        self._journal.intend(cargo.ref, doubt.since, doubt.digest)
        for _ in range(_TRIES):
            try:
                made = self._patience.through(lambda: self._sink.create(cargo.draft))
            except OutcomeUnknown:
                self._clock.sleep_until(self._clock.monotonic() + _LATE)
                if (known := self._look(cargo, doubt)) is not None:
                    return known
                continue
            if isinstance(made, str):
                made = Made(made)
            return self._made(cargo, made)
        silent = Entry(State.FAILED, reason=f"{_TRIES} times the destination gave no answer")
        return self.set_aside(cargo.ref, cargo.entity, silent, doubt)

    def _made(self, cargo: Cargo, made: Made) -> Entry:
        losses = (*cargo.losses, *made.losses)
        return self.settle(cargo.ref, self._arrived(cargo, State.CREATED, made), losses, cargo.follow_ups)

    def _since(self) -> datetime | None:
        now = self._sink.server_now()
        return None if now is None else now.replace(microsecond=0) - _SECOND_THOUGHTS

    def _look(self, cargo: Cargo, doubt: Entry) -> Entry | None:
        """Looks in the destination for what a write of unknown fate may have made."""
        with _unsure(doubt):
            found = self._patience.through(lambda: self._sink.find(cargo.draft, doubt.since))
            fresh = [id for id in found if not self._journal.holds(cargo.ref.kind, id)]
            if not fresh:
                return None
            lost = (
                self._patience.through(lambda: tuple(self._sink.lost(cargo.draft, fresh[0]))) if len(fresh) == 1 else ()
            )
        if len(fresh) == 1:
            made = Made(fresh[0], lost)
            same = doubt.digest in (None, digest(self._key, cargo.draft))
            return self._made(cargo, made) if same else self._catch_up(cargo, made)
        reason = (
            f"the destination holds {len(fresh)} records that could be it: {', '.join(fresh)}. Archive there what is "
            "not the copy, and run again"
        )
        return self._conflict(cargo, doubt, reason)

    def _catch_up(self, cargo: Cargo, made: Made) -> Entry:
        """Brings over what a record says now, which was found as it was when its write was in doubt."""
        entry = self._made(
            attrs.evolve(cargo, imprint=_OUTDATED), made
        )  # whatever happens, a later run sees the change
        try:
            changed = self._patience.through(lambda: self._sink.update(made.id, cargo.draft)) or Made(made.id)
        except Error as error:
            stop_if_general(error)
            self._journal.remark(cargo.ref, explain(error))
            return entry
        return self._made(cargo, attrs.evolve(changed, losses=(*made.losses, *changed.losses)))

    def _look_for_what_it_was(self, cargo: Cargo, doubt: Entry) -> Entry | None:
        """Looks for what a write of unknown fate may have made of a record that says something else by now."""
        if doubt.digest in (None, digest(self._key, cargo.draft)):
            return None
        try:
            with _unsure(doubt):
                found = self._patience.through(lambda: self._sink.find_changed(cargo.draft, doubt.since))
        except NotImplementedError:
            return None
        fresh = [id for id in found if not self._journal.holds(cargo.ref.kind, id)]
        return self._conflict(cargo, doubt, CHANGED.format(", ".join(fresh))) if fresh else None

    def _conflict(self, cargo: Cargo, doubt: Entry, reason: str) -> Entry:
        conflict = attrs.evolve(doubt, state=State.CONFLICT, reason=reason)
        return self.set_aside(cargo.ref, cargo.entity, conflict)

    def finish(self, owed: Owed, follow_up: FollowUp, entity: Any) -> bool:
        """Does one follow-up.

        Returns:
            Whether it was done.

        Raises:
            Stopped: The run can't go on.
        """
        record = None
        try:
            ready, losses = self._patience.through(lambda: self._ready(follow_up, entity))
            if ready is not None:
                record = self._patience.through(lambda: self._sink.finish(owed.kind, owed.destination_id, ready))
        except (Blocks, NeedsWhatDoesNotGo):
            self._journal.follow_up_failed(owed, "waits for a record that could not go")
            return False
        except Error as error:
            stop_if_general(error)
            self._journal.follow_up_failed(owed, explain(error))
            return False
        if isinstance(follow_up, CheckFile):
            self._journal.follow_up_done(owed, losses, file=None if record is None else digest(self._key, record))
        else:
            self._journal.follow_up_done(owed, losses, self._written(record))
        return True

    def _ready(self, follow_up: FollowUp, entity: Any) -> tuple[FollowUp | None, tuple[Loss, ...]]:
        if isinstance(follow_up, Change):
            draft, losses = self._resolver.draft(follow_up.draft, entity)
            given = any(value is not UNSET for value in attrs.asdict(draft, recurse=False).values())
            return attrs.evolve(follow_up, draft=draft) if given else None, losses
        if isinstance(follow_up, CheckFile):
            return attrs.evolve(follow_up, file=self._resolver.file(entity)), ()
        return follow_up, ()


def of_adopted(follow_ups: Sequence[FollowUp]) -> tuple[FollowUp, ...]:
    """Returns what a record needs that came along with another one: that is what is cancelled and archived."""
    return tuple(each for each in follow_ups if isinstance(each, Change))


def imprint_of(key: bytes, entity: Any, mapped: Mapped[Any]) -> Imprint:
    """Returns what tells, later, whether a record is still what it was.

    Args:
        key: The journal's key.
        entity: The source's record (`Any`: of whatever kind).
        mapped: What the mapper made of it.
    """
    return Imprint(of_entity(key, entity), digest(key, mapped.draft), of_follow_ups(key, mapped.follow_ups))


@contextmanager
def _unsure(doubt: Entry) -> Iterator[None]:
    """Says of a look-up that fails that the record stays in doubt."""
    try:
        yield
    except JournalError:
        raise
    except Error as error:
        raise Unsure(error, doubt) from None


def _collapsed(kind: str, mapped: Any, resolved: Any) -> bool:
    """Says whether a record would point from a patient to the same one, because two were merged."""
    apart = KINDS[kind].apart
    if apart is None:
        return False
    here, there = (getattr(mapped, name) for name in apart)
    if not (isinstance(here, Ref) and isinstance(there, Ref) and here.kind == there.kind):
        return False
    return bool(getattr(resolved, apart[0]) == getattr(resolved, apart[1]))


def left(names: Iterable[str]) -> tuple[Loss, ...]:
    """Says what a record of the destination does not hold that was there before.

    Args:
        names: The draft's attributes.
    """
    return tuple(Loss(name.removesuffix("_id"), LEFT) for name in names)


def explain(error: Error) -> str:
    """Says what went wrong, in words that hold no record's text, and what to do."""
    if isinstance(error, Unprocessable):
        fields = f": {', '.join(sorted(error.field_names))}" if error.fields else ""
        return f"the destination refused it{fields}. Mend it in the source or by a mapper of your own, and run again"
    return str(error)


def stop_if_general(error: Error) -> None:
    """Ends the run where what went wrong is wrong with the account or the machine, and not with one record.

    Raises:
        Stopped: The run can't go on.
    """
    if isinstance(error, Unauthorized):
        raise Stopped(f"a key is no longer accepted ({error})") from None
    if isinstance(error, JournalError):
        raise Stopped(str(error)) from None
    if isinstance(error, ApiError) and error.status in (402, 507):
        raise Stopped(f"the account takes no more ({error})") from None
