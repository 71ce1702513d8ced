"""What streams entities: a Cliniko account, never written to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from clinikomigrate.client.query import Condition, where
from clinikomigrate.client.ref import Ref
from clinikomigrate.cliniko import Cliniko
from clinikomigrate.cliniko.models import AppointmentType, PatientAttachment, Settings, Signature, User
from clinikomigrate.errors import NotFound
from clinikomigrate.transfer.mapper import Fetch
from clinikomigrate.transfer.surroundings import Surroundings
from clinikomigrate.wire.download import Download

IDS_A_REQUEST = 100
"""How many ids one request names at most, a page of a list. 100 ids of 19 digits make 2.2 kB of the 8 kB that servers
commonly take; where one takes less, the client asks in halves."""


class Source(Protocol):
    """What a transfer asks of what it reads from."""

    def settings(self) -> Settings:
        """Returns the account's settings."""

    def user(self) -> User:
        """Returns the user whose key reads."""

    def check_account(self) -> None:
        """Makes sure that this is the account that was named.

        Raises:
            AccountMismatch: It is another.
        """

    def stream(self, kind: str, *conditions: Condition, after: str | None = None) -> Iterator[Any]:
        """Gives all records of a kind, archived and cancelled ones too, in the order of their ids.

        Args:
            kind: The record kind's name.
            *conditions: What the API is to apply.
            after: Only records with a higher id.
        """

    def by_id(self, kind: str, ids: Sequence[str], *conditions: Condition) -> Iterator[Any]:
        """Gives records by id, in batches; those that are gone, or not under the conditions, are left out."""

    def count(self, kind: str, *conditions: Condition) -> int:
        """Returns how many records of a kind there are, archived and cancelled ones too."""

    def fetch(self, fetch: Fetch, entity: Any) -> object:
        """Reads what a draft asks for at the last moment.

        Args:
            fetch: What to read.
            entity: The record whose draft asks.

        Returns:
            What was asked for, or None where the source does not give it away.
        """

    def link(self, entity: Any) -> str | None:
        """Returns the address of a page that shows a record to people, or None where there is none."""

    def server_now(self) -> datetime | None:
        """Returns the time (aware, UTC) by the clock that sets `updated_at`, never later than it is; None if not known.

        Where it isn't known every run reads all records.
        """

    @property
    def region(self) -> str | None:
        """Where the account keeps its records, as a short code (`"au"`); None where it isn't known."""

    @property
    def requests_sent(self) -> int:
        """How many requests were sent."""

    @property
    def requests_per_minute(self) -> float | None:
        """How many requests a minute the source allows; None where there is no limit."""


class SourceFile:
    """A file of the source. It is read when it is opened, each time anew, and never held in memory.

    Args:
        name: Its name as the source has it; it never chooses where anything is written.
        content_type: Its media type, or None.
        size: Its length in bytes, or None where the source doesn't say; it is then read once to be measured.
        download: Starts to read it.
    """

    def __init__(
        self,
        name: str | None,
        content_type: str | None,
        size: int | None,
        download: Callable[[], AbstractContextManager[Download]],
    ) -> None:
        self._name = name
        self._content_type = content_type
        self._size = size
        self._download = download

    def __repr__(self) -> str:
        return "<SourceFile>"

    @property
    def name(self) -> str:
        """Its name."""
        return self._name or "file"

    @property
    def content_type(self) -> str | None:
        """Its media type, or None."""
        return self._content_type

    @property
    def announced_size(self) -> int | None:
        """Its length in bytes as the source says it, or None where it doesn't."""
        return self._size

    @property
    def size(self) -> int:
        """Its length in bytes."""
        if self._size is None:
            self._size = sum(len(chunk) for chunk in self.open())
        return self._size

    def open(self) -> Iterator[bytes]:
        """Gives its bytes from the first on, in chunks."""
        with self._download() as download:
            yield from download.chunks()


