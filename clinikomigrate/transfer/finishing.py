"""The finishing pass: what records still need once everything is made."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error
from clinikomigrate.transfer.carry import explain, stop_if_general
from clinikomigrate.transfer.events import Event, FollowUpDone, StageStarted
from clinikomigrate.transfer.follow_ups import Change, FillIn, FollowUp, Seats, Stage, Unmute
from clinikomigrate.transfer.following_up import JUST_MADE, FollowingUp
from clinikomigrate.transfer.holding import AWAITED, Holding
from clinikomigrate.transfer.journal import Journal, Owed
from clinikomigrate.transfer.kinds import KINDS, Kind
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Mapped, Skip
from clinikomigrate.transfer.patience import ASKED, Stopped, ending
from clinikomigrate.transfer.pipeline import Choice
from clinikomigrate.transfer.quiet import Quiet
from clinikomigrate.transfer.reseated import WITH_SEATS, Reseated
from clinikomigrate.transfer.second_look import Due, SecondLook
from clinikomigrate.transfer.steady import SteadySource
from clinikomigrate.transfer.workers import Batch, Workers

_GONE = "the source record was gone before this could be done"
_LEFT_OUT = "the mapper leaves the record out now; give it the settings that it had when the record went"

_CHANGES: Final = ("change:", "seats:")
"""How the names of follow-ups begin before which the destination's record is read."""

_ARCHIVING: Final = "archiving:"

_TOLD: Final = {"arrive:": "confirmations", "cancel:": "cancellations", _ARCHIVING: "cancellations"}
"""By how the names of follow-ups begin that the destination could write to patients about: of which kind that is."""

_ORDER: Final = {name: place for place, name in enumerate(KINDS)}


@attrs.frozen
class _Seat:
    """Somebody's place in a class.

    Attributes:
        id: The class's id.
        patient: Who has it.
    """

    id: str
    patient: Ref[Any]


