"""What becomes of records that arrived and have changed in the source since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import Error, NotFound, Unprocessable, Unsupported
from clinikomigrate.transfer import under_way
from clinikomigrate.transfer.carry import (
    CHANGED_AND_EDITED,
    OUTDATED,
    explain,
    imprint_of,
    not_emptied,
    of_adopted,
    stop_if_general,
)
from clinikomigrate.transfer.closed import has_done
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, Change, FollowUp, Stage, Unmute
from clinikomigrate.transfer.imprints import (
    beside_of,
    has_changed,
    is_known,
    names_in,
    of_entity,
    of_follow_ups,
    only_names,
)
from clinikomigrate.transfer.journal import Entry, Imprint, Journal, Owed, State
from clinikomigrate.transfer.kinds import KINDS, possible_kinds
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Fetch, Mapped, Skip
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.phrases import listed
from clinikomigrate.transfer.quiet import muted_ways, owed_settings, wanted
from clinikomigrate.transfer.reseated import WITH_SEATS
from clinikomigrate.transfer.resolve import Blocks, NeedsWhatDoesNotGo, Resolver, parts_of
from clinikomigrate.transfer.sent_last import SentLast
from clinikomigrate.transfer.sink import Made, Sink
from clinikomigrate.transfer.written import UNREAD, Written, gone

_NOT_OURS: Final = (
    "it has changed in the source since, and the destination's own record stands for it, which is not touched"
)
_UNKNOWN: Final = (
    "it has changed in the source since, and nobody can tell whether it was edited in the destination too: bring the "
    "change over by hand"
)
_GONE: Final = "it has changed in the source since, and is not in the destination any more"
MERGED: Final = "it was merged in the source since: merge it in the destination by hand"
LEFT_BEHIND: Final = (
    "it has changed in the source since, and the mapper leaves it out by now: bring the change over by hand, or give "
    "the mapper the settings that it had when the record went"
)
_CANCELLED: Final = "it is cancelled in the destination, and in the source it is not any more: make it anew by hand"
_DANGLING: Final = "it has changed in the source since, and now points at a record that could not go"
_ARCHIVED: Final = "it is archived in the destination, where it can't be changed any more"
_CLOSED: Final = "it is cancelled in the destination, where it can't be changed any more"

BROKEN_OFF: Final = "a run ended while a change of it was brought over: run again"
"""Why a later run looks at a record, though the source may say by then what it said before."""

SWITCHED_OFF: Final = (
    "it is off in the destination, and was not switched on by a change of the patient; do it there if it is wanted"
)
"""The reason of a loss: nobody is written to who did not want to be."""

SET_OTHERWISE: Final = (
    "how the patient is written to has changed in the source since, and it may have been changed in the destination "
    "too: set {} there by hand"
)
"""What a person is to do about a setting that may be somebody's in the destination, with its name there."""

CANCELLED_OTHERWISE: Final = (
    "its cancellation says something else in the source since, and the destination goes on saying what it said: set {} "
    "of the cancellation there by hand"
)
"""What a person is to do about a cancellation, which is made once, with its attributes there."""

_IF_WANTED: Final = "bring the change over by hand if it is still wanted"
_BY_OTHERS: Final = (
    (
        Archiving(),
        f"it has changed in the source since, and was archived in the destination: {_IF_WANTED}",
    ),
    (
        Cancel(),
        f"it has changed in the source since, and was cancelled in the destination: {_IF_WANTED}",
    ),
)
"""What somebody else may have done to a record in the destination, so that it can't be changed any more."""

_AGAIN: Final = frozenset({Stage.LINK, Stage.RESTORE})
"""Stages whose follow-ups set values, so that a change of the record calls for them again."""


