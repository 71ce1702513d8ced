"""What becomes of records that arrived and have changed in the source since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error, NotFound, Unsupported
from clinikomigrate.transfer.carry import explain, imprint_of, of_adopted, stop_if_general
from clinikomigrate.transfer.follow_ups import Archiving, Cancel, FollowUp, Stage
from clinikomigrate.transfer.imprints import of_entity, of_state
from clinikomigrate.transfer.journal import Entry, Imprint, Journal, State
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Mapped, Skip
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.resolve import Blocks, NeedsWhatDoesNotGo, Resolver
from clinikomigrate.transfer.sink import Made, Sink

_NOT_OURS: Final = (
    "it has changed in the source since, and the destination's own record stands for it, which is not touched"
)
_EDITED: Final = (
    "it has changed in the source since, and was edited in the destination too: bring the change over by hand"
)
_GONE: Final = "it has changed in the source since, and is not in the destination any more"
_MERGED: Final = "it was merged in the source since: merge it in the destination by hand"
_CANCELLED: Final = "it is cancelled in the destination, and in the source it is not any more: make it anew by hand"
_DANGLING: Final = "it has changed in the source since, and now points at a record that could not go"
_ARCHIVED: Final = "it is archived in the destination, where it can't be changed any more"

_BY_OTHERS: Final = (
    (Archiving(), "it has changed in the source since, and was archived in the destination"),
    (Cancel(), "it has changed in the source since, and was cancelled in the destination"),
)
"""What somebody else may have done to a record in the destination, so that it can't be changed any more."""

_AGAIN: Final = frozenset({Stage.LINK, Stage.RESTORE})
"""Stages whose follow-ups set values, so that a change of the record calls for them again."""


