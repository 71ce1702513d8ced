"""The finishing pass: what records still need once everything is made."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from clinikomigrate.errors import Error
from clinikomigrate.transfer.carry import Carrier
from clinikomigrate.transfer.events import Event, FollowUpDone, StageStarted
from clinikomigrate.transfer.follow_ups import FollowUp, Stage, Unmute
from clinikomigrate.transfer.holding import Holding
from clinikomigrate.transfer.journal import Journal, Owed
from clinikomigrate.transfer.kinds import KINDS, Kind
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Skip
from clinikomigrate.transfer.patience import ASKED, Stopped
from clinikomigrate.transfer.pipeline import Choice
from clinikomigrate.transfer.quiet import Quiet
from clinikomigrate.transfer.steady import SteadySource
from clinikomigrate.transfer.workers import Batch, Workers

_GONE = "the source record was gone before this could be done"
_LEFT_OUT = "the mapper leaves the record out now; give it the settings that it had when the record went"


class Finishing:
    """Does what is owed, stage by stage.

    What is owed stands in the journal by name only. The records are read and mapped again, in batches, which gives the
    same follow-ups as before.

    Args:
        source: Gives the records again.
        journal: Knows what is owed.
        choice: Maps them.
        carrier: Does a follow-up.
        quiet: Mutes patients.
        holding: Knows what must not be archived yet.
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
        carrier: Carrier,
        quiet: Quiet,
        holding: Holding,
        threads: int,
        stop: threading.Event,
        tell: Callable[[Event], None],
    ) -> None:
        self._source = source
        self._journal = journal
        self._choice = choice
        self._carrier = carrier
        self._quiet = quiet
        self._holding = holding
        self.held: Counter[str] = Counter()
        self._stop = stop
        self._tell = tell
        self._errors: list[BaseException] = []
        self._workers = Workers(threads, self._failed)

    def _failed(self, error: BaseException) -> None:
        self._errors.append(error)
        self._stop.set()

    def run(self) -> str | None:
        """Does all that is owed.

        Returns:
            Why it ended early, or None.
        """
        try:
            for stage in Stage:
                self._stage(stage)
        except Stopped as stopped:
            self._errors.append(stopped)
        except Error as error:
            self._errors.append(Stopped(f"records could not be read again: {error}"))
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

    def _stage(self, stage: Stage) -> None:
        kinds = list(KINDS.values())
        if stage is Stage.ARCHIVE:
            kinds.reverse()
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
        if any(owed.name.startswith("cancel:") for owed in page):
            self._quiet.ensure(entities.values(), "cancellations")
        for owed in page:
            entity = entities.get(owed.source_id)
            follow_up: FollowUp | None = Unmute.named(owed.name)
            if follow_up is None and entity is not None:
                follow_up = self._again(owed, entity)
            if follow_up is None:
                if entity is None:
                    self._journal.follow_up_done(owed, [Loss(owed.name.partition(":")[0], _GONE)])
                self._tell(FollowUpDone(owed.kind, owed.source_id, stage.name.lower()))
                continue
            self._submit(stage, owed, follow_up, entity, batch)

    def _not_held(self, kind: str, page: list[Owed]) -> list[Owed]:
        """Leaves what may still be needed for a later run."""
        held = self._holding.held(kind, [owed.source_id for owed in page])
        self.held[kind] += len(held)
        return [owed for owed in page if owed.source_id not in held]

    def _again(self, owed: Owed, entity: Any) -> FollowUp | None:
        """Maps a record again for one of its follow-ups; settles what is not needed any more."""
        mapped = self._choice.mapper.map(owed.kind, entity, self._choice.context)
        if isinstance(mapped, Skip):
            self._journal.follow_up_failed(owed, _LEFT_OUT)
            return None
        follow_up = next((each for each in mapped.follow_ups if each.name == owed.name), None)
        if follow_up is None:  # the source's record does not call for it any more
            self._journal.follow_up_done(owed)
        return follow_up

    def _submit(self, stage: Stage, owed: Owed, follow_up: Any, entity: Any, batch: Batch) -> None:
        def task() -> None:
            try:
                if not self._stop.is_set():
                    done = self._carrier.finish(owed, follow_up, entity)
                    self._tell(FollowUpDone(owed.kind, owed.source_id, stage.name.lower(), ok=done))
            finally:
                batch.end()

        batch.begin()
        self._workers.submit((owed.kind, owed.destination_id), task)
