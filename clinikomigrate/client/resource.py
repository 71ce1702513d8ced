"""The building blocks of a typed client: one class for each thing that can be done with a kind of record.

A resource is put together from them, so that it has the methods which the API has for its kind, and no other:

    class Invoices(List[Invoice], Get[Invoice]):
        kind = "invoices"
        model = Invoice
        fields = {"id": FieldType("int64"), "issue_date": FieldType("date")}
"""

from __future__ import annotations

from collections.abc import Mapping
from types import FunctionType
from typing import Any, ClassVar, Generic, TypeVar

import attrs

from clinikomigrate.client.connection import Connection
from clinikomigrate.client.converter import structure, unexpected, unstructure
from clinikomigrate.client.listing import Listing
from clinikomigrate.client.query import Condition, FieldType, Value, identifier
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.selection import lifted, listing
from clinikomigrate.errors import ConfigurationError, OutcomeUnknown, UnexpectedResponse
from clinikomigrate.wire.answer import Answer
from clinikomigrate.wire.tracebacks import forgetful

T = TypeVar("T")
D_contra = TypeVar("D_contra", contravariant=True)


class Resource:
    """The endpoint of one kind of record.

    Attributes:
        kind: The kind's name, the API's own plural: `"patients"`.
        model: The attrs class of its records, or a union of such classes.
        created_model: What a request that makes a record is answered with, where that is not `model`.
        updated_model: What a request that changes a record is answered with, where that is not `model`.
        fields: What its list can be filtered by, and the type of each.
        refs: The kinds that a Ref to one of its records may have, beside its own.
        create_only: What can be written when a record is made, and not later.
    """

    kind: ClassVar[str]
    model: ClassVar[Any]  # a class or a union; what it is for type checkers stands in the building blocks' brackets
    created_model: ClassVar[Any] = None  # as `model`
    updated_model: ClassVar[Any] = None  # as `model`
    fields: ClassVar[Mapping[str, FieldType]] = {}
    refs: ClassVar[frozenset[str]] = frozenset()
    create_only: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        """Lets the exceptions of all public methods carry no variables: those hold what is sent and what came."""
        super().__init_subclass__()
        for name, method in list(vars(cls).items()):
            if isinstance(method, FunctionType) and not name.startswith("_"):
                setattr(cls, name, forgetful(method))

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    @property
    def _path(self) -> str:
        """Where the list of the kind's records is."""
        return f"/{self.kind}"

    def _id(self, record: object) -> str:
        return identifier(record, {self.kind, *self.refs}, self.kind, ConfigurationError)

    def _act(self, method: Any, record: object, action: str = "", json: object = None) -> tuple[Answer, str]:
        """Sends a write about one record; gives the answer and what was asked. `Any`: one of the write methods."""
        template = f"{self._path}/{{id}}{action}"
        return self._connection.write(method, template, {"id": self._id(record)}, json), f"{method} {template}"


class List(Resource, Generic[T]):
    """Records that can be listed."""

    def list(
        self,
        *conditions: Condition,
        include_archived: bool = False,
        include_cancelled: bool = False,
        sort: str | None = None,
        **equal: Value,
    ) -> Listing[T]:
        """Lists the records for which all conditions hold; sends nothing until the list is walked.

        Args:
            conditions: Made with `where`.
            include_archived: Whether archived records come too, which the API hides otherwise. Says nothing where a
                kind of record can't be archived.
            include_cancelled: Whether cancelled records come too, which the API hides otherwise.
            sort: An order of one's own, `"starts_at:desc,id"`. Such a list is read page by page, and a record that
                comes or goes meanwhile can move another out of sight; without it, that can't happen.
            equal: Fields and what they must equal: one value or Ref, or any of several: `patient_id=[first, second]`.

        Returns:
            A list that is read as it is walked.

        Raises:
            QueryError: A field can't be filtered by, or not in this way.
        """
        return self._listing(conditions, equal, include_archived, include_cancelled, sort)

    def count(
        self,
        *conditions: Condition,
        include_archived: bool = False,
        include_cancelled: bool = False,
        **equal: Value,
    ) -> int:
        """Counts the records for which all conditions hold, in one request.

        Args:
            conditions: As in `list`.
            include_archived: As in `list`.
            include_cancelled: As in `list`.
            equal: As in `list`.
        """
        return self._listing(conditions, equal, include_archived, include_cancelled, None).count()

    def _listing(
        self,
        conditions: tuple[Condition, ...],
        equal: Mapping[str, Value],
        include_archived: bool,
        include_cancelled: bool,
        sort: str | None,
    ) -> Listing[T]:
        return listing(
            self._connection,
            self.model,
            kind=self.kind,
            template=self._path,
            fields=self.fields,
            conditions=conditions,
            equal=equal,
            include_archived=include_archived,
            include_cancelled=include_cancelled,
            sort=sort,
        )


class Get(Resource, Generic[T]):
    """Records that can be read one by one."""

    def get(self, record: str | Ref[T]) -> T:
        """Reads one record, archived, cancelled or not.

        Args:
            record: Its id or a Ref.

        Returns:
            The record.

        Raises:
            NotFound: There is no such record, or the key's user may not see it.
        """
        template = f"{self._path}/{{id}}"
        id = self._id(record)
        answer = self._connection.get(template, {"id": id}, lifted(self.fields))
        found: T = structure(self.model, answer.body, where=f"GET {template}")
        if found.id != id:  # type: ignore[attr-defined]  # all that can be read one by one have an id
            raise unexpected(f"GET {template}", "it is another record than the one that was asked for")
        return found


