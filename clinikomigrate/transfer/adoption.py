"""What stands in the destination and can be taken instead of made again."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from clinikomigrate.client.ref import Ref
from clinikomigrate.client.unset import UNSET
from clinikomigrate.errors import NotFound, Unsupported
from clinikomigrate.transfer.batches import batched
from clinikomigrate.transfer.digests import Digests, Key
from clinikomigrate.transfer.journal import Journal
from clinikomigrate.transfer.kinds import Kind
from clinikomigrate.transfer.patience import Patience
from clinikomigrate.transfer.sink import Sink
from clinikomigrate.transfer.source import IDS_A_REQUEST


class Shelf:
    """The destination's records of one kind, swept once when they are needed, by what such records are found by.

    Of a swept record only its id is kept, under a digest of its key and in a temporary file. What may be what a draft
    would make is read again by id.

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
        self._index = Digests()
        self._swept = False

    def __repr__(self) -> str:
        return f"<Shelf of {self._kind.name}: {self._index!r}>"

    def close(self) -> None:
        """Gives the temporary file back."""
        self._index.close()

    def _sweep(self) -> None:
        self._index.clear()
        try:
            for id, record in self._sink.existing(self._kind.name):
                if not self._journal.holds(self._kind.name, id):
                    self._index.add(self._key(record), id)
        except (NotFound, Unsupported):
            self._index.clear()

    def take(self, drafts: Sequence[Any]) -> list[str | None]:
        """Takes records that are what drafts would make.

        Args:
            drafts: With the destination's ids.

        Returns:
            For each draft the record's id, or None. No record is given twice.
        """
        if drafts and not self._swept:  # the first time that somebody asks
            self._patience.through(self._sweep)
            self._swept = True
        found: list[str | None] = [None] * len(drafts)
        waiting: dict[Key, list[int]] = {}
        for number, draft in enumerate(drafts):
            waiting.setdefault(self._key(draft), []).append(number)
        candidates = ((key, id) for key in waiting for id in self._index.ids(key))
        for some in batched(candidates, IDS_A_REQUEST):
            records = self._read([id for key, id in some if waiting[key]])
            for key, id in some:
                same = (
                    number for number in waiting[key] if id in records and self._sink.same(drafts[number], records[id])
                )
                taken = next(same, None)
                if taken is not None:
                    found[taken] = id
                    waiting[key].remove(taken)
                    self._index.remove(key, id)
        return found

    def _read(self, ids: Sequence[str]) -> dict[str, Any]:
        """Reads records by id; nothing of a sink that can't."""
        try:
            return self._patience.through(lambda: dict(self._sink.read(self._kind.name, ids))) if ids else {}
        except NotImplementedError:  # `Sink.read` is optional: then nothing is adopted by its content
            return {}

    def _key(self, record: Any) -> Key:
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
