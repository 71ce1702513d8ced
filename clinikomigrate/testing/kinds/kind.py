"""What the simulation has to know of one kind of record."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import attrs

from clinikomigrate.testing.columns import Column, stamp

ARCHIVABLE = frozenset({"list", "get", "create", "update", "archive", "delete_archives"})
"""The operations of most kinds; there, DELETE archives."""

READ_ONLY = frozenset({"list", "get"})


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@attrs.define(slots=False)
class Kind:
    """One kind of record: its columns and what the API does with it.

    Attributes:
        name: The API's plural, in paths and envelopes.
        operations: Of `list`, `get`, `create`, `update`, `archive`, `unarchive`, `delete` (a real one),
            `delete_archives`, `cancel`, `conflicts`.
        columns: All columns but `id`, `created_at` and `updated_at`.
        required: What a new record must be given, and may not lose.
        filters: In one text, the names that lists can be filtered on, besides `id`, `created_at` and `updated_at`.
        hidden_by: The columns that hide a record when they are set, besides `deleted_at`.
        links: Collections that a record links to: path templates by key.
        secret: Whether receptionists and schedulers may not see it.
    """

    name: str
    operations: frozenset[str]
    columns: tuple[Column, ...]
    required: tuple[str, ...] = ()
    filters: tuple[str, ...] = attrs.field(default="", converter=_names)
    hidden_by: tuple[str, ...] = ("archived_at",)
    links: Mapping[str, str] = attrs.field(factory=dict)
    secret: bool = False

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """All columns by their names, those that every record has among them."""
        shared = (stamp("created_at"), stamp("updated_at"))
        return {column.name: column for column in (*shared, *self.columns)}

    @cached_property
    def shown(self) -> tuple[tuple[str, Column], ...]:
        """The columns that answers show, by what answers call them: a relation without its `_id`."""
        columns = (column for column in self.by_name.values() if column.read and column.kept)
        return tuple(
            (column.name.removesuffix("_id") if column.type == "reference" else column.name, column)
            for column in columns
        )

    @cached_property
    def hiding(self) -> tuple[str, ...]:
        """All columns that hide a record when they are set.

        A time of deletion does so wherever it can be asked for, so that it can be lifted.
        """
        return (*self.hidden_by, "deleted_at") if "deleted_at" in self.filters else self.hidden_by

    @cached_property
    def get_filters(self) -> tuple[str, ...]:
        """The names that `q[]` takes where one record is read by its id."""
        lifting = ("archived_at", "cancelled_at", "deleted_at")
        return tuple(name for name in lifting if name in self.filters)
