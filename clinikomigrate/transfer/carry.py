"""The life of one record, from the intent in the journal to its outcome."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import (
    ApiError,
    ArchiveError,
    Error,
    JournalError,
    OutcomeUnknown,
    Unauthorized,
    Unprocessable,
    Unsupported,
)
from clinikomigrate.transfer.follow_ups import Archiving, Change, CheckFile, FollowUp, Unmute
from clinikomigrate.transfer.fresh import Fresh
from clinikomigrate.transfer.imprints import of_draft, of_entity, of_follow_ups, only_names
from clinikomigrate.transfer.journal import Entry, Imprint, Journal, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Fetch, Mapped
from clinikomigrate.transfer.patience import Patience, Stopped
from clinikomigrate.transfer.phrases import listed
from clinikomigrate.transfer.reading_again import read_again
from clinikomigrate.transfer.refusals import archived_meanwhile, no_seat
from clinikomigrate.transfer.resolve import Blocks, NeedsWhatDoesNotGo, Resolver, with_parts
from clinikomigrate.transfer.sent_last import SentLast
from clinikomigrate.transfer.sink import Made, Present, Sink
from clinikomigrate.transfer.there_before import ThereBefore
from clinikomigrate.transfer.written import Written, gone
from clinikomigrate.wire.clock import Clock

LATE: Final = 10.0
"""For how many seconds a request may still be carried out whose sender gave it up, or was killed."""
_SECOND_THOUGHTS = timedelta(seconds=2)
_TRIES = 5
LEFT: Final = "the destination's record was there before, does not say the same, and was left as it is"
"""The reason of a loss: nothing is overwritten of what was in the destination before."""
_ONESELF = "after a merge of patients it would point from a patient to the same one"
_ANOTHER = "after a merge of patients another one says it in the destination, which takes one for each pair"


CHANGED: Final = (
    "it was changed in the source, or is mapped in another way, while it was in doubt, and of these records in the "
    "destination any could be the copy of how it was: {}. Archive there the one that is, or take the change back; then "
    "run again"
)
"""The reason of a conflict, with ids."""


ARCHIVED_THERE: Final = (
    "its {} is archived in the destination, which takes nothing new for it: take it out of the archive there and run "
    "again, or leave this record out by a mapper of your own"
)
"""Why a record was refused, with the name of what it belongs to."""

LEFT_OUT: Final = (
    "it does not go by now ({}), and its write may have come about before; of these records in the destination any "
    "could be it: {}. Archive there the one that is, or let the record go again; then run again"
)
"""The reason of a conflict, with why the record does not go, and ids."""

NOT_LOOKED_FOR: Final = (
    "{}, so that no run looks for it. Look for it in the destination, and archive it there if it is not wanted; or let "
    "it go again, and run: that looks before it sends"
)
"""Why nobody knows whether a record is there, with why it does not go by now."""

NOT_CHOSEN: Final = "its write never came about, and the filter does not choose it any more"
"""Why a record does not go that was in doubt and is not there."""

WAITS: Final = (
    "waits for {} {}, of which it is not known whether it is there: one look-up would find both, so run again once "
    "that is settled"
)
"""Why a record was not sent, with kind and id of the one that looks the same."""

_BEHIND: Final = "it changed in the source while it was in doubt, and the run ended before the change was brought over"
CHANGED_AND_EDITED: Final = (
    "it has changed in the source since, and was edited in the destination too: bring the change over by hand"
)
"""Why a record was left as it stands, though the source says something else."""

_NOT_EMPTIED: Final = (
    "of its {} the source says nothing any more, or what the settings leave out by now, and the destination's API does "
    "not empty that: do it there by hand"
)
"""Why a record is set aside that still says what the source does not, with the names of that."""

EDITED: Final = b""
"""Stands for the digest of a record that may have been edited before it was known: it is that of no record."""

OUTDATED: Final = Imprint(b"", b"", b"")
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
        closed: Why the class that it is a seat in was not opened for it; None where it was, or had room.
        muted: Of a patient who was made of an earlier draft: in which ways that one muted.
        objection: Why what stands in the destination for it can't be taken as it is.
        goes: Whether it is sent where it isn't there; else it is only looked for.
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
    closed: str | None = None
    muted: frozenset[str] = frozenset()
    objection: str | None = None
    goes: bool = True

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
        fresh: Takes note of what is made.
        there_before: Remembers who was there before a write.
    """

    def __init__(
        self,
        sink: Sink,
        journal: Journal,
        resolver: Resolver,
        clock: Clock,
        patience: Patience,
        *,
        fresh: Fresh,
        there_before: ThereBefore,
    ) -> None:
        self._sink = sink
        self._journal = journal
        self._resolver = resolver
        self._clock = clock
        self._patience = patience
        self._fresh = fresh
        self._there_before = there_before
        self._sent_last = SentLast(sink, journal, patience)
        self._key = journal.key
        self._written = Written(sink, journal.key, patience)
        self._begun = clock.monotonic()
        self._in_doubt: dict[Hashable, Ref[Any]] = {}

    def load(self, ref: Ref[Any], entity: Any, mapped: Mapped[Any], entry: Entry | None) -> Cargo | Entry:
        """Makes a mapped record ready.

        Returns:
            The record with ids in its draft, or the entry that was settled because it can't go.
        """
        doubt = entry if entry is not None and entry.state.doubtful else None
        try:
            draft, missing = self._patience.through(lambda: self._resolver.draft(mapped.draft, entity))
            parts = self._patience.through(lambda: self._resolver.parts(mapped, entity))
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
            imprint=imprint_of(self._key, entity, mapped, parts),
            again=entry is not None and entry.state is State.SKIPPED,
        )

    def leave(self, ref: Ref[Any], entity: Any, reason: str, doubt: Entry | None = None) -> Entry:
        """Notes that a record does not go, and is lost as a whole."""
        entry, losses = Entry(State.SKIPPED, reason=reason), (Loss("record", reason),)
        if doubt is not None:
            return self.leave_out(ref, entity, entry, losses, doubt)
        return self.settle(ref, entry, losses)

    def leave_out(self, ref: Ref[Any], entity: Any, entry: Entry, losses: Sequence[Loss], doubt: Entry) -> Entry:
        """Notes that a record does not go any more, if nothing can have come of an earlier write of unknown fate.

        There is no draft to look for it with. So whatever was made since is told to a person, and nothing is guessed.

        Args:
            ref: The source's record.
            entity: The record itself.
            entry: Why it does not go.
            losses: What is lost because it doesn't.
            doubt: What was known of the earlier write.

        Returns:
            How it stands now.
        """
        try:
            found = self._made_since(ref, entity, doubt)
        except Unsure as unsure:
            stop_if_general(unsure.error)
            reason = f"{entry.reason}; {explain(unsure.error)}"
            return self.set_aside(ref, entity, attrs.evolve(entry, reason=reason), doubt)
        if found is None:
            reason = NOT_LOOKED_FOR.format(entry.reason)
            return self.set_aside(ref, entity, attrs.evolve(entry, reason=reason), doubt)
        if not found:
            return self.settle(ref, entry, losses)
        reason = LEFT_OUT.format(entry.reason, ", ".join(found))
        return self.set_aside(ref, entity, attrs.evolve(doubt, state=State.CONFLICT, reason=reason))

    def _made_since(self, ref: Ref[Any], entity: Any, doubt: Entry) -> list[str] | None:
        """Gives what the write may have made; None where the destination can't be asked."""
        since, patient = doubt.since, getattr(entity, "patient", None)
        there = self._resolver.arrived(patient) if isinstance(patient, Ref) else None
        if since is None:
            return None
        self._clock.sleep_until(self._begun + LATE)
        with _unsure(doubt):
            found = self._patience.through(
                lambda: self._sink.made_since(ref.kind, since, None if there is None else there[0])
            )
        return None if found is None else self._fresh_of(ref, found)

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
                there = self._arrived(cargo, State.ADOPTED, Made(cargo.adopted))
                return self.settle(cargo.ref, there, losses, [each for each in cargo.follow_ups if each.beside])
            return self._wait(cargo) or self._make(cargo)
        except Unsupported as error:
            return self.leave(cargo.ref, cargo.entity, explain(error), cargo.doubt)
        except Unsure as unsure:
            stop_if_general(unsure.error)
            return self._leave_in_doubt(cargo, explain(unsure.error), unsure.doubt)
        except Error as error:
            stop_if_general(error)
            reason = archived_meanwhile(error, cargo.entity, self._journal)
            reason = reason or self._archived_there(cargo.entity, error)
            reason = reason or no_seat(error, cargo.entity, self._journal, cargo.closed) or explain(error)
            return self.set_aside(cargo.ref, cargo.entity, Entry(State.FAILED, reason=reason))

    def _archived_there(self, entity: Any, error: Error) -> str | None:
        """Says of which record a refused one was to be, where that is in the destination's archive."""
        for name in error.field_names if isinstance(error, Unprocessable) else ():
            ref = getattr(entity, name, None)
            there = self._resolver.arrived(ref) if isinstance(ref, Ref) else None
            if there is not None:
                record = self._written.read(there[1].kind, there[0])
                if record is not None and self._sink.shows(Archiving(), record):
                    return ARCHIVED_THERE.format(name.replace("_", " "))
        return None

    def _is_free(self, cargo: Cargo, id: str) -> bool:
        """Says whether a record of the destination stands for none of the source yet."""
        return not self._journal.holds(cargo.ref.kind, id)

    def _take_present(self, cargo: Cargo, present: Present) -> Entry:
        if cargo.untouched:
            there = self._arrived(cargo, State.ADOPTED, Made(present.id))
            return self.settle(
                cargo.ref, there, (*cargo.losses, *left(cargo.entity, present.differs, self._sink.left_as_it_is))
            )
        made = None
        if not present.same:
            made = self._patience.through(lambda: self._sink.update(present.id, cargo.draft))
        made = made or Made(present.id, record=present.record)
        needs = of_adopted(cargo.follow_ups)
        entry = self._arrived(cargo, State.ADOPTED, made)
        if made.by_hand is not None:  # a later run sees the change again
            outdated = attrs.evolve(OUTDATED, written=self._written.of(present.record))
            entry = attrs.evolve(entry, reason=made.by_hand, imprint=outdated)
        return self.settle(cargo.ref, entry, (*cargo.losses, *made.losses), needs)

    def _arrived(self, cargo: Cargo, state: State, made: Made, written: bytes | None = None) -> Entry:
        assert cargo.imprint is not None  # noqa: S101 - load() makes them
        written = self._written.of(made.record) if written is None else written
        return Entry(state, made.id, imprint=attrs.evolve(cargo.imprint, written=written))

    def _wait(self, cargo: Cargo) -> Entry | None:
        """Sets a record aside that looks like one in doubt: what one made could be taken for what the other did."""
        other = self._in_doubt.get(self._sink.look_up_key(cargo.draft))
        if other is None:
            return None
        blocked = Entry(State.BLOCKED, reason=WAITS.format(other.kind, other.id))
        return self.set_aside(cargo.ref, cargo.entity, blocked, cargo.doubt)

    def _make(self, cargo: Cargo) -> Entry:
        if cargo.doubt is not None:
            self._clock.sleep_until(self._begun + LATE)  # a process that was killed may have a request under way still
            known = self._look(cargo, cargo.doubt) or self._look_for_what_it_was(cargo, cargo.doubt)
            if known is None and not cargo.goes:
                known = self.settle(cargo.ref, Entry(State.SKIPPED, reason=NOT_CHOSEN))
            if known is not None:
                return known
        since = self._since() if cargo.doubt is None else cargo.doubt.since
        doubt = Entry(State.INTENT, since=since, digest=of_draft(self._key, cargo.draft))
        self._there_before.note(cargo.ref)
        self._sent_last.begin(cargo.ref, cargo.draft)
        self._journal.intend(cargo.ref, doubt.since, doubt.digest)
        for _ in range(_TRIES):
            try:
                made = self._patience.through(lambda: self._sink.create(cargo.draft))
            except Unsupported as error:  # nothing was written, and what an earlier write made was looked for
                return self.leave(cargo.ref, cargo.entity, explain(error))
            except OutcomeUnknown:
                self._clock.sleep_until(self._clock.monotonic() + LATE)
                if (known := self._look(cargo, doubt)) is not None:
                    return known
                continue
            if isinstance(made, str):
                made = Made(made)
            return self._leave_if_taken(cargo, made) or self._made(cargo, made)
        return self._leave_in_doubt(cargo, f"{_TRIES} times the destination gave no answer", doubt)

    def _leave_in_doubt(self, cargo: Cargo, reason: str, doubt: Entry) -> Entry:
        """Sets a record aside of which it isn't known whether it is there, and whatever its look-up would find."""
        self._in_doubt[self._sink.look_up_key(cargo.draft)] = cargo.ref
        return self.set_aside(cargo.ref, cargo.entity, Entry(State.FAILED, reason=reason), doubt)

    def _leave_if_taken(self, cargo: Cargo, made: Made) -> Entry | None:
        """Leaves a record behind for which the destination gave what stands for another one: a pair has only one there.

        Two pairs have become one where patients were merged. What a pair has from its other side is no other one's, and
        one that is archived stands for all that are to be.
        """
        if not made.stood or not self._journal.holds(cargo.ref.kind, made.id) or self._both_close(cargo, made):
            return None
        clash = self._patience.through(lambda: self._sink.foresee_clash(cargo.draft, ()))
        return self.leave(cargo.ref, cargo.entity, clash or _ANOTHER)

    def _both_close(self, cargo: Cargo, made: Made) -> bool:
        """Says whether a record is to be archived, and so is the one of the source that it is given the copy of."""
        other: Ref[Any] = Ref(cargo.ref.kind, self._journal.source_of(cargo.ref.kind, made.id) or "")
        closes = any(isinstance(each, Archiving) for each in cargo.follow_ups)
        return closes and self._journal.owes(other, Archiving().stage)

    def _made(self, cargo: Cargo, made: Made, written: bytes | None = None) -> Entry:
        entry = self._arrived(cargo, State.CREATED, made, written)
        is_ours = cargo.doubt is None and written is None  # by this process, and nobody had a hand in it
        self._fresh.made(cargo.ref.kind, made.id, made.record, cargo.follow_ups if is_ours else ())
        return self.settle(cargo.ref, entry, (*cargo.losses, *made.losses), self._needed(cargo))

    def _needed(self, cargo: Cargo) -> tuple[FollowUp, ...]:
        """Gives what a record needs afterwards: nobody gets a setting back who is made with it, or was before."""
        unmuting = [each for each in cargo.follow_ups if isinstance(each, Unmute)]
        loud = {Unmute.of(said).way for said in self._sink.foresee_loud(cargo.draft)} if unmuting else set()
        not_muted = [each for each in unmuting if each.way in loud - cargo.muted]
        return tuple(each for each in cargo.follow_ups if each not in not_muted)

    def _since(self) -> datetime | None:
        now = self._sink.server_now()
        return None if now is None else now.replace(microsecond=0) - _SECOND_THOUGHTS

    def _look(self, cargo: Cargo, doubt: Entry) -> Entry | None:
        """Looks in the destination for what a write of unknown fate may have made."""
        with _unsure(doubt):
            found = self._patience.through(lambda: self._sink.find(cargo.draft, doubt.since))
            fresh = self._fresh_of(cargo.ref, found)
            if not fresh:
                return None
            lost = (
                self._patience.through(lambda: tuple(self._sink.lost(cargo.draft, fresh[0]))) if len(fresh) == 1 else ()
            )
        if len(fresh) == 1:
            made = Made(fresh[0], lost)
            same = doubt.digest in (None, of_draft(self._key, cargo.draft))
            return self._found(cargo, made) if same else self._catch_up(cargo, made, doubt)
        reason = (
            f"the destination holds {len(fresh)} records that could be it: {', '.join(fresh)}. Archive there what is "
            "not the copy, and run again"
        )
        return self._conflict(cargo, doubt, reason)

    def _fresh_of(self, ref: Ref[Any], found: Sequence[str]) -> list[str]:
        """Leaves out what stands for another record, and what was there before the write."""
        before = self._there_before.of(ref)
        return [id for id in found if id not in before and not self._journal.holds(ref.kind, id)]

    def _found(self, cargo: Cargo, made: Made) -> Entry:
        """Takes a record that was found for the lost answer, unless somebody edited it since, or may have."""
        record = self._written.read(cargo.ref.kind, made.id)
        if _was_edited(cargo, record):
            return self._made(cargo, made, written=EDITED)
        known = record is not None and self._is_as_meant(cargo, made, record)
        return self._made(cargo, attrs.evolve(made, record=record) if known else made)

    def _is_as_meant(self, cargo: Cargo, made: Made, record: Any) -> bool:
        lost = [loss.field for loss in made.losses]  # what the mapper left out is in no draft
        return self._written.is_as_meant(cargo.draft, record, lost)

    def _catch_up(self, cargo: Cargo, made: Made, doubt: Entry) -> Entry:
        """Brings over what a record says now, which was found as it was when its write was in doubt.

        Args:
            cargo: The record.
            made: What was found.
            doubt: What was known of the write.

        Raises:
            Unsure: The record could not be read, so that nobody knows whether it was edited.
        """
        was = doubt.digest or b""
        with _unsure(doubt):
            found = read_again(self._sink, self._patience, cargo.ref.kind, [made.id])
        record = None if found is None else found.get(made.id)
        cargo = attrs.evolve(cargo, muted=frozenset(() if record is None else self._sink.silent(record)))
        differ = self._sent_last.differs(cargo.ref, cargo.draft)
        emptied = self._sink.emptied(
            cargo.draft, gone(was, cargo.draft, cargo.entity, [each.field for each in cargo.losses]), record
        )
        if record is not None and not (differ or emptied.held) and self._is_as_meant(cargo, made, record):
            return self._made(cargo, attrs.evolve(made, record=record))
        edited = _was_edited(cargo, record)
        written = EDITED if edited else self._written.of(record)
        names = only_names(was, of_draft(self._key, cargo.draft))
        outdated = attrs.evolve(OUTDATED, meant=names, written=written)  # whatever happens, a later run sees the change
        outcome = Entry(State.CREATED, made.id, reason=CHANGED_AND_EDITED if edited else _BEHIND, imprint=outdated)
        entry = self.settle(cargo.ref, outcome, (*cargo.losses, *made.losses), self._needed(cargo))
        if edited:
            return entry
        try:
            draft = self._sent_last.merged(cargo.ref, made.id, emptied.draft)
            changed = self._patience.through(lambda: self._sink.update(made.id, draft, record)) or Made(made.id)
        except Error as error:
            stop_if_general(error)
            self._journal.remark(cargo.ref, explain(error))
            return entry
        self._sent_last.sent(cargo.ref, cargo.draft)
        changed = attrs.evolve(changed, losses=(*made.losses, *changed.losses))
        if emptied.left:  # a later run looks whether somebody has done it
            by_hand = attrs.evolve(outdated, written=self._written.of(changed.record))
            left = attrs.evolve(outcome, reason=not_emptied(emptied.left), imprint=by_hand)
            return self.settle(cargo.ref, left, (*cargo.losses, *changed.losses), self._needed(cargo))
        return self._made(cargo, changed)

    def _look_for_what_it_was(self, cargo: Cargo, doubt: Entry) -> Entry | None:
        """Looks for what a write of unknown fate may have made of a record that says something else by now."""
        if doubt.digest in (None, of_draft(self._key, cargo.draft)):
            return None
        try:
            with _unsure(doubt):
                found = self._patience.through(lambda: self._sink.find_changed(cargo.draft, doubt.since))
        except NotImplementedError:  # `Sink.find_changed` is optional: then the record is sent as it is now
            return None if cargo.goes else self._not_looked_for(cargo, doubt)
        fresh = self._fresh_of(cargo.ref, found)
        return self._conflict(cargo, doubt, CHANGED.format(", ".join(fresh))) if fresh else None

    def _not_looked_for(self, cargo: Cargo, doubt: Entry) -> Entry:
        reason = NOT_LOOKED_FOR.format("it has changed since, and the filter does not choose it any more")
        return self.set_aside(cargo.ref, cargo.entity, Entry(State.SKIPPED, reason=reason), doubt)

    def _conflict(self, cargo: Cargo, doubt: Entry, reason: str) -> Entry:
        conflict = attrs.evolve(doubt, state=State.CONFLICT, reason=reason)
        return self.set_aside(cargo.ref, cargo.entity, conflict)


