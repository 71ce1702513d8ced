"""Lists with an address of their own: below a record (`/patients/{patient_id}/invoices`) or of some records only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Generic, TypeVar, overload

import attrs

from clinikomigrate.client.listing import Listing
from clinikomigrate.client.query import Condition, FieldType, Value
from clinikomigrate.client.ref import Ref
from clinikomigrate.client.resource import Resource
from clinikomigrate.client.selection import listing
from clinikomigrate.wire.tracebacks import forgetful

T = TypeVar("T")


@attrs.frozen(repr=False, eq=False)
class Place(Generic[T]):
    """Where a list is, and what it lists.

    Attributes:
        model: The model of a record: an attrs class, or a union of such classes.
        kind: The kind of record listed, which is the name of the list in the answers.
        template: The path's template.
        fields: What the list can be filtered by.
    """

    model: Any  # a class or a union; what it is for type checkers stands in the brackets
    kind: str
    template: str
    fields: Mapping[str, FieldType]


class Sublist(Place[T]):
    """Declares, in a resource's class, a method that lists some of its records: `practitioners.inactive()`."""

    @overload
    def __get__(self, instance: None, owner: type[Resource]) -> Sublist[T]: ...

    @overload
    def __get__(self, instance: Resource, owner: type[Resource]) -> SublistOf[T]: ...

    def __get__(self, instance: Resource | None, owner: type[Resource]) -> Sublist[T] | SublistOf[T]:
        return self if instance is None else SublistOf(self, instance)


class Nested(Place[T]):
    """Declares, in a resource's class, a method that lists what hangs on a record: `patients.invoices(patient_id)`.

    The one name in its template stands for the record's id.
    """

    @overload
    def __get__(self, instance: None, owner: type[Resource]) -> Nested[T]: ...

    @overload
    def __get__(self, instance: Resource, owner: type[Resource]) -> NestedOf[T]: ...

    def __get__(self, instance: Resource | None, owner: type[Resource]) -> Nested[T] | NestedOf[T]:
        return self if instance is None else NestedOf(self, instance)


@attrs.frozen(repr=False, eq=False)
class SublistOf(Generic[T]):
    """The method that a `Sublist` declares."""

    _place: Place[T]
    _resource: Resource

    def __repr__(self) -> str:
        return f"<GET {self._place.template}>"

    @forgetful
    def __call__(
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
            include_archived: Whether archived records come too.
            include_cancelled: Whether cancelled records come too.
            sort: An order of one's own; such a list is read page by page.
            equal: Fields and what they must equal.

        Returns:
            A list that is read as it is walked.

        Raises:
            QueryError: A field can't be filtered by, or not in this way.
        """
        return listing(
            self._resource._connection,
            self._place.model,
            kind=self._place.kind,
            template=self._place.template,
            fields=self._place.fields,
            conditions=conditions,
            equal=equal,
            include_archived=include_archived,
            include_cancelled=include_cancelled,
            sort=sort,
        )


@attrs.frozen(repr=False, eq=False)
class NestedOf(Generic[T]):
    """The method that a `Nested` declares."""

    _place: Place[T]
    _resource: Resource

    def __repr__(self) -> str:
        return f"<GET {self._place.template}>"

    @forgetful
    def __call__(
        self,
        record: str | Ref[Any],
        /,
        *conditions: Condition,
        include_archived: bool = False,
        include_cancelled: bool = False,
        sort: str | None = None,
        **equal: Value,
    ) -> Listing[T]:
        """Lists what hangs on a record and fulfils all conditions; sends nothing until the list is walked.

        Args:
            record: The id of the record, or a Ref to it (`Any`: kinds are told apart by name).
            conditions: Made with `where`.
            include_archived: Whether archived records come too.
            include_cancelled: Whether cancelled records come too.
            sort: An order of one's own; such a list is read page by page.
            equal: Fields and what they must equal.

        Returns:
            A list that is read as it is walked.

        Raises:
            QueryError: A field can't be filtered by, or not in this way.
        """
        name = re.findall(r"{(\w+)}", self._place.template)[0]
        return listing(
            self._resource._connection,
            self._place.model,
            kind=self._place.kind,
            template=self._place.template,
            fields=self._place.fields,
            parameters={name: self._resource._id(record)},
            conditions=conditions,
            equal=equal,
            include_archived=include_archived,
            include_cancelled=include_cancelled,
            sort=sort,
        )
