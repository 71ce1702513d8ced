"""A sink that writes nothing and counts what writing would take: a plan is a run on it."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Unsupported
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.follow_ups import Archiving, FollowUp, Stage, Unmute
from clinikomigrate.transfer.kinds import KINDS
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Fetch
from clinikomigrate.transfer.sink import Account, Emptied, Made, Present, Sink, Wanted

PLANNED: Final = "planned:"
"""How the ids of records begin that are only planned."""
_WAYS: Final = ":loud:"
"""What stands in the id of a planned patient before the ways in which that one will be written to."""


def planned_kind(id: str | None) -> str | None:
    """Returns the kind of a planned record by its id, or None for the id of a record that is there."""
    return id.split(":")[1] if id is not None and id.startswith(PLANNED) else None


def planned_allowance(id: str) -> str:
    """Returns the name of the allowance that pays for making a planned record; the main one's for other ids."""
    return id.split(":")[2] if id.startswith(PLANNED) else ""


def planned_ways(id: str) -> Sequence[str]:
    """Returns about what a planned patient will be written to, as `Sink.loud` would say it."""
    ways = id.split(_WAYS, 1)[1] if id.startswith(PLANNED) and _WAYS in id else ""
    return ways.split(",") if ways else ()


def _files_in(draft: Any) -> int:
    """Counts the source's files in a draft: they are read while they are written."""
    return sum(hasattr(getattr(draft, attribute.name), "open") for attribute in attrs.fields(type(draft)))


@cache
def _step(kind: str) -> int:
    """Returns how many kinds must be done, one after the other, before a kind can begin."""
    return max((1 + _step(need) for need in KINDS[kind].needs), default=0)


