"""API keys of a simulated account's users."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from clinikomigrate.testing.answers import unauthorized
from clinikomigrate.testing.columns import Row

if TYPE_CHECKING:
    from clinikomigrate.testing.store import Store


class Keys:
    """Makes and recognises the keys of one account's users.

    Args:
        account: What keys are made from: another account, other keys.
        shard: The shard that keys end with.
    """

    def __init__(self, account: str, shard: str) -> None:
        self._account = account
        self._shard = shard
        self._users: dict[str, str] = {}

    def key_of(self, user_id: str) -> str:
        """Gives a user's key, its shard at its end."""
        digest = hashlib.sha256(f"{self._account}/{user_id}".encode()).hexdigest()
        key = f"MS{digest[:60]}"
        self._users[key] = user_id
        return f"{key}-{self._shard}"

    def knows(self, authorization: str | None) -> bool:
        """Tells whether a header carries a key of this account."""
        return self._user_id(authorization) is not None

    def user_of(self, authorization: str | None, store: Store) -> Row:
        """Gives the user whose key a header carries, with or without the shard at its end.

        Raises:
            Refusal: A 401: there is no such key, or its user has left.
        """
        user = store.get("users", self._user_id(authorization))
        if user is None or not user["active"]:
            raise unauthorized()
        return user

    def _user_id(self, authorization: str | None) -> str | None:
        scheme, _, credentials = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            key, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return None if password else self._users.get(key.removesuffix(f"-{self._shard}"))
