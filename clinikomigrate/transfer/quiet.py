"""Sees to it that no patient is written to because of a transfer."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Final

from clinikomigrate.client.ref import Ref
from clinikomigrate.transfer.follow_ups import Stage, Unmute
from clinikomigrate.transfer.journal import Journal, Owed
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.sink import Sink

_REMEMBERED: Final = 10_000


class Quiet:
    """Mutes patients before something is done that the destination would write to them about.

    Patients whom the transfer made are muted from the start where that is needed. This is for all others: those who
    were there before, or whom an earlier run made. What is muted is noted before it is, and gets its setting back
    in the finishing pass, after an interruption too.

    Args:
        sink: Says who would be written to, and mutes.
        journal: Notes who was muted.
        resolver: Knows the patients' ids in the destination.
        patience: Waits out a lost connection.
        ways: How the destination could write to patients: `"confirmations"`, `"cancellations"`.
    """

    def __init__(
        self, sink: Sink, journal: Journal, resolver: Resolver, patience: Patience, ways: frozenset[str]
    ) -> None:
        self._sink = sink
        self._journal = journal
        self._resolver = resolver
        self._patience = patience
        self._ways = ways
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, None] = OrderedDict()

    def ensure(self, records: Iterable[Any], way: str) -> None:
        """Mutes the patients of records.

        Args:
            records: The source's bookings or attendees (`Any`: of whatever kind has a `patient`).
            way: What the destination would write about, of `ways`.
        """
        if way in self._ways:
            self._mute(self._arrived(records))

    def hush(self, records: Iterable[Any], way: str) -> None:
        """Mutes the patients of the destination's own records.

        Args:
            records: The destination's bookings or attendees (`Any`: of whatever kind has a `patient`).
            way: What the destination would write about, of `ways`.
        """
        if way in self._ways:
            self._mute(self._behind(records))

    def _mute(self, patients_of: Iterable[tuple[str, Ref[Any]]]) -> None:
        with self._lock:
            patients = {id: ref for id, ref in patients_of if id not in self._seen}
            owing = {id for id, ref in patients.items() if self._journal.owes(ref, Stage.RESTORE)}
            asked = [id for id in patients if id not in owing]
            loud = self._patience.through(lambda: self._sink.loud(asked)) if asked else {}
            for id, ways in loud.items():
                for each in ways:
                    ref, follow_up = patients[id], Unmute(each)
                    self._journal.owe(Owed(ref.kind, ref.id, id, follow_up.name), follow_up.stage)
                self._patience.through(lambda id=id, ways=ways: self._sink.mute(id, ways))  # type: ignore[misc] # mypy can't infer it
            self._remember(patients)

    def _arrived(self, records: Iterable[Any]) -> Iterable[tuple[str, Ref[Any]]]:
        for record in records:
            patient = getattr(record, "patient", None)
            if patient is not None and (found := self._resolver.arrived(patient)) is not None:
                yield found

    def _behind(self, records: Iterable[Any]) -> Iterable[tuple[str, Ref[Any]]]:
        for record in records:
            patient = getattr(record, "patient", None)
            if patient is not None and (source := self._journal.source_of(patient.kind, patient.id)) is not None:
                yield patient.id, Ref(patient.kind, source)

    def _remember(self, ids: Iterable[str]) -> None:
        for id in ids:
            self._seen[id] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