def of_adopted(follow_ups: Sequence[FollowUp]) -> tuple[FollowUp, ...]:
    """Returns what a record needs that came along with another one: that is what is cancelled and archived."""
    return tuple(each for each in follow_ups if isinstance(each, Change))


def imprint_of(key: bytes, entity: Any, mapped: Mapped[Any], parts: Mapping[Fetch, object]) -> Imprint:
    """Returns what tells, later, whether a record is still what it was.

    Args:
        key: The journal's key.
        entity: The source's record (`Any`: of whatever kind).
        mapped: What the mapper made of it.
        parts: What `Resolver.parts` gave for it.
    """
    read = [(fetch.what, fetch.refs, part) for fetch, part in parts.items()]
    said = [*mapped.names, *read]
    beside = [mapped.beside, *said] if mapped.beside or said else []
    return Imprint(
        of_entity(key, entity, beside),
        of_draft(
            key,
            with_parts(mapped.draft, parts),
            [each.name for each in mapped.follow_ups if isinstance(each, Unmute)],
        ),
        of_follow_ups(key, [_with_parts(each, parts) for each in mapped.follow_ups]),
    )


def _with_parts(follow_up: FollowUp, parts: Mapping[Fetch, object]) -> FollowUp:
    if isinstance(follow_up, Change):
        return attrs.evolve(follow_up, draft=with_parts(follow_up.draft, parts))
    return follow_up


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


