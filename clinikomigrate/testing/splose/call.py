"""One request to a simulated workspace while it is handled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from werkzeug.wrappers import Request

from clinikomigrate.testing.splose.answers import not_found
from clinikomigrate.testing.splose.kinds import Kind
from clinikomigrate.testing.splose.properties import Row

if TYPE_CHECKING:
    from clinikomigrate.testing.splose.fake import FakeSplose


@attrs.frozen(repr=False)
class Call:
    """A request that was let in.

    Attributes:
        fake: The workspace.
        path: The path after the API's version: `/patients/123`.
        query: The query's names and values, in order.
        body: The parsed JSON; None where there was none.
        request: The request itself, for its files.
    """

    fake: FakeSplose
    path: str
    query: list[tuple[str, str]]
    body: object
    request: Request

    def row(self, kind: Kind, id: str) -> Row:
        """Gives one row.

        Raises:
            Refusal: A 404: there is none.
        """
        row = self.fake.tables.get(kind.name, int(id))
        if row is None:
            raise not_found()
        return row


def shown(kind: Kind, row: Row) -> Row:
    """Gives a row as answers have it."""
    hidden = {one.name for one in kind.properties if not one.shown}
    return {name: value for name, value in row.items() if name not in hidden}
