"""Who in the destination may be the same as somebody or something of the source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from clinikomigrate.transfer.names import folded, names_of, shown_name
from clinikomigrate.transfer.spelling import spelt_simply
from clinikomigrate.transfer.survey import Survey

Held = tuple[str, Any]
"""An id, and the record that has it (`Any`: of whichever model)."""

PEOPLE: Final = frozenset({"practitioners", "users"})
"""Kinds whose records are people with an e-mail address."""


class Counterparts:
    """The records of one kind in both accounts.

    Args:
        kind: The record kind's name.
        survey: What was read of both accounts.

    Attributes:
        source: The source's records.
        destination: The destination's.
    """

    def __init__(self, kind: str, survey: Survey) -> None:
        self.source: list[Held] = [(record.id, record) for record in survey.records.get(kind, ())]
        self.destination: list[Held] = list(survey.existing.get(kind, ()))
        self._source_emails: dict[str, str] = {}
        self._destination_emails: dict[str, str] = {}
        if kind in PEOPLE:
            users = [(user.id, user) for user in survey.records.get("users", ())]
            self._source_emails = _emails(self.source, users)
            self._destination_emails = _emails(self.destination, survey.existing.get("users", ()))

    def of(self, record: Any) -> list[Held]:
        """Finds what may be the same: people by their e-mail address first, then by name.

        Where address and name do not agree, both are given. Of people who work in the clinic and people who left,
        those are taken who are in the same state as the record, if there are any.

        Args:
            record: One of the source's.

        Returns:
            One record, several where there is a doubt, none where nothing fits. One alone may be a doubt as well: see
            `agree`.
        """
        found, named = self._by_email(record), self._by_name(record)
        if not all(self.agree(record, each) for each in found):
            return [*found, *(each for each in named if each not in found)]
        found = found or named
        return [each for each in found if _has_left(each[1]) == _has_left(record)] or found

    def agree(self, record: Any, held: Held) -> bool:
        """Says whether the names bear out that two whose e-mail addresses are the same are the same person.

        Mailboxes are shared, and pass to others. So they have to have a name in common; or else a first or a last name,
        while nobody else there has the very name. Who has no name says nothing against it.

        Args:
            record: One of the source's.
            held: One of the destination's.
        """
        own, theirs = {*names_of(record)}, {*names_of(held[1])}
        if not own or not theirs or own & theirs:
            return True
        return _share_a_part(record, held[1]) and all(self._is_told_apart(each) for each in self._by_name(record))

    def _is_told_apart(self, held: Held) -> bool:
        """Says whether somebody of the destination is one of the source by e-mail address and name, both."""
        email = self._destination_emails.get(held[0])
        return self._tells_apart(email) and any(
            self._source_emails.get(id) == email and {*names_of(record)} & {*names_of(held[1])}
            for id, record in self.source
        )

    def are_one(self, record: Any, held: Held) -> bool:
        """Says whether one of the source's people and one of the destination's are the same person.

        They are where they have the same e-mail address and their names agree, or a name in common and neither's
        address is another person's.

        Args:
            record: One of the source's.
            held: One of the destination's.
        """
        here, there = self._source_emails.get(record.id), self._destination_emails.get(held[0])
        if any(self._tells_apart(email) for email in (here, there)):
            return here == there and self.agree(record, held)
        return bool({*names_of(record)} & {*names_of(held[1])})

    def _tells_apart(self, email: str | None) -> bool:
        """Says whether an e-mail address is that of one person in each account."""
        both = (self._source_emails, self._destination_emails)
        return all(list(emails.values()).count(email) == 1 for emails in both)  # type: ignore[arg-type] # None is in none

    def _by_name(self, record: Any) -> list[Held]:
        for name in names_of(record):
            found = [each for each in self.destination if name in names_of(each[1])]
            if found:
                return found
        return []

    def _by_email(self, record: Any) -> list[Held]:
        email = self._source_emails.get(record.id)
        if email is None:
            return []
        found = [each for each in self.destination if self._destination_emails.get(each[0]) == email]
        if len(found) > 1 or list(self._source_emails.values()).count(email) > 1:
            own = set(names_of(record))  # an address that several people share tells nobody apart
            return [each for each in found if own & set(names_of(each[1]))]
        return found


def called(name: str, among: Sequence[Held]) -> list[Held]:
    """Finds records by id or by any of their names; of people, those who still work there come first.

    Args:
        name: What a user typed.
        among: Where to look.
    """
    found = [each for each in among if each[0] == name.strip()]
    if not found:
        found = [each for each in among if folded(name) in names_of(each[1])]
    return [each for each in found if not _has_left(each[1])] or found


def shown(kind: str, among: Iterable[Held]) -> list[str]:
    """Returns the names of records as people know them, in the order of the alphabet; none of people's.

    Args:
        kind: The record kind's name.
        among: The records.
    """
    return sorted({name for _, record in among if (name := shown_name(kind, record))})


def _has_left(record: Any) -> bool:
    return getattr(record, "active", None) is False


def _share_a_part(one: Any, other: Any) -> bool:
    """Says whether two people have a first or a last name in common, however it is spelt."""
    return any(
        _parts(getattr(one, name, None)) & _parts(getattr(other, name, None)) for name in ("first_name", "last_name")
    )


def _parts(name: str | None) -> set[str]:
    return {simple for part in re.split(r"[\s-]+", name or "") if (simple := spelt_simply(part))}


def _emails(people: Iterable[Held], users: Iterable[Held]) -> dict[str, str]:
    """Gives e-mail addresses by the ids of practitioners or users."""
    by_user = {id: folded(user.email) for id, user in users if user.email}
    found = {}
    for id, person in people:
        user = getattr(person, "user", None)
        email = by_user.get(id if user is None else user.id) if user or hasattr(person, "email") else None
        if email:
            found[id] = email
    return found