class ClinikoSource:
    """A Cliniko account as a source, seen through a client that can only read.

    Args:
        client: The account's client. It is not changed.
    """

    def __init__(self, client: Cliniko) -> None:
        self._client = client.read_only()
        self._lock = threading.Lock()
        self._practitioners_of: dict[str, list[Ref[Any]]] | None = None
        self._surroundings = Surroundings(self._client)

    def __repr__(self) -> str:
        return f"<ClinikoSource {self._client!r}>"

    def settings(self) -> Settings:
        """Returns the account's settings."""
        return self._client.settings()

    def user(self) -> User:
        """Returns the user whose key reads."""
        return self._client.user()

    def check_account(self) -> None:
        """Makes sure that this is the account that was named."""
        self._client.check_account()

    def stream(self, kind: str, *conditions: Condition, after: str | None = None) -> Iterator[Any]:
        """Gives all records of a kind, archived and cancelled ones too, in the order of their ids."""
        if kind == "patients":
            self._surroundings.forget_merges()
        yield from self._listed(kind, *conditions, after=after)

    def _listed(self, kind: str, *conditions: Condition, after: str | None = None) -> Iterator[Any]:
        """Reads a list, and from now on anew what is read once for all of its records."""
        if kind == "appointment_types":
            self._practitioners_of = None
        if kind == "attendees":
            self._surroundings.forget_classes()
        if kind == "patients":
            self._surroundings.forget_contacts()
        resource = self._client.resource(kind)
        behind = () if after is None else (where("id") > after,)
        records = resource.list(*conditions, *behind, include_archived=True, include_cancelled=True)
        yield from self._surroundings.noting(records, whole=not conditions) if kind == "contacts" else records
        if kind == "practitioners":
            yield from self._client.practitioners.inactive(*conditions, *behind)

    def by_id(self, kind: str, ids: Sequence[str], *conditions: Condition) -> Iterator[Any]:
        """Gives records by id, in batches; those that are gone, or not under the conditions, are left out."""
        for start in range(0, len(ids), IDS_A_REQUEST):
            yield from self._listed(kind, where("id") == list(ids[start : start + IDS_A_REQUEST]), *conditions)

    def count(self, kind: str, *conditions: Condition) -> int:
        """Returns how many records of a kind there are, archived and cancelled ones too."""
        count: int = self._client.resource(kind).count(*conditions, include_archived=True, include_cancelled=True)
        return count

    def fetch(self, fetch: Fetch, entity: Any) -> object:
        """Reads what a draft asks for at the last moment."""
        found: object
        match fetch.what:
            case "file":
                found = self._file(entity)
            case "signature":
                found = self._image(*fetch.refs)
            case "signed":
                found = self._signature(*fetch.refs)
            case "case_attachments":
                found = self._case_attachments(fetch.refs[0])
            case "type_practitioners":
                found = self._type_practitioners(fetch.refs[0])
            case _:
                found = self._surroundings.read(fetch)
        return found

    def _file(self, attachment: PatientAttachment) -> SourceFile:
        return SourceFile(
            attachment.filename,
            attachment.content_type,
            attachment.size,
            lambda: self._client.patient_attachments.download(attachment.id),
        )

    def _case_attachments(self, case: Ref[Any]) -> list[Ref[Any]] | None:
        try:
            files = self._client.patient_cases.patient_attachments(case, include_archived=True)
            return [Ref("patient_attachments", file.id) for file in files]
        except NotFound:
            return None

    def _type_practitioners(self, of: Ref[Any]) -> list[Ref[Any]]:
        """Reads each practitioner's types once: asked from the other side, archived types would not be found."""
        with self._lock:
            found = self._practitioners_of  # another thread may forget it meanwhile
            if found is None:
                found = {}
                for practitioner in self.stream("practitioners"):
                    for each in self._types_of(practitioner.id):
                        found.setdefault(each.id, []).append(Ref("practitioners", practitioner.id))
                self._practitioners_of = found
            return found.get(of.id, [])

    def _types_of(self, practitioner: str) -> Iterator[AppointmentType]:
        try:
            yield from self._client.practitioners.appointment_types(practitioner, include_archived=True)
        except NotFound:
            return

    def _image(self, form: Ref[Any], signature: Ref[Any]) -> str | None:
        found = self._signature(form, signature)
        return None if found is None else found.image

    def _signature(self, form: Ref[Any], signature: Ref[Any]) -> Signature | None:
        try:
            return self._client.patient_forms.signature(form, signature)
        except NotFound:
            return None

    def link(self, entity: Any) -> str | None:
        """Returns the address of the page that shows a record's patient."""
        return self._client.link(entity)

    def server_now(self) -> datetime | None:
        """Returns the account's own time by its answers' `Date`, or None where none told it."""
        return self._client.server_told()

    @property
    def region(self) -> str:
        """Where the account keeps its records: the letters of its shard."""
        return self._client.region

    @property
    def requests_sent(self) -> int:
        """How many requests were sent."""
        return self._client.requests_sent

    @property
    def requests_per_minute(self) -> float:
        """How many requests a minute the source allows."""
        return self._client.requests_per_minute