class Create(Resource, Generic[T, D_contra]):
    """Records that can be made."""

    def create(self, draft: D_contra) -> T:
        """Makes a record.

        Args:
            draft: What it is to hold.

        Returns:
            The record as the API has it now.

        Raises:
            Unprocessable: The API refused it; the error has the names of the fields.
            OutcomeUnknown: It may have been made or not. Look before trying again: the API has no way to tell a
                second try from a second record.
        """
        template = self._path
        answer = self._connection.write("POST", template, {}, unstructure(draft))
        made: T = written(self.created_model or self.model, answer, f"POST {template}")
        return made


class Update(Resource, Generic[T, D_contra]):
    """Records that can be changed."""

    def update(self, record: str | Ref[T], draft: D_contra) -> T:
        """Changes a record: what the draft gives, and nothing else.

        Args:
            record: Its id or a Ref.
            draft: The new values. `None` clears a field.

        Returns:
            The record as the API has it now.

        Raises:
            ConfigurationError: The draft gives what can be written only when a record is made.
            Unprocessable: The API refused the change; the error has the names of the fields.
            OutcomeUnknown: It may have been changed or not. Changing it again does no harm.
        """
        json = unstructure(draft)
        fixed = sorted(self.create_only & json.keys())
        if fixed:
            raise ConfigurationError(
                f"{self.kind}: {', '.join(fixed)} can be given only when a record is made; leave it out of the update."
            )
        answer, where = self._act("PATCH", record, json=json)
        changed: T = written(self.updated_model or self.model, answer, where, self._id(record))
        return changed


class Archive(Resource):
    """Records that can be archived."""

    def archive(self, record: str | Ref[Any]) -> None:
        """Archives a record, which hides it. Most kinds can't be brought back through the API.

        Args:
            record: Its id or a Ref (`Any`: the API's kinds are not told apart here but by name).
        """
        self._act("POST", record, "/archive")


class Unarchive(Resource, Generic[T]):
    """Records that can be brought back from the archive."""

    def unarchive(self, record: str | Ref[T]) -> T:
        """Brings an archived record back.

        Args:
            record: Its id or a Ref.

        Returns:
            The record.
        """
        answer, where = self._act("POST", record, "/unarchive")
        back: T = written(self.model, answer, where, self._id(record))
        return back


class Delete(Resource):
    """Records that can be deleted."""

    def delete(self, record: str | Ref[Any]) -> None:
        """Deletes a record for good.

        Args:
            record: Its id or a Ref (`Any`: the API's kinds are not told apart here but by name).
        """
        self._act("DELETE", record)


class DeleteToArchive(Resource):
    """Records whose deletion is an older name for archiving."""

    def delete(self, record: str | Ref[Any]) -> None:
        """Archives a record: a deprecated request that does what `archive` does and deletes nothing.

        Args:
            record: Its id or a Ref (`Any`: the API's kinds are not told apart here but by name).
        """
        self._act("DELETE", record)


class Cancel(Resource):
    """Records that can be cancelled."""

    def cancel(
        self, record: str | Ref[Any], *, reason: int, note: str | None = None, apply_to_repeats: bool | None = None
    ) -> None:
        """Cancels a record, now: the API has no way to give another time, nor to take it back.

        Args:
            record: Its id or a Ref (`Any`: the API's kinds are not told apart here but by name).
            reason: 10 feeling better, 20 condition worse, 30 sick, 40 away, 50 other, 60 work.
            note: Why, in words.
            apply_to_repeats: Whether the later ones of a series are cancelled too.
        """
        json: dict[str, object] = {"cancellation_reason": reason}
        if note is not None:
            json["cancellation_note"] = note
        if apply_to_repeats is not None:
            json["apply_to_repeats"] = apply_to_repeats
        self._act("PATCH", record, "/cancel", json)


class Conflicts(Resource):
    """Records that can collide with others in the diary."""

    def conflicts(self, record: str | Ref[Any]) -> bool:
        """Says whether anything else in the diary overlaps with a record.

        Args:
            record: Its id or a Ref (`Any`: the API's kinds are not told apart here but by name).
        """
        template = f"{self._path}/{{id}}/conflicts"
        answer = self._connection.get(template, {"id": self._id(record)})
        return structure(_Conflicts, answer.body, where=f"GET {template}").conflicts.exist


@attrs.frozen
class _Conflict:
    exist: bool


@attrs.frozen
class _Conflicts:
    conflicts: _Conflict


def written(model: Any, answer: Answer, where: str, id: str | None = None) -> Any:
    """Makes a model of the answer to a write that the API accepted.

    Args:
        model: The model (`Any`: a class or a union of classes).
        answer: The answer.
        where: The request: `"POST /patients"`.
        id: Of which record the answer must be; None where that isn't known.

    Returns:
        The model (`Any`, as `model`).

    Raises:
        OutcomeUnknown: The answer has a wrong shape. The API said yes, so the record is there or was changed, and
            doing it again could double it.
    """
    try:
        made = structure(model, answer.body, where=where)
        if id is not None and made.id != id:
            raise unexpected(where, "it is another record than the one that was changed")
    except UnexpectedResponse as error:
        method, _, path = where.partition(" ")
        raise OutcomeUnknown(method=method, path=path, cause_name=type(error).__name__, status=answer.status) from error
    return made
