"""Patients of the source who are in the destination already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, Final, Literal, TypeAlias

from clinikomigrate.client.ref import Ref
from clinikomigrate.errors import Forbidden, NotFound, Unsupported
from clinikomigrate.transfer.codes import CODES
from clinikomigrate.transfer.digests import Digests, Key
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.mapper import Mapped, Skip
from clinikomigrate.transfer.matches import Match, Matches
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.persons import Person
from clinikomigrate.transfer.phrases import counted, listed
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.steady import SteadySource

Existing: TypeAlias = Literal["stop", "adopt", "copy"]
"""What becomes of patients who are in the destination already."""

_KIND: Final = "patients"
_BY: Final = "the same name, and the same birth date, e-mail address or telephone number"
_SHOWN: Final = 20
_LOOK: Final = "Look at the pairs in both accounts (the finding's `ids` are the source's)."


class ExistingPatients:
    """Tells which patients of the source are in the destination already. It is a look of preflight's.

    The destination's patients are swept once. Who stands for a patient of the source already, or was made for one, is
    nobody that this is about; nor is whoever may have been made by a write whose fate is not known.

    Args:
        policy: What becomes of them.
        sink: Gives the destination's patients, and says who they are.
        journal: Knows what was carried already; None where nothing was.
        patience: Waits out a lost connection.
    """

    def __init__(self, policy: Existing, sink: Sink, journal: Journal | None, patience: Patience) -> None:
        self._policy = policy
        self._sink = sink
        self._journal = journal
        self._patience = patience
        self._there = Digests()
        self._matches = Matches()
        self._refused = False

    def __repr__(self) -> str:
        return f"<ExistingPatients: {self._matches!r}>"

    def __len__(self) -> int:
        return len(self._matches)

    def close(self) -> None:
        """Gives the temporary files back."""
        self._there.close()
        self._matches.close()

    def sweep(self) -> None:
        """Reads the destination's patients, at one list read per 100."""
        self._patience.through(self._sweep)

    def _sweep(self) -> None:
        self._there.clear()
        try:
            for id, record in self._sink.existing(_KIND):
                if self._journal is None or not self._journal.holds(_KIND, id):
                    self._keep(id, self._sink.person(record))
        except (NotFound, Unsupported):
            self._there.clear()
        except Forbidden:
            self._there.clear()
            self._refused = True

    def _keep(self, id: str, person: Person) -> None:
        for key in person.found_by():
            self._there.add(key, id)
        for key in _birth_keys(id, person):
            self._there.add(key, id)

    # Looking at the source's.

    @property
    def kinds(self) -> Collection[str]:
        """The names of the kinds that are looked at: none where there is nobody to compare with."""
        return (_KIND,) if len(self._there) else ()

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
        candidates = self._candidates(Person.of(entity))
        for id, born_otherwise in candidates.items():
            if entry is not None and entry.state.doubtful:
                self._matches.speak_for(id)
            else:
                self._matches.add(entity.id, id, born_otherwise=born_otherwise)

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
                for id in self._candidates(Person.of(patient)):
                    self._matches.add_rival(patient.id, id)

    def _candidates(self, person: Person) -> dict[str, bool]:
        """Returns who it may be, and of each whether the birth dates speak against it.

        Where they speak for somebody, whoever was born on another day is nobody to be confused with: a father and a
        son of one name, with one telephone.
        """
        found = dict.fromkeys(id for key in person.found_by() for id in self._there.ids(key))
        if person.date_of_birth is None:
            return dict.fromkeys(found, False)
        known = [id for id in found if self._there.ids(_born(id))]
        otherwise = {id for id in known if not self._there.ids(_born(id, person))}
        alike = otherwise < set(known)
        return {id: id in otherwise for id in found if not (alike and id in otherwise)}

    # What was found.

    def match(self, entity: Any) -> Match | None:
        """Returns whom of the destination a patient of the source may be; None where it is nobody.

        Args:
            entity: The source's patient (`Any`: of whichever model). One who was not looked at before is looked at now.
        """
        for id, born_otherwise in self._candidates(Person.of(entity)).items():
            self._matches.add(entity.id, id, born_otherwise=born_otherwise)
        return self._matches.of(entity.id)

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
        match self._policy:
            case "stop":
                yield from self._stopping()
            case "adopt":
                yield from self._adopting()
            case _:
                yield from self._copying()

    def _stopping(self) -> Iterator[Finding]:
        found = _Told()
        for match in self._matches:
            found.add(match)
        if found.ids:
            yield CODES.finding(
                "existing-patients",
                f"{found.are_there}: {found}.",
                f"{_LOOK} Then give Transfer existing='adopt', and the destination's patients stand for the source's, "
                "with nothing of theirs overwritten; or existing='copy', and all are made again.",
                kind=_KIND,
                ids=found.ids,
            )

    def _adopting(self) -> Iterator[Finding]:
        clear, unclear = _Told(), _Told()
        for match in self._matches:
            (unclear if match.only is None else clear).add(match)
        if clear.ids:
            yield CODES.finding(
                "existing-patients-adopted",
                f"{clear.are_there}: {clear}.",
                "Nothing to do: the destination's patients stand for the source's. Nothing of theirs is overwritten; "
                "what only the source's have is counted as lost.",
                kind=_KIND,
                ids=clear.ids,
            )
        if unclear.ids:
            yield CODES.finding(
                "existing-patients-ambiguous",
                f"Of {counted(len(unclear.ids), _KIND)} of the source it is not clear who in the destination they are, "
                f"and nothing is guessed: {unclear}.",
                f"{_LOOK} Merge who is there twice, or correct what tells them apart. Until then they are set aside, "
                "with all that hangs on them.",
                kind=_KIND,
                ids=unclear.ids,
            )

    def _copying(self) -> Iterator[Finding]:
        found = _Told()
        for match in self._matches:
            found.add(match)
        if found.ids:
            yield CODES.finding(
                "existing-patients-copied",
                f"{found.are_there}: {found}.",
                "Nothing to do: they are made again beside those. Merge them in the destination afterwards.",
                kind=_KIND,
                ids=found.ids,
            )


