"""Takes who was in the destination before, and what they have there, instead of making it again."""

from __future__ import annotations

import enum
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import NotFound, Unsupported
from clinikomigrate.transfer import put_away, taken_back
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.carry import LEFT, Cargo, left
from clinikomigrate.transfer.existing import ExistingPatients
from clinikomigrate.transfer.follow_ups import Archiving, Change
from clinikomigrate.transfer.journal import Journal, State
from clinikomigrate.transfer.kinds import APPOINTMENT_KINDS, BOOKING_KINDS, Kind
from clinikomigrate.transfer.losses import Loss
from clinikomigrate.transfer.mapper import Fetch
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.resemblance import doubts
from clinikomigrate.transfer.resolve import Resolver
from clinikomigrate.transfer.sink import Present, Sink, Wanted
from clinikomigrate.transfer.source import IDS_A_REQUEST

NOT_COMPARED: Final = "the destination's record was there before, and can't be compared; look at it by hand"
"""The reason of a loss: the sink can't read a record again."""

_PATIENTS: Final = "patients"


@attrs.frozen
class Unclear:
    """A patient of whom it is not clear who they are in the destination, or what stands there and can't be taken so.

    Attributes:
        cargo: The record.
        reason: Why it is not clear, and what to do.
    """

    cargo: Cargo
    reason: str


