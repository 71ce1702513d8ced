"""What the simulation has to know of each kind of record: its properties, and what can be written of them."""

from __future__ import annotations

from functools import cached_property

import attrs

from clinikomigrate.testing.splose.properties import Property, named


@attrs.frozen
class Body:
    """What one operation takes.

    Attributes:
        takes: The names of all properties that it takes.
        needs: Those that it can't do without.
        never_null: Those that can't be null here, though records can have them so.
        email: Those that must be e-mail addresses here.
        shortest: Those that must have a character here.
    """

    takes: frozenset[str]
    needs: frozenset[str] = frozenset()
    never_null: frozenset[str] = frozenset()
    email: frozenset[str] = frozenset()
    shortest: frozenset[str] = frozenset()


@attrs.define(slots=False)
class Kind:
    """One kind of record.

    Attributes:
        name: The API's plural in snake case; with hyphens it is the path.
        properties: All but the id.
        create: What POST takes; None where nothing can be created.
        update: What PUT takes; None where nothing can be updated.
        get: Whether one record can be read.
        delete: Whether a record can be deleted.
        archived_by: The moment that says since when a record is archived.
        archived_flag: The property that says that it is.
    """

    name: str
    properties: tuple[Property, ...]
    create: Body | None = None
    update: Body | None = None
    get: bool = True
    delete: bool = False
    archived_by: str | None = None
    archived_flag: str | None = "archived"

    @property
    def path(self) -> str:
        """Where its list is."""
        return f"/{self.name.replace('_', '-')}"

    @cached_property
    def by_name(self) -> dict[str, Property]:
        """The properties by name."""
        return {one.name: one for one in self.properties}

    def is_archived(self, row: dict[str, object]) -> bool:
        """Tells whether a record is left out of lists."""
        return bool(row.get(self.archived_by or "")) or bool(row.get(self.archived_flag or ""))


def names(text: str) -> frozenset[str]:
    """Gives the names in a text."""
    return frozenset(text.split())


STAMPS = named("createdAt updatedAt", "moment", null=False)
FLAG = Property("archived", "boolean", default=False)
DELETED = Property("deletedAt", "moment")
PHONES = (
    Property("type", one_of=("Mobile", "Home", "Work", "Fax", "Other")),
    Property("code"),
    Property("phoneNumber", null=False, needed=True),
)
TAX = Property("taxType")
UNIT = Property("unit", one_of=("Hour", "Each"), default="Hour")
