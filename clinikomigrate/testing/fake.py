"""A simulated Cliniko account: one WSGI app with an account behind it."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs

from clinikomigrate.testing.account import SimulatedAccount
from clinikomigrate.testing.admission import let_in
from clinikomigrate.testing.answers import Answer, page
from clinikomigrate.testing.columns import Row, moment
from clinikomigrate.testing.faults import Faults
from clinikomigrate.testing.files import DownloadWay, Files, FilesSnapshot
from clinikomigrate.testing.handling import take_store_request
from clinikomigrate.testing.in_process import Mount
from clinikomigrate.testing.keys import Keys
from clinikomigrate.testing.kinds import KINDS
from clinikomigrate.testing.limits import LimitHeader, RateModel
from clinikomigrate.testing.log import LoggedRequest, Message
from clinikomigrate.testing.seeds import seed as seed_row
from clinikomigrate.testing.serve import listening
from clinikomigrate.testing.settings import CustomField, custom_fields, new_settings
from clinikomigrate.testing.store import Store, StoreSnapshot

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from werkzeug.wrappers import Request

    from clinikomigrate.wire.clock import Clock


@attrs.frozen(repr=False)
class Snapshot:
    """What an account held at one time; of use to `FakeCliniko.restore` only."""

    store: StoreSnapshot
    files: FilesSnapshot
    outbox: list[Message]
    settings: dict[str, Any]  # Any: a tree of JSON values


class FakeCliniko(SimulatedAccount):
    """A Cliniko account that lives in memory and behaves as the real API does, its traps included.

    It is a WSGI app: mount it in this process with `in_process()`, or on a real socket with `serve()`. Rows are put
    into it with `add`, past the API's rules, and looked at with `rows`. Safe in threads: an account carries out one
    request at a time. Nothing in it is random: the same seed and the same requests give the same account.

    Where it isn't known what the real API does, the account does what makes more trouble; those choices are settings.

    Args:
        subdomain: The account's name, as in `https://old-clinic.cliniko.com`.
        shard: Where the account lives.
        country_code: The account's country.
        time_zone: The account's time zone, by its label.
        seed: Makes the ids and tokens; two accounts never share them, even with the same seed.
        clock: What tells the time. Default: a `VirtualClock` of its own. An account that is served to another process
            needs a real clock, for nobody there can move a virtual one.
        server_clock_offset: By how many seconds the server's clock is ahead of `clock`.
        rate_limit: The most requests a minute and user; None for no limit.
        rate_model: How they are counted: `"fixed"`, `"sliding"` or `"leaky"`.
        limit_header: By which header the answer to a request too many says when the next one will be let in; None
            where it doesn't say.
        small_ids: How many rows of each kind get small ids, as old accounts have them; later ones have 19 digits.
        old_style: Whether moments that aren't set read `""`, as years ago, instead of null.
        lacks: What this account's API doesn't have yet: paths with all below them (`"/recalls"`), single operations
            (`"POST /concession_prices"`), or fields (`"recalls.notes"`). Requests to what isn't there are answered with
            a 404 in HTML; answers don't have such a field, and a request that gives it is refused with a 422.
        overlooks: Fields that answers have and that requests can't set (`"recalls.notes"`): a request is taken without.
        download: Whether file contents are answered by a redirect to the file store or as a stream.
        processing_seconds: How long an uploaded file is worked on.
        processing_reads: After how many reads of it the work is done at the latest.
        largest_file: The most bytes of one file; the file store refuses more.
        storage: The most bytes of all files; None for no limit.
        upload_slash: Whether the file store's address ends with a slash where an upload is asked for.
        mirrors_relationships: Whether a relationship has a row for each of its two patients; else the patient who was
            given the other is the only one who shows it.
        refuses_archived_parents: Whether a record that points at an archived one is refused.
        refuses_cancelled_parents: Whether a record that points at a cancelled booking or attendee is refused.
        refuses_nameless_memos: Whether a memo has to say from whom it is and to whom. The documentation calls both
            required, and shows messages without a sender.
        locks_finalised_notes: Whether a note that is no draft any more can't be changed.
        tells_of_archiving: Whether patients are written to when a booking of theirs is archived that was not cancelled.
        longest_form_answer: The most characters of an answer on a form.
        longest_url: The most characters of a path and query; a longer one is answered with a 414 in HTML. None for
            8,192, which hardly any server goes beyond: whoever does is told among the protocol errors.
        new_fields: What answers have that the API's description doesn't know yet: values by field, by kind of record.

    Attributes:
        log: All requests to the API.
        store_log: All requests to the file store.
        outbox: All messages that patients would have got. A transfer must leave it empty.
        faults: What is done to requests to the API.
        store_faults: What is done to requests to the file store.
        unknown_requests: The requests that no operation of the API is for.
        protocol_errors: What requests did that the real API would punish or misunderstand.
        on_traffic: Functions that are called with each request to the API once it is answered.
        settings: What `/settings` answers; change what you like in it.
    """

    def __init__(
        self,
        *,
        subdomain: str = "old-clinic",
        shard: str = "au1",
        country_code: str = "AU",
        time_zone: str = "Melbourne",
        seed: int = 0,
        clock: Clock | None = None,
        server_clock_offset: float = 0.0,
        rate_limit: int | None = 200,
        rate_model: RateModel = "fixed",
        limit_header: LimitHeader | None = "X-RateLimit-Reset",
        small_ids: int = 2,
        old_style: bool = False,
        lacks: Iterable[str] = (),
        overlooks: Iterable[str] = (),
        download: DownloadWay = "redirect",
        processing_seconds: float = 2.0,
        processing_reads: int = 3,
        largest_file: int = 100_000_000,
        storage: int | None = None,
        upload_slash: bool = False,
        mirrors_relationships: bool = True,
        refuses_archived_parents: bool = True,
        refuses_cancelled_parents: bool = False,
        refuses_nameless_memos: bool = False,
        locks_finalised_notes: bool = True,
        tells_of_archiving: bool = True,
        longest_form_answer: int = 10_000,
        longest_url: int | None = None,
        new_fields: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
    ) -> None:
        super().__init__(
            clock=clock,
            server_clock_offset=server_clock_offset,
            rate_limit=rate_limit,
            rate_model=rate_model,
            lacks=lacks,
        )
        name = f"{subdomain}.{shard}/{seed}"
        self.subdomain, self.shard = subdomain, shard
        self.country_code, self.time_zone = country_code, time_zone
        self.limit_header = limit_header
        self.old_style = old_style
        self.mirrors_relationships = mirrors_relationships
        self.refuses_archived_parents = refuses_archived_parents
        self.refuses_cancelled_parents = refuses_cancelled_parents
        self.refuses_nameless_memos = refuses_nameless_memos
        self.locks_finalised_notes = locks_finalised_notes
        self.tells_of_archiving = tells_of_archiving
        self.longest_form_answer = longest_form_answer
        self.longest_url = longest_url
        self.new_fields = new_fields
        self.overlooks = set(overlooks)
        self.store = Store(name, small_ids)
        self.keys = Keys(name, shard)
        self.files = Files(
            self,
            download=download,
            processing_seconds=processing_seconds,
            processing_reads=processing_reads,
            largest=largest_file,
            storage=storage,
            slash=upload_slash,
        )
        self.settings = new_settings(self.store.new_id("accounts"), subdomain, country_code, time_zone)
        self.store_log: list[LoggedRequest] = []
        self.store_faults = Faults()
        self.served_stores: dict[str, str] = {}
        self._name = name

    def __repr__(self) -> str:
        return f"<FakeCliniko {self.shard} {self.subdomain!r}>"

    def file_store(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers a request to the file store, which lives on a host of its own, as a WSGI app does.

        Raises:
            Dropped: A fault ends the connection without an answer.
        """
        return take_store_request(self, environ, start_response)

    @property
    def base_url(self) -> str:
        """The API's address, as the key's shard says: `https://api.au1.cliniko.com/v1`."""
        return f"https://api.{self.shard}.cliniko.com/v1"

    @property
    def bucket(self) -> str:
        """The name of the file store's bucket."""
        return f"uploads-{self.subdomain}-{self.shard}"

    def store_url(self, base: str) -> str:
        """Gives the address of the file store.

        Args:
            base: The address of the API that the client uses.
        """
        return self.served_stores.get(base, f"https://{self.bucket}.s3.ap-southeast-2.amazonaws.com")

    @property
    def key(self) -> str:
        """The key of the first administrator who is also a practitioner.

        An account that has no such person gets one now, named Olivia Owner, with a mobile number.
        """
        with self.lock:
            for user in self.store.all("users"):
                if user["role"] == "administrator" and self.store.pointing("practitioners", "user_id", user["id"]):
                    return self.keys.key_of(user["id"])
            owner = {"first_name": "Olivia", "last_name": "Owner", "email": f"owner@{self.subdomain}.example"}
            mobile = [{"phone_type": "Mobile", "number": "0400 000 000"}]
            user_id = self.add("users", role="administrator", phone_numbers=mobile, **owner)
            self.add("practitioners", user_id=user_id)
            return self.keys.key_of(user_id)

    def key_for(self, user_id: str) -> str:
        """Gives the key of a user.

        Raises:
            KeyError: There is no such user.
        """
        with self.lock:
            if self.store.get("users", user_id) is None:
                raise KeyError(user_id)
            return self.keys.key_of(user_id)

    def add(self, kind: str, /, **row: Any) -> str:  # Any: values of all columns' types
        """Puts a row into the account as if it had always been there: no rules, no messages.

        Moments may be `datetime`s or text, dates `date`s, money `Decimal`s. An individual appointment gets its
        attendee unless `attendee=False` is given; `arrived=` says that one's attendance. A relationship gets its other
        side unless `mirror=False` is given or this account has none. A file's bytes are its `content`.

        Args:
            kind: The kind of record.
            row: Its columns by the names that requests have for them, and those that can only be read.

        Returns:
            The row's id.

        Raises:
            KeyError: There is no such kind.
            ValueError: A column isn't there, has the wrong type, or points at nothing.
        """
        with self.lock:
            return seed_row(self, kind, row)

    def rows(self, kind: str) -> list[dict[str, object]]:
        """Gives copies of a kind's rows by rising id, hidden ones too; relations as `<name>_id`.

        Raises:
            KeyError: There is no such kind.
        """
        with self.lock:
            rows = [copy.deepcopy(row) for row in self.store.all(KINDS[kind].name)]
            if kind == "patient_cases":
                for row in rows:
                    attendees = self.store.pointing("attendees", "patient_case_id", row["id"])
                    row["attendee_ids"] = [attendee["id"] for attendee in attendees]
            return rows

    def define_custom_fields(
        self, sections: Mapping[str, Sequence[CustomField]]
    ) -> dict[str, Any]:  # Any: a tree of JSON values
        """Defines patients' custom fields; their tokens are this account's own.

        Args:
            sections: The fields of each section by the section's name. A field is its name, its type and, for
                `checkboxes` and `radiobuttons`, its options: `{"Sport": [("Club", "text"), ("Level", "radiobuttons",
                ["Amateur", "Professional"])]}`.

        Returns:
            The definition, as `/settings` shows it.
        """
        definition = custom_fields(self._name, sections)
        self.settings["patient_custom_fields_definition"] = definition
        return definition

    def custom_fields_definition(self) -> Row:
        """Gives the definition of patients' custom fields."""
        definition: Row = self.settings["patient_custom_fields_definition"]
        return definition

    def lacking_of(self, kind: str) -> frozenset[str]:
        """Gives the fields of a kind that this account lacks."""
        return _fields_of(kind, self.lacks)

    def overlooked_of(self, kind: str) -> frozenset[str]:
        """Gives the fields of a kind that this account overlooks in requests."""
        return _fields_of(kind, self.overlooks)

    def time_text(self) -> str:
        """Tells the server's time as the API does: `2025-03-03T00:00:00Z`."""
        return moment(self.server_now())

    def snapshot(self) -> Snapshot:
        """Copies all that the account holds, for `restore`; the clock, the log and the faults are not part of it."""
        with self.lock:
            settings = copy.deepcopy(self.settings)
            return Snapshot(self.store.snapshot(), self.files.snapshot(), list(self.outbox), settings)

    def restore(self, snapshot: Snapshot) -> None:
        """Puts the account back to what it held when the snapshot was taken."""
        with self.lock:
            self.store.restore(snapshot.store)
            self.files.restore(snapshot.files)
            self.outbox[:] = snapshot.outbox
            self.settings = copy.deepcopy(snapshot.settings)

    def knows(self, authorization: str) -> bool:
        """Tells whether a header carries a key of this account."""
        return self.keys.knows(authorization)

    def carry_out(self, request: Request, entry: LoggedRequest) -> Answer:
        """Does what a request to the API asks for."""
        return let_in(self, request, entry)

    def too_many(self, reset_at: int) -> Answer:
        """Gives the answer to a request over the limit, which says in its way when the next one will be let in."""
        seconds = math.ceil(reset_at - self.server_time())
        said = {"X-RateLimit-Reset": str(reset_at), "Retry-After": str(seconds)}
        headers = {str(name): value for name, value in said.items() if name == self.limit_header}
        return page(429, "Rate limit exceeded\n", "text/plain; charset=utf-8", headers)

    def mounts(self) -> tuple[Mount, ...]:
        """Says at which addresses the account answers: the API's, and that of its file store."""
        return (*super().mounts(), Mount(self.store_url(""), self.file_store))

    @contextmanager
    def beside(self, base: str) -> Iterator[None]:
        """Serves the file store, as long as it is entered."""
        with listening(self.file_store) as store:
            self.served_stores[base] = store
            try:
                yield
            finally:
                del self.served_stores[base]


def _fields_of(kind: str, names: Iterable[str]) -> frozenset[str]:
    pairs = (name.partition(".") for name in names)
    return frozenset(field for of, _, field in pairs if of == kind)