class _Told:
    """Patients as a finding tells of them: all by id, and the first ones with who they may be."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._pairs: list[str] = []

    def add(self, match: Match) -> None:
        self.ids.append(match.source_id)
        if len(self._pairs) < _SHOWN:
            self._pairs.append(f"{match.source_id} (there {listed(match.destination_ids)})")

    def __str__(self) -> str:
        more = len(self.ids) - len(self._pairs)
        return listed(self._pairs) + (f", and {more} more" if more else "")

    @property
    def are_there(self) -> str:
        are = "is" if len(self.ids) == 1 else "are"
        return f"{counted(len(self.ids), _KIND)} of the source {are} in the destination already, by {_BY}"


def doubts(match: Match) -> str:
    """Says why it is not clear who of the destination a patient is, and what to do.

    Args:
        match: One that nothing must be guessed of.
    """
    there = listed(match.destination_ids)
    if len(match.destination_ids) > 1:
        why = f"the destination holds several patients who could be this one: {there}"
    elif match.others:
        why = f"the destination's patient {there} could be this one, and as well the source's {listed(match.others)}"
    else:
        why = f"the destination's patient {there} could be this one, but was born on another day"
    return f"{why}. Merge who is there twice, or correct what tells them apart, and run again"


def _born(id: str, person: Person | None = None) -> Key:
    """Returns the key of somebody's birth date, or of there being one."""
    if person is None or person.date_of_birth is None:
        return ("born", id)
    return ("born", id, person.date_of_birth.isoformat())


def _birth_keys(id: str, person: Person) -> tuple[Key, ...]:
    return () if person.date_of_birth is None else (_born(id), _born(id, person))
