"""When two records of patients are of one and the same person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs

from clinikomigrate.transfer.digests import Key
from clinikomigrate.transfer.names import folded
from clinikomigrate.transfer.telephone import significant_numbers


@attrs.frozen(repr=False)
class Person:
    """What tells a patient from others, in whatever system.

    Two are the same when they have the same name, and the same birth date, e-mail address or telephone number besides.
    Case, blanks, and how letters are composed make no difference, nor do the ways of writing a telephone number.

    Attributes:
        first_name: The first name.
        last_name: The last name.
        date_of_birth: The birth date.
        emails: All e-mail addresses.
        phone_numbers: All telephone numbers, as they were typed.
    """

    first_name: str | None = None
    last_name: str | None = None
    date_of_birth: date | None = None
    emails: tuple[str, ...] = ()
    phone_numbers: tuple[str, ...] = ()

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
        )

    def found_by(self) -> tuple[Key, ...]:
        """Returns what the person is found by: who has one of these in common with another is the same."""
        return tuple(dict.fromkeys(self._keys()))

    def _keys(self) -> Iterator[Key]:
        name = folded(f"{self.first_name or ''} {self.last_name or ''}")
        if not name:
            return
        if self.date_of_birth is not None:
            yield (name, "born", self.date_of_birth.isoformat())
        for email in filter(None, map(folded, self.emails)):
            yield (name, "email", email)
        for number in self.phone_numbers:
            yield from ((name, "phone", each) for each in sorted(significant_numbers(number)))