class Reunion:
    """Brings what goes together with what was in the destination before the transfer.

    That is whoever is there already, where patients are to be adopted; what those have there; and the diary that they
    are booked in. For patients whom the transfer made nothing is read.

    Args:
        existing: Knows who is there already; None where nobody is to be adopted.
        sink: Reads and compares.
        journal: Knows who was adopted.
        resolver: Knows what became of merged patients, and reads what is only read at the last moment.
        patience: Waits out a lost connection.
    """

    def __init__(
        self,
        existing: ExistingPatients | None,
        sink: Sink,
        journal: Journal,
        resolver: Resolver,
        patience: Patience,
    ) -> None:
        self._existing = existing
        self._sink = sink
        self._journal = journal
        self._resolver = resolver
        self._patience = patience
        self._lock = threading.Lock()
        self._promised: set[tuple[str, str]] = set()
        self._is_any = bool(existing) or State.ADOPTED in journal.counts().get(_PATIENTS, {})

    def find(self, kind: Kind, cargos: list[Cargo]) -> tuple[list[Cargo], list[Unclear]]:
        """Finds what is there already of a batch of records of one kind.

        Args:
            kind: The kind.
            cargos: What is ready to be written.

        Returns:
            What is to be carried, with what it is in the destination where it is there; and who can't be.
        """
        if kind.archived_last:
            cargos = put_away.found_again(self._sink, self._journal, self._patience, kind, cargos)
        if not self._is_any:
            return cargos, []
        if kind.name == _PATIENTS:
            return self._patients(cargos) if self._existing is not None else (cargos, [])
        cargos = self._belongings(kind, cargos)
        return [each for each in cargos if each.objection is None], [
            Unclear(each, each.objection) for each in cargos if each.objection is not None
        ]

    # Patients.

    def _patients(self, cargos: list[Cargo]) -> tuple[list[Cargo], list[Unclear]]:
        assert self._existing is not None  # noqa: S101 - whoever calls has looked
        matches = [None if cargo.doubtful else self._existing.match(cargo.entity) for cargo in cargos]
        records = self._read([match.only for match in matches if match is not None and match.only is not None])
        ready, unclear = [], []
        for cargo, match in zip(cargos, matches, strict=True):
            if match is not None and match.only is None:
                unclear.append(Unclear(cargo, doubts(match)))
            elif match is not None and match.only is not None and (records is None or match.only in records):
                losses = self._otherwise(cargo, None if records is None else records[match.only])
                ready.append(attrs.evolve(cargo, adopted=match.only, losses=(*cargo.losses, *losses)))
            else:
                ready.append(cargo)
        return ready, unclear

    def _read(self, ids: Sequence[str]) -> dict[str, Any] | None:
        """Reads patients again; None of a sink that can't."""
        try:
            return {
                id: record
                for some in batched(ids, IDS_A_REQUEST)
                for id, record in self._patience.through(lambda some=some: list(self._sink.read(_PATIENTS, some)))  # type: ignore[misc] # mypy can't infer it
            }
        except NotImplementedError:  # `Sink.read` is optional: then nobody can tell what differs
            return None

    def _otherwise(self, cargo: Cargo, record: Any) -> Iterator[Loss]:
        """Says what the destination's patient does not hold of the source's."""
        if record is None:
            yield Loss("record", NOT_COMPARED)
            return
        differs = self._sink.differences(Wanted(cargo.draft, cargo.follow_ups), record)
        yield from left(cargo.entity, differs, self._sink.left_as_it_is)
        if _is_archived(cargo):
            yield Loss("archived_at", LEFT)

    # What they have, and the diary.

    def _belongings(self, kind: Kind, cargos: list[Cargo]) -> list[Cargo]:
        if kind.shared:
            return self._compared(kind, cargos, {cargo.ref for cargo in cargos})
        if kind.name == "attendees":  # that of an appointment came with it; a seat in a class is one of many
            alone = self._hanging_on_adopted(cargos, "booking", "individual_appointments")
            seats = self._hanging_on_adopted(cargos, "booking", "group_appointments")
            cargos = self._compared(kind, _untouched(cargos, alone), seats)
            return self._compared(kind, cargos, self._for_themselves(cargos), beside=APPOINTMENT_KINDS)
        theirs = self._hanging_on_adopted(cargos, "patient", _PATIENTS) if _hangs_on_patients(kind) else set()
        if kind.one_each:
            return _untouched(cargos, theirs)
        if kind.look_first:  # what is active is looked for anyway
            archived = {cargo.ref for cargo in cargos if cargo.ref in theirs and _is_archived(cargo)}
            return self._compared(kind, cargos, archived, for_good=False)
        return self._compared(kind, cargos, theirs)

    def _for_themselves(self, cargos: Sequence[Cargo]) -> set[Ref[Any]]:
        """Finds adopted patients' seats in classes that the destination has none of: each is a booking of its own."""
        theirs = self._hanging_on_adopted(cargos, "patient", _PATIENTS)
        bookings = {cargo.ref: cargo.entity.booking for cargo in cargos if cargo.ref in theirs}
        return {ref for ref, booking in bookings.items() if booking is not None and not self._is_there(booking.id)}

    def _is_there(self, booking: str) -> bool:
        return any(self._resolver.arrived(Ref(kind, booking)) is not None for kind in BOOKING_KINDS)

    def _hanging_on_adopted(self, cargos: Sequence[Cargo], attribute: str, kind: str) -> set[Ref[Any]]:
        """Finds what hangs on a record that was in the destination before."""
        owners = {
            cargo.ref: Ref[Any](kind, ref.id)
            for cargo in cargos
            if (ref := getattr(cargo.entity, attribute, None)) is not None
        }
        adopted = self._adopted(kind, {ref.id for ref in owners.values()})
        return {ref for ref, owner in owners.items() if owner.id in adopted}

    def _adopted(self, kind: str, ids: Collection[str]) -> set[str]:
        entries = self._journal.entries(kind, ids)
        found = set()
        for id, entry in entries.items():
            arrived = None if entry.instead is None else self._resolver.arrived(Ref(kind, id))
            last = entry if arrived is None else self._journal.entry(arrived[1])  # whom a patient was merged into
            if last is not None and last.state is State.ADOPTED:
                found.add(id)
        return found

    def _compared(
        self,
        kind: Kind,
        cargos: list[Cargo],
        refs: Collection[Ref[Any]],
        *,
        for_good: bool = True,
        beside: Collection[str] = (),
    ) -> list[Cargo]:
        """Looks for records in the destination that are what some of a batch would make.

        Args:
            kind: The kind.
            cargos: The batch.
            refs: For which of them.
            for_good: Whether what is not found is looked for no more.
            beside: As which kinds what is found may stand there for something else already.
        """
        asked = [cargo for cargo in cargos if cargo.ref in refs and not cargo.doubtful and cargo.adopted is None]
        found = self._held((kind.name, *beside), asked) if asked else {}
        return [
            self._adopting(cargo, present)
            if (present := found.get(cargo.ref)) is not None and present.beside is None
            else attrs.evolve(
                cargo,
                looked_for=cargo.looked_for or (for_good and cargo.ref in refs),
                losses=(*cargo.losses, *([] if present is None or present.beside is None else [present.beside])),
            )
            for cargo in cargos
        ]

    def _held(self, kinds: Sequence[str], asked: Sequence[Cargo]) -> dict[Ref[Any], Present]:
        wanted = [Wanted(cargo.draft, cargo.follow_ups) for cargo in asked]
        try:
            held = self._patience.through(lambda: self._sink.held(wanted))
        except (NotFound, Unsupported):
            return {}
        with self._lock:
            self._promised = {each for each in self._promised if not self._journal.holds(*each)}
            found: dict[Ref[Any], Present] = {}
            for rank in _Rank:
                for cargo, there in zip(asked, held, strict=True):
                    ranked = (each for each in there if _rank(each) is rank)
                    free = (each for each in ranked if all(self._is_free(kind, each.id) for kind in kinds))
                    if cargo.ref not in found and (present := next(free, None)) is not None:
                        if rank is not _Rank.NOT_TAKEN:
                            self._promised.add((kinds[0], present.id))
                        found[cargo.ref] = present
            return found

    def _is_free(self, kind: str, id: str) -> bool:
        """Says whether a record of the destination stands for none of the source, nor is about to, nor did before."""
        if (kind, id) in self._promised or self._journal.holds(kind, id):
            return False
        return not taken_back.is_remembered(self._journal, Ref(kind, id))

    def _adopting(self, cargo: Cargo, present: Present) -> Cargo:
        losses = (
            *cargo.losses,
            *left(cargo.entity, present.differs, self._sink.left_as_it_is),
            *self._unfetched(cargo),
        )
        return attrs.evolve(cargo, adopted=present.id, losses=losses, objection=present.objection)

    def _unfetched(self, cargo: Cargo) -> Iterator[Loss]:
        """Says what an adopted record would have been given later: nothing is changed of it."""
        for change in cargo.follow_ups:
            for name, value in _given(change.draft).items() if isinstance(change, Change) else ():
                fetched = isinstance(value, Fetch) and self._patience.through(
                    lambda value=value: self._resolver.fetch(value, cargo.entity)  # type: ignore[misc] # mypy can't infer it
                )
                if fetched:
                    yield Loss(name.removesuffix("_id"), LEFT)


class _Rank(enum.Enum):
    """In which order records of the destination are taken for what the source has."""

    SAME = enum.auto()
    OTHERWISE = enum.auto()
    NOT_TAKEN = enum.auto()


def _rank(present: Present) -> _Rank:
    if present.objection is not None or present.beside is not None:
        return _Rank.NOT_TAKEN
    return _Rank.SAME if present.same else _Rank.OTHERWISE


def _untouched(cargos: Iterable[Cargo], refs: Collection[Ref[Any]]) -> list[Cargo]:
    return [attrs.evolve(cargo, untouched=True) if cargo.ref in refs else cargo for cargo in cargos]


def _is_archived(cargo: Cargo) -> bool:
    return any(isinstance(each, Archiving) for each in cargo.follow_ups)


def _hangs_on_patients(kind: Kind) -> bool:
    return any(link.kind == _PATIENTS for link in kind.owners)


def _given(draft: Any) -> dict[str, Any]:
    return attrs.asdict(draft, recurse=False, filter=lambda _, value: value is not UNSET)