@attrs.frozen
class Stale:
    """A record that arrived, and that now says something else in the source.

    Attributes:
        ref: The source's record.
        entity: The record itself.
        entry: What the journal knows of it.
        draft: What it is to be, with the destination's ids.
        losses: What had to be left out.
        follow_ups: What it needs afterwards.
        before: Of what it was when it was carried.
        imprint: Of what it is now.
        unseen: Whether a list changed that the destination doesn't show again, as who offers an appointment type.
        emptied: Of what it needs afterwards, the lists with nothing in them any more.
        gone: The draft's attributes that said something when it was carried, and do not any more.
        retold: Whether another record changed that this one says in its place.
        broken_off: Whether a run ended while a change of it was brought over, which may have arrived.
    """

    ref: Ref[Any]
    entity: Any
    entry: Entry
    draft: Any
    losses: tuple[Loss, ...]
    follow_ups: tuple[FollowUp, ...]
    before: Imprint
    imprint: Imprint
    unseen: bool = False
    emptied: tuple[Any, ...] = ()
    gone: frozenset[str] = frozenset()
    retold: bool = False
    broken_off: bool = False

    @property
    def is_same(self) -> bool:
        """Whether only what it needs afterwards has changed."""
        return not (self.retold or self.broken_off) and self.before.meant == self.imprint.meant

    @property
    def there(self) -> str:
        """The record's id in the destination."""
        return self.entry.destination_id or ""

    @property
    def settled(self) -> Entry:
        """How the record stands once something else says all of it in the destination."""
        imprint = attrs.evolve(self.imprint, written=self.before.written, file=self.before.file)
        return attrs.evolve(self.entry, imprint=imprint, reason=None)


