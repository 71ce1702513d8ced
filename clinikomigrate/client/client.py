"""What the clients of all APIs have in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, NoReturn, Self

from clinikomigrate.client.resource import Resource
from clinikomigrate.client.suggestion import nearest
from clinikomigrate.errors import ConfigurationError, NotPicklable
from clinikomigrate.wire.clock import Clock
from clinikomigrate.wire.session import Session


class Client:
    """One account, seen through one user's key."""

    _session: Session
    _resources: Mapping[str, Resource]

    def _collect_resources(self) -> None:
        """Lets `resource` find what the attributes hold."""
        self._resources = {part.kind: part for part in vars(self).values() if isinstance(part, Resource)}

    def __reduce_ex__(self, protocol: Any) -> NoReturn:  # any: object says so
        raise NotPicklable(
            "A client can't be pickled or copied: it holds a key. Make it where it is needed; threads can share one."
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections. The client opens new ones if it is used again."""
        self._session.close()

    def resource(self, kind: str) -> Any:
        """Gives the resource of a kind of record by its name.

        Args:
            kind: The kind's name, the API's own plural: `"patients"`.

        Returns:
            The same object that the attribute of that name is. (`Any`: what it can do depends on the kind;
            `isinstance(resource, Create)` tells.)

        Raises:
            ConfigurationError: There is no such kind.
        """
        found = self._resources.get(kind)
        if found is None:
            vendor = type(self).__name__
            raise ConfigurationError(f"{vendor} has no kind of record {kind!r}. {nearest(kind, self._resources)}")
        return found

    @property
    def requests_per_minute(self) -> float:
        """How many requests a minute the key's user is allowed."""
        return self._session.throttle.per_minute

    @property
    def requests_sent(self) -> int:
        """How many requests this client has sent, tries that failed among them."""
        return self._session.requests_sent

    @property
    def clock(self) -> Clock:
        """The clock that this client waits by."""
        return self._session.clock

    def server_now(self) -> datetime:
        """Gives the time by the server's clock, in UTC, as its newest answer had it."""
        return self._session.server_now()

    def server_told(self) -> datetime | None:
        """Gives the time by the server's clock, in UTC, or None where no answer told it yet: never this machine's."""
        return self._session.server_told()