def left(entity: Any, names: Iterable[str], reasons: Mapping[tuple[str, str], str]) -> tuple[Loss, ...]:
    """Says what a record of the destination does not hold that was there before.

    Args:
        entity: The source's record (`Any`: of the kind's model), which calls its links otherwise than a draft.
        names: The draft's attributes.
        reasons: By kind and attribute, where that is more than that it was left as it is.
    """
    return tuple(
        Loss(name if hasattr(entity, name) else name.removesuffix("_id"), reasons.get((entity.kind, name), LEFT))
        for name in names
    )


def not_emptied(names: Iterable[str]) -> str:
    """Says what a person is to take out of a record of the destination, which takes it out by itself nowhere.

    Args:
        names: The draft's attributes.
    """
    return _NOT_EMPTIED.format(listed(sorted(name.removesuffix("_id").replace("_", " ") for name in names)))


def explain(error: Error) -> str:
    """Says what went wrong, in words that hold no record's text, and what to do."""
    if isinstance(error, Unprocessable):
        fields = f": {', '.join(sorted(error.field_names))}" if error.fields else ""
        return f"the destination refused it{fields}. Mend it in the source or by a mapper of your own, and run again"
    return str(error)


def _was_edited(cargo: Cargo, record: Any) -> bool:
    """Says whether a record of the destination was changed after it was made, as far as it bears times."""
    made, changed = (getattr(record, name, None) for name in ("created_at", "updated_at"))
    if made is None or changed is None:
        return False
    by_itself = any(isinstance(each, CheckFile) for each in cargo.follow_ups)  # an upload is looked through later
    return not by_itself and bool(changed - made > _SECOND_THOUGHTS)


def stop_if_general(error: Error) -> None:
    """Ends the run where what went wrong is wrong with the account or the machine, and not with one record.

    Raises:
        Stopped: The run can't go on.
    """
    if isinstance(error, Unauthorized):
        raise Stopped(f"a key is no longer accepted ({error})") from None
    if isinstance(error, JournalError | ArchiveError):
        raise Stopped(str(error)) from None
    if isinstance(error, ApiError) and error.status in (402, 507):
        raise Stopped(f"the account takes no more ({error})") from None
