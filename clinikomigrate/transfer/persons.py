"""When two records of patients are of one and the same person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import attrs

from clinikomigrate.transfer.digests import Key
from clinikomigrate.transfer.names import folded
from clinikomigrate.transfer.spelling import spelt_simply
from clinikomigrate.transfer.telephone import significant_numbers

_SIMPLY: Final = "spelt simply"


@attrs.frozen(repr=False)
class Person:
    """What tells a patient from others, in whatever system.

    Two are the same when they have the same name, and the same birth date, e-mail address or telephone number besides.
    Case, blanks, and how letters are composed make no difference, nor do the ways of writing a telephone number.

    Two may be the same when only accents, hyphens, apostrophes and blanks tell the names apart, or when one is called
    by a first name that the other prefers and both have the same birth date, or a middle name is written with one of
    them. Nobody can tell without looking.

    Attributes:
        first_name: The first name.
        last_name: The last name.
        date_of_birth: The birth date.
        emails: All e-mail addresses.
        phone_numbers: All telephone numbers, as they were typed.
        preferred_first_name: The first name by which the person wants to be called.
    """

    first_name: str | None = None
    last_name: str | None = None
    date_of_birth: date | None = None
    emails: tuple[str, ...] = ()
    phone_numbers: tuple[str, ...] = ()
    preferred_first_name: str | None = None

    def __repr__(self) -> str:
        return "<Person>"

    @classmethod
    def of(cls, record: Any) -> Person:
        """Reads who somebody is from a record with the attributes of Cliniko's patients.

        Args:
            record: A patient or a patient's draft (`Any`: of whichever model); what it lacks is taken for unknown.
        """
        phones = getattr(record, "patient_phone_numbers", None) or ()
        return cls(
            first_name=getattr(record, "first_name", None) or None,
            last_name=getattr(record, "last_name", None) or None,
            date_of_birth=getattr(record, "date_of_birth", None) or None,
            emails=tuple(each for each in (getattr(record, "email", None),) if each),
            phone_numbers=tuple(each.number for each in phones if each.number),
            preferred_first_name=getattr(record, "preferred_first_name", None) or None,
        )

    def found_by(self) -> tuple[Key, ...]:
        """Returns what the person is found by: who has one of these in common with another is the same."""
        name = folded(f"{self.first_name or ''} {self.last_name or ''}")
        keys = ((name, *fact) for fact in self._facts()) if name else ()
        return tuple(dict.fromkeys(keys))

    def may_be_found_by(self) -> tuple[Key, ...]:
        """Returns what the person may be found by: who has one of these in common with another may be the same.

        Whoever has one of `found_by` in common has one of these in common too.
        """
        first, preferred, last = (
            spelt_simply(name or "") for name in (self.first_name, self.preferred_first_name, self.last_name)
        )
        keys = [(_SIMPLY, first + last, *fact) for fact in self._facts()] if first + last else []
        without_middle = spelt_simply(next(iter((self.first_name or "").split()), ""))
        for name in filter(None, (preferred, without_middle)):  # a father and a son may share all but the birth date
            keys += [(_SIMPLY, name + last, *fact) for fact in self._born()]
        return tuple(dict.fromkeys(keys))

    def _facts(self) -> Iterator[tuple[str, str]]:
        """Gives what makes two of one name the same person."""
        yield from self._born()
        for email in filter(None, map(folded, self.emails)):
            yield "email", email
        for number in self.phone_numbers:
            yield from (("phone", each) for each in sorted(significant_numbers(number)))

    def _born(self) -> Iterator[tuple[str, str]]:
        if self.date_of_birth is not None:
            yield "born", self.date_of_birth.isoformat()
