"""The building blocks of resources that Splose has in its own way.

`Get`, and what `Create` does, are those of all clients. Beside them stand lists that are read by the highest id seen,
updates that are answered with the number 1, and deletions that are answered so too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

import attrs

from clinikomigrate.client import resource
from clinikomigrate.client.converter import structure, unstructure
from clinikomigrate.client.query import Condition, Value
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.resource import Resource
from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import ConfigurationError, OutcomeUnknown
from clinikomigrate.splose.listing import Listing
from clinikomigrate.splose.parameters import Parameter, asked_for
from clinikomigrate.wire.answer import Answer

T = TypeVar("T")
D_contra = TypeVar("D_contra", contravariant=True)


class List(Resource, Generic[T]):
    """Records that can be listed.

    Attributes:
        parameters: What its list can be asked for, by name in snake case.
        hides_archived: Whether the list leaves out what is archived unless asked for it.
    """

    parameters: ClassVar[Mapping[str, Parameter]] = {}
    hides_archived: ClassVar[bool] = True

    @property
    def _path(self) -> str:
        return f"/{self.kind.replace('_', '-')}"

    def list(self, *conditions: Condition, include_archived: bool = False, **asked: Value) -> Listing[T]:
        """Lists records by rising id; sends nothing until the list is walked.

        Args:
            conditions: Made with `where`: `where("updated_at") > since`. All must hold.
            include_archived: Whether archived records come too, which the API hides otherwise. Says nothing where a
                kind of record can't be archived.
            asked: The API's own parameters in snake case: `update_gt=since`, `patient_id=patient.id`.

        Returns:
            A list that is read as it is walked.

        Raises:
            QueryError: The list can't be asked for that, or not in this way.
        """
        query = asked_for(conditions, asked, self.parameters, self.kind)
        (after,) = query.pop("id_gt", ("0",))
        pairs = [(name, text) for name, texts in query.items() for text in texts]
        if include_archived and self.hides_archived:
            pairs.append(("include_archived", "true"))
        template = self._path
        return Listing(
            self.kind,
            self._connection,
            template,
            {},
            tuple(pairs),
            lambda row: structure(self.model, row, where=f"GET {template}"),
            int(after),
        )


class Create(resource.Create[T, D_contra]):
    """Records that can be made.

    Attributes:
        update_only: What can be written in an update, and not when a record is made.
    """

    update_only: ClassVar[frozenset[str]] = frozenset()

    def create(self, draft: D_contra) -> T:
        """Makes a record.

        Args:
            draft: What it is to hold.

        Returns:
            The record as the API has it now.

        Raises:
            ConfigurationError: The draft lacks what the API needs, or gives what only an update takes.
            Unprocessable: The API refused it; the error has the names of the fields.
            BadRequest: The API refused it and named no field.
            OutcomeUnknown: It may have been made or not. Look before trying again: the API has no way to tell a
                second try from a second record.
        """
        names = given_in(draft)
        refuse(self.kind, self.update_only & names, "can be given only in an update; leave it out here")
        refuse(self.kind, needed_in(draft) - names, "is needed to create a record")
        return super().create(draft)


class Update(Resource, Generic[T, D_contra]):
    """Records that can be changed.

    Attributes:
        needed_to_update: What each update has to give.
    """

    needed_to_update: ClassVar[frozenset[str]] = frozenset()

    def update(self, record: str | Ref[T], draft: D_contra) -> None:
        """Changes a record. The API answers without it: read it again to see what became of it.

        Args:
            record: Its id or a Ref.
            draft: The new values.

        Raises:
            ConfigurationError: The draft lacks what the API needs, or gives what only a new record takes.
            Unprocessable: The API refused the change; the error has the names of the fields.
            BadRequest: The API refused the change and named no field.
            OutcomeUnknown: It may have been changed or not. Changing it again does no harm.
        """
        names = given_in(draft)
        refuse(self.kind, self.create_only & names, "can be given only when a record is made; leave it out here")
        refuse(self.kind, self.needed_to_update - names, "is needed in each update, which replaces what was there")
        require_done(*self._act("PUT", record, json=unstructure(draft)))


class Delete(Resource):
    """Records that can be deleted."""

    def delete(self, record: str | Ref[Any]) -> None:
        """Deletes a record.

        Args:
            record: Its id or a Ref (`Any`: the API's kinds are not told apart here but by name).

        Raises:
            OutcomeUnknown: It may have been deleted or not.
        """
        require_done(*self._act("DELETE", record))


def given_in(draft: object) -> frozenset[str]:
    """Names the attributes that a draft gives.

    Raises:
        ConfigurationError: It is no draft.
    """
    kind: type[Any] = type(draft)
    if not attrs.has(kind):
        raise ConfigurationError(f"a {kind.__name__} is no draft; give an instance such as PatientDraft(lastname=…).")
    return frozenset(field.name for field in attrs.fields(kind) if getattr(draft, field.name) is not UNSET)


def needed_in(draft: object) -> frozenset[str]:
    """Names the attributes without which the API creates no such record."""
    kind: type[Any] = type(draft)
    return frozenset(field.name for field in attrs.fields(kind) if field.metadata.get("required"))


def refuse(kind: str, names: frozenset[str], reason: str) -> None:
    """Refuses a draft for some of its attributes.

    Raises:
        ConfigurationError: There are such attributes.
    """
    if names:
        raise ConfigurationError(f"{kind}: {', '.join(sorted(names))} {reason}.")


def require_done(answer: Answer, where: str) -> None:
    """Holds that the API said yes as it does: with the number 1.

    Raises:
        OutcomeUnknown: It said something else.
    """
    if str(answer.body) != "1":
        method, _, path = where.partition(" ")
        raise OutcomeUnknown(method=method, path=path, cause_name="the answer isn't the number 1", status=answer.status)
