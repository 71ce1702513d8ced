"""Whether the keys that are given for authors are those of the very persons, found before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from clinikomigrate.cliniko import Cliniko
from clinikomigrate.errors import AccountMismatch, Error, Forbidden, Unauthorized
from clinikomigrate.sinks.cliniko.codes import CODES
from clinikomigrate.sinks.counterparts import Counterparts, Held, called, shown
from clinikomigrate.transfer.findings import Finding
from clinikomigrate.transfer.names import correction, display_name
from clinikomigrate.transfer.phrases import listed

_KIND: Final = "practitioners"
_BLIND: Final = frozenset({"receptionist", "scheduler"})
"""Roles that see no treatment notes, even of their own."""


@attrs.frozen
class Key:
    """A key of the destination, and whose it is.

    Attributes:
        client: The client that has the key.
        user_id: Its user.
        practitioner: The practitioner that this user is: the author of what the client writes.
    """

    client: Cliniko
    user_id: str
    practitioner: Held

    @property
    def name(self) -> str:
        """The practitioner's name."""
        return display_name(self.practitioner[1]) or self.practitioner[0]


class KeyCheck:
    """Proves keys, one by one.

    Args:
        both: The practitioners of both accounts.
        account_id: The destination's own id.

    Attributes:
        keys: The proven keys, by the ids of the source's practitioners whose own they are.
        findings: Why the others are not proven.
    """

    def __init__(self, both: Counterparts, account_id: str) -> None:
        self._both = both
        self._account_id = account_id
        self._given_for: dict[str, str] = {}
        self.keys: dict[str, Key] = {}
        self.findings: list[Finding] = []

    def run(self, given: Mapping[str, Cliniko]) -> None:
        """Proves all keys that were given.

        Args:
            given: Clients by the names or ids of the source's practitioners.
        """
        for name, client in given.items():
            author, key = self._author(name), self._key(name, client)
            if author is None or key is None:
                continue
            if self._is_free(name, key) and self._is_own(name, author[1], key):
                self.keys[author[0]] = key

    def _author(self, name: str) -> Held | None:
        """Finds who is meant."""
        found = called(name, self._both.source)
        if len(found) == 1:
            return found[0]
        if found:
            problem = f"is the name of {len(found)} practitioners of the source"
            remedy = f"Give an id instead: {listed([id for id, _ in found])}."
        else:
            names = shown(_KIND, self._both.source)
            problem = "is no practitioner of the source"
            remedy = correction(name, names)
        self._block("author-unknown", f"{name!r} in authors {problem}.", remedy)
        return None

    def _key(self, name: str, client: Cliniko) -> Key | None:
        """Asks whose key it is: two requests, and up to two more where the client was made with `account=`."""
        try:
            user = client.user()
            client.check_account()
            account = client.public_settings().account
        except Error as error:
            self._no_answer(name, error)
            return None
        if account is None or account.id != self._account_id:
            self._block(
                "author-account",
                f"The key that authors gives for {name!r} is one of another account than the destination.",
                "Use a key that this person made in the destination.",
            )
            return None
        if user.role is not None and user.role.casefold() in _BLIND:
            self._block(
                "author-role",
                f"The key that authors gives for {name!r} is that of a user whose role is {user.role!r}, which sees no "
                "treatment notes and can't write them.",
                f"Give that user the role of a practitioner, or take {name!r} out of authors.",
            )
            return None
        practitioner = practitioner_of(user.id, self._both.destination)
        if practitioner is None:
            self._block(
                "author-practitioner",
                f"The key that authors gives for {name!r} is that of a user who is no active practitioner in the "
                "destination, so it can't write treatment notes.",
                f"Make that user a practitioner there, or take {name!r} out of authors.",
            )
            return None
        return Key(client, user.id, practitioner)

    def _no_answer(self, name: str, error: Error) -> None:
        match error:
            case AccountMismatch():
                code, remedy = "author-account", "Use a key that this person made in the destination."
            case Unauthorized() | Forbidden():
                code = "author-key"
                remedy = (
                    "Check that the key is complete and not revoked, that it ends as Cliniko shows it (such as -au1), "
                    "and that its user can still log in."
                )
            case _:
                code = "author-unreachable"
                remedy = "Check the connection, the ending of the key (such as -au1) and base_url; then try again."
        self._block(code, f"The key that authors gives for {name!r} could not be tried: {error}", remedy)

    def _is_free(self, name: str, key: Key) -> bool:
        """Says whether a key is given for one name alone."""
        other = self._given_for.setdefault(key.user_id, name)
        if other == name:
            return True
        self._block(
            "author-twice",
            f"authors gives keys of one user, {key.name}, for both {other!r} and {name!r}.",
            "Leave one of the two out: a key writes for one person.",
        )
        return False

    def _is_own(self, name: str, author: Any, key: Key) -> bool:
        """Says whether a key is that of the very person."""
        if self._both.are_one(author, key.practitioner):
            if author.id not in self.keys:
                return True
            other = self._given_for[self.keys[author.id].user_id]
            self._block(
                "author-twice",
                f"authors names one practitioner of the source twice, with keys of two users: {other!r} and {name!r}.",
                "Leave one of the two out.",
            )
            return False
        self._block(
            "author-somebody-else",
            f"The key that authors gives for {name!r} is that of {key.name}, and by name and e-mail address that is "
            "not clearly this practitioner of the source.",
            f"Give the key of {name!r}. Nobody's notes go out under another person's key; if both are one person, give "
            "them the same name and e-mail address in both accounts.",
            author.id,
        )
        return False

    def _block(self, code: str, message: str, remedy: str, *ids: str) -> None:
        self.findings.append(CODES.finding(code, message, remedy, kind=_KIND, ids=ids))


def practitioner_of(user_id: str, practitioners: Sequence[Held]) -> Held | None:
    """Finds the active practitioner that a user is, or None.

    Args:
        user_id: The user's id.
        practitioners: Those of the same account.
    """
    return next(
        (
            held
            for held in practitioners
            if held[1].active is not False and held[1].user is not None and held[1].user.id == user_id
        ),
        None,
    )
