"""Patients of the source who are in the destination already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Final

import attrs

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Forbidden, NotFound, Unsupported
from clinikomigrate.transfer import resemblance, taken_back
from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.copies import Copies
from clinikomigrate.transfer.digests import Digests
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.journal import Journal, State
from clinikomigrate.transfer.lookalikes import Likeness, Lookalike, Lookalikes
from clinikomigrate.transfer.mapper import Mapped, Skip
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.persons import Person
from clinikomigrate.transfer.resemblance import Existing
from clinikomigrate.transfer.residents import Residents
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.steady import SteadySource

_KIND: Final = "patients"


class ExistingPatients:
    """Tells which patients of the source are in the destination already. It is a look of preflight's.

    The destination's patients are swept once, and so are those in its archive, who are only told of; but whoever was
    merged into another there may be that other one. Whom the transfer made is nobody that this is about; nor is whoever
    may have been made by a write whose fate is not known. Who stands for a patient of the source already may be another
    one of the source too, and is no clear match.

    Args:
        policy: What becomes of them.
        sink: Gives the destination's patients, and says who they are.
        journal: Knows what was carried already; None where nothing was.
        patience: Waits out a lost connection.
        copies: Looks at each of the destination's patients too; None where nobody does.
    """

    def __init__(
        self,
        policy: Existing,
        sink: Sink,
        journal: Journal | None,
        patience: Patience,
        copies: Copies | None = None,
    ) -> None:
        self._policy = policy
        self._sink = sink
        self._journal = journal
        self._patience = patience
        self._active = Residents()
        self._archived = Residents()
        self._merged = Residents()
        self._merged_into = Digests()
        self._matches = Lookalikes()
        self._archived_matches = Lookalikes()
        self._copies = copies
        self._refused = False

    def __repr__(self) -> str:
        return f"<ExistingPatients: {self._matches!r}>"

    def __len__(self) -> int:
        return len(self._matches)

    def close(self) -> None:
        """Gives the temporary files back."""
        residents = (self._active, self._archived, self._merged)
        for part in (*residents, self._merged_into, self._matches, self._archived_matches):
            part.close()

    def sweep(self) -> None:
        """Reads the destination's patients, at one list read per 100."""
        self._patience.through(lambda: self._sweep(self._active, self._sink.existing, self._may_be_one_more))
        self._patience.through(lambda: self._sweep(self._archived, self._sink.existing_archived, self._is_nobody_s))

    def _sweep(
        self,
        residents: Residents,
        read: Callable[[str], Iterable[tuple[str, Any]]],
        counts: Callable[[str], bool],
    ) -> None:
        residents.clear()
        try:
            for id, record in read(_KIND):
                if self._copies is not None and residents is self._active:
                    self._copies.take(id, record)
                winner = getattr(record, "merged_with_patient", None)
                if counts(id):
                    (residents if winner is None else self._merged).add(id, self._sink.person(record))
                if winner is not None:
                    self._merged_into.add((id,), winner.id)
        except (NotFound, Unsupported):
            residents.clear()
        except Forbidden:
            residents.clear()
            self._refused = self._refused or residents is self._active

    def _is_nobody_s(self, id: str) -> bool:
        """Says whether a patient of the destination stands for none of the source, nor ever did."""
        if self._journal is None:
            return True
        is_ours = taken_back.is_remembered(self._journal, Ref(_KIND, id))
        return not is_ours and self._journal.source_of(_KIND, id) is None

    def _may_be_one_more(self, id: str) -> bool:
        """Says whether a patient of the destination may be one of the source who did not go yet."""
        owner = None if self._journal is None else self._journal.source_of(_KIND, id)
        if self._journal is None or owner is None:
            return True
        entry = self._journal.entry(Ref(_KIND, owner))
        state = None if entry is None else entry.state
        if state is State.ADOPTED:
            self._matches.add_rival(owner, id, Likeness())
        return state in (State.ADOPTED, State.UNDONE)  # whom an undoing archived somebody has taken out of the archive

    # Looking at the source's.

    @property
    def kinds(self) -> Collection[str]:
        """The names of the kinds that are looked at: none where there is nobody to compare with."""
        return (_KIND,) if any(map(len, (self._active, self._archived, self._merged))) else ()

    def take(self, entity: Any, mapped: Mapped[Any] | Skip) -> None:
        """Looks at one patient who goes.

        Args:
            entity: The source's patient (`Any`: as every look has it).
            mapped: What the mapper makes of it.
        """
        if isinstance(mapped, Skip):
            return
        entry = None if self._journal is None else self._journal.entry(Ref(_KIND, entity.id))
        if entry is not None and entry.state.arrived:
            return
        person = Person.of(entity)
        is_doubtful = entry is not None and entry.state.doubtful
        found = self._active.like(person) if is_doubtful else self._like(entity.id, person)
        for id, likeness in found.items():
            if is_doubtful:
                self._matches.speak_for(id)
            else:
                self._matches.add(entity.id, id, likeness)
        for id, likeness in self._archived_like(entity.id, person).items() if not found else ():
            self._archived_matches.add(entity.id, id, likeness)

    def _like(self, id: str, person: Person) -> dict[str, Likeness]:
        """Returns who in use may be a person of the source, under this name or the one of somebody merged into them."""
        found = self._active.like(person)
        if any(likeness.exact for likeness in found.values()):
            return found
        return self._as_merged(id, person, is_archived=False) | found

    def _archived_like(self, id: str, person: Person) -> dict[str, Likeness]:
        return self._as_merged(id, person, is_archived=True) | self._archived.like(person)

    def _as_merged(self, id: str, person: Person, *, is_archived: bool) -> dict[str, Likeness]:
        """Returns into whom those were merged who may be a person of the source; nobody is sure to be that one."""
        found = {}
        for merged, likeness in self._merged.like(person).items():
            winner = self._winner_of(merged)
            is_own = self._journal is not None and self._journal.source_of(_KIND, winner) == id
            if not is_own and (winner in self._archived) is is_archived:
                found[winner] = attrs.evolve(likeness, written_otherwise=True)
        return found

    def _winner_of(self, id: str) -> str:
        """Follows who was merged into whom to the end."""
        passed = {id}
        while (into := self._merged_into.ids((id,))) and into[0] not in passed:
            id = into[0]
            passed.add(id)
        return id

    def look_beyond(self, source: SteadySource, goes: Callable[[Any], bool]) -> None:
        """Looks at the source's patients who do not go: one who does must not be taken for whom one of those is.

        It reads nothing where nobody is to be adopted.

        Args:
            source: Gives all patients, at one list read per 100.
            goes: Says whether a patient goes.
        """
        if self._policy != "adopt" or not len(self._matches):
            return
        for patient in source.stream(_KIND):
            if patient.merged_with_patient is None and not goes(patient):
                for id, likeness in self._like(patient.id, Person.of(patient)).items():
                    self._matches.add_rival(patient.id, id, likeness)

    # What was found.

    def match(self, entity: Any) -> Lookalike | None:
        """Returns whom of the destination a patient of the source may be; None where it is nobody.

        Args:
            entity: The source's patient (`Any`: of whichever model). One who was not looked at before is looked at now.
        """
        for id, likeness in self._like(entity.id, Person.of(entity)).items():
            self._matches.add(entity.id, id, likeness)
        return self._matches.of(entity.id)

    def alike(self, source_id: str) -> tuple[str, ...]:
        """Gives who of the destination looked like a patient when it was swept, and isn't known to be another one's.

        Args:
            source_id: The patient's id in the source. Of one whose write has an unknown fate nobody is given.
        """
        found = self._matches.of(source_id)
        return () if found is None else found.destination_ids

    def findings(self) -> Iterator[Finding]:
        """Says what was found, as the policy wants it."""
        if self._refused and self._policy != "copy":
            yield CODES.finding(
                "existing-patients-unread",
                "The destination's patients may not be read, so that nobody can tell who of the source's is there "
                "already.",
                "Use the key of a user who may read them; or, if nobody is there yet, give Transfer existing='copy'.",
                kind=_KIND,
            )
        yield from resemblance.findings(self._policy, self._matches, self._archived_matches)