class Rehearsal(Sink):
    """Stands in for a sink, reads what it would read, and writes nothing.

    Args:
        sink: The sink that will write.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._before = sink.requests_sent
        self._spent: dict[Hashable, Counter[str]] = {}
        self._files = 0
        self._made: dict[Hashable, list[tuple[str, Any]]] = {}
        self.workers = 1
        self.at_once = sink.at_once
        self.unarchives = sink.unarchives
        self.catches_up = sink.catches_up
        self.fills_in = sink.fills_in
        self.left_as_it_is = sink.left_as_it_is
        self.remembered = sink.remembered
        self.keeps = sink.keeps  # what is kept has to be read, and is not kept by a plan
        self._looks = tuple(sink.plan_looks())

    def __repr__(self) -> str:
        return f"<Rehearsal of {self._sink!r}>"

    def _count(self, phase: Hashable, spending: Mapping[str, int]) -> None:
        with self._lock:
            self._spent.setdefault(phase, Counter()).update(spending)

    @property
    def kinds(self) -> Collection[str]:
        """The names of the record kinds that the sink can write."""
        return self._sink.kinds

    def account(self) -> Account:
        """Returns the account that will be written to."""
        return self._sink.account()

    def existing(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Sweeps what the destination holds of a kind."""
        yield from self._sink.existing(kind)

    def witness(self, entities: Sequence[Any]) -> Iterable[tuple[Ref[Any], FollowUp]]:
        """Shows records to what looks for something among them; nothing is kept, and nothing owed."""
        for look in self._looks:
            for entity in entities:
                look.take(entity)
        return ()

    def findings(self) -> list[Finding]:
        """Says what was found among the records that it was shown."""
        return [finding for look in self._looks for finding in look.findings()]

    def create(self, draft: Any) -> Made:
        """Counts what making the record takes.

        Raises:
            Unsupported: The destination will refuse it, by itself or beside what is planned already.
        """
        spending = Counter(self._sink.spending(draft, kind=draft.kind))
        allowance = next(filter(None, spending), "")
        kind, key = KINDS[draft.kind], self._sink.look_up_key(draft)
        with self._lock:
            earlier = self._made.get(key, [])
            alike = next((id for id, each in earlier if each == draft), None) if kind.look_first else None
            clash = self._sink.foresee_clash(draft, [each for _, each in earlier])
            self._files += _files_in(draft) if clash is None else 0
        if alike is not None:  # the destination gives it, and takes no second one
            return Made(alike, stood=True)
        if clash is None and (refusal := self._sink.foresee_refusal(draft)) is not None:
            raise Unsupported(refusal)
        if earlier and kind.look_first and clash is None:  # it came with the earlier one, and is found instead of made
            spending -= Counter({allowance: 1})
        self._count(_step(draft.kind), spending)
        if clash is not None:
            raise Unsupported(clash)
        with self._lock:
            ways = ",".join(self._sink.foresee_loud(draft))
            id = f"{PLANNED}{draft.kind}:{allowance}:{next(self._numbers)}{_WAYS if ways else ''}{ways}"
            if kind.one_each or kind.apart is not None:
                self._made[key] = [*earlier, (id, draft)]
            return Made(id, tuple(self._sink.foresee_losses(draft)))

    def foresee_clash(self, draft: Any, earlier: Sequence[Any]) -> str | None:
        """Says why a draft will be refused beside others, and beside what is planned already."""
        with self._lock:
            planned = [each for _, each in self._made.get(self._sink.look_up_key(draft), ())]
        return self._sink.foresee_clash(draft, [*earlier, *planned])

    def clashed(self, draft: Any) -> Mapping[str, str]:
        """Says what in the destination's archive a draft would have been refused beside."""
        return self._sink.clashed(draft)

    def lasting(self, kind: str, *, changed: bool) -> Collection[Loss]:  # noqa: ARG002 - what was refused is again
        """Gives the losses that a change of a record is expected not to make good."""
        return self._sink.lasting(kind, changed=False)

    def may_lose(self, kind: str, follow_up: FollowUp) -> Collection[Loss]:
        """Gives the losses that a follow-up is expected to come to again."""
        return self._sink.may_lose(kind, follow_up)

    def keep_parts(self, entity: Any, fetch: Callable[[Fetch], object]) -> Sequence[Loss]:
        """Says what could not be kept of what belongs to a record."""
        return self._sink.foresee_parts(entity, fetch)

    def find(self, draft: Any, since: datetime | None) -> Sequence[str]:
        """Finds nothing: what an earlier run left in doubt is planned as if it were not there."""
        del draft, since
        return ()

    def made_since(self, kind: str, since: datetime, patient: str | None) -> Sequence[str]:
        """Finds nothing, as `find` does."""
        del kind, since, patient
        return ()

    def look_up_key(self, draft: Any) -> Hashable:
        """Returns what the sink looks a draft up by."""
        return self._sink.look_up_key(draft)

    def present(self, drafts: Sequence[Any]) -> Sequence[Present | None]:
        """Says what the destination will have made by itself, or will have been given; counts what asking takes."""
        if drafts:
            self._count(_step(drafts[0].kind), {"": self._sink.foresee_looks(drafts)})
        if drafts and KINDS[drafts[0].kind].one_each:
            made = [self._made.get(self._sink.look_up_key(draft)) for draft in drafts]
            there = self._sink.foresee(drafts)
            return [Present(each[0][0], same=True) if each else real for each, real in zip(made, there, strict=True)]
        return self._sink.foresee(drafts)

    def put_away(self, drafts: Sequence[Any]) -> Sequence[Sequence[tuple[Present, str]]]:
        """Says what lies in the archive and says what drafts do; none is what points at something that is planned."""
        return self._sink.put_away(drafts)

    def read(self, kind: str, ids: Sequence[str], *, hidden: bool = False) -> Iterable[tuple[str, Any]]:
        """Reads records of the destination again; counts what it takes to read those that are only planned."""
        there = [id for id in ids if planned_kind(id) is None]
        if not there:
            self._count(_step(kind), {"": 1})
            return ()
        return self._sink.read(kind, there, hidden=hidden)

    def listed(self, kind: str, ids: Sequence[str], name: str) -> Mapping[str, Collection[str]]:
        """Reads lists that records don't show; counts what it takes for those that are only planned: they are empty."""
        there = [id for id in ids if planned_kind(id) is None]
        if len(there) < len(ids):
            self._count((Stage.LINK, kind), {"": len(ids) - len(there)})
        return {**dict.fromkeys(ids, ()), **(self._sink.listed(kind, there, name) if there else {})}

    def same(self, draft: Any, record: Any) -> bool:
        """Says whether a record is what the draft would make."""
        return self._sink.same(draft, record)

    def left_over(self, draft: Any, record: Any) -> Sequence[str]:
        """Names what a record still holds that the source has no more."""
        return self._sink.left_over(draft, record)

    def emptied(self, draft: Any, gone: Collection[str], record: Any) -> Emptied:
        """Makes a draft take away what a record still holds and the source has no more."""
        return self._sink.emptied(draft, gone, record)

    def foresee_locked(self, kind: str, record: Any) -> str | None:
        """Says why the destination will take no change of a record."""
        return self._sink.foresee_locked(kind, record)

    def told_by(self, draft: Any) -> str | None:
        """Says which kind of record says all that a record says."""
        return self._sink.told_by(draft)

    def unread(self, draft: Any) -> Sequence[Loss]:
        """Says what `same` could not compare of a draft."""
        return self._sink.unread(draft)

    def differences(self, wanted: Wanted, record: Any) -> Sequence[str]:
        """Names the attributes of a draft that a record does not hold."""
        return self._sink.differences(wanted, record)

    def held(self, wanted: Sequence[Wanted]) -> Sequence[Sequence[Present]]:
        """Says which records are there already; none is what points at something that is only planned."""
        return self._sink.held(wanted)

    def state(self, record: Any) -> object:
        """Returns what a record says."""
        return self._sink.state(record)

    def seats(self, record: Any) -> int | None:
        """Says how many have room in a class."""
        return self._sink.seats(record)

    def shared(self, record: Any) -> Mapping[str, object]:
        """Says what of a record changes along with another one."""
        return self._sink.shared(record)

    def shows(self, follow_up: FollowUp, record: Any) -> bool | None:
        """Says whether a record shows that a cancellation or an archiving was done to it."""
        return self._sink.shows(follow_up, record)

    def says_otherwise(self, follow_up: FollowUp, record: Any) -> Sequence[str]:
        """Names what a record that was cancelled says of that otherwise than it was meant."""
        return self._sink.says_otherwise(follow_up, record)

    def update(self, id: str, draft: Any, record: Any = None) -> Made:
        """Counts what changing the record takes.

        Raises:
            Unsupported: The destination will refuse it.
        """
        self._count(_step(draft.kind), self._sink.spending(draft, kind=draft.kind, id=id))
        locked = None if record is None else self._sink.foresee_locked(draft.kind, record)
        if locked is not None:
            raise Unsupported(locked)
        return Made(id, tuple(self._sink.foresee_change(draft)), record)

    def finish(self, kind: str, id: str, follow_up: FollowUp) -> None:
        """Counts what the follow-up takes."""
        stage = follow_up.stage
        phase: Hashable = _step(kind) if stage is Stage.SETTLE else (stage, kind)
        self._count(phase, self._sink.spending(follow_up, kind=kind, id=id))

    def unarchive(self, kind: str, id: str) -> None:
        """Counts what taking a record out of the archive takes."""
        self._count(_step(kind), self._sink.spending(Archiving(), kind=kind, id=id))

    def sets_off(self, draft: Any) -> bool:
        """Says whether the destination could write to a patient because this record is made."""
        return self._sink.sets_off(draft)

    def sets_off_changed(self, draft: Any, record: Any) -> bool:
        """Says whether the destination could write to a patient because this record is changed."""
        return self._sink.sets_off_changed(draft, record)

    def loud(self, ids: Sequence[str]) -> Mapping[str, Collection[str]]:
        """Says which patients would be written to; counts what it takes to ask about those who are only planned."""
        there = [id for id in ids if planned_kind(id) is None]
        planned = {id: ways for id in ids if (ways := planned_ways(id))}
        if len(there) < len(ids):
            self._count(_step("patients"), {"": 1})
        return {**(self._sink.loud(there) if there else {}), **planned}

    def foresee_loud(self, draft: Any) -> Collection[str]:
        """Says how a patient will be written to who is made of a draft."""
        return self._sink.foresee_loud(draft)

    def set_to(self, record: Any) -> Mapping[str, str]:
        """Says how a patient is written to."""
        return self._sink.set_to(record)

    def silent(self, record: Any) -> Mapping[str, str]:
        """Says about what a patient is not written to."""
        return self._sink.silent(record)

    def hanging_on(self, kind: str, ids: Sequence[str]) -> Iterable[tuple[str, str, str]]:
        """Gives what hangs on records that are there."""
        return self._sink.hanging_on(kind, ids)

    def pointing_at(self, kind: str) -> Iterable[tuple[str, str, str]]:
        """Gives what points at records that are there."""
        return self._sink.pointing_at(kind)

    def compare(self, wanted: Wanted, record: Any) -> Sequence[str]:
        """Names the attributes that a record holds otherwise than it was meant."""
        return self._sink.compare(wanted, record)

    def mute(self, id: str, ways: Collection[str]) -> None:
        """Counts what muting a patient takes: as much as giving one setting back."""
        self._count(_step("patients"), self._sink.spending(Unmute(next(iter(ways))), kind="patients", id=id))

    @property
    def spent(self) -> Sequence[Mapping[str, int]]:
        """How many writes the run would have sent, by allowance: a count for each phase.

        Within a phase work goes side by side, whatever pays for it. A phase begins when the one before is done: kinds
        wait for those that they need, and follow-ups are done stage by stage and kind by kind.
        """
        with self._lock:
            return tuple(self._spent.values())

    @property
    def files_read(self) -> int:
        """How many files of the source the run would have read to write them, each with one request."""
        return self._files

    @property
    def requests_read(self) -> int:
        """How many requests the sink has sent meanwhile, to look at what is there."""
        return self._sink.requests_sent - self._before

    @property
    def requests_sent(self) -> int:
        """How many requests the run would have sent so far."""
        return sum(sum(phase.values()) for phase in self.spent) + self.requests_read
