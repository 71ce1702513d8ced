"""One request to a simulated account while it is handled."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import attrs

from clinikomigrate.testing.columns import Row, moment
from clinikomigrate.testing.kinds import KINDS, Kind
from clinikomigrate.testing.store import Store

if TYPE_CHECKING:
    from clinikomigrate.testing.fake import FakeCliniko


@attrs.frozen(repr=False)
class Call:
    """A request that was let in.

    Attributes:
        fake: The account.
        base: The API's address as the client used it, for links: `https://api.au1.cliniko.com/v1`.
        method: The HTTP method.
        path: The path after the API's version: `/patients/123`.
        query: The query's names and values, in order.
        body: The parsed JSON; None where there was none.
        user: The row of the user whose key was sent.
    """

    fake: FakeCliniko
    base: str
    method: str
    path: str
    query: list[tuple[str, str]]
    body: object
    user: Row

    @property
    def store(self) -> Store:
        """The account's tables."""
        return self.fake.store

    @property
    def now(self) -> str:
        """The account's time, as the API tells times."""
        return moment(datetime.fromtimestamp(self.fake.server_time(), UTC))

    @property
    def practitioner(self) -> Row | None:
        """The practitioner that the key's user is, if any."""
        rows = self.store.pointing("practitioners", "user_id", self.user["id"])
        return next((row for row in rows if row["active"]), None)

    @property
    def sees_notes(self) -> bool:
        """Whether the user's role may see clinical notes and completed forms."""
        return self.user["role"] not in ("receptionist", "scheduler")

    @property
    def administrates(self) -> bool:
        """Whether the user is an administrator."""
        return bool(self.user["role"] == "administrator")

    def link(self, path: str) -> dict[str, dict[str, str]]:
        """Gives a link object as answers have them."""
        return {"links": {"self": self.base + path}}


def kind_of(call: Call, name: str, row: Row) -> Kind:
    """Gives the kind of a row that was found under a name; the very kind of a booking for `bookings`."""
    return KINDS[call.store.booking_kind(row["id"])] if name == "bookings" else KINDS[name]