UNREAD: Final = object()
"""Stands for a record of a destination that can't be read: what was edited there can't be told."""


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
        imprint: Of what it is now.
    """

    ref: Ref[Any]
    entity: Any
    entry: Entry
    draft: Any
    losses: tuple[Loss, ...]
    follow_ups: tuple[FollowUp, ...]
    imprint: Imprint

    @property
    def is_same(self) -> bool:
        """Whether only what it needs afterwards has changed."""
        return self.entry.imprint is not None and self.entry.imprint.meant == self.imprint.meant

    @property
    def there(self) -> str:
        """The record's id in the destination."""
        return self.entry.destination_id or ""


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

    def stale(
        self, ref: Ref[Any], entity: Any, entry: Entry, mapping: Callable[[Any], Mapped[Any] | Skip]
    ) -> Stale | None:
        """Looks whether a record says anything else than when it was carried.

        Args:
            ref: The source's record.
            entity: The record itself.
            entry: What the journal knows of it.
            mapping: Maps it again.

        Returns:
            What is to be brought over, or None where nothing is, or can be.
        """
        before = entry.imprint
        if before is None or before.seen == of_entity(self._key, entity):
            self._as_it_was(ref, entry)
            return None
        mapped = mapping(entity)
        if isinstance(mapped, Skip):
            if mapped.instead is not None:
                self._journal.remark(ref, _MERGED)
            return None
        now = imprint_of(self._key, entity, mapped)
        if (before.meant, before.needed) == (now.meant, now.needed):
            self._as_it_was(ref, entry)
            return None
        if not self._is_ours(entity, entry):
            self._journal.remark(ref, _NOT_OURS)
            return None
        return self._resolved(ref, entity, entry, mapped, now)

    def _as_it_was(self, ref: Ref[Any], entry: Entry) -> None:
        if entry.reason is not None:  # a change that could not go was taken back
            self._journal.remark(ref, None)

    def _resolved(
        self, ref: Ref[Any], entity: Any, entry: Entry, mapped: Mapped[Any], imprint: Imprint
    ) -> Stale | None:
        try:
            draft, missing = self._patience.through(lambda: self._resolver.draft(mapped.draft, entity))
        except (Blocks, NeedsWhatDoesNotGo):
            self._journal.remark(ref, _DANGLING)
            return None
        except Error as error:
            stop_if_general(error)
            self._journal.remark(ref, explain(error))
            return None
        follow_ups = mapped.follow_ups if entry.state is State.CREATED else of_adopted(mapped.follow_ups)
        return Stale(ref, entity, entry, draft, (*mapped.losses, *missing), follow_ups, imprint)

    def _is_ours(self, entity: Any, entry: Entry) -> bool:
        """Says whether this transfer made a record, or something else that brought the record along."""
        if entry.state is State.CREATED:
            return True
        whole = getattr(entity, KINDS[entity.kind].part_of or "", None)
        return whole is not None and self._resolver.is_made(whole)

    def renew(self, stale: Stale, record: Any) -> bool:
        """Brings one record's change over.

        Args:
            stale: The record.
            record: What stands for it in the destination (`Any`: of the sink's own type); None where nothing does,
                `UNREAD` where the destination can't be read.

        Returns:
            Whether the destination now holds what the source says.
        """
        reason = self._obstacle(stale, record)
        if reason is None:
            try:
                self._settle(stale, self._written(stale, record))
            except Unsupported as error:
                reason = str(error)
            except NotFound:
                reason = _ARCHIVED if self._is_archived(stale) else _GONE
            except Error as error:
                stop_if_general(error)
                reason = explain(error)
            else:
                return True
        self._journal.remark(stale.ref, reason)
        return False

    def _obstacle(self, stale: Stale, record: Any) -> str | None:
        if record is None:
            return _GONE
        if record is UNREAD:
            return None
        known = stale.entry.imprint.written if stale.entry.imprint is not None else None
        found = of_state(self._key, self._sink.state(record))
        if known is not None and known != found and not stale.is_same and not self._sink.same(stale.draft, record):
            return _EDITED
        for follow_up, reason in _BY_OTHERS:
            if self._sink.shows(follow_up, record) and not self._journal.is_done(stale.ref, follow_up.stage):
                return reason
        cancelled = any(isinstance(each, Cancel) for each in stale.follow_ups)
        if self._journal.is_done(stale.ref, Stage.CANCEL) and not cancelled:
            return _CANCELLED
        return None

    def _written(self, stale: Stale, record: Any) -> Made:
        """Opens the record again where it is archived, and changes it where it says something else."""
        archived = any(isinstance(each, Archiving) for each in stale.follow_ups)
        same = stale.is_same or (record is not UNREAD and self._sink.same(stale.draft, record))
        again = [each for each in stale.follow_ups if each.stage in _AGAIN]
        if self._is_archived(stale) and (not archived or not same):
            self._unarchive(stale)
            if not archived:
                self._journal.forget(stale.ref, Stage.ARCHIVE)
            again += [each for each in stale.follow_ups if isinstance(each, Archiving)]
        self._journal.renew(stale.ref, _named(again))
        found = None if record is UNREAD else record
        if same:
            return Made(stale.there, record=None if stale.is_same else found)
        return self._patience.through(lambda: self._sink.update(stale.there, stale.draft, found)) or Made(stale.there)

    def _unarchive(self, stale: Stale) -> None:
        kind = stale.ref.kind
        if kind not in self._sink.unarchives:
            what = kind.replace("_", " ")
            raise Unsupported(f"it has changed in the source since, and the destination can't bring {what} back")
        self._patience.through(lambda: self._sink.unarchive(kind, stale.there))

    def _is_archived(self, stale: Stale) -> bool:
        return self._journal.is_done(stale.ref, Stage.ARCHIVE)

    def _settle(self, stale: Stale, made: Made) -> None:
        known = stale.entry.imprint.written if stale.is_same and stale.entry.imprint is not None else None
        written = known if made.record is None else of_state(self._key, self._sink.state(made.record))
        imprint = attrs.evolve(stale.imprint, written=written)
        entry = attrs.evolve(stale.entry, imprint=imprint, reason=None)
        self._journal.settle(stale.ref, entry, (*stale.losses, *made.losses), _named(stale.follow_ups))


def _named(follow_ups: Sequence[FollowUp]) -> list[tuple[Stage, str]]:
    return [(each.stage, each.name) for each in follow_ups]
