"""What a list is asked for, put into the words of the API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from clinikomigrate.client.connection import Connection
from clinikomigrate.client.converter import structure
from clinikomigrate.client.listing import Listing
from clinikomigrate.client.query import Condition, FieldType, Value, render
from clinikomigrate.errors import QueryError

Pair: TypeAlias = tuple[str, str]
"""One parameter of a URL's query."""

_ARCHIVED: Final = ("archived_at", "deleted_at")
_CANCELLED: Final = ("cancelled_at",)
_SORT: Final = re.compile(r"[a-z_]+(:(asc|desc))?(,[a-z_]+(:(asc|desc))?)*", re.ASCII)


def lifted(fields: Mapping[str, FieldType], *, archived: bool = True, cancelled: bool = True) -> tuple[Pair, ...]:
    """Asks for what the API hides unless it is asked for: archived, deleted and cancelled records.

    Args:
        fields: The fields that can be filtered by; only those are named.
        archived: Whether archived and deleted records are wanted.
        cancelled: Whether cancelled records are wanted.

    Returns:
        Query parameters: `q[]=archived_at:*`.
    """
    names = (*(_ARCHIVED if archived else ()), *(_CANCELLED if cancelled else ()))
    return tuple(("q[]", f"{name}:*") for name in names if name in fields)


def listing(
    connection: Connection,
    model: Any,
    *,
    kind: str,
    template: str,
    fields: Mapping[str, FieldType],
    parameters: Mapping[str, str] | None = None,
    conditions: Iterable[Condition] = (),
    equal: Mapping[str, Value] | None = None,
    include_archived: bool = False,
    include_cancelled: bool = False,
    sort: str | None = None,
    query: Iterable[Pair] = (),
) -> Listing[Any]:
    """Makes a list after checking what is asked of it.

    Args:
        connection: What sends.
        model: The model of a record (`Any`: a class or a union of classes).
        kind: The name of the list in the answer.
        template: The path's template.
        fields: What can be filtered by.
        parameters: What goes into the template.
        conditions: Made with `where`.
        equal: Fields and what they must equal.
        include_archived: Whether archived and deleted records are wanted.
        include_cancelled: Whether cancelled records are wanted.
        sort: An order of the caller's own.
        query: Further query parameters.

    Returns:
        The list (`Any`, as `model`).

    Raises:
        QueryError: A field can't be filtered by, or not in this way; or `sort` is not written as the API has it.
    """
    asked = [*conditions, *(Condition(field, "=", value) for field, value in (equal or {}).items())]
    for condition in asked:
        if not isinstance(condition, Condition):
            raise QueryError(
                f"{kind}: list() takes conditions, such as where('updated_at') >= since, not a "
                f"{type(condition).__name__}."
            )
    if sort is not None and not _SORT.fullmatch(sort):
        raise QueryError(f"{kind}: sort is written 'field' or 'field:desc', several with commas: 'starts_at:desc,id'.")
    filters = [("q[]", text) for condition in asked for text in render(condition, fields, kind)]
    named = {condition.field for condition in asked}
    rest = {name: fields[name] for name in fields if name not in named}
    filters += lifted(rest, archived=include_archived, cancelled=include_cancelled)
    own_order = [("sort", sort)] if sort not in {None, "id"} else []
    return Listing(
        kind,
        connection,
        template,
        parameters or {},
        (*query, *filters, *own_order),
        lambda row: structure(model, row, where=f"GET {template}"),
        "id" in fields and not own_order,
    )
