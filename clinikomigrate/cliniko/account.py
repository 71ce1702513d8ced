"""Makes sure that the first write goes to the account that was meant."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Literal, NoReturn

from clinikomigrate.client.connection import Connection
from clinikomigrate.client.converter import structure, unexpected
from clinikomigrate.cliniko.models import PublicSettings
from clinikomigrate.errors import AccountMismatch, ConfigurationError, Forbidden, NotPicklable
from clinikomigrate.wire.answer import Answer
from clinikomigrate.wire.download import Download
from clinikomigrate.wire.multipart import Content

_SUBDOMAIN: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.ASCII)


def check_account(account: str) -> str:
    """Checks the name of an account.

    Args:
        account: The name in `https://{name}.cliniko.com`.

    Returns:
        The name in lower case.

    Raises:
        ConfigurationError: It can't be such a name.
    """
    name = account.strip().lower() if isinstance(account, str) else ""
    if not _SUBDOMAIN.fullmatch(name):
        raise ConfigurationError(
            "account must be the name in the account's address: 'old-clinic' for https://old-clinic.cliniko.com."
        )
    return name


class AccountCheck(Connection):
    """Stands before a session: before anything is written for the first time, it asks whose account it is.

    Safe in threads: the first writers wait for one answer, and later ones ask nothing.
    """

    def __init__(self, connection: Connection, account: str | None) -> None:
        self._connection = connection
        self._account = account
        self._lock = threading.Lock()
        self._done = account is None

    def __reduce_ex__(self, protocol: Any) -> NoReturn:  # any: object says so
        raise NotPicklable("A client's connection can't be pickled or copied: it holds a key. Make the client anew.")

    def check(self) -> None:
        """Compares the account's name with the one that was given; asks at most once until it fits.

        Raises:
            AccountMismatch: The key opens another account.
        """
        with self._lock:
            if self._done:
                return
            found = self._subdomain()
            if found.lower() != self._account:
                raise AccountMismatch(
                    f"This key opens the account {found!r}, not {self._account!r}. Nothing was written. "
                    f"Use a key of {self._account!r}, or give account={found!r} if that is the one you mean."
                )
            self._done = True

    def _subdomain(self) -> str:
        """Reads the account's name; from the settings for everybody where the key's role may not see them all."""
        path = "/settings"
        try:
            body = self._connection.get(path).body
        except Forbidden:
            path = "/settings/public"
            body = self._connection.get(path).body
        settings = structure(PublicSettings, body, where=f"GET {path}")
        found = settings.account.subdomain if settings.account else None
        if found is None or not _SUBDOMAIN.fullmatch(found.lower()):
            raise unexpected(f"GET {path}", "it doesn't have the account's subdomain")
        return found

    def get(self, template: str, parameters: Mapping[str, str] = {}, query: Sequence[tuple[str, str]] = ()) -> Answer:
        """Sends a GET."""
        return self._connection.get(template, parameters, query)

    def write(
        self,
        method: Literal["POST", "PATCH", "PUT", "DELETE"],
        template: str,
        parameters: Mapping[str, str] = {},
        json: object = None,
    ) -> Answer:
        """Sends a request that changes something."""
        self.check()
        return self._connection.write(method, template, parameters, json)

    def download(self, template: str, parameters: Mapping[str, str] = {}) -> AbstractContextManager[Download]:
        """Opens a file for reading."""
        return self._connection.download(template, parameters)

    def upload(
        self,
        url: str,
        fields: Mapping[str, str],
        *,
        filename: str,
        content: Content,
        size: int,
    ) -> bytes:
        """Sends a file to the file store."""
        self.check()
        return self._connection.upload(url, fields, filename=filename, content=content, size=size)
