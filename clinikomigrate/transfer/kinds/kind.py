"""What the pipeline must know of a record kind, and of how its records point at others."""

from __future__ import annotations

import itertools
from functools import cached_property
from typing import Final

import attrs

MATCHED_KINDS: Final = ("businesses", "practitioners", "users", "referral_source_types")
"""Kinds that no API makes, or that belong to the account's own setup: matched with what is there."""

APPOINTMENT_KINDS: Final = ("individual_appointments", "group_appointments")
"""The kinds of bookings that patients have."""

BOOKING_KINDS: Final = (*APPOINTMENT_KINDS, "unavailable_blocks")
"""The kinds that a Ref to `"bookings"` can stand for."""


def possible_kinds(name: str) -> tuple[str, ...]:
    """Returns the kinds of which a record can be that is pointed at: of three where that is called `"bookings"`.

    Args:
        name: A ref's kind.
    """
    return BOOKING_KINDS if name == "bookings" else (name,)


@attrs.frozen
class Link:
    """An attribute by which records point at those of another kind.

    Attributes:
        attribute: The attribute.
        kind: The name of the kind that is pointed at; `"bookings"` for both kinds of appointments.
        field: By what the API finds those that point, given ids of what they point at; None where there is no such
            filter, or none that can be relied on.
        owner: Whether a record hangs on what it points at, and goes only where that goes.
        uses: Whether what is pointed at is in use by the record, so that preflight asks for it where it isn't made.
        told_by: The kind whose records point there too whenever these do, so that nobody need ask by these.
    """

    attribute: str
    kind: str
    field: str | None = None
    owner: bool = False
    uses: bool = True
    told_by: str | None = None


@attrs.frozen
class Kind:
    """What the pipeline must know of one kind of record.

    Attributes:
        name: The API's own plural, `"individual_appointments"`.
        singular: The name of the mapper's method for it.
        links: By which attributes its records point at others, as far as that is carried over.
        after: Kinds at whose records a draft can point though the source's record doesn't, so that they go before.
        found_by: The draft's attributes by which a record is found again after a write of unknown fate.
        adoptable: Whether what stands in the destination under the same name and content is taken instead of made.
        shared: Whether it is part of the diary, and of no one patient's record. Where patients are adopted, what the
            destination has of it with the same content is taken instead of made.
        look_first: Whether the destination makes such records by itself, so that each is looked for before it is made.
        left_behind: For what no destination takes: why. Such records are counted, not read.
        apart: Two of the draft's attributes that can't name one and the same record; after a merge they could.
        members: The attribute that names the patients who have part in one record, if several can; it goes with those
            who go.
        places: The attribute that names attendees who point at the record; it keeps those who go.
        seats_in: The kind of booking that has room for so many of these and no more.
        one_each: Whether a patient has one such record at most; that of a patient who was merged into another yields.
        cancelled_first: Whether cancelled and archived records go before the others (they leave their seats free).
        messages: Whether making or cancelling one can make the destination write to the patient.
        archived_last: Whether archived records go after the others (they would be in the way).
        closes: Whether no new record can point at an archived one.
        part_of: The link to what such a record can come along with; it is this transfer's where that is.
        optional: Whether its endpoint is newer than the rest, so that an account may lack it.
    """

    name: str
    singular: str
    links: tuple[Link, ...] = ()
    after: tuple[str, ...] = ()
    found_by: tuple[str, ...] = ()
    adoptable: bool = False
    shared: bool = False
    look_first: bool = False
    left_behind: str | None = None
    apart: tuple[str, str] | None = None
    members: str | None = None
    places: str | None = None
    seats_in: str | None = None
    one_each: bool = False
    cancelled_first: bool = False
    archived_last: bool = False
    closes: bool = False
    messages: bool = False
    part_of: str | None = None
    optional: bool = False

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Kinds that must be there before, because records of this kind point at theirs."""
        pointed_at = (APPOINTMENT_KINDS if link.kind == "bookings" else (link.kind,) for link in self.links)
        kinds = dict.fromkeys([*itertools.chain.from_iterable(pointed_at), *self.after])
        made = [kind for kind in kinds if kind not in MATCHED_KINDS]
        return tuple(made)

    @property
    def owners(self) -> tuple[Link, ...]:
        """The links to what its records hang on."""
        return tuple(link for link in self.links if link.owner)
