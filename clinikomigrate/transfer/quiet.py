"""Sees to it that no patient is written to because of a transfer."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Error, NotFound
from clinikomigrate.transfer.about import in_full
from clinikomigrate.transfer.carry import explain, stop_if_general
from clinikomigrate.transfer.follow_ups import FollowUp, Stage, Unmute
from clinikomigrate.transfer.fresh import Fresh
from clinikomigrate.transfer.journal import Journal, Owed
from clinikomigrate.transfer.mapper import Mapped
from clinikomigrate.transfer.patience import Patience, Stopped
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.widening import Widening

_REMEMBERED: Final = 10_000
_DEBTS: Final = 10
"""More follow-ups than one stage ever owes to a patient."""

LOUD: Final = "the destination would write to its patient about it, and that could not be switched off: {}"
OUT_OF_REACH: Final = "somebody archived the patient there. Take the patient out of the archive first"
STRANGER: Final = (
    "the destination would write about it to a patient whom this transfer did not bring: do it there by hand"
)


@attrs.frozen
class _Behind:
    """Who stands behind a record.

    Attributes:
        record: The record's id.
        there: The patient's id in the destination.
        ref: The source's patient; None for one whom the transfer didn't bring.
    """

    record: str
    there: str
    ref: Ref[Any] | None


class Quiet:
    """Mutes patients before something is done that the destination would write to them about.

    Patients whom the transfer makes are muted from the start where that is needed. This is for all others: those who
    were there before, whom an earlier run made, or whom a mapper has made otherwise. What is muted is noted before it
    is, and gets its setting back in the finishing pass, after an interruption too. Whoever isn't known to be muted is
    asked about, 100 a request. Whom an earlier run archived is taken out of the archive for it, and put back at the
    end.

    Args:
        sink: Says who would be written to, and mutes.
        journal: Notes who was muted.
        resolver: Knows the patients' ids in the destination.
        patience: Waits out a lost connection.
        ways: All ways in which the destination could write to patients: `"confirmations"`, `"cancellations"`.
        fresh: Knows who was made muted by this process; None where it makes nobody.
        back: What is owed to whoever is taken out of the archive; None where a run's own archiving puts them back.
    """

    def __init__(
        self,
        sink: Sink,
        journal: Journal,
        resolver: Resolver,
        patience: Patience,
        ways: frozenset[str],
        *,
        fresh: Fresh | None = None,
        back: FollowUp | None = None,
    ) -> None:
        self._sink = sink
        self._journal = journal
        self._resolver = resolver
        self._patience = patience
        self._widening = Widening(sink, journal, resolver, patience, back=back)
        self._ways = ways
        self._fresh = fresh
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, Mapping[str, str]] = OrderedDict()

    def heeds(self, way: str) -> bool:
        """Says whether the destination could write to patients in a way."""
        return way in self._ways

    def ensure(self, records: Iterable[Any], way: str) -> Mapping[str, str]:
        """Mutes the patients of records.

        Args:
            records: The source's bookings or attendees (`Any`: of whatever kind has a `patient`).
            way: What the destination would write about, of `ways`.

        Returns:
            By the id of a record whose patient could not be muted: why. What would be written about must not be done.

        Raises:
            Stopped: It can't be learnt who would be written to, or the run can't go on.
        """
        return self._mute(self._arrived(records), way) if way in self._ways else {}

    def hush(self, records: Iterable[Any], way: str) -> Mapping[str, str]:
        """Mutes the patients of the destination's own records.

        Args:
            records: The destination's bookings or attendees (`Any`: of whatever kind has a `patient`).
            way: What the destination would write about, of `ways`.

        Returns:
            By the id of a record whose patient could not be muted: why. A patient whom the transfer didn't bring is
            left as the destination has it.

        Raises:
            Stopped: It can't be learnt who would be written to, or the run can't go on.
        """
        return self._mute(self._behind(records), way) if way in self._ways else {}

    def wanted(self, unmuting: Unmute, mapped: Mapped[Any]) -> Unmute | None:
        """Says which setting a patient gets who was made muted: that which the source says by now.

        Args:
            unmuting: What was noted when the patient was made.
            mapped: The patient, mapped again.

        Returns:
            What gives it; None where the patient isn't to be written to any more.
        """
        return wanted(self._sink, unmuting, mapped.draft, mapped.follow_ups)

    def _mute(self, behind: Iterable[_Behind], way: str) -> Mapping[str, str]:
        with self._lock:
            all_of_them = list(behind)
            patients = {each.there: each.ref for each in all_of_them if not self._is_held_back(each.there, way)}
            asked = [id for id in patients if id not in self._seen]
            loud = self._loud(asked) if asked else {}
            self._widening.take_out(ref for id in loud if (ref := patients[id]) is not None)  # to be changed at all
            for id in asked:
                self._seen[id] = self._silence(patients[id], id, loud.get(id, ()))
            reasons = {id: self._seen[id][way] for id in patients if way in self._seen[id]}
            while len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        return {each.record: reasons[each.there] for each in all_of_them if each.there in reasons}

    def _loud(self, ids: Sequence[str]) -> Mapping[str, Collection[str]]:
        try:
            return self._patience.through(lambda: self._sink.loud(ids))
        except Error as error:
            stop_if_general(error)
            raise Stopped(f"it can't be learnt whom the destination would write to: {in_full(error)}") from None

    def _is_held_back(self, id: str, way: str) -> bool:
        """Says whether a patient was made muted by this process; settings are given back when nothing more is made."""
        return self._fresh is not None and self._fresh.is_muted(id, way)

    def _silence(self, ref: Ref[Any] | None, id: str, said: Iterable[str]) -> Mapping[str, str]:
        """Mutes one patient; gives for each way in which that could not be done the reason."""
        unmuting = [each for each in map(partial(Unmute.of, later=True), said) if self.heeds(each.way)]
        ways = [each.way for each in unmuting]
        if not ways:
            return {}
        if ref is None:
            return dict.fromkeys(ways, STRANGER)
        for each in unmuting:
            self._journal.owe(Owed(ref.kind, ref.id, id, each.name), each.stage)
        try:
            self._patience.through(lambda: self._sink.mute(id, ways))
        except NotFound:
            for each in unmuting:  # nothing was changed, so nothing is to be given back
                self._journal.follow_up_done(Owed(ref.kind, ref.id, id, each.name))
            return dict.fromkeys(ways, LOUD.format(OUT_OF_REACH))
        except Error as error:
            stop_if_general(error)
            return dict.fromkeys(ways, LOUD.format(explain(error)))
        return {}

    def _arrived(self, records: Iterable[Any]) -> Iterator[_Behind]:
        for record in records:
            patient = getattr(record, "patient", None)
            if patient is not None and (found := self._resolver.arrived(patient)) is not None:
                yield _Behind(record.id, *found)

    def _behind(self, records: Iterable[Any]) -> Iterator[_Behind]:
        for record in records:
            patient = getattr(record, "patient", None)
            if patient is not None:
                source = self._journal.source_of(patient.kind, patient.id)
                yield _Behind(record.id, patient.id, None if source is None else Ref(patient.kind, source))


def wanted(sink: Sink, unmuting: Unmute, draft: Any, follow_ups: Sequence[FollowUp]) -> Unmute | None:
    """Says which setting a patient is to have in the end.

    Args:
        sink: Says whether a draft mutes.
        unmuting: The setting that there is, or is to be given back.
        draft: What the source says of the patient by now.
        follow_ups: What the patient needs afterwards.

    Returns:
        What gives the setting; None where the patient isn't to be written to.
    """
    same = (each for each in follow_ups if isinstance(each, Unmute) and each.way == unmuting.way)
    return next(same, None if unmuting.way in sink.silent(draft) else unmuting)


def muted_ways(journal: Journal, ref: Ref[Any]) -> Collection[str]:
    """Says in which ways a patient is to be written to again, because this transfer muted that.

    Args:
        journal: Knows who is muted.
        ref: The source's patient.
    """
    return {each.way for _, each in owed_settings(journal, ref)}


def owed_settings(journal: Journal, ref: Ref[Any]) -> Sequence[tuple[Owed, Unmute]]:
    """Gives what switches a patient's settings on again, and is still owed.

    Args:
        journal: Knows who is muted.
        ref: The source's patient.
    """
    if not journal.owes(ref, Stage.RESTORE):
        return ()
    owed = journal.owed(Stage.RESTORE, ref.kind, Owed(ref.kind, ref.id, "", ""), _DEBTS, ready=False)
    named = [(each, Unmute.named(each.name)) for each in owed if each.source_id == ref.id]
    return [(each, unmuting) for each, unmuting in named if unmuting is not None]


def muted(journal: Journal) -> Iterator[tuple[Owed, Unmute]]:
    """Gives what switches patients' settings on again, and is still owed.

    Args:
        journal: Knows who is muted; it may be written to meanwhile.
    """
    last: Owed | None = None
    while page := journal.owed(Stage.RESTORE, "patients", last, ready=False):
        for owed in page:
            follow_up = Unmute.named(owed.name)
            if follow_up is not None:
                yield owed, follow_up
        last = page[-1]
