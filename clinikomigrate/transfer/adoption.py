"""What stands in the destination and can be taken instead of made again."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable
from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import NotFound, Unsupported
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.kinds import Kind
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.sink import Sink


class Shelf:
    """The destination's records of one kind, swept once when they are needed, by what such records are found by.

    Args:
        kind: The kind.
        sink: Gives and compares them.
        journal: Knows which of them are spoken for.
        patience: Waits out a lost connection.
    """

    def __init__(self, kind: Kind, sink: Sink, journal: Journal, patience: Patience) -> None:
        self._kind = kind
        self._sink = sink
        self._journal = journal
        self._patience = patience
        self._records: dict[Hashable, list[tuple[str, Any]]] | None = None

    def _swept(self) -> dict[Hashable, list[tuple[str, Any]]]:
        """Sweeps the destination's list, the first time that somebody asks."""
        if self._records is None:
            self._records = self._patience.through(self._sweep)
        return self._records

    def _sweep(self) -> dict[Hashable, list[tuple[str, Any]]]:
        records: dict[Hashable, list[tuple[str, Any]]] = {}
        try:
            for id, record in self._sink.existing(self._kind.name):
                if not self._journal.holds(self._kind.name, id):
                    records.setdefault(self._key(record), []).append((id, record))
        except (NotFound, Unsupported):
            return {}
        return records

    def take(self, draft: Any) -> str | None:
        """Takes a record that is what a draft would make.

        Args:
            draft: With the destination's ids.

        Returns:
            The record's id, or None. No record is given twice.
        """
        there = self._swept().get(self._key(draft), [])
        for position, (id, record) in enumerate(there):
            if self._sink.same(draft, record):
                del there[position]
                return id
        return None

    def _key(self, record: Any) -> Hashable:
        return tuple(_plain(record, name) for name in self._kind.found_by)


def _plain(record: Any, name: str) -> str | None:
    """Reads an attribute of a draft, or what stands for it in an entity."""
    value = getattr(record, name, UNSET)
    if value is UNSET:
        value = getattr(record, name.removesuffix("_id"), None)
    if isinstance(value, Ref):
        return value.id
    text = "" if value is None or value is UNSET else unicodedata.normalize("NFC", str(value)).strip()
    return text or None