class Finishing:
    """Does what is owed, stage by stage.

    What is owed stands in the journal by name only. The records are read and mapped again, in batches, which gives the
    same follow-ups as before.

    Args:
        source: Gives the records again.
        journal: Knows what is owed.
        choice: Maps them.
        following_up: Does a follow-up.
        quiet: Mutes patients.
        holding: Knows what must not be archived yet.
        second_look: Knows what must not be cancelled or archived, because somebody works with it.
        reseated: Knows which classes have other seats by now.
        threads: How many follow-ups may be in flight at once.
        stop: Set when the run is to end.
        tell: Is told of events.

    Attributes:
        held: How many records of each kind are not archived yet.
    """

    def __init__(
        self,
        *,
        source: SteadySource,
        journal: Journal,
        choice: Choice,
        following_up: FollowingUp,
        quiet: Quiet,
        holding: Holding,
        second_look: SecondLook,
        reseated: Reseated,
        threads: int,
        stop: threading.Event,
        tell: Callable[[Event], None],
    ) -> None:
        self._source = source
        self._journal = journal
        self._choice = choice
        self._following_up = following_up
        self._quiet = quiet
        self._holding = holding
        self._second_look = second_look
        self._reseated = reseated
        self.held: Counter[str] = Counter()
        self._stop = stop
        self._tell = tell
        self._errors: list[BaseException] = []
        self._workers = Workers(threads, self._failed)

    def _failed(self, error: BaseException) -> None:
        self._errors.append(ending(error))
        self._stop.set()

    def run(self) -> str | None:
        """Does all that is owed.

        Returns:
            Why it ended early, or None.
        """
        try:
            self._stages()
        except Stopped as stopped:
            self._errors.append(stopped)
        except KeyboardInterrupt:
            self._stop.set()
        finally:
            self._workers.close()
            self._holding.close()
        for failure in self._errors:
            if not isinstance(failure, Stopped):
                raise failure
        if self._errors:
            return str(self._errors[0])
        return ASKED if self._stop.is_set() else None

    def _stages(self) -> None:
        try:
            for stage, kinds in self._steps():
                self._stage(stage, kinds)
        except Error as error:
            stop_if_general(error)
            raise Stopped(f"records could not be read again: {error}") from None

    def _steps(self) -> Iterator[tuple[Stage, Sequence[Kind]]]:
        """Gives the stages, each with its kinds.

        Patients get their settings back when their bookings are archived, for nobody knows whether a destination
        writes about that; and are archived themselves afterwards, for an archived one takes no setting.
        """
        kinds = list(KINDS.values())
        for stage in Stage:
            if stage is Stage.RESTORE:
                theirs = [kind for kind in reversed(kinds) if self._goes_before_patients(kind)]
                yield Stage.ARCHIVE, theirs
                yield stage, kinds
                yield Stage.ARCHIVE, [kind for kind in reversed(kinds) if kind not in theirs]
            elif stage is not Stage.ARCHIVE:
                yield stage, kinds

    def _goes_before_patients(self, kind: Kind) -> bool:
        """Says whether records of a kind are archived before patients get their settings back."""
        last = next(self._owed(Stage.RESTORE, kind), None) is None  # a mapper of the user's own may owe them something
        return last and _ORDER[kind.name] > _ORDER["patients"]

    def _stage(self, stage: Stage, kinds: Sequence[Kind]) -> None:
        owed = sum(1 for kind in kinds for _ in self._owed(stage, kind))
        if owed:
            self._tell(StageStarted(stage.name.lower(), owed))
        for kind in kinds if owed else ():
            batch = Batch()
            for page in self._pages(stage, kind):
                if self._stop.is_set():
                    break
                self._page(stage, page, batch)
            batch.wait()

    def _pages(self, stage: Stage, kind: Kind) -> Iterator[list[Owed]]:
        last: Owed | None = None
        while page := self._journal.owed(stage, kind.name, last):
            yield list(page)
            last = page[-1]

    def _owed(self, stage: Stage, kind: Kind) -> Iterator[Owed]:
        for page in self._pages(stage, kind):
            yield from page

    def _page(self, stage: Stage, page: list[Owed], batch: Batch) -> None:
        kind = page[0].kind
        if stage is Stage.ARCHIVE:
            page = self._not_held(kind, page)
        entities = {entity.id: entity for entity in self._source.by_id(kind, [owed.source_id for owed in page])}
        changed = [owed.destination_id for owed in page if owed.name.startswith(_CHANGES)]
        before = dict(self._following_up.before(kind, changed)) if changed else {}
        left: dict[Owed, str] = {}
        page = self._not_reseated(stage, page, entities, before)
        due = self._due(page, entities, left)
        left |= self._not_to_be_cancelled(stage, due)
        left |= self._second_look.objections(kind, [each for owed, each in due.items() if owed not in left])
        left |= self._loud([owed for owed in due if owed not in left], entities)
        for owed, each in due.items():
            record = before.get(owed.destination_id)
            if record is not None and self._second_look.is_done_already(each, record):
                before[owed.destination_id] = JUST_MADE
        for owed in page:
            entity = entities.get(owed.source_id)
            follow_up = due[owed].follow_up if owed in due else self._given_back(owed, entity, left)
            if owed in left:
                self._journal.follow_up_failed(owed, left[owed])
                self._tell(FollowUpDone(owed.kind, owed.source_id, stage.name.lower(), ok=False))
                continue
            if follow_up is None:
                if entity is None:
                    self._journal.follow_up_done(owed, [Loss(owed.name.partition(":")[0], _GONE)])
                self._tell(FollowUpDone(owed.kind, owed.source_id, stage.name.lower()))
                continue
            work = partial(self._following_up.finish, owed, follow_up, entity, before.get(owed.destination_id))
            self._submit(stage, owed, work, batch)

    def _not_reseated(
        self, stage: Stage, page: list[Owed], entities: Mapping[str, Any], before: Mapping[str, Any]
    ) -> list[Owed]:
        """Leaves classes the number of seats that the clinic has given them meanwhile."""
        kept = []
        for owed in page:
            entity, record = entities.get(owed.source_id), before.get(owed.destination_id)
            is_class = owed.kind in WITH_SEATS and entity is not None and record is not None
            mapped = self._again(owed, entity, {}) if is_class else None  # who can't be mapped is told of below
            if mapped is not None and self._reseated.is_by_now(owed, mapped, record):
                self._journal.follow_up_done(owed)
                self._tell(FollowUpDone(owed.kind, owed.source_id, stage.name.lower()))
            else:
                kept.append(owed)
        return kept

    def _loud(self, page: list[Owed], entities: Mapping[str, Any]) -> Mapping[Owed, str]:
        """Mutes who would be written to; gives what must not be done, because somebody can't be muted, and why.

        Args:
            page: What is owed to records that are there.
            entities: The source's records, by id.
        """
        loud: dict[Owed, str] = {}
        for what, way in _TOLD.items():
            told = [owed for owed in page if owed.name.startswith(what)]
            reasons = self._quiet.ensure(
                (each for owed in told for each in _booked(entities[owed.source_id], what)), way
            )
            loud |= {owed: reasons[owed.source_id] for owed in told if owed.source_id in reasons}
        return loud

    def _not_to_be_cancelled(self, stage: Stage, due: Collection[Owed]) -> dict[Owed, str]:
        """Says what waits for a part that this run leaves behind, and why it is not cancelled yet."""
        if stage is not Stage.CANCEL or not due:
            return {}
        kind = next(iter(due)).kind
        awaited = self._holding.awaited(kind, [owed.source_id for owed in due])
        return {owed: AWAITED for owed in due if owed.source_id in awaited}

    def _not_held(self, kind: str, page: list[Owed]) -> list[Owed]:
        """Leaves what may still be needed for a later run."""
        held = self._holding.held(kind, [owed.source_id for owed in page])
        self.held[kind] += len(held)
        return [owed for owed in page if owed.source_id not in held]

    def _due(self, page: list[Owed], entities: Mapping[str, Any], left: dict[Owed, str]) -> dict[Owed, Due]:
        """Maps records again for their follow-ups, but for those whose names say all that there is to do.

        Args:
            page: What is owed.
            entities: The source's records, by id.
            left: Takes what can't be done, and why.
        """
        due: dict[Owed, Due] = {}
        for owed in page:
            entity = entities.get(owed.source_id)
            if entity is None or _by_name(owed) is not None:
                continue
            mapped = self._again(owed, entity, left)
            follow_up = _called(owed.name, mapped.follow_ups) if mapped else None
            if mapped is not None and follow_up is not None:
                due[owed] = Due(owed, follow_up, entity, mapped)
            elif mapped is not None:  # the source's record does not call for it any more
                self._journal.waive(owed)
        return due

    def _given_back(self, owed: Owed, entity: Any, left: dict[Owed, str]) -> FollowUp | None:
        """Returns what gives back what there was, or the setting that the source says by now; None if that is none.

        Args:
            owed: What is owed.
            entity: The source's record; None where it is gone.
            left: Takes what can't be done, and why.
        """
        follow_up = _by_name(owed)
        if entity is None or not isinstance(follow_up, Unmute) or follow_up.later:
            return follow_up
        mapped = self._mapped(owed, entity, left)
        if not isinstance(mapped, Mapped):
            return follow_up if isinstance(mapped, Skip) else None
        wanted = self._quiet.wanted(follow_up, mapped)
        if wanted is None:
            self._journal.waive(owed)
        return wanted

    def _again(self, owed: Owed, entity: Any, left: dict[Owed, str]) -> Mapped[Any] | None:
        mapped = self._mapped(owed, entity, left)
        if isinstance(mapped, Skip):
            left[owed] = _LEFT_OUT
            return None
        return mapped

    def _mapped(self, owed: Owed, entity: Any, left: dict[Owed, str]) -> Mapped[Any] | Skip | None:
        """Maps a record again; None where that fails."""
        try:
            return self._choice.mapper.map(owed.kind, entity, self._choice.context)
        except Error as error:
            left[owed] = explain(error)
            return None

    def _submit(self, stage: Stage, owed: Owed, work: Callable[[], bool], batch: Batch) -> None:
        def task() -> None:
            try:
                if not self._stop.is_set():
                    done = work()
                    self._tell(FollowUpDone(owed.kind, owed.source_id, stage.name.lower(), ok=done))
            finally:
                batch.end()

        batch.begin()
        self._workers.submit((owed.kind, owed.destination_id), task)


def _booked(entity: Any, what: str) -> Iterator[Any]:
    """Gives what makes the destination write to patients about a record, one for each of them.

    Whoever was told of a cancellation is told nothing more when the cancelled record is archived.
    """
    kind = KINDS[entity.kind]
    if what != _ARCHIVING or (kind.messages and entity.cancelled_at is None):
        yield entity
    elif kind.members:
        for patient in getattr(entity, kind.members) or ():
            yield _Seat(entity.id, Ref("patients", patient))


def _called(name: str, follow_ups: Sequence[FollowUp]) -> FollowUp | None:
    """Gives the follow-up of a name; what only fills in is given as a whole change by a mapper."""
    if name == FillIn().name:
        change = next((each for each in follow_ups if isinstance(each, Change)), None)
        return None if change is None else FillIn(draft=change.draft)
    return next((each for each in follow_ups if each.name == name), None)


def _by_name(owed: Owed) -> FollowUp | None:
    """Returns the follow-up whose name says all that there is to do: it gives back what there was before."""
    return Unmute.named(owed.name) or Seats.named(owed.name)
