"""A simulated workspace of Splose: one WSGI app with an account behind it."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

import attrs

from clinikomigrate.testing.account import SimulatedAccount
from clinikomigrate.testing.answers import Answer, page
from clinikomigrate.testing.limits import RateModel
from clinikomigrate.testing.log import LoggedRequest, Message
from clinikomigrate.testing.splose.admission import let_in
from clinikomigrate.testing.splose.answers import TEXT
from clinikomigrate.testing.splose.call import shown
from clinikomigrate.testing.splose.kinds import KINDS
from clinikomigrate.testing.splose.properties import moment
from clinikomigrate.testing.splose.seeds import seed as seed_row
from clinikomigrate.testing.splose.tables import Tables, TablesSnapshot

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from clinikomigrate.wire.clock import Clock

_ADDRESSES = {"au": "https://api.splose.com/v1", "uk": "https://api-uk.splose.com/v1"}


@attrs.frozen(repr=False)
class SploseSnapshot:
    """What a workspace held at one time; of use to `FakeSplose.restore` only."""

    tables: TablesSnapshot
    outbox: list[Message]


class FakeSplose(SimulatedAccount):
    """A workspace of Splose that lives in memory and behaves as the real API does, its traps included.

    It is a WSGI app: mount it in this process with `in_process()`, or on a real socket with `serve()`. Rows are put
    into it with `add`, past the API's rules, and looked at with `rows`. Safe in threads: a workspace carries out one
    request at a time. Nothing in it is random: the same seed and the same requests give the same workspace.

    Where it isn't known what the real API does, the workspace does what makes more trouble, or has a setting for it.

    Args:
        name: The workspace's name; of two that are entered at once each needs its own.
        region: Where the workspace is.
        seed: Makes the ids and keys.
        clock: What tells the time. Default: a `VirtualClock` of its own. A workspace that is served to another process
            needs a real clock, for nobody there can move a virtual one.
        server_clock_offset: By how many seconds the server's clock is ahead of `clock`.
        rate_limit: The most requests a minute and key; None for no limit.
        rate_model: How they are counted: `"fixed"`, `"sliding"` or `"leaky"`.
        page_size: How many records a page has.
        swapped_links: Whether the links of pages are called the other way round.
        update_clears: Whether an update of a patient clears what it can't give or doesn't, such as the address.
        stamps_updates: Whether a record that is made was last changed at that time, and not when it says it was made.
        refuses_archived_parents: Whether a record that points at an archived one is refused, and a file of an archived
            patient.
        hides_archived_by_id: Whether an archived record is a 404 by its id too, and not only left out of lists.
        tells_of_past: Whether patients are also written to about an appointment that was over when it was made or
            changed.
        communication_preference: How patients are written to who have no preference of their own.
        archived_cancellation: What becomes of an archived appointment that is cancelled: it stays archived and is
            cancelled (`"kept"`), nothing is done (`"ignored"`), it is not found (`"hidden"`), it is refused
            (`"refused"`), it comes back cancelled (`"restored"`), or it comes back as a live one (`"revived"`).
        cancellation_rate: How much of the price a cancellation is charged, in percent; None for nothing.
        lacks: What this workspace's API doesn't have: path templates (`"/free-slots"`), or single operations
            (`"POST /appointments/{id}/arrival"`). They are answered with a 404.

    Attributes:
        log: All requests to the API.
        outbox: All messages that patients would have got. A transfer must leave it empty.
        faults: What is done to requests to the API.
        unknown_requests: The requests that no operation of the API is for.
        protocol_errors: What requests did that the real API would punish or misunderstand.
        on_traffic: Functions that are called with each request to the API once it is answered.
    """

    def __init__(
        self,
        *,
        name: str = "new-clinic",
        region: Literal["au", "uk"] = "au",
        seed: int = 0,
        clock: Clock | None = None,
        server_clock_offset: float = 0.0,
        rate_limit: int | None = 60,
        rate_model: RateModel = "fixed",
        page_size: int = 50,
        swapped_links: bool = False,
        update_clears: bool = False,
        stamps_updates: bool = True,
        refuses_archived_parents: bool = False,
        hides_archived_by_id: bool = False,
        tells_of_past: bool = False,
        communication_preference: str = "SMS_EMAIL",
        archived_cancellation: Literal["kept", "ignored", "hidden", "refused", "restored", "revived"] = "kept",
        cancellation_rate: int | None = None,
        lacks: Iterable[str] = (),
    ) -> None:
        super().__init__(
            clock=clock,
            server_clock_offset=server_clock_offset,
            rate_limit=rate_limit,
            rate_model=rate_model,
            lacks=lacks,
        )
        self.name, self.region = name, region
        self.page_size = page_size
        self.swapped_links = swapped_links
        self.update_clears = update_clears
        self.stamps_updates = stamps_updates
        self.refuses_archived_parents = refuses_archived_parents
        self.hides_archived_by_id = hides_archived_by_id
        self.tells_of_past = tells_of_past
        self.communication_preference = communication_preference
        self.archived_cancellation = archived_cancellation
        self.cancellation_rate = cancellation_rate
        self._seed = f"{region}/{name}/{seed}"
        self.tables = Tables(self._seed)
        self._users: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"<FakeSplose {self.region} {self.name!r}>"

    @property
    def base_url(self) -> str:
        """The API's address, which all workspaces of a region share: `https://api.splose.com/v1`."""
        return _ADDRESSES[self.region]

    @property
    def key(self) -> str:
        """The key of the workspace's owner."""
        return self.key_for("owner")

    def key_for(self, user: str) -> str:
        """Gives the key of a user; each has an allowance of its own.

        Args:
            user: Any name.
        """
        key = f"sk_{hashlib.sha256(f'{self._seed}/{user}'.encode()).hexdigest()[:40]}"
        self._users[key] = user
        return key

    def user_of(self, authorization: str) -> str | None:
        """Names the user whose key a header carries; None where there is none."""
        scheme, _, key = authorization.partition(" ")
        return self._users.get(key) if scheme == "Bearer" else None

    def add(self, kind: str, /, **row: Any) -> str:  # Any: values of all properties' types
        """Puts a row into the workspace as if it had always been there: no rules, no messages.

        Properties go by the API's own names. Times may be `datetime`s or text, dates `date`s, money `Decimal`s, and ids
        texts. An appointment's patient is its `patientId`, or several are its `appointmentPatients`. A custom field's
        options are their labels. A file's bytes are its `content`.

        Args:
            kind: The kind of record in snake case: `"busy_times"`.
            row: Its properties.

        Returns:
            The row's id.

        Raises:
            KeyError: There is no such kind.
            ValueError: A property isn't there, is missing, has the wrong type, or points at nothing.
        """
        with self.lock:
            return seed_row(self, kind, row)

    def rows(self, kind: str) -> list[dict[str, Any]]:  # Any: values of all properties' types
        """Gives copies of a kind's rows by rising id as answers have them, archived ones too.

        Raises:
            KeyError: There is no such kind.
        """
        with self.lock:
            return [copy.deepcopy(shown(KINDS[kind], row)) for row in self.tables.all(kind)]

    def time_text(self) -> str:
        """Tells the server's time as the API does: `2025-03-03T00:00:00.000Z`."""
        return moment(self.server_now())

    def snapshot(self) -> SploseSnapshot:
        """Copies all that the workspace holds, for `restore`; the clock, the log and the faults are not part of it."""
        with self.lock:
            return SploseSnapshot(self.tables.snapshot(), list(self.outbox))

    def restore(self, snapshot: SploseSnapshot) -> None:
        """Puts the workspace back to what it held when the snapshot was taken."""
        with self.lock:
            self.tables.restore(snapshot.tables)
            self.outbox[:] = snapshot.outbox

    def knows(self, authorization: str) -> bool:
        """Tells whether a header carries a key of this workspace."""
        return self.user_of(authorization) is not None

    def carry_out(self, request: Request, entry: LoggedRequest) -> Answer:
        """Does what a request to the API asks for."""
        return let_in(self, request, entry)

    def too_many(self, reset_at: int) -> Answer:
        """Gives the answer to a request over the limit, which doesn't say when the next one will be let in."""
        del reset_at
        return page(429, "Too Many Requests", TEXT)
