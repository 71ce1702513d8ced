"""Who is in the destination, by what patients are found by."""

from __future__ import annotations

from clinikomigrate.transfer.digests import Digests, Key
from clinikomigrate.transfer.lookalikes import Likeness
from clinikomigrate.transfer.persons import Person


class Residents:
    """An index of the destination's patients that holds none: digests and ids, in a temporary file."""

    def __init__(self) -> None:
        self._index = Digests()

    def __repr__(self) -> str:
        return f"<Residents: {self._index!r}>"

    def __len__(self) -> int:
        return len(self._index)

    def __contains__(self, id: str) -> bool:
        return bool(self._index.ids(_who(id)))

    def close(self) -> None:
        """Gives the temporary file back."""
        self._index.close()

    def clear(self) -> None:
        """Forgets everybody."""
        self._index.clear()

    def add(self, id: str, person: Person) -> None:
        """Takes a patient of the destination in.

        Args:
            id: The patient's id.
            person: Who it is.
        """
        born = () if person.date_of_birth is None else (_born(id), _born(id, person))
        for key in (*person.found_by(), *person.may_be_found_by(), *born, _who(id)):
            self._index.add(key, id)

    def like(self, person: Person) -> dict[str, Likeness]:
        """Returns who may be a person of the source, by id, and how much they are alike.

        Whoever has the same name and the same birth date leaves nobody to be confused with whose name is only written
        differently. And where the birth date speaks for somebody, whoever was born on another day is left out: a father
        and a son of one name, with one telephone.

        Args:
            person: Of the source.
        """
        exactly = dict.fromkeys(id for key in person.found_by() for id in self._index.ids(key))
        loosely = dict.fromkeys(id for key in person.may_be_found_by() for id in self._index.ids(key))
        found = {
            id: Likeness(written_otherwise=id not in exactly, born_alike=self._born_alike(id, person))
            for id in (exactly | loosely)
        }
        if any(likeness.exact for likeness in found.values()):
            found = {id: likeness for id, likeness in found.items() if not likeness.written_otherwise}
        if any(likeness.born_alike for likeness in found.values()):
            found = {id: likeness for id, likeness in found.items() if likeness.born_alike is not False}
        return found

    def _born_alike(self, id: str, person: Person) -> bool | None:
        if person.date_of_birth is None or not self._index.ids(_born(id)):
            return None
        return bool(self._index.ids(_born(id, person)))


def _who(id: str) -> Key:
    return ("id", id)


def _born(id: str, person: Person | None = None) -> Key:
    """Returns the key of somebody's birth date, or of there being one."""
    if person is None or person.date_of_birth is None:
        return ("born", id)
    return ("born", id, person.date_of_birth.isoformat())