class Renewal:
    """Brings changes over to what this transfer made, and never touches what it didn't.

    Args:
        sink: Writes.
        journal: Remembers.
        resolver: Turns refs into ids.
        patience: Waits out a lost connection.
    """

    def __init__(self, sink: Sink, journal: Journal, resolver: Resolver, patience: Patience) -> None:
        self._sink = sink
        self._journal = journal
        self._resolver = resolver
        self._patience = patience
        self._key = journal.key
        self._written = Written(sink, journal.key, patience)
        self._sent_last = SentLast(sink, journal, patience)
        self._waiting: set[Ref[Any]] = set()

    def stale(
        self,
        ref: Ref[Any],
        entity: Any,
        entry: Entry,
        mapping: Callable[[Any], Mapped[Any] | Skip],
        *,
        retold: bool = False,
    ) -> Stale | None:
        """Looks whether a record says anything else than when it was carried.

        Args:
            ref: The source's record.
            entity: The record itself.
            entry: What the journal knows of it.
            mapping: Maps it again.
            retold: Whether another record changed that this one says in its place: then it may say something else
                though nothing of its own does.

        Returns:
            What is to be brought over, or None where nothing is, or can be.
        """
        before = entry.imprint
        broken_off = entry.reason == BROKEN_OFF
        looks = retold or broken_off
        if before is None or (not looks and before.seen == of_entity(self._key, entity)):
            self._as_it_was(ref, entry)
            return None
        changed = has_changed(before.seen, of_entity(self._key, entity))
        again = self._mapped(ref, entity, mapping, changed=changed)
        if again is None:
            return None
        mapped, parts = again
        now = imprint_of(self._key, entity, mapped, parts)
        same = not has_changed(before.seen, now.seen) or (before.meant, before.needed) == (now.meant, now.needed)
        if same and not looks:
            self._as_it_was(ref, entry)
            return None
        if not self._resolver.is_ours(entity, entry):
            self._journal.remark(ref, _NOT_OURS)
            return None
        lists = any(fetch.is_list for fetch in parts)
        unseen = (lists or bool(mapped.beside)) and beside_of(before.seen) != beside_of(now.seen)
        emptied = unseen or not lists
        resolved = self._resolved(ref, lambda: self._resolver.draft(mapped.draft, entity, emptied=emptied))
        if resolved is None:
            return None
        losses = (*mapped.losses, *resolved[1])
        return Stale(
            ref=ref,
            entity=entity,
            entry=entry,
            draft=resolved[0],
            losses=losses,
            follow_ups=mapped.follow_ups if entry.state is State.CREATED else of_adopted(mapped.follow_ups),
            before=before,
            imprint=now,
            unseen=unseen,
            emptied=_emptied(mapped, parts) if unseen else (),
            gone=gone(before.meant, resolved[0], entity, [each.field for each in losses])
            - set(self._sink.remembered.get(ref.kind, ())),
            retold=retold,
            broken_off=broken_off,
        )

    def _mapped(
        self, ref: Ref[Any], entity: Any, mapping: Callable[[Any], Mapped[Any] | Skip], *, changed: bool
    ) -> tuple[Mapped[Any], Mapping[Fetch, object]] | None:
        """Maps a record again, and reads the lists and names that are part of it."""
        try:
            mapped = mapping(entity)
            if isinstance(mapped, Mapped):
                return mapped, self._patience.through(lambda: self._resolver.parts(mapped, entity))
            if mapped.instead is not None:
                self._journal.remark(ref, MERGED)
            elif changed:
                self._journal.remark(ref, LEFT_BEHIND)
        except Error as error:
            stop_if_general(error)
            self._journal.remark(ref, explain(error))
        return None

    def _as_it_was(self, ref: Ref[Any], entry: Entry) -> None:
        if entry.reason is not None and ref not in self._waiting:  # a change that could not go was taken back
            self._journal.remark(ref, None)

    def set_aside(self, stale: Stale, reason: str) -> None:
        """Notes why a record's change could not be brought over.

        Args:
            stale: The record.
            reason: Why.
        """
        self._journal.remark(stale.ref, reason)
        if stale.retold:  # the record itself does not show it, when its own list is read later in the same run
            self._waiting.add(stale.ref)

    def _resolved(
        self, ref: Ref[Any], resolving: Callable[[], tuple[Any, tuple[Loss, ...]]]
    ) -> tuple[Any, tuple[Loss, ...]] | None:
        try:
            return self._patience.through(resolving)
        except (Blocks, NeedsWhatDoesNotGo):
            self._journal.remark(ref, _DANGLING)
        except Error as error:
            stop_if_general(error)
            self._journal.remark(ref, explain(error))
        return None

    def renew(self, stale: Stale, record: Any) -> bool:
        """Brings one record's change over.

        Args:
            stale: The record.
            record: What stands for it in the destination (`Any`: of the sink's own type); None where nothing does,
                `UNREAD` where the destination can't be read.

        Returns:
            Whether the destination now holds what the source says.
        """
        stale = self._not_muted(self._not_widened(stale, record), record)
        stale, by_hand = self._not_overruled(stale, record)
        cancelled = self._cancelled_otherwise(stale, record)
        reason = self._obstacle(stale, record)
        if reason is None:
            try:
                made = self._change(stale, record)
                said = [each for each in (made.by_hand, by_hand, cancelled) if each is not None]
                made = attrs.evolve(made, by_hand="; ".join(said) or None)
                self._settle(stale, made, record, is_set=by_hand is None and cancelled is None)
            except Unsupported as error:
                reason = str(error)
            except NotFound:
                reason = self._hidden_by(stale.ref) or self._closed_with_the_whole(stale) or _GONE
            except Error as error:
                stop_if_general(error)
                reason = self._locked(stale, record, error) or explain(error)
            else:
                return made.by_hand is None
        self.set_aside(stale, reason)
        return False

    def _locked(self, stale: Stale, record: Any, error: Error) -> str | None:
        """Says of a refused change that it was refused because the record takes none, where that is known."""
        if record is UNREAD or not isinstance(error, Unprocessable):
            return None
        return self._sink.foresee_locked(stale.ref.kind, record)

    def is_told(self, stale: Stale, record: Any) -> bool:
        """Says whether the destination's record says all that the source does.

        Args:
            stale: The record.
            record: As `renew` gets it.
        """
        if record is None or record is UNREAD:
            return False
        return self._holds(self._not_widened(stale, record).draft, record)

    def _holds(self, draft: Any, record: Any) -> bool:
        """Says whether a record says all that the source does, and nothing that the source says no more."""
        return self._sink.same(draft, record) and not self._sink.left_over(draft, record)

    def _obstacle(self, stale: Stale, record: Any) -> str | None:
        if record is None:
            return _GONE
        if record is UNREAD:
            return None
        is_at_stake = not stale.is_same or self._is_reseated(stale, record)
        if is_at_stake and self._is_edited(stale, record) and (said := self._edited(stale, record)):
            return said
        for follow_up, reason in _BY_OTHERS:
            if self._sink.shows(follow_up, record) and not has_done(self._journal, stale.ref, follow_up):
                return self._closed_with_the_whole(stale) or reason
        return self._closed_for_good(stale, record)

    def _closed_for_good(self, stale: Stale, record: Any) -> str | None:
        """Says why a record takes no change of its own, as far as an earlier run has found out or has seen to it."""
        locked = self._sink.foresee_locked(stale.ref.kind, record)
        if not stale.is_same and locked is not None and locked == stale.entry.reason:  # an earlier run has tried
            return locked
        cancelled = bool(getattr(stale.entity, "cancelled_at", None))
        cancelled = cancelled or any(isinstance(each, Cancel) for each in stale.follow_ups)
        if has_done(self._journal, stale.ref, Cancel()) and not cancelled:
            return _CANCELLED
        return None

    def _is_reseated(self, stale: Stale, record: Any) -> bool:
        """Says whether a class is to get another number of seats than it has, and nothing else of it has changed."""
        if stale.ref.kind not in WITH_SEATS or stale.before.needed == stale.imprint.needed:
            return False
        changes = [each.draft for each in stale.follow_ups if isinstance(each, Change)]
        return any(not self._sink.same(draft, record) for draft in changes)

    def _edited(self, stale: Stale, record: Any) -> str:
        if stale.before.written is None:
            return _UNKNOWN
        said = self._sink.edited(stale.draft, record)
        return CHANGED_AND_EDITED if said is None else said

    def _cancelled_otherwise(self, stale: Stale, record: Any) -> str | None:
        """Says what is to be done by hand where a cancellation changed that this transfer has made."""
        wanted = next((each for each in stale.follow_ups if isinstance(each, Cancel)), None)
        if wanted is None or record is None or record is UNREAD or stale.before.needed == stale.imprint.needed:
            return None
        if not has_done(self._journal, stale.ref, Cancel()):
            return None
        names = self._sink.says_otherwise(wanted, record)
        said = [f"the {name.removeprefix('cancellation_').replace('_', ' ')}" for name in names]
        return CANCELLED_OTHERWISE.format(" and ".join(said)) if said else None

    def _closed_with_the_whole(self, stale: Stale) -> str | None:
        """Says what this transfer has done to what a record is part of; None where it isn't, or nothing was done."""
        whole = getattr(stale.entity, KINDS[stale.ref.kind].part_of or "", None)
        if not isinstance(whole, Ref):
            return None
        hidden = (self._hidden_by(Ref(kind, whole.id)) for kind in possible_kinds(whole.kind))
        return next((reason for reason in hidden if reason is not None), None)

    def _is_edited(self, stale: Stale, record: Any) -> bool:
        """Says whether somebody edited a record in the destination, or may have.

        What isn't as it was written is none the less no edit where it says what is to be written now: a run that ended
        just then has done it.
        """
        if not self._written.is_edited(stale.before.written, stale.draft, record):
            return False
        if self._sink.emptied(stale.draft, stale.gone, record).held:
            return True
        return not self._written.is_as_meant(stale.draft, record, ())

    def _not_widened(self, stale: Stale, record: Any) -> Stale:
        """Leaves out of a change what would have a patient written to who is not, as the destination stands.

        Who was muted by this transfer gets the setting back at its end; who was not has it off there for some reason.
        """
        silent = {} if record is None or record is UNREAD else self._sink.silent(record)
        called_for = {each.way for each in stale.follow_ups if isinstance(each, Unmute)}
        names = {name: way for way, name in silent.items() if getattr(stale.draft, name) is True or way in called_for}
        if not names:
            return stale
        ours = muted_ways(self._journal, stale.ref)
        off = {name for name, way in names.items() if way not in ours}
        return attrs.evolve(
            stale,
            draft=attrs.evolve(stale.draft, **dict.fromkeys(names, UNSET)),
            follow_ups=tuple(
                each for each in stale.follow_ups if not (isinstance(each, Unmute) and silent.get(each.way) in off)
            ),
            losses=(*stale.losses, *(Loss(name, SWITCHED_OFF) for name in sorted(off))),
        )

    def _not_muted(self, stale: Stale, record: Any) -> Stale:
        """Leaves a patient written to who is, unless the source says since that the patient is not to be.

        A change of a patient tells nobody anything, so nobody is muted for it. And whom the source did not have written
        to before either was given the setting by somebody in the destination.
        """
        if record is None or record is UNREAD:
            return stale
        off, there = self._sink.silent(stale.draft), self._sink.silent(record)
        called_for = {each.way for each in stale.follow_ups if isinstance(each, Unmute)}
        on = off.keys() - there.keys()
        before = names_in(stale.before.meant)
        theirs = {way for way in on if before and before.isdisjoint({off[way], Unmute(way).name})}
        muting = on & called_for
        return attrs.evolve(
            stale,
            draft=attrs.evolve(stale.draft, **dict.fromkeys((off[way] for way in theirs | muting), UNSET)),
            follow_ups=tuple(
                each for each in stale.follow_ups if not (isinstance(each, Unmute) and each.way in muting)
            ),
        )

    def _not_overruled(self, stale: Stale, record: Any) -> tuple[Stale, str | None]:
        """Leaves how a patient is written to as somebody set it in the destination; says what is to be done by hand.

        What the source says otherwise by now goes over where the destination has what it said before. A setting that
        this transfer holds back changes in what is noted to be given back.
        """
        if record is None or record is UNREAD:
            return stale, None
        overruled = {name: self._overruled(stale, Unmute.of(said)) for name, said in self._sink.set_to(record).items()}
        by_hand = [name for name, is_overruled in overruled.items() if is_overruled is None]
        left = [name for name, is_overruled in overruled.items() if not is_overruled]
        silent = self._sink.silent(record)
        for owed, there in owed_settings(self._journal, stale.ref):
            is_overruled = self._overruled(stale, there)
            if is_overruled:
                self._owe_instead(owed, there, stale)
            elif is_overruled is None and there.later:  # who was made muted gets what the source says anyway
                by_hand.append(silent.get(there.way, there.way))
        draft = attrs.evolve(stale.draft, **dict.fromkeys(left, UNSET))
        settings = listed([f"the {name.replace('_', ' ')}" for name in by_hand])
        return attrs.evolve(stale, draft=draft), SET_OTHERWISE.format(settings) if by_hand else None

    def _owe_instead(self, owed: Owed, there: Unmute, stale: Stale) -> None:
        """Notes which setting a patient gets back instead of another, if any."""
        meant = wanted(self._sink, there, stale.draft, stale.follow_ups)
        if meant is not None:
            again = attrs.evolve(meant, later=there.later)
            self._journal.owe(attrs.evolve(owed, name=again.name), again.stage)
        self._journal.waive(owed)

    def _overruled(self, stale: Stale, there: Unmute) -> bool | None:
        """Says whether a patient gets another setting than there is; None where nobody can tell who set that one."""
        meant = wanted(self._sink, there, stale.draft, stale.follow_ups)
        if stale.before.needed == stale.imprint.needed or (meant is not None and meant.setting == there.setting):
            return False  # the source says what it said before, or the same
        if meant is None:
            return True  # never more than the source says
        before = [attrs.evolve(each, setting=there.setting) if each == meant else each for each in stale.follow_ups]
        return True if of_follow_ups(self._key, before) == stale.before.needed else None

    def _change(self, stale: Stale, record: Any) -> Made:
        """Opens the record again where it is archived, and changes it where it says something else."""
        archived = any(isinstance(each, Archiving) for each in stale.follow_ups)
        found = None if record is UNREAD else record
        emptied = self._sink.emptied(stale.draft, stale.gone, found)
        by_hand = not_emptied(emptied.left) if emptied.left else None
        draft = self._sent_last.merged(stale.ref, stale.there, emptied.draft)
        same = stale.is_same or (self._is_shown(stale, draft, record) and self._holds(draft, record))
        again = [each for each in stale.follow_ups if each.stage in _AGAIN and self._is_called_for(stale, each)]
        again += [] if stale.is_same else self._unmuting(stale)
        if stale.emptied or not same:
            self._journal.remark(stale.ref, BROKEN_OFF)  # until it is noted what came of it
        is_shut = self._is_archived(stale) and not self._was_taken_out(record)  # who took it out wants it there
        if is_shut and (not archived or not same):
            self._unarchive(stale)
        if not archived and (self._is_archived(stale) or self._journal.owes(stale.ref, Stage.ARCHIVE)):
            self._journal.forget(stale.ref, Stage.ARCHIVE)
        self._journal.renew(stale.ref, _named(again))
        for lists in stale.emptied:
            self._empty(stale, lists)
        if same:
            record = None if stale.is_same else found
            return Made(stale.there, self._still_lost(stale, changed=False), record, by_hand=by_hand)
        made = self._patience.through(lambda: self._sink.update(stale.there, draft, found)) or Made(stale.there)
        self._sent_last.sent(stale.ref, stale.draft)
        losses = (*made.losses, *self._still_lost(stale, changed=True))
        return attrs.evolve(made, losses=losses, by_hand=made.by_hand or by_hand)

    def _is_shown(self, stale: Stale, draft: Any, record: Any) -> bool:
        """Says whether the destination's record shows all that a change is to set."""
        says = self._sent_last.says(stale.ref.kind, draft)
        return record is not UNREAD and not (stale.unseen if says is None else says)

    def _empty(self, stale: Stale, emptied: Any) -> None:
        """Takes out of lists what the source has there no more."""
        draft = self._sent_last.merged(stale.ref, stale.there, emptied)
        if self._sent_last.says(stale.ref.kind, draft) is not False:
            self._patience.through(lambda: self._sink.update(stale.there, draft))
            self._sent_last.sent(stale.ref, emptied)

    def _is_called_for(self, stale: Stale, follow_up: FollowUp) -> bool:
        """Says whether something is to be set again: what neither changed nor is part of the change stands as it is."""
        if stale.before.needed != stale.imprint.needed:
            return not isinstance(follow_up, Unmute)
        if not isinstance(follow_up, Change):  # it may go by now where it came to nothing
            changes = is_known(stale.before.meant) and not stale.retold  # and is not only said again
            return changes and bool(self._lost(stale, self._sink.may_lose(stale.ref.kind, follow_up)))
        names = [field.name for field in attrs.fields(type(follow_up.draft))]
        given = [name for name in names if getattr(follow_up.draft, name) is not UNSET]
        return any(getattr(stale.draft, name, UNSET) is not UNSET for name in given)

    def _still_lost(self, stale: Stale, *, changed: bool) -> tuple[Loss, ...]:
        """Gives what a record lost when it was made, and has not got by its change; or only by what follows that."""
        kind = stale.ref.kind
        again = [each for each in stale.follow_ups if each.stage in _AGAIN]
        following = [loss for each in again for loss in self._sink.may_lose(kind, each)]
        return self._lost(stale, (*self._sink.lasting(kind, changed=changed), *following))

    def _lost(self, stale: Stale, losses: Iterable[Loss]) -> tuple[Loss, ...]:
        """Gives those losses that a record has."""
        kind, id = stale.ref.kind, stale.ref.id
        return tuple(each for each in losses if each.field in self._journal.lost(kind, [id], [each.reason]).get(id, ()))

    def _unmuting(self, stale: Stale) -> list[FollowUp]:
        """Returns what gives a patient the settings back who is muted by a change, and is not owed yet."""
        off = self._sink.silent(stale.draft)
        muting = [each for each in stale.follow_ups if isinstance(each, Unmute) and each.way in off]
        ours = muted_ways(self._journal, stale.ref) if muting else ()
        return [attrs.evolve(each, later=True) for each in muting if each.way not in ours]

    def _unarchive(self, stale: Stale) -> None:
        """Takes a record out of the archive, and notes before that it goes back there if it is to."""
        kind = stale.ref.kind
        if kind not in self._sink.unarchives:
            what = kind.replace("_", " ")
            raise Unsupported(f"it has changed in the source since, and the destination can't bring {what} back")
        back = [each for each in stale.follow_ups if isinstance(each, Archiving)]
        for each in back:  # a process that ends before the record is out knows then that it is in it
            under_way.begin(self._journal, Owed(kind, stale.ref.id, stale.there, each.name), each)
        self._journal.renew(stale.ref, _named(back))
        self._patience.through(lambda: self._sink.unarchive(kind, stale.there))

    def _is_archived(self, stale: Stale) -> bool:
        return has_done(self._journal, stale.ref, Archiving())

    def _was_taken_out(self, record: Any) -> bool:
        """Says whether somebody took a record out of the archive that this transfer had put there."""
        return record is not UNREAD and self._sink.shows(Archiving(), record) is False

    def _hidden_by(self, ref: Ref[Any]) -> str | None:
        """Says what this transfer has done to a record so that it can't be changed; None where nothing."""
        reasons = ((Archiving(), _ARCHIVED), (Cancel(), _CLOSED))
        return next((reason for closing, reason in reasons if has_done(self._journal, ref, closing)), None)

    def _settle(self, stale: Stale, made: Made, record: Any, *, is_set: bool) -> None:
        """Notes what a change came to, and whether nothing of what follows it is left to be set by hand."""
        if stale.is_same:
            written = stale.before.written
        else:
            written = self._written.of(self._answer(stale.ref.kind, made, record))
        now = stale.imprint
        if made.by_hand is not None:  # a later run sees the change again; what follows it is noted by now
            names = only_names(stale.before.meant, now.meant)
            now = attrs.evolve(OUTDATED, meant=names, needed=now.needed if is_set else stale.before.needed)
        imprint = attrs.evolve(now, written=written, file=stale.before.file)
        entry = attrs.evolve(stale.entry, imprint=imprint, reason=made.by_hand)
        needed = [each for each in stale.follow_ups if not isinstance(each, Unmute)]  # that was noted before the change
        self._journal.settle(stale.ref, entry, (*stale.losses, *made.losses), _named(needed))

    def _answer(self, kind: str, made: Made, record: Any) -> Any:
        """Returns what a record is by now; reads it again where the destination tells states, and didn't answer."""
        if made.record is not None or self._written.of(None if record is UNREAD else record) is None:
            return made.record
        return self._written.read(kind, made.id)


def _emptied(mapped: Mapped[Any], parts: Mapping[Fetch, object]) -> tuple[Any, ...]:
    """Gives the drafts of what a record needs afterwards, with those lists only in which nothing is any more."""
    drafts = [each.draft for each in mapped.follow_ups if isinstance(each, Change)]
    empty = [(type(draft), [name for name, fetch in parts_of(draft).items() if parts[fetch] == []]) for draft in drafts]
    return tuple(kind(**{name: [] for name in names}) for kind, names in empty if names)


def _named(follow_ups: Sequence[FollowUp]) -> list[tuple[Stage, str]]:
    return [(each.stage, each.name) for each in follow_ups]
